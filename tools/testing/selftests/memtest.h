/* SPDX-License-Identifier: GPL-2.0-only */
/* A guest at work on a piece of memory, while the host does things to that. */
#ifndef AXVCPU_SELFTEST_MEMTEST_H
#define AXVCPU_SELFTEST_MEMTEST_H

#include "harness.h"

/* Where the memory is for the guest: aligned to 1 GiB / 4, far from RAM. */
#define MEMTEST_GPA	0x10000000UL

/**
 * struct memtest - a running guest and its memory
 * @m: the machine
 * @r: the thread that runs it
 * @hva: the memory, the host's view
 * @len: its bytes
 * @faults: NESTED_PAGE_FAULT exits there were; RUN is called again after each
 * @error: the errno of the last
 */
struct memtest {
	struct machine m;
	struct runner r;
	uint8_t *hva;
	size_t len;
	unsigned long faults;
	int error;
};

/**
 * memtest_map() - map @t->hva, @t->len at MEMTEST_GPA, in a new machine
 * @t: the test; the two members are set
 * @guest: its guest; argument 0 is MEMTEST_GPA, argument 1 the length
 * @flags: of VM_MAP
 */
void memtest_map(struct memtest *t, const struct guest *guest, uint32_t flags);

/** memtest_start() - memtest_map() and run it in a thread */
void memtest_start(struct memtest *t, const struct guest *guest);

/** memtest_count() - what the guest has counted */
uint64_t memtest_count(const struct memtest *t);

/** memtest_progress() - does the guest count on, by @n? */
bool memtest_progress(struct memtest *t, uint64_t n);

/** memtest_failed() - has the guest found something wrong, or RUN failed? */
bool memtest_failed(const struct memtest *t);

/**
 * memtest_stop() - stop the guest and report whether it was content
 * @t: the test; its memory stays
 * @what: what was done to the memory
 */
void memtest_stop(struct memtest *t, const char *what);

/** memtest_fini() - close the machine, unmap the memory */
void memtest_fini(struct memtest *t);

/**
 * memtest_rounds() - report whether the host sees what the guest "rounds" wrote
 * @t: the test, stopped
 * @what: what was done to the memory
 */
void memtest_rounds(struct memtest *t, const char *what);

/** memtest_peek() - what the guest "mirror" sees now; not a moment ago */
uint64_t memtest_peek(struct memtest *t);

#endif /* AXVCPU_SELFTEST_MEMTEST_H */
