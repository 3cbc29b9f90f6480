// SPDX-License-Identifier: GPL-2.0-only
/* The fake backend's second-stage table and the TLB in front of it. */
#include <linux/bits.h>
#include <linux/mm.h>

#include "../core/core.h"
#include "fake_parts.h"

#define FAKE_PT_READ		BIT_ULL(0)
#define FAKE_PT_WRITE		BIT_ULL(1)
#define FAKE_PT_EXEC		BIT_ULL(2)
#define FAKE_PT_RWX		(FAKE_PT_READ | FAKE_PT_WRITE | FAKE_PT_EXEC)
#define FAKE_PT_TABLE		BIT_ULL(3)
#define FAKE_PT_ACCESSED	BIT_ULL(4)
#define FAKE_PT_DIRTY		BIT_ULL(5)
#define FAKE_PT_PA		GENMASK_ULL(51, 12)

static u64 pt_table(phys_addr_t pa)
{
	return pa | FAKE_PT_TABLE;
}

static u64 pt_leaf(phys_addr_t pa, u32 access, unsigned int level)
{
	u64 entry = pa | FAKE_PT_ACCESSED;

	if (access & AXVCPU_ACCESS_READ)
		entry |= FAKE_PT_READ;
	if (access & AXVCPU_ACCESS_WRITE)
		entry |= FAKE_PT_WRITE | FAKE_PT_DIRTY;
	if (access & AXVCPU_ACCESS_EXEC)
		entry |= FAKE_PT_EXEC;
	return entry;
}

static u32 pt_access(u64 entry)
{
	u32 access = 0;

	if (entry & FAKE_PT_READ)
		access |= AXVCPU_ACCESS_READ;
	if (entry & FAKE_PT_WRITE)
		access |= AXVCPU_ACCESS_WRITE;
	if (entry & FAKE_PT_EXEC)
		access |= AXVCPU_ACCESS_EXEC;
	return access;
}

const struct axvcpu_pt_format fake_pt_format = {
	.levels = 4,
	.gpa_bits = 48,
	.huge_levels = BIT(1) | BIT(2),
	.has_access = true,
	.table = pt_table,
	.leaf = pt_leaf,
	.access = pt_access,
	.present = FAKE_PT_RWX | FAKE_PT_TABLE,
	.kind = FAKE_PT_TABLE,
	.kind_table = FAKE_PT_TABLE,
	.address = FAKE_PT_PA,
	.accessed = FAKE_PT_ACCESSED,
};

void fake_tlb_flush(struct axvcpu_vcpu *vcpu)
{
	struct fake_vcpu *f = fake_of(vcpu);

	memset(f->tlb, 0, sizeof(f->tlb));
	f->flushes++;
}

/* As the hardware walks: no lock, each entry read once. 0 if there is no leaf. */
static u64 tlb_walk(const struct axvcpu_pt *pt, u64 gpa, phys_addr_t *pa)
{
	unsigned int level = fake_pt_format.levels - 1, shift;
	const u64 *table = pt->root;
	u64 entry;

	for (;; level--) {
		shift = PAGE_SHIFT + 9 * level;
		entry = READ_ONCE(table[(gpa >> shift) & 511]);
		if (!axvcpu_pt_present(&fake_pt_format, entry))
			return 0;
		if (!axvcpu_pt_is_table(&fake_pt_format, entry, level))
			break;
		table = __va(entry & FAKE_PT_PA);
	}
	*pa = (entry & FAKE_PT_PA) | (gpa & (BIT_ULL(shift) - 1) & PAGE_MASK);
	return entry;
}

phys_addr_t fake_translate(struct axvcpu_vcpu *vcpu, u64 gpa, u32 access)
{
	struct fake_vcpu *f = fake_of(vcpu);
	u64 page = gpa >> PAGE_SHIFT, entry;
	struct fake_tlb_entry *slot = &f->tlb[page % FAKE_TLB_SIZE];
	phys_addr_t pa;

	if (!slot->access || slot->page != page || access & ~slot->access) {
		entry = tlb_walk(&vcpu->vm->mem.table, gpa, &pa);
		if (!entry || access & ~pt_access(entry))
			return 0;
		slot->page = page;
		slot->pa = pa;
		slot->access = pt_access(entry);
	}
	return slot->pa | offset_in_page(gpa);
}
