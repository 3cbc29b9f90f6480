// SPDX-License-Identifier: GPL-2.0-only
/*
 * L1 Terminal Fault: on CPUs with it a guest reads, by its own page tables, whatever of
 * the machine's memory is in the L1 data cache. So that is emptied before a guest runs, at
 * each entry, or where code of the host has run that may have had somebody else's data in
 * it: what RUN did before its window, interrupts, NMIs, machine checks. The handlers of
 * exits touch the vCPU that runs, and the kernel's own structures for it.
 */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/jump_label.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <asm/barrier.h>
#include <asm/cpufeature.h>
#include <asm/msr-index.h>
#include <asm/processor.h>

#include "../compat.h"
#include "../mitigation.h"
#include "check.h"
#include "decode.h"
#include "l1d.h"
#include "vmcs.h"
#include "vmx.h"

/* All CPUs with the bug have 32 KiB of cache; half of what is read may be kept out of it. */
#define FILL_ORDER	4
#define FILL_SIZE	(PAGE_SIZE << FILL_ORDER)
#define CACHE_LINE	64

DEFINE_STATIC_KEY_FALSE(vmx_l1d_key);

static struct page *fill_pages;

/**
 * vmx_l1d_init() - prepare what x86_mitigation has chosen
 *
 * Context: at load.
 * Return: 0, -ENOMEM.
 */
int __init vmx_l1d_init(void)
{
	unsigned int i;

	if (x86_mitigation.l1d == X86_L1D_NEVER)
		return 0;
	if (!boot_cpu_has(X86_FEATURE_FLUSH_L1D)) {
		fill_pages = alloc_pages(GFP_KERNEL, FILL_ORDER);
		if (!fill_pages)
			return -ENOMEM;
		/* Whoever runs us must not make one page of equal ones. */
		for (i = 0; i < FILL_SIZE / PAGE_SIZE; i++)
			memset(page_address(fill_pages) + i * PAGE_SIZE, i + 1, PAGE_SIZE);
	}
	static_branch_enable(&vmx_l1d_key);
	return 0;
}

/** vmx_l1d_fini() - reverses vmx_l1d_init() */
void vmx_l1d_fini(void)
{
	if (fill_pages)
		__free_pages(fill_pages, FILL_ORDER);
	fill_pages = NULL;
}

/*
 * Microcode without IA32_FLUSH_CMD: other lines instead of what is there. First one of each
 * page, and a serializing instruction: a walk in the midst would bring page tables in.
 */
static __always_inline void fill(const char *from)
{
	unsigned long at;

	for (at = 0; at < FILL_SIZE; at += PAGE_SIZE)
		asm volatile("movzbl (%0,%1), %%eax" : : "r" (from), "r" (at) : "eax");
	cpuid_eax(0);
	for (at = 0; at < FILL_SIZE; at += CACHE_LINE)
		asm volatile("movzbl (%0,%1), %%eax" : : "r" (from), "r" (at) : "eax");
	asm volatile("lfence" : : : "memory");
}

/**
 * vmx_l1d_flush() - empty the L1 data cache, if it is to be
 * @v: about to be entered
 *
 * SDM vol. 4, table 2-2, IA32_FLUSH_CMD.L1D_FLUSH.
 *
 * Context: interrupts off; nothing but the entry follows.
 */
void vmx_l1d_flush(struct vmx_vcpu *v)
{
	bool due = x86_irq_was_handled();

	due |= v->host_ran;
	v->host_ran = false;
	if (!due && x86_mitigation.l1d == X86_L1D_COND)
		return;
	axvcpu_count_event(v->x.vcpu, AXVCPU_STAT_L1D_FLUSH);
	if (fill_pages)
		fill(page_address(fill_pages));
	else
		x86_host_wrmsr(MSR_IA32_FLUSH_CMD, L1D_FLUSH);
}
