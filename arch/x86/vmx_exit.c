// SPDX-License-Identifier: GPL-2.0-only
/* What is done about each kind of VMX exit. */
#include <linux/errno.h>
#include <linux/string.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>
#include <uapi/asm/debugreg.h>
#include <uapi/asm/vmx.h>

#include "decode.h"
#include "vmx_decode.h"

/* DR7: general detect */
#define DR7_GD		BIT_ULL(13)

/**
 * vmx_fill_raw() - vendor->fill_raw
 * @x: a vCPU in RUN
 * @raw: the run page's
 *
 * Return: which of the addresses are valid.
 */
u32 vmx_fill_raw(struct x86_vcpu *x, struct axvcpu_raw *raw)
{
	const struct vmx_vcpu *v = container_of(x, struct vmx_vcpu, x);
	const struct vmx_exit_fields *f = &v->fields;
	u64 gpa = 0, gva = 0;
	u32 valid = 0;

	if (v->exit.kind == VMX_FAULT) {
		gpa = f->gpa;
		valid = AXVCPU_RAW_GPA;
		if (f->qualification & BIT(7)) {
			gva = f->gla;
			valid |= AXVCPU_RAW_GVA;
		}
	} else if (v->exit.kind == VMX_EXCEPTION && v->exit.exception.vector == X86_TRAP_PF) {
		gva = v->exit.exception.address;
		valid = AXVCPU_RAW_GVA;
	}
	raw->reason = v->exit.kind == VMX_FAIL_ENTRY && v->error ? v->error : f->reason;
	raw->info[0] = f->qualification;
	raw->info[1] = f->intr_info;
	raw->info[2] = f->idt_info;
	raw->info[3] = f->insn_info;
	raw->gpa = gpa;
	raw->gva = gva;
	return valid;
}

static enum axvcpu_next handle_unknown(struct vmx_vcpu *v)
{
	return x86_exit(&v->x, AXVCPU_EXIT_UNKNOWN);
}

static enum axvcpu_next handle_fail_entry(struct vmx_vcpu *v)
{
	struct axvcpu_exit_fail_entry *out = &v->x.vcpu->run->out.fail_entry;
	struct vmx_control ctl = v->ctl;
	struct vmx_limits limits;

	/* The event that was to be injected waits again; the checker wants it. */
	ctl.event = v->ctl_hw.event;
	vmx_limits_get(&limits);
	vmx_guest_need(v, VMX_PART_ALL);
	v->guest.rip = v->x.regs.rip;
	v->guest.rsp = v->hw.rsp;
	v->guest.rflags = v->hw.rflags;
	v->guest.interruptibility = v->hw.interruptibility;
	v->guest.pending_debug = v->hw.pending_debug;
	memset(out, 0, sizeof(*out));
	out->reason = v->error ?: v->fields.reason;
	out->qualification = v->fields.qualification;
	strscpy(out->rule, vmx_check(&v->guest, &ctl, &limits) ?: "unknown", sizeof(out->rule));
	return x86_exit(&v->x, AXVCPU_EXIT_FAIL_ENTRY);
}

static enum axvcpu_next handle_host_irq(struct vmx_vcpu *v)
{
	return x86_handle_host_irq(&v->x);
}

static enum axvcpu_next handle_host_nmi(struct vmx_vcpu *v)
{
	return x86_handle_host_nmi(&v->x);
}

static enum axvcpu_next handle_machine_check(struct vmx_vcpu *v)
{
	return x86_handle_machine_check(&v->x);
}

static enum axvcpu_next handle_window(struct vmx_vcpu *v)
{
	if (v->fields.reason == EXIT_REASON_INTERRUPT_WINDOW)
		return x86_handle_window(&v->x, vmx_event_irq_ready(v));
	axvcpu_count_handled(v->x.vcpu, AXVCPU_STAT_HANDLED_WINDOW);
	return AXVCPU_NEXT_RESUME;
}

/*
 * #DB: SET_DEBUG's, or the guest's. The hardware has not touched DR6 and DR7: an
 * exit comes before that (SDM 28.1).
 */
static enum axvcpu_next handle_db(struct vmx_vcpu *v)
{
	u64 causes;

	vmx_guest_touch(v, VMX_PART_DR7);
	causes = x86_debug_causes(v->exit.db_bits, x86_debug_dr7(&v->x, v->guest.dr7));
	if (x86_debug_exit(&v->x, X86_TRAP_DB, causes))
		return AXVCPU_NEXT_EXIT;
	v->dr6 = (v->dr6 & ~(u64)DR_TRAP_BITS) | causes;
	if (x86_exception_exit(&v->x, &v->exit.exception))
		return AXVCPU_NEXT_EXIT;
	v->guest.dr7 &= ~DR7_GD;
	return x86_reflect(&v->x, &v->exit.exception);
}

static enum axvcpu_next handle_exception(struct vmx_vcpu *v)
{
	const struct axvcpu_inject *event = &v->exit.exception;

	if (event->vector == X86_TRAP_DB)
		return handle_db(v);
	if (event->vector == X86_TRAP_BP && x86_debug_exit(&v->x, X86_TRAP_BP, 0))
		return AXVCPU_NEXT_EXIT;
	if (x86_exception_exit(&v->x, event))
		return AXVCPU_NEXT_EXIT;
	return x86_reflect(&v->x, event);
}

static enum axvcpu_next handle_shutdown(struct vmx_vcpu *v)
{
	WRITE_ONCE(v->x.vcpu->activity, AXVCPU_ACTIVITY_SHUTDOWN);
	return x86_exit(&v->x, AXVCPU_EXIT_SHUTDOWN);
}

static enum axvcpu_next handle_fault(struct vmx_vcpu *v)
{
	v->x.vcpu->fault = v->exit.fault;
	return AXVCPU_NEXT_FAULT;
}

static enum axvcpu_next handle_corrupt(struct vmx_vcpu *v)
{
	axvcpu_vcpu_fail(v->x.vcpu, -EIO, v->fields.gpa, 0, "handle_exit",
			 "an entry of the extended page table makes no sense (EPT misconfiguration)");
	return AXVCPU_NEXT_FAIL;
}

static enum axvcpu_next handle_io(struct vmx_vcpu *v)
{
	return v->exit.io.string ? AXVCPU_NEXT_SLOW : x86_handle_io(&v->x, &v->exit.io);
}

static enum axvcpu_next handle_cpuid(struct vmx_vcpu *v)
{
	return x86_handle_cpuid(&v->x, v->exit.next_rip);
}

static enum axvcpu_next handle_rdmsr(struct vmx_vcpu *v)
{
	return x86_handle_rdmsr(&v->x, v->exit.next_rip);
}

static enum axvcpu_next handle_wrmsr(struct vmx_vcpu *v)
{
	return x86_handle_wrmsr(&v->x, v->exit.next_rip);
}

static enum axvcpu_next handle_hlt(struct vmx_vcpu *v)
{
	return x86_halt(&v->x, v->exit.next_rip);
}

static enum axvcpu_next handle_vmcall(struct vmx_vcpu *v)
{
	return x86_handle_hypercall(&v->x, v->exit.next_rip);
}

static enum axvcpu_next handle_xsetbv(struct vmx_vcpu *v)
{
	return x86_handle_xsetbv(&v->x, v->exit.next_rip);
}

static enum axvcpu_next handle_idle(struct vmx_vcpu *v)
{
	return x86_handle_idle(&v->x, v->exit.next_rip);
}

static enum axvcpu_next handle_nop(struct vmx_vcpu *v)
{
	return x86_handle_nop(&v->x, v->exit.next_rip);
}

static enum axvcpu_next handle_refused_gp(struct vmx_vcpu *v)
{
	return x86_handle_refused(&v->x, X86_TRAP_GP);
}

static enum axvcpu_next handle_refused_ud(struct vmx_vcpu *v)
{
	return x86_handle_refused(&v->x, X86_TRAP_UD);
}

static enum axvcpu_next (*const handlers[VMX_NR_KINDS])(struct vmx_vcpu *v) = {
	[VMX_UNKNOWN] = handle_unknown,
	[VMX_FAIL_ENTRY] = handle_fail_entry,
	[VMX_HOST_IRQ] = handle_host_irq,
	[VMX_HOST_NMI] = handle_host_nmi,
	[VMX_MACHINE_CHECK] = handle_machine_check,
	[VMX_WINDOW] = handle_window,
	[VMX_TIMER] = vmx_handle_timer,
	[VMX_EXCEPTION] = handle_exception,
	[VMX_SHUTDOWN] = handle_shutdown,
	[VMX_FAULT] = handle_fault,
	[VMX_CORRUPT] = handle_corrupt,
	[VMX_IO] = handle_io,
	[VMX_CR] = vmx_handle_cr,
	[VMX_DR] = vmx_handle_dr,
	[VMX_CPUID] = handle_cpuid,
	[VMX_RDMSR] = handle_rdmsr,
	[VMX_WRMSR] = handle_wrmsr,
	[VMX_HLT] = handle_hlt,
	[VMX_VMCALL] = handle_vmcall,
	[VMX_XSETBV] = handle_xsetbv,
	[VMX_IDLE] = handle_idle,
	[VMX_NOP] = handle_nop,
	[VMX_TASK_SWITCH] = handle_unknown,
	[VMX_REFUSED_GP] = handle_refused_gp,
	[VMX_REFUSED_UD] = handle_refused_ud,
};

/**
 * vmx_handle_exit() - ops->handle_exit
 * @vcpu: vmx_run() has returned
 *
 * Context: preemption off, interrupts on.
 * Return: what to do next.
 */
enum axvcpu_next vmx_handle_exit(struct axvcpu_vcpu *vcpu)
{
	struct vmx_vcpu *v = to_vmx(vcpu);

	vmx_exit_decode(&v->fields, &v->exit);
	v->x.insn = (struct x86_insn) { .pc = v->fields.rip, .len = v->fields.insn_len };
	/* The most frequent ones without a detour by way of a pointer. */
	switch (v->exit.kind) {
	case VMX_IO:
		return handle_io(v);
	case VMX_FAULT:
		return handle_fault(v);
	case VMX_CPUID:
		return handle_cpuid(v);
	default:
		return handlers[v->exit.kind](v);
	}
}

/* INS and OUTS: the oldest CPUs leave out the address size. */
static enum axvcpu_next complete_string(struct vmx_vcpu *v)
{
	const struct x86_insn *insn = &v->x.insn;
	struct x86_io *io = &v->exit.io;

	if (!io->address_bits) {
		if (!x86_fetch_insn(&v->x))
			return handle_unknown(v);
		io->address_bits = x86_insn_address_bits(insn->bytes, insn->count,
							 v->x.vendor->code_bits(&v->x));
	}
	return x86_complete_string_io(&v->x, io);
}

/**
 * vmx_complete() - ops->complete: what vmx_handle_exit() left for here
 * @vcpu: not entered
 *
 * Context: may sleep; the VM's mm is current.
 * Return: what to do next.
 */
enum axvcpu_next vmx_complete(struct axvcpu_vcpu *vcpu)
{
	struct vmx_vcpu *v = to_vmx(vcpu);

	return v->exit.kind == VMX_IO ? complete_string(v) : vmx_complete_cr(v);
}
