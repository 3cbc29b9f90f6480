// SPDX-License-Identifier: GPL-2.0-only
/* munmap under a running guest: it never sees the old page again. */

#include "memtest.h"

DECLARE_GUEST(mirror, MODE_NATIVE);

static void map_again(struct memtest *t)
{
	if (mmap(t->hva, t->len, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != t->hva)
		tap_bail("mmap: %s", strerror(errno));
}

void test(void)
{
	unsigned long i, rounds = scaled(200), stale = 0, silent = 0, faults;
	struct memtest t = { .len = PAGE_SIZE };

	t.hva = host_pages(t.len);
	memtest_start(&t, &guest_mirror);
	for (i = 0; i < rounds && !memtest_failed(&t); i++) {
		WRITE_ONCE(*(uint64_t *)t.hva, i + 1);
		stale += memtest_peek(&t) != i + 1;
		faults = READ_ONCE(t.faults);
		munmap(t.hva, t.len);
		/* Without memory behind it the guest stands still. */
		silent += !WAIT_FOR(READ_ONCE(t.faults) > faults, 2000);
		map_again(&t);
		stale += memtest_peek(&t) != 0;
	}
	tap_is(stale, 0, "%lu times unmapped: no stale page", rounds);
	tap_is(silent, 0, "each time an exit told so");
	tap_is(t.error, EFAULT, "with EFAULT");

	/* Mapped over, at once: there is always a page, but another. */
	for (i = 0; i < rounds && !memtest_failed(&t); i++) {
		map_again(&t);
		stale += memtest_peek(&t) != 0;
		WRITE_ONCE(*(uint64_t *)t.hva, i + 1);
		stale += memtest_peek(&t) != i + 1;
	}
	tap_is(stale, 0, "%lu times mapped over: no stale page", rounds);
	memtest_stop(&t, "munmap");
	memtest_fini(&t);
}
