// SPDX-License-Identifier: GPL-2.0-only
/* NMIs: taken with interrupts off, blocked until IRET, latched once. */

#include "harness.h"

DECLARE_GUEST(loop, MODE_LONG);
DECLARE_GUEST(hlt, MODE_LONG);

/*
 * Leave the address of the loop behind in a debug register of the CPU. It is not
 * enabled any more, but DR6 may still tell that it matched (SDM vol. 3, 18.2.3).
 */
static void stale_breakpoint(struct machine *m)
{
	struct axvcpu_debug debug = {
		.bp[0] = { .addr = GUEST_CODE, .type = AXVCPU_BREAK_EXEC, .len = 1 },
	};

	vcpu_set_debug(m->vcpu, &debug);
	m->run->in.budget_ns = 1000000;
	machine_run(m);
	m->run->in.budget_ns = 0;
	memset(&debug, 0, sizeof(debug));
	vcpu_set_debug(m->vcpu, &debug);
}

static void blocked_until_iret(void)
{
	struct trap_record *trap;
	struct axvcpu_state_events ev;
	struct machine m;

	machine_ready(&m, &guest_loop);
	trap = machine_traps(&m);
	stale_breakpoint(&m);
	tap_is(vcpu_inject(m.vcpu, AXVCPU_INJECT_NMI, 0), 0, "INJECT");
	tap_is(machine_trap(&m), VEC_NMI, "taken with interrupts off");
	tap_is(trap->rip, GUEST_CODE, "in the loop");
	tap_ok(m.run->out.raw.events & AXVCPU_EV_NMI_BLOCKED, "blocked in the handler");
	get_events(&m, &ev);
	tap_is(ev.nmi_blocked, 1, "the saved state says so");
	tap_is(ev.nmi_pending, 0, "none is pending");

	vcpu_inject(m.vcpu, AXVCPU_INJECT_NMI, 0);
	vcpu_inject(m.vcpu, AXVCPU_INJECT_NMI, 0);
	get_events(&m, &ev);
	tap_is(ev.nmi_pending, 1, "two more are latched as one");
	tap_is(trap->count, 1, "and wait");
	tap_is(machine_trap(&m), VEC_NMI, "until IRET");
	tap_is(trap->count, 2, "the second");
	tap_is(trap->rip, GUEST_CODE, "right behind IRET");
	m.run->in.budget_ns = 10000000;
	machine_exits(&m, AXVCPU_EXIT_DEADLINE, "there is no third");
	tap_is(trap->count, 2, "two in all");
	get_events(&m, &ev);
	tap_is(ev.nmi_blocked, 0, "not blocked any more");
	machine_fini(&m);
}

/* An NMI goes before an interrupt, and leaves it pending. */
static void before_irq(void)
{
	struct machine m;

	machine_ready(&m, &guest_loop);
	machine_traps(&m);
	m.regs->rflags |= RFLAGS_IF;
	vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 0x80);
	vcpu_inject(m.vcpu, AXVCPU_INJECT_NMI, 0);
	tap_is(machine_trap(&m), VEC_NMI, "the NMI first");
	tap_is(machine_trap(&m), 0x80, "then the interrupt");
	machine_fini(&m);
}

static void wakes_up(void)
{
	struct machine m;

	machine_ready(&m, &guest_hlt);
	machine_traps(&m);
	machine_halts(&m);
	vcpu_inject(m.vcpu, AXVCPU_INJECT_NMI, 0);
	tap_is(machine_trap(&m), VEC_NMI, "an NMI wakes it");
	machine_fini(&m);
}

/* Blocking is state: set, it holds; the guest's IRET ends it. */
static void set_state(void)
{
	struct axvcpu_state_events ev;
	struct machine m;

	machine_ready(&m, &guest_loop);
	machine_traps(&m);
	get_events(&m, &ev);
	ev.nmi_blocked = 1;
	ev.nmi_pending = 1;
	set_events(&m, &ev);
	m.run->in.budget_ns = 10000000;
	machine_exits(&m, AXVCPU_EXIT_DEADLINE, "blocked and pending by SET_STATE");
	get_events(&m, &ev);
	tap_ok(ev.nmi_blocked && ev.nmi_pending, "so they stay");
	m.run->in.budget_ns = 0;
	ev.nmi_blocked = 0;
	set_events(&m, &ev);
	tap_is(machine_trap(&m), VEC_NMI, "unblocked: taken");
	machine_fini(&m);
}

void test(void)
{
	blocked_until_iret();
	before_irq();
	wakes_up();
	set_state();
}
