// SPDX-License-Identifier: GPL-2.0-only
/* Stage-2 descriptors, bit by bit, as Arm ARM D8.3 has them. */
#include "../../arch/arm64/arm64.h"
#include "../../arch/arm64/stage2.h"
#include "../suites.h"

#define PA	0x123456000ULL
#define RW	(AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WRITE)
#define RX	(AXVCPU_ACCESS_READ | AXVCPU_ACCESS_EXEC)

static const struct axvcpu_pt_format *f = &arm64_stage2_format;

static void leaf_test(struct kunit *test)
{
	/* valid page, write-back, inner shareable, accessed */
	KUNIT_EXPECT_EQ(test, f->leaf(PA, RX, 0), PA | 0x77fULL);
	KUNIT_EXPECT_EQ(test, f->leaf(PA, RW, 0), PA | 0x7ffULL | BIT_ULL(54));
	KUNIT_EXPECT_EQ(test, f->leaf(0x200000, RX, 1), 0x20077dULL);
	KUNIT_EXPECT_EQ(test, f->table(PA), PA | 3);
}

static void reading_test(struct kunit *test)
{
	u64 leaf = f->leaf(PA, RW, 0);

	KUNIT_EXPECT_TRUE(test, axvcpu_pt_present(f, leaf));
	KUNIT_EXPECT_FALSE(test, axvcpu_pt_present(f, 0));
	KUNIT_EXPECT_FALSE(test, axvcpu_pt_is_table(f, leaf, 0));
	KUNIT_EXPECT_TRUE(test, axvcpu_pt_is_table(f, f->table(PA), 1));
	KUNIT_EXPECT_FALSE(test, axvcpu_pt_is_table(f, f->leaf(PA, RW, 1), 1));
	KUNIT_EXPECT_EQ(test, axvcpu_pt_pa(f, leaf), PA);
	KUNIT_EXPECT_EQ(test, f->access(leaf), (u32)RW);
	KUNIT_EXPECT_EQ(test, f->access(f->leaf(PA, RX, 0)), (u32)RX);
	KUNIT_EXPECT_TRUE(test, axvcpu_pt_young(f, leaf));
	KUNIT_EXPECT_FALSE(test, axvcpu_pt_young(f, axvcpu_pt_make_old(f, leaf)));
	KUNIT_EXPECT_EQ(test, axvcpu_pt_make_old(f, leaf), leaf & ~BIT_ULL(10));
}

static void reach_test(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, axvcpu_pt_reaches(f, 0));
	KUNIT_EXPECT_TRUE(test, axvcpu_pt_reaches(f, BIT_ULL(48) - 1));
	KUNIT_EXPECT_FALSE_MSG(test, axvcpu_pt_reaches(f, BIT_ULL(48)), "bits 51:48 need LPA2");
	KUNIT_EXPECT_FALSE(test, axvcpu_pt_reaches(f, BIT_ULL(51) | PA));
}

static struct kunit_case stage2_cases[] = {
	KUNIT_CASE(leaf_test),
	KUNIT_CASE(reading_test),
	KUNIT_CASE(reach_test),
	{}
};

struct kunit_suite axvcpu_arm64_stage2_suite = {
	.name = "axvcpu_arm64_stage2",
	.test_cases = stage2_cases,
};
