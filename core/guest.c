// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest memory as others than the guest use it: the kernel on the guest's
 * behalf, and the dirty log.
 *
 * User memory is touched without a lock of ours: it may take as long as a
 * userfaultfd's handler takes, and that handler may want to map a region.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "core.h"

/* User address behind @gpa; @len is cut to what the region still has. */
static int guest_find(struct axvcpu_memory *mem, u64 gpa, u32 access, size_t *len,
		      unsigned long *hva)
{
	struct axvcpu_region *region;
	int ret = -ENOENT;

	down_read(&mem->regions_lock);
	region = axvcpu_memory_find(mem, gpa);
	if (region) {
		*len = min_t(u64, *len, region->gpa.last - gpa + 1);
		*hva = axvcpu_region_hva(region, gpa);
		ret = access & ~region->access ? -EACCES : 0;
	}
	up_read(&mem->regions_lock);
	return ret;
}

/* One entry of the table; behind it the walk goes on. */
static u64 clean_entry(struct axvcpu_memory *mem, u64 gpa)
{
	const struct axvcpu_pt_format *format = mem->table.format;
	unsigned int level;
	u64 entry;

	spin_lock(&mem->lock);
	entry = axvcpu_pt_lookup(&mem->table, gpa, &level);
	if (axvcpu_pt_present(format, entry))
		format->clean(axvcpu_pt_pa(format, entry), AXVCPU_PT_SIZE(level));
	spin_unlock(&mem->lock);
	return (gpa | (AXVCPU_PT_SIZE(level) - 1)) + 1;
}

static int clean_range(struct axvcpu_memory *mem, u64 gpa, u64 last)
{
	while (gpa <= last) {
		if (fatal_signal_pending(current))
			return -EINTR;
		gpa = clean_entry(mem, gpa);
		cond_resched();
	}
	return 0;
}

/**
 * axvcpu_memory_clean() - the format's clean() for all memory the guest has
 * @vm: the VM; its format has a clean()
 *
 * Context: may sleep.
 * Return: 0; -EINTR if a fatal signal came first, and not all is clean.
 */
int axvcpu_memory_clean(struct axvcpu_vm *vm)
{
	struct axvcpu_memory *mem = &vm->mem;
	struct interval_tree_node *node;
	int ret = 0;

	down_read(&mem->regions_lock);
	for (node = interval_tree_iter_first(&mem->by_gpa, 0, ULONG_MAX); node && !ret;
	     node = interval_tree_iter_next(node, 0, ULONG_MAX))
		ret = clean_range(mem, node->start, node->last);
	up_read(&mem->regions_lock);
	return ret;
}

/**
 * axvcpu_memory_check() - may the VMM access a page on the guest's behalf?
 * @vm: the VM
 * @gpa: any address in it
 * @access: AXVCPU_ACCESS_*
 *
 * Context: may sleep.
 * Return: 0; -ENOENT: no region; -EACCES: the region does not allow it.
 */
int axvcpu_memory_check(struct axvcpu_vm *vm, u64 gpa, u32 access)
{
	unsigned long hva;
	size_t len = 1;

	return guest_find(&vm->mem, gpa, access, &len, &hva);
}

/**
 * axvcpu_memory_read() - read guest physical memory
 * @vm: the VM
 * @gpa: guest physical address; the range may cross pages and regions
 * @to: where to
 * @len: bytes
 *
 * Context: may sleep; current->mm is the VM's.
 * Return: 0; -ENOENT: no region; -EFAULT: no memory behind it.
 */
int axvcpu_memory_read(struct axvcpu_vm *vm, u64 gpa, void *to, size_t len)
{
	while (len) {
		unsigned long hva;
		size_t n = len;
		int ret;

		ret = guest_find(&vm->mem, gpa, AXVCPU_ACCESS_READ, &n, &hva);
		if (ret)
			return ret;
		if (copy_from_user(to, (void __user *)hva, n))
			return -EFAULT;
		gpa += n;
		to += n;
		len -= n;
	}
	return 0;
}

static void dirty_mark(struct axvcpu_memory *mem, u64 gpa, size_t len)
{
	struct axvcpu_region *region;
	u64 page, last;

	down_read(&mem->regions_lock);
	region = axvcpu_memory_find(mem, gpa);
	if (region && region->dirty) {
		last = min_t(u64, gpa + len - 1, region->gpa.last);
		last = (last - region->gpa.start) >> PAGE_SHIFT;
		page = (gpa - region->gpa.start) >> PAGE_SHIFT;
		for (; page <= last; page++)
			set_bit(page, region->dirty);
	}
	up_read(&mem->regions_lock);
}

/**
 * axvcpu_memory_write() - write guest physical memory
 * @vm: the VM
 * @gpa: guest physical address; the range may cross pages and regions
 * @from: where from
 * @len: bytes
 *
 * Logged as a guest's write is; after the fact, so that who fetches the log in
 * between finds the page in the next one.
 *
 * Context: may sleep; current->mm is the VM's.
 * Return: 0; -ENOENT: no region; -EACCES: the region is not writable; -EFAULT:
 * no writable memory behind it. The start may have been written.
 */
int axvcpu_memory_write(struct axvcpu_vm *vm, u64 gpa, const void *from, size_t len)
{
	while (len) {
		unsigned long hva, left;
		size_t n = len;
		int ret;

		ret = guest_find(&vm->mem, gpa, AXVCPU_ACCESS_WRITE, &n, &hva);
		if (ret)
			return ret;
		left = copy_to_user((void __user *)hva, from, n);
		dirty_mark(&vm->mem, gpa, n);
		if (left)
			return -EFAULT;
		gpa += n;
		from += n;
		len -= n;
	}
	return 0;
}

/*
 * Move the log to @to. A page's bit goes in the same moment as the permission to
 * write it, so that the next write brings the bit back. How long a region is the user
 * has chosen: a fatal signal ends it early. Returns how many words were moved.
 */
static size_t dirty_fetch(struct axvcpu_region *region, unsigned long *to, size_t words)
{
	struct axvcpu_memory *mem = &region->vm->mem;
	bool hit = false;
	size_t i;

	for (i = 0; i < words && !fatal_signal_pending(current); i++) {
		u64 start = region->gpa.start + (u64)i * BITS_PER_LONG * PAGE_SIZE;
		u64 end = min_t(u64, start + BITS_PER_LONG * PAGE_SIZE, region->gpa.last + 1);

		if (READ_ONCE(region->dirty[i])) {
			spin_lock(&mem->lock);
			to[i] = xchg(&region->dirty[i], 0);
			hit |= axvcpu_pt_write_protect(&mem->table, start, end);
			spin_unlock(&mem->lock);
		}
		cond_resched();
	}
	if (hit)
		axvcpu_vm_flush(region->vm);
	return i;
}

static void dirty_put(struct axvcpu_region *region, const unsigned long *from, size_t words)
{
	unsigned int bit;
	size_t i;

	for (i = 0; i < words; i++) {
		for_each_set_bit(bit, &from[i], BITS_PER_LONG)
			set_bit(bit, &region->dirty[i]);
		cond_resched();
	}
}

/**
 * dirty_restore() - the user did not get the log: put it back
 * @vm: the VM
 * @dirty: the region; it may be gone by now, or be another one, in which case
 *	its log says too much
 * @from: the log
 * @words: how much of it was moved
 */
static void dirty_restore(struct axvcpu_vm *vm, const struct axvcpu_dirty *dirty,
			  const unsigned long *from, size_t words)
{
	struct axvcpu_memory *mem = &vm->mem;
	struct axvcpu_region *region;

	down_read(&mem->regions_lock);
	region = axvcpu_memory_find_exact(mem, dirty->gpa, dirty->len);
	if (region && region->dirty)
		dirty_put(region, from, words);
	up_read(&mem->regions_lock);
}

static int dirty_copy(const struct axvcpu_dirty *dirty, const unsigned long *log, size_t words)
{
	if (fatal_signal_pending(current))
		return -EINTR;
	if (copy_to_user(u64_to_user_ptr(dirty->bitmap), log, words * sizeof(*log)))
		return -EFAULT;
	return 0;
}

/**
 * axvcpu_memory_get_dirty() - VM_GET_DIRTY: fetch and clear a region's log
 * @vm: the VM
 * @dirty: the region, and where its bitmap goes
 *
 * What a guest wrote before it returns is in this log or in the next one; what
 * is not in this log was not written since the last.
 *
 * Context: may sleep; current->mm is the VM's.
 * Return: 0; -EINVAL if a flag is set, or @dirty does not name a region that is
 * logged; -ENOMEM; -EFAULT if the bitmap cannot be written, -EINTR if a fatal signal
 * came first: nothing is lost.
 */
int axvcpu_memory_get_dirty(struct axvcpu_vm *vm, const struct axvcpu_dirty *dirty)
{
	size_t words = BITS_TO_LONGS(dirty->len >> PAGE_SHIFT), moved = 0;
	struct axvcpu_memory *mem = &vm->mem;
	struct axvcpu_region *region;
	unsigned long *log = NULL;
	int ret = -EINVAL;

	if (dirty->flags)
		return -EINVAL;
	down_read(&mem->regions_lock);
	region = axvcpu_memory_find_exact(mem, dirty->gpa, dirty->len);
	if (region && region->dirty) {
		log = kvcalloc(words, sizeof(*log), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
		ret = log ? 0 : -ENOMEM;
	}
	if (log)
		moved = dirty_fetch(region, log, words);
	up_read(&mem->regions_lock);
	if (log) {
		ret = dirty_copy(dirty, log, words);
		if (ret)
			dirty_restore(vm, dirty, log, moved);
	}
	kvfree(log);
	return ret;
}
