/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A second-stage table on a bench: no VM around it, hardware that remembers all
 * it may, and a watch on every entry that the walker writes.
 */
#ifndef AXVCPU_PTBENCH_H
#define AXVCPU_PTBENCH_H

#include <kunit/test.h>
#include <linux/xarray.h>

#include "../core/pagetable.h"

#define R	AXVCPU_ACCESS_READ
#define RW	(AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WRITE)
#define RX	(AXVCPU_ACCESS_READ | AXVCPU_ACCESS_EXEC)
#define RWX	(AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WRITE | AXVCPU_ACCESS_EXEC)

#define PTBENCH_TLB	64
#define PTBENCH_HINTS	16

/**
 * struct ptbench_translation - what a TLB remembers of a page
 * @gpa: its address
 * @pa: where it leads
 * @access: for which AXVCPU_ACCESS_*; 0: nothing is remembered
 */
struct ptbench_translation {
	u64 gpa;
	phys_addr_t pa;
	u32 access;
};

/**
 * struct ptbench_hint - a table whose address the hardware remembers
 * @gpa: first address it translates
 * @level: its level
 * @table: the table; NULL: nothing is remembered
 */
struct ptbench_hint {
	u64 gpa;
	unsigned int level;
	const u64 *table;
};

/**
 * struct ptbench - a table, the hardware that uses it, the watch
 * @test: the running case
 * @pt: the table
 * @cache: pages for it
 * @tlb: translations the hardware remembers
 * @hint: tables it remembers
 * @written: value of every entry since its table was linked, by address; marked
 *	while a CPU may still use what it was before
 * @losing: entries may lose write permission now
 * @flushes: how many
 * @cleaned: bytes
 * @priv: the suite's own
 */
struct ptbench {
	struct kunit *test;
	struct axvcpu_pt pt;
	struct axvcpu_pt_cache cache;
	struct ptbench_translation tlb[PTBENCH_TLB];
	struct ptbench_hint hint[PTBENCH_HINTS];
	struct xarray written;
	bool losing;
	unsigned long flushes;
	u64 cleaned;
	void *priv;
};

static inline struct ptbench *ptbench_of(struct kunit *test)
{
	return test->priv;
}

/* .init and .exit; the parameter of a case, if it has one, is the format. */
int ptbench_init(struct kunit *test);
void ptbench_exit(struct kunit *test);
/* All formats there are on the bench. */
const void *ptbench_formats(const void *prev, char *desc);

void ptbench_flush(struct axvcpu_pt *pt);

/* The walker's calls with what belongs to them; these must succeed. */
void ptbench_map(struct ptbench *b, u64 gpa, phys_addr_t pa, unsigned int level,
		 u32 access);
bool ptbench_unmap(struct ptbench *b, u64 start, u64 end);
bool ptbench_write_protect(struct ptbench *b, u64 start, u64 end);

void ptbench_expect_leaf(struct ptbench *b, u64 gpa, phys_addr_t pa, unsigned int level,
			 u32 access);
bool ptbench_is_mapped(struct ptbench *b, u64 gpa);
long ptbench_pages(struct ptbench *b);

#endif /* AXVCPU_PTBENCH_H */
