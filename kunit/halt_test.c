// SPDX-License-Identifier: GPL-2.0-only
/* A halted guest: BLOCKED, what wakes it, and what ends RUN and leaves it halted. */
#include <linux/sched/signal.h>

#include "fixture.h"
#include "suites.h"

#define MS	1000000ULL	/* in ns */

static const struct fake_step halt_then_call[] = { FAKE_STEP_HALT, FAKE_STEP_HYPERCALL };

/* The owner: binds, runs once, unbinds. */
static int run_once(void *arg)
{
	struct axvcpu_vcpu *vcpu = arg;
	int ret = axvcpu_vcpu_bind(vcpu);

	if (ret)
		return ret;
	allow_signal(SIGUSR1);
	ret = axvcpu_vcpu_run(vcpu);
	if (axvcpu_vcpu_state(vcpu) != AXVCPU_STATE_READY)
		return -EBADFD;
	return axvcpu_vcpu_unbind(vcpu) ?: ret;
}

/* Start a run in another thread and see it wait. */
static void start_blocked(struct kunit *test, struct fixture_thread *thread)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	int cpu[2];

	fixture_cpus(cpu);
	fixture_spawn(test, thread, cpu[1], run_once, vcpu);
	KUNIT_EXPECT_TRUE(test, FIXTURE_WAIT(axvcpu_vcpu_state(vcpu) == AXVCPU_STATE_BLOCKED));
}

/* It ends with this return value and reason. */
static void expect_end(struct kunit *test, struct fixture_thread *thread, int ret, u32 reason,
		       u32 activity)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);

	KUNIT_EXPECT_EQ(test, fixture_join(thread), ret);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, reason);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.activity, activity);
	KUNIT_EXPECT_EQ(test, vcpu->activity, activity);
}

static int inject(struct axvcpu_vcpu *vcpu, u32 type, u32 vector)
{
	const struct axvcpu_inject event = { .type = type, .vector = vector };

	return axvcpu_vcpu_inject_interrupt(vcpu, &event);
}

static void halt_wakes_by(struct kunit *test, u32 type, u32 vector)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	struct fixture_thread thread;

	fixture_to(test, AXVCPU_STATE_FREE);
	FAKE_PLAY(vcpu, halt_then_call);
	start_blocked(test, &thread);
	KUNIT_EXPECT_EQ(test, vcpu->activity, AXVCPU_ACTIVITY_HALTED);
	KUNIT_EXPECT_EQ(test, inject(vcpu, type, vector), 0);
	expect_end(test, &thread, 0, AXVCPU_EXIT_HYPERCALL, AXVCPU_ACTIVITY_ACTIVE);
	KUNIT_EXPECT_EQ(test, fake_of(vcpu)->event.type, type);
	KUNIT_EXPECT_EQ(test, fake_of(vcpu)->event.vector, vector);
	KUNIT_EXPECT_EQ(test, vcpu->count.event[AXVCPU_STAT_BLOCK - AXVCPU_STAT_EVENT], 1);
}

static void halt_wakes_by_irq(struct kunit *test)
{
	halt_wakes_by(test, AXVCPU_INJECT_IRQ, 200);
}

static void halt_wakes_by_nmi(struct kunit *test)
{
	halt_wakes_by(test, AXVCPU_INJECT_NMI, 0);
}

/* What was there before the halt ends it at once. */
static void halt_with_event(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);

	fixture_to(test, AXVCPU_STATE_READY);
	FAKE_PLAY(vcpu, halt_then_call);
	/* Delivered at the first entry; the second one stays for the halt. */
	KUNIT_EXPECT_EQ(test, inject(vcpu, AXVCPU_INJECT_IRQ, 33), 0);
	KUNIT_EXPECT_EQ(test, inject(vcpu, AXVCPU_INJECT_IRQ, 32), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_HYPERCALL);
	KUNIT_EXPECT_EQ(test, fake_of(vcpu)->event.vector, 32);
	KUNIT_EXPECT_EQ(test, vcpu->count.event[AXVCPU_STAT_BLOCK - AXVCPU_STAT_EVENT], 0);
}

/* A vector that the guest would not take does not wake it, an NMI does. */
static void halt_masked(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	struct fixture_thread thread;

	fixture_to(test, AXVCPU_STATE_FREE);
	FAKE_PLAY(vcpu, halt_then_call);
	fake_of(vcpu)->open = false;
	start_blocked(test, &thread);
	KUNIT_EXPECT_EQ(test, inject(vcpu, AXVCPU_INJECT_IRQ, 200), 0);
	msleep(20);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_state(vcpu), AXVCPU_STATE_BLOCKED);
	KUNIT_EXPECT_EQ(test, inject(vcpu, AXVCPU_INJECT_NMI, 0), 0);
	expect_end(test, &thread, 0, AXVCPU_EXIT_HYPERCALL, AXVCPU_ACTIVITY_ACTIVE);
	KUNIT_EXPECT_EQ(test, axvcpu_event_irq_peek(vcpu), 200);
}

/* A kick ends RUN, not the halt: the next RUN waits on. */
static void halt_kicked(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	struct fixture_thread thread;
	int i;

	fixture_to(test, AXVCPU_STATE_FREE);
	FAKE_PLAY(vcpu, halt_then_call);
	for (i = 0; i < 3; i++) {
		start_blocked(test, &thread);
		axvcpu_vcpu_kick(vcpu);
		expect_end(test, &thread, 0, AXVCPU_EXIT_STOPPED, AXVCPU_ACTIVITY_HALTED);
		KUNIT_EXPECT_EQ(test, vcpu->run->in.kick, 0);
	}
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_RUN), 1);
	start_blocked(test, &thread);
	KUNIT_EXPECT_EQ(test, inject(vcpu, AXVCPU_INJECT_IRQ, 99), 0);
	expect_end(test, &thread, 0, AXVCPU_EXIT_HYPERCALL, AXVCPU_ACTIVITY_ACTIVE);
}

static void halt_signalled(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	struct fixture_thread thread;

	fixture_to(test, AXVCPU_STATE_FREE);
	FAKE_PLAY(vcpu, halt_then_call);
	start_blocked(test, &thread);
	send_sig(SIGUSR1, thread.task, 1);
	expect_end(test, &thread, -EINTR, AXVCPU_EXIT_NOTHING, AXVCPU_ACTIVITY_HALTED);
}

static void halt_deadline(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	u64 start, took;

	fixture_to(test, AXVCPU_STATE_READY);
	FAKE_PLAY(vcpu, halt_then_call);
	vcpu->run->in.budget_ns = 30 * MS;
	start = ktime_get_ns();
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	took = ktime_get_ns() - start;
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_DEADLINE);
	KUNIT_EXPECT_EQ(test, vcpu->activity, AXVCPU_ACTIVITY_HALTED);
	KUNIT_EXPECT_GE(test, took, 30 * MS);
	KUNIT_EXPECT_EQ(test, vcpu->count.event[AXVCPU_STAT_BLOCK - AXVCPU_STAT_EVENT], 1);
}

/* The VMM asked to be told: the guest goes on past its HLT at the next RUN. */
static void halt_exit(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);

	fixture_to(test, AXVCPU_STATE_READY);
	FAKE_PLAY(vcpu, halt_then_call);
	vcpu->run->in.flags = AXVCPU_RUN_EXIT_HALT;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_HALT);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.activity, AXVCPU_ACTIVITY_ACTIVE);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.raw.reason, FAKE_RAW_REASON);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_HYPERCALL);
	KUNIT_EXPECT_EQ(test, vcpu->count.event[AXVCPU_STAT_BLOCK - AXVCPU_STAT_EVENT], 0);
}

/* A CPU that waits for its start is started by nothing that is injected. */
static void halt_wait_init(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	struct fixture_thread thread;

	fixture_to(test, AXVCPU_STATE_FREE);
	vcpu->activity = AXVCPU_ACTIVITY_WAIT_INIT;
	start_blocked(test, &thread);
	KUNIT_EXPECT_EQ(test, inject(vcpu, AXVCPU_INJECT_IRQ, 200), 0);
	KUNIT_EXPECT_EQ(test, inject(vcpu, AXVCPU_INJECT_NMI, 0), 0);
	msleep(20);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_state(vcpu), AXVCPU_STATE_BLOCKED);
	axvcpu_vcpu_kick(vcpu);
	expect_end(test, &thread, 0, AXVCPU_EXIT_STOPPED, AXVCPU_ACTIVITY_WAIT_INIT);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_RUN), 0);
}

/* RESET makes a halted CPU active. */
static void halt_reset(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);

	fixture_to(test, AXVCPU_STATE_FREE);
	vcpu->activity = AXVCPU_ACTIVITY_HALTED;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_reset(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->activity, AXVCPU_ACTIVITY_ACTIVE);
}

static struct kunit_case halt_cases[] = {
	KUNIT_CASE(halt_wakes_by_irq),
	KUNIT_CASE(halt_wakes_by_nmi),
	KUNIT_CASE(halt_with_event),
	KUNIT_CASE(halt_masked),
	KUNIT_CASE(halt_kicked),
	KUNIT_CASE(halt_signalled),
	KUNIT_CASE(halt_deadline),
	KUNIT_CASE(halt_exit),
	KUNIT_CASE(halt_wait_init),
	KUNIT_CASE(halt_reset),
	{}
};

struct kunit_suite axvcpu_halt_suite = {
	.name = "axvcpu_halt",
	.suite_init = fixture_suite_init,
	.suite_exit = fixture_suite_exit,
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = halt_cases,
};
