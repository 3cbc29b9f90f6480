/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_SVM_TLB_H
#define AXVCPU_X86_SVM_TLB_H

#include "svm.h"

void svm_asid_flush(struct svm_vcpu *s, struct svm_cpu *pc);
void svm_asid_undo(struct svm_vcpu *s, struct svm_cpu *pc);

/**
 * svm_asid_choose() - the ASID and the flush of the next entry
 * @s: about to run
 * @pc: on this CPU
 *
 * Context: interrupts off.
 */
static inline void svm_asid_choose(struct svm_vcpu *s, struct svm_cpu *pc)
{
	s->vmcb->control.tlb_control = VMCB_TLB_KEEP;
	if (unlikely(s->asid_generation != pc->asid_generation || s->x.vcpu->flush ||
		     s->flush_guest))
		svm_asid_flush(s, pc);
}

#endif /* AXVCPU_X86_SVM_TLB_H */
