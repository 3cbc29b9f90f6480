// SPDX-License-Identifier: GPL-2.0-only
/* VM_GET_TIME, VM_SET_TIME: the guest's TSC against boot time. */

#include <time.h>

#include "harness.h"

DECLARE_GUEST(rdtsc, MODE_LONG);

static uint64_t boot_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static uint64_t guest_tsc(struct machine *m)
{
	machine_report(m);
	return m->regs->RDX << 32 | (uint32_t)m->regs->RAX;
}

static struct axvcpu_time get_time(struct machine *m)
{
	struct axvcpu_time t = { .size = sizeof(t) };
	int ret = xioctl(m->vm, AXVCPU_VM_GET_TIME, &t);

	if (ret)
		tap_bail("VM_GET_TIME: %s", strerror(-ret));
	return t;
}

static int set_time(struct machine *m, uint64_t counter, uint64_t ns)
{
	struct axvcpu_time t = {
		.size = sizeof(t), .counter = counter, .boottime_ns = ns,
	};

	return xioctl(m->vm, AXVCPU_VM_SET_TIME, &t);
}

static uint64_t ticks(uint64_t ns, uint64_t hz)
{
	return (__uint128_t)ns * hz / 1000000000;
}

/* Is the guest's counter what the pair says, within @slack_ms? */
static void agrees(struct machine *m, uint64_t counter, uint64_t at, uint64_t hz,
		   const char *what)
{
	uint64_t slack = ticks(50000000 * (1000 / scaled(1000)), hz);
	int64_t want, got, off;

	want = counter + (int64_t)ticks(boot_ns(), hz) - (int64_t)ticks(at, hz);
	got = guest_tsc(m);
	off = got - want;
	tap_ok(off < (int64_t)slack && off > -(int64_t)slack, "%s", what);
	if (off >= (int64_t)slack || off <= -(int64_t)slack)
		tap_note("  off by %lld ticks at %llu Hz", (long long)off,
			 (unsigned long long)hz);
}

void test(void)
{
	struct axvcpu_time a, b;
	struct machine m;
	uint64_t now, tsc;

	machine_ready(&m, &guest_rdtsc);
	a = get_time(&m);
	tap_ok(a.counter_hz > 1000000, "the rate is known");
	tap_ok(a.counter < ticks(5000000000, a.counter_hz) * (1000 / scaled(1000)),
	       "the counter starts near 0");
	now = boot_ns();
	tap_ok(a.boottime_ns <= now && now - a.boottime_ns < 5000000000, "boot time is");
	tsc = guest_tsc(&m);
	b = get_time(&m);
	tap_ok(tsc >= a.counter && tsc <= b.counter, "the guest's TSC lies between");
	agrees(&m, a.counter, a.boottime_ns, a.counter_hz, "it goes with boot time");

	now = boot_ns();
	tap_is(set_time(&m, 0x100000000000, now), 0, "set to a number, now");
	agrees(&m, 0x100000000000, now, a.counter_hz, "that is what the guest has");
	tap_is(set_time(&m, 0x100000000000, now - 2000000000), 0, "two seconds ago");
	agrees(&m, 0x100000000000, now - 2000000000, a.counter_hz, "so it has gone on");
	tap_is(set_time(&m, 0x100000000000, now + 2000000000), 0, "in two seconds");
	agrees(&m, 0x100000000000, now + 2000000000, a.counter_hz, "so it is not there yet");
	tap_is(set_time(&m, b.counter, b.boottime_ns), 0, "a pair that was read");
	agrees(&m, b.counter, b.boottime_ns, a.counter_hz, "restores it");

	a = get_time(&m);
	tap_is(set_time(&m, 0, ~0ULL), -EINVAL, "a time out of reach");
	b = get_time(&m);
	tap_ok(b.counter - a.counter < ticks(5000000000, a.counter_hz), "changes nothing");
	machine_fini(&m);
}
