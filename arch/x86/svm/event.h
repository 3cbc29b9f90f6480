/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_SVM_EVENT_H
#define AXVCPU_X86_SVM_EVENT_H

#include "svm.h"

bool svm_event_irq_ready(struct x86_vcpu *x);
bool svm_has_error_code(u8 vector);
void svm_event_choose(struct svm_vcpu *s);
void svm_event_account(struct svm_vcpu *s, u64 undelivered);

/**
 * svm_event_inject() - pick what the next entry delivers: exception, NMI, IRQ
 * @s: about to run; its registers are in the VMCB
 *
 * Nothing, if nothing waits, nobody asks for a window, and the last entry left none.
 *
 * Context: interrupts off, in_guest published.
 */
static inline void svm_event_inject(struct svm_vcpu *s)
{
	const struct axvcpu_vcpu *vcpu = s->x.vcpu;

	if (unlikely(READ_ONCE(vcpu->events.pending) || s->unfinished ||
		     (vcpu->flags & AXVCPU_RUN_EXIT_IRQ_WINDOW)))
		svm_event_choose(s);
}

/**
 * svm_event_settle() - after an exit: account for what was injected
 * @s: the vCPU; its registers are out of the VMCB
 * @undelivered: EXITINTINFO: the event whose delivery the exit interrupted, or
 *	EVENTINJ if the guest was not entered
 */
static inline void svm_event_settle(struct svm_vcpu *s, u64 undelivered)
{
	if (unlikely(s->injected || (undelivered & VMCB_EVENT_VALID) || s->x.nmi))
		svm_event_account(s, undelivered);
}

#endif /* AXVCPU_X86_SVM_EVENT_H */
