// SPDX-License-Identifier: GPL-2.0-only
/* RUN against scripted guests: what ends it, in which order, and what stays. */
#include <linux/cpumask.h>
#include <linux/kthread.h>
#include <linux/sched/signal.h>

#include "fixture.h"
#include "suites.h"

#define MS	1000000ULL	/* in ns */

static u64 count_exit(struct axvcpu_vcpu *vcpu, u32 reason)
{
	return vcpu->count.exit[reason];
}

static u64 count_event(struct axvcpu_vcpu *vcpu, u32 id)
{
	return vcpu->count.event[id - AXVCPU_STAT_EVENT];
}

static void kick_hook(struct axvcpu_vcpu *vcpu)
{
	WRITE_ONCE(vcpu->run->in.kick, 1);
}

static void kick_call(void *arg)
{
	kick_hook(arg);
}

static void signal_hook(struct axvcpu_vcpu *vcpu)
{
	send_sig(SIGUSR1, current, 1);
}

/* READY, and a thread that signals can reach. */
static struct axvcpu_vcpu *ready(struct kunit *test)
{
	fixture_to(test, AXVCPU_STATE_READY);
	allow_signal(SIGUSR1);
	return fixture_vcpu(test);
}

static void expect_stopped(struct kunit *test, struct axvcpu_vcpu *vcpu)
{
	KUNIT_EXPECT_EQ(test, vcpu->run->in.kick, 1);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_STOPPED);
	KUNIT_EXPECT_EQ(test, vcpu->run->in.kick, 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_state(vcpu), AXVCPU_STATE_READY);
}

static void run_exits(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = ready(test);
	struct fake_step step = FAKE_STEP_HYPERCALL;
	u32 reason;

	for (reason = 0; reason < AXVCPU_EXIT_NR; reason++) {
		step.reason = reason;
		fake_play(vcpu, &step, 1);
		vcpu->run->out.reason = ~0U;
		KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
		KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, reason);
		KUNIT_EXPECT_EQ(test, vcpu->run->out.activity, AXVCPU_ACTIVITY_ACTIVE);
		KUNIT_EXPECT_EQ(test, vcpu->run->out.payload[0], FAKE_PAYLOAD);
		KUNIT_EXPECT_EQ(test, vcpu->run->out.raw.reason, FAKE_RAW_REASON);
		KUNIT_EXPECT_EQ(test, count_exit(vcpu, reason), 1);
		KUNIT_EXPECT_EQ(test, axvcpu_vcpu_state(vcpu), AXVCPU_STATE_READY);
	}
	KUNIT_EXPECT_EQ(test, count_event(vcpu, AXVCPU_STAT_RUN), AXVCPU_EXIT_NR);
	KUNIT_EXPECT_EQ(test, count_event(vcpu, AXVCPU_STAT_ENTRY), AXVCPU_EXIT_NR);
}

static void run_order_of_calls(struct kunit *test)
{
	static const enum fake_call order[] = {
		FAKE_READ_REGS, FAKE_LOAD, FAKE_ENTER, FAKE_RUN, FAKE_HANDLE_EXIT, FAKE_LEAVE,
		FAKE_WRITE_REGS,
	};
	struct axvcpu_vcpu *vcpu = ready(test);
	unsigned int i;

	fake_forget();
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake.logged), ARRAY_SIZE(order));
	for (i = 0; i < ARRAY_SIZE(order); i++)
		KUNIT_EXPECT_EQ_MSG(test, fake.log[i], order[i], "call %u is %s, not %s", i,
				    fake_call_name[fake.log[i]], fake_call_name[order[i]]);

	/* It is still loaded: the second time costs less. */
	fake_forget();
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_LOAD), 0);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_UNLOAD), 0);
}

/* Exits that are handled inside cost no more than themselves. */
static void run_resumes(struct kunit *test)
{
	static const struct fake_step steps[] = { FAKE_STEP_RESUME(1000), FAKE_STEP_HYPERCALL };
	struct axvcpu_vcpu *vcpu = ready(test);

	FAKE_PLAY(vcpu, steps);
	fake_forget();
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_HYPERCALL);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_RUN), 1001);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_READ_REGS), 1);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_WRITE_REGS), 1);
	KUNIT_EXPECT_EQ(test, count_event(vcpu, AXVCPU_STAT_ENTRY), 1001);
	KUNIT_EXPECT_EQ(test, count_exit(vcpu, AXVCPU_EXIT_NOTHING), 0);
}

static void scribble_hook(struct axvcpu_vcpu *vcpu)
{
	struct fake_vcpu *f = fake_of(vcpu);

	f->gpr[1] = f->gpr[0] + 1;
	/* Userspace may write at any time: nobody reads it. */
	vcpu->run->regs[0] = ~0ULL;
	vcpu->run->regs[FAKE_REG_PC] = ~0ULL;
	vcpu->run->in.flags = ~0U;
	vcpu->run->in.budget_ns = 1;
	vcpu->run->out.reason = ~0U;
}

static void run_registers(struct kunit *test)
{
	static const struct fake_step steps[] = {
		{ .next = AXVCPU_NEXT_RESUME, .hook = scribble_hook },
		FAKE_STEP_HYPERCALL,
	};
	struct axvcpu_vcpu *vcpu = ready(test);

	FAKE_PLAY(vcpu, steps);
	vcpu->run->regs[0] = 41;
	vcpu->run->regs[FAKE_REG_PC] = 0x1000;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_HYPERCALL);
	KUNIT_EXPECT_EQ(test, vcpu->run->regs[0], 41);
	KUNIT_EXPECT_EQ(test, vcpu->run->regs[1], 42);
	KUNIT_EXPECT_EQ(test, vcpu->run->regs[FAKE_REG_PC], 0x1000 + FAKE_INSN_LEN);
}

static void run_flags(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = ready(test);
	int bit;

	fake_forget();
	for (bit = 0; bit < 32; bit++) {
		if (BIT(bit) & AXVCPU_RUN_FLAGS)
			continue;
		vcpu->run->in.flags = BIT(bit);
		KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), -EINVAL);
		KUNIT_EXPECT_EQ(test, axvcpu_vcpu_state(vcpu), AXVCPU_STATE_READY);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&fake.logged), 0);
}

/* Kicks. */

static void run_kick_first(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = ready(test);

	fake_forget();
	axvcpu_vcpu_kick(vcpu);
	axvcpu_vcpu_kick(vcpu);
	expect_stopped(test, vcpu);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_RUN), 0);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_FILL_RAW), 1);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.raw.reason, ~0ULL);
	KUNIT_EXPECT_EQ(test, count_exit(vcpu, AXVCPU_EXIT_STOPPED), 1);
	/* Consumed: two were one. */
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_HYPERCALL);
}

/* Wherever it comes before the entry, the guest does not run. */
static void run_kick_on_the_way(struct kunit *test)
{
	static const enum fake_call calls[] = { FAKE_READ_REGS, FAKE_LOAD, FAKE_ENTER };
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		fixture_to(test, AXVCPU_STATE_READY);
		fake_forget();
		fake_on(calls[i], kick_call, vcpu);
		KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
		KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_STOPPED);
		KUNIT_EXPECT_EQ_MSG(test, fake_count(FAKE_RUN), 0, "kicked in %s",
				    fake_call_name[calls[i]]);
		KUNIT_EXPECT_EQ(test, axvcpu_vcpu_unbind(vcpu), 0);
		KUNIT_EXPECT_EQ(test, axvcpu_vcpu_reset(vcpu), 0);
	}
}

/* A store while it is in the guest is seen at the next entry. */
static void run_kick_inside(struct kunit *test)
{
	static const struct fake_step steps[] = {
		{ .next = AXVCPU_NEXT_RESUME, .hook = kick_hook },
		FAKE_STEP_HYPERCALL,
	};
	struct axvcpu_vcpu *vcpu = ready(test);

	FAKE_PLAY(vcpu, steps);
	fake_forget();
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_STOPPED);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_RUN), 1);
}

/* Another exit does not consume it. */
static void run_kick_with_exit(struct kunit *test)
{
	static const struct fake_step steps[] = {
		{ .next = AXVCPU_NEXT_EXIT, .reason = AXVCPU_EXIT_IO_READ, .hook = kick_hook },
	};
	struct axvcpu_vcpu *vcpu = ready(test);

	FAKE_PLAY(vcpu, steps);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_IO_READ);
	expect_stopped(test, vcpu);
}

static void run_kick_survives(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = ready(test);

	axvcpu_vcpu_kick(vcpu);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_unbind(vcpu), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_reset(vcpu), 0);
	fixture_to(test, AXVCPU_STATE_READY);
	expect_stopped(test, vcpu);
}

/* Signals. */

static void run_signal_first(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = ready(test);

	fake_forget();
	send_sig(SIGUSR1, current, 1);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), -EINTR);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_NOTHING);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_state(vcpu), AXVCPU_STATE_READY);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_RUN), 0);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_WRITE_REGS), 1);
	flush_signals(current);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
}

static void run_signal_inside(struct kunit *test)
{
	static const struct fake_step steps[] = {
		{ .next = AXVCPU_NEXT_RESUME, .hook = signal_hook },
		FAKE_STEP_HYPERCALL,
	};
	struct axvcpu_vcpu *vcpu = ready(test);

	FAKE_PLAY(vcpu, steps);
	fake_forget();
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), -EINTR);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_RUN), 1);
	flush_signals(current);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_HYPERCALL);
}

/* The kernel has work on the way to user mode: RUN is left, without a signal. */
static void run_user(struct kunit *test)
{
	static const struct fake_step steps[] = {
		{ .next = AXVCPU_NEXT_USER },
		FAKE_STEP_HYPERCALL,
	};
	struct axvcpu_vcpu *vcpu = ready(test);

	FAKE_PLAY(vcpu, steps);
	fake_forget();
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), -EINTR);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_NOTHING);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_state(vcpu), AXVCPU_STATE_READY);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_RUN), 1);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_HYPERCALL);
}

static void notify_hook(struct axvcpu_vcpu *vcpu)
{
	set_thread_flag(TIF_NOTIFY_RESUME);
}

/* Work that it has put off: the same, and RUN is called again by the kernel. */
static void run_put_off_work(struct kunit *test)
{
	static const struct fake_step steps[] = {
		{ .next = AXVCPU_NEXT_RESUME, .hook = notify_hook },
		{ .next = AXVCPU_NEXT_RESUME, .hook = notify_hook },
		FAKE_STEP_HYPERCALL,
	};
	struct axvcpu_vcpu *vcpu = ready(test);
	u64 runs = count_event(vcpu, AXVCPU_STAT_RUN);

	FAKE_PLAY(vcpu, steps);
	fake_forget();
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), -ERESTARTNOHAND);
	KUNIT_EXPECT_TRUE_MSG(test, test_thread_flag(TIF_SIGPENDING), "or nobody restarts it");
	clear_thread_flag(TIF_SIGPENDING);
	clear_thread_flag(TIF_NOTIFY_RESUME);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_RUN), 1);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_state(vcpu), AXVCPU_STATE_READY);
	KUNIT_EXPECT_EQ_MSG(test, count_event(vcpu, AXVCPU_STAT_RUN), runs, "it is the same RUN");

	/* A budget ends a RUN anyway, and would begin anew. */
	vcpu->run->in.budget_ns = NSEC_PER_SEC * 60ULL;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	clear_thread_flag(TIF_NOTIFY_RESUME);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_HYPERCALL);
	KUNIT_EXPECT_EQ(test, count_event(vcpu, AXVCPU_STAT_RUN), runs + 1);
}

/* A completed instruction is told before the signal. */
static void run_signal_with_exit(struct kunit *test)
{
	static const struct fake_step steps[] = {
		{ .next = AXVCPU_NEXT_EXIT, .reason = AXVCPU_EXIT_IO_WRITE, .hook = signal_hook },
	};
	struct axvcpu_vcpu *vcpu = ready(test);

	FAKE_PLAY(vcpu, steps);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_IO_WRITE);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), -EINTR);
	flush_signals(current);
}

static void run_stopped_before_signal(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = ready(test);

	send_sig(SIGUSR1, current, 1);
	axvcpu_vcpu_kick(vcpu);
	expect_stopped(test, vcpu);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), -EINTR);
	flush_signals(current);
}

/* Budgets. */

static bool budget_runs;

static void budget_call(void *arg)
{
	struct axvcpu_vcpu *vcpu = arg;

	budget_runs = hrtimer_active(&vcpu->budget) &&
		      hrtimer_get_expires(&vcpu->budget) == vcpu->deadline;
}

static void run_budget(struct kunit *test)
{
	static const struct fake_step steps[] = { FAKE_STEP_SLICE };
	struct axvcpu_vcpu *vcpu = ready(test);
	u64 start, took;

	FAKE_PLAY(vcpu, steps);
	/* A timer of its own takes it out of the guest: the next tick may be far. */
	budget_runs = false;
	fake_on(FAKE_RUN, budget_call, vcpu);
	vcpu->run->in.budget_ns = 20 * MS;
	start = ktime_get_ns();
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	took = ktime_get_ns() - start;
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_DEADLINE);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.raw.reason, ~0ULL);
	KUNIT_EXPECT_TRUE(test, budget_runs);
	KUNIT_EXPECT_GE(test, took, 20 * MS);
	KUNIT_EXPECT_FALSE(test, hrtimer_active(&vcpu->budget));

	/* Each RUN has its own. */
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_DEADLINE);
	KUNIT_EXPECT_EQ(test, count_exit(vcpu, AXVCPU_EXIT_DEADLINE), 2);
}

static void over_call(void *arg)
{
	budget_call(arg);
	((struct axvcpu_vcpu *)arg)->expired = true;
}

/* Where the backend ends the guest there is no timer of the kernel's. */
static void run_budget_of_backend(struct kunit *test)
{
	static const struct fake_step steps[] = {
		{ .next = AXVCPU_NEXT_RESUME }, { .next = AXVCPU_NEXT_RESUME },
	};
	struct axvcpu_vcpu *vcpu = ready(test);

	fake.ends_budget = true;
	budget_runs = true;
	FAKE_PLAY(vcpu, steps);
	fake_on(FAKE_RUN, over_call, vcpu);
	vcpu->run->in.budget_ns = 10000 * MS;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_DEADLINE);
	KUNIT_EXPECT_FALSE(test, budget_runs);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_RUN), 1);
}

static void run_budget_not_used_up(struct kunit *test)
{
	static const u64 budgets[] = { 0, 10000 * MS, S64_MAX, U64_MAX };
	struct axvcpu_vcpu *vcpu = ready(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(budgets); i++) {
		vcpu->run->in.budget_ns = budgets[i];
		KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
		KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_HYPERCALL);
		KUNIT_EXPECT_FALSE(test, hrtimer_active(&vcpu->budget));
	}
}

static void run_stopped_before_deadline(struct kunit *test)
{
	static const struct fake_step steps[] = {
		{ .act = FAKE_SLICE, .next = AXVCPU_NEXT_RESUME },
		{ .act = FAKE_SLICE, .next = AXVCPU_NEXT_RESUME, .hook = kick_hook },
	};
	struct axvcpu_vcpu *vcpu = ready(test);

	/* The budget is gone before the guest is entered, and the kick is there. */
	vcpu->run->in.budget_ns = 1;
	axvcpu_vcpu_kick(vcpu);
	expect_stopped(test, vcpu);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_DEADLINE);

	FAKE_PLAY(vcpu, steps);
	/* Long, and never used up. */
	vcpu->run->in.budget_ns = 100000 * MS;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_STOPPED);
}

/* What the backend says next. */

static void run_slow(struct kunit *test)
{
	static const struct fake_step steps[] = {
		{ .next = AXVCPU_NEXT_SLOW, .complete = AXVCPU_NEXT_RESUME },
		{ .next = AXVCPU_NEXT_SLOW, .complete = AXVCPU_NEXT_EXIT,
		  .reason = AXVCPU_EXIT_IO_READ_STRING },
	};
	struct axvcpu_vcpu *vcpu = ready(test);

	FAKE_PLAY(vcpu, steps);
	fake_forget();
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_IO_READ_STRING);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_COMPLETE), 2);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_ENTER), 2);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_LEAVE), 2);
}

static void run_slow_halt(struct kunit *test)
{
	static const struct fake_step steps[] = {
		{ .next = AXVCPU_NEXT_SLOW, .complete = AXVCPU_NEXT_HALT },
	};
	struct axvcpu_vcpu *vcpu = ready(test);

	FAKE_PLAY(vcpu, steps);
	vcpu->run->in.flags = AXVCPU_RUN_EXIT_HALT;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_HALT);
}

static void run_no_region(struct kunit *test)
{
	struct fake_step step = {
		.act = FAKE_EXIT,
		.next = AXVCPU_NEXT_FAULT,
		.gpa = 0xfee00010,
		.access = AXVCPU_ACCESS_READ,
	};
	struct axvcpu_vcpu *vcpu = ready(test);

	fake_play(vcpu, &step, 1);
	fake_forget();
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_MMIO_READ);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.mmio_read.addr, 0xfee00010);
	step.access = AXVCPU_ACCESS_WRITE;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_MMIO_WRITE);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_EXPLAIN_FAULT), 2);
	KUNIT_EXPECT_EQ(test,
			vcpu->count.handled[AXVCPU_STAT_HANDLED_FAULT - AXVCPU_STAT_HANDLED], 0);
}

static void close_hook(struct axvcpu_vcpu *vcpu)
{
	fake_of(vcpu)->open = false;
}

static void open_hook(struct axvcpu_vcpu *vcpu)
{
	fake_of(vcpu)->open = true;
}

static void run_irq_window(struct kunit *test)
{
	static const struct fake_step steps[] = {
		{ .next = AXVCPU_NEXT_SLOW, .complete = AXVCPU_NEXT_RESUME },
		{ .next = AXVCPU_NEXT_SLOW, .complete = AXVCPU_NEXT_RESUME, .hook = open_hook },
		FAKE_STEP_HYPERCALL,
	};
	struct axvcpu_vcpu *vcpu = ready(test);

	vcpu->run->in.flags = AXVCPU_RUN_EXIT_IRQ_WINDOW;
	fake_forget();
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_IRQ_WINDOW);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_RUN), 0);

	close_hook(vcpu);
	FAKE_PLAY(vcpu, steps);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_IRQ_WINDOW);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_RUN), 2);

	vcpu->run->in.flags = 0;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_HYPERCALL);
}

/* What is queued goes first: the window is the one after it. */
static void run_irq_window_queued(struct kunit *test)
{
	static const struct fake_step steps[] = {
		{ .next = AXVCPU_NEXT_SLOW, .complete = AXVCPU_NEXT_RESUME },
	};
	static const struct axvcpu_inject irq = { .type = AXVCPU_INJECT_IRQ, .vector = 50 };
	struct axvcpu_vcpu *vcpu = ready(test);

	FAKE_PLAY(vcpu, steps);
	vcpu->run->in.flags = AXVCPU_RUN_EXIT_IRQ_WINDOW;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_inject_interrupt(vcpu, &irq), 0);
	fake_forget();
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_IRQ_WINDOW);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_RUN), 1);
	KUNIT_EXPECT_EQ(test, fake_of(vcpu)->event.vector, 50);
}

/* A halted guest can take one too: RUN does not wait for what the VMM has. */
static void run_irq_window_halted(struct kunit *test)
{
	static const struct fake_step steps[] = { FAKE_STEP_HALT };
	struct axvcpu_vcpu *vcpu = ready(test);

	close_hook(vcpu);
	FAKE_PLAY(vcpu, steps);
	vcpu->run->in.flags = AXVCPU_RUN_EXIT_IRQ_WINDOW;
	vcpu->run->in.budget_ns = 20 * MS;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_DEADLINE);
	open_hook(vcpu);
	vcpu->run->in.budget_ns = 0;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_IRQ_WINDOW);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.activity, AXVCPU_ACTIVITY_HALTED);
}

static void run_shutdown_activity(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = ready(test);

	vcpu->activity = AXVCPU_ACTIVITY_SHUTDOWN;
	fake_forget();
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_SHUTDOWN);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.activity, AXVCPU_ACTIVITY_SHUTDOWN);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_RUN), 0);
}

/* Events reach the guest at its entry. */
static void run_delivers(struct kunit *test)
{
	static const struct axvcpu_inject irq = { .type = AXVCPU_INJECT_IRQ, .vector = 77 };
	struct axvcpu_vcpu *vcpu = ready(test);

	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_inject_interrupt(vcpu, &irq), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, fake_of(vcpu)->event.vector, 77);
	KUNIT_EXPECT_EQ(test, axvcpu_event_flags(vcpu), 0);
}

/* A flush asked for before the entry is done at the entry, once. */
static void run_flushes(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = ready(test);

	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	fake_of(vcpu)->flushes = 0;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, fake_of(vcpu)->flushes, 0);
	axvcpu_vm_flush(vcpu->vm);
	axvcpu_vm_flush(vcpu->vm);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, fake_of(vcpu)->flushes, 1);
	KUNIT_EXPECT_EQ(test, count_event(vcpu, AXVCPU_STAT_FLUSH_UNMAP), 1);
}

static struct kunit_case run_cases[] = {
	KUNIT_CASE(run_exits),
	KUNIT_CASE(run_order_of_calls),
	KUNIT_CASE(run_resumes),
	KUNIT_CASE(run_registers),
	KUNIT_CASE(run_flags),
	KUNIT_CASE(run_kick_first),
	KUNIT_CASE(run_kick_on_the_way),
	KUNIT_CASE(run_kick_inside),
	KUNIT_CASE(run_kick_with_exit),
	KUNIT_CASE(run_kick_survives),
	KUNIT_CASE(run_signal_first),
	KUNIT_CASE(run_signal_inside),
	KUNIT_CASE(run_user),
	KUNIT_CASE(run_put_off_work),
	KUNIT_CASE(run_signal_with_exit),
	KUNIT_CASE(run_stopped_before_signal),
	KUNIT_CASE(run_budget),
	KUNIT_CASE(run_budget_of_backend),
	KUNIT_CASE(run_budget_not_used_up),
	KUNIT_CASE(run_stopped_before_deadline),
	KUNIT_CASE(run_slow),
	KUNIT_CASE(run_slow_halt),
	KUNIT_CASE(run_no_region),
	KUNIT_CASE(run_irq_window),
	KUNIT_CASE(run_irq_window_queued),
	KUNIT_CASE(run_irq_window_halted),
	KUNIT_CASE(run_shutdown_activity),
	KUNIT_CASE(run_delivers),
	KUNIT_CASE(run_flushes),
	{}
};

struct kunit_suite axvcpu_run_suite = {
	.name = "axvcpu_run",
	.suite_init = fixture_suite_init,
	.suite_exit = fixture_suite_exit,
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = run_cases,
};
