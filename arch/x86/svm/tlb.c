// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tags of a guest's TLB entries, per CPU. An ASID is given out once in a
 * generation; when they are used up, the next generation begins with a flush of
 * all of them (APM 15.16.1). Flushing one vCPU means flushing its ASID if the
 * processor can (15.16.2), and a new ASID otherwise.
 */
#include "svm.h"
#include "tlb.h"

/**
 * svm_asid_flush() - svm_asid_choose() where there is no ASID, or something to flush
 * @s: about to run
 * @pc: on this CPU
 *
 * Context: interrupts off.
 */
void svm_asid_flush(struct svm_vcpu *s, struct svm_cpu *pc)
{
	struct svm_vmcb_control *ctl = &s->vmcb->control;
	struct axvcpu_vcpu *vcpu = s->x.vcpu;
	bool stale = s->asid_generation != pc->asid_generation;

	vcpu->flush = false;
	s->flush_guest = false;
	if (!stale && svm_has(AXVCPU_FEATURE_FLUSH_BY_ASID)) {
		ctl->tlb_control = VMCB_TLB_FLUSH_ASID;
		return;
	}
	if (pc->asid_next > svm_max_asid) {
		pc->asid_generation++;
		pc->asid_next = 1;
		ctl->tlb_control = VMCB_TLB_FLUSH_ALL;
	}
	if (stale) {
		/* Nothing of this VMCB is cached here either. */
		ctl->clean = 0;
		axvcpu_count_event(vcpu, AXVCPU_STAT_FLUSH_SWITCH);
	}
	s->asid_generation = pc->asid_generation;
	ctl->asid = pc->asid_next++;
	svm_dirty(s, VMCB_CLEAN_ASID);
}

/**
 * svm_asid_undo() - the entry did not happen, and maybe not the flush either
 * @s: as in svm_asid_choose()
 * @pc: as there
 *
 * A flush of all ASIDs is due to all who got one since: nobody gets another
 * before it was done.
 */
void svm_asid_undo(struct svm_vcpu *s, struct svm_cpu *pc)
{
	if (s->vmcb->control.tlb_control == VMCB_TLB_FLUSH_ALL)
		pc->asid_next = svm_max_asid + 1;
	s->asid_generation = 0;
}
