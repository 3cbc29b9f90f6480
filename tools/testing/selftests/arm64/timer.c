// SPDX-License-Identifier: GPL-2.0-only
/* The virtual timer: interrupts a guest that works, wakes one that waits. */

#include "../harness.h"

DECLARE_GUEST(timer, MODE_NATIVE);

static uint64_t hz(struct machine *m)
{
	struct axvcpu_time t = { .size = sizeof(t) };

	if (xioctl(m->vm, AXVCPU_VM_GET_TIME, &t))
		tap_bail("VM_GET_TIME");
	return t.counter_hz;
}

static void fires(bool busy, const char *what)
{
	struct trap_record *t;
	struct machine m;
	uint64_t ticks, took;
	unsigned int i;

	machine_ready(&m, &guest_timer);
	ticks = hz(&m) / 100;
	arch_set_arg(&m, 0, ticks);
	arch_set_arg(&m, 1, busy);
	for (i = 0; i < 5; i++) {
		t = machine_trap(&m);
		tap_is(t->kind, 1, "%s: an interrupt", what);
		tap_is(t->intid, 27, "%s: the timer's", what);
		/* Its line stays up: the guest gets no further before it is off. */
		if (set_sysreg(&m, AXVCPU_ARM64_GROUP_SYSREGS,
			       AXVCPU_ARM64_SYSREG(3, 3, 14, 3, 1), 0))
			tap_bail("SET_STATE of CNTV_CTL");
		took = machine_report(&m);
		tap_ok(took >= ticks, "%s: not before its time", what);
	}
	tap_is(vcpu_stat(m.vcpu, AXVCPU_STAT_BLOCK) > 0, !busy, "%s: Blocked or not", what);
	machine_fini(&m);
}

void test(void)
{
	fires(true, "working");
	fires(false, "waiting");
}
