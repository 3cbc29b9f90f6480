// SPDX-License-Identifier: GPL-2.0-only
/* What VMX tells of an exit, and how it is looked at. */
#include <linux/string.h>
#include <asm/trapnr.h>
#include <uapi/asm/debugreg.h>
#include <uapi/asm/vmx.h>

#include "../debug.h"
#include "../fpu.h"
#include "../handle.h"
#include "check.h"
#include "decode.h"
#include "exit.h"
#include "vmcs.h"

static struct vmx_vcpu *from_x86(struct x86_vcpu *x)
{
	return container_of(x, struct vmx_vcpu, x);
}

/**
 * vmx_fill_raw() - vendor->fill_raw
 * @x: a vCPU in RUN
 * @raw: the run page's
 *
 * Return: which of the addresses are valid.
 */
u32 vmx_fill_raw(struct x86_vcpu *x, struct axvcpu_raw *raw)
{
	const struct vmx_vcpu *v = from_x86(x);
	const struct vmx_exit_fields *f = &v->fields;
	const struct x86_exit *exit = &x->exit;
	u64 gpa = 0, gva = 0;
	u32 valid = 0;

	if (exit->kind == X86_EXIT_FAULT) {
		gpa = f->gpa;
		valid = AXVCPU_RAW_GPA;
		if (f->qualification & BIT(7)) {
			gva = f->gla;
			valid |= AXVCPU_RAW_GVA;
		}
	} else if (exit->kind == X86_EXIT_EXCEPTION && exit->exception.vector == X86_TRAP_PF) {
		gva = exit->exception.address;
		valid = AXVCPU_RAW_GVA;
	}
	raw->reason = exit->kind == X86_EXIT_FAIL_ENTRY && v->error ? v->error : f->reason;
	raw->info[0] = f->qualification;
	raw->info[1] = f->intr_info;
	raw->info[2] = f->idt_info;
	raw->info[3] = f->insn_info;
	raw->gpa = gpa;
	raw->gva = gva;
	return valid;
}

/**
 * vmx_explain() - vendor->explain
 * @x: a vCPU in RUN
 * @out: filled in; zeroed by the caller
 */
void vmx_explain(struct x86_vcpu *x, struct axvcpu_exit_fail_entry *out)
{
	struct vmx_vcpu *v = from_x86(x);
	struct vmx_control ctl = v->ctl;
	struct vmx_limits limits;

	/* The event that was to be injected waits again; the checker wants it. */
	ctl.event = v->ctl_hw.event;
	vmx_limits_get(&limits);
	vmx_guest_need(v, VMX_PART_ALL);
	v->guest.rip = x->regs.rip;
	v->guest.rsp = v->hw.rsp;
	v->guest.rflags = v->hw.rflags;
	v->guest.interruptibility = v->hw.interruptibility;
	v->guest.pending_debug = v->hw.pending_debug;
	out->reason = v->error ?: v->fields.reason;
	out->qualification = v->fields.qualification;
	strscpy(out->rule, vmx_check(&v->guest, &ctl, &limits) ?: "unknown", sizeof(out->rule));
}

/**
 * vmx_handle_db() - vendor->handle_db
 * @x: a vCPU in RUN
 *
 * It is SET_DEBUG's or the guest's. The hardware has not touched DR6 and DR7: an exit
 * comes before that (SDM 28.1).
 *
 * Return: what to do next.
 */
enum axvcpu_next vmx_handle_db(struct x86_vcpu *x)
{
	struct vmx_vcpu *v = from_x86(x);
	u64 causes;

	vmx_guest_touch(v, VMX_PART_DR7);
	causes = x86_debug_causes(x->exit.db_bits, x86_debug_dr7(x, v->guest.dr7));
	if (x86_debug_exit(x, X86_TRAP_DB, causes))
		return AXVCPU_NEXT_EXIT;
	v->dr6 = (v->dr6 & ~DR_TRAP_BITS) | causes;
	if (x86_exception_exit(x, &x->exit.exception))
		return AXVCPU_NEXT_EXIT;
	v->guest.dr7 &= ~X86_DR7_GD;
	return x86_reflect(x, &x->exit.exception);
}

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

	vmx_exit_decode(&v->fields, &v->x.exit);
	v->x.insn = (struct x86_insn) { .pc = v->fields.rip, .len = v->fields.insn_len };
	return x86_handle(&v->x);
}
