/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A walk of a guest's own page tables, in every paging mode. Pure: memory is
 * read through a callback.
 */
#ifndef AXVCPU_X86_INSN_WALK_H
#define AXVCPU_X86_INSN_WALK_H

#include <linux/types.h>

/* Why an address has no translation. */
#define X86_WALK_UNMAPPED	1	/* #PF */
#define X86_WALK_NONCANONICAL	2	/* #GP or #SS */

/**
 * struct x86_walk - what a walk depends on
 * @cr0: control register
 * @cr3: control register
 * @cr4: control register
 * @efer: IA32_EFER
 * @phys_bits: width of a physical address in a table entry
 * @read: read guest physical memory; 0 or an error, which ends the walk
 * @ctx: its first argument
 */
struct x86_walk {
	u64 cr0, cr3, cr4, efer;
	unsigned int phys_bits;
	int (*read)(void *ctx, u64 gpa, void *to, size_t len);
	void *ctx;
};

/**
 * struct x86_mapping - what the tables say about an address
 * @gpa: guest physical address; that of the table entry if @read failed
 * @writable: every level allows writes
 * @user: every level allows user mode
 * @exec: no level forbids instruction fetches
 */
struct x86_mapping {
	u64 gpa;
	bool writable;
	bool user;
	bool exec;
};

int x86_walk(const struct x86_walk *walk, u64 gva, struct x86_mapping *map, u32 *error);
bool x86_walk_permits(const struct x86_walk *walk, const struct x86_mapping *map,
		      u32 access, unsigned int cpl, bool ac);
u32 x86_walk_error(const struct x86_walk *walk, u32 access, unsigned int cpl);

#endif /* AXVCPU_X86_INSN_WALK_H */
