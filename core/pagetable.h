/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Second-stage page tables: one walker, one format description for each kind of
 * hardware.
 *
 * The walker knows neither VMs nor CPUs. Its caller holds a lock around every
 * call that takes a struct axvcpu_pt, except init, fini and free.
 */
#ifndef AXVCPU_PAGETABLE_H
#define AXVCPU_PAGETABLE_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/types.h>
#include <linux/axvcpu.h>

#define AXVCPU_PT_SHIFT		12	/* of a level 0 leaf */
#define AXVCPU_PT_BITS		9	/* of the address, for each level */
#define AXVCPU_PT_ENTRIES	BIT(AXVCPU_PT_BITS)

/* Bytes behind one entry at @level. */
#define AXVCPU_PT_SIZE(level) \
	BIT_ULL(AXVCPU_PT_SHIFT + AXVCPU_PT_BITS * (level))

/**
 * struct axvcpu_pt_format - what one kind of second-stage table looks like
 * @levels: levels; the root is level @levels - 1, 4 KiB leaves are level 0
 * @gpa_bits: width of an input address
 * @root_order: the root is 1 << @root_order pages in a row, aligned to their
 *	size; 0 unless the hardware joins tables at the root
 * @huge_levels: bit n: a leaf may stand at level n
 * @has_access: the hardware sets accessed bits
 * @table: entry that points to the table at @pa
 * @leaf: entry at @level for the page at @pa with AXVCPU_ACCESS_* @access,
 *	accessed, and dirty if @access has WRITE
 * @access: AXVCPU_ACCESS_* of a leaf
 * @present: bits of which an entry has at least one, unless nothing is there
 * @kind: bit that tells tables from leaves, where both may stand
 * @kind_table: what that bit is in a table
 * @address: bits with the address of what an entry points to
 * @accessed: bit of a leaf that has been accessed
 * @clean: have memory say what the host's caches say about @size bytes at @pa, and
 *	these forget it: before a leaf for them is made, once it has gone and CPUs were
 *	flushed, and when the guest's caches go on or off; NULL where a guest cannot go
 *	past them. False: the kernel does not reach it, and a guest must not get it.
 * @clean_insn: after that, before an executable leaf: what is executed there is what
 *	was written; @size may be AXVCPU_PT_EVERYTHING. NULL where that is always so.
 * @sync: make @count entries from @entry visible to the table walker of every
 *	CPU; NULL where stores are enough
 *
 * Levels have 512 entries of 8 bytes; an entry of 0 is not present, nor is any other
 * without the bits of @present. The walker writes entries whole, and never relies on
 * accessed and dirty bits that the hardware sets meanwhile: dirty is set by @leaf, and an
 * accessed bit that gets lost makes a page look idle for one round of aging.
 */
struct axvcpu_pt_format {
	unsigned int levels;
	unsigned int gpa_bits;
	unsigned int root_order;
	u32 huge_levels;
	bool has_access;
	u64 (*table)(phys_addr_t pa);
	u64 (*leaf)(phys_addr_t pa, u32 access, unsigned int level);
	u32 (*access)(u64 entry);
	u64 present;
	u64 kind;
	u64 kind_table;
	u64 address;
	u64 accessed;
	bool (*clean)(phys_addr_t pa, u64 size);
	void (*clean_insn)(phys_addr_t pa, u64 size);
	void (*sync)(u64 *entry, unsigned int count);
};

/* @size of clean_insn(): all pages at once, for those who have many. */
#define AXVCPU_PT_EVERYTHING	U64_MAX

static inline bool axvcpu_pt_present(const struct axvcpu_pt_format *format, u64 entry)
{
	return entry & format->present;
}

static inline bool axvcpu_pt_is_table(const struct axvcpu_pt_format *format, u64 entry,
				      unsigned int level)
{
	return level && axvcpu_pt_present(format, entry) &&
	       (entry & format->kind) == format->kind_table;
}

static inline phys_addr_t axvcpu_pt_pa(const struct axvcpu_pt_format *format, u64 entry)
{
	return entry & format->address;
}

/* can an entry name @pa? */
static inline bool axvcpu_pt_reaches(const struct axvcpu_pt_format *format, phys_addr_t pa)
{
	return !(pa & PAGE_MASK & ~format->address);
}

static inline bool axvcpu_pt_young(const struct axvcpu_pt_format *format, u64 leaf)
{
	return leaf & format->accessed;
}

static inline u64 axvcpu_pt_make_old(const struct axvcpu_pt_format *format, u64 leaf)
{
	return leaf & ~format->accessed;
}

/**
 * struct axvcpu_pt - a second-stage table
 * @format: its format
 * @root: its root
 * @pages: pages it has, with the root; anyone may read it
 * @flush: after it returns no CPU uses an entry that was cleared before; called
 *	with the caller's lock held
 */
struct axvcpu_pt {
	const struct axvcpu_pt_format *format;
	u64 *root;
	atomic_long_t pages;
	void (*flush)(struct axvcpu_pt *pt);
};

/**
 * struct axvcpu_pt_cache - zeroed pages at hand for new tables
 * @pages: linked through their list heads
 * @count: how many
 */
struct axvcpu_pt_cache {
	struct list_head pages;
	unsigned int count;
};

/* axvcpu_pt_map(): not accessed yet, only likely to be. */
#define AXVCPU_PT_OLD	BIT(16)

void axvcpu_pt_cache_init(struct axvcpu_pt_cache *cache);
int axvcpu_pt_cache_fill(struct axvcpu_pt_cache *cache, unsigned int count, int node);
void axvcpu_pt_cache_drain(struct axvcpu_pt_cache *cache);

int axvcpu_pt_init(struct axvcpu_pt *pt, const struct axvcpu_pt_format *format,
		   void (*flush)(struct axvcpu_pt *pt));
void axvcpu_pt_fini(struct axvcpu_pt *pt);
void axvcpu_pt_free(struct axvcpu_pt *pt, struct list_head *tables, bool may_sleep);

u64 axvcpu_pt_lookup(const struct axvcpu_pt *pt, u64 gpa, unsigned int *level);
int axvcpu_pt_map(struct axvcpu_pt *pt, struct axvcpu_pt_cache *cache, u64 gpa,
		  phys_addr_t pa, unsigned int level, u32 access);
u64 *axvcpu_pt_page_entry(const struct axvcpu_pt *pt, u64 gpa);
void axvcpu_pt_add_page(struct axvcpu_pt *pt, u64 *entry, phys_addr_t pa, u32 access);
bool axvcpu_pt_unmap(struct axvcpu_pt *pt, u64 start, u64 end,
		     struct list_head *tables);
bool axvcpu_pt_write_protect(struct axvcpu_pt *pt, u64 start, u64 end);
bool axvcpu_pt_age(struct axvcpu_pt *pt, u64 start, u64 end, bool make_old);

#endif /* AXVCPU_PAGETABLE_H */
