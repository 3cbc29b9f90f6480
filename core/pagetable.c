// SPDX-License-Identifier: GPL-2.0-only
/*
 * The walker of second-stage tables.
 *
 * Three rules keep the hardware, which reads the table at any time and keeps
 * what it read, from seeing a mixture:
 *
 * - An entry is written whole, and a new table is filled before it is linked.
 * - A valid entry changes in place only if it keeps its address and size and
 *	loses no permission, or if the caller flushes afterwards because it only
 *	lost some (write protection). Everything else is break before make:
 *	clear, flush, write.
 * - A table that was unlinked is freed only after a flush: the hardware keeps
 *	addresses of tables, too.
 *
 * A guest that goes past the caches (format->clean) writes memory of which they may
 * have an older copy. So a page that it loses is cleaned before anybody else gets it,
 * and after the flush: until then the guest writes, and the caches fetch.
 *
 * No table but the root is ever empty: what unmapping leaves empty goes.
 */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/topology.h>
#include <linux/vmstat.h>

#include "pagetable.h"

/* Pages of tables show as SecPageTables, and count for the caller's cgroup. */
static struct page *table_alloc(unsigned int order, int node)
{
	struct page *page = alloc_pages_node(node, GFP_KERNEL_ACCOUNT | __GFP_ZERO, order);

	if (page)
		mod_lruvec_page_state(page, NR_SECONDARY_PAGETABLE, 1 << order);
	return page;
}

static void table_free(struct page *page, unsigned int order)
{
	mod_lruvec_page_state(page, NR_SECONDARY_PAGETABLE, -(1 << order));
	__free_pages(page, order);
}

/**
 * axvcpu_pt_cache_init() - an empty cache
 * @cache: the cache
 */
void axvcpu_pt_cache_init(struct axvcpu_pt_cache *cache)
{
	INIT_LIST_HEAD(&cache->pages);
	cache->count = 0;
}

/**
 * axvcpu_pt_cache_fill() - have at least @count pages at hand
 * @cache: the cache
 * @count: pages; the levels of the format suffice for any axvcpu_pt_map()
 * @node: NUMA node they should come from, or NUMA_NO_NODE
 *
 * Context: may sleep. Call it before taking the table's lock: reclaim may come
 * back as an invalidation, which wants that lock.
 * Return: 0 or -ENOMEM; the cache is usable either way.
 */
int axvcpu_pt_cache_fill(struct axvcpu_pt_cache *cache, unsigned int count, int node)
{
	while (cache->count < count) {
		struct page *page = table_alloc(0, node);

		if (!page)
			return -ENOMEM;
		list_add(&page->lru, &cache->pages);
		cache->count++;
	}
	return 0;
}

static struct page *cache_take(struct axvcpu_pt_cache *cache)
{
	struct page *page = list_first_entry_or_null(&cache->pages, struct page, lru);

	if (page) {
		list_del(&page->lru);
		cache->count--;
	}
	return page;
}

/**
 * axvcpu_pt_cache_drain() - free what a cache holds
 * @cache: the cache; empty and usable afterwards
 */
void axvcpu_pt_cache_drain(struct axvcpu_pt_cache *cache)
{
	struct page *page;

	while ((page = cache_take(cache)))
		table_free(page, 0);
}

/**
 * axvcpu_pt_init() - an empty table
 * @pt: the table
 * @format: its format
 * @flush: what @pt->flush shall be
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int axvcpu_pt_init(struct axvcpu_pt *pt, const struct axvcpu_pt_format *format,
		   void (*flush)(struct axvcpu_pt *pt))
{
	struct page *root = table_alloc(format->root_order, NUMA_NO_NODE);

	if (!root)
		return -ENOMEM;
	if (!axvcpu_pt_reaches(format, page_to_phys(root))) {
		table_free(root, format->root_order);
		return -ENOMEM;
	}
	pt->format = format;
	pt->root = page_address(root);
	pt->flush = flush;
	atomic_long_set(&pt->pages, 1 << format->root_order);
	if (format->sync)
		format->sync(pt->root, AXVCPU_PT_ENTRIES << format->root_order);
	return 0;
}

static bool entry_present(const struct axvcpu_pt *pt, u64 entry)
{
	return axvcpu_pt_present(pt->format, entry);
}

static bool entry_is_table(const struct axvcpu_pt *pt, u64 entry, unsigned int level)
{
	return axvcpu_pt_is_table(pt->format, entry, level);
}

static u64 *entry_table(const struct axvcpu_pt *pt, u64 entry)
{
	return phys_to_virt(axvcpu_pt_pa(pt->format, entry));
}

static void entry_set(struct axvcpu_pt *pt, u64 *entry, u64 value)
{
	/* What the entry leads to is seen by whoever sees the entry. */
	smp_store_release(entry, value);
	if (pt->format->sync)
		pt->format->sync(entry, 1);
}

/* Entry for @gpa; the root may have more than 512. */
static unsigned int entry_index(const struct axvcpu_pt *pt, u64 gpa, unsigned int level)
{
	u64 index = gpa >> (AXVCPU_PT_SHIFT + AXVCPU_PT_BITS * level);

	if (level == pt->format->levels - 1)
		return index;
	return index & (AXVCPU_PT_ENTRIES - 1);
}

/* Free the table @page at @level and all below it: half a million of them for a TiB. */
static void table_free_tree(struct axvcpu_pt *pt, struct page *page, unsigned int level,
			    bool may_sleep)
{
	unsigned int order = level == pt->format->levels - 1 ? pt->format->root_order : 0;
	unsigned int i, entries = level ? AXVCPU_PT_ENTRIES << order : 0;
	u64 *table = page_address(page);

	for (i = 0; i < entries; i++)
		if (table[i] && entry_is_table(pt, table[i], level))
			table_free_tree(pt, virt_to_page(entry_table(pt, table[i])), level - 1,
					may_sleep);
	atomic_long_sub(1 << order, &pt->pages);
	table_free(page, order);
	if (may_sleep && level)
		cond_resched();
}

/**
 * axvcpu_pt_fini() - free a table
 * @pt: no CPU uses it any more
 *
 * Context: may sleep.
 */
void axvcpu_pt_fini(struct axvcpu_pt *pt)
{
	table_free_tree(pt, virt_to_page(pt->root), pt->format->levels - 1, true);
	WARN_ON_ONCE(atomic_long_read(&pt->pages));
	pt->root = NULL;
}

/* Remember an unlinked table for axvcpu_pt_free(). */
static void table_unlinked(struct axvcpu_pt *pt, u64 entry, unsigned int level,
			   struct list_head *tables)
{
	struct page *page = virt_to_page(entry_table(pt, entry));

	set_page_private(page, level - 1);
	list_add(&page->lru, tables);
}

/**
 * axvcpu_pt_free() - free tables that axvcpu_pt_unmap() unlinked
 * @pt: where they were
 * @tables: the list; empty afterwards
 * @may_sleep: the caller may sleep
 *
 * Context: the table's lock need not be held.
 */
void axvcpu_pt_free(struct axvcpu_pt *pt, struct list_head *tables, bool may_sleep)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, tables, lru) {
		unsigned int level = page_private(page);

		list_del(&page->lru);
		set_page_private(page, 0);
		table_free_tree(pt, page, level, may_sleep);
	}
}

/**
 * axvcpu_pt_lookup() - the entry that ends the walk to an address
 * @pt: the table
 * @gpa: guest physical address
 * @level: out: where the entry stands
 *
 * Return: a leaf, or an entry that is not present.
 */
u64 axvcpu_pt_lookup(const struct axvcpu_pt *pt, u64 gpa, unsigned int *level)
{
	const u64 *table = pt->root;
	u64 entry;

	*level = pt->format->levels - 1;
	for (;;) {
		entry = READ_ONCE(table[entry_index(pt, gpa, *level)]);
		if (!entry_is_table(pt, entry, *level))
			return entry;
		table = entry_table(pt, entry);
		--*level;
	}
}

/* No CPU uses the leaf @entry any more. */
static void leaf_clean(const struct axvcpu_pt *pt, u64 entry, unsigned int level)
{
	if (pt->format->clean)
		pt->format->clean(axvcpu_pt_pa(pt->format, entry), AXVCPU_PT_SIZE(level));
}

/* ... nor any leaf of an unlinked table. */
static void table_clean(const struct axvcpu_pt *pt, const u64 *table, unsigned int level)
{
	unsigned int i;

	for (i = 0; i < AXVCPU_PT_ENTRIES; i++) {
		if (entry_is_table(pt, table[i], level))
			table_clean(pt, entry_table(pt, table[i]), level - 1);
		else if (table[i])
			leaf_clean(pt, table[i], level);
	}
}

static void tables_clean(const struct axvcpu_pt *pt, const struct list_head *tables)
{
	const struct page *page;

	if (!pt->format->clean)
		return;
	list_for_each_entry(page, tables, lru)
		table_clean(pt, page_address(page), page_private(page));
}

/* Break before make: whatever stands at @entry goes. */
static void entry_break(struct axvcpu_pt *pt, u64 *entry, unsigned int level)
{
	u64 old = *entry;
	LIST_HEAD(tables);

	if (!entry_present(pt, old))
		return;
	entry_set(pt, entry, 0);
	if (entry_is_table(pt, old, level))
		table_unlinked(pt, old, level, &tables);
	pt->flush(pt);
	if (list_empty(&tables))
		leaf_clean(pt, old, level);
	tables_clean(pt, &tables);
	axvcpu_pt_free(pt, &tables, false);
}

/* May the leaf @old become @new in place? */
static bool leaf_may_become(const struct axvcpu_pt *pt, u64 old, u64 new, unsigned int level)
{
	const struct axvcpu_pt_format *format = pt->format;

	return entry_present(pt, old) && !entry_is_table(pt, old, level) &&
	       axvcpu_pt_pa(format, old) == axvcpu_pt_pa(format, new) &&
	       !(format->access(old) & ~format->access(new));
}

static void leaf_set(struct axvcpu_pt *pt, u64 *entry, u64 leaf, unsigned int level)
{
	if (!leaf_may_become(pt, *entry, leaf, level))
		entry_break(pt, entry, level);
	entry_set(pt, entry, leaf);
}

/* The table behind @entry, made if there is none. */
static u64 *table_get(struct axvcpu_pt *pt, struct axvcpu_pt_cache *cache, u64 *entry,
		      unsigned int level)
{
	struct page *page;
	u64 *table;

	if (entry_is_table(pt, *entry, level))
		return entry_table(pt, *entry);
	page = cache_take(cache);
	if (!page)
		return NULL;
	if (!axvcpu_pt_reaches(pt->format, page_to_phys(page))) {
		table_free(page, 0);
		return NULL;
	}
	entry_break(pt, entry, level);
	table = page_address(page);
	if (pt->format->sync)
		pt->format->sync(table, AXVCPU_PT_ENTRIES);
	entry_set(pt, entry, pt->format->table(page_to_phys(page)));
	atomic_long_inc(&pt->pages);
	return table;
}

static u64 leaf_make(const struct axvcpu_pt *pt, phys_addr_t pa, unsigned int level, u32 access)
{
	const struct axvcpu_pt_format *format = pt->format;
	u64 leaf = format->leaf(pa, access & ~AXVCPU_PT_OLD, level);

	if (access & AXVCPU_PT_OLD && format->has_access)
		leaf = axvcpu_pt_make_old(format, leaf);
	return leaf;
}

/**
 * axvcpu_pt_map() - let @gpa lead to @pa
 * @pt: the table
 * @cache: where new tables come from; @level short of the format's levels minus
 *	one is the most that it takes
 * @gpa: guest physical address, aligned to the size of @level
 * @pa: physical address, aligned likewise
 * @level: where the leaf stands; one that the format allows
 * @access: AXVCPU_ACCESS_*, and AXVCPU_PT_OLD
 *
 * Whatever stood there goes: a smaller leaf with its table, or a larger one
 * with all it mapped. Flushes where the rules at the top of this file ask for it.
 *
 * Return: 0; -ENOMEM if @cache ran dry, with nothing mapped that was not before.
 */
int axvcpu_pt_map(struct axvcpu_pt *pt, struct axvcpu_pt_cache *cache, u64 gpa,
		  phys_addr_t pa, unsigned int level, u32 access)
{
	const struct axvcpu_pt_format *format = pt->format;
	unsigned int l = format->levels - 1;
	u64 *table = pt->root;
	u64 leaf;

	for (; l > level; l--) {
		table = table_get(pt, cache, &table[entry_index(pt, gpa, l)], l);
		if (!table)
			return -ENOMEM;
	}
	leaf = leaf_make(pt, pa, level, access);
	leaf_set(pt, &table[entry_index(pt, gpa, level)], leaf, level);
	return 0;
}

/**
 * axvcpu_pt_page_entry() - where the entry for one page stands
 * @pt: the table
 * @gpa: guest physical address
 *
 * For those who map many pages in a row: the entries of the same 2 MiB follow it.
 *
 * Return: the entry at level 0, 0 if nothing is mapped; NULL if no table of that level
 * is there.
 */
u64 *axvcpu_pt_page_entry(const struct axvcpu_pt *pt, u64 gpa)
{
	unsigned int level = pt->format->levels - 1;
	u64 *table = pt->root;
	u64 entry;

	for (; level; level--) {
		entry = table[entry_index(pt, gpa, level)];
		if (!entry_is_table(pt, entry, level))
			return NULL;
		table = entry_table(pt, entry);
	}
	return &table[entry_index(pt, gpa, 0)];
}

/**
 * axvcpu_pt_add_page() - map a page where nothing is mapped
 * @pt: the table
 * @entry: from axvcpu_pt_page_entry(), and 0
 * @pa: physical address of the page
 * @access: as for axvcpu_pt_map()
 */
void axvcpu_pt_add_page(struct axvcpu_pt *pt, u64 *entry, phys_addr_t pa, u32 access)
{
	entry_set(pt, entry, leaf_make(pt, pa, 0, access));
}

/**
 * struct pt_walk - a walk over every leaf of a range
 * @pt: the table
 * @start: first address
 * @end: address after the last
 * @leaf: called for each leaf that has an address in the range
 * @tables: where tables go that lie in the range as a whole or become empty;
 *	NULL: they stay
 * @make_old: age: clear the accessed bits
 * @hit: out: something was found that the walk is about
 */
struct pt_walk {
	struct axvcpu_pt *pt;
	u64 start;
	u64 end;
	void (*leaf)(struct pt_walk *walk, u64 *entry, unsigned int level);
	struct list_head *tables;
	bool make_old;
	bool hit;
};

static bool table_is_empty(const struct axvcpu_pt *pt, const u64 *table)
{
	unsigned int i;

	for (i = 0; i < AXVCPU_PT_ENTRIES; i++)
		if (entry_present(pt, table[i]))
			return false;
	return true;
}

static void walk_unlink(struct pt_walk *walk, u64 *entry, unsigned int level)
{
	table_unlinked(walk->pt, *entry, level, walk->tables);
	entry_set(walk->pt, entry, 0);
	walk->hit = true;
}

/* The part of the walk from @start to @end, which lies within @table. */
static void walk_table(struct pt_walk *walk, u64 *table, unsigned int level,
		       u64 start, u64 end)
{
	const u64 size = AXVCPU_PT_SIZE(level);
	struct axvcpu_pt *pt = walk->pt;
	u64 gpa, next;

	for (gpa = start; gpa < end; gpa = next) {
		u64 *entry = &table[entry_index(pt, gpa, level)];
		u64 first = round_down(gpa, size);

		next = min(first + size, end);
		if (!*entry)
			continue;
		if (!entry_is_table(pt, *entry, level)) {
			walk->leaf(walk, entry, level);
			continue;
		}
		if (walk->tables && first >= walk->start && first + size <= walk->end) {
			walk_unlink(walk, entry, level);
			continue;
		}
		walk_table(walk, entry_table(pt, *entry), level - 1, gpa, next);
		if (walk->tables && table_is_empty(pt, entry_table(pt, *entry)))
			walk_unlink(walk, entry, level);
	}
}

/* At most five levels deep. */
static bool walk_range(struct pt_walk *walk)
{
	walk_table(walk, walk->pt->root, walk->pt->format->levels - 1, walk->start,
		   walk->end);
	return walk->hit;
}

/* What is to be cleaned keeps its address until the flush. */
static void leaf_unmap(struct pt_walk *walk, u64 *entry, unsigned int level)
{
	const struct axvcpu_pt_format *format = walk->pt->format;

	entry_set(walk->pt, entry, format->clean ? *entry & ~format->present : 0);
	walk->hit = true;
}

static void leaf_gone(struct pt_walk *walk, u64 *entry, unsigned int level)
{
	leaf_clean(walk->pt, *entry, level);
	WRITE_ONCE(*entry, 0);
}

/* After the flush: the leaves that went one by one. */
static void range_clean(struct axvcpu_pt *pt, u64 start, u64 end)
{
	struct pt_walk walk = {
		.pt = pt,
		.start = start,
		.end = end,
		.leaf = leaf_gone,
	};

	if (pt->format->clean)
		walk_range(&walk);
}

/**
 * axvcpu_pt_unmap() - take a range away
 * @pt: the table
 * @start: first guest physical address, page aligned
 * @end: address after the last
 * @tables: list that unlinked tables are added to; the caller gives it to
 *	axvcpu_pt_free()
 *
 * A leaf that reaches beyond the range goes as a whole. If anything was there CPUs are
 * flushed; where the format has clean() it was called for each leaf after that.
 *
 * Return: true if anything was there.
 */
bool axvcpu_pt_unmap(struct axvcpu_pt *pt, u64 start, u64 end, struct list_head *tables)
{
	LIST_HEAD(unlinked);
	struct pt_walk walk = {
		.pt = pt,
		.start = start,
		.end = end,
		.leaf = leaf_unmap,
		.tables = &unlinked,
	};

	if (!walk_range(&walk))
		return false;
	pt->flush(pt);
	range_clean(pt, start, end);
	tables_clean(pt, &unlinked);
	list_splice(&unlinked, tables);
	return true;
}

static void leaf_write_protect(struct pt_walk *walk, u64 *entry, unsigned int level)
{
	const struct axvcpu_pt_format *format = walk->pt->format;
	u32 access = format->access(*entry);
	u64 leaf;

	if (!(access & AXVCPU_ACCESS_WRITE))
		return;
	leaf = format->leaf(axvcpu_pt_pa(format, *entry), access & ~AXVCPU_ACCESS_WRITE, level);
	if (format->has_access && !axvcpu_pt_young(format, *entry))
		leaf = axvcpu_pt_make_old(format, leaf);
	entry_set(walk->pt, entry, leaf);
	walk->hit = true;
}

/**
 * axvcpu_pt_write_protect() - take the write permission from a range
 * @pt: the table
 * @start: first guest physical address, page aligned
 * @end: address after the last
 *
 * Return: true if anything was writable: the caller must flush.
 */
bool axvcpu_pt_write_protect(struct axvcpu_pt *pt, u64 start, u64 end)
{
	struct pt_walk walk = {
		.pt = pt,
		.start = start,
		.end = end,
		.leaf = leaf_write_protect,
	};

	return walk_range(&walk);
}

static void leaf_age(struct pt_walk *walk, u64 *entry, unsigned int level)
{
	if (!axvcpu_pt_young(walk->pt->format, *entry))
		return;
	walk->hit = true;
	if (walk->make_old)
		entry_set(walk->pt, entry, axvcpu_pt_make_old(walk->pt->format, *entry));
}

/**
 * axvcpu_pt_age() - was a range accessed?
 * @pt: the table; its format has accessed bits
 * @start: first guest physical address, page aligned
 * @end: address after the last
 * @make_old: clear the accessed bits. They are set again surely only after a
 *	flush.
 *
 * Return: true if a leaf was accessed since it was last made old.
 */
bool axvcpu_pt_age(struct axvcpu_pt *pt, u64 start, u64 end, bool make_old)
{
	struct pt_walk walk = {
		.pt = pt,
		.start = start,
		.end = end,
		.leaf = leaf_age,
		.make_old = make_old,
	};

	return walk_range(&walk);
}
