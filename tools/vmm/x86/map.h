/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where things are in the memory of the PC.
 */
#ifndef VMM_X86_MAP_H
#define VMM_X86_MAP_H

#include <ram.h>

/* Memory leaves this hole to devices; what does not fit below it is above. */
#define RAM_HOLE	0xc0000000ULL
#define RAM_HIGH	0x100000000ULL

/*
 * What a loader needs below 1 MiB: a descriptor table and page tables for a
 * guest that starts with them, Linux's boot parameters and command line.
 */
#define LOW_GDT		0x1000
#define LOW_PAGES	0x2000
#define LOW_END		0x8000
#define LOW_PARAMS	0x9000
#define LOW_CMDLINE	0xa000

/* Describe @size bytes of memory: from 0 up to RAM_HOLE, the rest from RAM_HIGH on. */
static inline void map_add_ram(struct ram *ram, uint64_t size)
{
	uint64_t low = size < RAM_HOLE ? size : RAM_HOLE;

	ram_add(ram, 0, low);
	ram_add(ram, RAM_HIGH, size - low);
}

/* The bytes below RAM_HOLE. */
static inline uint64_t map_low_ram(const struct ram *ram)
{
	return ram->range[0].size;
}

#endif /* VMM_X86_MAP_H */
