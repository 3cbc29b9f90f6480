// SPDX-License-Identifier: GPL-2.0-only
/*
 * Why the hardware refused to enter a guest: the conditions of SDM 27.3.1 (on
 * the guest's state) and 27.2.1 (on control fields), in the order of the manual
 * within each group, the groups that say most first. A pure function.
 *
 * Rules that this backend cannot break, because the fields behind them are
 * constants or its own (host state, features not used), are left out.
 */
#include <asm/cpufeature.h>
#include <asm/msr-index.h>
#include <asm/processor.h>
#include <asm/trapnr.h>
#include <uapi/asm/debugreg.h>

#include "../cpuid.h"
#include "check.h"
#include "decode.h"
#include "vmcs.h"

#define DEBUGCTL_RESERVED	GENMASK_ULL(63, 16)
#define PENDING_DEBUG_VALID	0x1500fULL	/* B0 to B3, enabled, BS, RTM */
#define RFLAGS_RESERVED		(GENMASK_ULL(63, 22) | BIT_ULL(15) | BIT_ULL(5) | BIT_ULL(3))
#define PDPTE_RESERVED		0x1e6ULL

/* 27.3.1.1: control registers, debug registers, MSRs. */

static bool cr0_fixed0(const struct vmx_check *c)
{
	return c->limits->caps->cr0_fixed0 & ~(u64)(X86_CR0_PE | X86_CR0_PG) & ~c->g->cr0;
}

/* CD and NW are not checked. */
static bool cr0_fixed1(const struct vmx_check *c)
{
	return c->g->cr0 & ~(u64)(X86_CR0_CD | X86_CR0_NW) & ~c->limits->caps->cr0_fixed1;
}

static bool cr0_pg_pe(const struct vmx_check *c)
{
	return check_paging(c) && !check_protected_mode(c);
}

static bool cr4_fixed0(const struct vmx_check *c)
{
	return c->limits->caps->cr4_fixed0 & ~c->g->cr4;
}

static bool cr4_fixed1(const struct vmx_check *c)
{
	return c->g->cr4 & ~c->limits->caps->cr4_fixed1;
}

static bool cr4_cet_wp(const struct vmx_check *c)
{
	return (c->g->cr4 & BIT_ULL(23)) && !(c->g->cr0 & X86_CR0_WP);
}

static bool debugctl(const struct vmx_check *c)
{
	return c->g->debugctl & DEBUGCTL_RESERVED;
}

static bool long_pg(const struct vmx_check *c)
{
	return check_long_mode(c) && !check_paging(c);
}

static bool long_pae(const struct vmx_check *c)
{
	return check_long_mode(c) && !(c->g->cr4 & X86_CR4_PAE);
}

static bool pcide_long(const struct vmx_check *c)
{
	return !check_long_mode(c) && (c->g->cr4 & X86_CR4_PCIDE);
}

static bool cr3_high(const struct vmx_check *c)
{
	return c->g->cr3 >> c->limits->pa_bits;
}

static bool dr7_high(const struct vmx_check *c)
{
	return upper_32_bits(c->g->dr7);
}

static bool sysenter_esp(const struct vmx_check *c)
{
	return !check_canonical(c, c->g->sysenter_esp);
}

static bool sysenter_eip(const struct vmx_check *c)
{
	return !check_canonical(c, c->g->sysenter_eip);
}

static bool efer_reserved(const struct vmx_check *c)
{
	return c->g->efer & ~c->limits->efer;
}

static bool efer_lma(const struct vmx_check *c)
{
	return !!(c->g->efer & EFER_LMA) != check_long_mode(c);
}

static bool efer_lme(const struct vmx_check *c)
{
	return check_paging(c) && !(c->g->efer & EFER_LMA) != !(c->g->efer & EFER_LME);
}

/* 27.3.1.3: GDTR and IDTR. */

static bool gdtr_base(const struct vmx_check *c)
{
	return !check_canonical(c, c->g->segs.gdtr.base);
}

static bool idtr_base(const struct vmx_check *c)
{
	return !check_canonical(c, c->g->segs.idtr.base);
}

/* 27.3.1.4: RIP, RFLAGS. */

static bool rip_high(const struct vmx_check *c)
{
	bool wide = check_long_mode(c) && (check_seg(c, CS)->attr & AXVCPU_X86_SEG_L);

	return !wide && upper_32_bits(c->g->rip);
}

/* The highest bit of a linear address may differ: that raises #GP in the guest. */
static bool rip_width(const struct vmx_check *c)
{
	bool wide = check_long_mode(c) && (check_seg(c, CS)->attr & AXVCPU_X86_SEG_L);
	s64 high = (s64)c->g->rip >> c->limits->la_bits;

	return wide && high != 0 && high != -1;
}

static bool rflags_reserved(const struct vmx_check *c)
{
	return (c->g->rflags & RFLAGS_RESERVED) || !(c->g->rflags & X86_EFLAGS_FIXED);
}

static bool rflags_vm_long(const struct vmx_check *c)
{
	return check_v86(c) && check_long_mode(c);
}

static bool rflags_vm_real(const struct vmx_check *c)
{
	return check_v86(c) && !check_protected_mode(c);
}

static bool rflags_if_event(const struct vmx_check *c)
{
	return check_event_is(c, INTR_TYPE_EXT_INTR) && !(c->g->rflags & X86_EFLAGS_IF);
}

/* 27.3.1.5: activity, interruptibility, pending debug exceptions. */

static bool activity_value(const struct vmx_check *c)
{
	return c->g->activity > GUEST_ACTIVITY_WAIT_SIPI;
}

static bool activity_hlt_dpl(const struct vmx_check *c)
{
	return c->g->activity == GUEST_ACTIVITY_HLT && check_dpl(c, SS);
}

static bool activity_shadow(const struct vmx_check *c)
{
	return c->g->activity != GUEST_ACTIVITY_ACTIVE && (c->g->interruptibility & CHECK_SHADOW);
}

static bool int_reserved(const struct vmx_check *c)
{
	return c->g->interruptibility & ~(u32)GENMASK(4, 0);
}

static bool int_both(const struct vmx_check *c)
{
	return (c->g->interruptibility & CHECK_SHADOW) == CHECK_SHADOW;
}

static bool int_sti_if(const struct vmx_check *c)
{
	return (c->g->interruptibility & GUEST_INTR_STATE_STI) &&
	       !(c->g->rflags & X86_EFLAGS_IF);
}

static bool int_irq(const struct vmx_check *c)
{
	return check_event_is(c, INTR_TYPE_EXT_INTR) && (c->g->interruptibility & CHECK_SHADOW);
}

static bool int_nmi_mov_ss(const struct vmx_check *c)
{
	return check_event_is(c, INTR_TYPE_NMI_INTR) &&
	       (c->g->interruptibility & GUEST_INTR_STATE_MOV_SS);
}

static bool int_smi(const struct vmx_check *c)
{
	return c->g->interruptibility & GUEST_INTR_STATE_SMI;
}

static bool int_nmi_blocked(const struct vmx_check *c)
{
	return (c->ctl->pin & PIN_BASED_VIRTUAL_NMIS) && check_event_is(c, INTR_TYPE_NMI_INTR) &&
	       (c->g->interruptibility & GUEST_INTR_STATE_NMI);
}

static bool pending_reserved(const struct vmx_check *c)
{
	return c->g->pending_debug & ~PENDING_DEBUG_VALID;
}

static bool stepping(const struct vmx_check *c)
{
	return (c->g->rflags & X86_EFLAGS_TF) && !(c->g->debugctl & DEBUGCTLMSR_BTF);
}

static bool step_waits(const struct vmx_check *c)
{
	return (c->g->interruptibility & CHECK_SHADOW) || c->g->activity == GUEST_ACTIVITY_HLT;
}

static bool pending_bs_missing(const struct vmx_check *c)
{
	return step_waits(c) && stepping(c) && !(c->g->pending_debug & DR_STEP);
}

static bool pending_bs_set(const struct vmx_check *c)
{
	return step_waits(c) && !stepping(c) && (c->g->pending_debug & DR_STEP);
}

static bool link_pointer(const struct vmx_check *c)
{
	return c->g->link != ~0ULL;
}

/* 27.3.1.6: page-directory-pointer-table entries. */

static bool pdpte(const struct vmx_check *c)
{
	u64 reserved = PDPTE_RESERVED | GENMASK_ULL(63, c->limits->pa_bits);
	unsigned int i;

	if (!check_paging(c) || !(c->g->cr4 & X86_CR4_PAE) || check_long_mode(c))
		return false;
	for (i = 0; i < 4; i++)
		if ((c->g->pdpte[i] & 1) && (c->g->pdpte[i] & reserved))
			return true;
	return false;
}

#define C(text)	text " (SDM vol. 3, 27.3.1.1)"
#define R(text)	text " (SDM vol. 3, 27.3.1.4)"

static const struct vmx_rule register_rules[] = {
	{ cr0_pg_pe, C("CR0.PG is set while CR0.PE is clear") },
	{ cr0_fixed0, C("CR0 has bits clear that must be one") },
	{ cr0_fixed1, C("CR0 has bits set that must be zero") },
	{ cr4_fixed0, C("CR4 has bits clear that must be one") },
	{ cr4_fixed1, C("CR4 has bits set that must be zero") },
	{ cr4_cet_wp, C("CR4.CET is set while CR0.WP is clear") },
	{ debugctl, C("IA32_DEBUGCTL has bits set that must be zero") },
	{ long_pg, C("long mode is active while CR0.PG is clear") },
	{ long_pae, C("long mode is active while CR4.PAE is clear") },
	{ pcide_long, C("CR4.PCIDE is set outside long mode") },
	{ cr3_high, C("CR3 has bits set past the last physical address") },
	{ dr7_high, C("DR7 bits 63 to 32 are not zero") },
	{ sysenter_esp, C("IA32_SYSENTER_ESP is not canonical") },
	{ sysenter_eip, C("IA32_SYSENTER_EIP is not canonical") },
	{ efer_reserved, C("IA32_EFER has bits set that must be zero") },
	{ efer_lma, C("IA32_EFER.LMA is not what the entry control says") },
	{ efer_lme, C("IA32_EFER.LMA and LME differ while CR0.PG is set") },
	{ rflags_reserved, R("RFLAGS has reserved bits that are not as they must be") },
	{ rflags_vm_long, R("RFLAGS.VM is set in long mode") },
	{ rflags_vm_real, R("RFLAGS.VM is set while CR0.PE is clear") },
	{ rflags_if_event, R("an interrupt is injected while RFLAGS.IF is clear") },
	{ rip_high, R("RIP bits 63 to 32 are not zero outside 64-bit code") },
	{ rip_width, R("RIP bits above the width of a linear address are not all the same") },
	{}
};

#define T(text)	text " (SDM vol. 3, 27.3.1.3)"
#define N(text)	text " (SDM vol. 3, 27.3.1.5)"
#define P(text)	text " (SDM vol. 3, 27.3.1.6)"

static const struct vmx_rule state_rules[] = {
	{ gdtr_base, T("the base of GDTR is not canonical") },
	{ idtr_base, T("the base of IDTR is not canonical") },
	{ activity_value, N("the activity state does not exist") },
	{ activity_hlt_dpl, N("the guest is halted while the DPL of SS is not 0") },
	{ activity_shadow, N("the guest is not active in an interrupt shadow") },
	{ int_reserved, N("the interruptibility state has reserved bits set") },
	{ int_both, N("interrupts are blocked by STI and by MOV SS at once") },
	{ int_sti_if, N("interrupts are blocked by STI while RFLAGS.IF is clear") },
	{ int_irq, N("an interrupt is injected in an interrupt shadow") },
	{ int_nmi_mov_ss, N("an NMI is injected in the shadow of MOV SS") },
	{ int_smi, N("SMIs are blocked outside SMM") },
	{ int_nmi_blocked, N("an NMI is injected while NMIs are blocked") },
	{ pending_reserved, N("the pending debug exceptions have reserved bits set") },
	{ pending_bs_missing, N("a single step is due in an interrupt shadow and not pending") },
	{ pending_bs_set, N("a single step is pending in an interrupt shadow and not due") },
	{ link_pointer, N("the VMCS link pointer is set") },
	{ pdpte, P("a page-directory-pointer-table entry has reserved bits set") },
	{}
};

static const struct vmx_rule *const groups[] = {
	register_rules, vmx_segment_rules, state_rules, vmx_control_rules,
};

/**
 * vmx_check() - the first rule that a VMCS breaks
 * @guest: its guest state
 * @ctl: its control fields
 * @limits: of the processor
 *
 * Return: the rule in words, NULL if none is found broken.
 */
const char *vmx_check(const struct vmx_guest *guest, const struct vmx_control *ctl,
		      const struct vmx_limits *limits)
{
	const struct vmx_check c = { guest, ctl, limits };
	const struct vmx_rule *rule;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(groups); i++)
		for (rule = groups[i]; rule->broken; rule++)
			if (rule->broken(&c))
				return rule->rule;
	return NULL;
}

/**
 * vmx_limits_get() - what vmx_check() must know about this processor
 * @limits: filled in
 */
void vmx_limits_get(struct vmx_limits *limits)
{
	*limits = (struct vmx_limits) {
		.caps = &vmx_caps,
		.pa_bits = boot_cpu_data.x86_phys_bits,
		.la_bits = boot_cpu_data.x86_virt_bits,
		.efer = x86_efer_supported() | EFER_LMA | EFER_LME | EFER_SCE | EFER_NX,
	};
}
