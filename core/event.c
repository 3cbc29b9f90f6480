// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events that wait for delivery: a coalescing set of vectors, an NMI latch, one
 * exception. Anyone adds; the claim's holder takes on its way into the guest.
 */
#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "core.h"
#include "trace.h"

/**
 * axvcpu_event_init() - an empty set
 * @vcpu: being made
 */
void axvcpu_event_init(struct axvcpu_vcpu *vcpu)
{
	raw_spin_lock_init(&vcpu->events.lock);
}

/**
 * axvcpu_event_clear() - forget everything that waits
 * @vcpu: claimed by the caller
 */
void axvcpu_event_clear(struct axvcpu_vcpu *vcpu)
{
	struct axvcpu_events *events = &vcpu->events;

	raw_spin_lock(&events->lock);
	WRITE_ONCE(events->pending, 0);
	bitmap_zero(events->irq, AXVCPU_NR_VECTORS);
	raw_spin_unlock(&events->lock);
}

/**
 * axvcpu_event_irq_highest() - the vector to deliver next
 * @vcpu: any vCPU
 *
 * Return: the highest pending vector, -1 if there is none.
 */
int axvcpu_event_irq_highest(struct axvcpu_vcpu *vcpu)
{
	struct axvcpu_events *events = &vcpu->events;
	unsigned long vector;

	if (!test_bit(AXVCPU_PENDING_IRQ, &events->pending))
		return -1;
	vector = find_last_bit(events->irq, AXVCPU_NR_VECTORS);
	return vector < AXVCPU_NR_VECTORS ? vector : -1;
}

/**
 * axvcpu_event_irq_take() - a vector was delivered or is withdrawn
 * @vcpu: any vCPU
 * @vector: 0 to 255
 *
 * The summary bit goes first and comes back if a vector is left, so that one
 * put meanwhile is never forgotten.
 */
void axvcpu_event_irq_take(struct axvcpu_vcpu *vcpu, int vector)
{
	struct axvcpu_events *events = &vcpu->events;

	clear_bit(vector, events->irq);
	clear_bit(AXVCPU_PENDING_IRQ, &events->pending);
	/* Pairs with irq_put(): summary, then vectors. */
	smp_mb__after_atomic();
	if (!bitmap_empty(events->irq, AXVCPU_NR_VECTORS))
		set_bit(AXVCPU_PENDING_IRQ, &events->pending);
}

/**
 * axvcpu_event_irq_put() - make a vector pending
 * @vcpu: any vCPU
 * @vector: 0 to 255
 */
void axvcpu_event_irq_put(struct axvcpu_vcpu *vcpu, int vector)
{
	struct axvcpu_events *events = &vcpu->events;

	set_bit(vector, events->irq);
	/* Pairs with irq_take(): vector, then summary. */
	smp_mb__after_atomic();
	set_bit(AXVCPU_PENDING_IRQ, &events->pending);
}

/**
 * axvcpu_event_nmi_take() - take the latched NMI
 * @vcpu: any vCPU
 *
 * Return: was there one?
 */
bool axvcpu_event_nmi_take(struct axvcpu_vcpu *vcpu)
{
	return test_and_clear_bit(AXVCPU_PENDING_NMI, &vcpu->events.pending);
}

/**
 * axvcpu_event_nmi_put() - latch an NMI; two are one
 * @vcpu: any vCPU
 */
void axvcpu_event_nmi_put(struct axvcpu_vcpu *vcpu)
{
	set_bit(AXVCPU_PENDING_NMI, &vcpu->events.pending);
}

/**
 * axvcpu_event_exception_take() - take the pending exception
 * @vcpu: any vCPU
 * @event: takes it
 *
 * Context: any, interrupts on or off.
 * Return: was there one?
 */
bool axvcpu_event_exception_take(struct axvcpu_vcpu *vcpu, struct axvcpu_inject *event)
{
	struct axvcpu_events *events = &vcpu->events;
	bool taken;

	if (!test_bit(AXVCPU_PENDING_EXCEPTION, &events->pending))
		return false;
	raw_spin_lock(&events->lock);
	taken = test_and_clear_bit(AXVCPU_PENDING_EXCEPTION, &events->pending);
	if (taken)
		*event = events->exception;
	raw_spin_unlock(&events->lock);
	return taken;
}

/**
 * axvcpu_event_exception_put() - make an exception pending
 * @vcpu: any vCPU
 * @event: an exception the backend's check_event() accepted
 *
 * Return: 0, -EBUSY if one is pending already.
 */
int axvcpu_event_exception_put(struct axvcpu_vcpu *vcpu, const struct axvcpu_inject *event)
{
	struct axvcpu_events *events = &vcpu->events;
	int ret = -EBUSY;

	raw_spin_lock(&events->lock);
	if (!test_bit(AXVCPU_PENDING_EXCEPTION, &events->pending)) {
		events->exception = *event;
		set_bit(AXVCPU_PENDING_EXCEPTION, &events->pending);
		ret = 0;
	}
	raw_spin_unlock(&events->lock);
	return ret;
}

/**
 * axvcpu_vcpu_inject_interrupt() - INJECT: queue an event, then kick or wake
 * @vcpu: any vCPU
 * @event: what to queue
 *
 * Context: any thread of the mm; does not claim.
 * Return: 0; -EINVAL for an event the architecture does not have, -EBADFD in
 * INVALID or CREATED, -EBUSY if an exception is pending already.
 */
int axvcpu_vcpu_inject_interrupt(struct axvcpu_vcpu *vcpu, const struct axvcpu_inject *event)
{
	const u32 states = AXVCPU_STATE_BIT(FREE) | AXVCPU_STATE_BIT(READY) |
			   AXVCPU_STATE_BIT(RUNNING) | AXVCPU_STATE_BIT(BLOCKED);
	int ret;

	if (!(states & BIT(axvcpu_vcpu_state(vcpu))))
		return -EBADFD;
	ret = axvcpu_ops->check_event(event);
	if (ret)
		return ret;

	switch (event->type) {
	case AXVCPU_INJECT_IRQ:
		axvcpu_event_irq_put(vcpu, event->vector);
		break;
	case AXVCPU_INJECT_IRQ_CLEAR:
		axvcpu_event_irq_take(vcpu, event->vector);
		break;
	case AXVCPU_INJECT_NMI:
		axvcpu_event_nmi_put(vcpu);
		break;
	default:
		ret = axvcpu_event_exception_put(vcpu, event);
		break;
	}
	if (!ret) {
		trace_axvcpu_inject(vcpu, event->type, event->vector);
		axvcpu_vcpu_notify(vcpu);
	}
	return ret;
}

/**
 * axvcpu_event_save() - the portable half of AXVCPU_GROUP_EVENTS
 * @vcpu: claimed by the caller
 * @state: zeroed; filled in
 */
void axvcpu_event_save(struct axvcpu_vcpu *vcpu, struct axvcpu_state_events *state)
{
	struct axvcpu_events *events = &vcpu->events;

	raw_spin_lock(&events->lock);
	bitmap_to_arr64(state->irq_pending, events->irq, AXVCPU_NR_VECTORS);
	state->nmi_pending = test_bit(AXVCPU_PENDING_NMI, &events->pending);
	if (test_bit(AXVCPU_PENDING_EXCEPTION, &events->pending)) {
		state->exception_pending = 1;
		state->exception_vector = events->exception.vector;
		state->exception_flags = events->exception.flags;
		state->exception_error = events->exception.error_code;
		state->exception_address = events->exception.address;
	}
	raw_spin_unlock(&events->lock);
	state->activity = vcpu->activity;
}

/**
 * axvcpu_event_restore() - the reverse of axvcpu_event_save()
 * @vcpu: claimed by the caller
 * @state: checked
 */
void axvcpu_event_restore(struct axvcpu_vcpu *vcpu, const struct axvcpu_state_events *state)
{
	struct axvcpu_events *events = &vcpu->events;
	unsigned long pending = 0;

	raw_spin_lock(&events->lock);
	bitmap_from_arr64(events->irq, state->irq_pending, AXVCPU_NR_VECTORS);
	if (!bitmap_empty(events->irq, AXVCPU_NR_VECTORS))
		pending |= BIT(AXVCPU_PENDING_IRQ);
	if (state->nmi_pending)
		pending |= BIT(AXVCPU_PENDING_NMI);
	if (state->exception_pending) {
		pending |= BIT(AXVCPU_PENDING_EXCEPTION);
		events->exception = (struct axvcpu_inject){
			.type = AXVCPU_INJECT_EXCEPTION,
			.vector = state->exception_vector,
			.flags = state->exception_flags,
			.error_code = state->exception_error,
			.address = state->exception_address,
		};
	}
	WRITE_ONCE(events->pending, pending);
	raw_spin_unlock(&events->lock);
	WRITE_ONCE(vcpu->activity, state->activity);
}
