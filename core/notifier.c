// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the mm tells: memory is taken away (one interval notifier a region), and
 * how hot is it (one plain notifier a VM, since interval notifiers are not
 * asked).
 *
 * All of this runs deep inside mm code: with mmap_lock, rmap locks, page-table
 * locks held, from reclaim, and from the OOM killer's reaper, which must not be
 * kept waiting. So it takes mem->lock, waits for guests to be interrupted, and
 * does without sleep: it can serve those who must not block like all others.
 */
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>

#include "core.h"

/* The part of a region that lies in user addresses @first to @last. */
static void region_clip(const struct axvcpu_region *region, unsigned long first,
			unsigned long last, u64 *start, u64 *end)
{
	first = max(first, region->hva.start);
	last = min(last, region->hva.last);
	*start = axvcpu_region_gpa(region, first);
	*end = axvcpu_region_gpa(region, last) + 1;
}

/*
 * From setting the sequence until the mm has done its change, every fault in the
 * region retries: what is taken here stays away, and the page that a fault has seen
 * under the lock with the sequence unchanged is one that the mm has not started to
 * take away.
 */
static bool region_invalidate(struct mmu_interval_notifier *notifier,
			      const struct mmu_notifier_range *range, unsigned long seq)
{
	struct axvcpu_region *region = container_of(notifier, struct axvcpu_region, notifier);
	struct axvcpu_memory *mem = &region->vm->mem;
	u64 start, end;

	region_clip(region, range->start, range->end - 1, &start, &end);
	spin_lock(&mem->lock);
	mmu_interval_set_seq(notifier, seq);
	spin_unlock(&mem->lock);
	axvcpu_memory_take(mem, start, end, mmu_notifier_range_blockable(range));
	return true;
}

const struct mmu_interval_notifier_ops axvcpu_region_notifier_ops = {
	.invalidate = region_invalidate,
};

enum age {
	AGE_TEST,
	AGE_CLEAR,
	AGE_CLEAR_FLUSH,
};

/*
 * Without accessed bits an entry counts as one, and clearing takes it away: the
 * next access is a fault that brings it back.
 */
static bool range_age(struct axvcpu_pt *pt, u64 start, u64 end, enum age age,
		      struct list_head *tables)
{
	unsigned int level;

	if (pt->format->has_access)
		return axvcpu_pt_age(pt, start, end, age != AGE_TEST);
	if (age != AGE_TEST)
		return axvcpu_pt_unmap(pt, start, end, tables);
	return axvcpu_pt_present(pt->format, axvcpu_pt_lookup(pt, start, &level));
}

static int memory_age(struct mmu_notifier *notifier, unsigned long start,
		      unsigned long end, enum age age)
{
	struct axvcpu_memory *mem = container_of(notifier, struct axvcpu_memory, notifier);
	struct interval_tree_node *node;
	bool young = false;
	LIST_HEAD(tables);
	u64 first, last;

	spin_lock(&mem->lock);
	for (node = interval_tree_iter_first(&mem->by_hva, start, end - 1); node;
	     node = interval_tree_iter_next(node, start, end - 1)) {
		region_clip(container_of(node, struct axvcpu_region, hva), start, end - 1,
			    &first, &last);
		young |= range_age(&mem->table, first, last, age, &tables);
	}
	spin_unlock(&mem->lock);
	if (young && age == AGE_CLEAR_FLUSH && mem->table.format->has_access)
		mem->table.flush(&mem->table);
	axvcpu_pt_free(&mem->table, &tables, false);
	return young;
}

static int memory_clear_flush_young(struct mmu_notifier *notifier, struct mm_struct *mm,
				    unsigned long start, unsigned long end)
{
	return memory_age(notifier, start, end, AGE_CLEAR_FLUSH);
}

static int memory_clear_young(struct mmu_notifier *notifier, struct mm_struct *mm,
			      unsigned long start, unsigned long end)
{
	return memory_age(notifier, start, end, AGE_CLEAR);
}

static int memory_test_young(struct mmu_notifier *notifier, struct mm_struct *mm,
			     unsigned long address)
{
	return memory_age(notifier, address, address + 1, AGE_TEST);
}

const struct mmu_notifier_ops axvcpu_memory_notifier_ops = {
	.clear_flush_young = memory_clear_flush_young,
	.clear_young = memory_clear_young,
	.test_young = memory_test_young,
};
