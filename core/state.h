/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state machine: one word for each vCPU, its transitions as data, and the
 * helpers through which every lifecycle operation goes, nested in this order:
 * with_state_transition, with_current_cpu_set, the operation's body. They are here
 * so that RUN is one function of them and its body.
 */
#ifndef AXVCPU_STATE_H
#define AXVCPU_STATE_H

#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/percpu.h>
#include <linux/preempt.h>

#include "object.h"
#include "trace.h"

/*
 * Bit of the state word: somebody works on this vCPU. The claim is the lock of
 * everything in it; RUNNING and BLOCKED are always claimed, by RUN.
 */
#define AXVCPU_CLAIMED		0x100

#define AXVCPU_STATE_BIT(state)	(1U << AXVCPU_STATE_##state)

/**
 * enum axvcpu_op - operations that need the claim
 * @AXVCPU_OP_SETUP: SETUP
 * @AXVCPU_OP_BIND: BIND
 * @AXVCPU_OP_RUN: RUN; the table has its end, RUNNING and BLOCKED lie between
 * @AXVCPU_OP_UNBIND: UNBIND
 * @AXVCPU_OP_RESET: RESET
 * @AXVCPU_OP_GET_STATE: GET_STATE
 * @AXVCPU_OP_SET_STATE: SET_STATE
 * @AXVCPU_OP_CONFIGURE: SET_DEBUG and the architecture's settings
 * @AXVCPU_OP_REFUSE: REFUSE
 * @AXVCPU_OP_TRANSLATE: TRANSLATE
 * @AXVCPU_OP_NR: how many there are
 */
enum axvcpu_op {
	AXVCPU_OP_SETUP,
	AXVCPU_OP_BIND,
	AXVCPU_OP_RUN,
	AXVCPU_OP_UNBIND,
	AXVCPU_OP_RESET,
	AXVCPU_OP_GET_STATE,
	AXVCPU_OP_SET_STATE,
	AXVCPU_OP_CONFIGURE,
	AXVCPU_OP_REFUSE,
	AXVCPU_OP_TRANSLATE,
	AXVCPU_OP_NR
};

/* @to of struct axvcpu_transition: the state stays what it was. */
#define AXVCPU_STATE_KEEP	AXVCPU_STATE_NR

/* Who may call: @caller of struct axvcpu_transition. */
enum axvcpu_caller {
	AXVCPU_CALLER_ANY,		/* any thread of the mm */
	AXVCPU_CALLER_OWNER,		/* the thread that called BIND */
	AXVCPU_CALLER_OWNER_OR_HEIR,	/* that, or any once it is dead */
};

/**
 * struct axvcpu_transition - one row of the table, by enum axvcpu_op
 * @name: the operation's name, for messages
 * @from: states it is allowed in, one bit each
 * @to: state after success; after an error it is what it was
 * @caller: who may call
 */
struct axvcpu_transition {
	const char *name;
	u32 from;
	u32 to;
	enum axvcpu_caller caller;
};

#define AXVCPU_SETTLED	(AXVCPU_STATE_BIT(CREATED) | AXVCPU_STATE_BIT(FREE) | \
		 AXVCPU_STATE_BIT(READY))

/* Here, and not in state.c, so that an operation's row is known where it is done. */
static const struct axvcpu_transition axvcpu_transitions[AXVCPU_OP_NR] __maybe_unused = {
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
		.from = AXVCPU_SETTLED,
		.to = AXVCPU_STATE_KEEP,
	},
	[AXVCPU_OP_SET_STATE] = {
		.name = "set_state",
		.from = AXVCPU_SETTLED,
		.to = AXVCPU_STATE_KEEP,
	},
	[AXVCPU_OP_CONFIGURE] = {
		.name = "configure",
		.from = AXVCPU_SETTLED,
		.to = AXVCPU_STATE_KEEP,
	},
	[AXVCPU_OP_REFUSE] = {
		.name = "refuse",
		.from = AXVCPU_STATE_BIT(READY),
		.to = AXVCPU_STATE_KEEP,
	},
	[AXVCPU_OP_TRANSLATE] = {
		.name = "translate",
		.from = AXVCPU_SETTLED,
		.to = AXVCPU_STATE_KEEP,
	},
};

const char *axvcpu_state_name(u32 state);

static inline u32 axvcpu_vcpu_state(const struct axvcpu_vcpu *vcpu)
{
	return atomic_read(&vcpu->state) & ~AXVCPU_CLAIMED;
}

/**
 * typedef axvcpu_body_t - the body of an operation
 * @vcpu: claimed
 * @arg: the operation's argument
 *
 * Return: 0, or a negative errno: the state goes back to what it was, unless
 * axvcpu_vcpu_fail() was called: then it becomes INVALID.
 */
typedef int axvcpu_body_t(struct axvcpu_vcpu *vcpu, void *arg);

/* The vCPU whose hardware calls are under way on a CPU. */
DECLARE_PER_CPU(struct axvcpu_vcpu *, axvcpu_current);

bool axvcpu_vcpu_caller_ok_slow(struct axvcpu_vcpu *vcpu, enum axvcpu_caller caller);

/**
 * axvcpu_vcpu_try_claim() - axvcpu_vcpu_claim(), on the spot
 * @vcpu: any vCPU
 * @states: states it may be in, one bit each
 *
 * Return: as axvcpu_vcpu_claim().
 */
static inline int axvcpu_vcpu_try_claim(struct axvcpu_vcpu *vcpu, u32 states)
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

/**
 * axvcpu_vcpu_settle() - end the claim: whoever claims next sees all that was done
 * @vcpu: claimed by the caller
 * @to: the state it has from now on
 */
static inline void axvcpu_vcpu_settle(struct axvcpu_vcpu *vcpu, u32 to)
{
	u32 from = axvcpu_vcpu_state(vcpu);

	if (from != to)
		trace_axvcpu_state(vcpu, from, to);
	atomic_set_release(&vcpu->state, to);
}

/**
 * axvcpu_transition_state() - move a claimed vCPU from one state to another
 * @vcpu: claimed by the caller, and stays so
 * @from: state it is in
 * @to: state it is in after
 *
 * Return: 0, or -EBADFD if it is not in @from.
 */
static inline int axvcpu_transition_state(struct axvcpu_vcpu *vcpu, u32 from, u32 to)
{
	/* The claim's holder alone writes the word. */
	if (atomic_read(&vcpu->state) != (from | AXVCPU_CLAIMED))
		return -EBADFD;
	atomic_set(&vcpu->state, to | AXVCPU_CLAIMED);
	trace_axvcpu_state(vcpu, from, to);
	return 0;
}

/**
 * axvcpu_vcpu_caller_ok() - may the calling thread do this?
 * @vcpu: any vCPU
 * @caller: who may
 *
 * The owner cannot change under its own feet: nobody but itself unbinds while it lives.
 */
static __always_inline bool axvcpu_vcpu_caller_ok(struct axvcpu_vcpu *vcpu,
						  enum axvcpu_caller caller)
{
	if (caller == AXVCPU_CALLER_ANY || READ_ONCE(vcpu->owner) == current)
		return true;
	return axvcpu_vcpu_caller_ok_slow(vcpu, caller);
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
static __always_inline int axvcpu_with_state_transition(struct axvcpu_vcpu *vcpu,
							enum axvcpu_op op,
							axvcpu_body_t *body, void *arg)
{
	const struct axvcpu_transition *row = &axvcpu_transitions[op];
	int from, ret;

	if (!axvcpu_vcpu_caller_ok(vcpu, row->caller))
		return -EPERM;
	from = axvcpu_vcpu_try_claim(vcpu, row->from);
	if (from < 0)
		return from;
	/* It may have got another owner just before; from here on it cannot. */
	ret = axvcpu_vcpu_caller_ok(vcpu, row->caller) ? body(vcpu, arg) : -EPERM;

	if (vcpu->failed)
		axvcpu_vcpu_settle(vcpu, AXVCPU_STATE_INVALID);
	else if (ret < 0 || row->to == AXVCPU_STATE_KEEP)
		axvcpu_vcpu_settle(vcpu, from);
	else
		axvcpu_vcpu_settle(vcpu, row->to);
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
static __always_inline int axvcpu_with_current_cpu_set(struct axvcpu_vcpu *vcpu,
						       axvcpu_body_t *body, void *arg)
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

struct axvcpu_vcpu *axvcpu_get_current_vcpu(void);

#endif /* AXVCPU_STATE_H */
