// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cache maintenance, where the format asks for it: no emulator has caches that
 * would show one that is missing, so the calls are counted.
 */
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "fake.h"
#include "fake_parts.h"
#include "memfix.h"
#include "suites.h"

#define PAGES	4
#define ALL	(MEMFIX_RW | AXVCPU_ACCESS_EXEC)

/* Pages that clean() was called for, and what it was told. */
static struct clean_record {
	struct kunit *test;
	unsigned int calls;
	unsigned int late;
	phys_addr_t pa[16];
	u64 size;
	u32 access;
} seen;

/* Too late is: the guest may use the page already. */
static bool is_mapped(phys_addr_t pa)
{
	unsigned int i;

	for (i = 0; i < PAGES; i++)
		if (memfix_access(seen.test, MEMFIX_GPA + i * PAGE_SIZE) &&
		    memfix_pa(seen.test, MEMFIX_GPA + i * PAGE_SIZE) == pa)
			return true;
	return false;
}

static void record_clean(phys_addr_t pa, u64 size, u32 access)
{
	if (seen.calls < ARRAY_SIZE(seen.pa))
		seen.pa[seen.calls] = pa;
	seen.calls++;
	seen.late += is_mapped(pa);
	seen.size = size;
	seen.access = access;
}

static unsigned int cleaned(phys_addr_t pa)
{
	unsigned int i, count = 0;

	for (i = 0; i < min_t(unsigned int, seen.calls, ARRAY_SIZE(seen.pa)); i++)
		count += seen.pa[i] == pa;
	return count;
}

static struct axvcpu_pt_format cleaning;

static int clean_init(struct kunit *test)
{
	int ret = fixture_init_mm(test);

	if (ret)
		return ret;
	seen = (struct clean_record) { .test = test };
	cleaning = fake_pt_format;
	cleaning.clean = record_clean;
	memfix_vm(test)->mem.table.format = &cleaning;
	return 0;
}

static void touch(struct kunit *test, unsigned long hva)
{
	unsigned int i;

	for (i = 0; i < PAGES; i++)
		KUNIT_EXPECT_EQ(test, put_user(1, (u8 __user *)hva + i * PAGE_SIZE), 0);
}

/* One fault brings the pages around it, too: each is cleaned before it is there. */
static void before_mapping(struct kunit *test)
{
	unsigned int i;

	touch(test, memfix_map(test, PAGES * PAGE_SIZE, ALL));
	KUNIT_EXPECT_EQ(test, memfix_fault(test, MEMFIX_GPA, AXVCPU_ACCESS_WRITE), 0);
	KUNIT_EXPECT_EQ(test, seen.calls, PAGES);
	KUNIT_EXPECT_EQ(test, seen.late, 0);
	KUNIT_EXPECT_EQ(test, seen.size, PAGE_SIZE);
	KUNIT_EXPECT_EQ_MSG(test, seen.access & AXVCPU_ACCESS_EXEC, AXVCPU_ACCESS_EXEC,
			    "what may be executed is told");
	for (i = 0; i < PAGES; i++)
		KUNIT_EXPECT_EQ(test, cleaned(memfix_pa(test, MEMFIX_GPA + i * PAGE_SIZE)), 1);
}

/* When the guest's caches go on or off: what is mapped, once, and nothing else. */
static void on_demand(struct kunit *test)
{
	unsigned long hva = memfix_map(test, PAGES * PAGE_SIZE, ALL);
	unsigned int i;

	axvcpu_memory_clean(memfix_vm(test));
	KUNIT_EXPECT_EQ_MSG(test, seen.calls, 0, "nothing is mapped");
	touch(test, hva);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, MEMFIX_GPA, AXVCPU_ACCESS_WRITE), 0);
	KUNIT_EXPECT_EQ(test, vm_munmap(hva + PAGE_SIZE, PAGE_SIZE), 0);
	seen.calls = 0;
	axvcpu_memory_clean(memfix_vm(test));
	KUNIT_EXPECT_EQ(test, seen.calls, PAGES - 1);
	for (i = 0; i < PAGES; i++)
		if (i != 1)
			KUNIT_EXPECT_EQ(test,
					cleaned(memfix_pa(test, MEMFIX_GPA + i * PAGE_SIZE)), 1);
}

static struct kunit_case clean_cases[] = {
	KUNIT_CASE(before_mapping),
	KUNIT_CASE(on_demand),
	{}
};

struct kunit_suite axvcpu_clean_suite = {
	.name = "axvcpu_clean",
	.suite_init = fixture_suite_init,
	.suite_exit = fixture_suite_exit,
	.init = clean_init,
	.exit = fixture_exit,
	.test_cases = clean_cases,
};
