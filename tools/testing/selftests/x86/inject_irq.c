// SPDX-License-Identifier: GPL-2.0-only
/* INJECT of interrupts: held while they are off, by priority, coalesced, from any thread. */

#include "harness.h"

DECLARE_GUEST(loop, MODE_LONG);
DECLARE_GUEST(spin, MODE_LONG);

static void held_back(void)
{
	struct trap_record *trap;
	struct axvcpu_state_events ev;
	struct machine m;

	machine_ready(&m, &guest_loop);
	trap = machine_traps(&m);
	tap_is(vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 0x80), 0, "INJECT");
	m.run->in.budget_ns = 10000000;
	machine_exits(&m, AXVCPU_EXIT_DEADLINE, "interrupts off");
	tap_is(m.run->out.raw.events & (AXVCPU_EV_IRQ_PENDING | AXVCPU_EV_IRQ_ENABLED),
	       AXVCPU_EV_IRQ_PENDING, "pending, not enabled");
	get_events(&m, &ev);
	tap_is(ev.irq_pending[2], 1, "its bit is in the saved state");
	m.run->in.budget_ns = 0;
	m.regs->rflags |= RFLAGS_IF;
	tap_is(machine_trap(&m), 0x80, "interrupts on: taken");
	tap_is(trap->rip, GUEST_CODE, "in the loop");
	tap_ok(trap->rflags & RFLAGS_IF, "the flag was set");
	tap_ok(!(m.regs->rflags & RFLAGS_IF), "and is clear in the handler");
	get_events(&m, &ev);
	tap_is(ev.irq_pending[2], 0, "it is pending no more");
	tap_ok(vcpu_stat(m.vcpu, AXVCPU_STAT_INJECT) >= 1, "it is counted");
	machine_fini(&m);
}

static void in_order(void)
{
	struct trap_record *trap;
	struct machine m;

	machine_ready(&m, &guest_loop);
	trap = machine_traps(&m);
	m.regs->rflags |= RFLAGS_IF;
	vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 0x40);
	vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 0xff);
	vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 0x40);
	vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 0x90);
	vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 0x70);
	tap_is(vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ_CLEAR, 0x70), 0, "one is withdrawn");
	tap_is(machine_trap(&m), 0xff, "the highest first");
	tap_is(machine_trap(&m), 0x90, "then the next");
	tap_is(machine_trap(&m), 0x40, "then the last");
	m.run->in.budget_ns = 10000000;
	machine_exits(&m, AXVCPU_EXIT_DEADLINE, "two of a kind were one");
	tap_is(trap->count, 3, "three in all");
	machine_fini(&m);
}

/* CR8 keeps vectors of its class and below out. */
static void task_priority(void)
{
	struct axvcpu_x86_control ctl;
	struct machine m;

	machine_ready(&m, &guest_loop);
	machine_traps(&m);
	get_control(&m, &ctl);
	ctl.cr8 = 8;
	set_control(&m, &ctl);
	m.regs->rflags |= RFLAGS_IF;
	m.run->in.budget_ns = 10000000;
	vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 0x8f);
	machine_exits(&m, AXVCPU_EXIT_DEADLINE, "CR8 holds it back");
	m.run->in.budget_ns = 0;
	vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 0x90);
	tap_is(machine_trap(&m), 0x90, "one above comes through");
	get_control(&m, &ctl);
	tap_is(ctl.cr8, 8, "CR8 is what it was");
	ctl.cr8 = 0;
	set_control(&m, &ctl);
	tap_is(machine_trap(&m), 0x8f, "CR8 lowered: the other too");
	machine_fini(&m);
}

static bool count_traps(struct runner *r)
{
	unsigned long *traps = r->data;

	if (r->ret || r->reason != AXVCPU_EXIT_IO_WRITE)
		return false;
	WRITE_ONCE(*traps, *traps + 1);
	return true;
}

static void from_elsewhere(void)
{
	unsigned long i, traps = 0, rounds = scaled(3000);
	struct machine m;
	struct runner r = { .m = &m, .cpu = cpus_online() > 1 ? 1 : -1,
			    .on_exit = count_traps, .data = &traps };

	machine_init(&m, &guest_spin);
	machine_traps(&m);
	m.regs->rflags |= RFLAGS_IF;
	runner_start(&r);
	for (i = 0; i < rounds; i++) {
		uint64_t end = now_ms() + 5000;

		if (vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 0x20 + i % 0xe0))
			break;
		while (READ_ONCE(traps) <= i && now_ms() < end)
			if (r.cpu < 0)
				usleep(50);
		if (READ_ONCE(traps) <= i)
			break;
	}
	tap_is(i, rounds, "%lu from another thread while it runs, none lost", rounds);
	vcpu_kick(m.vcpu);
	tap_is(runner_join(&r), 0, "RUN never failed");
	machine_fini(&m);
}

static void bad(void)
{
	struct machine m;

	machine_ready(&m, &guest_loop);
	tap_is(vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 15), -EINVAL, "a vector below 16");
	tap_is(vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 256), -EINVAL, "one above 255");
	tap_is(vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ_CLEAR, 256), -EINVAL, "to clear, too");
	tap_is(vcpu_inject(m.vcpu, AXVCPU_INJECT_NMI, 2), -EINVAL, "an NMI with a vector");
	tap_is(vcpu_inject(m.vcpu, 4, 0x80), -EINVAL, "an unknown type");
	machine_fini(&m);
}

void test(void)
{
	held_back();
	in_order();
	task_priority();
	from_elsewhere();
	bad();
}
