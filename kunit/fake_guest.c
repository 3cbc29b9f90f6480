// SPDX-License-Identifier: GPL-2.0-only
/* The fake backend's guest: it plays a script, takes events and exits. */
#include <linux/hardirq.h>
#include <linux/kernel_stat.h>
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/sched.h>

#include "../core/core.h"
#include "fake_parts.h"

/* What a guest without a script does for ever. */
static const struct fake_step hypercall = FAKE_STEP_HYPERCALL;

void fake_kick(struct axvcpu_vcpu *vcpu)
{
	WRITE_ONCE(fake_of(vcpu)->kicked, false);
	/* Pairs with the acquire in fake_is_kicked(). */
	smp_wmb();
	axvcpu_vcpu_kick(vcpu);
	WRITE_ONCE(fake_of(vcpu)->kicked, true);
}

void fake_play(struct axvcpu_vcpu *vcpu, const struct fake_step *steps, unsigned int n)
{
	struct fake_vcpu *f = fake_of(vcpu);

	f->script = n ? steps : &hypercall;
	f->steps = n ?: 1;
	f->at = 0;
	f->played = 0;
}

/* Interrupts this CPU has had: from other CPUs, or of any kind. */
static u32 fake_interrupts(bool all)
{
	u32 n;

#ifdef CONFIG_X86
	n = this_cpu_read(irq_stat.irq_resched_count) + this_cpu_read(irq_stat.irq_call_count);
	if (all)
		n += this_cpu_read(irq_stat.apic_timer_irqs);
#else
	n = kstat_cpu_irqs_sum(raw_smp_processor_id());
#endif
	return n;
}

/* A kick is there, and fake_kick() has returned since: its interrupt must come. */
static bool fake_is_kicked(struct axvcpu_vcpu *vcpu)
{
	/* Pairs with the barrier in fake_kick(). */
	return smp_load_acquire(&vcpu->run->in.kick) && READ_ONCE(fake_of(vcpu)->kicked);
}

/* Inside, until an interrupt; a second, if nobody wants anything. */
static void fake_spin(struct axvcpu_vcpu *vcpu, bool all)
{
	ktime_t end = ktime_add_ms(ktime_get(), MSEC_PER_SEC);
	u32 start = fake_interrupts(all);
	bool kicked = false;

	local_irq_enable();
	while (fake_interrupts(all) == start && !need_resched()) {
		cpu_relax();
		if (!kicked && fake_is_kicked(vcpu)) {
			kicked = true;
			end = ktime_add_ms(ktime_get(), FAKE_LOST_MS);
		}
		if (ktime_before(ktime_get(), end))
			continue;
		if (kicked)
			atomic_inc(&fake.lost);
		break;
	}
	local_irq_disable();
}

/* The step the guest is at; its hook has been called. */
static const struct fake_step *fake_step(struct fake_vcpu *f)
{
	const struct fake_step *step = &f->script[f->at];

	if (step->hook)
		step->hook(f->vcpu);
	return step;
}

static void fake_advance(struct fake_vcpu *f)
{
	if (f->played++ < f->script[f->at].repeat)
		return;
	f->played = 0;
	f->at = (f->at + 1) % f->steps;
}

/* Until something exits; what it is goes to f->exit. */
static void fake_guest(struct axvcpu_vcpu *vcpu)
{
	struct fake_vcpu *f = fake_of(vcpu);
	const struct fake_step *step = fake_step(f);

	while (step->act == FAKE_TOUCH) {
		if (!fake_translate(vcpu, step->gpa, step->access)) {
			f->exit = *step;
			f->exit.next = AXVCPU_NEXT_FAULT;
			return;
		}
		fake_advance(f);
		step = fake_step(f);
	}
	if (step->act != FAKE_EXIT)
		fake_spin(vcpu, step->act == FAKE_SLICE);
	f->exit = *step;
	fake_advance(f);
}

int fake_run(struct axvcpu_vcpu *vcpu)
{
	struct fake_vcpu *f = fake_of(vcpu);
	int error = fake_note(FAKE_RUN);

	fake_on_cpu(vcpu);
	fake_promise(irqs_disabled(), "interrupts are off in run()");
	fake_promise(f->loaded == smp_processor_id(), "the vCPU is loaded here in run()");
	fake_promise(f->entered, "enter() came before run()");
	fake_promise(f->has_regs, "read_regs() came before run()");
	fake_promise(READ_ONCE(vcpu->in_guest) == 1, "in_guest is published in run()");
	fake_promise(vcpu->owner == current, "the owner runs it");
	if (error) {
		fake_report(vcpu, FAKE_RUN, error);
		return error;
	}
	if (vcpu->flush) {
		fake_tlb_flush(vcpu);
		vcpu->flush = false;
	}
	fake_deliver(vcpu);
	fake_guest(vcpu);
	fake_promise(irqs_disabled(), "hooks leave interrupts off");
	return 0;
}

/* The instruction is over: payload and raw block, as a backend fills them in. */
static enum axvcpu_next fake_exit(struct axvcpu_vcpu *vcpu, u32 reason)
{
	struct axvcpu_run_out *out = &vcpu->run->out;
	struct fake_vcpu *f = fake_of(vcpu);

	memset(&out->payload, 0, sizeof(out->payload));
	memset(&out->raw, 0, sizeof(out->raw));
	out->payload[0] = FAKE_PAYLOAD;
	out->raw.reason = FAKE_RAW_REASON;
	out->raw.insn_pc = f->pc;
	switch (reason) {
	case AXVCPU_EXIT_HYPERCALL:
	case AXVCPU_EXIT_MMIO_READ ... AXVCPU_EXIT_IO_WRITE:
		axvcpu_vcpu_refusable(vcpu, f->pc);
		f->pc += FAKE_INSN_LEN;
		break;
	default:
		break;
	}
	return axvcpu_exit(vcpu, reason);
}

static enum axvcpu_next fake_outcome(struct axvcpu_vcpu *vcpu, enum axvcpu_next next)
{
	struct fake_vcpu *f = fake_of(vcpu);

	switch (next) {
	case AXVCPU_NEXT_EXIT:
		return fake_exit(vcpu, f->exit.reason);
	case AXVCPU_NEXT_FAULT:
		vcpu->fault.gpa = f->exit.gpa;
		vcpu->fault.access = f->exit.access;
		break;
	case AXVCPU_NEXT_FAIL:
		fake_report(vcpu, FAKE_HANDLE_EXIT, -EIO);
		break;
	case AXVCPU_NEXT_HALT:
		fake_exit(vcpu, AXVCPU_EXIT_HALT);
		axvcpu_vcpu_refusable(vcpu, f->pc);
		f->pc += FAKE_INSN_LEN;
		break;
	case AXVCPU_NEXT_RESUME:
		axvcpu_count_handled(vcpu, AXVCPU_STAT_HANDLED_IRQ);
		break;
	case AXVCPU_NEXT_SLOW:
	case AXVCPU_NEXT_USER:
		break;
	}
	return next;
}

enum axvcpu_next fake_handle_exit(struct axvcpu_vcpu *vcpu)
{
	fake_note(FAKE_HANDLE_EXIT);
	fake_on_cpu(vcpu);
	fake_promise(!irqs_disabled(), "interrupts are on in handle_exit()");
	fake_promise(READ_ONCE(vcpu->in_guest) == 1, "in_guest is published in handle_exit()");
	return fake_outcome(vcpu, fake_of(vcpu)->exit.next);
}

static void off_cpu(struct axvcpu_vcpu *vcpu)
{
	fake_sleepable(vcpu);
	fake_promise(!fake_of(vcpu)->entered, "the vCPU is not entered where it may sleep");
	fake_promise(!READ_ONCE(vcpu->in_guest), "in_guest is withdrawn where it may sleep");
	fake_promise(current->mm == vcpu->vm->mm, "the VM's address space is current");
}

enum axvcpu_next fake_complete(struct axvcpu_vcpu *vcpu)
{
	fake_note(FAKE_COMPLETE);
	off_cpu(vcpu);
	return fake_outcome(vcpu, fake_of(vcpu)->exit.complete);
}

enum axvcpu_next fake_explain_fault(struct axvcpu_vcpu *vcpu, int error)
{
	struct axvcpu_run_out *out = &vcpu->run->out;
	enum axvcpu_next next;

	fake_note(FAKE_EXPLAIN_FAULT);
	off_cpu(vcpu);
	if (!error) {
		next = fake_exit(vcpu, vcpu->fault.access & AXVCPU_ACCESS_WRITE ?
				 AXVCPU_EXIT_MMIO_WRITE : AXVCPU_EXIT_MMIO_READ);
		out->mmio_write.addr = vcpu->fault.gpa;
		return next;
	}
	next = fake_exit(vcpu, AXVCPU_EXIT_NESTED_PAGE_FAULT);
	out->fault.addr = vcpu->fault.gpa;
	out->fault.access = vcpu->fault.access;
	out->fault.error = error;
	return next;
}

void fake_fill_raw(struct axvcpu_vcpu *vcpu, struct axvcpu_raw *raw)
{
	fake_note(FAKE_FILL_RAW);
	fake_claimed(vcpu);
	raw->reason = ~0ULL;
	raw->insn_pc = fake_of(vcpu)->pc;
}

/* Events. */

bool fake_has_wakeup(struct axvcpu_vcpu *vcpu)
{
	u32 flags = axvcpu_event_flags(vcpu);

	if (flags & AXVCPU_EV_IRQ_PENDING && fake_of(vcpu)->open)
		return true;
	return flags & (AXVCPU_EV_NMI_PENDING | AXVCPU_EV_EXC_PENDING);
}

bool fake_irq_window(struct axvcpu_vcpu *vcpu)
{
	fake_claimed(vcpu);
	return fake_of(vcpu)->open;
}

void fake_deliver(struct axvcpu_vcpu *vcpu)
{
	struct fake_vcpu *f = fake_of(vcpu);
	int vector;

	if (axvcpu_event_exception_take(vcpu, &f->event))
		return;
	if (axvcpu_event_nmi_take(vcpu)) {
		f->event = (struct axvcpu_inject){ .type = AXVCPU_INJECT_NMI };
		return;
	}
	vector = f->open ? axvcpu_event_irq_peek(vcpu) : -1;
	if (vector < 0)
		return;
	axvcpu_event_irq_take(vcpu, vector);
	f->event = (struct axvcpu_inject){ .type = AXVCPU_INJECT_IRQ, .vector = vector };
}

int fake_check_event(const struct axvcpu_inject *event)
{
	int error = fake_note(FAKE_CHECK_EVENT);

	if (error)
		return error;
	switch (event->type) {
	case AXVCPU_INJECT_IRQ:
	case AXVCPU_INJECT_IRQ_CLEAR:
		return event->vector < AXVCPU_NR_VECTORS ? 0 : -EINVAL;
	case AXVCPU_INJECT_NMI:
		return event->vector ? -EINVAL : 0;
	case AXVCPU_INJECT_EXCEPTION:
		return event->vector < FAKE_NR_EXCEPTIONS &&
		       !upper_32_bits(event->error_code) ? 0 : -EINVAL;
	default:
		return -EINVAL;
	}
}
