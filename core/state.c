// SPDX-License-Identifier: GPL-2.0-only
/* The state machine of a vCPU. */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/percpu.h>
#include <linux/preempt.h>

#include "core.h"
#include "trace.h"

static DEFINE_PER_CPU(struct axvcpu_vcpu *, axvcpu_current);

#define SETTLED	(AXVCPU_STATE_BIT(CREATED) | AXVCPU_STATE_BIT(FREE) | \
		 AXVCPU_STATE_BIT(READY))

const struct axvcpu_transition axvcpu_transitions[AXVCPU_OP_NR] = {
	[AXVCPU_OP_SETUP] = {
		.name = "setup",
		.from = AXVCPU_STATE_BIT(CREATED),
		.to = AXVCPU_STATE_FREE,
	},
	[AXVCPU_OP_BIND] = {
		.name = "bind",
		.from = AXVCPU_STATE_BIT(FREE),
		.to = AXVCPU_STATE_READY,
	},
	[AXVCPU_OP_RUN] = {
		.name = "run",
		.from = AXVCPU_STATE_BIT(READY),
		.to = AXVCPU_STATE_READY,
		.caller = AXVCPU_CALLER_OWNER,
	},
	[AXVCPU_OP_UNBIND] = {
		.name = "unbind",
		.from = AXVCPU_STATE_BIT(READY),
		.to = AXVCPU_STATE_FREE,
		.caller = AXVCPU_CALLER_OWNER_OR_HEIR,
	},
	[AXVCPU_OP_RESET] = {
		.name = "reset",
		.from = AXVCPU_STATE_BIT(INVALID) | AXVCPU_STATE_BIT(CREATED) |
			AXVCPU_STATE_BIT(FREE),
		.to = AXVCPU_STATE_CREATED,
	},
	[AXVCPU_OP_GET_STATE] = {
		.name = "get_state",
		.from = SETTLED,
		.to = AXVCPU_STATE_KEEP,
	},
	[AXVCPU_OP_SET_STATE] = {
		.name = "set_state",
		.from = SETTLED,
		.to = AXVCPU_STATE_KEEP,
	},
	[AXVCPU_OP_CONFIGURE] = {
		.name = "configure",
		.from = SETTLED,
		.to = AXVCPU_STATE_KEEP,
	},
	[AXVCPU_OP_REFUSE] = {
		.name = "refuse",
		.from = AXVCPU_STATE_BIT(READY),
		.to = AXVCPU_STATE_KEEP,
	},
	[AXVCPU_OP_TRANSLATE] = {
		.name = "translate",
		.from = SETTLED,
		.to = AXVCPU_STATE_KEEP,
	},
};

/**
 * axvcpu_state_name() - the name of a state, for logs and debugfs
 * @state: AXVCPU_STATE_*
 *
 * Return: a static string.
 */
const char *axvcpu_state_name(u32 state)
{
	static const char *const names[AXVCPU_STATE_NR] = {
		[AXVCPU_STATE_INVALID] = "Invalid",
		[AXVCPU_STATE_CREATED] = "Created",
		[AXVCPU_STATE_FREE] = "Free",
		[AXVCPU_STATE_READY] = "Ready",
		[AXVCPU_STATE_RUNNING] = "Running",
		[AXVCPU_STATE_BLOCKED] = "Blocked",
	};

	return state < AXVCPU_STATE_NR ? names[state] : "?";
}

/**
 * axvcpu_vcpu_claim() - take the vCPU for an operation that keeps its state
 * @vcpu: any vCPU
 * @states: states it may be in, one bit each
 *
 * Context: any thread of the VM's mm.
 * Return: the state it was in; -EBADFD if it is in none of @states, -EBUSY if
 * somebody else has the claim.
 */
int axvcpu_vcpu_claim(struct axvcpu_vcpu *vcpu, u32 states)
{
	int old = atomic_read(&vcpu->state);

	do {
		if (!(states & BIT(old & ~AXVCPU_CLAIMED)))
			return -EBADFD;
		if (old & AXVCPU_CLAIMED)
			return -EBUSY;
	} while (!atomic_try_cmpxchg_acquire(&vcpu->state, &old,
					     old | AXVCPU_CLAIMED));
	return old;
}

/* End the claim in state @to: whoever claims next sees all that was done. */
static void vcpu_settle(struct axvcpu_vcpu *vcpu, u32 to)
{
	u32 from = axvcpu_vcpu_state(vcpu);

	if (from != to)
		trace_axvcpu_state(vcpu, from, to);
	atomic_set_release(&vcpu->state, to);
}

/**
 * axvcpu_vcpu_release() - give the claim of axvcpu_vcpu_claim() back
 * @vcpu: claimed by the caller
 */
void axvcpu_vcpu_release(struct axvcpu_vcpu *vcpu)
{
	vcpu_settle(vcpu, axvcpu_vcpu_state(vcpu));
}

/**
 * axvcpu_transition_state() - move a claimed vCPU from one state to another
 * @vcpu: claimed by the caller, and stays so
 * @from: state it is in
 * @to: state it is in after
 *
 * Return: 0, or -EBADFD if it is not in @from.
 */
int axvcpu_transition_state(struct axvcpu_vcpu *vcpu, u32 from, u32 to)
{
	int old = from | AXVCPU_CLAIMED;

	if (!atomic_try_cmpxchg(&vcpu->state, &old, to | AXVCPU_CLAIMED))
		return -EBADFD;
	trace_axvcpu_state(vcpu, from, to);
	return 0;
}

/*
 * May the calling thread do this? The owner cannot change under its own feet:
 * nobody but itself unbinds while it lives.
 */
static bool vcpu_caller_ok(struct axvcpu_vcpu *vcpu, enum axvcpu_caller caller)
{
	bool ok;

	if (caller == AXVCPU_CALLER_ANY || READ_ONCE(vcpu->owner) == current)
		return true;
	spin_lock(&vcpu->owner_lock);
	ok = !vcpu->owner || (caller == AXVCPU_CALLER_OWNER_OR_HEIR &&
			      READ_ONCE(vcpu->owner->exit_state));
	spin_unlock(&vcpu->owner_lock);
	return ok;
}

/**
 * axvcpu_with_state_transition() - do an operation as its row of the table says
 * @vcpu: any vCPU
 * @op: the operation
 * @body: what it does, with the claim held; may sleep
 * @arg: for @body
 *
 * Return: what @body returned; -EPERM if the caller may not do this, -EBADFD in
 * the wrong state, -EBUSY if somebody else has the claim.
 */
int axvcpu_with_state_transition(struct axvcpu_vcpu *vcpu, enum axvcpu_op op,
				 axvcpu_body_t *body, void *arg)
{
	const struct axvcpu_transition *row = &axvcpu_transitions[op];
	int from, ret;

	if (!vcpu_caller_ok(vcpu, row->caller))
		return -EPERM;
	from = axvcpu_vcpu_claim(vcpu, row->from);
	if (from < 0)
		return from;
	/* It may have got another owner just before; from here on it cannot. */
	ret = vcpu_caller_ok(vcpu, row->caller) ? body(vcpu, arg) : -EPERM;

	if (vcpu->failed)
		vcpu_settle(vcpu, AXVCPU_STATE_INVALID);
	else if (ret < 0 || row->to == AXVCPU_STATE_KEEP)
		vcpu_settle(vcpu, from);
	else
		vcpu_settle(vcpu, row->to);
	return ret;
}

/**
 * axvcpu_with_current_cpu_set() - do something as this CPU's current vCPU
 * @vcpu: claimed by the caller
 * @body: what to do, preemption off
 * @arg: for @body
 *
 * Return: what @body returned; -EBUSY, with a warning, if this CPU has a
 * current vCPU already.
 */
int axvcpu_with_current_cpu_set(struct axvcpu_vcpu *vcpu, axvcpu_body_t *body,
				void *arg)
{
	int ret = -EBUSY;

	preempt_disable();
	if (!WARN_ON_ONCE(__this_cpu_read(axvcpu_current))) {
		__this_cpu_write(axvcpu_current, vcpu);
		ret = body(vcpu, arg);
		__this_cpu_write(axvcpu_current, NULL);
	}
	preempt_enable();
	return ret;
}

/* A body with its argument, to nest one helper in another. */
struct nested_body {
	axvcpu_body_t *body;
	void *arg;
};

static int with_current(struct axvcpu_vcpu *vcpu, void *arg)
{
	struct nested_body *nested = arg;

	return axvcpu_with_current_cpu_set(vcpu, nested->body, nested->arg);
}

/**
 * axvcpu_manipulate_arch_vcpu() - an operation that touches the hardware
 * @vcpu: any vCPU
 * @op: the operation
 * @body: what it does, claim held, current on this CPU, preemption off
 * @arg: for @body
 *
 * Return: as axvcpu_with_state_transition() and axvcpu_with_current_cpu_set().
 */
int axvcpu_manipulate_arch_vcpu(struct axvcpu_vcpu *vcpu, enum axvcpu_op op,
				axvcpu_body_t *body, void *arg)
{
	struct nested_body nested = { .body = body, .arg = arg };

	return axvcpu_with_state_transition(vcpu, op, with_current, &nested);
}

/**
 * axvcpu_get_current_vcpu() - the vCPU whose hardware calls are under way here
 *
 * Context: preemption off.
 * Return: the vCPU, or NULL.
 */
struct axvcpu_vcpu *axvcpu_get_current_vcpu(void)
{
	return __this_cpu_read(axvcpu_current);
}
