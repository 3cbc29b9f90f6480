// SPDX-License-Identifier: GPL-2.0-only
/*
 * The regions of a VM's guest memory: VM_MAP, VM_UNMAP, VM_PROTECT.
 *
 * A region is a promise of the VMM ("these guest addresses are those user
 * addresses"), not a piece of memory: nothing is pinned, nothing is mapped before
 * a guest touches it (fault.c), and what the mm takes away is taken from the
 * guest first (notifier.c).
 *
 * Why no CPU uses an entry after axvcpu_vm_flush(), in other words why no guest
 * sees a page that the host has given to somebody else:
 *
 *	who clears			a CPU that enters
 *
 *	clear the entries		publish that it is in the guest
 *	generation += 1			full barrier
 *	full barrier			read the generation; flush if it is new
 *	interrupt CPUs in the guest,	enter: the hardware walks the table
 *	wait for them
 *
 * Of the two full barriers one comes first. If it is the right one, the left
 * side sees the CPU in the guest, and interrupts it; interrupts have been off
 * there since before it published, so that the interrupt ends the guest, and
 * the next entry sees the new generation. If it is the left one, the right side
 * sees the new generation and everything before it: it flushes, and walks a
 * table without the entries. Either way no TLB entry made from what was cleared
 * is used after the flush returns; tables and pages may go then. That holds on
 * one CPU; a vCPU that changes CPUs brings no TLB entries with it, and the
 * backend sees to it that it finds none of its own from earlier.
 *
 * The flush of what was unmapped comes with mem->lock held. Two may take the same page at
 * a time (reclaim while the VMM unmaps it): the second one finds nothing there any more,
 * and must not let the page go before the first one has flushed.
 *
 * Locks, outermost first: regions_lock, mmap_lock, page-table locks, mem->lock.
 * Invalidations come with any of the mm's locks held, from reclaim too, and take
 * mem->lock only; so memory is allocated without it.
 */
#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "core.h"

#define REGION_ACCESS	(AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WRITE | AXVCPU_ACCESS_EXEC)

bool axvcpu_nx_huge;

static void memory_flush(struct axvcpu_pt *pt)
{
	axvcpu_vm_flush(container_of(pt, struct axvcpu_vm, mem.table));
}

/**
 * axvcpu_memory_init() - guest memory without a region
 * @vm: its VM
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int axvcpu_memory_init(struct axvcpu_vm *vm)
{
	struct axvcpu_memory *mem = &vm->mem;

	init_rwsem(&mem->regions_lock);
	spin_lock_init(&mem->lock);
	mem->by_gpa = RB_ROOT_CACHED;
	mem->by_hva = RB_ROOT_CACHED;
	mem->nr_regions = 0;
	mem->notifier.ops = &axvcpu_memory_notifier_ops;
	mem->notifier.mm = NULL;
	atomic64_set(&mem->tlb_gen, 0);
	return axvcpu_pt_init(&mem->table, axvcpu_ops->pt, memory_flush);
}

/**
 * axvcpu_memory_root() - where the hardware finds the second-stage table
 * @mem: a VM's memory
 *
 * Return: physical address of the root.
 */
phys_addr_t axvcpu_memory_root(const struct axvcpu_memory *mem)
{
	return virt_to_phys(mem->table.root);
}

/**
 * axvcpu_memory_find() - the region at an address
 * @mem: a VM's memory
 * @gpa: any guest physical address
 *
 * Context: regions_lock or lock is held.
 * Return: the region, or NULL.
 */
struct axvcpu_region *axvcpu_memory_find(struct axvcpu_memory *mem, u64 gpa)
{
	struct interval_tree_node *node = interval_tree_iter_first(&mem->by_gpa, gpa, gpa);

	return node ? container_of(node, struct axvcpu_region, gpa) : NULL;
}

/**
 * axvcpu_memory_find_exact() - the region that a command names
 * @mem: a VM's memory
 * @gpa: its first address
 * @len: its length
 *
 * Context: regions_lock is held.
 * Return: the region, or NULL if VM_MAP made none like this.
 */
struct axvcpu_region *axvcpu_memory_find_exact(struct axvcpu_memory *mem, u64 gpa, u64 len)
{
	struct axvcpu_region *region = axvcpu_memory_find(mem, gpa);

	if (!region || region->gpa.start != gpa || axvcpu_region_len(region) != len)
		return NULL;
	return region;
}

/* @len bytes at @start: pages, some, and all of them below @end? */
static bool range_ok(u64 start, u64 len, u64 end)
{
	u64 last;

	return len && PAGE_ALIGNED(start) && PAGE_ALIGNED(len) &&
	       !check_add_overflow(start, len - 1, &last) && last < end;
}

static bool flags_ok(u32 flags)
{
	return flags & AXVCPU_ACCESS_READ && !(flags & ~(REGION_ACCESS | AXVCPU_MAP_LOG_DIRTY));
}

/* Silent if it is too much: the length is the user's choice. */
static unsigned long *dirty_alloc(u64 len)
{
	return kvcalloc(BITS_TO_LONGS(len >> PAGE_SHIFT), sizeof(long),
			GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
}

static void region_free(struct axvcpu_region *region)
{
	kvfree(region->dirty);
	kfree(region);
}

static struct axvcpu_region *region_alloc(struct axvcpu_vm *vm, const struct axvcpu_map *map)
{
	struct axvcpu_region *region = kzalloc(sizeof(*region), GFP_KERNEL_ACCOUNT);

	if (!region)
		return NULL;
	region->gpa.start = map->gpa;
	region->gpa.last = map->gpa + map->len - 1;
	region->hva.start = map->hva;
	region->hva.last = map->hva + map->len - 1;
	region->vm = vm;
	region->access = map->flags & REGION_ACCESS;
	if (!(map->flags & AXVCPU_MAP_LOG_DIRTY))
		return region;
	region->dirty = dirty_alloc(map->len);
	if (region->dirty)
		return region;
	region_free(region);
	return NULL;
}

/* Both notifiers; the first one of an mm gives up when a signal is pending. */
static int region_watch(struct axvcpu_vm *vm, struct axvcpu_region *region)
{
	struct axvcpu_memory *mem = &vm->mem;
	int ret = 0;

	if (!mem->notifier.mm)
		ret = mmu_notifier_register(&mem->notifier, vm->mm);
	if (!ret)
		ret = mmu_interval_notifier_insert(&region->notifier, vm->mm,
						   region->hva.start,
						   axvcpu_region_len(region),
						   &axvcpu_region_notifier_ops);
	return ret == -EINTR ? -ERESTARTNOINTR : ret;
}

static int region_add(struct axvcpu_vm *vm, struct axvcpu_region *region)
{
	struct axvcpu_memory *mem = &vm->mem;
	int ret;

	if (interval_tree_iter_first(&mem->by_gpa, region->gpa.start, region->gpa.last))
		return -EINVAL;
	if (mem->nr_regions == AXVCPU_MAX_REGIONS)
		return -ENOSPC;
	ret = region_watch(vm, region);
	if (ret)
		return ret;
	spin_lock(&mem->lock);
	interval_tree_insert(&region->gpa, &mem->by_gpa);
	interval_tree_insert(&region->hva, &mem->by_hva);
	mem->nr_regions++;
	WRITE_ONCE(mem->mapped, mem->mapped + 1);
	spin_unlock(&mem->lock);
	return 0;
}

/**
 * axvcpu_memory_map() - VM_MAP
 * @vm: the VM
 * @map: guest addresses, user addresses, what a guest may do
 *
 * Nothing need be mapped at the user addresses, now or later.
 *
 * Context: may sleep.
 * Return: 0; -EINVAL for an unknown flag, no READ, misaligned, empty or wrapping
 * ranges, guest addresses that are too large or belong to a region, user
 * addresses that are the kernel's; -ENOSPC if there are too many regions;
 * -ENOMEM; -ERESTARTNOINTR if a signal came first, which restarts the call.
 */
int axvcpu_memory_map(struct axvcpu_vm *vm, const struct axvcpu_map *map)
{
	struct axvcpu_memory *mem = &vm->mem;
	struct axvcpu_region *region;
	int ret;

	if (!flags_ok(map->flags) ||
	    !range_ok(map->gpa, map->len, BIT_ULL(mem->table.format->gpa_bits)) ||
	    !range_ok(map->hva, map->len, vm->mm->task_size))
		return -EINVAL;
	region = region_alloc(vm, map);
	if (!region)
		return -ENOMEM;

	down_write(&mem->regions_lock);
	ret = region_add(vm, region);
	up_write(&mem->regions_lock);
	if (ret)
		region_free(region);
	return ret;
}

/*
 * What is taken with the lock held once: all of it, but no more than a table of pages maps
 * where pages are cleaned, which takes long.
 */
static u64 piece_end(const struct axvcpu_pt *pt, u64 start, u64 end)
{
	unsigned int level;

	if (!pt->format->clean)
		return end;
	axvcpu_pt_lookup(pt, start, &level);
	return min(end, round_up(start + 1, AXVCPU_PT_SIZE(max(level, 1U))));
}

/**
 * axvcpu_memory_take() - no guest uses a range any more when this returns
 * @mem: a VM's memory
 * @start: first guest physical address, page aligned
 * @end: address after the last
 * @may_sleep: the caller may sleep
 *
 * Whoever keeps faults out keeps it so; else it comes back by them.
 *
 * Context: interrupts on; waits for other CPUs, sleeps only if @may_sleep.
 */
void axvcpu_memory_take(struct axvcpu_memory *mem, u64 start, u64 end, bool may_sleep)
{
	u64 next;

	for (; start < end; start = next) {
		LIST_HEAD(tables);

		spin_lock(&mem->lock);
		next = piece_end(&mem->table, start, end);
		axvcpu_pt_unmap(&mem->table, start, next, &tables);
		spin_unlock(&mem->lock);
		axvcpu_pt_free(&mem->table, &tables, may_sleep);
		if (may_sleep)
			cond_resched();
	}
}

static void region_clear(struct axvcpu_region *region)
{
	axvcpu_memory_take(&region->vm->mem, region->gpa.start, region->gpa.last + 1, true);
}

/**
 * axvcpu_memory_renew() - a guest starts anew: what caches remember is no longer true
 * @vm: its VM
 *
 * Out of reset it looks at memory past the caches, and executes what the VMM will have
 * written by then. So it loses all memory: the faults that bring it back clean it.
 *
 * Context: may sleep.
 */
void axvcpu_memory_renew(struct axvcpu_vm *vm)
{
	struct axvcpu_memory *mem = &vm->mem;
	struct interval_tree_node *node;

	if (!mem->table.format->clean && !mem->table.format->clean_insn)
		return;
	down_read(&mem->regions_lock);
	for (node = interval_tree_iter_first(&mem->by_gpa, 0, ULONG_MAX); node;
	     node = interval_tree_iter_next(node, 0, ULONG_MAX))
		region_clear(container_of(node, struct axvcpu_region, gpa));
	up_read(&mem->regions_lock);
}

/* Faults are kept out; an invalidation may still come until the notifier is gone. */
static void region_remove(struct axvcpu_region *region)
{
	struct axvcpu_memory *mem = &region->vm->mem;

	spin_lock(&mem->lock);
	interval_tree_remove(&region->gpa, &mem->by_gpa);
	interval_tree_remove(&region->hva, &mem->by_hva);
	mem->nr_regions--;
	WRITE_ONCE(mem->unmapped, mem->unmapped + 1);
	spin_unlock(&mem->lock);
	region_clear(region);
	mmu_interval_notifier_remove(&region->notifier);
	region_free(region);
}

/**
 * axvcpu_memory_unmap() - VM_UNMAP
 * @vm: the VM
 * @map: a region's guest addresses; all else is zero
 *
 * Context: may sleep.
 * Return: 0; -EINVAL if a member is not zero or @map does not name a region.
 */
int axvcpu_memory_unmap(struct axvcpu_vm *vm, const struct axvcpu_map *map)
{
	struct axvcpu_memory *mem = &vm->mem;
	struct axvcpu_region *region;

	if (map->flags || map->hva)
		return -EINVAL;
	down_write(&mem->regions_lock);
	region = axvcpu_memory_find_exact(mem, map->gpa, map->len);
	if (region)
		region_remove(region);
	up_write(&mem->regions_lock);
	return region ? 0 : -EINVAL;
}

static int region_protect(struct axvcpu_region *region, u32 flags)
{
	unsigned long *dirty = NULL;

	if (flags & AXVCPU_MAP_LOG_DIRTY) {
		dirty = region->dirty ?: dirty_alloc(axvcpu_region_len(region));
		if (!dirty)
			return -ENOMEM;
	}
	swap(region->dirty, dirty);
	if (dirty != region->dirty)
		kvfree(dirty);
	region->access = flags & REGION_ACCESS;
	region_clear(region);
	return 0;
}

/**
 * axvcpu_memory_protect() - VM_PROTECT
 * @vm: the VM
 * @map: a region's guest addresses; @map->flags are its new ones
 *
 * A dirty log that stays on keeps its bits.
 *
 * Context: may sleep.
 * Return: 0; -EINVAL for an unknown flag, no READ, or if @map does not name a
 * region; -ENOMEM.
 */
int axvcpu_memory_protect(struct axvcpu_vm *vm, const struct axvcpu_map *map)
{
	struct axvcpu_memory *mem = &vm->mem;
	struct axvcpu_region *region;
	int ret = -EINVAL;

	if (!flags_ok(map->flags) || map->hva)
		return -EINVAL;
	down_write(&mem->regions_lock);
	region = axvcpu_memory_find_exact(mem, map->gpa, map->len);
	if (region)
		ret = region_protect(region, map->flags);
	up_write(&mem->regions_lock);
	return ret;
}

/**
 * axvcpu_memory_fini() - the end of a VM's memory
 * @vm: its VM; no vCPU is left, and the mm may be gone
 *
 * Context: may sleep.
 */
void axvcpu_memory_fini(struct axvcpu_vm *vm)
{
	struct axvcpu_memory *mem = &vm->mem;
	struct interval_tree_node *node;

	down_write(&mem->regions_lock);
	while ((node = interval_tree_iter_first(&mem->by_gpa, 0, ULONG_MAX)))
		region_remove(container_of(node, struct axvcpu_region, gpa));
	up_write(&mem->regions_lock);
	if (mem->notifier.mm)
		mmu_notifier_unregister(&mem->notifier, vm->mm);
	axvcpu_pt_fini(&mem->table);
}
