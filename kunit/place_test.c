// SPDX-License-Identifier: GPL-2.0-only
/* Placement: the CPU set, migration, the owner. */
#include <linux/cpumask.h>
#include <linux/sched/task.h>
#include <linux/uaccess.h>

#include "fixture.h"
#include "suites.h"

/* Move the test's thread; asserts. */
static void move(struct kunit *test, int cpu)
{
	KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(cpu)), 0);
	KUNIT_ASSERT_EQ(test, raw_smp_processor_id(), cpu);
}

/* Two CPUs, or the case is skipped. */
static void two_cpus(struct kunit *test, int cpu[2])
{
	fixture_cpus(cpu);
	if (cpu[0] == cpu[1])
		kunit_skip(test, "needs two CPUs");
}

/* As if it had been created with a set of that CPU alone. */
static void only(struct axvcpu_vcpu *vcpu, int cpu)
{
	cpumask_copy(vcpu->fixed.phys_cpu_set, cpumask_of(cpu));
}

static void place_outside(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	int cpu[2];

	two_cpus(test, cpu);
	only(vcpu, cpu[1]);
	move(test, cpu[0]);
	fixture_to(test, AXVCPU_STATE_READY);
	vcpu->run->regs[5] = 55;
	fake_forget();
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), -EXDEV);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_NOTHING);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_state(vcpu), AXVCPU_STATE_READY);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_LOAD), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->regs[5], 55);
	move(test, cpu[1]);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->cpu, cpu[1]);
}

static int elsewhere;

static void move_away(void *arg)
{
	set_cpus_allowed_ptr(current, cpumask_of(elsewhere));
}

/* Moved in the middle of RUN, where it may sleep. */
static void place_moved_in_run(struct kunit *test)
{
	static const struct fake_step steps[] = {
		{ .next = AXVCPU_NEXT_SLOW, .complete = AXVCPU_NEXT_RESUME },
		FAKE_STEP_HYPERCALL,
	};
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	int cpu[2];

	two_cpus(test, cpu);
	only(vcpu, cpu[0]);
	move(test, cpu[0]);
	fixture_to(test, AXVCPU_STATE_READY);
	FAKE_PLAY(vcpu, steps);
	fake_forget();
	elsewhere = cpu[1];
	fake_on(FAKE_COMPLETE, move_away, NULL);
	vcpu->run->regs[5] = 55;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), -EXDEV);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_RUN), 1);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_state(vcpu), AXVCPU_STATE_READY);
	KUNIT_EXPECT_EQ(test, vcpu->run->regs[5], 55);
	move(test, cpu[0]);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_HYPERCALL);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_RUN), 2);
}

/* The state follows the thread: out of one CPU before it is in the other. */
static void place_migrates(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	int cpu[2], i;

	two_cpus(test, cpu);
	move(test, cpu[0]);
	fixture_to(test, AXVCPU_STATE_READY);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	for (i = 1; i <= 4; i++) {
		fake_forget();
		move(test, cpu[i % 2]);
		KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
		KUNIT_EXPECT_EQ(test, fake_count(FAKE_UNLOAD), 1);
		KUNIT_EXPECT_EQ(test, fake_count(FAKE_LOAD), 1);
		KUNIT_EXPECT_LT(test, fake_when(FAKE_UNLOAD, 0), fake_when(FAKE_LOAD, 0));
		KUNIT_EXPECT_EQ(test, fake_of(vcpu)->loaded, cpu[i % 2]);
		KUNIT_EXPECT_EQ(test, vcpu->count.event[AXVCPU_STAT_MIGRATE - AXVCPU_STAT_EVENT],
				i);
	}
	/* And out of the other CPU for good. */
	move(test, cpu[1]);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_unbind(vcpu), 0);
	KUNIT_EXPECT_EQ(test, fake_of(vcpu)->loaded, -1);
}

/* Many vCPUs resident on one CPU leave it one by one. */
static void place_many_loaded(struct kunit *test)
{
	static const struct axvcpu_setup setup = { .size = sizeof(setup) };
	struct axvcpu_vcpu *vcpu[5];
	int i;

	for (i = 0; i < ARRAY_SIZE(vcpu); i++) {
		vcpu[i] = fixture_add(test, i + 1);
		KUNIT_ASSERT_FALSE(test, IS_ERR(vcpu[i]));
		KUNIT_EXPECT_EQ(test, axvcpu_vcpu_setup(vcpu[i], &setup), 0);
		KUNIT_EXPECT_EQ(test, axvcpu_vcpu_bind(vcpu[i]), 0);
		KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu[i]), 0);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&fake.loaded), ARRAY_SIZE(vcpu));
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_unbind(vcpu[2]), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake.loaded), ARRAY_SIZE(vcpu) - 1);
	for (i = 0; i < ARRAY_SIZE(vcpu); i++)
		axvcpu_vcpu_destroy(vcpu[i]);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake.loaded), 0);
}

/* The owner. */

static int other_runs(void *arg)
{
	return axvcpu_vcpu_run(arg);
}

static int other_unbinds(void *arg)
{
	return axvcpu_vcpu_unbind(arg);
}

static int other_binds(void *arg)
{
	return axvcpu_vcpu_bind(arg);
}

static int call_elsewhere(struct kunit *test, int (*fn)(void *), struct axvcpu_vcpu *vcpu)
{
	struct fixture_thread thread;

	fixture_spawn(test, &thread, -1, fn, vcpu);
	return fixture_join(&thread);
}

static void place_owner_lives(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);

	fixture_to(test, AXVCPU_STATE_READY);
	KUNIT_EXPECT_PTR_EQ(test, vcpu->owner, current);
	KUNIT_EXPECT_EQ(test, call_elsewhere(test, other_runs, vcpu), -EPERM);
	KUNIT_EXPECT_EQ(test, call_elsewhere(test, other_unbinds, vcpu), -EPERM);
	KUNIT_EXPECT_EQ(test, call_elsewhere(test, other_binds, vcpu), -EBADFD);
	KUNIT_EXPECT_PTR_EQ(test, vcpu->owner, current);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_state(vcpu), AXVCPU_STATE_READY);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_unbind(vcpu), 0);
	KUNIT_EXPECT_PTR_EQ(test, vcpu->owner, (struct task_struct *)NULL);
}

/* A dead owner's vCPU can be unbound by anyone, and run by no one. */
static void place_owner_dies(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);

	fixture_to(test, AXVCPU_STATE_FREE);
	KUNIT_EXPECT_EQ(test, call_elsewhere(test, other_binds, vcpu), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_state(vcpu), AXVCPU_STATE_READY);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), -EPERM);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_unbind(vcpu), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_state(vcpu), AXVCPU_STATE_FREE);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_bind(vcpu), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
}

/* The reference to the owner goes with unbind, reset and close alike. */
static void place_owner_references(struct kunit *test)
{
	struct fixture *fixture = test->priv;
	unsigned int before = refcount_read(&current->usage);

	fixture_to(test, AXVCPU_STATE_READY);
	KUNIT_EXPECT_EQ(test, refcount_read(&current->usage), before + 1);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_unbind(fixture->vcpu), 0);
	KUNIT_EXPECT_EQ(test, refcount_read(&current->usage), before);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_reset(fixture->vcpu), 0);

	fixture_to(test, AXVCPU_STATE_INVALID);
	KUNIT_EXPECT_EQ(test, refcount_read(&current->usage), before + 1);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_reset(fixture->vcpu), 0);
	KUNIT_EXPECT_EQ(test, refcount_read(&current->usage), before);

	fixture_to(test, AXVCPU_STATE_READY);
	axvcpu_vcpu_destroy(fixture->vcpu);
	fixture->vcpu = NULL;
	KUNIT_EXPECT_EQ(test, refcount_read(&current->usage), before);
}

static struct kunit_case place_cases[] = {
	KUNIT_CASE(place_outside),
	KUNIT_CASE(place_moved_in_run),
	KUNIT_CASE(place_migrates),
	KUNIT_CASE(place_many_loaded),
	KUNIT_CASE(place_owner_lives),
	KUNIT_CASE(place_owner_dies),
	KUNIT_CASE(place_owner_references),
	{}
};

struct kunit_suite axvcpu_place_suite = {
	.name = "axvcpu_place",
	.suite_init = fixture_suite_init,
	.suite_exit = fixture_suite_exit,
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = place_cases,
};
