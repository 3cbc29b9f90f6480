// SPDX-License-Identifier: GPL-2.0-only
/* Checks on control fields: SDM 27.2.1. Pure functions. */
#include <asm/trapnr.h>

#include "check.h"
#include "decode.h"

#define EVENT_RESERVED		0x7ffff000U

/* EPT pointer: SDM table 25-9. */
#define EPTP_TYPE		7ULL
#define EPTP_TYPE_WB		6ULL
#define EPTP_LEVELS		(7ULL << 3)
#define EPTP_4_LEVELS		(3ULL << 3)
#define EPTP_AD			BIT_ULL(6)
#define EPTP_RESERVED		0xf00ULL

/* 27.2.1.3: the injected event. */

static bool has_event(const struct vmx_check *c)
{
	return c->ctl->event & INTR_INFO_VALID_MASK;
}

static u8 vector(const struct vmx_check *c)
{
	return c->ctl->event & INTR_INFO_VECTOR_MASK;
}

static bool has_error(const struct vmx_check *c)
{
	return has_event(c) && (c->ctl->event & INTR_INFO_DELIVER_CODE_MASK);
}

static bool event_type(const struct vmx_check *c)
{
	return check_event_is(c, INTR_TYPE_RESERVED) || check_event_is(c, INTR_TYPE_OTHER_EVENT);
}

static bool event_nmi_vector(const struct vmx_check *c)
{
	return check_event_is(c, INTR_TYPE_NMI_INTR) && vector(c) != X86_TRAP_NMI;
}

static bool event_exception_vector(const struct vmx_check *c)
{
	return check_event_is(c, INTR_TYPE_HARD_EXCEPTION) && vector(c) > 31;
}

static bool event_error_real(const struct vmx_check *c)
{
	return has_error(c) && !check_protected_mode(c);
}

static bool event_error_type(const struct vmx_check *c)
{
	return has_error(c) && !check_event_is(c, INTR_TYPE_HARD_EXCEPTION);
}

/* #DF, #TS, #NP, #SS, #GP, #PF, #AC; any, if IA32_VMX_BASIC bit 56 is set. */
static bool vector_has_error(const struct vmx_check *c)
{
	const u32 mask = BIT(X86_TRAP_DF) | BIT(X86_TRAP_TS) | BIT(X86_TRAP_NP) |
			 BIT(X86_TRAP_SS) | BIT(X86_TRAP_GP) | BIT(X86_TRAP_PF) |
			 BIT(X86_TRAP_AC);

	return vector(c) < 32 && (BIT(vector(c)) & mask);
}

static bool any_error(const struct vmx_check *c)
{
	return c->limits->caps->basic & BIT_ULL(56);
}

static bool event_error_vector(const struct vmx_check *c)
{
	return has_error(c) && !vector_has_error(c) && !any_error(c);
}

static bool event_error_missing(const struct vmx_check *c)
{
	return check_event_is(c, INTR_TYPE_HARD_EXCEPTION) && check_protected_mode(c) &&
	       vector_has_error(c) && !has_error(c) && !any_error(c);
}

static bool event_reserved(const struct vmx_check *c)
{
	return has_event(c) && (c->ctl->event & EVENT_RESERVED);
}

static bool event_error_high(const struct vmx_check *c)
{
	return has_error(c) && (c->ctl->event_error & GENMASK(31, 16));
}

static bool event_is_software(const struct vmx_check *c)
{
	return check_event_is(c, INTR_TYPE_SOFT_INTR) ||
	       check_event_is(c, INTR_TYPE_PRIV_SW_EXCEPTION) ||
	       check_event_is(c, INTR_TYPE_SOFT_EXCEPTION);
}

static bool event_length(const struct vmx_check *c)
{
	return event_is_software(c) && (!c->ctl->event_len || c->ctl->event_len > 15);
}

/* 27.2.1.1: execution controls. */

static bool must_be_one(u32 value, u32 always)
{
	return always & ~value;
}

static bool pin_allowed(const struct vmx_check *c)
{
	return c->ctl->pin & ~c->limits->caps->allowed.pin;
}

static bool cpu_allowed(const struct vmx_check *c)
{
	return c->ctl->cpu & ~c->limits->caps->allowed.cpu;
}

static bool cpu2_allowed(const struct vmx_check *c)
{
	return c->ctl->cpu2 & ~c->limits->caps->allowed.cpu2;
}

static bool exit_allowed(const struct vmx_check *c)
{
	return c->ctl->exit & ~c->limits->caps->allowed.exit;
}

static bool entry_allowed(const struct vmx_check *c)
{
	return c->ctl->entry & ~c->limits->caps->allowed.entry;
}

static bool virtual_nmi(const struct vmx_check *c)
{
	return (c->ctl->pin & PIN_BASED_VIRTUAL_NMIS) && !(c->ctl->pin & PIN_BASED_NMI_EXITING);
}

static bool nmi_window(const struct vmx_check *c)
{
	return (c->ctl->cpu & CPU_BASED_NMI_WINDOW_EXITING) &&
	       !(c->ctl->pin & PIN_BASED_VIRTUAL_NMIS);
}

static bool unrestricted_ept(const struct vmx_check *c)
{
	return (c->ctl->cpu2 & SECONDARY_EXEC_UNRESTRICTED_GUEST) &&
	       !(c->ctl->cpu2 & SECONDARY_EXEC_ENABLE_EPT);
}

static bool vpid_zero(const struct vmx_check *c)
{
	return (c->ctl->cpu2 & SECONDARY_EXEC_ENABLE_VPID) && !c->ctl->vpid;
}

static bool eptp_type(const struct vmx_check *c)
{
	return (c->ctl->eptp & EPTP_TYPE) != EPTP_TYPE_WB;
}

static bool eptp_levels(const struct vmx_check *c)
{
	return (c->ctl->eptp & EPTP_LEVELS) != EPTP_4_LEVELS;
}

static bool eptp_ad(const struct vmx_check *c)
{
	return (c->ctl->eptp & EPTP_AD) && !(c->limits->caps->ept_vpid & VMX_EPT_AD_BIT);
}

static bool eptp_reserved(const struct vmx_check *c)
{
	return (c->ctl->eptp & EPTP_RESERVED) || c->ctl->eptp >> c->limits->pa_bits;
}

static bool host_64(const struct vmx_check *c)
{
	return must_be_one(c->ctl->exit, VM_EXIT_HOST_ADDR_SPACE_SIZE);
}

#define E(text)	text " (SDM vol. 3, 27.2.1.3)"
#define X(text)	text " (SDM vol. 3, 27.2.1.1)"

const struct vmx_rule vmx_control_rules[] = {
	{ event_type, E("the injected event has a type that does not exist") },
	{ event_nmi_vector, E("an NMI is injected with a vector that is not 2") },
	{ event_exception_vector, E("an exception is injected with a vector above 31") },
	{ event_error_real, E("an error code is injected while CR0.PE is clear") },
	{ event_error_type, E("an error code is injected with what is no exception") },
	{ event_error_vector, E("an error code is injected with an exception that has none") },
	{ event_error_missing, E("an exception is injected without its error code") },
	{ event_reserved, E("the injected event has reserved bits set") },
	{ event_error_high, E("the injected error code has bits 31 to 16 set") },
	{ event_length,
	  E("a software event is injected with no instruction length, or one above 15") },
	{ pin_allowed, X("a pin-based control is set that this CPU does not have") },
	{ cpu_allowed, X("a primary processor-based control is set that this CPU does not have") },
	{ cpu2_allowed,
	  X("a secondary processor-based control is set that this CPU does not have") },
	{ exit_allowed, X("a VM-exit control is set that this CPU does not have") },
	{ entry_allowed, X("a VM-entry control is set that this CPU does not have") },
	{ virtual_nmi, X("virtual NMIs are on without NMI exiting") },
	{ nmi_window, X("NMI-window exiting is on without virtual NMIs") },
	{ unrestricted_ept, X("unrestricted guest is on without EPT") },
	{ vpid_zero, X("VPID is zero") },
	{ eptp_type, X("the EPT memory type is not write-back") },
	{ eptp_levels, X("the EPT does not have 4 levels") },
	{ eptp_ad, X("EPT accessed bits are on and this CPU has none") },
	{ eptp_reserved, X("the EPT pointer has reserved bits set") },
	{ host_64, X("the host is not in 64-bit mode after an exit") },
	{}
};
