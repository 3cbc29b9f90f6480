// SPDX-License-Identifier: GPL-2.0-only
/* INJECT of exceptions: vector, error code, CR2; one at a time; also while it runs. */

#include "harness.h"

DECLARE_GUEST(loop, MODE_LONG);

#define ERR	AXVCPU_EVENT_HAS_ERROR
#define ADDR	AXVCPU_EVENT_HAS_ADDRESS

static void delivered(void)
{
	static const struct {
		uint32_t vector, flags;
		uint64_t error, address;
	} rows[] = {
		{ VEC_UD, 0, 0, 0 },
		{ VEC_DE, 0, 0, 0 },
		{ VEC_GP, ERR, 0x18, 0 },
		{ VEC_SS, ERR, 0, 0 },
		{ VEC_PF, ERR | ADDR, 2, 0x123456789000 },
		{ VEC_AC, ERR, 0, 0 },
	};
	struct trap_record *trap;
	struct machine m;
	unsigned int i;

	machine_ready(&m, &guest_loop);
	trap = machine_traps(&m);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		m.regs->rip = GUEST_CODE;
		tap_is(vcpu_inject_exception(m.vcpu, rows[i].vector, rows[i].flags,
					     rows[i].error, rows[i].address), 0,
		       "INJECT of %u", rows[i].vector);
		tap_is(machine_trap(&m), rows[i].vector, "the guest gets it");
		tap_is(trap->error, rows[i].error, "with its error code");
		tap_is(trap->rip, GUEST_CODE, "at the instruction");
		if (rows[i].flags & ADDR)
			tap_is(trap->cr2, rows[i].address, "and CR2");
	}
	machine_fini(&m);
}

static void one_at_a_time(void)
{
	struct axvcpu_state_events ev;
	struct machine m;

	machine_ready(&m, &guest_loop);
	machine_traps(&m);
	tap_is(vcpu_inject_exception(m.vcpu, VEC_GP, ERR, 1, 0), 0, "one");
	tap_is(vcpu_inject_exception(m.vcpu, VEC_UD, 0, 0, 0), -EBUSY, "not two");
	get_events(&m, &ev);
	tap_ok(ev.exception_pending == 1 && ev.exception_vector == VEC_GP &&
	       ev.exception_flags == ERR && ev.exception_error == 1,
	       "the first is in the saved state");
	tap_is(machine_trap(&m), VEC_GP, "and is taken");
	get_events(&m, &ev);
	tap_is(ev.exception_pending, 0, "none is pending");
	machine_fini(&m);
}

static bool until_trap(struct runner *r)
{
	(void)r;
	return false;
}

static void while_it_runs(void)
{
	struct machine m;
	struct runner r = { .m = &m, .cpu = -1, .on_exit = until_trap };

	machine_init(&m, &guest_loop);
	machine_traps(&m);
	runner_start(&r);
	WAIT_FOR(vcpu_state(m.vcpu) == AXVCPU_STATE_RUNNING, 1000);
	tap_is(vcpu_inject_exception(m.vcpu, VEC_UD, 0, 0, 0), 0, "from another thread");
	tap_is(runner_join(&r), 0, "RUN");
	tap_ok(r.reason == AXVCPU_EXIT_IO_WRITE && m.run->out.io.port == PORT_TRAP &&
	       m.run->out.io.data == VEC_UD, "the guest got it");
	machine_fini(&m);
}

static void bad(void)
{
	struct machine m;

	machine_ready(&m, &guest_loop);
	tap_is(vcpu_inject_exception(m.vcpu, 32, 0, 0, 0), -EINVAL, "a vector above 31");
	tap_is(vcpu_inject_exception(m.vcpu, VEC_NMI, 0, 0, 0), -EINVAL, "2 is no exception");
	tap_is(vcpu_inject_exception(m.vcpu, VEC_GP, 4, 0, 0), -EINVAL, "an unknown flag");
	machine_fini(&m);
}

void test(void)
{
	delivered();
	one_at_a_time();
	while_it_runs();
	bad();
}
