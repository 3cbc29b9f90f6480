// SPDX-License-Identifier: GPL-2.0-only
/*
 * The walk of a guest's own page tables: SDM vol. 3, chapter 4; APM vol. 2,
 * chapter 5.
 *
 * The walk reads. It does not set accessed and dirty bits: what uses it reads
 * an instruction that the hardware has just fetched, or moves string data that
 * the VMM will touch; a guest that relies on the dirty bit of a page it fills
 * by INS sets it itself by the next ordinary store.
 */
#include <linux/bitops.h>
#include <linux/sizes.h>
#include <linux/axvcpu.h>

#include <asm/msr-index.h>
#include <asm/processor-flags.h>
#include <asm/trap_pf.h>

#include "walk.h"

#define ENTRY_PRESENT	BIT_ULL(0)
#define ENTRY_WRITE	BIT_ULL(1)
#define ENTRY_USER	BIT_ULL(2)
#define ENTRY_LARGE	BIT_ULL(7)
#define ENTRY_NX	BIT_ULL(63)

/* How the tables of a paging mode are laid out. */
struct layout {
	u8 levels;
	u8 entry_size;
	u8 index_bits;
	u64 root_mask;		/* of CR3 */
};

static const struct layout layout_32 = { 2, 4, 10, GENMASK_ULL(31, 12) };
static const struct layout layout_pae = { 3, 8, 9, GENMASK_ULL(31, 5) };
static const struct layout layout_4 = { 4, 8, 9, GENMASK_ULL(51, 12) };
static const struct layout layout_5 = { 5, 8, 9, GENMASK_ULL(51, 12) };

static const struct layout *walk_layout(const struct x86_walk *w)
{
	if (w->efer & EFER_LMA)
		return w->cr4 & X86_CR4_LA57 ? &layout_5 : &layout_4;
	return w->cr4 & X86_CR4_PAE ? &layout_pae : &layout_32;
}

/* Entries of 8 bytes: NX, and physical addresses wider than 32 bits. */
static bool is_wide(const struct x86_walk *w)
{
	return w->efer & EFER_LMA || w->cr4 & X86_CR4_PAE;
}

static bool is_canonical(const struct x86_walk *w, u64 gva)
{
	unsigned int bits = w->cr4 & X86_CR4_LA57 ? 57 : 48;

	return (u64)sign_extend64(gva, bits - 1) == gva;
}

/* Bits that must be zero in any present entry; SDM vol. 3, 4.2, 4.4.2, 4.5.4. */
static u64 reserved_bits(const struct x86_walk *w)
{
	u64 bits = 0;

	if (!is_wide(w))
		return 0;
	if (w->phys_bits < 52)
		bits = GENMASK_ULL(51, w->phys_bits);
	if (!(w->efer & EFER_NX))
		bits |= ENTRY_NX;
	return bits;
}

static bool is_large(const struct x86_walk *w, unsigned int level, u64 entry)
{
	if (!(entry & ENTRY_LARGE))
		return false;
	if (level == 2)
		return is_wide(w) || w->cr4 & X86_CR4_PSE;
	return level == 3 && w->efer & EFER_LMA;
}

/* And what else must be at a level; @bits are the reserved_bits(). */
static bool is_reserved(const struct x86_walk *w, unsigned int level, u64 entry, u64 bits)
{
	if (entry & ENTRY_LARGE) {
		/* Above 1 GiB pages the bit that says so must be zero. */
		if (level > 3)
			return true;
		if (is_large(w, level, entry))
			bits |= is_wide(w) ? GENMASK_ULL(12 + 9 * (level - 1) - 1, 13) :
					     BIT_ULL(21);
	}
	/* The four PDPTEs of PAE paging have no rights to check. */
	if (level == 3 && !(w->efer & EFER_LMA))
		bits &= ~ENTRY_NX;
	return entry & bits;
}

/* The address in a leaf or in a pointer to the next table. */
static u64 entry_pa(const struct x86_walk *w, u64 entry, u64 size)
{
	if (is_wide(w))
		return entry & GENMASK_ULL(51, 12) & ~(size - 1);
	/* Bits 20 to 13 of a 4 MiB entry are 39 to 32 of the address. */
	if (size > SZ_4K)
		return (entry & GENMASK_ULL(31, 22)) | (entry & GENMASK_ULL(20, 13)) << 19;
	return entry & GENMASK_ULL(31, 12);
}

static void restrict_rights(const struct x86_walk *w, unsigned int level, u64 entry,
			    struct x86_mapping *map)
{
	if (is_wide(w) && !(w->efer & EFER_LMA) && level == 3)
		return;
	map->writable &= !!(entry & ENTRY_WRITE);
	map->user &= !!(entry & ENTRY_USER);
	map->exec &= !(is_wide(w) && entry & ENTRY_NX);
}

static int walk_tables(const struct x86_walk *w, u64 gva, struct x86_mapping *map,
		       u32 *error)
{
	const struct layout *layout = walk_layout(w);
	u64 pa = w->cr3 & layout->root_mask;
	u64 entry, index, reserved = reserved_bits(w);
	unsigned int level, shift;
	int ret;

	for (level = layout->levels; level; level--) {
		shift = 12 + layout->index_bits * (level - 1);
		index = gva >> shift & GENMASK_ULL(layout->index_bits - 1, 0);
		map->gpa = pa + index * layout->entry_size;
		entry = 0;
		ret = w->read(w->ctx, map->gpa, &entry, layout->entry_size);
		if (ret)
			return ret;
		if (!(entry & ENTRY_PRESENT))
			return X86_WALK_UNMAPPED;
		if (is_reserved(w, level, entry, reserved)) {
			*error |= X86_PF_PROT | X86_PF_RSVD;
			return X86_WALK_UNMAPPED;
		}
		restrict_rights(w, level, entry, map);
		if (is_large(w, level, entry) || level == 1)
			break;
		pa = entry_pa(w, entry, SZ_4K);
	}
	map->gpa = entry_pa(w, entry, BIT_ULL(shift)) | (gva & (BIT_ULL(shift) - 1));
	return 0;
}

/**
 * x86_walk() - find an address in the guest's page tables
 * @walk: paging mode and memory
 * @gva: linear address; outside long mode its upper half is ignored
 * @map: filled in
 * @error: X86_PF_PROT and X86_PF_RSVD of the #PF error code
 *
 * Return: 0; X86_WALK_UNMAPPED if the tables do not map it;
 * X86_WALK_NONCANONICAL; the error that @walk->read gave.
 */
int x86_walk(const struct x86_walk *walk, u64 gva, struct x86_mapping *map, u32 *error)
{
	*error = 0;
	map->writable = true;
	map->user = true;
	map->exec = true;
	if (!(walk->efer & EFER_LMA))
		gva = (u32)gva;
	else if (!is_canonical(walk, gva))
		return X86_WALK_NONCANONICAL;
	if (!(walk->cr0 & X86_CR0_PG)) {
		map->gpa = gva;
		return 0;
	}
	return walk_tables(walk, gva, map, error);
}

/**
 * x86_walk_permits() - do the rights of a mapping allow an access?
 * @walk: paging mode
 * @map: what x86_walk() found
 * @access: AXVCPU_ACCESS_*
 * @cpl: privilege level
 * @ac: RFLAGS.AC, which suspends SMAP
 *
 * SDM vol. 3, 4.6.1.
 */
bool x86_walk_permits(const struct x86_walk *walk, const struct x86_mapping *map,
		      u32 access, unsigned int cpl, bool ac)
{
	bool user = cpl == 3;

	if (!(walk->cr0 & X86_CR0_PG))
		return true;
	if (user && !map->user)
		return false;
	if (access & AXVCPU_ACCESS_EXEC)
		return map->exec && (user || !map->user || !(walk->cr4 & X86_CR4_SMEP));
	if (!user && map->user && walk->cr4 & X86_CR4_SMAP && !ac)
		return false;
	if (access & AXVCPU_ACCESS_WRITE)
		return map->writable || !(user || walk->cr0 & X86_CR0_WP);
	return true;
}

/**
 * x86_walk_error() - the part of a #PF error code that tells the access
 * @walk: paging mode
 * @access: AXVCPU_ACCESS_*
 * @cpl: privilege level
 *
 * SDM vol. 3, 4.7.
 */
u32 x86_walk_error(const struct x86_walk *walk, u32 access, unsigned int cpl)
{
	u32 error = 0;

	if (access & AXVCPU_ACCESS_WRITE)
		error |= X86_PF_WRITE;
	if (cpl == 3)
		error |= X86_PF_USER;
	if (access & AXVCPU_ACCESS_EXEC &&
	    ((is_wide(walk) && walk->efer & EFER_NX) || walk->cr4 & X86_CR4_SMEP))
		error |= X86_PF_INSTR;
	return error;
}
