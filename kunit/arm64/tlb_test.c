// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flushes against TLBs that remember everything: the vCPUs of a VM, which share
 * its VMID, on random CPUs, while memory is taken away.
 */
#include <linux/prandom.h>
#include <linux/string.h>

#include "../../arch/arm64/tlb.h"
#include "../suites.h"

#define NR_CPUS_HERE	3
#define NR_VCPUS	4
#define STEPS		20000

/* What a CPU has under the VMID: whose entries, and the oldest one's generation. */
struct tlb {
	int owner;
	u64 gen;
};

struct tlb_fixture {
	struct arm64_vcpu a[NR_VCPUS];
	struct axvcpu_vcpu vcpu[NR_VCPUS];
	struct tlb tlb[NR_CPUS_HERE];
	u32 last[NR_CPUS_HERE];
	/* of the second-stage table */
	u64 gen;
	unsigned int flushes;
	unsigned int insn;
};

static struct tlb_fixture *tlbs(struct kunit *test)
{
	return test->priv;
}

static int arm64_tlb_init(struct kunit *test)
{
	struct tlb_fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, f);
	for (i = 0; i < NR_VCPUS; i++) {
		f->a[i].vcpu = &f->vcpu[i];
		f->vcpu[i].arch = &f->a[i];
		f->vcpu[i].fixed.id = i;
		f->vcpu[i].loaded = -1;
		f->vcpu[i].flush = true;
	}
	for (i = 0; i < NR_CPUS_HERE; i++)
		f->tlb[i].owner = -1;
	test->priv = f;
	return 0;
}

/* What RUN does: load, look at the generation, enter; and the guest's accesses. */
static void enter(struct kunit *test, int cpu, unsigned int i)
{
	struct tlb_fixture *f = tlbs(test);
	struct axvcpu_vcpu *vcpu = &f->vcpu[i];
	struct tlb *tlb = &f->tlb[cpu];

	if (vcpu->loaded != cpu) {
		arm64_tlb_moved(vcpu);
		vcpu->loaded = cpu;
	}
	if (vcpu->tlb_gen != f->gen) {
		vcpu->tlb_gen = f->gen;
		vcpu->flush = true;
	}
	f->insn += arm64_tlb_choose(&f->a[i], &f->last[cpu]);
	KUNIT_ASSERT_FALSE(test, vcpu->flush);
	if (f->a[i].ctx.flush) {
		/* As the switch does. */
		f->a[i].ctx.flush = 0;
		tlb->owner = -1;
		f->flushes++;
	}
	if (tlb->owner >= 0) {
		KUNIT_ASSERT_EQ_MSG(test, tlb->owner, i, "another vCPU's translations");
		KUNIT_ASSERT_EQ_MSG(test, tlb->gen, f->gen, "stale translations");
		return;
	}
	tlb->owner = i;
	tlb->gen = f->gen;
}

static void random_walk(struct kunit *test)
{
	struct tlb_fixture *f = tlbs(test);
	struct rnd_state rnd;
	unsigned int step;

	prandom_seed_state(&rnd, 1);
	for (step = 0; step < STEPS; step++) {
		if (prandom_u32_state(&rnd) % 4 == 0)
			f->gen++;
		enter(test, prandom_u32_state(&rnd) % NR_CPUS_HERE,
		      prandom_u32_state(&rnd) % NR_VCPUS);
	}
}

/* Memory goes while the vCPU is away from a CPU that knew it. */
static void there_and_back(struct kunit *test)
{
	struct tlb_fixture *f = tlbs(test);

	enter(test, 0, 0);
	f->gen++;
	enter(test, 1, 0);
	enter(test, 0, 0);
	KUNIT_EXPECT_EQ(test, f->flushes, 3U);
	KUNIT_EXPECT_EQ_MSG(test, f->insn, 0U, "nobody else was here");
}

/* A sibling was: instructions that it fetched with its MMU off are its own. */
static void siblings(struct kunit *test)
{
	struct tlb_fixture *f = tlbs(test);

	enter(test, 0, 0);
	enter(test, 0, 1);
	KUNIT_EXPECT_EQ(test, f->insn, 1U);
	enter(test, 0, 1);
	enter(test, 1, 1);
	KUNIT_EXPECT_EQ_MSG(test, f->insn, 1U, "it was alone");
	enter(test, 0, 0);
	KUNIT_EXPECT_EQ(test, f->insn, 2U);
	KUNIT_EXPECT_EQ(test, f->flushes, 4U);
}

/* No flush that nobody needs. */
static void kept(struct kunit *test)
{
	struct tlb_fixture *f = tlbs(test);
	unsigned int i;

	for (i = 0; i < 10; i++)
		enter(test, 0, 0);
	KUNIT_EXPECT_EQ_MSG(test, f->flushes, 1U, "the first entry's");
	f->gen++;
	enter(test, 0, 0);
	KUNIT_EXPECT_EQ(test, f->flushes, 2U);
	enter(test, 0, 1);
	KUNIT_EXPECT_EQ(test, f->vcpu[1].count.event[AXVCPU_STAT_FLUSH_SWITCH -
						     AXVCPU_STAT_EVENT], 1ULL);
}

static struct kunit_case tlb_cases[] = {
	KUNIT_CASE(random_walk),
	KUNIT_CASE(there_and_back),
	KUNIT_CASE(siblings),
	KUNIT_CASE(kept),
	{}
};

struct kunit_suite axvcpu_arm64_tlb_suite = {
	.name = "axvcpu_arm64_tlb",
	.init = arm64_tlb_init,
	.test_cases = tlb_cases,
};
