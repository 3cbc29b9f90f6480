// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each combination of caches asks for: CTR_EL0 (Arm ARM D17.2.34) and FEAT_S2FWB.
 * What is done then is in the suite axvcpu_clean.
 */
#include "../../arch/arm64/cache.h"
#include "../suites.h"

#define PIPT	(3ULL << 14)
#define VIPT	(2ULL << 14)
#define VPIPT	0ULL
/* Cortex-A57: 64 bytes both, PIPT, neither IDC nor DIC */
#define CTR_A57	0x8444c004ULL

/* Does the format clean data, and instructions? */
struct cache_row {
	bool fwb, idc, dic;
	bool data, insn;
};

static const struct cache_row rows[] = {
	{ false, false, false, true, true },
	{ false, false, true, true, false },
	{ false, true, false, true, true },
	{ false, true, true, true, false },
	/* The architecture has no such CPU; cleaned it is right for any. */
	{ true, false, false, true, true },
	{ true, false, true, true, false },
	{ true, true, false, false, true },
	{ true, true, true, false, false },
};

static void cache_test_rows(struct kunit *test)
{
	struct arm64_caches before = arm64_caches, caches;
	struct axvcpu_pt_format format = {};
	const struct cache_row *row;

	for (row = rows; row < rows + ARRAY_SIZE(rows); row++) {
		u64 ctr = PIPT | (row->idc ? CTR_IDC : 0) | (row->dic ? CTR_DIC : 0);

		KUNIT_EXPECT_TRUE(test, arm64_caches_choose(ctr, row->fwb, &caches));
		arm64_caches_use(&caches, &format);
		KUNIT_EXPECT_EQ_MSG(test, !!format.clean, row->data, "FWB %d IDC %d DIC %d",
				    row->fwb, row->idc, row->dic);
		KUNIT_EXPECT_EQ_MSG(test, !!format.clean_insn, row->insn, "FWB %d IDC %d DIC %d",
				    row->fwb, row->idc, row->dic);
		KUNIT_EXPECT_EQ(test, caches.fwb, !row->data);
	}
	arm64_caches = before;
}

static void cache_test_lines(struct kunit *test)
{
	struct arm64_caches caches;

	KUNIT_EXPECT_TRUE(test, arm64_caches_choose(CTR_A57, false, &caches));
	KUNIT_EXPECT_EQ(test, caches.data_line, 64UL);
	KUNIT_EXPECT_EQ(test, caches.insn_line, 64UL);
	/* DminLine of 32 bytes, IminLine of 16, CWG of 2 KiB. */
	KUNIT_EXPECT_TRUE(test, arm64_caches_choose(PIPT | 9ULL << 24 | 3ULL << 16 | 2, false,
						    &caches));
	KUNIT_EXPECT_EQ_MSG(test, caches.data_line, 32UL, "the smallest line");
	KUNIT_EXPECT_EQ(test, caches.insn_line, 16UL);
	/* 256 bytes: a page is cleaned in lines of 64. */
	KUNIT_EXPECT_TRUE(test, arm64_caches_choose(PIPT | 6ULL << 16, false, &caches));
	KUNIT_EXPECT_EQ(test, caches.data_line, 64UL);
}

static void cache_test_insn(struct kunit *test)
{
	struct arm64_caches caches;

	KUNIT_EXPECT_TRUE(test, arm64_caches_choose(PIPT, false, &caches));
	KUNIT_EXPECT_TRUE(test, arm64_insn_by_line(&caches, PAGE_SIZE));
	KUNIT_EXPECT_FALSE(test, arm64_insn_by_line(&caches, SZ_2M));
	KUNIT_EXPECT_FALSE(test, arm64_insn_by_line(&caches, AXVCPU_PT_EVERYTHING));
	KUNIT_EXPECT_TRUE(test, arm64_caches_choose(VIPT, false, &caches));
	KUNIT_EXPECT_FALSE_MSG(test, arm64_insn_by_line(&caches, PAGE_SIZE),
			       "the guest's address is another one than ours");
	KUNIT_EXPECT_FALSE(test, arm64_caches_choose(VPIPT, true, &caches));
}

/* A guest reads it on one CPU and goes by it on all. */
static void cache_test_unequal(struct kunit *test)
{
	struct arm64_caches caches;

	KUNIT_EXPECT_TRUE(test, arm64_caches_choose(CTR_A57, false, &caches));
	KUNIT_EXPECT_FALSE(test, arm64_ctr_differs(&caches, CTR_A57));
	KUNIT_EXPECT_FALSE_MSG(test, arm64_ctr_differs(&caches, CTR_A57 ^ 1ULL << 24),
			       "the write-back granule is nobody's business");
	KUNIT_EXPECT_TRUE(test, arm64_ctr_differs(&caches, CTR_A57 ^ 1ULL << 16));
	KUNIT_EXPECT_TRUE(test, arm64_ctr_differs(&caches, CTR_A57 ^ 1));
	KUNIT_EXPECT_TRUE(test, arm64_ctr_differs(&caches, CTR_A57 ^ CTR_DIC));
	KUNIT_EXPECT_TRUE(test, arm64_ctr_differs(&caches, CTR_A57 ^ CTR_IDC));
	KUNIT_EXPECT_TRUE(test, arm64_ctr_differs(&caches, CTR_A57 ^ 1ULL << 14));
	/* 64 bytes: log2 less 4 */
	KUNIT_EXPECT_EQ(test, arm64_ccsidr(&caches), 2ULL);
}

static struct kunit_case cache_cases[] = {
	KUNIT_CASE(cache_test_rows),
	KUNIT_CASE(cache_test_lines),
	KUNIT_CASE(cache_test_insn),
	KUNIT_CASE(cache_test_unequal),
	{}
};

struct kunit_suite axvcpu_arm64_cache_suite = {
	.name = "axvcpu_arm64_cache",
	.test_cases = cache_cases,
};
