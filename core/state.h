/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state machine: one word for each vCPU, its transitions as data, and the
 * helpers through which every lifecycle operation goes, nested in this order:
 * with_state_transition, with_current_cpu_set, the operation's body.
 */
#ifndef AXVCPU_STATE_H
#define AXVCPU_STATE_H

#include "object.h"

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

extern const struct axvcpu_transition axvcpu_transitions[AXVCPU_OP_NR];

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

int axvcpu_transition_state(struct axvcpu_vcpu *vcpu, u32 from, u32 to);
int axvcpu_with_state_transition(struct axvcpu_vcpu *vcpu, enum axvcpu_op op,
				 axvcpu_body_t *body, void *arg);
int axvcpu_with_current_cpu_set(struct axvcpu_vcpu *vcpu, axvcpu_body_t *body,
				void *arg);
int axvcpu_manipulate_arch_vcpu(struct axvcpu_vcpu *vcpu, enum axvcpu_op op,
				axvcpu_body_t *body, void *arg);
struct axvcpu_vcpu *axvcpu_get_current_vcpu(void);

#endif /* AXVCPU_STATE_H */
