// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every operation against every state. What is expected stands here a second
 * time, from the manual and not from the core's table.
 */
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "fixture.h"
#include "suites.h"

#define IN(state)	AXVCPU_STATE_BIT(state)
#define SETTLED		(IN(CREATED) | IN(FREE) | IN(READY))
#define EVERY		(BIT(AXVCPU_STATE_NR) - 1)

/* A record for SET_STATE, in user memory. */
static unsigned long user_record;

static int do_setup(struct axvcpu_vcpu *vcpu)
{
	static const struct axvcpu_setup setup = {
		.size = sizeof(setup),
		.flags = AXVCPU_SETUP_ENTRY,
		.entry = 0x1000,
	};

	return axvcpu_vcpu_setup(vcpu, &setup);
}

static int do_set_debug(struct axvcpu_vcpu *vcpu)
{
	static const struct axvcpu_debug debug = {
		.size = sizeof(debug),
		.flags = AXVCPU_DEBUG_STEP,
	};

	return axvcpu_vcpu_set_debug(vcpu, &debug);
}

static int do_translate(struct axvcpu_vcpu *vcpu)
{
	struct axvcpu_translate tr = { .size = sizeof(tr), .access = AXVCPU_ACCESS_READ };

	return axvcpu_vcpu_translate(vcpu, &tr);
}

static int do_refuse(struct axvcpu_vcpu *vcpu)
{
	static const struct axvcpu_refuse refuse = { .size = sizeof(refuse), .vector = 13 };

	return axvcpu_vcpu_refuse(vcpu, &refuse);
}

static int do_get_state(struct axvcpu_vcpu *vcpu)
{
	struct axvcpu_state_buffer buf = { .size = sizeof(buf), .group = AXVCPU_GROUP_EVENTS };
	int ret = axvcpu_vcpu_get_state(vcpu, &buf);

	/* No room: the right answer to this question, in the right state. */
	return ret == -ENOSPC ? 0 : ret;
}

static int do_set_state(struct axvcpu_vcpu *vcpu)
{
	const struct axvcpu_state_buffer buf = {
		.size = sizeof(buf),
		.addr = user_record,
		.len = sizeof(struct axvcpu_state_record) + sizeof(struct fake_group),
	};

	return axvcpu_vcpu_set_state(vcpu, &buf);
}

static int do_set_entry(struct axvcpu_vcpu *vcpu)
{
	return axvcpu_vcpu_set_entry(vcpu, 0x2000);
}

static int do_set_gpr(struct axvcpu_vcpu *vcpu)
{
	return axvcpu_vcpu_set_gpr(vcpu, 3, 0x33);
}

static int do_set_return_value(struct axvcpu_vcpu *vcpu)
{
	return axvcpu_vcpu_set_return_value(vcpu, 0x44);
}

static int do_inject(struct axvcpu_vcpu *vcpu)
{
	static const struct axvcpu_inject event = { .size = sizeof(event), .vector = 32 };

	return axvcpu_vcpu_inject_interrupt(vcpu, &event);
}

static int do_kick(struct axvcpu_vcpu *vcpu)
{
	axvcpu_vcpu_kick(vcpu);
	return 0;
}

static int do_info(struct axvcpu_vcpu *vcpu)
{
	struct axvcpu_vcpu_info info = { .size = sizeof(info) };

	axvcpu_vcpu_info(vcpu, &info);
	return info.state == axvcpu_vcpu_state(vcpu) ? 0 : -EINVAL;
}

/**
 * struct op - an operation and where it is allowed
 * @name: its name
 * @call: does it
 * @from: states in which it succeeds, one bit each
 * @to: state after it; AXVCPU_STATE_KEEP: the same
 * @claims: another caller's claim gives -EBUSY
 * @owner: another thread than the owner gets -EPERM
 */
struct op {
	const char *name;
	int (*call)(struct axvcpu_vcpu *vcpu);
	u32 from;
	u32 to;
	bool claims;
	bool owner;
};

static const struct op ops[] = {
	{ "setup", do_setup, IN(CREATED), AXVCPU_STATE_FREE, true },
	{ "bind", axvcpu_vcpu_bind, IN(FREE), AXVCPU_STATE_READY, true },
	{ "run", axvcpu_vcpu_run, IN(READY), AXVCPU_STATE_READY, true, true },
	{ "unbind", axvcpu_vcpu_unbind, IN(READY), AXVCPU_STATE_FREE, true, true },
	{ "reset", axvcpu_vcpu_reset, IN(INVALID) | IN(CREATED) | IN(FREE),
	  AXVCPU_STATE_CREATED, true },
	{ "get_state", do_get_state, SETTLED, AXVCPU_STATE_KEEP, true },
	{ "set_state", do_set_state, SETTLED, AXVCPU_STATE_KEEP, true },
	{ "set_debug", do_set_debug, SETTLED, AXVCPU_STATE_KEEP, true },
	{ "refuse", do_refuse, IN(READY), AXVCPU_STATE_KEEP, true },
	{ "translate", do_translate, SETTLED, AXVCPU_STATE_KEEP, true },
	{ "set_entry", do_set_entry, IN(CREATED), AXVCPU_STATE_KEEP, true },
	{ "set_gpr", do_set_gpr, SETTLED, AXVCPU_STATE_KEEP, true },
	{ "set_return_value", do_set_return_value, SETTLED, AXVCPU_STATE_KEEP, true },
	{ "inject", do_inject, EVERY & ~(IN(INVALID) | IN(CREATED)), AXVCPU_STATE_KEEP },
	{ "kick", do_kick, EVERY, AXVCPU_STATE_KEEP },
	{ "info", do_info, EVERY, AXVCPU_STATE_KEEP },
};

static void op_desc(const struct op *op, char *desc)
{
	strscpy(desc, op->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(op, ops, op_desc);

/* Everything an operation could change. */
struct snapshot {
	struct axvcpu_vcpu vcpu;
	struct axvcpu_run run;
	struct fake_vcpu fake;
	int calls;
};

static struct snapshot *snapshot_take(struct kunit *test, struct axvcpu_vcpu *vcpu)
{
	struct snapshot *snapshot = kunit_kmalloc(test, sizeof(*snapshot), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, snapshot);
	memcpy(&snapshot->vcpu, vcpu, sizeof(*vcpu));
	memcpy(&snapshot->run, vcpu->run, sizeof(*vcpu->run));
	memcpy(&snapshot->fake, fake_of(vcpu), sizeof(struct fake_vcpu));
	snapshot->calls = atomic_read(&fake.logged);
	return snapshot;
}

static void snapshot_expect(struct kunit *test, const struct snapshot *snapshot,
			    struct axvcpu_vcpu *vcpu)
{
	KUNIT_EXPECT_EQ(test, memcmp(&snapshot->vcpu, vcpu, sizeof(*vcpu)), 0);
	KUNIT_EXPECT_EQ(test, memcmp(&snapshot->run, vcpu->run, sizeof(*vcpu->run)), 0);
	KUNIT_EXPECT_EQ(test, memcmp(&snapshot->fake, fake_of(vcpu), sizeof(struct fake_vcpu)), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake.logged), snapshot->calls);
}

/* A vCPU of its own for each row, so that no row sees what another left. */
static struct axvcpu_vcpu *fresh(struct kunit *test, u32 state)
{
	struct fixture *fixture = test->priv;

	axvcpu_vcpu_destroy(fixture->vcpu);
	fixture->vcpu = fixture_add(test, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(fixture->vcpu));
	fixture_to(test, state);
	fixture->vcpu->refusable = state == AXVCPU_STATE_READY;
	/* Lockdep remembers in a lock that it was taken once. */
	do_info(fixture->vcpu);
	return fixture->vcpu;
}

/* In the states that a vCPU rests in. */
static void state_rest(struct kunit *test)
{
	static const u32 states[] = {
		AXVCPU_STATE_INVALID, AXVCPU_STATE_CREATED, AXVCPU_STATE_FREE, AXVCPU_STATE_READY,
	};
	const struct op *op = test->param_value;
	struct snapshot *before;
	struct axvcpu_vcpu *vcpu;
	unsigned int i;
	u32 state, to;
	int ret;

	for (i = 0; i < ARRAY_SIZE(states); i++) {
		state = states[i];
		vcpu = fresh(test, state);
		before = snapshot_take(test, vcpu);
		ret = op->call(vcpu);
		if (op->from & BIT(state)) {
			to = op->to == AXVCPU_STATE_KEEP ? state : op->to;
			KUNIT_EXPECT_EQ_MSG(test, ret, 0, "in %s", axvcpu_state_name(state));
			KUNIT_EXPECT_EQ(test, atomic_read(&vcpu->state), to);
		} else {
			KUNIT_EXPECT_EQ_MSG(test, ret, -EBADFD, "in %s", axvcpu_state_name(state));
			snapshot_expect(test, before, vcpu);
		}
	}
}

/* While somebody else has the claim: in the right state -EBUSY, nothing changed. */
static void state_claimed(struct kunit *test)
{
	static const u32 states[] = {
		AXVCPU_STATE_INVALID, AXVCPU_STATE_CREATED, AXVCPU_STATE_FREE, AXVCPU_STATE_READY,
	};
	const struct op *op = test->param_value;
	struct snapshot *before;
	struct axvcpu_vcpu *vcpu;
	unsigned int i;
	int ret;

	if (!op->claims)
		return;
	for (i = 0; i < ARRAY_SIZE(states); i++) {
		vcpu = fresh(test, states[i]);
		KUNIT_ASSERT_GE(test, axvcpu_vcpu_claim(vcpu, EVERY), 0);
		before = snapshot_take(test, vcpu);
		ret = op->call(vcpu);
		KUNIT_EXPECT_EQ_MSG(test, ret, op->from & BIT(states[i]) ? -EBUSY : -EBADFD,
				    "in %s", axvcpu_state_name(states[i]));
		snapshot_expect(test, before, vcpu);
		axvcpu_vcpu_release(vcpu);
		KUNIT_EXPECT_EQ(test, atomic_read(&vcpu->state), states[i]);
	}
}

static int bind_and_run(void *arg)
{
	struct axvcpu_vcpu *vcpu = arg;
	int ret = axvcpu_vcpu_bind(vcpu);

	return ret ?: axvcpu_vcpu_run(vcpu);
}

/* While its owner is inside RUN, in the guest or waiting. */
static void state_inside_run(struct kunit *test, const struct op *op, u32 state,
			     const struct fake_step *steps, unsigned int n)
{
	struct axvcpu_vcpu *vcpu = fresh(test, AXVCPU_STATE_FREE);
	struct fixture_thread thread;
	int ret, cpu[2];

	fixture_cpus(cpu);
	fake_play(vcpu, steps, n);
	fixture_spawn(test, &thread, cpu[1], bind_and_run, vcpu);
	if (!FIXTURE_WAIT(axvcpu_vcpu_state(vcpu) == state)) {
		KUNIT_FAIL(test, "never in %s", axvcpu_state_name(state));
		goto kick;
	}
	ret = op->call(vcpu);
	if (op->owner)
		KUNIT_EXPECT_EQ(test, ret, -EPERM);
	else
		KUNIT_EXPECT_EQ(test, ret, op->from & BIT(state) ? 0 : -EBADFD);
kick:
	fake_kick(vcpu);
	KUNIT_EXPECT_EQ(test, fixture_join(&thread), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_state(vcpu), AXVCPU_STATE_READY);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_unbind(vcpu), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake.lost), 0);
}

static void state_running(struct kunit *test)
{
	static const struct fake_step spin[] = { FAKE_STEP_SPIN };

	state_inside_run(test, test->param_value, AXVCPU_STATE_RUNNING, spin, ARRAY_SIZE(spin));
}

static void state_blocked(struct kunit *test)
{
	/* An event ends the halt: then it goes on in the guest until the kick. */
	static const struct fake_step halt[] = { FAKE_STEP_HALT, FAKE_STEP_SPIN };

	state_inside_run(test, test->param_value, AXVCPU_STATE_BLOCKED, halt, ARRAY_SIZE(halt));
}

/* The core's own table says the same. */
static void state_table(struct kunit *test)
{
	static const struct {
		enum axvcpu_op op;
		const char *name;
	} same[] = {
		{ AXVCPU_OP_SETUP, "setup" },
		{ AXVCPU_OP_BIND, "bind" },
		{ AXVCPU_OP_RUN, "run" },
		{ AXVCPU_OP_UNBIND, "unbind" },
		{ AXVCPU_OP_RESET, "reset" },
		{ AXVCPU_OP_GET_STATE, "get_state" },
		{ AXVCPU_OP_SET_STATE, "set_state" },
		{ AXVCPU_OP_CONFIGURE, "set_debug" },
		{ AXVCPU_OP_REFUSE, "refuse" },
		{ AXVCPU_OP_TRANSLATE, "translate" },
	};
	unsigned int i, j;

	KUNIT_EXPECT_EQ(test, ARRAY_SIZE(same), AXVCPU_OP_NR);
	for (i = 0; i < ARRAY_SIZE(same); i++) {
		const struct axvcpu_transition *row = &axvcpu_transitions[same[i].op];

		for (j = 0; strcmp(ops[j].name, same[i].name); j++)
			;
		KUNIT_EXPECT_EQ_MSG(test, row->from, ops[j].from, "%s", same[i].name);
		KUNIT_EXPECT_EQ_MSG(test, row->to, ops[j].to, "%s", same[i].name);
		KUNIT_EXPECT_EQ_MSG(test, row->caller != AXVCPU_CALLER_ANY, ops[j].owner,
				    "%s", same[i].name);
	}
}

/* Frozen in the UAPI. */
static void state_numbers(struct kunit *test)
{
	static const char *const names[AXVCPU_STATE_NR] = {
		"Invalid", "Created", "Free", "Ready", "Running", "Blocked",
	};
	u32 i;

	for (i = 0; i < AXVCPU_STATE_NR; i++)
		KUNIT_EXPECT_STREQ(test, axvcpu_state_name(i), names[i]);
	KUNIT_EXPECT_STREQ(test, axvcpu_state_name(AXVCPU_STATE_NR), "?");
	KUNIT_EXPECT_STREQ(test, axvcpu_state_name(~0U), "?");
}

/* The helpers by themselves. */

static int body_sees_claim(struct axvcpu_vcpu *vcpu, void *arg)
{
	int *ret = arg;

	if (!(atomic_read(&vcpu->state) & AXVCPU_CLAIMED))
		return -EINVAL;
	return *ret;
}

static void state_with_transition(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	int ret;

	/* An error leaves the state, whichever it is. */
	ret = -ENOMEM;
	KUNIT_EXPECT_EQ(test, axvcpu_with_state_transition(vcpu, AXVCPU_OP_SETUP,
							   body_sees_claim, &ret), -ENOMEM);
	KUNIT_EXPECT_EQ(test, atomic_read(&vcpu->state), AXVCPU_STATE_CREATED);
	ret = 0;
	KUNIT_EXPECT_EQ(test, axvcpu_with_state_transition(vcpu, AXVCPU_OP_SETUP,
							   body_sees_claim, &ret), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&vcpu->state), AXVCPU_STATE_FREE);
	ret = 1;
	KUNIT_EXPECT_EQ(test, axvcpu_with_state_transition(vcpu, AXVCPU_OP_TRANSLATE,
							   body_sees_claim, &ret), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&vcpu->state), AXVCPU_STATE_FREE);
}

static void state_transition_state(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);

	/* Not claimed, then in another state, then right. */
	KUNIT_EXPECT_EQ(test, axvcpu_transition_state(vcpu, AXVCPU_STATE_CREATED,
						      AXVCPU_STATE_FREE), -EBADFD);
	KUNIT_ASSERT_GE(test, axvcpu_vcpu_claim(vcpu, IN(CREATED)), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_transition_state(vcpu, AXVCPU_STATE_READY,
						      AXVCPU_STATE_FREE), -EBADFD);
	KUNIT_EXPECT_EQ(test, axvcpu_transition_state(vcpu, AXVCPU_STATE_CREATED,
						      AXVCPU_STATE_FREE), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&vcpu->state), AXVCPU_STATE_FREE | AXVCPU_CLAIMED);
	axvcpu_vcpu_release(vcpu);
	KUNIT_EXPECT_EQ(test, atomic_read(&vcpu->state), AXVCPU_STATE_FREE);
}

static void state_claim_states(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);

	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_claim(vcpu, EVERY & ~IN(CREATED)), -EBADFD);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_claim(vcpu, IN(CREATED)), AXVCPU_STATE_CREATED);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_claim(vcpu, IN(CREATED)), -EBUSY);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_claim(vcpu, IN(FREE)), -EBADFD);
	axvcpu_vcpu_release(vcpu);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_claim(vcpu, IN(CREATED)), AXVCPU_STATE_CREATED);
	axvcpu_vcpu_release(vcpu);
}

static int body_is_current(struct axvcpu_vcpu *vcpu, void *arg)
{
	int *ret = arg;

	if (axvcpu_get_current_vcpu() != vcpu || preemptible())
		return -EINVAL;
	return *ret;
}

static void state_current(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	int ret = -ENOSPC;

	KUNIT_EXPECT_EQ(test, axvcpu_with_current_cpu_set(vcpu, body_is_current, &ret), -ENOSPC);
	preempt_disable();
	KUNIT_EXPECT_PTR_EQ(test, axvcpu_get_current_vcpu(), (struct axvcpu_vcpu *)NULL);
	preempt_enable();
	ret = 0;
	KUNIT_EXPECT_EQ(test, axvcpu_with_current_cpu_set(vcpu, body_is_current, &ret), 0);
}

static int state_init(struct kunit *test)
{
	const struct axvcpu_state_record record = {
		.id = FAKE_GROUP,
		.size = sizeof(struct fake_group),
	};
	int ret = fixture_init_mm(test);

	if (ret)
		return ret;
	user_record = fixture_user(test, PAGE_SIZE);
	return copy_to_user((void __user *)user_record, &record, sizeof(record)) ? -EFAULT : 0;
}

static struct kunit_case state_cases[] = {
	KUNIT_CASE_PARAM(state_rest, op_gen_params),
	KUNIT_CASE_PARAM(state_claimed, op_gen_params),
	KUNIT_CASE_PARAM(state_running, op_gen_params),
	KUNIT_CASE_PARAM(state_blocked, op_gen_params),
	KUNIT_CASE(state_table),
	KUNIT_CASE(state_numbers),
	KUNIT_CASE(state_with_transition),
	KUNIT_CASE(state_transition_state),
	KUNIT_CASE(state_claim_states),
	KUNIT_CASE(state_current),
	{}
};

struct kunit_suite axvcpu_state_suite = {
	.name = "axvcpu_state",
	.suite_init = fixture_suite_init,
	.suite_exit = fixture_suite_exit,
	.init = state_init,
	.exit = fixture_exit,
	.test_cases = state_cases,
};
