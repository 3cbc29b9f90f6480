// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each call of the backend that can fail fails: by itself, which leaves the
 * state, and as a failure of the host side, which is Invalid.
 */
#include "fixture.h"
#include "suites.h"

static int do_setup(struct axvcpu_vcpu *vcpu)
{
	static const struct axvcpu_setup setup = {
		.flags = AXVCPU_SETUP_ENTRY,
		.entry = 0x1000,
	};

	return axvcpu_vcpu_setup(vcpu, &setup);
}

static int do_set_entry(struct axvcpu_vcpu *vcpu)
{
	return axvcpu_vcpu_set_entry(vcpu, 0x1000);
}

static int do_set_gpr(struct axvcpu_vcpu *vcpu)
{
	return axvcpu_vcpu_set_gpr(vcpu, 0, 1);
}

static int do_set_debug(struct axvcpu_vcpu *vcpu)
{
	static const struct axvcpu_debug debug = { .flags = AXVCPU_DEBUG_STEP };

	return axvcpu_vcpu_set_debug(vcpu, &debug);
}

static int do_translate(struct axvcpu_vcpu *vcpu)
{
	struct axvcpu_translate tr = {};

	return axvcpu_vcpu_translate(vcpu, &tr);
}

/**
 * struct failure - a call that fails
 * @call: which
 * @state: state in which @op makes the backend call it
 * @op: the operation
 * @host: it can be reported as a failure of the host side
 */
struct failure {
	enum fake_call call;
	u32 state;
	int (*op)(struct axvcpu_vcpu *vcpu);
	bool host;
};

static const struct failure failures[] = {
	{ FAKE_SET_ENTRY, AXVCPU_STATE_CREATED, do_setup, true },
	{ FAKE_SET_STAGE2_ROOT, AXVCPU_STATE_CREATED, do_setup, true },
	{ FAKE_SETUP, AXVCPU_STATE_CREATED, do_setup, true },
	{ FAKE_BIND, AXVCPU_STATE_FREE, axvcpu_vcpu_bind, true },
	{ FAKE_LOAD, AXVCPU_STATE_READY, axvcpu_vcpu_run, true },
	{ FAKE_SET_ENTRY, AXVCPU_STATE_CREATED, do_set_entry },
	{ FAKE_SET_GPR, AXVCPU_STATE_CREATED, do_set_gpr },
	{ FAKE_SET_DEBUG, AXVCPU_STATE_FREE, do_set_debug },
	{ FAKE_TRANSLATE, AXVCPU_STATE_READY, do_translate },
};

static void failure_desc(const struct failure *failure, char *desc)
{
	strscpy(desc, fake_call_name[failure->call], KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(failure, failures, failure_desc);

/* A whole life from here works. */
static void expect_alive(struct kunit *test, struct axvcpu_vcpu *vcpu)
{
	switch (axvcpu_vcpu_state(vcpu)) {
	case AXVCPU_STATE_CREATED:
		KUNIT_EXPECT_EQ(test, do_setup(vcpu), 0);
		fallthrough;
	case AXVCPU_STATE_FREE:
		KUNIT_EXPECT_EQ(test, axvcpu_vcpu_bind(vcpu), 0);
		fallthrough;
	case AXVCPU_STATE_READY:
		KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
		KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_HYPERCALL);
		KUNIT_EXPECT_EQ(test, axvcpu_vcpu_unbind(vcpu), 0);
		break;
	default:
		KUNIT_FAIL(test, "in %s", axvcpu_state_name(axvcpu_vcpu_state(vcpu)));
	}
}

static void expect_failure(struct kunit *test, struct axvcpu_vcpu *vcpu, enum fake_call call,
			   int error)
{
	struct axvcpu_failure failure = { .size = sizeof(failure) };

	KUNIT_EXPECT_EQ(test, atomic_read(&vcpu->state), AXVCPU_STATE_INVALID);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_get_failure(vcpu, &failure), 0);
	KUNIT_EXPECT_EQ(test, failure.size, sizeof(failure));
	KUNIT_EXPECT_EQ(test, failure.error, error);
	KUNIT_EXPECT_EQ(test, failure.raw[0], FAKE_FAIL_RAW0);
	KUNIT_EXPECT_EQ(test, failure.raw[1], FAKE_FAIL_RAW1);
	KUNIT_EXPECT_STREQ(test, failure.call, fake_call_name[call]);
	KUNIT_EXPECT_STREQ(test, failure.text, FAKE_FAIL_TEXT);
}

/* The errno comes through, the state stays, and it can be tried again. */
static void failure_of_the_call(struct kunit *test)
{
	const struct failure *failure = test->param_value;
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	struct task_struct *owner;

	fixture_to(test, failure->state);
	owner = vcpu->owner;
	fake_fail(failure->call, 0, -ENXIO);
	KUNIT_EXPECT_EQ(test, failure->op(vcpu), -ENXIO);
	KUNIT_EXPECT_EQ(test, atomic_read(&vcpu->state), failure->state);
	KUNIT_EXPECT_EQ(test, vcpu->failure.error, 0);
	KUNIT_EXPECT_PTR_EQ(test, vcpu->owner, owner);
	KUNIT_EXPECT_EQ(test, failure->op(vcpu), 0);
	expect_alive(test, vcpu);
}

/* Invalid; the reason can be read and stays until RESET, which leads out. */
static void failure_of_the_host(struct kunit *test)
{
	const struct failure *failure = test->param_value;
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);

	if (!failure->host)
		return;
	fixture_to(test, failure->state);
	fake_fail(failure->call, 0, -ENXIO);
	fake.host = true;
	KUNIT_EXPECT_LT(test, failure->op(vcpu), 0);
	expect_failure(test, vcpu, failure->call, ENXIO);
	KUNIT_EXPECT_EQ(test, failure->op(vcpu), -EBADFD);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_bind(vcpu), -EBADFD);
	expect_failure(test, vcpu, failure->call, ENXIO);

	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_reset(vcpu), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&vcpu->state), AXVCPU_STATE_CREATED);
	KUNIT_EXPECT_EQ(test, vcpu->failure.error, 0);
	KUNIT_EXPECT_PTR_EQ(test, vcpu->owner, (struct task_struct *)NULL);
	expect_alive(test, vcpu);
}

/* The entry itself, the first one or a later one of the same RUN. */
static void failure_of_run(struct kunit *test)
{
	static const struct fake_step steps[] = { FAKE_STEP_RESUME(10), FAKE_STEP_HYPERCALL };
	static const unsigned int skips[] = { 0, 1, 10 };
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(skips); i++) {
		fixture_to(test, AXVCPU_STATE_READY);
		fake_forget();
		FAKE_PLAY(vcpu, steps);
		fake_fail(FAKE_RUN, skips[i], -ENODEV);
		KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), -EIO);
		expect_failure(test, vcpu, FAKE_RUN, ENODEV);
		KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_NOTHING);
		KUNIT_EXPECT_EQ(test, fake_count(FAKE_RUN), skips[i] + 1);
		KUNIT_EXPECT_EQ(test, fake_count(FAKE_ENTER), fake_count(FAKE_LEAVE));
		KUNIT_EXPECT_EQ(test, fake_count(FAKE_WRITE_REGS), 1);
		KUNIT_EXPECT_EQ(test, axvcpu_vcpu_reset(vcpu), 0);
		KUNIT_EXPECT_EQ(test, atomic_read(&fake.loaded), 0);
		fake_play(vcpu, NULL, 0);
	}
	expect_alive(test, vcpu);
}

/* handle_exit() and complete() find the failure. */
static void failure_of_exit(struct kunit *test)
{
	static const struct fake_step scripts[][1] = {
		{ { .next = AXVCPU_NEXT_FAIL } },
		{ { .next = AXVCPU_NEXT_SLOW, .complete = AXVCPU_NEXT_FAIL } },
	};
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(scripts); i++) {
		fixture_to(test, AXVCPU_STATE_READY);
		FAKE_PLAY(vcpu, scripts[i]);
		KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), -EIO);
		expect_failure(test, vcpu, FAKE_HANDLE_EXIT, EIO);
		KUNIT_EXPECT_EQ(test, axvcpu_vcpu_reset(vcpu), 0);
		fake_play(vcpu, NULL, 0);
	}
	expect_alive(test, vcpu);
}

/* Long words are cut, never lost in the next field. */
static void failure_words(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	char *words = kunit_kzalloc(test, 1024, GFP_KERNEL);
	struct axvcpu_failure failure = { .size = sizeof(failure) };

	KUNIT_ASSERT_NOT_NULL(test, words);
	memset(words, 'w', 1023);
	axvcpu_vcpu_fail(vcpu, -EIO, 1, 2, words, words);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_get_failure(vcpu, &failure), 0);
	KUNIT_EXPECT_EQ(test, strlen(failure.call), sizeof(failure.call) - 1);
	KUNIT_EXPECT_EQ(test, strlen(failure.text), sizeof(failure.text) - 1);
	KUNIT_EXPECT_EQ(test, failure.error, EIO);
	KUNIT_EXPECT_EQ(test, failure.raw[1], 2);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_reset(vcpu), 0);
}

static struct kunit_case failure_cases[] = {
	KUNIT_CASE_PARAM(failure_of_the_call, failure_gen_params),
	KUNIT_CASE_PARAM(failure_of_the_host, failure_gen_params),
	KUNIT_CASE(failure_of_run),
	KUNIT_CASE(failure_of_exit),
	KUNIT_CASE(failure_words),
	{}
};

struct kunit_suite axvcpu_failure_suite = {
	.name = "axvcpu_failure",
	.suite_init = fixture_suite_init,
	.suite_exit = fixture_suite_exit,
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = failure_cases,
};
