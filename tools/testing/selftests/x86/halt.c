// SPDX-License-Identifier: GPL-2.0-only
/* HLT: RUN waits in the kernel, Blocked, until an event; or leaves with HALT. */

#include "harness.h"

DECLARE_GUEST(hlt, MODE_LONG);
DECLARE_GUEST(halt_open, MODE_LONG);
DECLARE_ROWS(hlt);

static void exits_when_asked(void)
{
	struct machine m;

	machine_ready(&m, &guest_hlt);
	m.run->in.flags = AXVCPU_RUN_EXIT_HALT;
	machine_exits(&m, AXVCPU_EXIT_HALT, "asked for");
	machine_past(&m, &guest_hlt_rows[0], "hlt");
	tap_is(m.run->out.activity, AXVCPU_ACTIVITY_ACTIVE, "the guest is active");
	m.regs->RAX = 7;
	tap_is(machine_report(&m), 7, "and goes on behind it");

	machine_run(&m);
	machine_traps(&m);
	tap_is(vcpu_refuse(m.vcpu, VEC_GP, AXVCPU_EVENT_HAS_ERROR, 0), 0, "REFUSE");
	tap_is(machine_trap(&m), VEC_GP, "the guest may not halt");
	machine_fini(&m);
}

static bool count_traps(struct runner *r)
{
	unsigned long *traps = r->data;

	if (r->ret || r->reason == AXVCPU_EXIT_STOPPED)
		return false;
	if (r->reason != AXVCPU_EXIT_IO_WRITE || r->m->run->out.io.port != PORT_TRAP)
		return false;
	WRITE_ONCE(*traps, *traps + 1);
	return true;
}

static void wakes_up(uint32_t type, uint32_t vector, const char *how)
{
	unsigned long i, traps = 0, rounds = scaled(500), blocked = 0;
	struct machine m;
	struct runner r = { .m = &m, .cpu = -1, .on_exit = count_traps, .data = &traps };

	machine_init(&m, &guest_halt_open);
	machine_traps(&m);
	runner_start(&r);
	for (i = 0; i < rounds; i++) {
		blocked += WAIT_FOR(vcpu_state(m.vcpu) == AXVCPU_STATE_BLOCKED, 1000);
		if (vcpu_inject(m.vcpu, type, vector))
			break;
		if (!WAIT_FOR(READ_ONCE(traps) > i, 2000))
			break;
	}
	tap_is(i, rounds, "%lu times woken by %s", rounds, how);
	tap_is(blocked, rounds, "%s: Blocked before each", how);
	vcpu_kick(m.vcpu);
	tap_is(runner_join(&r), 0, "%s: RUN never failed", how);
	tap_is(r.reason, AXVCPU_EXIT_STOPPED, "%s: a kick ends it", how);
	tap_ok(vcpu_stat(m.vcpu, AXVCPU_STAT_BLOCK) >= rounds, "%s: waits are counted", how);
	machine_fini(&m);
}

/* With interrupts off an interrupt does not wake it; it stays pending. */
static void stays_asleep(void)
{
	struct machine m;

	machine_ready(&m, &guest_hlt);
	machine_traps(&m);
	vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 0x80);
	machine_halts(&m);
	m.run->in.budget_ns = 20000000;
	machine_exits(&m, AXVCPU_EXIT_DEADLINE, "interrupts off, one pending");
	tap_is(m.run->out.activity, AXVCPU_ACTIVITY_HALTED, "still halted");
	tap_ok(m.run->out.raw.events & AXVCPU_EV_IRQ_PENDING, "it is pending");
	m.run->in.budget_ns = 0;
	m.regs->rflags |= RFLAGS_IF;
	tap_is(machine_trap(&m), 0x80, "it is taken once they are on");
	machine_fini(&m);
}

/* What CR8 holds back does not wake it either. */
static void held_by_cr8(void)
{
	struct axvcpu_x86_control ctl;
	struct machine m;

	machine_ready(&m, &guest_halt_open);
	machine_traps(&m);
	get_control(&m, &ctl);
	ctl.cr8 = 9;
	set_control(&m, &ctl);
	vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 0x9f);
	machine_halts(&m);
	m.run->in.budget_ns = 20000000;
	machine_exits(&m, AXVCPU_EXIT_DEADLINE, "an interrupt below CR8");
	tap_is(m.run->out.activity, AXVCPU_ACTIVITY_HALTED, "it sleeps on");
	tap_is(*(uint64_t *)(m.ram + GUEST_DATA), 0, "it never woke");
	m.run->in.budget_ns = 0;
	vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 0xa0);
	tap_is(machine_trap(&m), 0xa0, "one above it wakes it");
	machine_fini(&m);
}

static void already_pending(void)
{
	struct machine m;

	machine_ready(&m, &guest_halt_open);
	machine_traps(&m);
	vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 0x81);
	tap_is(machine_trap(&m), 0x81, "pending before STI, HLT");
	machine_fini(&m);
}

void test(void)
{
	exits_when_asked();
	wakes_up(AXVCPU_INJECT_IRQ, 0x55, "an interrupt");
	wakes_up(AXVCPU_INJECT_NMI, 0, "an NMI");
	stays_asleep();
	held_by_cr8();
	already_pending();
}
