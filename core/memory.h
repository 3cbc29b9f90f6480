/* SPDX-License-Identifier: GPL-2.0-only */
/* Guest memory: regions of the VMM's address space behind a second-stage table. */
#ifndef AXVCPU_MEMORY_H
#define AXVCPU_MEMORY_H

#include <linux/interval_tree.h>
#include <linux/mmu_notifier.h>
#include <linux/rbtree.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/axvcpu.h>

#include "pagetable.h"

struct axvcpu_vcpu;
struct axvcpu_vm;

#define AXVCPU_MAX_REGIONS	512

/**
 * struct axvcpu_memory - a VM's guest memory
 * @regions_lock: guards the set of regions and what they are; read by faults,
 *	written by VM_MAP, VM_UNMAP, VM_PROTECT. Outside mmap_lock. Nobody waits
 *	for user pages with it held.
 * @lock: guards the second-stage table, and the set of regions against the
 *	notifiers. Inside page-table locks; dirtying a page nests in it, nothing
 *	else.
 * @by_gpa: all regions, by guest physical address
 * @by_hva: the same, by user address
 * @nr_regions: how many there are
 * @mapped: counts regions that came
 * @unmapped: counts regions that went
 * @notifier: answers aging queries; registered if its mm is set, which is so
 *	from the first VM_MAP on
 * @table: the second-stage table
 * @tlb_gen: counts what was taken away; a vCPU whose own is older flushes
 */
struct axvcpu_memory {
	struct rw_semaphore regions_lock;
	spinlock_t lock; /* see above */
	struct rb_root_cached by_gpa;
	struct rb_root_cached by_hva;
	unsigned int nr_regions;
	u64 mapped;
	u64 unmapped;
	struct mmu_notifier notifier;
	struct axvcpu_pt table;
	atomic64_t tlb_gen;
};

/**
 * struct axvcpu_region - what VM_MAP made
 * @gpa: its guest physical addresses, first and last byte
 * @hva: the user addresses behind it, first and last byte
 * @notifier: tells what the mm takes away from it
 * @vm: its VM
 * @access: AXVCPU_ACCESS_* a guest may do
 * @dirty: pages written, one bit each; NULL: not logged. A page without its bit
 *	has no writable entry. Bits change atomically.
 */
struct axvcpu_region {
	struct interval_tree_node gpa;
	struct interval_tree_node hva;
	struct mmu_interval_notifier notifier;
	struct axvcpu_vm *vm;
	u32 access;
	unsigned long *dirty;
};

/*
 * Executable second-stage entries must be 4 KiB ones: the CPU's instruction TLB
 * cannot be trusted with mixed sizes. A backend sets it at init.
 */
extern bool axvcpu_nx_huge;

/* memory.c. All of these may sleep; current->mm is the VM's, but in fini. */
int axvcpu_memory_init(struct axvcpu_vm *vm);
void axvcpu_memory_fini(struct axvcpu_vm *vm);
int axvcpu_memory_map(struct axvcpu_vm *vm, const struct axvcpu_map *map);
int axvcpu_memory_unmap(struct axvcpu_vm *vm, const struct axvcpu_map *map);
void axvcpu_memory_renew(struct axvcpu_vm *vm);
int axvcpu_memory_protect(struct axvcpu_vm *vm, const struct axvcpu_map *map);
void axvcpu_memory_take(struct axvcpu_memory *mem, u64 start, u64 end, bool may_sleep);
phys_addr_t axvcpu_memory_root(const struct axvcpu_memory *mem);
/* regions_lock or lock is held */
struct axvcpu_region *axvcpu_memory_find(struct axvcpu_memory *mem, u64 gpa);
struct axvcpu_region *axvcpu_memory_find_exact(struct axvcpu_memory *mem, u64 gpa, u64 len);

/* guest.c: what userspace and the kernel do to guest memory; may sleep */
int axvcpu_memory_get_dirty(struct axvcpu_vm *vm, const struct axvcpu_dirty *dirty);
int axvcpu_memory_check(struct axvcpu_vm *vm, u64 gpa, u32 access);
int axvcpu_memory_read(struct axvcpu_vm *vm, u64 gpa, void *to, size_t len);
int axvcpu_memory_write(struct axvcpu_vm *vm, u64 gpa, const void *from, size_t len);

/**
 * struct axvcpu_peek - reading guest memory without sleeping
 * @mem: whose memory; its regions_lock is held
 * @region: where the last read was
 * @at: user address of it; it stays that of this guest memory until a region goes
 */
struct axvcpu_peek {
	struct axvcpu_memory *mem;
	struct axvcpu_region *region;
	unsigned long at;
};

/* peek.c */
bool axvcpu_peek_begin(struct axvcpu_peek *peek, struct axvcpu_vm *vm);
int axvcpu_peek(struct axvcpu_peek *peek, u64 gpa, void *to, size_t len);
void axvcpu_peek_end(struct axvcpu_peek *peek);

/* fault.c; may sleep */
int axvcpu_memory_fault(struct axvcpu_vcpu *vcpu);

/* notifier.c */
extern const struct mmu_interval_notifier_ops axvcpu_region_notifier_ops;
extern const struct mmu_notifier_ops axvcpu_memory_notifier_ops;

static inline u64 axvcpu_region_len(const struct axvcpu_region *region)
{
	return (u64)region->gpa.last - region->gpa.start + 1;
}

/* User address behind @gpa, which lies in @region. */
static inline unsigned long axvcpu_region_hva(const struct axvcpu_region *region, u64 gpa)
{
	return region->hva.start + (gpa - region->gpa.start);
}

static inline u64 axvcpu_region_gpa(const struct axvcpu_region *region, unsigned long hva)
{
	return region->gpa.start + (hva - region->hva.start);
}

#endif /* AXVCPU_MEMORY_H */
