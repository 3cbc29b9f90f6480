// SPDX-License-Identifier: GPL-2.0-only
/* IRQ_WINDOW: RUN leaves as soon as the guest could take an interrupt, not sooner. */

#include "harness.h"

DECLARE_GUEST(window, MODE_LONG);
DECLARE_GUEST(loop, MODE_LONG);
DECLARE_ROWS(window);

enum { NOP, STI, SHADOWED, OPEN, CLI };

static uint64_t at(unsigned int row)
{
	return GUEST_CODE + guest_window_rows[row].at;
}

/*
 * QEMU's own CPU forgets the shadow of STI at VMRUN: if a host interrupt comes
 * right there, the window opens too early. Then it is worth another try.
 */
static bool again(uint64_t where)
{
	static unsigned int tries;

	return where == at(SHADOWED) && cpu_is_qemu() && tries++ < 10;
}

static void when_it_opens(void)
{
	struct machine m;
	uint32_t ev;

	machine_ready(&m, &guest_window);
	m.run->in.flags = AXVCPU_RUN_EXIT_IRQ_WINDOW;
	do {
		m.regs->rip = GUEST_CODE;
		m.regs->rflags &= ~RFLAGS_IF;
		machine_run(&m);
	} while (again(m.regs->rip));
	tap_is(m.run->out.reason, AXVCPU_EXIT_IRQ_WINDOW, "STI opens the window");
	ev = m.run->out.raw.events;
	tap_is(m.regs->rip, at(OPEN), "behind the instruction after STI");
	tap_ok(m.regs->rflags & RFLAGS_IF, "the flag is set");
	tap_ok(ev & AXVCPU_EV_IRQ_ENABLED, "the raw block says enabled");
	tap_ok(!(ev & AXVCPU_EV_IRQ_SHADOW), "and not shadowed");
	machine_exits(&m, AXVCPU_EXIT_IRQ_WINDOW, "asked again at once");
	tap_is(m.regs->rip, at(OPEN), "the guest did not run");
	m.run->in.flags = 0;
	machine_report(&m);
	tap_ok(!(m.run->out.raw.events & AXVCPU_EV_IRQ_ENABLED), "closed: not enabled");
	machine_fini(&m);
}

/* The use: an interrupt controller in the VMM injects when the window opens. */
static void is_usable(void)
{
	struct trap_record *trap;
	struct machine m;
	uint64_t open;

	machine_ready(&m, &guest_window);
	trap = machine_traps(&m);
	m.run->in.flags = AXVCPU_RUN_EXIT_IRQ_WINDOW;
	machine_exits(&m, AXVCPU_EXIT_IRQ_WINDOW, "with a controller in the VMM");
	open = m.regs->rip;
	m.run->in.flags = 0;
	vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 0x30);
	tap_is(machine_trap(&m), 0x30, "its interrupt is taken");
	tap_is(trap->rip, open, "right there");
	machine_fini(&m);
}

static void stays_shut(void)
{
	struct machine m;

	machine_ready(&m, &guest_loop);
	m.run->in.flags = AXVCPU_RUN_EXIT_IRQ_WINDOW;
	m.run->in.budget_ns = 10000000;
	machine_exits(&m, AXVCPU_EXIT_DEADLINE, "interrupts off for ever");
	machine_fini(&m);
}

/* A pending interrupt is not delivered in the shadow of STI. */
static void shadow(void)
{
	struct trap_record *trap;
	struct machine m;

	machine_ready(&m, &guest_window);
	trap = machine_traps(&m);
	do {
		m.regs->rip = GUEST_CODE;
		m.regs->rflags &= ~RFLAGS_IF;
		vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 0x31);
		machine_run(&m);
	} while (again(trap->rip));
	tap_ok(m.run->out.reason == AXVCPU_EXIT_IO_WRITE &&
	       m.run->out.io.data == 0x31, "pending before STI");
	tap_is(trap->rip, at(OPEN), "taken behind the instruction after it");
	machine_fini(&m);
}

void test(void)
{
	when_it_opens();
	is_usable();
	stays_shut();
	shadow();
}
