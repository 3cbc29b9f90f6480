// SPDX-License-Identifier: GPL-2.0-only
/* The guest's memory, and its clock. */
#include <string.h>

#include "loops.h"

void guest_load(void *ram)
{
	memcpy((char *)ram + BENCH_CODE, guest_start, guest_end - guest_start);
}

void guest_choose(void *ram, enum loop loop)
{
	*(uint64_t *)((char *)ram + BENCH_CHOICE) = guest_loops[loop];
}

bool guest_has(enum loop loop)
{
	return guest_loops[loop];
}

uint64_t guest_clock(void)
{
	uint64_t value;

	asm volatile("isb; mrs %0, cntvct_el0" : "=r" (value));
	return value;
}
