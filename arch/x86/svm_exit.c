// SPDX-License-Identifier: GPL-2.0-only
/* What is done about each kind of SVM exit. */
#include <linux/errno.h>
#include <linux/string.h>
#include <asm/processor.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "decode.h"
#include "svm_decode.h"

/**
 * svm_fill_raw() - vendor->fill_raw
 * @x: a vCPU in RUN
 * @raw: the run page's
 *
 * Return: which of the addresses are valid.
 */
u32 svm_fill_raw(struct x86_vcpu *x, struct axvcpu_raw *raw)
{
	const struct svm_vcpu *s = container_of(x, struct svm_vcpu, x);
	const struct svm_vmcb_control *ctl = &s->vmcb->control;
	const struct svm_exit *exit = &s->exit;
	u64 gpa = 0, gva = 0;
	u32 valid = 0;

	if (exit->kind == SVM_NPF) {
		gpa = exit->fault.gpa;
		valid = AXVCPU_RAW_GPA;
	} else if (exit->kind == SVM_EXCEPTION && exit->exception.vector == X86_TRAP_PF) {
		gva = exit->exception.address;
		valid = AXVCPU_RAW_GVA;
	}
	raw->reason = exit->code;
	raw->info[0] = ctl->exit_info1;
	raw->info[1] = ctl->exit_info2;
	raw->info[2] = ctl->exit_int_info;
	raw->info[3] = 0;
	raw->gpa = gpa;
	raw->gva = gva;
	return valid;
}

/* What the hardware tells of the instruction. */
static void take_insn(struct svm_vcpu *s)
{
	const struct svm_vmcb_control *ctl = &s->vmcb->control;
	u64 len = s->exit.next_rip - s->exit.rip;

	s->x.insn = (struct x86_insn) { .pc = s->exit.rip };
	if (s->exit.next_rip && len <= X86_INSN_MAX)
		s->x.insn.len = len;
	/* APM 15.8.4: 0 bytes if the processor could not fetch them. */
	if (s->exit.kind == SVM_NPF && svm_has(AXVCPU_FEATURE_DECODE_ASSISTS)) {
		s->x.insn.count = min_t(u8, ctl->insn_bytes, X86_INSN_MAX);
		memcpy(s->x.insn.bytes, ctl->insn, s->x.insn.count);
	}
}

static enum axvcpu_next handle_unknown(struct svm_vcpu *s)
{
	return x86_exit(&s->x, AXVCPU_EXIT_UNKNOWN);
}

static enum axvcpu_next handle_invalid(struct svm_vcpu *s)
{
	struct axvcpu_exit_fail_entry *out = &s->x.vcpu->run->out.fail_entry;
	const struct svm_limits limits = {
		/* with the bit that marks encrypted memory, which the kernel leaves out */
		.pa_bits = cpuid_eax(0x80000008) & 0xff,
		.cr4 = x86_cr4_supported() | X86_CR4_MCE,
		.efer = x86_efer_supported() | EFER_LMA | EFER_SVME,
	};

	memset(out, 0, sizeof(*out));
	out->reason = s->exit.code;
	strscpy(out->rule, svm_check(s->vmcb, &limits) ?: "unknown", sizeof(out->rule));
	return x86_exit(&s->x, AXVCPU_EXIT_FAIL_ENTRY);
}

static enum axvcpu_next handle_host_irq(struct svm_vcpu *s)
{
	return x86_handle_host_irq(&s->x);
}

static enum axvcpu_next handle_host_nmi(struct svm_vcpu *s)
{
	return x86_handle_host_nmi(&s->x);
}

static enum axvcpu_next handle_machine_check(struct svm_vcpu *s)
{
	return x86_handle_machine_check(&s->x);
}

static enum axvcpu_next handle_vintr(struct svm_vcpu *s)
{
	return x86_handle_window(&s->x, svm_event_irq_ready(s));
}

/* #DB: a step of ours, SET_DEBUG's, or the guest's; the latter adds to its DR6. */
static enum axvcpu_next handle_db(struct svm_vcpu *s)
{
	struct svm_vmcb_save *save = &s->vmcb->save;

	if (x86_debug_exit(&s->x, X86_TRAP_DB, s->db_bits))
		return AXVCPU_NEXT_EXIT;
	if (s->stepping && s->tf_added)
		s->db_bits &= ~VMCB_DR6_STEP;
	if (s->dr_ours && !s->db_bits) {
		axvcpu_count_handled(s->x.vcpu, AXVCPU_STAT_HANDLED_WINDOW);
		return AXVCPU_NEXT_RESUME;
	}
	save->dr6 |= s->db_bits;
	svm_dirty(s, VMCB_CLEAN_DR);
	if (x86_exception_exit(&s->x, &s->exit.exception))
		return AXVCPU_NEXT_EXIT;
	return x86_reflect(&s->x, &s->exit.exception);
}

static enum axvcpu_next handle_exception(struct svm_vcpu *s)
{
	const struct axvcpu_inject *event = &s->exit.exception;

	if (event->vector == X86_TRAP_DB)
		return handle_db(s);
	if (event->vector == X86_TRAP_BP && x86_debug_exit(&s->x, X86_TRAP_BP, 0))
		return AXVCPU_NEXT_EXIT;
	if (x86_exception_exit(&s->x, event))
		return AXVCPU_NEXT_EXIT;
	return x86_reflect(&s->x, event);
}

/*
 * The processor does not promise what the VMCB holds now (APM 15.14.3), so the
 * control area is made anew. The registers stay for whoever wants to know what
 * happened; RESET or SET_STATE make it run again, and the hardware checks what
 * it gets then.
 */
static enum axvcpu_next handle_shutdown(struct svm_vcpu *s)
{
	enum axvcpu_next next = x86_exit(&s->x, AXVCPU_EXIT_SHUTDOWN);

	svm_control_reset(s);
	WRITE_ONCE(s->x.vcpu->activity, AXVCPU_ACTIVITY_SHUTDOWN);
	return next;
}

static enum axvcpu_next handle_npf(struct svm_vcpu *s)
{
	struct axvcpu_vcpu *vcpu = s->x.vcpu;
	const struct svm_vmcb_control *ctl = &s->vmcb->control;

	if (s->exit.corrupt) {
		axvcpu_vcpu_fail(vcpu, -EIO, ctl->exit_info1, ctl->exit_info2, "handle_exit",
				 "an entry of the nested page table has reserved bits set");
		return AXVCPU_NEXT_FAIL;
	}
	vcpu->fault = s->exit.fault;
	return AXVCPU_NEXT_FAULT;
}

static enum axvcpu_next handle_io(struct svm_vcpu *s)
{
	return s->exit.io.string ? AXVCPU_NEXT_SLOW : x86_handle_io(&s->x, &s->exit.io);
}

static enum axvcpu_next handle_cpuid(struct svm_vcpu *s)
{
	return x86_handle_cpuid(&s->x, s->exit.next_rip);
}

static enum axvcpu_next handle_msr(struct svm_vcpu *s)
{
	if (s->exit.write)
		return x86_handle_wrmsr(&s->x, s->exit.next_rip);
	return x86_handle_rdmsr(&s->x, s->exit.next_rip);
}

static enum axvcpu_next handle_hlt(struct svm_vcpu *s)
{
	return x86_halt(&s->x, s->exit.next_rip);
}

/* VMCALL has no exit on this hardware: it raises #UD in the guest. */
static enum axvcpu_next handle_vmmcall(struct svm_vcpu *s)
{
	return x86_handle_hypercall(&s->x, s->exit.next_rip);
}

static enum axvcpu_next handle_xsetbv(struct svm_vcpu *s)
{
	return x86_handle_xsetbv(&s->x, s->exit.next_rip);
}

/* The IRET that ends the blocking of NMIs comes next. */
static enum axvcpu_next handle_iret(struct svm_vcpu *s)
{
	axvcpu_count_handled(s->x.vcpu, AXVCPU_STAT_HANDLED_WINDOW);
	s->x.nmi = X86_NMI_IRET;
	svm_intercepts_stale(s);
	s->iret_rip = s->exit.rip;
	return AXVCPU_NEXT_RESUME;
}

static enum axvcpu_next handle_nop(struct svm_vcpu *s)
{
	return x86_handle_nop(&s->x, s->exit.next_rip);
}

static enum axvcpu_next handle_refused_gp(struct svm_vcpu *s)
{
	return x86_handle_refused(&s->x, X86_TRAP_GP);
}

static enum axvcpu_next handle_refused_ud(struct svm_vcpu *s)
{
	return x86_handle_refused(&s->x, X86_TRAP_UD);
}

static enum axvcpu_next handle_idle(struct svm_vcpu *s)
{
	return x86_handle_idle(&s->x, s->exit.next_rip);
}

/* The guest does it by itself, once its debug registers are in the hardware. */
static enum axvcpu_next open_dr(struct svm_vcpu *s)
{
	axvcpu_count_handled(s->x.vcpu, AXVCPU_STAT_HANDLED_CONTROL);
	s->x.guest_dr_live = true;
	svm_intercepts_stale(s);
	return AXVCPU_NEXT_RESUME;
}

/* How a kind is handled, and what must be known of the instruction for it. */
static const struct {
	enum axvcpu_next (*handle)(struct svm_vcpu *s);
	enum { NEEDS_NOTHING, NEEDS_LENGTH, NEEDS_OPERAND } needs;
} handlers[SVM_NR_KINDS] = {
	[SVM_UNKNOWN] = { handle_unknown },
	[SVM_INVALID] = { handle_invalid },
	[SVM_HOST_IRQ] = { handle_host_irq },
	[SVM_HOST_NMI] = { handle_host_nmi },
	[SVM_MACHINE_CHECK] = { handle_machine_check },
	[SVM_VINTR] = { handle_vintr },
	[SVM_EXCEPTION] = { handle_exception },
	[SVM_SHUTDOWN] = { handle_shutdown },
	[SVM_NPF] = { handle_npf },
	[SVM_IO] = { handle_io },
	[SVM_CR] = { svm_handle_cr, NEEDS_OPERAND },
	[SVM_DR] = { svm_handle_dr, NEEDS_OPERAND },
	[SVM_CPUID] = { handle_cpuid, NEEDS_LENGTH },
	[SVM_MSR] = { handle_msr, NEEDS_LENGTH },
	[SVM_HLT] = { handle_hlt, NEEDS_LENGTH },
	[SVM_VMMCALL] = { handle_vmmcall, NEEDS_LENGTH },
	[SVM_XSETBV] = { handle_xsetbv, NEEDS_LENGTH },
	[SVM_IRET] = { handle_iret },
	[SVM_IDLE] = { handle_idle, NEEDS_LENGTH },
	[SVM_NOP] = { handle_nop, NEEDS_LENGTH },
	[SVM_REFUSED_GP] = { handle_refused_gp },
	[SVM_REFUSED_UD] = { handle_refused_ud },
};

/* The processor told everything that the handler needs. */
static bool insn_known(struct svm_vcpu *s)
{
	const struct svm_exit *exit = &s->exit;
	unsigned int needs = handlers[exit->kind].needs;

	if (needs == NEEDS_NOTHING)
		return true;
	if (!exit->next_rip)
		return false;
	if (needs == NEEDS_LENGTH)
		return true;
	s->insn = (struct svm_insn) {
		.op = SVM_OP_MOV,
		.gpr = exit->reg.gpr,
		.width = s->x.vendor->code_bits(&s->x) == 64 ? 8 : 4,
	};
	return exit->reg.known;
}

static void take_length(struct svm_vcpu *s)
{
	s->x.insn.len = s->insn.len;
	s->exit.next_rip = s->exit.rip + s->insn.len;
}

/* What was read of the instruction: false if it is not the one that exited. */
static bool parse_insn(struct svm_vcpu *s)
{
	struct x86_insn *insn = &s->x.insn;

	if (!svm_insn_parse(&s->exit, insn->bytes, insn->count,
			    s->x.vendor->code_bits(&s->x), &s->insn))
		return false;
	take_length(s);
	return true;
}

/*
 * Read it on the spot, if it is at hand. With an operand in memory the rest may
 * sleep all the same.
 */
static bool peek_insn(struct svm_vcpu *s)
{
	if (!x86_peek_insn(&s->x))
		return false;
	if (x86_insn_known(&s->x, s->exit.code)) {
		s->insn = s->learned;
		take_length(s);
		return true;
	}
	if (!parse_insn(s) || s->insn.memory)
		return false;
	if (x86_insn_learn(&s->x, s->insn.len, s->exit.code))
		s->learned = s->insn;
	return true;
}

/**
 * svm_handle_exit() - ops->handle_exit
 * @vcpu: svm_run() has returned
 *
 * Context: preemption off, interrupts on.
 * Return: what to do next.
 */
enum axvcpu_next svm_handle_exit(struct axvcpu_vcpu *vcpu)
{
	struct svm_vcpu *s = to_svm(vcpu);

	svm_exit_decode(s->vmcb, svm_features, &s->exit);
	take_insn(s);
	if (s->exit.kind == SVM_DR && !svm_debugged(s))
		return open_dr(s);
	if (!insn_known(s) && !peek_insn(s))
		return AXVCPU_NEXT_SLOW;
	/* The most frequent ones without a detour by way of a pointer. */
	switch (s->exit.kind) {
	case SVM_IO:
		return handle_io(s);
	case SVM_NPF:
		return handle_npf(s);
	case SVM_CPUID:
		return handle_cpuid(s);
	default:
		return handlers[s->exit.kind].handle(s);
	}
}

/*
 * Read the instruction. If it is not the one that exited, the guest has changed
 * it or its tables meanwhile: executing it again will tell.
 */
static enum axvcpu_next complete_insn(struct svm_vcpu *s)
{
	if (!x86_fetch_insn(&s->x))
		return handle_unknown(s);
	if (!parse_insn(s))
		return AXVCPU_NEXT_RESUME;
	return handlers[s->exit.kind].handle(s);
}

/* INS and OUTS: some emulators leave out the address size. */
static enum axvcpu_next complete_string(struct svm_vcpu *s)
{
	const struct x86_insn *insn = &s->x.insn;
	struct x86_io *io = &s->exit.io;

	if (!io->address_bits) {
		if (!x86_fetch_insn(&s->x))
			return handle_unknown(s);
		io->address_bits = x86_insn_address_bits(insn->bytes, insn->count,
							 s->x.vendor->code_bits(&s->x));
	}
	return x86_complete_string_io(&s->x, io);
}

/**
 * svm_complete() - ops->complete: what svm_handle_exit() left for here
 * @vcpu: not entered
 *
 * Context: may sleep; the VM's mm is current.
 * Return: what to do next.
 */
enum axvcpu_next svm_complete(struct axvcpu_vcpu *vcpu)
{
	struct svm_vcpu *s = to_svm(vcpu);

	return s->exit.kind == SVM_IO ? complete_string(s) : complete_insn(s);
}
