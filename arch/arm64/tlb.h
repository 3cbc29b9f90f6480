/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which TLB entries go before a guest is entered. The vCPUs of a VM share its
 * VMID on all CPUs, and what a CPU has cached stays there when a vCPU leaves it.
 */
#ifndef AXVCPU_ARM64_TLB_H
#define AXVCPU_ARM64_TLB_H

#include "arm64.h"

/**
 * arm64_tlb_moved() - the vCPU has come to another CPU
 * @vcpu: claimed by the caller
 *
 * What it left here when it was here last has missed every flush since: those
 * were for the CPU that it was on.
 */
static inline void arm64_tlb_moved(struct axvcpu_vcpu *vcpu)
{
	vcpu->flush = true;
}

/**
 * arm64_tlb_choose() - does this entry drop the VM's TLB entries here?
 * @a: the vCPU, loaded here
 * @last: 1 + number of the VM's vCPU that ran here last, 0: none; updated
 *
 * Entries of another vCPU of the VM may come from tables that are private to it. It may
 * also have left instructions here that this one must not find: with its MMU off it fetches
 * them from memory, past what its sibling has written and made visible to its own fetches
 * (Arm ARM B2.7.2, D8.2.12).
 *
 * Context: interrupts off.
 * Return: true if the instruction caches of this CPU must forget what they have.
 */
static inline bool arm64_tlb_choose(struct arm64_vcpu *a, u32 *last)
{
	struct axvcpu_vcpu *vcpu = a->vcpu;
	u32 self = vcpu->fixed.id + 1, before = *last;

	if (vcpu->flush) {
		vcpu->flush = false;
		a->ctx.flush = 1;
	}
	if (before == self)
		return false;
	*last = self;
	a->ctx.flush = 1;
	axvcpu_count_event(vcpu, AXVCPU_STAT_FLUSH_SWITCH);
	return before;
}

#endif /* AXVCPU_ARM64_TLB_H */
