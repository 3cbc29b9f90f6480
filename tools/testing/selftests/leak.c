// SPDX-License-Identifier: GPL-2.0-only
/* A thousand guests one after another leave the machine's memory where it was. */

#include "harness.h"

DECLARE_GUEST(count, MODE_NATIVE);

#define GUESTS	1000UL

static void one_guest(void)
{
	struct machine m;

	machine_ready(&m, &guest_count);
	if (machine_report(&m) != 0 || machine_report(&m) != 1)
		tap_bail("the guest does not count");
	machine_fini(&m);
}

void test(void)
{
	unsigned long i, n = scaled(GUESTS);
	struct memory_usage a, b;

	watchdog(120);
	/* What is made once, and per CPU, is made before. */
	for (i = 0; i < 50; i++)
		one_guest();
	a = memory_usage();
	for (i = 0; i < n; i++)
		one_guest();
	b = memory_usage();
	tap_note("KiB before and after: free %ld %ld, slab %ld %ld, per CPU %ld %ld",
		 a.free, b.free, a.slab, b.slab, a.percpu, b.percpu);
	/* One page lost a guest would be 4 KiB times n; a debug kernel keeps freed objects. */
	if (n < GUESTS) {
		tap_skip("too few guests to tell", "free memory is where it was");
		tap_skip("too few guests to tell", "so are the kernel's objects");
	} else {
		tap_ok(a.free - b.free < (long)n * 2, "free memory is where it was");
		tap_ok(b.slab - a.slab < (long)n / 4 + 256, "so are the kernel's objects");
	}
	tap_is(b.secondary, a.secondary, "no second-stage table is left");
	tap_ok(b.percpu - a.percpu < (long)n / 4 + 64, "nor anything per CPU");
}
