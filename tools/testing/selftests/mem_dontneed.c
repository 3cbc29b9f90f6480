// SPDX-License-Identifier: GPL-2.0-only
/* MADV_DONTNEED under a running guest: the page is gone for both, at once. */

#include "memtest.h"

DECLARE_GUEST(mirror, MODE_NATIVE);
DECLARE_GUEST(stamp, MODE_NATIVE);

static void guest_reads(void)
{
	unsigned long i, rounds = scaled(200), stale = 0;
	struct memtest t = { .len = PAGE_SIZE };

	t.hva = host_pages(t.len);
	memtest_start(&t, &guest_mirror);
	for (i = 0; i < rounds && !memtest_failed(&t); i++) {
		WRITE_ONCE(*(uint64_t *)t.hva, i + 1);
		stale += memtest_peek(&t) != i + 1;
		madvise(t.hva, t.len, MADV_DONTNEED);
		stale += memtest_peek(&t) != 0;
	}
	tap_is(stale, 0, "%lu times: the guest reads what the host has", rounds);
	memtest_stop(&t, "reads");
	memtest_fini(&t);
}

/*
 * Twice in a row: the second comes while the guest faults because of the first,
 * and must not be missed by the fault.
 */
static void races_fault(void)
{
	unsigned long i, k, rounds = scaled(300), stale = 0;
	struct memtest t = { .len = PAGE_SIZE };

	t.hva = host_pages(t.len);
	memtest_start(&t, &guest_mirror);
	for (i = 0; i < rounds && !memtest_failed(&t); i++) {
		WRITE_ONCE(*(uint64_t *)t.hva, 1);
		madvise(t.hva, t.len, MADV_DONTNEED);
		for (k = 0; k < i % 500; k++)
			WRITE_ONCE(*(uint64_t *)t.hva, 1);
		madvise(t.hva, t.len, MADV_DONTNEED);
		WRITE_ONCE(*(uint64_t *)t.hva, i + 2);
		stale += memtest_peek(&t) != i + 2;
	}
	tap_is(stale, 0, "%lu times in a fault: the guest reads what the host has", rounds);
	memtest_stop(&t, "faults");
	memtest_fini(&t);
}

static void guest_writes(void)
{
	unsigned long i, rounds = scaled(200), lost = 0;
	struct memtest t = { .len = PAGE_SIZE };
	uint64_t before;

	t.hva = host_pages(t.len);
	memtest_start(&t, &guest_stamp);
	for (i = 0; i < rounds && !memtest_failed(&t); i++) {
		madvise(t.hva, t.len, MADV_DONTNEED);
		before = memtest_count(&t);
		if (!memtest_progress(&t, 3))
			break;
		/* What it wrote since then is in the page the host has now. */
		lost += READ_ONCE(*(uint64_t *)t.hva) <= before;
	}
	tap_is(i, rounds, "the guest wrote through %lu of them", rounds);
	tap_is(lost, 0, "into the page that the host has");
	memtest_stop(&t, "writes");
	memtest_fini(&t);
}

void test(void)
{
	guest_reads();
	races_fault();
	guest_writes();
}
