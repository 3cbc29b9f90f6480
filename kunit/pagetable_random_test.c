// SPDX-License-Identifier: GPL-2.0-only
/*
 * The walker of second-stage tables at random: map, take away, use, in any
 * order, on hardware that forgets nothing unless it is told to. Every
 * translation it uses must be one that the calls so far allow.
 */
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/prandom.h>

#include "ptbench.h"
#include "suites.h"

/* The stretch of guest memory in use: two 1 GiB leaves' worth, sparsely. */
#define BASE		BIT_ULL(32)
#define SLOTS		8	/* of 2 MiB, half of them in each GiB */
#define SLOT_PAGES	512
#define NR_PAGES	(SLOTS * SLOT_PAGES)
#define STEPS		3000

/**
 * struct chaos - what chance did
 * @truth: what each page may be used for, by the calls so far
 * @random: where chance comes from
 */
struct chaos {
	struct {
		phys_addr_t pa;
		u32 access;
	} truth[NR_PAGES];
	struct rnd_state random;
};

static struct chaos *chaos_of(struct ptbench *b)
{
	return b->priv;
}

static u32 chance(struct ptbench *b, u32 n)
{
	return prandom_u32_state(&chaos_of(b)->random) % n;
}

static u64 page_gpa(unsigned int page)
{
	unsigned int slot = page / SLOT_PAGES;

	return BASE + (slot / (SLOTS / 2)) * AXVCPU_PT_SIZE(2) +
	       (slot % (SLOTS / 2)) * AXVCPU_PT_SIZE(1) + (page % SLOT_PAGES) * PAGE_SIZE;
}

/* From now on @start to @end may be used for @access, and lead to @pa on. */
static void tell(struct ptbench *b, u64 start, u64 end, phys_addr_t pa, u32 access)
{
	struct chaos *chaos = chaos_of(b);
	unsigned int page;

	for (page = 0; page < NR_PAGES; page++) {
		u64 gpa = page_gpa(page);

		if (gpa < start || gpa >= end)
			continue;
		chaos->truth[page].pa = pa + (gpa - start);
		chaos->truth[page].access = access;
	}
}

static void check_use(struct ptbench *b, unsigned int page,
		      const struct ptbench_translation *tr)
{
	phys_addr_t pa = chaos_of(b)->truth[page].pa;
	u32 access = chaos_of(b)->truth[page].access;

	KUNIT_EXPECT_TRUE_MSG(b->test, pa == tr->pa && !(tr->access & ~access),
			      "stale: %llx leads to %pa with %x, should be %pa with %x",
			      tr->gpa, &tr->pa, tr->access, &pa, access);
}

/* From the root, or from a table that the hardware remembers. */
static bool walk(struct ptbench *b, u64 gpa, struct ptbench_translation *tr)
{
	const struct axvcpu_pt_format *format = b->pt.format;
	unsigned int level = format->levels - 1;
	const struct ptbench_hint *hint = &b->hint[chance(b, PTBENCH_HINTS)];
	const u64 *table = b->pt.root;
	u64 mask = BIT_ULL(format->gpa_bits) - 1, entry;

	if (hint->table && hint->gpa == round_down(gpa, AXVCPU_PT_SIZE(hint->level + 1))) {
		table = hint->table;
		level = hint->level;
		mask = AXVCPU_PT_SIZE(level + 1) - 1;
		if (!page_count(virt_to_page(table))) {
			KUNIT_FAIL(b->test, "a table in use was freed");
			return false;
		}
	}
	for (;; level--) {
		entry = READ_ONCE(table[(gpa & mask) / AXVCPU_PT_SIZE(level)]);
		mask = AXVCPU_PT_SIZE(level) - 1;
		if (!axvcpu_pt_present(format, entry))
			return false;
		if (!axvcpu_pt_is_table(format, entry, level))
			break;
		table = phys_to_virt(axvcpu_pt_pa(format, entry));
		b->hint[chance(b, PTBENCH_HINTS)] = (struct ptbench_hint) {
			.gpa = round_down(gpa, AXVCPU_PT_SIZE(level)),
			.level = level - 1,
			.table = table,
		};
	}
	tr->gpa = gpa;
	tr->pa = axvcpu_pt_pa(format, entry) + (gpa & mask);
	tr->access = format->access(entry);
	return true;
}

static void use(struct ptbench *b, unsigned int page)
{
	u64 gpa = page_gpa(page);
	struct ptbench_translation *tr = &b->tlb[(gpa / PAGE_SIZE) % PTBENCH_TLB];

	if ((!tr->access || tr->gpa != gpa) && !walk(b, gpa, tr))
		return;
	check_use(b, page, tr);
}

static void use_some(struct ptbench *b)
{
	unsigned int i, page = chance(b, NR_PAGES);

	/* After a failure the table is not to be trusted. */
	for (i = 0; i < 8 && b->test->status == KUNIT_SUCCESS; i++) {
		use(b, page);
		use(b, (page + chance(b, 8)) % NR_PAGES);
		use(b, chance(b, SLOTS) * SLOT_PAGES);
	}
}

/* A page, a few, a slot, a GiB, all. */
static void random_range(struct ptbench *b, u64 *start, u64 *end)
{
	unsigned int page = chance(b, NR_PAGES);

	*start = page_gpa(page);
	*end = *start + PAGE_SIZE;
	switch (chance(b, 16)) {
	case 0:
		*start = 0;
		*end = BIT_ULL(b->pt.format->gpa_bits);
		break;
	case 1:
		*end = *start + AXVCPU_PT_SIZE(2);
		break;
	case 2 ... 4:
		*start = round_down(*start, AXVCPU_PT_SIZE(1));
		*end = *start + AXVCPU_PT_SIZE(1);
		break;
	case 5 ... 8:
		*end = *start + (1 + chance(b, 700)) * PAGE_SIZE;
		break;
	}
}

static void random_map(struct ptbench *b)
{
	static const u32 access[] = { R, RX, RW, RWX };
	unsigned int level = chance(b, 32);
	unsigned int page = chance(b, NR_PAGES);
	u32 may = access[chance(b, ARRAY_SIZE(access))];
	u64 gpa, pa, size;

	/* Mostly 4 KiB, close together. */
	if (level > 2 || !(b->pt.format->huge_levels & BIT(level))) {
		level = 0;
		page -= chance(b, 4) ? page % 64 : 0;
	}
	size = AXVCPU_PT_SIZE(level);
	gpa = round_down(page_gpa(page), size);
	pa = (1 + chance(b, 3)) * size;
	ptbench_map(b, gpa, pa, level, may);
	ptbench_expect_leaf(b, gpa, pa, level, may);
	tell(b, gpa, gpa + size, pa, may);
}

/* Until the flush, what was may be used. */
static void flush_late(struct axvcpu_pt *pt)
{
	use_some(container_of(pt, struct ptbench, pt));
	ptbench_flush(pt);
}

static void random_unmap(struct ptbench *b)
{
	u64 start, end;

	random_range(b, &start, &end);
	ptbench_unmap(b, start, end);
	KUNIT_EXPECT_FALSE(b->test, ptbench_is_mapped(b, start));
	KUNIT_EXPECT_FALSE(b->test, ptbench_is_mapped(b, end - PAGE_SIZE));
	tell(b, start, end, 0, 0);
}

static void random_write_protect(struct ptbench *b)
{
	unsigned int page;
	u64 start, end;

	random_range(b, &start, &end);
	ptbench_write_protect(b, start, end);
	for (page = 0; page < NR_PAGES; page++)
		if (page_gpa(page) >= start && page_gpa(page) < end)
			chaos_of(b)->truth[page].access &= ~AXVCPU_ACCESS_WRITE;
}

/* No stale translation is ever used, whatever is mapped and taken away. */
static void pagetable_test_random(struct kunit *test)
{
	struct ptbench *b = ptbench_of(test);
	unsigned int i;
	u64 start, end;

	for (i = 0; i < STEPS && test->status == KUNIT_SUCCESS; i++) {
		switch (chance(b, 8)) {
		case 0:
			random_unmap(b);
			break;
		case 1:
			random_write_protect(b);
			break;
		case 2:
			random_range(b, &start, &end);
			axvcpu_pt_age(&b->pt, start, end, chance(b, 2));
			break;
		default:
			random_map(b);
		}
		use_some(b);
		cond_resched();
	}
	ptbench_unmap(b, 0, BIT_ULL(b->pt.format->gpa_bits));
	KUNIT_EXPECT_EQ(test, ptbench_pages(b), 1 << b->pt.format->root_order);
}

static int chaos_init(struct kunit *test)
{
	int ret = ptbench_init(test);
	struct chaos *chaos;

	if (ret)
		return ret;
	chaos = kunit_kzalloc(test, sizeof(*chaos), GFP_KERNEL);
	if (!chaos) {
		ptbench_exit(test);
		return -ENOMEM;
	}
	prandom_seed_state(&chaos->random, 2);
	ptbench_of(test)->priv = chaos;
	ptbench_of(test)->pt.flush = flush_late;
	return 0;
}

static struct kunit_case pagetable_random_cases[] = {
	KUNIT_CASE_PARAM(pagetable_test_random, ptbench_formats),
	{}
};

struct kunit_suite axvcpu_pagetable_random_suite = {
	.name = "axvcpu_pagetable_random",
	.init = chaos_init,
	.exit = ptbench_exit,
	.test_cases = pagetable_random_cases,
};
