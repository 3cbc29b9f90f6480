// SPDX-License-Identifier: GPL-2.0-only
/* The walker of second-stage tables, call by call. */
#include <linux/mm.h>
#include <linux/sched.h>

#include "ptbench.h"
#include "suites.h"

#define BASE	BIT_ULL(32)

static bool is_young(struct ptbench *b, u64 gpa)
{
	unsigned int level;

	return axvcpu_pt_young(b->pt.format, axvcpu_pt_lookup(&b->pt, gpa, &level));
}

static void pagetable_test_levels(struct kunit *test)
{
	struct ptbench *b = ptbench_of(test);
	unsigned int level;

	for (level = 0; level < 3; level++) {
		u64 size = AXVCPU_PT_SIZE(level);

		ptbench_map(b, BASE + size, 3 * size, level, RX);
		ptbench_expect_leaf(b, BASE + size, 3 * size, level, RX);
		ptbench_expect_leaf(b, BASE + 2 * size - 1, 3 * size, level, RX);
		KUNIT_EXPECT_FALSE(test, ptbench_is_mapped(b, BASE + size - 1));
		KUNIT_EXPECT_FALSE(test, ptbench_is_mapped(b, BASE + 2 * size));
		KUNIT_EXPECT_EQ(test, ptbench_pages(b), 4 - level);
		KUNIT_EXPECT_EQ(test, b->flushes, 0);
		KUNIT_EXPECT_TRUE(test, ptbench_unmap(b, BASE + size, BASE + 2 * size));
		KUNIT_EXPECT_EQ(test, ptbench_pages(b), 1);
		b->flushes = 0;
	}
}

static void pagetable_test_remap(struct kunit *test)
{
	struct ptbench *b = ptbench_of(test);

	ptbench_map(b, BASE, 0x5000, 0, R);
	ptbench_map(b, BASE, 0x5000, 0, R);
	ptbench_map(b, BASE, 0x5000, 0, RWX);
	KUNIT_EXPECT_EQ_MSG(test, b->flushes, 0, "nothing was taken away");
	ptbench_map(b, BASE, 0x5000, 0, RX);
	KUNIT_EXPECT_EQ_MSG(test, b->flushes, 1, "write permission was");
	ptbench_map(b, BASE, 0x6000, 0, RWX);
	KUNIT_EXPECT_EQ_MSG(test, b->flushes, 2, "the page was");
	ptbench_expect_leaf(b, BASE, 0x6000, 0, RWX);
}

static void pagetable_test_resize(struct kunit *test)
{
	const u64 size = AXVCPU_PT_SIZE(1);
	struct ptbench *b = ptbench_of(test);

	ptbench_map(b, BASE, 0x5000, 0, RWX);
	ptbench_map(b, BASE + size - PAGE_SIZE, 0x7000, 0, RWX);
	KUNIT_EXPECT_EQ(test, ptbench_pages(b), 4);
	ptbench_map(b, BASE, 4 * size, 1, RWX);
	KUNIT_EXPECT_EQ_MSG(test, b->flushes, 1, "a table became a leaf");
	KUNIT_EXPECT_EQ(test, ptbench_pages(b), 3);
	ptbench_expect_leaf(b, BASE + size - PAGE_SIZE, 4 * size, 1, RWX);
	ptbench_map(b, BASE, 4 * size, 0, RWX);
	KUNIT_EXPECT_EQ_MSG(test, b->flushes, 2, "a leaf became a table");
	KUNIT_EXPECT_EQ(test, ptbench_pages(b), 4);
	KUNIT_EXPECT_FALSE(test, ptbench_is_mapped(b, BASE + PAGE_SIZE));
	ptbench_map(b, BASE, 0, 2, RWX);
	KUNIT_EXPECT_EQ_MSG(test, b->flushes, 3, "two levels of tables became one");
	KUNIT_EXPECT_EQ(test, ptbench_pages(b), 2);
}

static void pagetable_test_unmap(struct kunit *test)
{
	const u64 size = AXVCPU_PT_SIZE(1);
	struct ptbench *b = ptbench_of(test);

	KUNIT_EXPECT_FALSE(test, ptbench_unmap(b, 0, BIT_ULL(b->pt.format->gpa_bits)));
	ptbench_map(b, BASE, 0x5000, 0, RWX);
	ptbench_map(b, BASE + PAGE_SIZE, 0x6000, 0, RWX);
	KUNIT_EXPECT_FALSE(test, ptbench_unmap(b, BASE + 2 * PAGE_SIZE, BASE + size));
	KUNIT_EXPECT_TRUE(test, ptbench_unmap(b, BASE, BASE + PAGE_SIZE));
	KUNIT_EXPECT_FALSE(test, ptbench_is_mapped(b, BASE));
	KUNIT_EXPECT_TRUE(test, ptbench_is_mapped(b, BASE + PAGE_SIZE));
	KUNIT_EXPECT_TRUE(test, ptbench_unmap(b, BASE + PAGE_SIZE, BASE + 2 * PAGE_SIZE));
	KUNIT_EXPECT_EQ_MSG(test, ptbench_pages(b), 1, "empty tables stayed");

	ptbench_map(b, BASE, 0, 1, RWX);
	ptbench_map(b, BASE + size, size, 1, RWX);
	KUNIT_EXPECT_TRUE(test, ptbench_unmap(b, BASE + size - PAGE_SIZE, BASE + size));
	KUNIT_EXPECT_FALSE_MSG(test, ptbench_is_mapped(b, BASE), "half a leaf stayed");
	KUNIT_EXPECT_TRUE(test, ptbench_is_mapped(b, BASE + size));
	KUNIT_EXPECT_TRUE(test, ptbench_unmap(b, 0, BIT_ULL(b->pt.format->gpa_bits)));
	KUNIT_EXPECT_EQ(test, ptbench_pages(b), 1);
}

static void pagetable_test_write_protect(struct kunit *test)
{
	const u64 size = AXVCPU_PT_SIZE(1);
	struct ptbench *b = ptbench_of(test);

	ptbench_map(b, BASE, 0x5000, 0, RWX);
	ptbench_map(b, BASE + PAGE_SIZE, 0x6000, 0, RW | AXVCPU_PT_OLD);
	ptbench_map(b, BASE + 2 * PAGE_SIZE, 0x7000, 0, RWX);
	ptbench_map(b, BASE + size, size, 1, RWX);
	KUNIT_EXPECT_TRUE(test, ptbench_write_protect(b, BASE, BASE + 2 * PAGE_SIZE));
	ptbench_expect_leaf(b, BASE, 0x5000, 0, RX);
	ptbench_expect_leaf(b, BASE + PAGE_SIZE, 0x6000, 0, R);
	ptbench_expect_leaf(b, BASE + 2 * PAGE_SIZE, 0x7000, 0, RWX);
	KUNIT_EXPECT_TRUE(test, is_young(b, BASE));
	KUNIT_EXPECT_FALSE(test, is_young(b, BASE + PAGE_SIZE));
	KUNIT_EXPECT_FALSE(test, ptbench_write_protect(b, BASE, BASE + 2 * PAGE_SIZE));
	KUNIT_EXPECT_TRUE(test, ptbench_write_protect(b, BASE + size + PAGE_SIZE, BASE + 2 * size));
	ptbench_expect_leaf(b, BASE + size, size, 1, RX);
}

static void pagetable_test_age(struct kunit *test)
{
	struct ptbench *b = ptbench_of(test);

	KUNIT_EXPECT_FALSE(test, axvcpu_pt_age(&b->pt, BASE, BASE + PAGE_SIZE, true));
	ptbench_map(b, BASE, 0x5000, 0, RWX);
	ptbench_map(b, BASE + PAGE_SIZE, 0x6000, 0, RWX | AXVCPU_PT_OLD);
	KUNIT_EXPECT_TRUE(test, axvcpu_pt_age(&b->pt, BASE, BASE + PAGE_SIZE, false));
	KUNIT_EXPECT_FALSE(test, axvcpu_pt_age(&b->pt, BASE + PAGE_SIZE,
					       BASE + 2 * PAGE_SIZE, false));
	KUNIT_EXPECT_TRUE(test, axvcpu_pt_age(&b->pt, BASE, BASE + 2 * PAGE_SIZE, true));
	KUNIT_EXPECT_FALSE(test, axvcpu_pt_age(&b->pt, BASE, BASE + 2 * PAGE_SIZE, true));
	ptbench_expect_leaf(b, BASE, 0x5000, 0, RWX);
}

/* What a leaf no longer maps is cleaned, whatever took its place. */
static void pagetable_test_clean(struct kunit *test)
{
	struct ptbench *b = ptbench_of(test);
	const u64 size = AXVCPU_PT_SIZE(1), times = b->pt.format->clean ? 1 : 0;

	ptbench_map(b, BASE, 0x5000, 0, R);
	ptbench_map(b, BASE + size - PAGE_SIZE, 0x7000, 0, RWX);
	ptbench_map(b, BASE, 0x5000, 0, RWX);
	ptbench_write_protect(b, BASE, BASE + PAGE_SIZE);
	KUNIT_EXPECT_EQ_MSG(test, b->cleaned, 0, "the pages are where they were");
	ptbench_map(b, BASE, 0x6000, 0, RWX);
	KUNIT_EXPECT_EQ(test, b->cleaned, times * PAGE_SIZE);
	ptbench_map(b, BASE, 4 * size, 1, RWX);
	KUNIT_EXPECT_EQ_MSG(test, b->cleaned, times * 3 * PAGE_SIZE, "a table became a leaf");
	ptbench_map(b, BASE, 4 * size, 0, RWX);
	KUNIT_EXPECT_EQ_MSG(test, b->cleaned, times * (3 * PAGE_SIZE + size),
			    "a leaf became a table");
	ptbench_map(b, BASE + size, 8 * size, 1, RWX);
	b->cleaned = 0;
	ptbench_unmap(b, BASE, BASE + size + PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, b->cleaned, times * (PAGE_SIZE + size));
}

static void pagetable_test_dry_cache(struct kunit *test)
{
	struct ptbench *b = ptbench_of(test);

	KUNIT_EXPECT_EQ(test, axvcpu_pt_cache_fill(&b->cache, 2, NUMA_NO_NODE), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_pt_map(&b->pt, &b->cache, BASE, 0, 0, R), -ENOMEM);
	KUNIT_EXPECT_FALSE(test, ptbench_is_mapped(b, BASE));
	KUNIT_EXPECT_EQ(test, ptbench_pages(b), 3);
	ptbench_map(b, BASE, 0, 0, R);
	KUNIT_EXPECT_EQ(test, ptbench_pages(b), 4);
	KUNIT_EXPECT_EQ(test, b->cache.count, 2);
}

/* A table that no entry can name is none. */
static void pagetable_test_out_of_reach(struct kunit *test)
{
	struct ptbench *b = ptbench_of(test);
	const struct axvcpu_pt_format *format = b->pt.format;
	struct axvcpu_pt_format near = *format;
	struct axvcpu_pt pt = {};

	near.address = BIT_ULL(PAGE_SHIFT);
	KUNIT_EXPECT_EQ(test, axvcpu_pt_init(&pt, &near, ptbench_flush), -ENOMEM);
	KUNIT_EXPECT_EQ(test, axvcpu_pt_cache_fill(&b->cache, 3, NUMA_NO_NODE), 0);
	b->pt.format = &near;
	KUNIT_EXPECT_EQ(test, axvcpu_pt_map(&b->pt, &b->cache, BASE, 0, 0, R), -ENOMEM);
	b->pt.format = format;
	KUNIT_EXPECT_EQ(test, ptbench_pages(b), 1);
	KUNIT_EXPECT_EQ(test, b->cache.count, 2);
	KUNIT_EXPECT_TRUE(test, axvcpu_pt_reaches(&near, PAGE_SIZE + 5));
	KUNIT_EXPECT_FALSE(test, axvcpu_pt_reaches(&near, 2 * PAGE_SIZE));
}

/* Who frees the tables of a large region lets others run meanwhile, if it may. */
static void pagetable_test_free_yields(struct kunit *test)
{
	struct ptbench *b = ptbench_of(test);

	ptbench_map(b, BASE, 0x5000, 0, RWX);
	ptbench_map(b, BASE + AXVCPU_PT_SIZE(1), 0x6000, 0, RWX);
	set_tsk_need_resched(current);
	set_preempt_need_resched();
	KUNIT_EXPECT_TRUE(test, ptbench_unmap(b, BASE, BASE + AXVCPU_PT_SIZE(2)));
	KUNIT_EXPECT_FALSE(test, need_resched());
	KUNIT_EXPECT_EQ(test, ptbench_pages(b), 1);
}

static void pagetable_test_wide_root(struct kunit *test)
{
	struct ptbench *b = ptbench_of(test);
	u64 last = BIT_ULL(b->pt.format->gpa_bits) - PAGE_SIZE;

	ptbench_map(b, 0, 0x5000, 0, R);
	ptbench_map(b, last, 0x6000, 0, R);
	ptbench_expect_leaf(b, 0, 0x5000, 0, R);
	ptbench_expect_leaf(b, last, 0x6000, 0, R);
	KUNIT_EXPECT_TRUE(test, ptbench_unmap(b, 0, PAGE_SIZE));
	ptbench_expect_leaf(b, last, 0x6000, 0, R);
	KUNIT_EXPECT_TRUE(test, ptbench_unmap(b, last, last + PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, ptbench_pages(b), 1 << b->pt.format->root_order);
}

static struct kunit_case pagetable_cases[] = {
	KUNIT_CASE(pagetable_test_levels),
	KUNIT_CASE(pagetable_test_remap),
	KUNIT_CASE(pagetable_test_resize),
	KUNIT_CASE(pagetable_test_unmap),
	KUNIT_CASE(pagetable_test_write_protect),
	KUNIT_CASE(pagetable_test_age),
	KUNIT_CASE_PARAM(pagetable_test_clean, ptbench_formats),
	KUNIT_CASE(pagetable_test_dry_cache),
	KUNIT_CASE(pagetable_test_out_of_reach),
	KUNIT_CASE(pagetable_test_free_yields),
	KUNIT_CASE_PARAM(pagetable_test_wide_root, ptbench_formats),
	{}
};

struct kunit_suite axvcpu_pagetable_suite = {
	.name = "axvcpu_pagetable",
	.init = ptbench_init,
	.exit = ptbench_exit,
	.test_cases = pagetable_cases,
};
