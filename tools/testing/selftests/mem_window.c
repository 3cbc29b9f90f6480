// SPDX-License-Identifier: GPL-2.0-only
/* A fault maps the pages around it too, if the host has them, with the rules of each. */

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "memtest.h"

DECLARE_GUEST(poke, MODE_NATIVE);

#define PAGES	64		/* one window of the kernel's */
#define ABSENT	3U
#define LOCKED	9U

static void touch(struct memtest *t, unsigned int page)
{
	arch_set_arg(&t->m, 0, MEMTEST_GPA + page * PAGE_SIZE);
	arch_set_arg(&t->m, 1, page + 1);
	machine_report(&t->m);
}

static uint64_t faults(const struct memtest *t)
{
	return vcpu_stat(t->m.vcpu, AXVCPU_STAT_HANDLED_FAULT);
}

static bool host_has(const struct memtest *t, unsigned int page)
{
	unsigned char there = 0;

	if (mincore(t->hva + page * PAGE_SIZE, PAGE_SIZE, &there))
		tap_bail("mincore: %s", strerror(errno));
	return there & 1;
}

static uint64_t host_word(const struct memtest *t, unsigned int page)
{
	return READ_ONCE(*(uint64_t *)(t->hva + page * PAGE_SIZE));
}

/* Pages that the host has, but for two: one it has not, one that may not be written. */
static void window_map(struct memtest *t)
{
	unsigned int i;

	*t = (struct memtest) { .len = PAGES * PAGE_SIZE };
	t->hva = host_pages(t->len);
	madvise(t->hva, t->len, MADV_NOHUGEPAGE);
	for (i = 0; i < PAGES; i++)
		if (i != ABSENT)
			t->hva[i * PAGE_SIZE] = 0xff;
	mprotect(t->hva + LOCKED * PAGE_SIZE, PAGE_SIZE, PROT_READ);
	memtest_map(t, &guest_poke, MEM_RW);
	vcpu_bind(t->m.vcpu);
	/* Its own code and tables come with the first. */
	touch(t, 0);
}

static void gift(void)
{
	unsigned int i, wrong = 0;
	struct memtest t;
	uint64_t before;

	window_map(&t);
	before = faults(&t);
	for (i = 0; i < PAGES; i++)
		if (i != ABSENT && i != LOCKED)
			touch(&t, i);
	/* After faults on new memory it takes some for the kernel to look for more. */
	tap_ok(faults(&t) - before < 10, "few faults for what the host has");
	tap_ok(!host_has(&t, ABSENT), "what the host has not is not brought in");
	before = faults(&t);
	touch(&t, ABSENT);
	tap_is(faults(&t), before + 1, "but by a fault of its own");
	for (i = 0; i < PAGES; i++)
		wrong += i != LOCKED && host_word(&t, i) != i + 1;
	tap_is(wrong, 0, "the host sees what the guest wrote");
	memtest_fini(&t);
}

static void rules(void)
{
	const struct axvcpu_run_out *out;
	struct memtest t;

	window_map(&t);
	out = &t.m.run->out;
	arch_set_arg(&t.m, 0, MEMTEST_GPA + LOCKED * PAGE_SIZE);
	machine_exits(&t.m, AXVCPU_EXIT_NESTED_PAGE_FAULT, "a write beside it that is forbidden");
	tap_is(out->fault.error, EFAULT, "EFAULT");
	tap_is(host_word(&t, LOCKED), 0xff, "nothing was written");
	mprotect(t.hva + LOCKED * PAGE_SIZE, PAGE_SIZE, PROT_READ | PROT_WRITE);
	touch(&t, LOCKED);
	tap_is(host_word(&t, LOCKED), LOCKED + 1, "and is once it is allowed");
	memtest_fini(&t);
}

/* All of it came by one fault: all of it goes, and what comes then is new. */
static void taken_away(void)
{
	unsigned int i, stale = 0;
	struct memtest t;

	window_map(&t);
	madvise(t.hva, t.len, MADV_DONTNEED);
	mprotect(t.hva, t.len, PROT_READ | PROT_WRITE);
	for (i = 1; i < PAGES; i++) {
		touch(&t, i);
		stale += host_word(&t, i) != i + 1;
	}
	tap_is(stale, 0, "after MADV_DONTNEED the guest writes where the host reads");
	tap_ok(!host_has(&t, 0), "what it does not touch stays away");
	memtest_fini(&t);
}

void test(void)
{
	gift();
	rules();
	taken_away();
}
