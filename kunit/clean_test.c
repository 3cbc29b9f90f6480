// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cache maintenance, where the format asks for it: no emulator has caches that
 * would show one that is missing, so the calls are counted. Each case on a format
 * with clean(), with clean_insn(), with both, and with none.
 */
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "fake.h"
#include "fake_parts.h"
#include "memfix.h"
#include "suites.h"

#define PAGES	4
#define LEN	(PAGES * PAGE_SIZE)
#define ALL	(MEMFIX_RW | AXVCPU_ACCESS_EXEC)

/* What a format has. */
struct kind {
	const char *name;
	bool data;
	bool insn;
};

static const struct kind kinds[] = {
	{ "none" },
	{ "data", true, false },
	{ "instructions", false, true },
	{ "both", true, true },
};

static void kind_name(const struct kind *kind, char *desc)
{
	strscpy(desc, kind->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(kind, kinds, kind_name);

/**
 * struct clean_record - what was called
 * @test: the case; NULL once it is over
 * @pa: pages that clean() was called for
 * @calls: how often
 * @size: with what size, the last time
 * @mapped: how often for a page that the guest had
 * @unflushed: how often clean() was before the table had been flushed
 * @insn: how often clean_insn() was for a page
 * @insn_all: ... and for everything
 * @secret: a page that cannot be cleaned
 * @flushes: flushes of the second-stage table
 */
static struct clean_record {
	struct kunit *test;
	phys_addr_t pa[16];
	unsigned int calls;
	u64 size;
	unsigned int mapped;
	unsigned int unflushed;
	unsigned int insn;
	unsigned int insn_all;
	phys_addr_t secret;
	unsigned int flushes;
} seen;

static bool is_mapped(phys_addr_t pa)
{
	unsigned int i;

	for (i = 0; seen.test && i < PAGES; i++)
		if (memfix_access(seen.test, MEMFIX_GPA + i * PAGE_SIZE) &&
		    memfix_pa(seen.test, MEMFIX_GPA + i * PAGE_SIZE) == pa)
			return true;
	return false;
}

static bool record_clean(phys_addr_t pa, u64 size)
{
	if (seen.calls < ARRAY_SIZE(seen.pa))
		seen.pa[seen.calls] = pa;
	seen.calls++;
	seen.size = size;
	seen.mapped += is_mapped(pa);
	seen.unflushed += !seen.flushes;
	return pa != seen.secret;
}

static void record_insn(phys_addr_t pa, u64 size)
{
	if (size == AXVCPU_PT_EVERYTHING)
		seen.insn_all++;
	else
		seen.insn++;
	seen.mapped += is_mapped(pa);
}

static void (*table_flush)(struct axvcpu_pt *pt);

static void record_flush(struct axvcpu_pt *pt)
{
	seen.flushes++;
	table_flush(pt);
}

static unsigned int cleaned(phys_addr_t pa)
{
	unsigned int i, count = 0;

	for (i = 0; i < min_t(unsigned int, seen.calls, ARRAY_SIZE(seen.pa)); i++)
		count += seen.pa[i] == pa;
	return count;
}

static void forget(struct kunit *test)
{
	seen = (struct clean_record) { .test = test };
}

static struct axvcpu_pt_format cleaning;

static const struct kind *kind_of(struct kunit *test)
{
	return test->param_value;
}

static int clean_init(struct kunit *test)
{
	int ret = fixture_init_mm(test);
	struct axvcpu_pt *pt;

	if (ret)
		return ret;
	forget(test);
	cleaning = fake_pt_format;
	if (kind_of(test)->data)
		cleaning.clean = record_clean;
	if (kind_of(test)->insn)
		cleaning.clean_insn = record_insn;
	pt = &memfix_vm(test)->mem.table;
	pt->format = &cleaning;
	table_flush = pt->flush;
	pt->flush = record_flush;
	return 0;
}

static void clean_exit(struct kunit *test)
{
	seen.test = NULL;
	fixture_exit(test);
}

/* All pages at the host's hand, then in the guest's: one fault brings those around it. */
static unsigned long give_for(struct kunit *test, u32 access, u32 fault)
{
	unsigned long hva = memfix_map(test, LEN, access);
	unsigned int i;

	for (i = 0; i < PAGES; i++)
		KUNIT_EXPECT_EQ(test, put_user(1, (u8 __user *)hva + i * PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, MEMFIX_GPA, fault), 0);
	return hva;
}

static unsigned long give(struct kunit *test, u32 access)
{
	return give_for(test, access, AXVCPU_ACCESS_WRITE);
}

/* Each page is cleaned before it is there, instructions once for all around the first. */
static void clean_test_map(struct kunit *test)
{
	unsigned int i;

	give_for(test, ALL, AXVCPU_ACCESS_EXEC);
	KUNIT_EXPECT_EQ(test, seen.calls, kind_of(test)->data ? PAGES : 0);
	KUNIT_EXPECT_EQ(test, seen.insn, kind_of(test)->insn ? 1 : 0);
	KUNIT_EXPECT_EQ(test, seen.insn_all, kind_of(test)->insn ? 1 : 0);
	KUNIT_EXPECT_EQ_MSG(test, seen.mapped, 0, "cleaned too late");
	KUNIT_EXPECT_EQ(test, seen.flushes, 0);
	if (!kind_of(test)->data)
		return;
	KUNIT_EXPECT_EQ(test, seen.size, PAGE_SIZE);
	for (i = 0; i < PAGES; i++)
		KUNIT_EXPECT_EQ(test, cleaned(memfix_pa(test, MEMFIX_GPA + i * PAGE_SIZE)), 1);
}

/* What is not executed has no instructions; they come with the permission, and once. */
static void clean_test_execute(struct kunit *test)
{
	bool insn = kind_of(test)->insn;

	give(test, ALL);
	KUNIT_EXPECT_EQ(test, seen.calls, kind_of(test)->data ? PAGES : 0);
	KUNIT_EXPECT_EQ(test, seen.insn + seen.insn_all, 0);
	KUNIT_EXPECT_EQ(test, memfix_access(test, MEMFIX_GPA), insn ? MEMFIX_RW : ALL);
	forget(test);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, MEMFIX_GPA, AXVCPU_ACCESS_EXEC), 0);
	KUNIT_EXPECT_EQ_MSG(test, memfix_access(test, MEMFIX_GPA), ALL, "writes fault again");
	KUNIT_EXPECT_EQ(test, seen.insn, insn ? 1 : 0);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, MEMFIX_GPA, AXVCPU_ACCESS_WRITE), 0);
	KUNIT_EXPECT_EQ(test, memfix_access(test, MEMFIX_GPA), ALL);
	KUNIT_EXPECT_EQ(test, seen.insn, insn ? 1 : 0);
	KUNIT_EXPECT_EQ_MSG(test, seen.calls, 0, "the page was clean");
	KUNIT_EXPECT_EQ_MSG(test, seen.flushes, 0, "nothing was taken away");
}

/* What cannot be cleaned is not mapped: by its own fault, nor by a neighbour's. */
static void clean_test_secret(struct kunit *test)
{
	unsigned long hva;
	phys_addr_t pa;

	if (!kind_of(test)->data)
		return;
	hva = give(test, ALL);
	pa = memfix_pa(test, MEMFIX_GPA + PAGE_SIZE);
	axvcpu_memory_take(&memfix_vm(test)->mem, MEMFIX_GPA, MEMFIX_GPA + LEN, true);
	forget(test);
	seen.secret = pa;
	KUNIT_EXPECT_EQ(test, memfix_fault(test, MEMFIX_GPA, AXVCPU_ACCESS_WRITE), 0);
	KUNIT_EXPECT_EQ(test, memfix_access(test, MEMFIX_GPA + PAGE_SIZE), 0);
	KUNIT_EXPECT_NE(test, memfix_access(test, MEMFIX_GPA + 2 * PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, MEMFIX_GPA + PAGE_SIZE, AXVCPU_ACCESS_READ),
			-EFAULT);
	KUNIT_EXPECT_EQ(test, memfix_access(test, MEMFIX_GPA + PAGE_SIZE), 0);
	vm_munmap(hva, LEN);
}

/* When the guest's caches go on or off: what is mapped, once, and nothing else. */
static void clean_test_demand(struct kunit *test)
{
	unsigned long hva;
	unsigned int i;

	if (!kind_of(test)->data)
		return;
	KUNIT_EXPECT_EQ(test, axvcpu_memory_clean(memfix_vm(test)), 0);
	KUNIT_EXPECT_EQ_MSG(test, seen.calls, 0, "nothing is mapped");
	hva = give(test, ALL);
	KUNIT_EXPECT_EQ(test, vm_munmap(hva + PAGE_SIZE, PAGE_SIZE), 0);
	forget(test);
	KUNIT_EXPECT_EQ(test, axvcpu_memory_clean(memfix_vm(test)), 0);
	KUNIT_EXPECT_EQ(test, seen.calls, PAGES - 1);
	KUNIT_EXPECT_EQ(test, seen.insn + seen.insn_all, 0);
	for (i = 0; i < PAGES; i++)
		if (i != 1)
			KUNIT_EXPECT_EQ(test,
					cleaned(memfix_pa(test, MEMFIX_GPA + i * PAGE_SIZE)), 1);
}

/* Who is killed need not wait until all of a large guest is clean. */
static void clean_test_killed(struct kunit *test)
{
	int ret;

	if (!kind_of(test)->data)
		return;
	give(test, ALL);
	forget(test);
	allow_kernel_signal(SIGKILL);
	send_sig(SIGKILL, current, 1);
	ret = axvcpu_memory_clean(memfix_vm(test));
	flush_signals(current);
	disallow_signal(SIGKILL);
	KUNIT_EXPECT_EQ(test, ret, -EINTR);
	KUNIT_EXPECT_EQ(test, seen.calls, 0);
}

/* What was taken: each page once, when no CPU could write to it any more. */
static void expect_gone(struct kunit *test, const phys_addr_t *pa, unsigned int pages)
{
	unsigned int i;

	KUNIT_EXPECT_GT_MSG(test, seen.flushes, 0, "not flushed");
	KUNIT_EXPECT_EQ(test, seen.calls, kind_of(test)->data ? pages : 0);
	KUNIT_EXPECT_EQ(test, seen.insn + seen.insn_all, 0);
	KUNIT_EXPECT_EQ_MSG(test, seen.mapped, 0, "cleaned too early");
	KUNIT_EXPECT_EQ_MSG(test, seen.unflushed, 0, "cleaned before the flush");
	for (i = 0; kind_of(test)->data && i < pages; i++)
		KUNIT_EXPECT_EQ(test, cleaned(pa[i]), 1);
	forget(test);
}

static void all_pa(struct kunit *test, phys_addr_t *pa)
{
	unsigned int i;

	for (i = 0; i < PAGES; i++)
		pa[i] = memfix_pa(test, MEMFIX_GPA + i * PAGE_SIZE);
	forget(test);
}

/* By the host: a page out of the middle, then all that is left, with its table. */
static void clean_test_unmap(struct kunit *test)
{
	unsigned long hva = give(test, ALL);
	phys_addr_t pa[PAGES];
	unsigned int level;

	all_pa(test, pa);
	KUNIT_EXPECT_EQ(test, vm_munmap(hva + PAGE_SIZE, PAGE_SIZE), 0);
	expect_gone(test, &pa[1], 1);
	KUNIT_EXPECT_EQ(test, memfix_entry(test, MEMFIX_GPA + PAGE_SIZE, &level), 0);
	pa[1] = pa[3];
	KUNIT_EXPECT_EQ(test, vm_munmap(hva, LEN), 0);
	expect_gone(test, pa, PAGES - 1);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&memfix_vm(test)->mem.table.pages), 1);
}

/* ... by the VMM; and what comes back later with more permissions is a new page. */
static void clean_test_protect(struct kunit *test)
{
	struct axvcpu_map map = { .flags = MEMFIX_RW, .gpa = MEMFIX_GPA, .len = LEN };
	phys_addr_t pa[PAGES];

	give(test, MEMFIX_RW);
	all_pa(test, pa);
	map.flags = ALL;
	KUNIT_EXPECT_EQ(test, axvcpu_memory_protect(memfix_vm(test), &map), 0);
	expect_gone(test, pa, PAGES);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, MEMFIX_GPA, AXVCPU_ACCESS_EXEC), 0);
	KUNIT_EXPECT_EQ(test, seen.insn, kind_of(test)->insn ? 1 : 0);
	map.flags = 0;
	forget(test);
	KUNIT_EXPECT_EQ(test, axvcpu_memory_unmap(memfix_vm(test), &map), 0);
	expect_gone(test, pa, PAGES);
}

/* The whole region lies in more tables than one, and mostly nothing is there. */
static void clean_test_sparse(struct kunit *test)
{
	const u64 len = AXVCPU_PT_SIZE(2) + AXVCPU_PT_SIZE(1);
	struct axvcpu_map map = { .gpa = MEMFIX_GPA, .len = len };
	static const u64 at[] = { 0, 511, 512, 1500, 262143 };
	unsigned long hva = fixture_user(test, len + PAGE_SIZE);
	phys_addr_t pa[ARRAY_SIZE(at)];
	unsigned int i;

	/* Out of step: no large leaf, whatever the host has. */
	if (IS_ALIGNED(hva, AXVCPU_PT_SIZE(1)))
		hva += PAGE_SIZE;
	memfix_map_at(test, MEMFIX_GPA, len, hva, ALL);
	for (i = 0; i < ARRAY_SIZE(at); i++) {
		u64 gpa = MEMFIX_GPA + at[i] * PAGE_SIZE;

		/* Nor does a large page of the host's bring its neighbours. */
		fixture_vcpu(test)->fresh = 1;
		KUNIT_EXPECT_EQ(test, memfix_fault(test, gpa, AXVCPU_ACCESS_WRITE), 0);
		pa[i] = memfix_pa(test, gpa);
	}
	forget(test);
	KUNIT_EXPECT_EQ(test, axvcpu_memory_unmap(memfix_vm(test), &map), 0);
	expect_gone(test, pa, ARRAY_SIZE(at));
	KUNIT_EXPECT_EQ(test, atomic_long_read(&memfix_vm(test)->mem.table.pages), 1);
}

/* Without accessed bits aging takes pages away, too. */
static void clean_test_age(struct kunit *test)
{
	const struct mmu_notifier_ops *ops = &axvcpu_memory_notifier_ops;
	struct axvcpu_memory *mem = &memfix_vm(test)->mem;
	unsigned long hva = give(test, ALL);
	phys_addr_t pa[PAGES];

	all_pa(test, pa);
	cleaning.has_access = false;
	KUNIT_EXPECT_EQ(test, ops->clear_young(&mem->notifier, current->mm, hva,
					       hva + PAGE_SIZE), 1);
	expect_gone(test, pa, 1);
	KUNIT_EXPECT_EQ(test, ops->test_young(&mem->notifier, current->mm, hva), 0);
}

static void reset(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_reset(fixture_vcpu(test)), 0);
}

/* A guest that has run and starts anew finds memory as it is. */
static void clean_test_reset(struct kunit *test)
{
	static const struct fake_step steps[] = { FAKE_STEP_HYPERCALL };
	bool gone = kind_of(test)->data || kind_of(test)->insn;
	phys_addr_t pa[PAGES];

	give(test, ALL);
	all_pa(test, pa);
	reset(test);
	KUNIT_EXPECT_NE_MSG(test, memfix_access(test, MEMFIX_GPA), 0, "it has not run");
	fixture_to(test, AXVCPU_STATE_READY);
	FAKE_PLAY(fixture_vcpu(test), steps);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(fixture_vcpu(test)), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_unbind(fixture_vcpu(test)), 0);
	KUNIT_EXPECT_EQ_MSG(test, seen.calls + seen.insn + seen.insn_all, 0, "a run is none");
	reset(test);
	KUNIT_EXPECT_EQ(test, !memfix_access(test, MEMFIX_GPA), gone);
	if (!gone)
		return;
	expect_gone(test, pa, PAGES);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, MEMFIX_GPA, AXVCPU_ACCESS_EXEC), 0);
	KUNIT_EXPECT_EQ(test, cleaned(pa[0]), kind_of(test)->data ? 1 : 0);
	KUNIT_EXPECT_EQ(test, seen.insn, kind_of(test)->insn ? 1 : 0);
}

static int run_here(void *unused)
{
	static const struct fake_step steps[] = { FAKE_STEP_HYPERCALL };
	struct axvcpu_vcpu *vcpu = fixture_vcpu(seen.test);
	int ret = axvcpu_vcpu_bind(vcpu);

	FAKE_PLAY(vcpu, steps);
	if (!ret)
		ret = axvcpu_vcpu_run(vcpu);
	return ret ?: axvcpu_vcpu_unbind(vcpu);
}

/* On another CPU a vCPU finds the same memory, and leaves nothing behind that is not so. */
static void clean_test_move(struct kunit *test)
{
	struct fixture_thread thread = {};
	int cpu[2], i;

	give(test, ALL);
	forget(test);
	fixture_to(test, AXVCPU_STATE_FREE);
	fixture_cpus(cpu);
	for (i = 0; i < 2; i++) {
		fixture_spawn(test, &thread, cpu[i], run_here, NULL);
		KUNIT_EXPECT_EQ(test, fixture_join(&thread), 0);
	}
	KUNIT_EXPECT_EQ(test, seen.calls + seen.insn + seen.insn_all + seen.flushes, 0);
	KUNIT_EXPECT_NE(test, memfix_access(test, MEMFIX_GPA), 0);
}

static struct kunit_case clean_cases[] = {
	KUNIT_CASE_PARAM(clean_test_map, kind_gen_params),
	KUNIT_CASE_PARAM(clean_test_execute, kind_gen_params),
	KUNIT_CASE_PARAM(clean_test_secret, kind_gen_params),
	KUNIT_CASE_PARAM(clean_test_demand, kind_gen_params),
	KUNIT_CASE_PARAM(clean_test_killed, kind_gen_params),
	KUNIT_CASE_PARAM(clean_test_unmap, kind_gen_params),
	KUNIT_CASE_PARAM(clean_test_protect, kind_gen_params),
	KUNIT_CASE_PARAM(clean_test_sparse, kind_gen_params),
	KUNIT_CASE_PARAM(clean_test_age, kind_gen_params),
	KUNIT_CASE_PARAM(clean_test_reset, kind_gen_params),
	KUNIT_CASE_PARAM(clean_test_move, kind_gen_params),
	{}
};

struct kunit_suite axvcpu_clean_suite = {
	.name = "axvcpu_clean",
	.suite_init = fixture_suite_init,
	.suite_exit = fixture_suite_exit,
	.init = clean_init,
	.exit = clean_exit,
	.test_cases = clean_cases,
};
