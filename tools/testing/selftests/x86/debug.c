// SPDX-License-Identifier: GPL-2.0-only
/* SET_DEBUG: single steps, breakpoint instructions, hardware breakpoints. */

#include "harness.h"

DECLARE_GUEST(steps, MODE_LONG);
DECLARE_GUEST(io, MODE_LONG);
DECLARE_ROWS(steps);
DECLARE_ROWS(io);

enum { INC1, INC2, INT3, INC3, STORE, LOAD, INC4 };

/*
 * QEMU's own CPU does not intercept the exception of INT3 (APM vol. 2, 15.12), and
 * VMRUN does not arm the breakpoints of the DR7 that it loads (15.5.1).
 */
static bool emulated;

static uint64_t at(unsigned int row)
{
	return GUEST_CODE + guest_steps_rows[row].at;
}

static void ask(struct machine *m, uint32_t flags, uint64_t addr, uint32_t type,
		uint32_t len)
{
	struct axvcpu_debug debug = {
		.flags = flags,
		.bp[2] = { .addr = addr, .type = type, .len = len },
	};

	tap_is(vcpu_set_debug(m->vcpu, &debug), 0, "SET_DEBUG");
}

static void stops(struct machine *m, uint32_t cause, uint32_t slots, uint64_t pc,
		  const char *what)
{
	const struct axvcpu_exit_debug *d = &m->run->out.debug;

	machine_exits(m, AXVCPU_EXIT_DEBUG, what);
	tap_is(d->cause, cause, "%s: cause", what);
	tap_is(d->slots, slots, "%s: slots", what);
	tap_is(d->address, pc, "%s: address", what);
	tap_is(m->regs->rip, pc, "%s: PC", what);
}

static void single_step(void)
{
	struct machine m;

	machine_ready(&m, &guest_steps);
	ask(&m, AXVCPU_DEBUG_STEP | AXVCPU_DEBUG_SW_BREAK, 0, 0, 0);
	stops(&m, AXVCPU_DEBUG_CAUSE_STEP, 0, at(INC2), "a step");
	tap_is(m.regs->RAX, 1, "one instruction was executed");
	tap_ok(!(m.regs->rflags & RFLAGS_TF), "TF is not the guest's");
	stops(&m, AXVCPU_DEBUG_CAUSE_STEP, 0, at(INT3), "the next");
	if (emulated)
		tap_skip("not on this emulator", "a breakpoint in the way");
	else
		stops(&m, AXVCPU_DEBUG_CAUSE_SW_BREAK, 0, at(INT3), "a breakpoint in the way");
	m.regs->rip = at(INC3);
	stops(&m, AXVCPU_DEBUG_CAUSE_STEP, 0, at(STORE), "past it");
	tap_is(m.regs->RAX, 3, "each step is one instruction");
	ask(&m, 0, 0, 0, 0);
	tap_is(machine_report(&m), 4, "without steps it runs through");
	machine_fini(&m);
}

/* An instruction that exits is one step too, nothing is skipped. */
static void step_over_exits(void)
{
	struct machine m;
	unsigned int i;

	machine_ready(&m, &guest_io);
	ask(&m, AXVCPU_DEBUG_STEP, 0, 0, 0);
	for (i = 0; i < 2; i++) {
		uint64_t next = GUEST_CODE + guest_io_rows[i + 1].at;

		machine_exits(&m, AXVCPU_EXIT_IO_WRITE, "OUT while stepping");
		tap_is(m.regs->rip, next, "is done");
		if (machine_run(&m) == AXVCPU_EXIT_DEBUG)
			tap_is(m.regs->rip, next, "then the step is told");
		else
			tap_ok(m.run->out.reason == AXVCPU_EXIT_IO_WRITE,
			       "or was told with it");
		if (m.run->out.reason != AXVCPU_EXIT_DEBUG)
			break;
	}
	machine_fini(&m);
}

static void instruction(void)
{
	struct trap_record *trap;
	struct machine m;

	machine_ready(&m, &guest_steps);
	trap = machine_traps(&m);
	ask(&m, AXVCPU_DEBUG_SW_BREAK, 0, 0, 0);
	if (emulated)
		tap_skip("not on this emulator", "int3");
	else
		stops(&m, AXVCPU_DEBUG_CAUSE_SW_BREAK, 0, at(INT3), "int3");
	ask(&m, 0, 0, 0, 0);
	tap_is(machine_trap(&m), VEC_BP, "not asked for, it goes to the guest");
	tap_is(trap->rip, at(INC3), "as a trap, behind it");
	tap_is(machine_report(&m), 4, "which returns");
	machine_fini(&m);
}

static void hardware(void)
{
	struct machine m;

	if (emulated) {
		tap_skip("not on this emulator", "hardware breakpoints");
		return;
	}
	machine_ready(&m, &guest_steps);
	machine_traps(&m);
	ask(&m, 0, at(INC2), AXVCPU_BREAK_EXEC, 1);
	stops(&m, AXVCPU_DEBUG_CAUSE_HW_BREAK, 4, at(INC2), "execution");
	tap_is(m.regs->RAX, 1, "it has not executed yet");

	ask(&m, 0, GUEST_DATA, AXVCPU_BREAK_WRITE, 8);
	m.regs->RAX++;
	m.regs->rip = at(INC3);
	stops(&m, AXVCPU_DEBUG_CAUSE_HW_BREAK, 4, at(LOAD), "a write");
	tap_is(*(uint64_t *)(m.ram + GUEST_DATA), 3, "it has been written");

	ask(&m, 0, GUEST_DATA + 8, AXVCPU_BREAK_ACCESS, 4);
	stops(&m, AXVCPU_DEBUG_CAUSE_HW_BREAK, 4, at(INC4), "a read");
	tap_is(machine_report(&m), 4, "the guest goes on");
	machine_fini(&m);
}

/* The guest's own debug registers come back when ours go. */
static void guest_keeps_its_own(void)
{
	struct axvcpu_x86_debug dr, after;
	struct trap_record *trap;
	struct machine m;

	machine_ready(&m, &guest_steps);
	trap = machine_traps(&m);
	memset(&dr, 0, sizeof(dr));
	dr.dr[1] = at(INC2);
	dr.dr6 = 0xffff0ff0;
	dr.dr7 = 0x400 | (1 << 2);	/* local, slot 1, execution */
	tap_is(vcpu_set_group(m.vcpu, AXVCPU_X86_GROUP_DEBUG, &dr, sizeof(dr)), 0,
	       "the guest's own breakpoint");
	ask(&m, 0, at(INC1), AXVCPU_BREAK_EXEC, 1);
	if (emulated)
		tap_is(machine_trap(&m), VEC_BP, "the guest runs");
	else
		stops(&m, AXVCPU_DEBUG_CAUSE_HW_BREAK, 4, at(INC1), "ours");
	vcpu_get_group(m.vcpu, AXVCPU_X86_GROUP_DEBUG, &after, sizeof(after));
	tap_ok(!memcmp(&dr, &after, sizeof(dr)), "the guest's registers did not change");
	ask(&m, 0, 0, 0, 0);
	if (emulated)
		goto out;
	tap_is(machine_trap(&m), VEC_DB, "the guest's own goes to the guest");
	tap_is(trap->rip, at(INC2), "where it wanted it");
	vcpu_get_group(m.vcpu, AXVCPU_X86_GROUP_DEBUG, &after, sizeof(after));
	tap_is(after.dr6 & 0xf, 2, "DR6 names the slot");
out:
	machine_fini(&m);
}

static void bad(void)
{
	struct axvcpu_debug debug = { .flags = 4 };
	struct machine m;

	machine_ready(&m, &guest_steps);
	tap_is(vcpu_set_debug(m.vcpu, &debug), -EINVAL, "an unknown flag");
	debug.flags = 0;
	debug.bp[0].type = 4;
	tap_is(vcpu_set_debug(m.vcpu, &debug), -EINVAL, "an unknown type");
	debug.bp[0].type = AXVCPU_BREAK_EXEC;
	debug.bp[0].len = 4;
	tap_is(vcpu_set_debug(m.vcpu, &debug), -EINVAL, "execution of four bytes");
	debug.bp[0].type = AXVCPU_BREAK_WRITE;
	debug.bp[0].len = 3;
	tap_is(vcpu_set_debug(m.vcpu, &debug), -EINVAL, "three bytes");
	debug.bp[0].len = 4;
	debug.bp[0].addr = 2;
	tap_is(vcpu_set_debug(m.vcpu, &debug), -EINVAL, "not aligned");
	debug.bp[0].addr = 0x8000000000000000;
	tap_is(vcpu_set_debug(m.vcpu, &debug), -EINVAL, "not canonical");
	memset(&debug, 0, sizeof(debug));
	debug.exceptions = 1ULL << 32;
	tap_is(vcpu_set_debug(m.vcpu, &debug), -EINVAL, "a vector there is not");
	machine_fini(&m);
}

void test(void)
{
	emulated = cpu_is_qemu();
	single_step();
	step_over_exits();
	instruction();
	hardware();
	guest_keeps_its_own();
	bad();
}
