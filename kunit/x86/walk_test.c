// SPDX-License-Identifier: GPL-2.0-only
/* The walk of a guest's page tables, in each paging mode, on made-up memory. */
#include <linux/sizes.h>
#include <linux/string.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>
#include <asm/trap_pf.h>

#include <linux/axvcpu.h>

#include "../../arch/x86/insn/walk.h"
#include "../suites.h"

#define P	BIT_ULL(0)
#define W	BIT_ULL(1)
#define U	BIT_ULL(2)
#define LARGE	BIT_ULL(7)
#define NX	BIT_ULL(63)
#define RIGHTS	(P | W | U)

#define PAGES	8

/* Guest physical memory from 0: page n of it is the table at level n. */
struct memory {
	u8 byte[PAGES][SZ_4K];
	u64 fail;	/* reads at this address fail */
};

static int read_memory(void *ctx, u64 gpa, void *to, size_t len)
{
	struct memory *m = ctx;

	if (gpa == m->fail || gpa + len > sizeof(m->byte))
		return -ENOENT;
	memcpy(to, (u8 *)m->byte + gpa, len);
	return 0;
}

static struct memory *memory(struct kunit *test)
{
	return test->priv;
}

static void put(struct kunit *test, u64 gpa, u64 entry, size_t size)
{
	memcpy((u8 *)memory(test)->byte + gpa, &entry, size);
}

static struct x86_walk walk_of(struct kunit *test, u64 cr4, u64 efer)
{
	return (struct x86_walk) {
		.cr0 = X86_CR0_PE | X86_CR0_PG,
		.cr4 = cr4,
		.efer = efer,
		.phys_bits = 40,
		.read = read_memory,
		.ctx = memory(test),
	};
}

/* Tables for @gva, each entry pointing down, the leaf at page 0x123456. */
static struct x86_walk long_mode(struct kunit *test, u64 gva, unsigned int levels)
{
	struct x86_walk w = walk_of(test, X86_CR4_PAE, EFER_LME | EFER_LMA | EFER_NX);
	unsigned int level;

	if (levels == 5)
		w.cr4 |= X86_CR4_LA57;
	w.cr3 = levels * SZ_4K;
	for (level = levels; level; level--)
		put(test, level * SZ_4K + (gva >> (12 + 9 * (level - 1)) & 511) * 8,
		    (level == 1 ? 0x123456000 : (level - 1) * SZ_4K) | RIGHTS, 8);
	return w;
}

/* Address of the entry at @level that translates @gva. */
static u64 entry_at(u64 gva, unsigned int level)
{
	return level * SZ_4K + (gva >> (12 + 9 * (level - 1)) & 511) * 8;
}

static void expect_gpa(struct kunit *test, const struct x86_walk *w, u64 gva, u64 gpa)
{
	struct x86_mapping map = { 0 };
	u32 error;

	KUNIT_EXPECT_EQ(test, 0, x86_walk(w, gva, &map, &error));
	KUNIT_EXPECT_EQ(test, map.gpa, gpa);
	KUNIT_EXPECT_EQ(test, error, 0);
}

static void expect_fault(struct kunit *test, const struct x86_walk *w, u64 gva, u32 want)
{
	struct x86_mapping map;
	u32 error;

	KUNIT_EXPECT_EQ(test, X86_WALK_UNMAPPED, x86_walk(w, gva, &map, &error));
	KUNIT_EXPECT_EQ(test, error, want);
}

static void x86_walk_without_paging(struct kunit *test)
{
	struct x86_walk w = walk_of(test, X86_CR4_PAE | X86_CR4_SMAP | X86_CR4_SMEP, 0);
	struct x86_mapping map;
	u32 error;

	w.cr0 = X86_CR0_PE;
	expect_gpa(test, &w, 0x12345678, 0x12345678);
	expect_gpa(test, &w, 0x112345678, 0x12345678);
	x86_walk(&w, 0, &map, &error);
	KUNIT_EXPECT_TRUE(test, x86_walk_permits(&w, &map, AXVCPU_ACCESS_WRITE, 3, false));
	KUNIT_EXPECT_TRUE(test, x86_walk_permits(&w, &map, AXVCPU_ACCESS_EXEC, 0, false));
}

static void x86_walk_32(struct kunit *test)
{
	struct x86_walk w = walk_of(test, 0, 0);
	u64 gva = 0xc0345678;

	w.cr3 = 2 * SZ_4K | 0xfff;
	put(test, 2 * SZ_4K + (gva >> 22) * 4, SZ_4K | RIGHTS, 4);
	put(test, SZ_4K + (gva >> 12 & 1023) * 4, 0xabcde000 | RIGHTS, 4);
	expect_gpa(test, &w, gva, 0xabcde678);
	expect_gpa(test, &w, gva | 0xffffffff00000000, 0xabcde678);
	expect_fault(test, &w, gva ^ BIT(12), 0);
	expect_fault(test, &w, gva ^ BIT(22), 0);
}

static void x86_walk_32_large(struct kunit *test)
{
	struct x86_walk w = walk_of(test, X86_CR4_PSE, 0);
	u64 gva = 0x80345678;

	w.cr3 = 2 * SZ_4K;
	/* 4 MiB at 0x7fc00000, bits 39 to 32 of the address in bits 20 to 13. */
	put(test, 2 * SZ_4K + (gva >> 22) * 4, 0x7fc00000 | 0x12 << 13 | LARGE | RIGHTS, 4);
	expect_gpa(test, &w, gva, 0x127ff45678);
	put(test, 2 * SZ_4K + (gva >> 22) * 4, 0x7fc00000 | BIT(21) | LARGE | RIGHTS, 4);
	expect_fault(test, &w, gva, X86_PF_PROT | X86_PF_RSVD);
	/* Without PSE the bit means nothing: it is a table. */
	w.cr4 = 0;
	put(test, 2 * SZ_4K + (gva >> 22) * 4, SZ_4K | LARGE | RIGHTS, 4);
	put(test, SZ_4K + (gva >> 12 & 1023) * 4, 0x5000 | RIGHTS, 4);
	expect_gpa(test, &w, gva, 0x5678);
}

static void x86_walk_pae(struct kunit *test)
{
	struct x86_walk w = walk_of(test, X86_CR4_PAE, EFER_NX);
	u64 gva = 0xc0345678;
	struct x86_mapping map;
	u32 error;

	/* The four top entries: anywhere on 32 bytes, without rights. */
	w.cr3 = 3 * SZ_4K + 0x20;
	put(test, 3 * SZ_4K + 0x20 + 3 * 8, 2 * SZ_4K | P, 8);
	put(test, 2 * SZ_4K + (gva >> 21 & 511) * 8, SZ_4K | RIGHTS, 8);
	put(test, SZ_4K + (gva >> 12 & 511) * 8, 0x9abcde000 | P | U | NX, 8);
	expect_gpa(test, &w, gva, 0x9abcde678);
	x86_walk(&w, gva, &map, &error);
	KUNIT_EXPECT_TRUE(test, map.user);
	KUNIT_EXPECT_FALSE(test, map.writable);
	KUNIT_EXPECT_FALSE(test, map.exec);
	put(test, 2 * SZ_4K + (gva >> 21 & 511) * 8, 0x900200000 | LARGE | RIGHTS, 8);
	expect_gpa(test, &w, gva, 0x900345678);
	put(test, 2 * SZ_4K + (gva >> 21 & 511) * 8, 0x900202000 | LARGE | RIGHTS, 8);
	expect_fault(test, &w, gva, X86_PF_PROT | X86_PF_RSVD);
}

static void x86_walk_long(struct kunit *test)
{
	static const u64 gva[] = {
		0, 0x7fffffffffff, 0xffff800000000000, ~0ULL, 0x123456789abc,
	};
	unsigned int level;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(gva); i++) {
		struct x86_walk w = long_mode(test, gva[i], 4);

		expect_gpa(test, &w, gva[i], 0x123456000 | (gva[i] & 0xfff));
		for (level = 1; level <= 4; level++) {
			put(test, entry_at(gva[i], level), W | U, 8);
			expect_fault(test, &w, gva[i], 0);
			w = long_mode(test, gva[i], 4);
		}
	}
}

static void x86_walk_long_large(struct kunit *test)
{
	u64 gva = 0x123456789abc;
	struct x86_walk w = long_mode(test, gva, 4);

	put(test, entry_at(gva, 2), 0x40000000 | LARGE | RIGHTS, 8);
	expect_gpa(test, &w, gva, 0x40000000 | (gva & (SZ_2M - 1)));
	/* The PAT bit is not part of the address; what is above it is reserved. */
	put(test, entry_at(gva, 2), 0x40000000 | BIT(12) | LARGE | RIGHTS, 8);
	expect_gpa(test, &w, gva, 0x40000000 | (gva & (SZ_2M - 1)));
	put(test, entry_at(gva, 2), 0x40000000 | BIT(20) | LARGE | RIGHTS, 8);
	expect_fault(test, &w, gva, X86_PF_PROT | X86_PF_RSVD);

	put(test, entry_at(gva, 3), 0x80000000 | LARGE | RIGHTS, 8);
	expect_gpa(test, &w, gva, 0x80000000 | (gva & (SZ_1G - 1)));
	put(test, entry_at(gva, 3), 0x80000000 | BIT(29) | LARGE | RIGHTS, 8);
	expect_fault(test, &w, gva, X86_PF_PROT | X86_PF_RSVD);

	w = long_mode(test, gva, 4);
	put(test, entry_at(gva, 4), 3 * SZ_4K | LARGE | RIGHTS, 8);
	expect_fault(test, &w, gva, X86_PF_PROT | X86_PF_RSVD);
}

static void x86_walk_five_levels(struct kunit *test)
{
	u64 gva = 0x00ab123456789abc;
	struct x86_walk w = long_mode(test, gva, 5);

	expect_gpa(test, &w, gva, 0x123456abc);
	put(test, entry_at(gva, 5), 0, 8);
	expect_fault(test, &w, gva, 0);
}

static void x86_walk_canonical(struct kunit *test)
{
	struct x86_walk w = long_mode(test, 0, 4);
	struct x86_mapping map;
	u32 error;

	KUNIT_EXPECT_EQ(test, X86_WALK_NONCANONICAL,
			x86_walk(&w, 0x800000000000, &map, &error));
	KUNIT_EXPECT_EQ(test, X86_WALK_NONCANONICAL,
			x86_walk(&w, 0xffff7fffffffffff, &map, &error));
	w.cr4 |= X86_CR4_LA57;
	KUNIT_EXPECT_EQ(test, X86_WALK_NONCANONICAL,
			x86_walk(&w, BIT_ULL(56), &map, &error));
}

static void x86_walk_reserved(struct kunit *test)
{
	u64 gva = 0x123456789abc;
	struct x86_walk w = long_mode(test, gva, 4);
	unsigned int level;

	for (level = 1; level <= 4; level++) {
		w = long_mode(test, gva, 4);
		put(test, entry_at(gva, level), BIT_ULL(40) | RIGHTS, 8);
		expect_fault(test, &w, gva, X86_PF_PROT | X86_PF_RSVD);
		/* Bits 52 to 62 are software's, and with NX off NX is reserved. */
		w = long_mode(test, gva, 4);
		put(test, entry_at(gva, level), ((level - 1) * SZ_4K) | BIT_ULL(52) |
		    BIT_ULL(62) | NX | RIGHTS, 8);
		expect_gpa(test, &w, gva, level == 1 ? 0xabc : 0x123456abc);
		w.efer &= ~EFER_NX;
		expect_fault(test, &w, gva, X86_PF_PROT | X86_PF_RSVD);
	}
}

/* Where memory cannot be read, the walk says which entry it was after. */
static void x86_walk_unreadable(struct kunit *test)
{
	u64 gva = 0x123456789abc;
	struct x86_walk w = long_mode(test, gva, 4);
	struct x86_mapping map;
	unsigned int level;
	u32 error;

	for (level = 1; level <= 4; level++) {
		memory(test)->fail = entry_at(gva, level);
		KUNIT_EXPECT_EQ(test, -ENOENT, x86_walk(&w, gva, &map, &error));
		KUNIT_EXPECT_EQ(test, map.gpa, entry_at(gva, level));
	}
}

/* Every level must allow it. */
static void x86_walk_rights(struct kunit *test)
{
	u64 gva = 0x123456789abc;
	struct x86_mapping map;
	struct x86_walk w;
	unsigned int level;
	u64 base;
	u32 error;

	for (level = 1; level <= 4; level++) {
		base = level == 1 ? 0x123456000 : (level - 1) * SZ_4K;
		w = long_mode(test, gva, 4);
		put(test, entry_at(gva, level), base | P | U, 8);
		x86_walk(&w, gva, &map, &error);
		KUNIT_EXPECT_TRUE(test, !map.writable && map.user && map.exec);
		put(test, entry_at(gva, level), base | P | W, 8);
		x86_walk(&w, gva, &map, &error);
		KUNIT_EXPECT_TRUE(test, map.writable && !map.user && map.exec);
		put(test, entry_at(gva, level), base | RIGHTS | NX, 8);
		x86_walk(&w, gva, &map, &error);
		KUNIT_EXPECT_TRUE(test, map.writable && map.user && !map.exec);
	}
}

/* SDM vol. 3, 4.6.1, as a table. */
static void x86_walk_access(struct kunit *test)
{
	enum { R = AXVCPU_ACCESS_READ, WR = AXVCPU_ACCESS_WRITE, X = AXVCPU_ACCESS_EXEC };
	static const struct {
		u64 cr0, cr4;
		bool writable, user, exec;
		u32 access;
		u8 cpl;
		bool ac;
		bool ok;
	} rows[] = {
		{ 0, 0, true, true, true, R, 3, false, true },
		{ 0, 0, true, false, true, R, 3, false, false },
		{ 0, 0, true, false, true, R, 0, false, true },
		{ 0, 0, true, false, true, R, 2, false, true },
		{ 0, 0, false, true, true, WR, 3, false, false },
		{ 0, 0, false, true, true, WR, 0, false, true },
		{ X86_CR0_WP, 0, false, true, true, WR, 0, false, false },
		{ X86_CR0_WP, 0, true, true, true, WR, 0, false, true },
		{ 0, 0, true, true, false, X, 3, false, false },
		{ 0, 0, true, true, false, X, 0, false, false },
		{ 0, 0, true, true, false, R, 3, false, true },
		{ 0, X86_CR4_SMEP, true, true, true, X, 0, false, false },
		{ 0, X86_CR4_SMEP, true, true, true, X, 0, true, false },
		{ 0, X86_CR4_SMEP, true, true, true, X, 3, false, true },
		{ 0, X86_CR4_SMEP, true, false, true, X, 0, false, true },
		{ 0, X86_CR4_SMAP, true, true, true, R, 0, false, false },
		{ 0, X86_CR4_SMAP, true, true, true, WR, 0, false, false },
		{ 0, X86_CR4_SMAP, true, true, true, R, 0, true, true },
		{ 0, X86_CR4_SMAP, true, true, true, R, 3, false, true },
		{ 0, X86_CR4_SMAP, true, false, true, R, 0, false, true },
		{ 0, X86_CR4_SMAP, true, true, true, X, 0, false, true },
	};
	struct x86_walk w = walk_of(test, 0, EFER_LMA | EFER_NX);
	struct x86_mapping map;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		w.cr0 = X86_CR0_PG | rows[i].cr0;
		w.cr4 = rows[i].cr4;
		map.writable = rows[i].writable;
		map.user = rows[i].user;
		map.exec = rows[i].exec;
		KUNIT_EXPECT_EQ_MSG(test, rows[i].ok,
				    x86_walk_permits(&w, &map, rows[i].access, rows[i].cpl,
						     rows[i].ac), "row %zu", i);
	}
}

/* SDM vol. 3, 4.7: what the error code tells of the access. */
static void x86_walk_error_code(struct kunit *test)
{
	struct x86_walk w = walk_of(test, 0, 0);

	KUNIT_EXPECT_EQ(test, x86_walk_error(&w, AXVCPU_ACCESS_READ, 0), 0);
	KUNIT_EXPECT_EQ(test, x86_walk_error(&w, AXVCPU_ACCESS_WRITE, 0), X86_PF_WRITE);
	KUNIT_EXPECT_EQ(test, x86_walk_error(&w, AXVCPU_ACCESS_READ, 3), X86_PF_USER);
	KUNIT_EXPECT_EQ(test, x86_walk_error(&w, AXVCPU_ACCESS_READ, 2), 0);
	KUNIT_EXPECT_EQ(test, x86_walk_error(&w, AXVCPU_ACCESS_EXEC, 0), 0);
	w.efer = EFER_NX;
	KUNIT_EXPECT_EQ(test, x86_walk_error(&w, AXVCPU_ACCESS_EXEC, 0), 0);
	w.cr4 = X86_CR4_PAE;
	KUNIT_EXPECT_EQ(test, x86_walk_error(&w, AXVCPU_ACCESS_EXEC, 0), X86_PF_INSTR);
	w.efer = 0;
	w.cr4 = X86_CR4_SMEP;
	KUNIT_EXPECT_EQ(test, x86_walk_error(&w, AXVCPU_ACCESS_EXEC, 3),
			X86_PF_INSTR | X86_PF_USER);
}

static int x86_walk_init(struct kunit *test)
{
	struct memory *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);

	if (!m)
		return -ENOMEM;
	m->fail = ~0ULL;
	test->priv = m;
	return 0;
}

static struct kunit_case x86_walk_cases[] = {
	KUNIT_CASE(x86_walk_without_paging),
	KUNIT_CASE(x86_walk_32),
	KUNIT_CASE(x86_walk_32_large),
	KUNIT_CASE(x86_walk_pae),
	KUNIT_CASE(x86_walk_long),
	KUNIT_CASE(x86_walk_long_large),
	KUNIT_CASE(x86_walk_five_levels),
	KUNIT_CASE(x86_walk_canonical),
	KUNIT_CASE(x86_walk_reserved),
	KUNIT_CASE(x86_walk_unreadable),
	KUNIT_CASE(x86_walk_rights),
	KUNIT_CASE(x86_walk_access),
	KUNIT_CASE(x86_walk_error_code),
	{}
};

struct kunit_suite axvcpu_x86_walk_suite = {
	.name = "axvcpu_x86_walk",
	.init = x86_walk_init,
	.test_cases = x86_walk_cases,
};
