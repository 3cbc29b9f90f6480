// SPDX-License-Identifier: GPL-2.0-only
/* The guest's memory, and its clock. */
#include <cpuid.h>
#include <string.h>
#include <x86intrin.h>

#include "loops.h"

#define PTE_TABLE	0x3		/* present, writable */
#define PTE_HUGE	0x83		/* and 2 MiB */
#define HUGE_SIZE	(2UL << 20)

#define GATE_PRESENT	0x8e00		/* 64-bit interrupt gate, level 0 */

static void set_gate(void *ram, unsigned int vector, const char *handler)
{
	uint32_t *gate = (uint32_t *)((char *)ram + BENCH_IDT) + vector * 4;
	uint32_t at = BENCH_CODE + (handler - guest_start);

	gate[0] = BENCH_SEL_CODE << 16 | (at & 0xffff);
	gate[1] = (at & 0xffff0000) | GATE_PRESENT;
}

void guest_load(void *ram)
{
	uint64_t *pd = (void *)((char *)ram + BENCH_PD);

	memcpy((char *)ram + BENCH_CODE, guest_start, guest_end - guest_start);
	*(uint64_t *)((char *)ram + BENCH_PML4) = BENCH_PDPT | PTE_TABLE;
	*(uint64_t *)((char *)ram + BENCH_PDPT) = BENCH_PD | PTE_TABLE;
	for (unsigned int i = 0; i < 512; i++)
		pd[i] = i * HUGE_SIZE | PTE_HUGE;
	set_gate(ram, BENCH_VECTOR_WAKE, guest_wake);
	set_gate(ram, BENCH_VECTOR_TELL, guest_tell);
}

static bool is_intel(void)
{
	unsigned int max, ebx = 0, ecx, edx;

	__get_cpuid(0, &max, &ebx, &ecx, &edx);
	return ebx == signature_INTEL_ebx;
}

void guest_choose(void *ram, enum loop loop)
{
	uint64_t at = guest_loops[loop];

	if (loop == LOOP_CALL && is_intel())
		at = guest_loop_vmcall;
	*(uint64_t *)((char *)ram + BENCH_CHOICE) = at;
}

bool guest_has(enum loop loop)
{
	return loop < LOOP_NR;
}

uint64_t guest_clock(void)
{
	return __rdtsc();
}
