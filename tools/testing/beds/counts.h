/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a profiler counts: how often each instruction of the L1's kernel was executed while
 * a program wanted that to be known.
 */
#ifndef AXVCPU_BEDS_COUNTS_H
#define AXVCPU_BEDS_COUNTS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define SLOTS	(1UL << 20)

/*
 * Open addressing by address; 0 is no address of the kernel's. @count goes on all the time,
 * and was @before when the part to be counted began.
 */
static struct slot {
	uint64_t addr;
	uint64_t count;
	uint64_t before;
	uint64_t counted;
} slots[SLOTS];

static uint64_t others;

static inline uint64_t *counter(uint64_t addr)
{
	uint64_t at = addr * 0x9e3779b97f4a7c15ULL >> 44;

	/* The upper half of the address space is the kernel's. */
	if (!(addr >> 63))
		return &others;
	for (unsigned int i = 0; i < 64; i++, at = (at + 1) % SLOTS) {
		if (!slots[at].addr)
			slots[at].addr = addr;
		if (slots[at].addr == addr)
			return &slots[at].count;
	}
	return &others;
}

static inline void counts_start(void)
{
	for (size_t i = 0; i < SLOTS; i++)
		slots[i].before = slots[i].count;
}

static inline void counts_stop(void)
{
	for (size_t i = 0; i < SLOTS; i++)
		slots[i].counted += slots[i].count - slots[i].before;
}

/* Lines "address count". */
static inline void counts_write(const char *name)
{
	FILE *file = fopen(name, "w");

	if (!file)
		return;
	for (size_t i = 0; i < SLOTS; i++)
		if (slots[i].counted)
			fprintf(file, "%016lx %lu\n", slots[i].addr, slots[i].counted);
	fclose(file);
}

#endif /* AXVCPU_BEDS_COUNTS_H */
