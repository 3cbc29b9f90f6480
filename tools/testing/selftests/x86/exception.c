// SPDX-License-Identifier: GPL-2.0-only
/*
 * SET_DEBUG's exceptions: they exit instead of being delivered; INJECT delivers them. And
 * exceptions that are not delivered as others are.
 */

#include "harness.h"

DECLARE_GUEST(ud2, MODE_LONG);
DECLARE_GUEST(peek, MODE_LONG);
DECLARE_GUEST(wrmsr, MODE_LONG);
DECLARE_GUEST(int1, MODE_LONG);
DECLARE_GUEST(x87_error, MODE_LONG);
DECLARE_ROWS(ud2);
DECLARE_ROWS(int1);
DECLARE_ROWS(x87_error);

#define HOLE	0x7f0000000000ULL

static void intercept(struct machine *m, uint64_t vectors)
{
	struct axvcpu_debug debug = { .exceptions = vectors };

	tap_is(vcpu_set_debug(m->vcpu, &debug), 0, "SET_DEBUG");
}

static void invalid_opcode(void)
{
	const struct axvcpu_exit_exception *e;
	struct machine m;

	machine_ready(&m, &guest_ud2);
	e = &m.run->out.exception;
	machine_traps(&m);
	intercept(&m, BIT(VEC_UD));
	machine_exits(&m, AXVCPU_EXIT_EXCEPTION, "#UD");
	tap_is(e->vector, VEC_UD, "vector");
	tap_is(e->flags, 0, "no error code, no address");
	tap_is(e->error_code | e->address, 0, "and none given");
	machine_at(&m, &guest_ud2_rows[0], "#UD");
	machine_exits(&m, AXVCPU_EXIT_EXCEPTION, "not skipped, again");
	tap_is(vcpu_inject_exception(m.vcpu, VEC_UD, 0, 0, 0), 0, "INJECT");
	tap_is(machine_trap(&m), VEC_UD, "then the guest has it");
	intercept(&m, 0);
	tap_is(machine_trap(&m), VEC_UD, "not asked for, it goes to the guest");
	machine_fini(&m);
}

static void page_fault(void)
{
	const struct axvcpu_exit_exception *e;
	struct trap_record *trap;
	struct machine m;

	machine_ready(&m, &guest_peek);
	e = &m.run->out.exception;
	trap = machine_traps(&m);
	intercept(&m, BIT(VEC_PF));
	arch_set_arg(&m, 0, HOLE);
	machine_exits(&m, AXVCPU_EXIT_EXCEPTION, "#PF");
	tap_is(e->vector, VEC_PF, "vector");
	tap_is(e->flags, AXVCPU_EVENT_HAS_ERROR | AXVCPU_EVENT_HAS_ADDRESS, "flags");
	tap_is(e->error_code, 0, "error code: a read, not present");
	tap_is(e->address, HOLE, "address");
	tap_is(m.regs->rip, GUEST_CODE, "PC at the instruction");
	vcpu_inject_exception(m.vcpu, VEC_PF, e->flags, e->error_code, e->address);
	tap_is(machine_trap(&m), VEC_PF, "injected, the guest has it");
	tap_is(trap->cr2, HOLE, "with its address");
	machine_fini(&m);
}

static void protection(void)
{
	const struct axvcpu_exit_exception *e;
	struct guest guest = guest_wrmsr;
	struct machine m;

	guest.mode = MODE_USER;
	machine_ready(&m, &guest);
	e = &m.run->out.exception;
	intercept(&m, BIT(VEC_GP));
	machine_exits(&m, AXVCPU_EXIT_EXCEPTION, "#GP");
	tap_is(e->vector, VEC_GP, "vector");
	tap_is(e->flags, AXVCPU_EVENT_HAS_ERROR, "it has an error code");
	tap_is(e->error_code, 0, "0");
	machine_fini(&m);
}

/* INT1 raises #DB behind itself, and no cause in DR6. */
static void int1(void)
{
	const struct axvcpu_exit_exception *e;
	struct axvcpu_debug debug = { 0 };
	struct axvcpu_x86_debug dr;
	struct trap_record *trap;
	struct machine m;

	machine_ready(&m, &guest_int1);
	e = &m.run->out.exception;
	trap = machine_traps(&m);
	tap_is(machine_trap(&m), VEC_DB, "INT1 is a #DB");
	tap_is(trap->rip, GUEST_CODE + guest_int1_rows[1].at, "behind it");
	machine_report(&m);
	machine_past(&m, &guest_int1_rows[1], "the guest goes on");
	if (vcpu_get_group(m.vcpu, AXVCPU_X86_GROUP_DEBUG, &dr, sizeof(dr)))
		tap_bail("GET_STATE of the debug registers");
	tap_is(dr.dr6 & 0xe00f, 0, "DR6 has no cause");

	/* While debug registers are SET_DEBUG's. */
	debug.bp[0].addr = GUEST_DATA + 0x800;
	debug.bp[0].type = AXVCPU_BREAK_WRITE;
	debug.bp[0].len = 8;
	vcpu_set_debug(m.vcpu, &debug);
	tap_is(machine_trap(&m), VEC_DB, "also beside a breakpoint of the VMM's");
	machine_report(&m);

	intercept(&m, BIT(VEC_DB));
	machine_exits(&m, AXVCPU_EXIT_EXCEPTION, "asked for");
	tap_is(e->vector, VEC_DB, "vector");
	machine_past(&m, &guest_int1_rows[0], "INT1");
	vcpu_inject_exception(m.vcpu, VEC_DB, 0, 0, 0);
	tap_is(machine_trap(&m), VEC_DB, "injected, the guest has it");
	machine_report(&m);
	machine_past(&m, &guest_int1_rows[1], "and goes on");
	machine_fini(&m);
}

/* An error of the x87 is #MF, whatever CR0.NE says: no guest has FERR# and IRQ 13. */
static void x87_error(void)
{
	struct trap_record *trap;
	struct machine m;

	machine_ready(&m, &guest_x87_error);
	trap = machine_traps(&m);
	tap_is(machine_report(&m) & CR0_NE, 0, "NE is off");
	tap_is(machine_report(&m) & CR0_NE, 0, "to SMSW, too");
	tap_is(machine_report(&m) & CR0_NE, 0, "and to SMSW of a register");
	tap_is(machine_trap(&m), VEC_MF, "an x87 error is #MF");
	tap_is(trap->rip, GUEST_CODE + guest_x87_error_rows[0].at, "at what waits for it");
	machine_fini(&m);
}

void test(void)
{
	invalid_opcode();
	page_fault();
	protection();
	/* QEMU's CPU (7.2) does not know INT1: it is an undefined instruction there. */
	if (cpu_is_qemu())
		tap_skip("QEMU does not know it", "INT1");
	else
		int1();
	x87_error();
}
