/* SPDX-License-Identifier: GPL-2.0-only */
/* A walk of a guest's own page tables. Pure: memory is read through a callback. */
#ifndef AXVCPU_ARM64_WALK_H
#define AXVCPU_ARM64_WALK_H

#include <linux/types.h>

/**
 * struct arm64_walk - what a walk depends on
 * @sctlr: SCTLR_EL1
 * @tcr: TCR_EL1
 * @ttbr: TTBR0_EL1 and TTBR1_EL1
 * @mmfr0: ID_AA64MMFR0_EL1 as the guest has it: which granules there are
 * @mmfr2: ID_AA64MMFR2_EL1 as the guest has it: how large and small a space may be
 * @read: read a descriptor at a guest physical address; 0 or an error, which ends the walk
 * @ctx: its first argument
 */
struct arm64_walk {
	u64 sctlr, tcr, ttbr[2];
	u64 mmfr0, mmfr2;
	int (*read)(void *ctx, u64 gpa, u64 *desc);
	void *ctx;
};

/**
 * struct arm64_mapping - what the tables say about an address
 * @gpa: guest physical address
 * @access: AXVCPU_ACCESS_* that they allow to EL1 or EL0
 */
struct arm64_mapping {
	u64 gpa;
	u32 access;
};

int arm64_walk(const struct arm64_walk *walk, u64 gva, struct arm64_mapping *map);

#endif /* AXVCPU_ARM64_WALK_H */
