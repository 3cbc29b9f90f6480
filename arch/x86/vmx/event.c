// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events on their way into a VMX guest: injection at entry (SDM 27.6), windows
 * for what the guest cannot take yet (26.2), and putting back what an exit
 * interrupted (28.2.4).
 */
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "check.h"
#include "control.h"
#include "decode.h"
#include "event.h"
#include "vmcs.h"
#include "vmx.h"

/* Could the guest take @vector now? IF, shadow, and the priority of CR8. */
static bool irq_open(const struct vmx_vcpu *v, int vector)
{
	return (v->x.regs.rflags & X86_EFLAGS_IF) && !v->x.irq_shadow &&
	       (u64)(vector >> 4) > v->cr8;
}

/* INT3 and INTO push the address of the next instruction. PC is at theirs. */
static bool is_soft(u8 vector)
{
	return vector == X86_TRAP_BP || vector == X86_TRAP_OF;
}

static u32 exception_event(struct vmx_vcpu *v, const struct axvcpu_inject *event)
{
	u32 info = event->vector | INTR_TYPE_HARD_EXCEPTION;

	if (is_soft(event->vector)) {
		info = event->vector | INTR_TYPE_SOFT_EXCEPTION;
		v->ctl.event_len = 1;
	}
	/* Real mode has no error codes (SDM 27.2.1.3). */
	if ((event->flags & AXVCPU_EVENT_HAS_ERROR) && (vmx_cr0(v) & X86_CR0_PE)) {
		info |= INTR_INFO_DELIVER_CODE_MASK;
		v->ctl.event_error = event->error_code;
	}
	if (event->flags & AXVCPU_EVENT_HAS_ADDRESS)
		v->cr2 = event->address;
	return info;
}

/* An NMI waits. Deliver it, if neither NMIs nor everything is blocked. */
static u32 nmi_event(struct vmx_vcpu *v)
{
	if (v->x.irq_shadow || v->x.nmi)
		return 0;
	axvcpu_event_nmi_take(v->x.vcpu);
	return X86_TRAP_NMI | INTR_TYPE_NMI_INTR;
}

/**
 * vmx_event_irq_ready() - vendor->irq_ready
 * @x: the vCPU
 */
bool vmx_event_irq_ready(struct x86_vcpu *x)
{
	struct vmx_vcpu *v = container_of(x, struct vmx_vcpu, x);
	int vector = axvcpu_event_irq_peek(x->vcpu);

	return vector >= 0 && irq_open(v, vector);
}

/* The best interrupt, if the guest can take it. */
static u32 irq_event(struct vmx_vcpu *v)
{
	int vector = axvcpu_event_irq_peek(v->x.vcpu);

	if (vector < 0 || !irq_open(v, vector))
		return 0;
	axvcpu_event_irq_take(v->x.vcpu, vector);
	return vector | INTR_TYPE_EXT_INTR;
}

/*
 * An interrupt that waits for CR8 to sink needs no window: writes to CR8 exit.
 */
static bool wants_irq_window(struct vmx_vcpu *v)
{
	int vector = axvcpu_event_irq_peek(v->x.vcpu);

	return (vector >= 0 && (u64)(vector >> 4) > v->cr8) ||
	       (v->x.vcpu->flags & AXVCPU_RUN_EXIT_IRQ_WINDOW);
}

static void open_windows(struct vmx_vcpu *v)
{
	v->ctl.cpu &= ~(CPU_BASED_INTR_WINDOW_EXITING | CPU_BASED_NMI_WINDOW_EXITING);
	if (wants_irq_window(v))
		v->ctl.cpu |= CPU_BASED_INTR_WINDOW_EXITING;
	if (axvcpu_event_flags(v->x.vcpu) & AXVCPU_EV_NMI_PENDING)
		v->ctl.cpu |= CPU_BASED_NMI_WINDOW_EXITING;
	vmcs_put(CPU_BASED_VM_EXEC_CONTROL, v->ctl.cpu, v->ctl_hw.cpu);
}

static void write_event(struct vmx_vcpu *v)
{
	const struct vmx_control *ctl = &v->ctl;
	struct vmx_control *hw = &v->ctl_hw;

	vmcs_put(VM_ENTRY_INTR_INFO_FIELD, ctl->event, hw->event);
	vmcs_put(VM_ENTRY_EXCEPTION_ERROR_CODE, ctl->event_error, hw->event_error);
	vmcs_put(VM_ENTRY_INSTRUCTION_LEN, ctl->event_len, hw->event_len);
}

/**
 * vmx_event_choose() - vmx_event_inject() where there is something to do
 * @v: the vCPU; its VMCS is current
 *
 * Context: interrupts off, in_guest published.
 */
void vmx_event_choose(struct vmx_vcpu *v)
{
	struct axvcpu_vcpu *vcpu = v->x.vcpu;
	struct axvcpu_inject event;
	u32 info = 0;

	if (axvcpu_event_exception_take(vcpu, &event))
		info = exception_event(v, &event);
	else if (axvcpu_event_flags(vcpu) & AXVCPU_EV_NMI_PENDING)
		info = nmi_event(v);
	if (!info)
		info = irq_event(v);
	open_windows(v);
	v->ctl.event = info ? info | INTR_INFO_VALID_MASK : 0;
	if (info)
		write_event(v);
}

/* An exception was on its way: it waits again. */
static void put_back_exception(struct vmx_vcpu *v, u32 info, u32 error)
{
	struct axvcpu_inject event = {
		.type = AXVCPU_INJECT_EXCEPTION,
		.vector = info & INTR_INFO_VECTOR_MASK,
	};

	if (info & INTR_INFO_DELIVER_CODE_MASK) {
		event.flags |= AXVCPU_EVENT_HAS_ERROR;
		event.error_code = error;
	}
	if (event.vector == X86_TRAP_PF) {
		event.flags |= AXVCPU_EVENT_HAS_ADDRESS;
		event.address = v->cr2;
	}
	/* If the VMM has queued one meanwhile: a fault comes again by itself. */
	axvcpu_event_exception_put(v->x.vcpu, &event);
}

/**
 * vmx_event_settle() - after an exit: account for what was injected
 * @v: the vCPU; its exit is in @v->fields, but if the entry failed
 *
 * Software interrupts and the guest's own INT3 and INTO are not put back: RIP is
 * at the instruction, which will be executed again.
 */
void vmx_event_settle(struct vmx_vcpu *v)
{
	const u32 what = INTR_INFO_VALID_MASK | INTR_INFO_INTR_TYPE_MASK | INTR_INFO_VECTOR_MASK;
	bool failed = v->fields.reason & VMX_EXIT_REASONS_FAILED_VMENTRY;
	u32 injected = v->ctl.event;
	u32 undelivered = failed ? injected : v->fields.idt_info;
	u32 error = failed ? v->ctl.event_error : v->fields.idt_error;
	bool ours = injected && !((injected ^ undelivered) & what);
	struct axvcpu_vcpu *vcpu = v->x.vcpu;

	/* The hardware clears the field when it has entered (SDM 28.2.4). */
	v->ctl.event = 0;
	if (!failed)
		v->ctl_hw.event &= ~INTR_INFO_VALID_MASK;
	if (injected && !ours)
		axvcpu_count_event(vcpu, AXVCPU_STAT_INJECT);
	if (!(undelivered & INTR_INFO_VALID_MASK))
		return;

	switch (undelivered & INTR_INFO_INTR_TYPE_MASK) {
	case INTR_TYPE_EXT_INTR:
		axvcpu_event_irq_put(vcpu, undelivered & INTR_INFO_VECTOR_MASK);
		break;
	case INTR_TYPE_NMI_INTR:
		v->x.nmi = X86_NMI_OPEN;
		axvcpu_event_nmi_put(vcpu);
		break;
	case INTR_TYPE_SOFT_EXCEPTION:
		if (ours)
			put_back_exception(v, undelivered, error);
		break;
	case INTR_TYPE_HARD_EXCEPTION:
		put_back_exception(v, undelivered, error);
		break;
	}
}
