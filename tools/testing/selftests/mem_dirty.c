// SPDX-License-Identifier: GPL-2.0-only
/* VM_GET_DIRTY: every page the guest wrote since the last call, no other. */

#include "memtest.h"

DECLARE_GUEST(poke, MODE_NATIVE);
DECLARE_GUEST(peek, MODE_NATIVE);
DECLARE_GUEST(rounds, MODE_NATIVE);

#define PAGES	130		/* more than two words of the bitmap */

static uint64_t bitmap[(PAGES + 63) / 64];

static int get_dirty(struct machine *m, uint64_t gpa, uint64_t len)
{
	struct axvcpu_dirty arg = {
		.size = sizeof(arg), .gpa = gpa, .len = len, .bitmap = (uintptr_t)bitmap,
	};

	return xioctl(m->vm, AXVCPU_VM_GET_DIRTY, &arg);
}

static unsigned int dirty_pages(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < PAGES; i++)
		n += bitmap[i / 64] >> (i % 64) & 1;
	return n;
}

static bool is_dirty(unsigned int page)
{
	return bitmap[page / 64] >> (page % 64) & 1;
}

static void touch(struct machine *m, unsigned int page)
{
	arch_set_arg(m, 0, MEMTEST_GPA + page * PAGE_SIZE + 8 * (page % 500));
	arch_set_arg(m, 1, 1);
	machine_report(m);
}

static void exactly(void)
{
	static const unsigned int pages[] = { 0, 1, 63, 64, 127, 128, 129 };
	struct memtest t = { .len = PAGES * PAGE_SIZE };
	unsigned int i, missing = 0;

	t.hva = host_pages(t.len);
	memtest_map(&t, &guest_poke, MEM_RW | AXVCPU_MAP_LOG_DIRTY);
	vcpu_bind(t.m.vcpu);
	tap_is(get_dirty(&t.m, MEMTEST_GPA, t.len), 0, "VM_GET_DIRTY");
	tap_is(dirty_pages(), 0, "nothing at first");
	for (i = 0; i < ARRAY_SIZE(pages); i++)
		touch(&t.m, pages[i]);
	memset(bitmap, 0xff, sizeof(bitmap));
	tap_is(get_dirty(&t.m, MEMTEST_GPA, t.len), 0, "after some writes");
	for (i = 0; i < ARRAY_SIZE(pages); i++)
		missing += !is_dirty(pages[i]);
	tap_is(missing, 0, "all of them");
	tap_is(dirty_pages(), ARRAY_SIZE(pages), "no others");
	tap_is(bitmap[PAGES / 64] >> PAGES % 64, 0, "the bits behind the last are 0");
	get_dirty(&t.m, MEMTEST_GPA, t.len);
	tap_is(dirty_pages(), 0, "it is cleared by reading");
	touch(&t.m, 64);
	get_dirty(&t.m, MEMTEST_GPA, t.len);
	tap_ok(dirty_pages() == 1 && is_dirty(64), "a page written again counts again");
	t.hva[5 * PAGE_SIZE] = 1;
	memcpy(t.m.ram + GUEST_CODE, guest_peek.start, guest_peek.end - guest_peek.start);
	touch(&t.m, 7);
	get_dirty(&t.m, MEMTEST_GPA, t.len);
	tap_is(dirty_pages(), 0, "the host's writes and the guest's reads do not count");
	memtest_fini(&t);
}

static void turned_down(void)
{
	struct memtest t = { .len = PAGES * PAGE_SIZE };
	struct axvcpu_dirty arg = {
		.size = sizeof(arg), .gpa = MEMTEST_GPA, .len = t.len, .bitmap = 8,
	};

	t.hva = host_pages(t.len);
	memtest_map(&t, &guest_poke, MEM_RW | AXVCPU_MAP_LOG_DIRTY);
	vcpu_bind(t.m.vcpu);
	touch(&t.m, 3);
	tap_is(get_dirty(&t.m, MEMTEST_GPA, t.len - PAGE_SIZE), -EINVAL, "half a region");
	tap_is(get_dirty(&t.m, 0, GUEST_RAM_SIZE), -EINVAL, "a region without a log");
	tap_is(xioctl(t.m.vm, AXVCPU_VM_GET_DIRTY, &arg), -EFAULT, "a bad address");
	arg.flags = 1;
	tap_is(xioctl(t.m.vm, AXVCPU_VM_GET_DIRTY, &arg), -EINVAL, "an unknown flag");
	get_dirty(&t.m, MEMTEST_GPA, t.len);
	tap_is(dirty_pages(), 1, "none of these lost the log");
	tap_is(vm_protect(t.m.vm, MEMTEST_GPA, t.len, MEM_RW), 0, "the log is turned off");
	tap_is(get_dirty(&t.m, MEMTEST_GPA, t.len), -EINVAL, "and is gone");
	tap_is(vm_protect(t.m.vm, MEMTEST_GPA, t.len, MEM_RW | AXVCPU_MAP_LOG_DIRTY), 0,
	       "and on again");
	touch(&t.m, 4);
	get_dirty(&t.m, MEMTEST_GPA, t.len);
	tap_ok(dirty_pages() == 1 && is_dirty(4), "the guest's next write is in it");
	memtest_fini(&t);
}

/* Migration: pages that are not in the log are as they were copied. */
static void while_it_runs(void)
{
	unsigned long i, n = scaled(300), stale = 0;
	struct memtest t = { .len = PAGES * PAGE_SIZE };
	uint64_t copy[PAGES] = { 0 };
	unsigned int page;

	t.hva = host_pages(t.len);
	memtest_start(&t, &guest_rounds);
	vm_protect(t.m.vm, MEMTEST_GPA, t.len, MEM_RWX | AXVCPU_MAP_LOG_DIRTY);
	for (page = 0; page < PAGES; page++)
		copy[page] = READ_ONCE(*(uint64_t *)(t.hva + page * PAGE_SIZE));
	for (i = 0; i < n && !memtest_failed(&t); i++) {
		if (i == n - 1)
			memtest_stop(&t, "dirty log");
		get_dirty(&t.m, MEMTEST_GPA, t.len);
		for (page = 0; page < PAGES; page++)
			if (is_dirty(page))
				copy[page] = READ_ONCE(*(uint64_t *)
						       (t.hva + page * PAGE_SIZE));
	}
	for (page = 0; page < PAGES; page++)
		stale += copy[page] != *(uint64_t *)(t.hva + page * PAGE_SIZE);
	tap_is(stale, 0, "a copy made by %lu logs is the guest's memory", n);
	memtest_rounds(&t, "dirty log");
	memtest_fini(&t);
}

void test(void)
{
	exactly();
	turned_down();
	while_it_runs();
}
