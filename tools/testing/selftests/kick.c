// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kicks from another thread, against a guest that spins and one that halts:
 * each is answered by STOPPED, none is lost.
 */

#include <sched.h>

#include "harness.h"

DECLARE_GUEST(loop, MODE_NATIVE);
DECLARE_GUEST(halt, MODE_NATIVE);

#define KICKS	100000UL

/* The next kick is due when the last was answered: a lost one shows as a stand-still. */
static bool answered(struct runner *r, unsigned long stops)
{
	uint64_t end = now_ms() + 10000;
	unsigned long spins = 0;

	while (READ_ONCE(r->stops) < stops) {
		if (++spins % 64)
			continue;
		sched_yield();
		if (now_ms() > end)
			return false;
	}
	return true;
}

static void kick_guest(const struct guest *guest, const char *how)
{
	unsigned long i, kicks = scaled(KICKS);
	struct machine m;
	struct runner r = { .m = &m, .cpu = cpus_online() > 1 ? 1 : -1 };

	machine_init(&m, guest);
	if (r.cpu >= 0)
		pin(0);
	runner_start(&r);
	for (i = 0; i < kicks; i++) {
		if (vcpu_kick(m.vcpu))
			break;
		if (!answered(&r, i + 1))
			break;
	}
	tap_is(i, kicks, "%lu kicks of a guest that %s, none lost", kicks, how);
	tap_is(READ_ONCE(r.stops), kicks, "none answered twice");
	tap_is(vcpu_stat(m.vcpu, AXVCPU_STAT_KICK), kicks, "all counted");
	tap_is(runner_stop(&r), 0, "RUN never failed");
	pin(-1);
	machine_fini(&m);
}

void test(void)
{
	/* It is answered() that tells a stand-still; this many take their time. */
	watchdog(1500);
	kick_guest(&guest_loop, "spins");
	kick_guest(&guest_halt, "halts");
}
