// SPDX-License-Identifier: GPL-2.0-only
/* Pages that move under a running guest: compaction, soft offlining, mremap; and broken ones. */

#include <signal.h>

#include "memtest.h"

DECLARE_GUEST(rounds, MODE_NATIVE);
DECLARE_GUEST(mirror, MODE_NATIVE);
DECLARE_GUEST(peek, MODE_NATIVE);

#define PAGES	256

#ifndef MADV_SOFT_OFFLINE
#define MADV_SOFT_OFFLINE 101
#endif

static int compact(const struct memtest *t)
{
	(void)t;
	return file_write("/proc/sys/vm/compact_memory", "1");
}

static int page_out(const struct memtest *t)
{
	return madvise(t->hva, t->len, MADV_PAGEOUT) ? -errno : 0;
}

/* A page at a time gets another frame; the old one is lost to the host for good. */
static int soft_offline(const struct memtest *t)
{
	static unsigned int page;

	if (madvise(t->hva + page * PAGE_SIZE, PAGE_SIZE, MADV_SOFT_OFFLINE))
		return -errno;
	page = (page + 17) % PAGES;
	return 0;
}

/* The guest goes on and loses nothing. */
static void unnoticed(int (*move)(const struct memtest *t), unsigned long n, const char *what)
{
	struct memtest t = { .len = PAGES * PAGE_SIZE };
	unsigned long i, stuck = 0;

	t.hva = host_pages(t.len);
	madvise(t.hva, t.len, MADV_NOHUGEPAGE);
	memtest_start(&t, &guest_rounds);
	stuck += !memtest_progress(&t, 1);
	for (i = 0; i < n && !memtest_failed(&t); i++) {
		if (move(&t))
			break;
		stuck += !memtest_progress(&t, 1);
	}
	memtest_stop(&t, what);
	memtest_rounds(&t, what);
	if (i < n)
		tap_skip("not on this kernel", "%s", what);
	else
		tap_is(stuck, 0, "%s: the guest goes on, %lu times", what, n);
	memtest_fini(&t);
}

/* The memory moves to another address, which is not what VM_MAP named. */
static void remapped(void)
{
	struct memtest t = { .len = PAGE_SIZE };
	uint8_t *elsewhere = host_pages(PAGE_SIZE);

	t.hva = host_pages(t.len);
	*(uint64_t *)t.hva = 42;
	memtest_start(&t, &guest_mirror);
	tap_is(memtest_peek(&t), 42, "mremap: before");
	if (mremap(t.hva, t.len, t.len, MREMAP_MAYMOVE | MREMAP_FIXED, elsewhere) != elsewhere)
		tap_bail("mremap: %s", strerror(errno));
	tap_ok(WAIT_FOR(READ_ONCE(t.faults), 5000), "mremap: the guest has lost it");
	tap_is(t.error, EFAULT, "mremap: with EFAULT");
	if (mremap(elsewhere, t.len, t.len, MREMAP_MAYMOVE | MREMAP_FIXED, t.hva) != t.hva)
		tap_bail("mremap: %s", strerror(errno));
	tap_is(memtest_peek(&t), 42, "mremap: it is back");
	memtest_stop(&t, "mremap");
	memtest_fini(&t);
}

static void told(int sig)
{
	(void)sig;
}

static void poisoned(void)
{
	struct memtest t = { .len = PAGE_SIZE };

	/* Newer kernels tell whoever has a page that breaks. */
	signal(SIGBUS, told);
	t.hva = host_pages(t.len);
	*(uint64_t *)t.hva = 1;
	memtest_map(&t, &guest_peek, MEM_RWX);
	vcpu_bind(t.m.vcpu);
	tap_is(machine_report(&t.m), 1, "a page");
	if (madvise(t.hva, t.len, MADV_HWPOISON)) {
		tap_skip("no hardware poison", "broken");
	} else {
		machine_exits(&t.m, AXVCPU_EXIT_NESTED_PAGE_FAULT, "broken");
		tap_is(t.m.run->out.fault.error, EHWPOISON, "broken: EHWPOISON");
		tap_is(t.m.run->out.fault.addr, MEMTEST_GPA, "broken: its address");
	}
	memtest_fini(&t);
}

void test(void)
{
	unnoticed(compact, scaled(20), "compaction");
	unnoticed(page_out, scaled(50), "MADV_PAGEOUT");
	unnoticed(soft_offline, scaled(20), "soft offlining");
	remapped();
	poisoned();
}
