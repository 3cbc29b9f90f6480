// SPDX-License-Identifier: GPL-2.0-only
/*
 * The format of Arm's stage-2 tables: VMSAv8-64 with the 4 KiB granule. Arm ARM
 * (DDI 0487) D8.3 for descriptors, D8.2 for levels, D17.2.157 for VTCR_EL2.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <asm/barrier.h>
#include <asm/cpufeature.h>
#include <asm/cputype.h>
#include <asm/sysreg.h>

#include "arm64.h"
#include "cache.h"
#include "stage2.h"

#define S2_VALID	BIT_ULL(0)
#define S2_TABLE	BIT_ULL(1)	/* at level 0 of the walker: page */
#define S2_WB		(0xfULL << 2)	/* MemAttr: Normal, write-back, both */
#define S2_WB_FWB	(0x6ULL << 2)	/* the same where HCR_EL2.FWB is set */
#define S2_READ		BIT_ULL(6)
#define S2_WRITE	BIT_ULL(7)
#define S2_INNER	(3ULL << 8)	/* inner shareable */
#define S2_AF		BIT_ULL(10)
#define S2_XN		BIT_ULL(54)
#define S2_ALWAYS	(S2_VALID | S2_READ | S2_INNER | S2_AF)
#define S2_ADDRESS	GENMASK_ULL(47, 12)

/* VTCR_EL2 */
#define VTCR_T0SZ(bits)	(64 - (bits))
#define VTCR_SL0(n)	((u64)(n) << 6)
#define VTCR_WB		((1ULL << 8) | (1ULL << 10))	/* walks: IRGN0, ORGN0 */
#define VTCR_INNER	(3ULL << 12)
#define VTCR_PS(n)	((u64)(n) << 16)
#define VTCR_16BIT_VMID	BIT_ULL(19)
#define VTCR_HA		BIT_ULL(21)
#define VTCR_ONE	BIT_ULL(31)

static u64 vtcr __read_mostly;
/* What every leaf has. */
static u64 leaf_always __read_mostly = S2_ALWAYS | S2_WB;

static u64 stage2_table(phys_addr_t pa)
{
	return pa | S2_TABLE | S2_VALID;
}

static u64 stage2_leaf(phys_addr_t pa, u32 access, unsigned int level)
{
	u64 entry = pa | leaf_always;

	if (access & AXVCPU_ACCESS_WRITE)
		entry |= S2_WRITE;
	if (!(access & AXVCPU_ACCESS_EXEC))
		entry |= S2_XN;
	if (!level)
		entry |= S2_TABLE;
	return entry;
}

static u32 stage2_access(u64 entry)
{
	u32 access = AXVCPU_ACCESS_READ;

	if (entry & S2_WRITE)
		access |= AXVCPU_ACCESS_WRITE;
	if (!(entry & S2_XN))
		access |= AXVCPU_ACCESS_EXEC;
	return access;
}

/* Stores to tables are seen by walks of all CPUs after this: Arm ARM D8.14. */
static void stage2_sync(u64 *entry, unsigned int count)
{
	dsb(ishst);
}

/* Where the memory ends that the machine has now. */
static phys_addr_t __init memory_end(void)
{
	unsigned long pfn = 0;
	int nid;

	for_each_online_node(nid)
		pfn = max(pfn, pgdat_end_pfn(NODE_DATA(nid)));
	return PFN_PHYS(pfn);
}

/* What depends on the machine is filled in by arm64_stage2_init(). */
struct axvcpu_pt_format arm64_stage2_format = {
	.levels = 4,
	.gpa_bits = 48,
	.huge_levels = BIT(0) | BIT(1),
	.table = stage2_table,
	.leaf = stage2_leaf,
	.access = stage2_access,
	.present = S2_VALID,
	.kind = S2_TABLE,
	.kind_table = S2_TABLE,
	.address = S2_ADDRESS,
	.accessed = S2_AF,
	.sync = stage2_sync,
};

/**
 * arm64_stage2_init() - fit the format to this machine; once, at load
 *
 * The guest's addresses are as wide as the host's. Four levels from 44 bits on;
 * below, three, with up to 16 tables joined at the root (Arm ARM D8.2.7).
 *
 * Return: 0; -ENODEV with a log line.
 */
int __init arm64_stage2_init(void)
{
	static const u8 widths[] = { 32, 36, 40, 42, 44, 48, 48 };
	u64 mmfr0 = read_sanitised_ftr_reg(SYS_ID_AA64MMFR0_EL1);
	u64 mmfr1 = read_sanitised_ftr_reg(SYS_ID_AA64MMFR1_EL1);
	u64 mmfr2 = read_sanitised_ftr_reg(SYS_ID_AA64MMFR2_EL1);
	u64 ctr = read_sanitised_ftr_reg(SYS_CTR_EL0);
	unsigned int range = min_t(unsigned int, mmfr0 & 0xf, 6), bits = widths[range];
	struct arm64_caches caches;

	if (PAGE_SIZE != SZ_4K) {
		pr_err("axvcpu: el2: this kernel has pages of %lu KiB: boot one built with 4 KiB pages\n",
		       PAGE_SIZE / SZ_1K);
		return -ENODEV;
	}
	if (!axvcpu_pt_reaches(&arm64_stage2_format, memory_end() - 1)) {
		pr_err("axvcpu: el2: this machine has memory above 48 bits of physical address, which stage 2 does not reach: use a kernel built for 48 bits, which leaves it out\n");
		return -ENODEV;
	}
	if (!arm64_caches_choose(ctr, mmfr2 >> 40 & 0xf, &caches)) {
		pr_err("axvcpu: el2: instruction caches tagged with the VMID (CTR_EL0.L1Ip is VPIPT) cannot be kept in step with guest memory\n");
		return -ENODEV;
	}
	arm64_caches_use(&caches, &arm64_stage2_format);
	leaf_always = S2_ALWAYS | (caches.fwb ? S2_WB_FWB : S2_WB);
	/* To clean a GiB takes longer than a fault may with a lock held. */
	if (caches.fwb)
		arm64_stage2_format.huge_levels |= BIT(2);
	arm64_stage2_format.gpa_bits = bits;
	arm64_stage2_format.levels = bits >= 44 ? 4 : 3;
	arm64_stage2_format.root_order = bits >= 44 ? 0 : max(bits, 39U) - 39;
	vtcr = VTCR_ONE | VTCR_INNER | VTCR_WB | VTCR_T0SZ(bits) |
	       VTCR_SL0(bits >= 44 ? 2 : 1) | VTCR_PS(min(range, 5U));
	if ((mmfr1 & 0xf) >= 1) {
		arm64_stage2_format.has_access = true;
		vtcr |= VTCR_HA;
	}
	if ((mmfr1 >> 4 & 0xf) == 2)
		vtcr |= VTCR_16BIT_VMID;
	return 0;
}

/**
 * arm64_vtcr() - VTCR_EL2 of every guest
 */
u64 arm64_vtcr(void)
{
	return vtcr;
}

/**
 * arm64_stage2_fwb() - does stage 2 decide alone that memory is write-back?
 */
bool arm64_stage2_fwb(void)
{
	return arm64_caches.fwb;
}
