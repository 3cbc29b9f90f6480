/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the caches of a machine need from us, by CTR_EL0 (Arm ARM D17.2.34). The caches of
 * data are physically indexed and tagged on every CPU; those of instructions may be
 * indexed by virtual addresses.
 */
#ifndef AXVCPU_ARM64_CACHE_H
#define AXVCPU_ARM64_CACHE_H

#include <linux/bits.h>
#include <linux/mm.h>
#include <linux/types.h>

#include "../../core/ops.h"

#define CTR_INSN_LINE(ctr)	((ctr) & 0xf)
#define CTR_POLICY(ctr)		((ctr) >> 14 & 3)
#define CTR_DATA_LINE(ctr)	((ctr) >> 16 & 0xf)
#define CTR_IDC			BIT_ULL(28)
#define CTR_DIC			BIT_ULL(29)

/* ... and what a guest goes by */
#define CTR_GUEST		(CTR_DIC | CTR_IDC | GENMASK_ULL(19, 14) | GENMASK_ULL(3, 0))

#define POLICY_VPIPT		0	/* tagged with the VMID */
#define POLICY_PIPT		3	/* what an address names is all that there is of it */

/* What is cleaned at once is so many lines: a page, of the largest lines that are used. */
#define CACHE_LINES_AT_ONCE	64

/* Beyond so many bytes all instructions are forgotten: one message instead of many. */
#define CACHE_INSN_MAX		SZ_32K

/**
 * struct arm64_caches - what is needed
 * @ctr: CTR_EL0, as it holds for all CPUs
 * @fwb: stage 2 decides alone that memory is write-back, and no guest goes past the
 *	caches. It comes with IDC (FEAT_S2FWB); where it does not it is not used.
 * @insn: instruction caches do not follow what is written
 * @by_line: they can be told an address
 * @data_line: bytes of the smallest line of a cache for data; no larger one is used
 * @insn_line: ... for instructions
 */
struct arm64_caches {
	u64 ctr;
	bool fwb;
	bool insn;
	bool by_line;
	unsigned long data_line;
	unsigned long insn_line;
};

/**
 * arm64_caches_choose() - what is needed
 * @ctr: CTR_EL0, as it holds for all CPUs
 * @fwb: all CPUs have FEAT_S2FWB
 * @caches: filled in
 *
 * Return: false where nothing would do: our own maintenance does not reach the
 * instructions of a guest in a cache that is tagged with the VMID.
 */
static inline bool arm64_caches_choose(u64 ctr, bool fwb, struct arm64_caches *caches)
{
	*caches = (struct arm64_caches) {
		.ctr = ctr,
		.fwb = fwb && ctr & CTR_IDC,
		.insn = !(ctr & CTR_DIC),
		.by_line = CTR_POLICY(ctr) == POLICY_PIPT,
		.data_line = min(4UL << CTR_DATA_LINE(ctr), PAGE_SIZE / CACHE_LINES_AT_ONCE),
		.insn_line = 4UL << CTR_INSN_LINE(ctr),
	};
	return CTR_POLICY(ctr) != POLICY_VPIPT;
}

/* are @size bytes forgotten line by line, or all there is? */
static inline bool arm64_insn_by_line(const struct arm64_caches *caches, u64 size)
{
	return caches->by_line && size <= CACHE_INSN_MAX;
}

/* must a guest be told what holds for all CPUs, where this one has @here for CTR_EL0? */
static inline bool arm64_ctr_differs(const struct arm64_caches *caches, u64 here)
{
	return (here ^ caches->ctr) & CTR_GUEST;
}

/* What it is told of any cache then, as CCSIDR_EL1: one set of one line. */
static inline u64 arm64_ccsidr(const struct arm64_caches *caches)
{
	return CTR_DATA_LINE(caches->ctr) - 2;
}

/* cache.c */
extern struct arm64_caches arm64_caches;
void arm64_caches_use(const struct arm64_caches *caches, struct axvcpu_pt_format *format);
void arm64_clean(const void *start, size_t size);
void arm64_forget_insn(void);
void arm64_forget_insn_here(void);

#endif /* AXVCPU_ARM64_CACHE_H */
