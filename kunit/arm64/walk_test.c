// SPDX-License-Identifier: GPL-2.0-only
/* The walk of a guest's own tables: every size and granule, what ends it, what it says. */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/axvcpu.h>

#include "../../arch/arm64/walk.h"
#include "../suites.h"

#define SCTLR_M		BIT_ULL(0)
#define T0SZ(n)		((u64)(n))
#define T1SZ(n)		((u64)(n) << 16)
#define EPD0		BIT_ULL(7)
#define EPD1		BIT_ULL(23)
#define TG0_4K		0ULL
#define TG0_64K		BIT_ULL(14)
#define TG0_16K		(2ULL << 14)
#define TG0_RESERVED	(3ULL << 14)
#define TG1_RESERVED	0ULL
#define TG1_16K		BIT_ULL(30)
#define TG1_4K		(2ULL << 30)
#define TG1_64K		(3ULL << 30)
#define TBI0		BIT_ULL(37)
#define TBI1		BIT_ULL(38)
#define HPD0		BIT_ULL(41)
#define DS		BIT_ULL(59)

#define LVA		BIT_ULL(16)
#define TTST		BIT_ULL(28)
#define HAS_16K		BIT_ULL(20)
#define NO_64K		(15ULL << 24)
#define NO_4K		(15ULL << 28)

#define PAGE		3ULL		/* the same bits as a table's */
#define BLOCK		1ULL
#define RO		BIT_ULL(7)
#define NX		(BIT_ULL(53) | BIT_ULL(54))
#define TABLE_RO	BIT_ULL(62)
#define TABLE_NX	(BIT_ULL(59) | BIT_ULL(60))
#define RWX		(AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WRITE | AXVCPU_ACCESS_EXEC)

#define MAX_LEVELS	4

/* What each read gives, from the first; more than there are levels is an error. */
struct tables {
	u64 desc[MAX_LEVELS];
	u64 at[MAX_LEVELS];
	unsigned int reads;
	int error;
};

static int read_desc(void *ctx, u64 gpa, u64 *desc)
{
	struct tables *t = ctx;

	if (t->reads == MAX_LEVELS)
		return -ELOOP;
	t->at[t->reads] = gpa;
	*desc = t->desc[t->reads++];
	return t->error;
}

static struct arm64_walk walk_of(struct tables *t, u64 tcr)
{
	return (struct arm64_walk) {
		.sctlr = SCTLR_M,
		.tcr = tcr,
		.ttbr = { 0x10000000, 0x20000000 },
		.mmfr0 = HAS_16K,
		.read = read_desc,
		.ctx = t,
	};
}

static void tables_fill(struct tables *t, u64 desc)
{
	unsigned int i;

	*t = (struct tables) { };
	for (i = 0; i < MAX_LEVELS; i++)
		t->desc[i] = desc;
}

/* A size: how many levels there are then, 0: no walk begins. */
struct size {
	u64 granule;
	u8 first, last;		/* TnSZ */
	u8 levels;
	u64 mmfr2;
};

/* Arm ARM D8.2.6, D8.2.7: tables 'address size and initial lookup level' of each granule. */
static const struct size sizes[] = {
	{ TG0_4K,   0, 15, 0 }, { TG0_4K, 16, 24, 4 }, { TG0_4K, 25, 33, 3 },
	{ TG0_4K,  34, 39, 2 }, { TG0_4K, 40, 63, 0 },
	{ TG0_4K,  34, 42, 2, TTST }, { TG0_4K, 43, 48, 1, TTST }, { TG0_4K, 49, 63, 0, TTST },
	{ TG0_4K,   0, 15, 0, LVA },
	{ TG0_16K,  0, 15, 0 }, { TG0_16K, 16, 16, 4 }, { TG0_16K, 17, 27, 3 },
	{ TG0_16K, 28, 38, 2 }, { TG0_16K, 39, 39, 1 }, { TG0_16K, 40, 63, 0 },
	{ TG0_16K, 39, 48, 1, TTST }, { TG0_16K, 49, 63, 0, TTST },
	{ TG0_16K,  0, 15, 0, LVA },
	{ TG0_64K,  0, 15, 0 }, { TG0_64K, 16, 21, 3 }, { TG0_64K, 22, 34, 2 },
	{ TG0_64K, 35, 39, 1 }, { TG0_64K, 40, 63, 0 },
	{ TG0_64K, 35, 47, 1, TTST }, { TG0_64K, 48, 63, 0, TTST },
	{ TG0_64K,  0, 11, 0, LVA }, { TG0_64K, 12, 21, 3, LVA },
	{ TG0_RESERVED, 0, 63, 0, TTST | LVA },
};

static u64 upper_granule(u64 granule)
{
	switch (granule) {
	case TG0_4K:
		return TG1_4K;
	case TG0_16K:
		return TG1_16K;
	case TG0_64K:
		return TG1_64K;
	}
	return TG1_RESERVED;
}

static void walk_size(struct kunit *test, const struct size *size, u64 tcr, u64 gva)
{
	struct arm64_mapping map;
	struct arm64_walk w;
	struct tables t;
	int ret;

	tables_fill(&t, 0x40000000 | PAGE);
	w = walk_of(&t, tcr);
	w.mmfr2 = size->mmfr2;
	ret = arm64_walk(&w, gva, &map);
	KUNIT_EXPECT_EQ_MSG(test, ret, size->levels ? 0 : -EFAULT, "TCR_EL1 %llx", tcr);
	KUNIT_EXPECT_EQ_MSG(test, t.reads, size->levels, "TCR_EL1 %llx", tcr);
}

static void every_size(struct kunit *test)
{
	const struct size *size;
	unsigned int n;

	for (size = sizes; size < sizes + ARRAY_SIZE(sizes); size++)
		for (n = size->first; n <= size->last; n++) {
			walk_size(test, size, size->granule | T0SZ(n), 0);
			walk_size(test, size, upper_granule(size->granule) | T1SZ(n), ~0ULL);
		}
}

/* A granule that the guest does not have, 52-bit descriptors, walks that are off. */
static void no_walk(struct kunit *test)
{
	static const struct {
		u64 tcr, mmfr0, gva;
	} rows[] = {
		{ TG0_4K | T0SZ(25), NO_4K },
		{ TG0_16K | T0SZ(25), 0 },
		{ TG0_64K | T0SZ(25), NO_64K },
		{ TG1_4K | T1SZ(25), NO_4K, ~0ULL },
		{ TG0_4K | T0SZ(25) | DS, HAS_16K },
		{ TG0_4K | T0SZ(25) | EPD0, HAS_16K },
		{ TG1_4K | T1SZ(25) | EPD1, HAS_16K, ~0ULL },
		/* Between the halves; a tag where there are none. */
		{ TG0_4K | T0SZ(25), HAS_16K, BIT_ULL(39) },
		{ TG1_4K | T1SZ(25), HAS_16K, ~BIT_ULL(39) },
		{ TG0_4K | T0SZ(25) | TBI1, HAS_16K, BIT_ULL(56) },
		{ TG1_4K | T1SZ(25) | TBI0, HAS_16K, ~BIT_ULL(63) },
	};
	struct arm64_mapping map;
	struct arm64_walk w;
	struct tables t;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		tables_fill(&t, PAGE);
		w = walk_of(&t, rows[i].tcr);
		w.mmfr0 = rows[i].mmfr0;
		KUNIT_EXPECT_EQ_MSG(test, arm64_walk(&w, rows[i].gva, &map), -EFAULT,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, t.reads, 0, "row %u", i);
	}
}

/* Indices, bases and offsets of a 39-bit space with 4 KiB: 9, 9, 9 and 12 bits. */
static void addresses(struct kunit *test)
{
	struct tables t = { .desc = { 0x30000000 | PAGE, 0x31000000 | PAGE, 0x123456000 | PAGE } };
	struct arm64_walk w = walk_of(&t, TG0_4K | T0SZ(25) | TBI0);
	u64 gva = 1ULL << 30 | 2ULL << 21 | 3ULL << 12 | 0x789;
	struct arm64_mapping map;

	/* What is below the table's alignment counts for nothing. */
	w.ttbr[0] = 0x00aa000010000fffULL;
	KUNIT_EXPECT_EQ(test, arm64_walk(&w, 0xab00000000000000ULL | gva, &map), 0);
	KUNIT_EXPECT_EQ(test, t.at[0], 0x10000008ULL);
	KUNIT_EXPECT_EQ(test, t.at[1], 0x30000010ULL);
	KUNIT_EXPECT_EQ(test, t.at[2], 0x31000018ULL);
	KUNIT_EXPECT_EQ(test, map.gpa, 0x123456789ULL);
	KUNIT_EXPECT_EQ(test, map.access, (u32)RWX);

	t = (struct tables) { .desc = { 0x40000000 | BLOCK } };
	w = walk_of(&t, TG1_4K | T1SZ(25) | TBI1);
	KUNIT_EXPECT_EQ(test, arm64_walk(&w, 0x12ffffffc0403789ULL, &map), 0);
	KUNIT_EXPECT_EQ(test, t.at[0], 0x20000ff8ULL);
	KUNIT_EXPECT_EQ(test, map.gpa, 0x40403789ULL);
}

/* Blocks are of 1 GiB, 32, 2 and 512 MiB, and of no other size. */
static void blocks(struct kunit *test)
{
	static const struct {
		u64 tcr;
		u8 tables;	/* above it */
		u64 size;	/* 0: invalid there */
	} rows[] = {
		{ TG0_4K | T0SZ(16), 0, 0 }, { TG0_4K | T0SZ(16), 1, BIT_ULL(30) },
		{ TG0_4K | T0SZ(16), 2, BIT_ULL(21) }, { TG0_4K | T0SZ(16), 3, 0 },
		{ TG0_16K | T0SZ(16), 0, 0 }, { TG0_16K | T0SZ(16), 1, 0 },
		{ TG0_16K | T0SZ(16), 2, BIT_ULL(25) }, { TG0_16K | T0SZ(16), 3, 0 },
		{ TG0_64K | T0SZ(16), 0, 0 }, { TG0_64K | T0SZ(16), 1, BIT_ULL(29) },
		{ TG0_64K | T0SZ(16), 2, 0 },
	};
	struct arm64_mapping map;
	struct arm64_walk w;
	struct tables t;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		tables_fill(&t, PAGE);
		t.desc[rows[i].tables] = GENMASK_ULL(47, 12) | BLOCK;
		w = walk_of(&t, rows[i].tcr);
		if (!rows[i].size) {
			KUNIT_EXPECT_EQ_MSG(test, arm64_walk(&w, 0, &map), -EFAULT, "row %u", i);
			continue;
		}
		KUNIT_EXPECT_EQ_MSG(test, arm64_walk(&w, 0, &map), 0, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, map.gpa, BIT_ULL(48) - rows[i].size, "row %u", i);
	}
}

static void access_rights(struct kunit *test)
{
	static const struct {
		u64 tcr, table, leaf;
		u32 denied;
	} rows[] = {
		{ 0, 0, RO, AXVCPU_ACCESS_WRITE },
		{ 0, TABLE_RO, 0, AXVCPU_ACCESS_WRITE },
		{ HPD0, TABLE_RO, 0, 0 },
		{ 0, 0, NX, AXVCPU_ACCESS_EXEC },
		{ 0, TABLE_NX, 0, AXVCPU_ACCESS_EXEC },
		{ HPD0, TABLE_NX, RO, AXVCPU_ACCESS_WRITE },
	};
	struct arm64_mapping map;
	struct arm64_walk w;
	struct tables t;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		t = (struct tables) { .desc = { PAGE | rows[i].table, BLOCK | rows[i].leaf } };
		w = walk_of(&t, TG0_4K | T0SZ(25) | rows[i].tcr);
		KUNIT_EXPECT_EQ_MSG(test, arm64_walk(&w, 0, &map), 0, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, map.access, RWX & ~rows[i].denied, "row %u", i);
	}
}

static void ends(struct kunit *test)
{
	struct tables t = { .desc = { PAGE } };
	struct arm64_walk w = walk_of(&t, TG0_4K | T0SZ(25));
	struct arm64_mapping map;

	KUNIT_EXPECT_EQ(test, arm64_walk(&w, 0, &map), -EFAULT);
	KUNIT_EXPECT_EQ(test, t.reads, 2);
	t = (struct tables) { .error = -ENOENT };
	KUNIT_EXPECT_EQ(test, arm64_walk(&w, 0, &map), -ENOENT);
	KUNIT_EXPECT_EQ(test, t.reads, 1);
	w.sctlr = 0;
	KUNIT_EXPECT_EQ(test, arm64_walk(&w, 0x123456789, &map), 0);
	KUNIT_EXPECT_EQ(test, map.gpa, 0x123456789ULL);
	KUNIT_EXPECT_EQ(test, t.reads, 1);
}

static struct kunit_case arm64_walk_cases[] = {
	KUNIT_CASE(every_size),
	KUNIT_CASE(no_walk),
	KUNIT_CASE(addresses),
	KUNIT_CASE(blocks),
	KUNIT_CASE(access_rights),
	KUNIT_CASE(ends),
	{}
};

struct kunit_suite axvcpu_arm64_walk_suite = {
	.name = "axvcpu_arm64_walk",
	.test_cases = arm64_walk_cases,
};
