// SPDX-License-Identifier: GPL-2.0-only
/* VM_MAP, VM_UNMAP and VM_PROTECT under a running guest take effect before they return. */

#include "memtest.h"

DECLARE_GUEST(mirror, MODE_NATIVE);
DECLARE_GUEST(rounds, MODE_NATIVE);

/* Two pieces of memory take turns behind one address. */
static void exchange(void)
{
	unsigned long i, n = scaled(300), wrong = 0, held = 0, faults;
	struct memtest t = { .len = PAGE_SIZE };
	uint64_t *page[2];

	t.hva = host_pages(2 * PAGE_SIZE);
	page[0] = (uint64_t *)t.hva;
	page[1] = (uint64_t *)(t.hva + PAGE_SIZE);
	*page[0] = 1000;
	*page[1] = 1001;
	memtest_start(&t, &guest_mirror);
	for (i = 1; i <= n && !memtest_failed(&t); i++) {
		/* Reads only: taken away, it becomes a device, which ends the runner. */
		wrong += vm_protect(t.m.vm, MEMTEST_GPA, PAGE_SIZE, MEM_RW) != 0;
		wrong += memtest_peek(&t) != 1000;
		*page[0] = 2000 + i;
		wrong += memtest_peek(&t) != 2000 + i;
		*page[0] = 1000;
	}
	tap_is(wrong, 0, "%lu times protected: the guest sees its memory", n);
	memtest_stop(&t, "protect");

	for (i = 0; i < n; i++) {
		wrong += vm_unmap(t.m.vm, MEMTEST_GPA, PAGE_SIZE) != 0;
		wrong += vm_map(t.m.vm, MEMTEST_GPA, PAGE_SIZE, page[i & 1], MEM_RW) != 0;
		t.r.tid = 0;
		runner_start(&t.r);
		wrong += memtest_peek(&t) != 1000 + (i & 1);
		faults = runner_stop(&t.r);
		held += faults != 0;
	}
	tap_is(wrong, 0, "%lu times exchanged: the guest sees the new one", n);
	tap_is(held, 0, "RUN never failed");
	t.len = 2 * PAGE_SIZE;
	memtest_fini(&t);
}

static void read_only(void)
{
	unsigned long i, n = scaled(100), held = 0, faults;
	struct memtest t = { .len = 16 * PAGE_SIZE };

	t.hva = host_pages(t.len);
	memtest_start(&t, &guest_rounds);
	for (i = 0; i < n && !memtest_failed(&t); i++) {
		memtest_progress(&t, 1);
		faults = READ_ONCE(t.faults);
		vm_protect(t.m.vm, MEMTEST_GPA, t.len, AXVCPU_ACCESS_READ);
		held += WAIT_FOR(READ_ONCE(t.faults) > faults, 2000);
		vm_protect(t.m.vm, MEMTEST_GPA, t.len, MEM_RW);
	}
	tap_is(held, n, "%lu times read-only: the guest is held", n);
	tap_is(t.error, EACCES, "with EACCES");
	memtest_stop(&t, "VM_PROTECT");
	memtest_rounds(&t, "VM_PROTECT");
	memtest_fini(&t);
}

static bool until_device(struct runner *r)
{
	return !r->ret && (r->reason == AXVCPU_EXIT_STOPPED ||
			   r->reason == AXVCPU_EXIT_NOTHING);
}

/* Unmapped, it is a device at once: the guest reads nothing of it any more; and back. */
static void becomes_device(void)
{
	struct memtest t = { .len = PAGE_SIZE };
	uint64_t seen;

	t.hva = host_pages(t.len);
	memtest_map(&t, &guest_mirror, MEM_RW);
	t.r = (struct runner) { .m = &t.m, .cpu = -1, .on_exit = until_device };
	runner_start(&t.r);
	tap_ok(memtest_progress(&t, 10), "the guest reads it");
	tap_is(vm_unmap(t.m.vm, MEMTEST_GPA, t.len), 0, "VM_UNMAP while it does");
	seen = memtest_count(&t);
	tap_is(runner_join(&t.r), 0, "RUN");
	tap_is(t.r.reason, AXVCPU_EXIT_MMIO_READ, "leaves with MMIO_READ");
	tap_ok(memtest_count(&t) <= seen + 1, "and nothing was read after");

	/* Twice in a row on the same page, which may be remembered as a device's. */
	t.r.tid = 0;
	runner_start(&t.r);
	tap_is(runner_join(&t.r), 0, "RUN again");
	tap_is(t.r.reason, AXVCPU_EXIT_MMIO_READ, "leaves with MMIO_READ again");
	tap_is(vm_map(t.m.vm, MEMTEST_GPA, t.len, t.hva, MEM_RW), 0, "VM_MAP");
	t.r.tid = 0;
	runner_start(&t.r);
	tap_ok(memtest_progress(&t, 10), "it is memory again");
	vm_unmap(t.m.vm, MEMTEST_GPA, t.len);
	runner_join(&t.r);
	memtest_fini(&t);
}

void test(void)
{
	exchange();
	read_only();
	becomes_device();
}
