// SPDX-License-Identifier: GPL-2.0-only
/*
 * The format of SVM's nested page tables: that of the host's own long-mode
 * tables, with as many levels as the host uses (APM 15.25.3).
 */
#include <linux/bits.h>
#include <linux/init.h>
#include <linux/mem_encrypt.h>
#include <asm/cpufeature.h>
#include <asm/processor.h>

#include "pagetable.h"
#include "svm.h"

/* APM 5.3.3; a nested walk is a user access (15.25.5), so every entry has U. */
#define NPT_PRESENT	BIT_ULL(0)
#define NPT_WRITE	BIT_ULL(1)
#define NPT_USER	BIT_ULL(2)
#define NPT_ACCESSED	BIT_ULL(5)
#define NPT_DIRTY	BIT_ULL(6)
#define NPT_HUGE	BIT_ULL(7)
#define NPT_NX		BIT_ULL(63)
#define NPT_ADDRESS	GENMASK_ULL(51, 12)

static u64 npt_table(phys_addr_t pa)
{
	return __sme_set(pa) | NPT_PRESENT | NPT_WRITE | NPT_USER | NPT_ACCESSED;
}

static u64 npt_leaf(phys_addr_t pa, u32 access, unsigned int level)
{
	u64 entry = __sme_set(pa) | NPT_PRESENT | NPT_USER | NPT_ACCESSED;

	if (access & AXVCPU_ACCESS_WRITE)
		entry |= NPT_WRITE | NPT_DIRTY;
	if (!(access & AXVCPU_ACCESS_EXEC))
		entry |= NPT_NX;
	if (level)
		entry |= NPT_HUGE;
	return entry;
}

static u32 npt_access(u64 entry)
{
	u32 access = AXVCPU_ACCESS_READ;

	if (entry & NPT_WRITE)
		access |= AXVCPU_ACCESS_WRITE;
	if (!(entry & NPT_NX))
		access |= AXVCPU_ACCESS_EXEC;
	return access;
}

/* What depends on the machine is filled in by svm_npt_init(). */
struct axvcpu_pt_format svm_npt_format = {
	.levels = 4,
	.gpa_bits = 48,
	.huge_levels = BIT(0) | BIT(1),
	.has_access = true,
	.table = npt_table,
	.leaf = npt_leaf,
	.access = npt_access,
	.present = NPT_PRESENT,
	.kind = NPT_HUGE,
	.address = NPT_ADDRESS,
	.accessed = NPT_ACCESSED,
};

/**
 * svm_npt_init() - fit the format to this machine; once, at load
 *
 * The walk has the host's paging mode, and a guest's tables cannot hold an
 * address wider than the processor's.
 */
void __init svm_npt_init(void)
{
	bool five = cpu_feature_enabled(X86_FEATURE_LA57);

	svm_npt_format.address = __sme_clr(NPT_ADDRESS);
	svm_npt_format.levels = five ? 5 : 4;
	svm_npt_format.gpa_bits = min_t(unsigned int, five ? 52 : 48,
					boot_cpu_data.x86_phys_bits);
	if (boot_cpu_has(X86_FEATURE_GBPAGES))
		svm_npt_format.huge_levels |= BIT(2);
}
