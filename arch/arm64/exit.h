/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_ARM64_EXIT_H
#define AXVCPU_ARM64_EXIT_H

#include "arm64.h"

enum axvcpu_next arm64_handle_exit(struct axvcpu_vcpu *vcpu);
enum axvcpu_next arm64_complete(struct axvcpu_vcpu *vcpu);
enum axvcpu_next arm64_explain_fault(struct axvcpu_vcpu *vcpu, int error);
/* publish @reason and the raw block; the payload is written; AXVCPU_NEXT_EXIT */
enum axvcpu_next arm64_exit(struct arm64_vcpu *a, u32 reason);
/* SET_DEBUG asked for single steps, and this was one */
enum axvcpu_next arm64_stepped(struct arm64_vcpu *a);

/* the instruction is done: PC behind it */
static inline void arm64_advance(struct arm64_vcpu *a)
{
	struct el2_regs *regs = &a->ctx.guest;

	regs->pc += ARM64_INSN_LEN;
	regs->pstate &= ~ARM64_PSTATE_BTYPE;
	a->known |= AXVCPU_RAW_INSN_LEN;
}

/* ... in the kernel: RESUME, or EXIT if SET_DEBUG asked for single steps */
static inline enum axvcpu_next arm64_complete_insn(struct arm64_vcpu *a)
{
	arm64_advance(a);
	if (a->vcpu->debug.flags & AXVCPU_DEBUG_STEP)
		return arm64_stepped(a);
	return AXVCPU_NEXT_RESUME;
}

#endif /* AXVCPU_ARM64_EXIT_H */
