// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cache maintenance. Arm ARM (DDI 0487) B2.4.4 for instructions that were written, D7.5
 * for maintenance by address and its barriers.
 */
#include <linux/io.h>
#include <linux/stringify.h>
#include <asm/asm-extable.h>
#include <asm/barrier.h>

#include "cache.h"

/* Of this machine, from load on. */
struct arm64_caches arm64_caches __read_mostly;

/* Not 0 where one is not in the kernel's map. */
static __always_inline int clean_lines(unsigned long at)
{
	int error = 0;

	asm volatile(".rept " __stringify(CACHE_LINES_AT_ONCE) "\n"
		     "1: dc civac, %0\n"
		     _ASM_EXTABLE_KACCESS_ERR(1b, 9f, %w1)
		     "add %0, %0, %2\n"
		     ".endr\n"
		     "9:\n"
		     : "+r" (at), "+r" (error) : "r" (arm64_caches.data_line) : "memory");
	return error;
}

/*
 * Clean and invalidate to the point of coherency: where stage 2 does not decide alone, a
 * guest whose caches are off goes past ours.
 */
static bool clean_memory(phys_addr_t pa, u64 size)
{
	unsigned long at = (unsigned long)phys_to_virt(pa), end = at + size;
	unsigned long step = CACHE_LINES_AT_ONCE * arm64_caches.data_line;
	int error = 0;

	do {
		error |= clean_lines(at);
		at += step;
	} while (at < end);
	dsb(sy);
	return !error;
}

/**
 * arm64_clean() - the same for memory of the kernel's own
 * @start: its first byte
 * @size: how many
 */
void arm64_clean(const void *start, size_t size)
{
	unsigned long line = arm64_caches.data_line;
	unsigned long at = round_down((unsigned long)start, line);

	for (; at < (unsigned long)start + size; at += line)
		asm volatile("dc civac, %0" : : "r" (at) : "memory");
	dsb(sy);
}

/**
 * arm64_forget_insn() - the instruction caches of all CPUs forget everything
 */
void arm64_forget_insn(void)
{
	asm volatile("ic ialluis" : : : "memory");
	dsb(ish);
	isb();
}

/**
 * arm64_forget_insn_here() - the same for those of this CPU
 */
void arm64_forget_insn_here(void)
{
	asm volatile("ic iallu" : : : "memory");
	dsb(nsh);
	isb();
}

/* Line by line; false where the kernel's map does not have them. */
static bool forget_lines(unsigned long at, unsigned long end)
{
	int error = 0;

	for (; at < end && !error; at += arm64_caches.insn_line)
		asm volatile("1: ic ivau, %1\n"
			     "2:\n"
			     _ASM_EXTABLE_KACCESS_ERR(1b, 2b, %w0)
			     : "+r" (error) : "r" (at) : "memory");
	dsb(ish);
	isb();
	return !error;
}

/* What was written there before is in memory, or in what instructions are fetched from. */
static void forget_insn(phys_addr_t pa, u64 size)
{
	unsigned long at = (unsigned long)phys_to_virt(pa);

	/* Stores before this are done: B2.4.4. */
	dsb(ish);
	if (!arm64_insn_by_line(&arm64_caches, size) || !forget_lines(at, at + size))
		arm64_forget_insn();
}

/**
 * arm64_caches_use() - have a second-stage format do what the machine's caches need
 * @caches: from arm64_caches_choose()
 * @format: the format
 */
void arm64_caches_use(const struct arm64_caches *caches, struct axvcpu_pt_format *format)
{
	arm64_caches = *caches;
	format->clean = caches->fwb ? NULL : clean_memory;
	format->clean_insn = caches->insn ? forget_insn : NULL;
}
