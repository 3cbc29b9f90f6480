// SPDX-License-Identifier: GPL-2.0-only
/* What SVM tells of an exit, and the exits that only SVM has. */
#include <linux/string.h>
#include <asm/msr-index.h>
#include <asm/processor.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "../cpuid.h"
#include "../debug.h"
#include "../handle.h"
#include "../insn/insn_cache.h"
#include "../insn/paging.h"
#include "check.h"
#include "decode.h"
#include "exit.h"
#include "insn.h"
#include "vcpu.h"

static struct svm_vcpu *from_x86(struct x86_vcpu *x)
{
	return container_of(x, struct svm_vcpu, x);
}

/**
 * svm_fill_raw() - vendor->fill_raw
 * @x: a vCPU in RUN
 * @raw: the run page's
 *
 * Return: which of the addresses are valid.
 */
u32 svm_fill_raw(struct x86_vcpu *x, struct axvcpu_raw *raw)
{
	const struct svm_vmcb_control *ctl = &from_x86(x)->vmcb->control;
	const struct x86_exit *exit = &x->exit;
	u64 gpa = 0, gva = 0;
	u32 valid = 0;

	if (exit->kind == X86_EXIT_FAULT) {
		gpa = exit->fault.gpa;
		valid = AXVCPU_RAW_GPA;
	} else if (exit->kind == X86_EXIT_EXCEPTION && exit->exception.vector == X86_TRAP_PF) {
		gva = exit->exception.address;
		valid = AXVCPU_RAW_GVA;
	}
	raw->reason = ctl->exit_code;
	raw->info[0] = ctl->exit_info1;
	raw->info[1] = ctl->exit_info2;
	raw->info[2] = ctl->exit_int_info;
	raw->info[3] = 0;
	raw->gpa = gpa;
	raw->gva = gva;
	return valid;
}

/**
 * svm_explain() - vendor->explain: VMEXIT_INVALID
 * @x: a vCPU in RUN
 * @out: filled in; zeroed by the caller
 */
void svm_explain(struct x86_vcpu *x, struct axvcpu_exit_fail_entry *out)
{
	const struct svm_vmcb *vmcb = from_x86(x)->vmcb;
	const struct svm_limits limits = {
		/* with the bit that marks encrypted memory, which the kernel leaves out */
		.pa_bits = cpuid_eax(0x80000008) & 0xff,
		.cr4 = x86_cr4_supported() | X86_CR4_MCE,
		.efer = x86_efer_supported() | EFER_LMA | EFER_SVME,
	};

	out->reason = vmcb->control.exit_code;
	strscpy(out->rule, svm_check(vmcb, &limits) ?: "unknown", sizeof(out->rule));
}

/**
 * svm_shutdown() - vendor->shutdown
 * @x: a vCPU in RUN
 *
 * The processor does not promise what the VMCB holds now (APM 15.14.3).
 */
void svm_shutdown(struct x86_vcpu *x)
{
	svm_control_reset(from_x86(x));
}

/**
 * svm_handle_db() - vendor->handle_db
 * @x: a vCPU in RUN
 *
 * It is a step of ours, SET_DEBUG's, or the guest's; the last adds to the guest's DR6.
 *
 * Return: what to do next.
 */
enum axvcpu_next svm_handle_db(struct x86_vcpu *x)
{
	struct svm_vcpu *s = from_x86(x);

	if (x86_debug_exit(x, X86_TRAP_DB, s->db_bits))
		return AXVCPU_NEXT_EXIT;
	if (s->stepping && s->tf_added)
		s->db_bits &= ~VMCB_DR6_STEP;
	if (s->dr_ours && !s->db_bits) {
		axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_WINDOW);
		return AXVCPU_NEXT_RESUME;
	}
	s->vmcb->save.dr6 |= s->db_bits;
	svm_dirty(s, VMCB_CLEAN_DR);
	if (x86_exception_exit(x, &x->exit.exception))
		return AXVCPU_NEXT_EXIT;
	return x86_reflect(x, &x->exit.exception);
}

/**
 * svm_handle_iret() - vendor->handle_own: the IRET that ends the blocking of NMIs comes next
 * @x: a vCPU in RUN
 *
 * Return: AXVCPU_NEXT_RESUME.
 */
enum axvcpu_next svm_handle_iret(struct x86_vcpu *x)
{
	struct svm_vcpu *s = from_x86(x);

	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_WINDOW);
	x->nmi = X86_NMI_IRET;
	svm_intercepts_stale(s);
	s->iret_rip = x->exit.rip;
	return AXVCPU_NEXT_RESUME;
}

/* What the hardware tells of the instruction. */
static void take_insn(struct svm_vcpu *s)
{
	const struct svm_vmcb_control *ctl = &s->vmcb->control;
	const struct x86_exit *exit = &s->x.exit;
	u64 len = exit->next_rip - exit->rip;

	s->x.insn = (struct x86_insn) { .pc = exit->rip };
	if (exit->next_rip && len <= X86_INSN_MAX)
		s->x.insn.len = len;
	/* APM 15.8.4: 0 bytes if the processor could not fetch them. */
	if (exit->kind == X86_EXIT_FAULT && svm_has(AXVCPU_FEATURE_DECODE_ASSISTS)) {
		s->x.insn.count = min_t(u8, ctl->insn_bytes, X86_INSN_MAX);
		memcpy(s->x.insn.bytes, ctl->insn, s->x.insn.count);
	}
}

/* What a handler must know of the instruction. */
static const enum { NEEDS_NOTHING, NEEDS_LENGTH, NEEDS_OPERAND } needs[X86_EXIT_KINDS] = {
	[X86_EXIT_CR] = NEEDS_OPERAND,
	[X86_EXIT_DR] = NEEDS_OPERAND,
	[X86_EXIT_INT1] = NEEDS_LENGTH,
	[X86_EXIT_CPUID] = NEEDS_LENGTH,
	[X86_EXIT_RDMSR] = NEEDS_LENGTH,
	[X86_EXIT_WRMSR] = NEEDS_LENGTH,
	[X86_EXIT_HLT] = NEEDS_LENGTH,
	[X86_EXIT_HYPERCALL] = NEEDS_LENGTH,
	[X86_EXIT_XSETBV] = NEEDS_LENGTH,
	[X86_EXIT_IDLE] = NEEDS_LENGTH,
	[X86_EXIT_NOP] = NEEDS_LENGTH,
};

/* Has the processor told everything that the handler needs? */
static bool insn_known(const struct svm_vcpu *s)
{
	const struct x86_exit *exit = &s->x.exit;

	switch (needs[exit->kind]) {
	case NEEDS_NOTHING:
		return true;
	case NEEDS_LENGTH:
		return exit->next_rip;
	default:
		/* The guest does an access to a debug register by itself, if it may. */
		return (exit->next_rip && exit->reg.known) ||
		       (exit->kind == X86_EXIT_DR && !x86_debugged(&s->x));
	}
}

static void take_parsed(struct x86_vcpu *x, const struct svm_insn *insn)
{
	x->insn.len = insn->len;
	x->exit.next_rip = x->exit.rip + insn->len;
	if (needs[x->exit.kind] == NEEDS_OPERAND)
		x->exit.reg = insn->reg;
}

static bool parse_insn(struct svm_vcpu *s, struct svm_insn *insn)
{
	const struct x86_insn *bytes = &s->x.insn;

	if (!svm_insn_parse(&s->x.exit, s->vmcb->control.exit_code, bytes->bytes, bytes->count,
			    s->x.vendor->code_bits(&s->x), insn))
		return false;
	take_parsed(&s->x, insn);
	return true;
}

/**
 * svm_parse_insn() - vendor->parse_insn
 * @x: a vCPU in RUN; its instruction has been read
 *
 * Return: is it the one that exited?
 */
bool svm_parse_insn(struct x86_vcpu *x)
{
	struct svm_insn insn;

	return parse_insn(from_x86(x), &insn);
}

/*
 * Read it on the spot, if it is at hand. With an operand in memory the rest may
 * sleep all the same.
 */
static bool peek_insn(struct svm_vcpu *s)
{
	u64 code = s->vmcb->control.exit_code;
	struct svm_insn insn;

	if (!x86_peek_insn(&s->x))
		return false;
	if (x86_insn_known(&s->x, code)) {
		take_parsed(&s->x, &s->learned);
		return true;
	}
	if (!parse_insn(s, &insn) || insn.reg.memory)
		return false;
	if (x86_insn_learn(&s->x, insn.len, code))
		s->learned = insn;
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

	svm_exit_decode(s->vmcb, svm_features, &s->x.exit);
	take_insn(s);
	if (!insn_known(s) && !peek_insn(s))
		return AXVCPU_NEXT_SLOW;
	return x86_handle(&s->x);
}
