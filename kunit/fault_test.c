// SPDX-License-Identifier: GPL-2.0-only
/* Second-stage faults on real user memory, and the mm taking it away. */
#include <linux/bitmap.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/file.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/shmem_fs.h>
#include <linux/sizes.h>
#include <linux/uaccess.h>

#include "memfix.h"
#include "suites.h"

#define R	AXVCPU_ACCESS_READ
#define W	AXVCPU_ACCESS_WRITE
#define X	AXVCPU_ACCESS_EXEC
#define GPA	MEMFIX_GPA
#define WINDOW	64	/* pages, as in fault.c */

static unsigned long user_map(struct kunit *test, unsigned long at, size_t size,
			      unsigned long prot)
{
	unsigned long flags = MAP_ANONYMOUS | MAP_PRIVATE | (at ? MAP_FIXED : 0);
	unsigned long hva = vm_mmap(NULL, at, size, prot, flags, 0);

	KUNIT_EXPECT_FALSE(test, IS_ERR_VALUE(hva));
	return hva;
}

static void user_write(struct kunit *test, unsigned long hva, u64 value)
{
	KUNIT_EXPECT_EQ(test, put_user(value, (u64 __user *)hva), 0);
}

static u64 guest_word(struct kunit *test, u64 gpa)
{
	return *(u64 *)phys_to_virt(memfix_pa(test, gpa));
}

static bool is_young(struct kunit *test, u64 gpa)
{
	unsigned int level;

	return axvcpu_pt_young(axvcpu_ops->pt, memfix_entry(test, gpa, &level));
}

/* A peek of our own, which brings nothing in. */
static bool host_has(unsigned long hva)
{
	struct page *page;

	if (get_user_pages_fast_only(hva, 1, 0, &page) != 1)
		return false;
	put_page(page);
	return true;
}

static void fault_test_refused(struct kunit *test)
{
	unsigned long hva = memfix_map(test, 3 * PAGE_SIZE, R | W);

	KUNIT_EXPECT_EQ(test, memfix_fault(test, 0, R), -ENOENT);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA - 1, R), -ENOENT);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA + 3 * PAGE_SIZE, R), -ENOENT);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, ~0ULL, R), -ENOENT);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, X), -EACCES);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, R | X), -EACCES);
	user_map(test, hva, PAGE_SIZE, PROT_NONE);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, R), -EFAULT);
	user_map(test, hva, PAGE_SIZE, PROT_READ);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, W), -EFAULT);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, R), 0);
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA), R);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, W), -EFAULT);
	KUNIT_EXPECT_EQ(test, vm_munmap(hva + PAGE_SIZE, PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA + PAGE_SIZE, R), -EFAULT);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA + 2 * PAGE_SIZE, W | AXVCPU_ACCESS_WALK), 0);
}

/* A page that was never written is everybody's; the first write makes it ours. */
/* Memory that no entry can name is refused, and not mapped somewhere else. */
static void fault_test_out_of_reach(struct kunit *test)
{
	struct axvcpu_pt *pt = &memfix_vm(test)->mem.table;
	struct axvcpu_pt_format near = *pt->format;
	const struct axvcpu_pt_format *all = pt->format;

	user_write(test, memfix_map(test, PAGE_SIZE, R | W), 1);
	near.address = BIT_ULL(PAGE_SHIFT);
	pt->format = &near;
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, R), -ERANGE);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, W), -ERANGE);
	pt->format = all;
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA), 0);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, W), 0);
}

static void fault_test_zero_page(struct kunit *test)
{
	unsigned long hva = memfix_map(test, PAGE_SIZE, R | W | X);
	phys_addr_t zero;
	u64 gen;

	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA + 8, R), 0);
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA), R | X);
	zero = memfix_pa(test, GPA);
	gen = memfix_gen(test);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, W), 0);
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA), R | W | X);
	KUNIT_EXPECT_NE(test, memfix_pa(test, GPA), zero);
	KUNIT_EXPECT_GT_MSG(test, memfix_gen(test), gen, "the zero page may still be in a TLB");
	user_write(test, hva, 0x1234);
	KUNIT_EXPECT_EQ(test, guest_word(test, GPA), 0x1234);
}

/* The host copies the zero page: the guest must not keep it. */
static void fault_test_host_copies(struct kunit *test)
{
	unsigned long hva = memfix_map(test, PAGE_SIZE, R | W | X);

	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, R), 0);
	user_write(test, hva, 0x5678);
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA), 0);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, R), 0);
	KUNIT_EXPECT_EQ(test, guest_word(test, GPA), 0x5678);
}

static void fault_test_marks_dirty(struct kunit *test)
{
	memfix_map(test, PAGE_SIZE, R | W);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, W), 0);
	KUNIT_EXPECT_TRUE(test, PageDirty(pfn_to_page(PHYS_PFN(memfix_pa(test, GPA)))));
}

/*
 * Shared memory that was only read: the host's entry lets the guest write, but
 * reclaim would drop the page, so the first write must be seen.
 */
static void fault_test_clean_page(struct kunit *test)
{
	unsigned long hva = vm_mmap(NULL, 0, PAGE_SIZE, PROT_READ | PROT_WRITE,
				    MAP_ANONYMOUS | MAP_SHARED, 0);
	struct page *page;
	u64 word = 1;

	KUNIT_EXPECT_EQ(test, get_user(word, (u64 __user *)hva), 0);
	KUNIT_EXPECT_EQ(test, word, 0);
	memfix_map_at(test, GPA, PAGE_SIZE, hva, R | W);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, R), 0);
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA), R);
	page = pfn_to_page(PHYS_PFN(memfix_pa(test, GPA)));
	KUNIT_EXPECT_FALSE(test, PageDirty(page));
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, W), 0);
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA), R | W);
	KUNIT_EXPECT_TRUE(test, PageDirty(page));
	KUNIT_EXPECT_PTR_EQ(test, pfn_to_page(PHYS_PFN(memfix_pa(test, GPA))), page);
	/* Dirty already: another entry for it may be writable at once. */
	memfix_map_at(test, GPA + PAGE_SIZE, PAGE_SIZE, hva, R | W);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA + PAGE_SIZE, R), 0);
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA + PAGE_SIZE), R | W);
	KUNIT_EXPECT_EQ(test, vm_munmap(hva, PAGE_SIZE), 0);
}

/* Reclaim keeps the page, the guest may write: but the host may not. */
static void fault_test_read_only_entry(struct kunit *test)
{
	struct file *file = shmem_file_setup("axvcpu", PAGE_SIZE, 0);
	unsigned long rw, ro;

	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	rw = vm_mmap(file, 0, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	ro = vm_mmap(file, 0, PAGE_SIZE, PROT_READ, MAP_SHARED, 0);
	user_write(test, rw, 9);
	memfix_map_at(test, GPA, PAGE_SIZE, ro, R | W);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, R), 0);
	KUNIT_EXPECT_EQ(test, guest_word(test, GPA), 9);
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA), R);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, W), -EFAULT);
	KUNIT_EXPECT_EQ(test, vm_munmap(rw, PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, vm_munmap(ro, PAGE_SIZE), 0);
	fput(file);
}

static void fault_test_window(struct kunit *test)
{
	unsigned long hva = memfix_map(test, 4 * WINDOW * PAGE_SIZE, R | W);
	unsigned int i;

	for (i = 0; i < 2 * WINDOW; i++)
		if (i != 3)
			user_write(test, hva + i * PAGE_SIZE, i);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA + 5 * PAGE_SIZE, R), 0);
	for (i = 0; i < 4 * WINDOW; i++) {
		u64 gpa = GPA + i * PAGE_SIZE;
		bool there = i < WINDOW && i != 3;

		KUNIT_EXPECT_EQ_MSG(test, memfix_access(test, gpa), there ? R | W : 0, "%u", i);
		if (!there)
			continue;
		KUNIT_EXPECT_EQ(test, guest_word(test, gpa), i);
		KUNIT_EXPECT_EQ_MSG(test, is_young(test, gpa), i == 5, "%u", i);
	}
	KUNIT_EXPECT_FALSE_MSG(test, host_has(hva + 3 * PAGE_SIZE), "brought in");
}

/* Have the page there, and clean. */
static void user_read(struct kunit *test, unsigned long hva, u64 value)
{
	u64 word = ~value;

	KUNIT_EXPECT_EQ(test, get_user(word, (u64 __user *)hva), 0);
	KUNIT_EXPECT_EQ(test, word, value);
}

/* Pages of a window beside the one that is written, each with rules of its own. */
static void fault_test_window_rules(struct kunit *test)
{
	unsigned long hva = memfix_map(test, 6 * PAGE_SIZE, R | W), shared, clean;
	struct file *file = shmem_file_setup("axvcpu", PAGE_SIZE, 0);

	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	user_write(test, hva, 1);
	/* Never written: the zero page. */
	user_read(test, hva + PAGE_SIZE, 0);
	/* Read-only here, dirty by another mapping. */
	shared = vm_mmap(file, 0, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	user_write(test, shared, 3);
	KUNIT_EXPECT_EQ(test, vm_mmap(file, hva + 2 * PAGE_SIZE, PAGE_SIZE, PROT_READ,
				      MAP_SHARED | MAP_FIXED, 0), hva + 2 * PAGE_SIZE);
	user_read(test, hva + 2 * PAGE_SIZE, 3);
	/* Writable, and clean. */
	clean = vm_mmap(NULL, hva + 3 * PAGE_SIZE, PAGE_SIZE, PROT_READ | PROT_WRITE,
			MAP_ANONYMOUS | MAP_SHARED | MAP_FIXED, 0);
	user_read(test, clean, 0);
	/* A hole, and what is behind it. */
	KUNIT_EXPECT_EQ(test, vm_munmap(hva + 4 * PAGE_SIZE, PAGE_SIZE), 0);
	user_write(test, hva + 5 * PAGE_SIZE, 6);

	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, W), 0);
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA), R | W);
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA + PAGE_SIZE), R);
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA + 2 * PAGE_SIZE), R);
	KUNIT_EXPECT_EQ(test, guest_word(test, GPA + 2 * PAGE_SIZE), 3);
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA + 3 * PAGE_SIZE), R);
	KUNIT_EXPECT_FALSE(test, PageDirty(pfn_to_page(PHYS_PFN(memfix_pa(test, GPA +
									  3 * PAGE_SIZE)))));
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA + 4 * PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA + 5 * PAGE_SIZE), R | W);
	KUNIT_EXPECT_TRUE(test, PageDirty(pfn_to_page(PHYS_PFN(memfix_pa(test, GPA +
									 5 * PAGE_SIZE)))));
	KUNIT_EXPECT_EQ(test, vm_munmap(shared, PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, vm_munmap(hva, 6 * PAGE_SIZE), 0);
	fput(file);
}

/* Neighbours of a logged write are not written, and so not writable. */
static void fault_test_window_logged(struct kunit *test)
{
	unsigned long hva = memfix_map(test, WINDOW * PAGE_SIZE, R | W | AXVCPU_MAP_LOG_DIRTY);
	const unsigned long *log = axvcpu_memory_find(&memfix_vm(test)->mem, GPA)->dirty;
	unsigned int i;

	for (i = 0; i < WINDOW; i++)
		user_write(test, hva + i * PAGE_SIZE, i);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA + 5 * PAGE_SIZE, W), 0);
	for (i = 0; i < WINDOW; i++)
		KUNIT_EXPECT_EQ_MSG(test, memfix_access(test, GPA + i * PAGE_SIZE),
				    i == 5 ? R | W : R, "%u", i);
	KUNIT_EXPECT_EQ(test, bitmap_weight(log, WINDOW), 1);
	KUNIT_EXPECT_TRUE(test, test_bit(5, log));
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, W), 0);
	KUNIT_EXPECT_EQ(test, bitmap_weight(log, WINDOW), 2);
}

/* After new pages come some that the host has: it does not take long to find out. */
static void fault_test_window_after_new(struct kunit *test)
{
	unsigned long hva = memfix_map(test, 2 * WINDOW * PAGE_SIZE, R | W);
	unsigned int i, faults = 0;

	for (i = 0; i < WINDOW; i++)
		KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA + i * PAGE_SIZE, W), 0);
	for (; i < 2 * WINDOW; i++)
		user_write(test, hva + i * PAGE_SIZE, i);
	for (i = WINDOW; i < 2 * WINDOW; i++) {
		if (memfix_access(test, GPA + i * PAGE_SIZE))
			continue;
		KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA + i * PAGE_SIZE, W), 0);
		faults++;
	}
	KUNIT_EXPECT_GE(test, faults, 1);
	KUNIT_EXPECT_LE(test, faults, 8);
	for (i = WINDOW; i < 2 * WINDOW; i++) {
		KUNIT_EXPECT_EQ(test, memfix_access(test, GPA + i * PAGE_SIZE), R | W);
		KUNIT_EXPECT_EQ(test, guest_word(test, GPA + i * PAGE_SIZE), i);
	}
}

/* The window ends where the region does. */
static void fault_test_window_edges(struct kunit *test)
{
	unsigned long hva = fixture_user(test, WINDOW * PAGE_SIZE);
	unsigned int i;

	for (i = 0; i < WINDOW; i++)
		user_write(test, hva + i * PAGE_SIZE, i);
	memfix_map_at(test, GPA + 6 * PAGE_SIZE, 4 * PAGE_SIZE, hva + 6 * PAGE_SIZE, R | W);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA + 8 * PAGE_SIZE, R), 0);
	for (i = 0; i < WINDOW; i++)
		KUNIT_EXPECT_EQ_MSG(test, !!memfix_access(test, GPA + i * PAGE_SIZE),
				    i >= 6 && i < 10, "%u", i);
}

static void fault_test_taken_away(struct kunit *test)
{
	unsigned long hva = memfix_map(test, 2 * PAGE_SIZE, R | W);
	u64 gen;

	user_write(test, hva, 1);
	user_write(test, hva + PAGE_SIZE, 2);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, W), 0);
	gen = memfix_gen(test);
	KUNIT_EXPECT_EQ(test, vm_munmap(hva, PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA), 0);
	KUNIT_EXPECT_EQ_MSG(test, memfix_access(test, GPA + PAGE_SIZE), R | W, "not asked for");
	KUNIT_EXPECT_GT(test, memfix_gen(test), gen);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, R), -EFAULT);
	user_map(test, hva, PAGE_SIZE, PROT_READ | PROT_WRITE);
	user_write(test, hva, 3);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, R), 0);
	KUNIT_EXPECT_EQ(test, guest_word(test, GPA), 3);
	gen = memfix_gen(test);
	user_map(test, hva + PAGE_SIZE, PAGE_SIZE, PROT_READ | PROT_WRITE);
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA + PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, vm_munmap(hva, 2 * PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&memfix_vm(test)->mem.table.pages), 1);
}

/* One user page at two guest addresses. */
static void fault_test_alias(struct kunit *test)
{
	unsigned long hva = memfix_map(test, PAGE_SIZE, R | W);

	memfix_map_at(test, GPA + SZ_1G, PAGE_SIZE, hva, R);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, W), 0);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA + SZ_1G, R), 0);
	KUNIT_EXPECT_EQ(test, memfix_pa(test, GPA), memfix_pa(test, GPA + SZ_1G));
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA + SZ_1G), R);
	KUNIT_EXPECT_EQ(test, vm_munmap(hva, PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA), 0);
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA + SZ_1G), 0);
}

/* A 2 MiB page of the host's: its address; 0 if the host has none to give. */
static unsigned long user_huge(struct kunit *test, u64 offset)
{
	unsigned long hva = ALIGN(fixture_user(test, SZ_8M), SZ_2M) + offset;
	unsigned int level;

	user_write(test, round_up(hva, SZ_2M), 1);
	user_write(test, round_up(hva, SZ_2M) + SZ_2M, 1);
	memfix_map_at(test, GPA + SZ_1G, SZ_2M, round_up(hva, SZ_2M), R);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA + SZ_1G, R), 0);
	memfix_entry(test, GPA + SZ_1G, &level);
	if (level == 1)
		return hva;
	kunit_mark_skipped(test, "no huge page: is transparent_hugepage/enabled always?");
	return 0;
}

static unsigned int level_of(struct kunit *test, u64 gpa)
{
	unsigned int level;

	memfix_entry(test, gpa, &level);
	return level;
}

static void fault_test_huge(struct kunit *test)
{
	unsigned long hva = user_huge(test, 0);

	if (!hva)
		return;
	memfix_map_at(test, GPA, SZ_4M, hva, R | W | X);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA + 5 * PAGE_SIZE, W), 0);
	KUNIT_EXPECT_EQ(test, level_of(test, GPA), 1);
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA), R | W | X);
	KUNIT_EXPECT_EQ(test, guest_word(test, GPA), 1);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA + SZ_2M, X), 0);
	KUNIT_EXPECT_EQ(test, level_of(test, GPA + SZ_2M), 1);
	/* Less than the host page is taken away: all of the entry is. */
	KUNIT_EXPECT_EQ(test, vm_munmap(hva + PAGE_SIZE, PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA), 0);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, R), 0);
	KUNIT_EXPECT_EQ(test, level_of(test, GPA), 0);
	KUNIT_EXPECT_EQ(test, guest_word(test, GPA), 1);
	KUNIT_EXPECT_EQ(test, level_of(test, GPA + SZ_2M), 1);
}

/* Not in step with the guest address, or more than the region has. */
static void fault_test_huge_misfit(struct kunit *test)
{
	unsigned long hva = user_huge(test, SZ_64K);

	if (!hva)
		return;
	memfix_map_at(test, GPA, SZ_4M, hva, R | W);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA + SZ_2M, W), 0);
	KUNIT_EXPECT_EQ(test, level_of(test, GPA + SZ_2M), 0);
	memfix_map_at(test, GPA + SZ_8M + SZ_64K, SZ_2M - SZ_64K, hva, R | W);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA + SZ_8M + SZ_1M, W), 0);
	KUNIT_EXPECT_EQ(test, level_of(test, GPA + SZ_8M + SZ_1M), 0);
}

static void fault_test_huge_logged(struct kunit *test)
{
	unsigned long hva = user_huge(test, 0);

	if (!hva)
		return;
	memfix_map_at(test, GPA, SZ_2M, hva, R | W | AXVCPU_MAP_LOG_DIRTY);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, W), 0);
	KUNIT_EXPECT_EQ(test, level_of(test, GPA), 0);
	KUNIT_EXPECT_EQ_MSG(test, memfix_access(test, GPA + PAGE_SIZE), R, "not written yet");
}

/* No executable entry but small ones; and code and data beside it get along. */
static void fault_test_nx_huge(struct kunit *test)
{
	unsigned long hva = user_huge(test, 0);
	u64 code = GPA + SZ_1M;

	if (!hva)
		return;
	axvcpu_nx_huge = true;
	memfix_map_at(test, GPA, SZ_2M, hva, R | W | X);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, W), 0);
	KUNIT_EXPECT_EQ(test, level_of(test, GPA), 1);
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA), R | W);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, code, X), 0);
	KUNIT_EXPECT_EQ(test, level_of(test, code), 0);
	KUNIT_EXPECT_TRUE(test, memfix_access(test, code) & X);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, W), 0);
	KUNIT_EXPECT_EQ(test, level_of(test, GPA), 0);
	KUNIT_EXPECT_TRUE(test, memfix_access(test, code) & X);
	axvcpu_nx_huge = false;
}

/* The lock is held: now. */
static bool race_on;

static int race_fault_thread(struct kunit *test, u32 access)
{
	while (!READ_ONCE(race_on))
		cond_resched();
	return memfix_fault(test, GPA, access);
}

static int read_once(void *data)
{
	return race_fault_thread(data, R);
}

static int write_once(void *data)
{
	return race_fault_thread(data, W);
}

/*
 * The mm takes the page away between a fault's look at it and the entry for it.
 * Held here is the lock that both want, so that one comes before the other.
 */
static void race_fault(struct kunit *test, int (*fault)(void *data))
{
	struct axvcpu_memory *mem = &memfix_vm(test)->mem;
	struct mmu_interval_notifier *notifier = &axvcpu_memory_find(mem, GPA)->notifier;
	u64 *retries = &fixture_vcpu(test)->count.event[AXVCPU_STAT_FAULT_RETRY -
							AXVCPU_STAT_EVENT];
	struct fixture_thread thread = {};
	unsigned int patience = 1000000;
	int cpu[2];

	fixture_cpus(cpu);
	if (cpu[0] == cpu[1]) {
		kunit_mark_skipped(test, "one CPU");
		return;
	}
	set_cpus_allowed_ptr(current, cpumask_of(cpu[0]));
	WRITE_ONCE(race_on, false);
	fixture_spawn(test, &thread, cpu[1], fault, test);
	spin_lock(&mem->lock);
	WRITE_ONCE(race_on, true);
	while (--patience && !spin_is_contended(&mem->lock))
		udelay(1);
	/* What region_invalidate() does first, and what no other one did. */
	mmu_interval_set_seq(notifier, notifier->invalidate_seq + 2);
	spin_unlock(&mem->lock);
	KUNIT_EXPECT_EQ(test, fixture_join(&thread), 0);
	KUNIT_EXPECT_GT_MSG(test, patience, 0, "nobody wanted the lock");
	KUNIT_EXPECT_EQ_MSG(test, memfix_access(test, GPA), 0, "the page is gone");
	KUNIT_EXPECT_EQ_MSG(test, memfix_access(test, GPA + PAGE_SIZE), 0, "its neighbour, too");
	KUNIT_EXPECT_EQ(test, *retries, 1);
	KUNIT_EXPECT_EQ(test, fault(test), 0);
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA), R | W);
	KUNIT_EXPECT_EQ(test, *retries, 1);
}

/* A page that the host has, and the window around it. */
static void fault_test_raced(struct kunit *test)
{
	unsigned long hva = memfix_map(test, 2 * PAGE_SIZE, R | W);

	user_write(test, hva, 1);
	user_write(test, hva + PAGE_SIZE, 2);
	race_fault(test, read_once);
}

/* A page that was just brought in, which is looked at without a snapshot. */
static void fault_test_raced_new(struct kunit *test)
{
	memfix_map(test, 2 * PAGE_SIZE, R | W);
	race_fault(test, write_once);
}

static void fault_test_age(struct kunit *test)
{
	unsigned long hva = memfix_map(test, 2 * PAGE_SIZE, R | W), end = hva + PAGE_SIZE;
	struct mmu_notifier *notifier = &memfix_vm(test)->mem.notifier;
	const struct mmu_notifier_ops *ops = notifier->ops;
	u64 gen;

	user_write(test, hva, 1);
	KUNIT_EXPECT_FALSE(test, ops->test_young(notifier, current->mm, hva));
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, W), 0);
	KUNIT_EXPECT_TRUE(test, ops->test_young(notifier, current->mm, hva));
	KUNIT_EXPECT_TRUE(test, ops->test_young(notifier, current->mm, hva + 8));
	KUNIT_EXPECT_FALSE(test, ops->test_young(notifier, current->mm, end));
	gen = memfix_gen(test);
	KUNIT_EXPECT_TRUE(test, ops->clear_young(notifier, current->mm, hva, end));
	KUNIT_EXPECT_EQ(test, memfix_gen(test), gen);
	KUNIT_EXPECT_FALSE(test, ops->test_young(notifier, current->mm, hva));
	KUNIT_EXPECT_FALSE(test, ops->clear_flush_young(notifier, current->mm, hva, end));
	KUNIT_EXPECT_EQ(test, vm_munmap(hva, PAGE_SIZE), 0);
	user_map(test, hva, PAGE_SIZE, PROT_READ | PROT_WRITE);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, GPA, W), 0);
	gen = memfix_gen(test);
	KUNIT_EXPECT_TRUE(test, ops->clear_flush_young(notifier, current->mm, hva, end));
	KUNIT_EXPECT_GT(test, memfix_gen(test), gen);
	KUNIT_EXPECT_EQ(test, memfix_access(test, GPA), R | W);
	KUNIT_EXPECT_FALSE(test, ops->clear_young(notifier, current->mm, 0, PAGE_SIZE));
}

static struct kunit_case fault_cases[] = {
	KUNIT_CASE(fault_test_refused),
	KUNIT_CASE(fault_test_out_of_reach),
	KUNIT_CASE(fault_test_zero_page),
	KUNIT_CASE(fault_test_host_copies),
	KUNIT_CASE(fault_test_marks_dirty),
	KUNIT_CASE(fault_test_clean_page),
	KUNIT_CASE(fault_test_read_only_entry),
	KUNIT_CASE(fault_test_window),
	KUNIT_CASE(fault_test_window_edges),
	KUNIT_CASE(fault_test_window_rules),
	KUNIT_CASE(fault_test_window_logged),
	KUNIT_CASE(fault_test_window_after_new),
	KUNIT_CASE(fault_test_taken_away),
	KUNIT_CASE(fault_test_alias),
	KUNIT_CASE(fault_test_huge),
	KUNIT_CASE(fault_test_huge_misfit),
	KUNIT_CASE(fault_test_huge_logged),
	KUNIT_CASE(fault_test_nx_huge),
	KUNIT_CASE(fault_test_raced),
	KUNIT_CASE(fault_test_raced_new),
	KUNIT_CASE(fault_test_age),
	{}
};

struct kunit_suite axvcpu_fault_suite = {
	.name = "axvcpu_fault",
	.suite_init = fixture_suite_init,
	.suite_exit = fixture_suite_exit,
	.init = fixture_init_mm,
	.exit = fixture_exit,
	.test_cases = fault_cases,
};
