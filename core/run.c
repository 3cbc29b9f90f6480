// SPDX-License-Identifier: GPL-2.0-only
/*
 * RUN, and what ends it from outside: kicks, events, deadlines, signals, and
 * memory being taken away.
 *
 * Everybody who wants a vCPU out of its guest writes down why, then looks whether
 * it is in its window, and interrupts the CPU if it is. RUN does the reverse: it
 * publishes that it is, then looks for reasons, then enters. A full barrier stands
 * between the two halves on each side, so that at least one of the two sees the
 * other. From then on it is the interrupt that counts: RUN looks for reasons with
 * interrupts off before each entry, so one that came before has brought the reason
 * with it, and one that comes later ends the guest at its first instruction.
 */
#include <linux/errno.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irqflags.h>
#include <linux/percpu.h>
#include <linux/rcuwait.h>
#include <linux/sched/signal.h>
#include <linux/smp.h>
#include <linux/thread_info.h>

#include "core.h"
#include "trace.h"

/* VM whose guest runs here; compared, never followed, by other CPUs. */
static DEFINE_PER_CPU(struct axvcpu_vm *, axvcpu_guest_vm);

static void leave_guest(void *unused)
{
	/* The interrupt has done it. */
}

/**
 * axvcpu_vcpu_notify() - make a vCPU look for work: out of its guest, or awake
 * @vcpu: any vCPU; the caller has written down the work
 *
 * Context: interrupts on.
 */
void axvcpu_vcpu_notify(struct axvcpu_vcpu *vcpu)
{
	/* Pairs with the barrier in publish(): the work, then in_guest. */
	smp_mb();
	if (READ_ONCE(vcpu->in_guest))
		smp_call_function_single(READ_ONCE(vcpu->cpu), leave_guest, NULL, 0);
	else
		rcuwait_wake_up(&vcpu->wait);
}

/**
 * axvcpu_vcpu_kick() - KICK: the next or current RUN ends with STOPPED
 * @vcpu: any vCPU, in any state
 *
 * Context: any thread of the mm; does not claim.
 */
void axvcpu_vcpu_kick(struct axvcpu_vcpu *vcpu)
{
	atomic64_inc(&vcpu->kicks);
	WRITE_ONCE(vcpu->run->in.kick, 1);
	axvcpu_vcpu_notify(vcpu);
}

static bool runs_guest_of(int cpu, void *vm)
{
	return READ_ONCE(per_cpu(axvcpu_guest_vm, cpu)) == vm;
}

/**
 * axvcpu_vm_flush() - no CPU uses what was cleared in the second-stage table
 * @vm: its entries are cleared
 *
 * A CPU that is in a guest of @vm is interrupted, and waited for; on its way
 * back it sees the new generation and flushes. One that is about to enter
 * either is seen here, or sees the new generation itself.
 *
 * Context: interrupts on; may wait for other CPUs, does not sleep.
 */
void axvcpu_vm_flush(struct axvcpu_vm *vm)
{
	atomic64_inc(&vm->mem.tlb_gen);
	/* Pairs with the barrier in publish(): generation, then guest_vm. */
	smp_mb__after_atomic();
	on_each_cpu_cond_mask(runs_guest_of, leave_guest, vm, true, cpu_online_mask);
}

/* From here on others must interrupt us to be noticed. */
static void publish(struct axvcpu_vcpu *vcpu)
{
	WRITE_ONCE(vcpu->in_guest, 1);
	__this_cpu_write(axvcpu_guest_vm, vcpu->vm);
	/* Pairs with notify and flush: in the window, then look for reasons. */
	smp_mb();
}

static void unpublish(struct axvcpu_vcpu *vcpu)
{
	__this_cpu_write(axvcpu_guest_vm, NULL);
	WRITE_ONCE(vcpu->in_guest, 0);
}

/*
 * The kernel puts off work to a thread's way to user mode: it slows down who is over its
 * share of memory or time, tells it which CPU it is on, patches itself. A guest without a
 * budget could stay away from there for ever.
 */
static __always_inline bool work_waits(const struct axvcpu_vcpu *vcpu)
{
	return test_thread_flag(TIF_NOTIFY_RESUME) && vcpu->deadline == KTIME_MAX;
}

/* Published, interrupts off: is there a reason not to enter? */
static bool must_leave(struct axvcpu_vcpu *vcpu)
{
	return READ_ONCE(vcpu->run->in.kick) || READ_ONCE(vcpu->expired) ||
	       signal_pending(current) || need_resched() || work_waits(vcpu) ||
	       READ_ONCE(vcpu->loaded) != smp_processor_id();
}

static void check_generation(struct axvcpu_vcpu *vcpu)
{
	u64 gen = atomic64_read(&vcpu->vm->mem.tlb_gen);

	if (gen == vcpu->tlb_gen)
		return;
	vcpu->tlb_gen = gen;
	vcpu->flush = true;
	axvcpu_count_event(vcpu, AXVCPU_STAT_FLUSH_UNMAP);
}

/* One entry and one exit. RESUME also when something kept us from entering. */
static enum axvcpu_next enter_guest(struct axvcpu_vcpu *vcpu, bool *left)
{
	int ret;

	local_irq_disable();
	if (unlikely(must_leave(vcpu))) {
		local_irq_enable();
		*left = true;
		return AXVCPU_NEXT_RESUME;
	}
	check_generation(vcpu);
	axvcpu_count_event(vcpu, AXVCPU_STAT_ENTRY);
	trace_axvcpu_entry(vcpu);
	ret = axvcpu_call(run)(vcpu);
	local_irq_enable();
	if (ret)
		return AXVCPU_NEXT_FAIL;
	return axvcpu_call(handle_exit)(vcpu);
}

/* Is it for the kernel to take the guest out at the deadline? */
static bool budget_is_ours(struct axvcpu_vcpu *vcpu)
{
	if (vcpu->deadline == KTIME_MAX)
		return false;
	return !axvcpu_ops->ends_budget || !axvcpu_ops->ends_budget();
}

static void budget_start(struct axvcpu_vcpu *vcpu)
{
	if (budget_is_ours(vcpu))
		hrtimer_start(&vcpu->budget, vcpu->deadline, HRTIMER_MODE_ABS_PINNED_HARD);
}

static void budget_stop(struct axvcpu_vcpu *vcpu)
{
	if (budget_is_ours(vcpu))
		hrtimer_cancel(&vcpu->budget);
}

/*
 * As this CPU's current vCPU: run the guest until somebody else is needed. That may
 * be the host's softirqs: where the FPU is open they wait for us to close it, and a
 * guest that only spins would never.
 */
static int run_window(struct axvcpu_vcpu *vcpu, void *arg)
{
	enum axvcpu_next *next = arg;
	bool left = false;
	int ret;

	ret = axvcpu_percpu_load(vcpu);
	if (ret)
		return ret;
	budget_start(vcpu);
	axvcpu_call(enter)(vcpu);
	publish(vcpu);
	do {
		*next = enter_guest(vcpu, &left);
	} while (*next == AXVCPU_NEXT_RESUME && !left && !local_softirq_pending());
	unpublish(vcpu);
	axvcpu_call(leave)(vcpu);
	budget_stop(vcpu);
	return 0;
}

/* An exit that did not come from the hardware. */
static void exit_soft(struct axvcpu_vcpu *vcpu, u32 reason)
{
	axvcpu_exit(vcpu, reason);
	axvcpu_ops->fill_raw(vcpu, &vcpu->run->out.raw);
}

static bool deadline_passed(struct axvcpu_vcpu *vcpu)
{
	return READ_ONCE(vcpu->expired) ||
	       (vcpu->deadline != KTIME_MAX && ktime_get() >= vcpu->deadline);
}

/*
 * Does the VMM want to know that the guest could take an interrupt, and could it?
 * What is queued already goes first: the window is the one after it.
 */
static bool window_open(struct axvcpu_vcpu *vcpu)
{
	if (!(vcpu->flags & AXVCPU_RUN_EXIT_IRQ_WINDOW) || READ_ONCE(vcpu->events.pending))
		return false;
	return (vcpu->activity == AXVCPU_ACTIVITY_ACTIVE ||
		vcpu->activity == AXVCPU_ACTIVITY_HALTED) && axvcpu_ops->irq_window(vcpu);
}

/* Before each window: 0 to go on, 1 when an exit is filled in, or an error. */
static int run_poll(struct axvcpu_vcpu *vcpu)
{
	if (READ_ONCE(vcpu->run->in.kick)) {
		xchg(&vcpu->run->in.kick, 0);
		exit_soft(vcpu, AXVCPU_EXIT_STOPPED);
		return 1;
	}
	if (signal_pending(current))
		return -EINTR;
	if (work_waits(vcpu)) {
		/* As for a signal; there is none, so the kernel calls RUN again by itself. */
		set_thread_flag(TIF_SIGPENDING);
		return -ERESTARTNOHAND;
	}
	if (deadline_passed(vcpu)) {
		exit_soft(vcpu, AXVCPU_EXIT_DEADLINE);
		return 1;
	}
	if (vcpu->activity == AXVCPU_ACTIVITY_SHUTDOWN) {
		exit_soft(vcpu, AXVCPU_EXIT_SHUTDOWN);
		return 1;
	}
	if (window_open(vcpu)) {
		exit_soft(vcpu, AXVCPU_EXIT_IRQ_WINDOW);
		return 1;
	}
	return 0;
}

/* A reason for RUN to stop waiting? */
static bool wait_over(struct axvcpu_vcpu *vcpu)
{
	if (READ_ONCE(vcpu->run->in.kick) || deadline_passed(vcpu))
		return true;
	return vcpu->activity == AXVCPU_ACTIVITY_HALTED && axvcpu_ops->has_wakeup(vcpu);
}

/* The guest halted: BLOCKED until an event, a kick, a signal or the deadline. */
static noinline void run_blocked(struct axvcpu_vcpu *vcpu)
{
	ktime_t *until = vcpu->deadline == KTIME_MAX ? NULL : &vcpu->deadline;

	axvcpu_count_event(vcpu, AXVCPU_STAT_BLOCK);
	axvcpu_transition_state(vcpu, AXVCPU_STATE_RUNNING, AXVCPU_STATE_BLOCKED);
	prepare_to_rcuwait(&vcpu->wait);
	for (;;) {
		/* Waiting, then look: pairs with the barrier in notify. */
		set_current_state(TASK_INTERRUPTIBLE);
		if (wait_over(vcpu) || signal_pending(current))
			break;
		schedule_hrtimeout(until, HRTIMER_MODE_ABS);
	}
	finish_rcuwait(&vcpu->wait);
	axvcpu_transition_state(vcpu, AXVCPU_STATE_BLOCKED, AXVCPU_STATE_RUNNING);
}

/* Not active: true if it is time to wait, false once the guest can go on. */
static bool run_waits(struct axvcpu_vcpu *vcpu)
{
	if (vcpu->activity == AXVCPU_ACTIVITY_ACTIVE)
		return false;
	if (vcpu->activity == AXVCPU_ACTIVITY_HALTED && axvcpu_ops->has_wakeup(vcpu)) {
		WRITE_ONCE(vcpu->activity, AXVCPU_ACTIVITY_ACTIVE);
		return false;
	}
	return true;
}

/* A second-stage fault: bring the page in, or ask what it means to the VMM. */
static enum axvcpu_next run_fault(struct axvcpu_vcpu *vcpu, int *error)
{
	int ret = axvcpu_is_hole(vcpu, vcpu->fault.gpa) ? -ENOENT : axvcpu_memory_fault(vcpu);

	trace_axvcpu_fault(vcpu, vcpu->fault.gpa, vcpu->fault.access, ret);
	if (!ret) {
		axvcpu_count_handled(vcpu, AXVCPU_STAT_HANDLED_FAULT);
		return AXVCPU_NEXT_RESUME;
	}
	if (ret == -EINTR || ret == -ERESTARTSYS) {
		*error = -EINTR;
		return AXVCPU_NEXT_RESUME;
	}
	return axvcpu_call(explain_fault)(vcpu, ret == -ENOENT ? 0 : -ret);
}

/* HLT or WFI: the guest waits here, or in the VMM if that wants to know. */
static enum axvcpu_next run_halt(struct axvcpu_vcpu *vcpu)
{
	if (vcpu->flags & AXVCPU_RUN_EXIT_HALT)
		return axvcpu_exit(vcpu, AXVCPU_EXIT_HALT);
	axvcpu_count_handled(vcpu, AXVCPU_STAT_HANDLED_HALT);
	WRITE_ONCE(vcpu->activity, AXVCPU_ACTIVITY_HALTED);
	return AXVCPU_NEXT_RESUME;
}

/* One window, and what it asked for. 0: again; 1: an exit is filled in. */
static int run_once(struct axvcpu_vcpu *vcpu)
{
	enum axvcpu_next next = AXVCPU_NEXT_RESUME;
	int ret;

	ret = axvcpu_with_current_cpu_set(vcpu, run_window, &next);
	if (ret == -EAGAIN) {
		cond_resched();
		return 0;
	}
	if (ret)
		return ret;
	if (likely(next == AXVCPU_NEXT_EXIT))
		return 1;
	if (next == AXVCPU_NEXT_FAULT)
		next = run_fault(vcpu, &ret);
	else if (next == AXVCPU_NEXT_SLOW)
		next = axvcpu_call(complete)(vcpu);
	if (next == AXVCPU_NEXT_HALT)
		next = run_halt(vcpu);

	switch (next) {
	case AXVCPU_NEXT_RESUME:
		cond_resched();
		return ret;
	case AXVCPU_NEXT_EXIT:
		return 1;
	case AXVCPU_NEXT_USER:
		return -EINTR;
	default:
		WARN_ON_ONCE(!vcpu->failed);
		return -EIO;
	}
}

/* Read what the VMM asks, once. */
static int run_begin(struct axvcpu_vcpu *vcpu)
{
	const struct axvcpu_run_in *in = &vcpu->run->in;
	u32 flags = READ_ONCE(in->flags);
	u64 budget = READ_ONCE(in->budget_ns);

	if (flags & ~AXVCPU_RUN_FLAGS)
		return -EINVAL;
	vcpu->flags = flags;
	vcpu->expired = false;
	vcpu->deadline = KTIME_MAX;
	if (budget)
		vcpu->deadline = ktime_add_safe(ktime_get(), min_t(u64, budget, KTIME_MAX));
	vcpu->refusable = false;
	axvcpu_call(read_regs)(vcpu);
	return 0;
}

/* Tell the VMM why, and give it the registers; @again: it will not even know. */
static void run_end(struct axvcpu_vcpu *vcpu, bool again)
{
	struct axvcpu_run_out *out = &vcpu->run->out;

	if (!again) {
		axvcpu_count_event(vcpu, AXVCPU_STAT_RUN);
		vcpu->count.exit[vcpu->reason]++;
	}
	trace_axvcpu_exit(vcpu, vcpu->reason);
	WRITE_ONCE(out->reason, vcpu->reason);
	WRITE_ONCE(out->activity, vcpu->activity);
	axvcpu_call(write_regs)(vcpu);
}

/* Would run_poll() and run_waits() find nothing but what the window itself looks for? */
static bool is_plain(const struct axvcpu_vcpu *vcpu)
{
	return vcpu->activity == AXVCPU_ACTIVITY_ACTIVE && vcpu->deadline == KTIME_MAX &&
	       !(vcpu->flags & AXVCPU_RUN_EXIT_IRQ_WINDOW);
}

static int run_body(struct axvcpu_vcpu *vcpu, void *arg)
{
	bool plain;
	int ret;

	ret = run_begin(vcpu);
	if (ret)
		return ret;
	axvcpu_transition_state(vcpu, AXVCPU_STATE_READY, AXVCPU_STATE_RUNNING);
	for (plain = is_plain(vcpu); !ret; plain = false) {
		if (!plain) {
			ret = run_poll(vcpu);
			if (ret)
				break;
			if (run_waits(vcpu)) {
				run_blocked(vcpu);
				continue;
			}
		}
		ret = run_once(vcpu);
	}

	if (ret < 0)
		exit_soft(vcpu, AXVCPU_EXIT_NOTHING);
	run_end(vcpu, ret == -ERESTARTNOHAND);
	return ret;
}

/**
 * axvcpu_vcpu_run() - RUN: READY to RUNNING and back
 * @vcpu: any vCPU
 *
 * Context: the owner; may sleep.
 * Return: 0 with the reason in the run page. An error leaves the reason NOTHING
 * and the vCPU READY with nothing lost: -EINTR for a signal or a memory error,
 * -ERESTARTNOHAND for other work on the way to user mode, after which the kernel calls
 * again; -EXDEV on a CPU outside the vCPU's set or without hardware virtualization,
 * -EINVAL for unknown flags; -EIO when the backend failed: the vCPU is INVALID. And the
 * errors of axvcpu_with_state_transition().
 */
int axvcpu_vcpu_run(struct axvcpu_vcpu *vcpu)
{
	int ret = axvcpu_with_state_transition(vcpu, AXVCPU_OP_RUN, run_body, NULL);

	return ret > 0 ? 0 : ret;
}
