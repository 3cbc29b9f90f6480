// SPDX-License-Identifier: GPL-2.0-only
/* Threads against each other. The fake backend watches; nothing may be lost. */
#include <linux/cpumask.h>
#include <linux/kthread.h>
#include <linux/random.h>
#include <linux/sched/signal.h>

#include "fixture.h"
#include "suites.h"

static const struct axvcpu_setup setup = { .size = sizeof(setup) };

/**
 * struct runner - a thread that binds a vCPU and runs it until told to stop
 * @vcpu: the vCPU
 * @stopped: exits STOPPED it has had
 * @calls: exits HYPERCALL it has had
 * @strange: anything else
 * @quit: leave after the next exit
 */
struct runner {
	struct axvcpu_vcpu *vcpu;
	int stopped;
	int calls;
	int strange;
	bool quit;
};

static int runner_main(void *arg)
{
	struct runner *runner = arg;
	int ret = axvcpu_vcpu_bind(runner->vcpu);

	while (!ret && !READ_ONCE(runner->quit)) {
		ret = axvcpu_vcpu_run(runner->vcpu);
		switch (runner->vcpu->run->out.reason) {
		case AXVCPU_EXIT_STOPPED:
			WRITE_ONCE(runner->stopped, runner->stopped + 1);
			break;
		case AXVCPU_EXIT_HYPERCALL:
			WRITE_ONCE(runner->calls, runner->calls + 1);
			break;
		default:
			runner->strange++;
		}
		cond_resched();
	}
	return ret ?: axvcpu_vcpu_unbind(runner->vcpu);
}

static void runner_start(struct kunit *test, struct runner *runner,
			 struct fixture_thread *thread, struct axvcpu_vcpu *vcpu)
{
	int cpu[2];

	fixture_cpus(cpu);
	*runner = (struct runner){ .vcpu = vcpu };
	fixture_spawn(test, thread, cpu[1], runner_main, runner);
	KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(cpu[0])), 0);
}

static void runner_end(struct kunit *test, struct runner *runner,
		       struct fixture_thread *thread)
{
	WRITE_ONCE(runner->quit, true);
	fake_kick(runner->vcpu);
	KUNIT_EXPECT_EQ(test, fixture_join(thread), 0);
	KUNIT_EXPECT_EQ(test, runner->strange, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake.lost), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_state(runner->vcpu), AXVCPU_STATE_FREE);
}

/* Kick after kick: each one ends a RUN before the next is given. */
static void race_kicks(struct kunit *test, const struct fake_step *steps, unsigned int n,
		       int rounds)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	struct fixture_thread thread;
	struct runner runner;
	int round;

	fixture_to(test, AXVCPU_STATE_FREE);
	fake_play(vcpu, steps, n);
	runner_start(test, &runner, &thread, vcpu);
	for (round = 1; round <= rounds; round++) {
		/* Some come at once, some after it has settled. */
		if (get_random_u32() % 2)
			udelay(get_random_u32() % 50);
		fake_kick(vcpu);
		if (!FIXTURE_WAIT(READ_ONCE(runner.stopped) == round)) {
			KUNIT_FAIL(test, "kick %d was lost", round);
			break;
		}
	}
	runner_end(test, &runner, &thread);
}

static void race_kick_spinning(struct kunit *test)
{
	static const struct fake_step steps[] = { FAKE_STEP_SPIN };

	race_kicks(test, steps, ARRAY_SIZE(steps), 1000);
}

static void race_kick_halted(struct kunit *test)
{
	static const struct fake_step steps[] = { FAKE_STEP_HALT };

	race_kicks(test, steps, ARRAY_SIZE(steps), 1000);
}

static void race_kick_resuming(struct kunit *test)
{
	static const struct fake_step steps[] = { FAKE_STEP_RESUME(1) };

	race_kicks(test, steps, ARRAY_SIZE(steps), 1000);
}

static void race_kick_exiting(struct kunit *test)
{
	race_kicks(test, NULL, 0, 1000);
}

static void mask_hook(struct axvcpu_vcpu *vcpu)
{
	fake_of(vcpu)->open = false;
}

static void unmask_hook(struct axvcpu_vcpu *vcpu)
{
	fake_of(vcpu)->open = true;
}

/* A guest that takes one interrupt each time it halts: each is one hypercall. */
static void race_inject_halted(struct kunit *test)
{
	static const struct fake_step steps[] = {
		{ .next = AXVCPU_NEXT_HALT, .hook = unmask_hook },
		{ .next = AXVCPU_NEXT_EXIT, .reason = AXVCPU_EXIT_HYPERCALL, .hook = mask_hook },
	};
	const struct axvcpu_inject irq = { .type = AXVCPU_INJECT_IRQ, .vector = 64 };
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	struct fixture_thread thread;
	struct runner runner;
	int round;

	fixture_to(test, AXVCPU_STATE_FREE);
	fake_of(vcpu)->open = false;
	FAKE_PLAY(vcpu, steps);
	runner_start(test, &runner, &thread, vcpu);
	for (round = 1; round <= 1000; round++) {
		if (get_random_u32() % 2)
			udelay(get_random_u32() % 50);
		KUNIT_EXPECT_EQ(test, axvcpu_vcpu_inject_interrupt(vcpu, &irq), 0);
		if (!FIXTURE_WAIT(READ_ONCE(runner.calls) == round)) {
			KUNIT_FAIL(test, "event %d was lost", round);
			break;
		}
	}
	runner_end(test, &runner, &thread);
}

/*
 * Memory is taken away under a running guest. A guest that is entered, or still
 * inside, after axvcpu_vm_flush() has returned must not use what was cached
 * before it.
 */
static u64 flush_asked, flush_done, flush_cached, flush_seen;
static atomic_t flush_stale;

static void flush_hook(struct axvcpu_vcpu *vcpu)
{
	struct fake_vcpu *f = fake_of(vcpu);
	u64 done = READ_ONCE(flush_done);
	int i;

	if (f->flushes != flush_seen) {
		flush_seen = f->flushes;
		flush_cached = READ_ONCE(flush_asked);
	}
	/* The order in which the guest looks: the promise first, its cache then. */
	for (i = 0; i < 20; i++) {
		if (flush_cached < done)
			atomic_inc(&flush_stale);
		cpu_relax();
		done = READ_ONCE(flush_done);
	}
}

static void race_flush(struct kunit *test)
{
	static const struct fake_step steps[] = {
		{ .next = AXVCPU_NEXT_RESUME, .hook = flush_hook },
	};
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	struct fixture_thread thread;
	struct runner runner;
	u64 round;

	fixture_to(test, AXVCPU_STATE_FREE);
	flush_asked = 0;
	flush_done = 0;
	flush_cached = 0;
	flush_seen = ~0ULL;
	atomic_set(&flush_stale, 0);
	FAKE_PLAY(vcpu, steps);
	runner_start(test, &runner, &thread, vcpu);
	for (round = 1; round <= 20000; round++) {
		WRITE_ONCE(flush_asked, round);
		axvcpu_vm_flush(vcpu->vm);
		WRITE_ONCE(flush_done, round);
		if (!(round % 64))
			cond_resched();
	}
	runner_end(test, &runner, &thread);
	KUNIT_EXPECT_EQ(test, atomic_read(&flush_stale), 0);
	/* On one CPU the guest may have had no turn in between. */
	KUNIT_EXPECT_GT(test, fake_of(vcpu)->flushes, num_online_cpus() > 1 ? 1 : 0);
}

/* A guest that never leaves by itself is taken out of it. */
static void race_flush_spinning(struct kunit *test)
{
	static const struct fake_step steps[] = { FAKE_STEP_SPIN };
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	struct fixture_thread thread;
	struct runner runner;
	int round;

	fixture_to(test, AXVCPU_STATE_FREE);
	FAKE_PLAY(vcpu, steps);
	runner_start(test, &runner, &thread, vcpu);
	KUNIT_EXPECT_TRUE(test, FIXTURE_WAIT(fake_count(FAKE_RUN)));
	for (round = 0; round < 2000; round++) {
		axvcpu_vm_flush(vcpu->vm);
		cond_resched();
	}
	runner_end(test, &runner, &thread);
}

/* Everything at once on one vCPU: each call succeeds or says why not. */

static int chaos_call(struct axvcpu_vcpu *vcpu)
{
	const struct axvcpu_inject irq = { .vector = get_random_u32() % AXVCPU_NR_VECTORS };
	struct axvcpu_debug debug = {};
	struct axvcpu_vcpu_info info;

	switch (get_random_u32() % 9) {
	case 0:
		return axvcpu_vcpu_setup(vcpu, &setup);
	case 1:
	case 2:
		return axvcpu_vcpu_bind(vcpu);
	case 3:
	case 4:
		return axvcpu_vcpu_run(vcpu);
	case 5:
		return axvcpu_vcpu_unbind(vcpu);
	case 6:
		return axvcpu_vcpu_reset(vcpu);
	case 7:
		axvcpu_vcpu_kick(vcpu);
		axvcpu_vcpu_info(vcpu, &info);
		return axvcpu_vcpu_inject_interrupt(vcpu, &irq);
	default:
		return axvcpu_vcpu_set_debug(vcpu, &debug);
	}
}

static int chaos_main(void *arg)
{
	int ret, i;

	for (i = 0; i < 4000; i++) {
		ret = chaos_call(arg);
		if (ret && ret != -EBADFD && ret != -EBUSY && ret != -EPERM)
			return ret;
		if (!(i % 16))
			cond_resched();
	}
	return 0;
}

static void race_everything(struct kunit *test)
{
	static const struct fake_step steps[] = { FAKE_STEP_RESUME(2), FAKE_STEP_HYPERCALL };
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	struct fixture_thread thread[4];
	unsigned int i;
	int cpu[2];

	fixture_cpus(cpu);
	FAKE_PLAY(vcpu, steps);
	for (i = 0; i < ARRAY_SIZE(thread); i++)
		fixture_spawn(test, &thread[i], cpu[i % 2], chaos_main, vcpu);
	for (i = 0; i < ARRAY_SIZE(thread); i++)
		KUNIT_EXPECT_EQ(test, fixture_join(&thread[i]), 0);
	/* All owners are dead: anyone may put it right. */
	KUNIT_EXPECT_FALSE(test, atomic_read(&vcpu->state) & AXVCPU_CLAIMED);
	if (axvcpu_vcpu_state(vcpu) == AXVCPU_STATE_READY)
		KUNIT_EXPECT_EQ(test, axvcpu_vcpu_unbind(vcpu), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_reset(vcpu), 0);
	KUNIT_EXPECT_PTR_EQ(test, vcpu->owner, (struct task_struct *)NULL);
	KUNIT_EXPECT_GT(test, vcpu->count.exit[AXVCPU_EXIT_HYPERCALL], 0);
}

/* One thread binds and unbinds; the other, which never owns it, tries to run it. */

static int binder_main(void *arg)
{
	int ret = 0, i;

	for (i = 0; i < 20000 && !ret; i++) {
		ret = axvcpu_vcpu_bind(arg);
		udelay(get_random_u32() % 4);
		/* The other one may have the claim while it learns that it may not. */
		while (!ret && axvcpu_vcpu_unbind(arg) == -EBUSY)
			cpu_relax();
		udelay(get_random_u32() % 4);
		cond_resched();
	}
	return ret;
}

static void race_owner(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	struct fixture_thread thread;
	int cpu[2], ran = 0;

	fixture_cpus(cpu);
	fixture_to(test, AXVCPU_STATE_FREE);
	KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(cpu[0])), 0);
	fixture_spawn(test, &thread, cpu[1], binder_main, vcpu);
	while (!completion_done(&thread.done)) {
		ran += !axvcpu_vcpu_run(vcpu);
		cond_resched();
	}
	KUNIT_EXPECT_EQ(test, fixture_join(&thread), 0);
	KUNIT_EXPECT_EQ(test, ran, 0);
}

/* VMs and vCPUs come and go on two CPUs, closed where they are not loaded. */

static int life_main(void *arg)
{
	static const struct axvcpu_vcpu_create create = { .favor_phys_cpu = AXVCPU_NO_CPU };
	struct axvcpu_vcpu *vcpu;
	struct axvcpu_vm *vm;
	int cpu[2], ret, i;

	fixture_cpus(cpu);
	for (i = 0; i < 300; i++) {
		set_cpus_allowed_ptr(current, cpumask_of(cpu[i % 2]));
		vm = axvcpu_vm_create(NULL);
		if (IS_ERR(vm))
			return PTR_ERR(vm);
		vcpu = axvcpu_vcpu_create(vm, &create);
		axvcpu_vm_put(vm);
		if (IS_ERR(vcpu))
			return PTR_ERR(vcpu);
		ret = axvcpu_vcpu_setup(vcpu, &setup) ?: axvcpu_vcpu_bind(vcpu) ?:
		      axvcpu_vcpu_run(vcpu);
		set_cpus_allowed_ptr(current, cpumask_of(cpu[(i + 1) % 2]));
		axvcpu_vcpu_destroy(vcpu);
		if (ret)
			return ret;
	}
	return 0;
}

static void race_lives(struct kunit *test)
{
	struct fixture_thread thread[3];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(thread); i++)
		fixture_spawn(test, &thread[i], -1, life_main, NULL);
	for (i = 0; i < ARRAY_SIZE(thread); i++)
		KUNIT_EXPECT_EQ(test, fixture_join(&thread[i]), 0);
}

static struct kunit_case race_cases[] = {
	KUNIT_CASE(race_kick_spinning),
	KUNIT_CASE(race_kick_halted),
	KUNIT_CASE(race_kick_resuming),
	KUNIT_CASE(race_kick_exiting),
	KUNIT_CASE(race_inject_halted),
	KUNIT_CASE(race_flush),
	KUNIT_CASE(race_flush_spinning),
	KUNIT_CASE(race_everything),
	KUNIT_CASE(race_owner),
	KUNIT_CASE(race_lives),
	{}
};

struct kunit_suite axvcpu_race_suite = {
	.name = "axvcpu_race",
	.suite_init = fixture_suite_init,
	.suite_exit = fixture_suite_exit,
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = race_cases,
};
