// SPDX-License-Identifier: GPL-2.0-only
/* Huge pages behind a guest, transparent and hugetlbfs: used, split, taken away. */

#include "memtest.h"

DECLARE_GUEST(rounds, MODE_NATIVE);
DECLARE_GUEST(fill, MODE_NATIVE);
DECLARE_GUEST(check, MODE_NATIVE);

#define HUGE	(2UL << 20)
#define SEED	0x1122334455667788ULL

/* Table pages of the only VM there is, or -1. */
static long pages_of_tables(void)
{
	char buf[4096], *p;

	if (file_read("/sys/kernel/debug/axvcpu/vms", buf, sizeof(buf)) < 0)
		return -1;
	p = strstr(buf, "table_pages=");
	return p ? atol(p + strlen("table_pages=")) : -1;
}

static uint8_t *aligned(size_t len)
{
	uint8_t *p = mmap(NULL, len + HUGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint8_t *at = (uint8_t *)(((uintptr_t)p + HUGE - 1) & ~(HUGE - 1));

	if (p == MAP_FAILED)
		tap_bail("mmap: %s", strerror(errno));
	if (at != p)
		munmap(p, at - p);
	munmap(at + len, p + HUGE - at);
	return at;
}

static void load(struct memtest *t, const struct guest *guest)
{
	memcpy(t->m.ram + GUEST_CODE, guest->start, guest->end - guest->start);
	vcpu_unbind(t->m.vcpu);
	vcpu_reset(t->m.vcpu);
	arch_start(&t->m, guest, GUEST_CODE);
	vcpu_bind(t->m.vcpu);
	arch_set_arg(&t->m, 0, MEMTEST_GPA);
	arch_set_arg(&t->m, 1, t->len);
	arch_set_arg(&t->m, 2, SEED);
}

/* Fill and check; with huge entries the second half takes no table more than the first. */
static void whole(struct memtest *t, bool huge, const char *what)
{
	long before, after;

	memtest_map(t, &guest_fill, MEM_RWX);
	arch_set_arg(&t->m, 2, SEED);
	if (vcpu_bind(t->m.vcpu))
		tap_bail("BIND");
	arch_set_arg(&t->m, 1, t->len / 2);
	tap_is(machine_report(&t->m), 0, "%s: the guest fills half of it", what);
	before = pages_of_tables();
	arch_set_arg(&t->m, 1, t->len);
	tap_is(machine_report(&t->m), 0, "%s: the guest fills it", what);
	after = pages_of_tables();
	load(t, &guest_check);
	tap_is(machine_report(&t->m), 0, "%s: and finds it again", what);
	if (!huge)
		tap_skip("no huge pages here", "%s: by huge entries", what);
	else if (before < 0)
		tap_skip("no debugfs", "%s: by huge entries", what);
	else
		tap_is(after, before, "%s: by huge entries", what);
}

static bool has_thp(const uint8_t *hva)
{
	FILE *f = fopen("/proc/self/smaps", "re");
	char line[256], want[32];
	bool here = false;
	long kb = 0;

	if (!f)
		return false;
	snprintf(want, sizeof(want), "%lx-", (unsigned long)hva);
	while (fgets(line, sizeof(line), f)) {
		if (!strncmp(line, want, strlen(want)))
			here = true;
		if (here && sscanf(line, "AnonHugePages: %ld", &kb) == 1)
			break;
	}
	fclose(f);
	return kb >= (long)(HUGE >> 10);
}

static void transparent(void)
{
	unsigned long i, wrong = 0, n = scaled(40);
	struct memtest t = { .len = 2 * HUGE };
	bool huge;

	t.hva = aligned(t.len);
	madvise(t.hva, t.len, MADV_HUGEPAGE);
	memset(t.hva, 1, t.len);
	huge = has_thp(t.hva);
	whole(&t, huge, "THP");

	/* A hole in the middle: what is around it stays. */
	madvise(t.hva + HUGE / 2, PAGE_SIZE, MADV_DONTNEED);
	tap_is(machine_report(&t.m), PAGE_SIZE / 8, "THP: one page lost, no more");
	machine_fini(&t.m);

	memset(t.hva, 0, t.len);
	memtest_start(&t, &guest_rounds);
	for (i = 0; i < n && !memtest_failed(&t); i++) {
		/* Split by protection, then let it be collapsed again. */
		mprotect(t.hva + HUGE / 4, PAGE_SIZE, PROT_NONE);
		mprotect(t.hva + HUGE / 4, PAGE_SIZE, PROT_READ | PROT_WRITE);
#ifdef MADV_COLLAPSE
		madvise(t.hva, t.len, MADV_COLLAPSE);
#endif
		wrong += !memtest_progress(&t, 1);
	}
	tap_is(wrong, 0, "THP: the guest goes on through %lu splits", n);
	memtest_stop(&t, "THP");
	memtest_rounds(&t, "THP");
	memtest_fini(&t);
}

static void hugetlbfs(void)
{
	struct memtest t = { .len = 2 * HUGE };
	char before[32];
	unsigned long faults;

	if (file_read("/proc/sys/vm/nr_hugepages", before, sizeof(before)) < 0 ||
	    file_write("/proc/sys/vm/nr_hugepages", "2")) {
		tap_skip("no huge pages", "hugetlb");
		return;
	}
	t.hva = mmap(NULL, t.len, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	if (t.hva == MAP_FAILED) {
		tap_skip("no huge pages left", "hugetlb");
		file_write("/proc/sys/vm/nr_hugepages", before);
		return;
	}
	whole(&t, true, "hugetlb");
	machine_fini(&t.m);

	memset(t.hva, 0, t.len);
	memtest_start(&t, &guest_rounds);
	tap_ok(memtest_progress(&t, 3), "hugetlb: the guest works");
	faults = READ_ONCE(t.faults);
	munmap(t.hva, t.len);
	tap_ok(WAIT_FOR(READ_ONCE(t.faults) > faults, 5000), "hugetlb: unmapped, it stands");
	memtest_stop(&t, "hugetlb");
	memtest_fini(&t);
	file_write("/proc/sys/vm/nr_hugepages", before);
}

void test(void)
{
	transparent();
	hugetlbfs();
}
