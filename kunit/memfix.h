/* SPDX-License-Identifier: GPL-2.0-only */
/* What the suites about guest memory share; with fixture_init_mm(). */
#ifndef AXVCPU_MEMFIX_H
#define AXVCPU_MEMFIX_H

#include "fixture.h"

#define MEMFIX_GPA	BIT_ULL(30)
#define MEMFIX_RW	(AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WRITE)

static inline struct axvcpu_vm *memfix_vm(struct kunit *test)
{
	return fixture_vcpu(test)->vm;
}

/* @hva at @gpa. */
static inline void memfix_map_at(struct kunit *test, u64 gpa, u64 len, unsigned long hva,
				 u32 flags)
{
	struct axvcpu_map map = { .flags = flags, .gpa = gpa, .len = len, .hva = hva };

	KUNIT_EXPECT_EQ(test, axvcpu_memory_map(memfix_vm(test), &map), 0);
}

/* @len bytes of fresh user memory at MEMFIX_GPA: where they are. */
static inline unsigned long memfix_map(struct kunit *test, u64 len, u32 flags)
{
	unsigned long hva = fixture_user(test, len);

	memfix_map_at(test, MEMFIX_GPA, len, hva, flags);
	return hva;
}

/* As if the guest had faulted. */
static inline int memfix_fault(struct kunit *test, u64 gpa, u32 access)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);

	vcpu->fault.gpa = gpa;
	vcpu->fault.access = access;
	return axvcpu_memory_fault(vcpu);
}

/* What stands in the second-stage table, and on which level. */
static inline u64 memfix_entry(struct kunit *test, u64 gpa, unsigned int *level)
{
	return axvcpu_pt_lookup(&memfix_vm(test)->mem.table, gpa, level);
}

/* What the guest may do without a fault. */
static inline u32 memfix_access(struct kunit *test, u64 gpa)
{
	unsigned int level;
	u64 entry = memfix_entry(test, gpa, &level);

	return axvcpu_pt_present(axvcpu_ops->pt, entry) ? axvcpu_ops->pt->access(entry) : 0;
}

/* Where it gets to. */
static inline phys_addr_t memfix_pa(struct kunit *test, u64 gpa)
{
	unsigned int level;
	u64 entry = memfix_entry(test, gpa, &level);

	return axvcpu_pt_pa(axvcpu_ops->pt, entry) | (gpa & (AXVCPU_PT_SIZE(level) - 1));
}

static inline u64 memfix_gen(struct kunit *test)
{
	return atomic64_read(&memfix_vm(test)->mem.tlb_gen);
}

#endif /* AXVCPU_MEMFIX_H */
