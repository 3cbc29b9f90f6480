// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest memory on the spot: what can be read without sleeping, for those who run
 * with preemption off and have another way when it cannot.
 */
#include <linux/errno.h>
#include <linux/uaccess.h>

#include "core.h"

/**
 * axvcpu_peek_begin() - start reading
 * @peek: filled in
 * @vm: current->mm is this VM's
 *
 * Context: any process context; page faults are off until axvcpu_peek_end().
 * Return: false if the regions are being changed: nothing is begun then.
 */
bool axvcpu_peek_begin(struct axvcpu_peek *peek, struct axvcpu_vm *vm)
{
	if (!down_read_trylock(&vm->mem.regions_lock))
		return false;
	peek->mem = &vm->mem;
	peek->region = NULL;
	pagefault_disable();
	return true;
}

/**
 * axvcpu_peek_end() - reverses axvcpu_peek_begin()
 * @peek: begun
 */
void axvcpu_peek_end(struct axvcpu_peek *peek)
{
	pagefault_enable();
	up_read(&peek->mem->regions_lock);
}

/* Is @region the one that has all of it? */
static bool covers(const struct axvcpu_region *region, u64 gpa, size_t len)
{
	return region && gpa >= region->gpa.start && gpa <= region->gpa.last &&
	       len - 1 <= region->gpa.last - gpa;
}

/**
 * axvcpu_peek() - read guest physical memory
 * @peek: begun
 * @gpa: guest physical address
 * @to: where to
 * @len: bytes
 *
 * Return: 0; -EAGAIN if it takes more than this, or cannot be read at all.
 */
int axvcpu_peek(struct axvcpu_peek *peek, u64 gpa, void *to, size_t len)
{
	const void __user *from;

	/* Tables and code are mostly in the same region. */
	if (!covers(peek->region, gpa, len))
		peek->region = axvcpu_memory_find(peek->mem, gpa);
	if (!covers(peek->region, gpa, len))
		return -EAGAIN;
	peek->at = axvcpu_region_hva(peek->region, gpa);
	from = (const void __user *)peek->at;
	/* One word is what a table's entry is. */
	if (len == sizeof(u64))
		return __get_user(*(u64 *)to, (const u64 __user *)from) ? -EAGAIN : 0;
	return raw_copy_from_user(to, from, len) ? -EAGAIN : 0;
}
