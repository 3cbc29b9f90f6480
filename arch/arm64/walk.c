// SPDX-License-Identifier: GPL-2.0-only
/*
 * The walk of a guest's own tables: VMSAv8-64 stage 1, Arm ARM (DDI 0487) D8.2, D8.3.
 *
 * The guest chooses sizes and granule freely. What the architecture does not define is
 * answered as a fault before anything is computed from it: a size out of range, a granule
 * that is reserved or not there, 52-bit descriptors (FEAT_LPA2), which a guest has not.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/axvcpu.h>

#include "walk.h"

#define SCTLR_M		BIT_ULL(0)

/* TCR_EL1: what applies to the lower half, and DS */
#define TCR_T0SZ	GENMASK_ULL(5, 0)
#define TCR_EPD0	BIT_ULL(7)
#define TCR_T1SZ_AT	16
#define TCR_EPD1	BIT_ULL(23)
#define TCR_TBI0_AT	37
#define TCR_HPD0_AT	41
#define TCR_DS		BIT_ULL(59)

/* ID_AA64MMFR2_EL1.VARange (FEAT_LVA), ST (FEAT_TTST) */
#define MMFR2_VARANGE	GENMASK_ULL(19, 16)
#define MMFR2_ST	GENMASK_ULL(31, 28)
/* ID_AA64MMFR0_EL1: TGran16 is 0 where there is none; TGran64 and TGran4 are negative then */
#define MMFR0_TGRAN16	GENMASK_ULL(23, 20)
#define MMFR0_NO_64K	BIT_ULL(27)
#define MMFR0_NO_4K	BIT_ULL(31)

#define SHIFT_4K	12
#define SHIFT_16K	14
#define SHIFT_64K	16

#define DESC_VALID	BIT_ULL(0)
#define DESC_TABLE	BIT_ULL(1)
#define DESC_AP_RO	BIT_ULL(7)
#define DESC_PXN	BIT_ULL(53)
#define DESC_UXN	BIT_ULL(54)
#define TABLE_PXN	BIT_ULL(59)
#define TABLE_UXN	BIT_ULL(60)
#define TABLE_RO	BIT_ULL(62)
#define VA_UPPER	BIT_ULL(55)

#define PA_BITS		48
/* No block is larger than 1 GiB without FEAT_LPA and FEAT_LPA2: D8.3.1. */
#define BLOCK_MAX	30

/**
 * struct regime - half of the address space
 * @ttbr: its table
 * @bits: width of its addresses
 * @shift: of its granule
 * @flat: tables do not restrict what is below them (FEAT_HPDS)
 */
struct regime {
	u64 ttbr;
	unsigned int bits;
	unsigned int shift;
	bool flat;
};

/* TG0 and TG1 are encoded differently; 0: reserved, or not there. TCR_EL1, D17.2.131. */
static unsigned int granule(const struct arm64_walk *w, bool upper)
{
	static const u8 tg0[] = { SHIFT_4K, SHIFT_64K, SHIFT_16K, 0 };
	static const u8 tg1[] = { 0, SHIFT_16K, SHIFT_4K, SHIFT_64K };
	unsigned int shift = upper ? tg1[w->tcr >> 30 & 3] : tg0[w->tcr >> 14 & 3];

	switch (shift) {
	case SHIFT_4K:
		return w->mmfr0 & MMFR0_NO_4K ? 0 : shift;
	case SHIFT_16K:
		return w->mmfr0 & MMFR0_TGRAN16 ? shift : 0;
	case SHIFT_64K:
		return w->mmfr0 & MMFR0_NO_64K ? 0 : shift;
	}
	return 0;
}

/*
 * T0SZ and T1SZ, D8.2.6: from 16, or from 12 with FEAT_LVA and 64 KiB; to 39, or with
 * FEAT_TTST to 48, and 47 with 64 KiB. So there is at least one bit above the granule.
 */
static bool size_valid(const struct arm64_walk *w, unsigned int txsz, unsigned int shift)
{
	bool large = shift == SHIFT_64K;
	unsigned int min = large && w->mmfr2 & MMFR2_VARANGE ? 12 : 16;
	unsigned int max = !(w->mmfr2 & MMFR2_ST) ? 39 : large ? 47 : 48;

	return txsz >= min && txsz <= max;
}

/* Does the address lie in the half? The top byte counts unless TBI says not: D8.8. */
static bool in_regime(const struct arm64_walk *w, const struct regime *r, u64 gva, bool upper)
{
	u64 rest = gva;

	if (w->tcr >> (TCR_TBI0_AT + upper) & 1)
		rest = upper ? gva | GENMASK_ULL(63, 56) : gva & GENMASK_ULL(55, 0);
	return rest >> r->bits == (upper ? ~0ULL >> r->bits : 0);
}

/* The half of the space that has @gva, if there is one: D8.2.4. */
static bool regime_of(const struct arm64_walk *w, u64 gva, struct regime *r)
{
	bool upper = gva & VA_UPPER;
	unsigned int txsz = (upper ? w->tcr >> TCR_T1SZ_AT : w->tcr) & TCR_T0SZ;

	r->shift = granule(w, upper);
	if (!r->shift || !size_valid(w, txsz, r->shift) || w->tcr & TCR_DS ||
	    w->tcr & (upper ? TCR_EPD1 : TCR_EPD0))
		return false;
	r->ttbr = w->ttbr[upper];
	r->bits = 64 - txsz;
	r->flat = w->tcr >> (TCR_HPD0_AT + upper) & 1;
	return in_regime(w, r, gva, upper);
}

static u32 rights(const struct regime *r, u64 desc, u64 tables)
{
	u32 access = AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WRITE | AXVCPU_ACCESS_EXEC;

	if (r->flat)
		tables = 0;
	if (desc & DESC_AP_RO || tables & TABLE_RO)
		access &= ~AXVCPU_ACCESS_WRITE;
	if ((desc & DESC_PXN || tables & TABLE_PXN) && (desc & DESC_UXN || tables & TABLE_UXN))
		access &= ~AXVCPU_ACCESS_EXEC;
	return access;
}

/* Does the walk end at this descriptor, which translates @shift bits? D8.3.1 */
static bool is_leaf(const struct regime *r, u64 desc, unsigned int shift)
{
	return shift == r->shift || !(desc & DESC_TABLE);
}

/* A page must look like a table, and blocks are not at all levels. */
static bool leaf_valid(const struct regime *r, u64 desc, unsigned int shift)
{
	return shift == r->shift ? desc & DESC_TABLE : shift <= BLOCK_MAX;
}

static int walk_tables(const struct arm64_walk *w, const struct regime *r, u64 gva,
		       struct arm64_mapping *map)
{
	unsigned int step = r->shift - 3;
	unsigned int shift = r->shift + (r->bits - r->shift - 1) / step * step;
	/* The first table may be smaller than a granule; it is aligned to its size. */
	u64 table = r->ttbr & GENMASK_ULL(PA_BITS - 1, r->bits - shift + 3);
	u64 desc, tables = 0;
	int ret;

	gva &= GENMASK_ULL(r->bits - 1, 0);
	for (;; shift -= step) {
		ret = w->read(w->ctx, table + (gva >> shift) * sizeof(desc), &desc);
		if (ret)
			return ret;
		gva &= GENMASK_ULL(shift - 1, 0);
		if (!(desc & DESC_VALID))
			return -EFAULT;
		if (is_leaf(r, desc, shift))
			break;
		tables |= desc;
		table = desc & GENMASK_ULL(PA_BITS - 1, r->shift);
	}
	if (!leaf_valid(r, desc, shift))
		return -EFAULT;
	map->gpa = (desc & GENMASK_ULL(PA_BITS - 1, shift)) | gva;
	map->access = rights(r, desc, tables);
	return 0;
}

/**
 * arm64_walk() - find an address in the guest's tables
 * @walk: registers and memory
 * @gva: virtual address
 * @map: filled in
 *
 * Return: 0; -EFAULT: they do not map it; else what @walk->read gave.
 */
int arm64_walk(const struct arm64_walk *walk, u64 gva, struct arm64_mapping *map)
{
	struct regime r;

	*map = (struct arm64_mapping) {
		.gpa = gva,
		.access = AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WRITE | AXVCPU_ACCESS_EXEC,
	};
	if (!(walk->sctlr & SCTLR_M))
		return 0;
	if (!regime_of(walk, gva, &r))
		return -EFAULT;
	return walk_tables(walk, &r, gva, map);
}
