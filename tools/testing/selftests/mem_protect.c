// SPDX-License-Identifier: GPL-2.0-only
/* mprotect under a running guest: what the host may not do, the guest may not. */

#include "memtest.h"

DECLARE_GUEST(rounds, MODE_NATIVE);
DECLARE_GUEST(mirror, MODE_NATIVE);

#define PAGES	64

/* Taken away and given back: the guest waits meanwhile and loses nothing. */
static void comes_and_goes(int prot, const char *what)
{
	unsigned long i, n = scaled(100), silent = 0, faults;
	struct memtest t = { .len = PAGES * PAGE_SIZE };

	t.hva = host_pages(t.len);
	memtest_start(&t, &guest_rounds);
	for (i = 0; i < n && !memtest_failed(&t); i++) {
		if (!memtest_progress(&t, 2))
			break;
		faults = READ_ONCE(t.faults);
		mprotect(t.hva, t.len, prot);
		silent += !WAIT_FOR(READ_ONCE(t.faults) > faults, 2000);
		mprotect(t.hva, t.len, PROT_READ | PROT_WRITE);
	}
	tap_is(i, n, "%s: %lu times, the guest goes on", what, n);
	tap_is(silent, 0, "%s: it was held each time", what);
	tap_is(t.error, EFAULT, "%s: with EFAULT", what);
	memtest_stop(&t, what);
	memtest_rounds(&t, what);
	memtest_fini(&t);
}

static void reads_read_only(void)
{
	struct memtest t = { .len = PAGE_SIZE };

	t.hva = host_pages(t.len);
	*(uint64_t *)t.hva = 42;
	memtest_start(&t, &guest_mirror);
	mprotect(t.hva, t.len, PROT_READ);
	tap_is(memtest_peek(&t), 42, "a read of a read-only page");
	tap_is(t.faults, 0, "is no fault");
	memtest_stop(&t, "reads");
	memtest_fini(&t);
}

void test(void)
{
	comes_and_goes(PROT_NONE, "PROT_NONE");
	comes_and_goes(PROT_READ, "PROT_READ");
	reads_read_only();
}
