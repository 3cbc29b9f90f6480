// SPDX-License-Identifier: GPL-2.0-only
/*
 * ASIDs against a TLB that remembers everything: random vCPUs on random CPUs,
 * with few ASIDs, flushes, and entries that the hardware refuses.
 */
#include <linux/prandom.h>
#include <linux/string.h>

#include "../../arch/x86/svm/svm.h"
#include "../../arch/x86/svm/tlb.h"
#include "../suites.h"

#define NR_CPUS_HERE	2
#define NR_VCPUS	5
#define MAX_ASID	3
#define STEPS		20000

/* This module has no svm.c; svm_features is svm_event_test.c's. */
u32 svm_max_asid = MAX_ASID;

/* Whose translations a CPU has under an ASID, and how old they are. */
struct tag {
	int owner;
	u64 epoch;
};

struct asid_fixture {
	struct svm_cpu cpu[NR_CPUS_HERE];
	struct tag tlb[NR_CPUS_HERE][MAX_ASID + 1];
	struct svm_vcpu s[NR_VCPUS];
	struct axvcpu_vcpu vcpu[NR_VCPUS];
	/* what was taken away from each vCPU so far */
	u64 epoch[NR_VCPUS];
};

static struct asid_fixture *asids(struct kunit *test)
{
	return test->priv;
}

static int svm_asid_init(struct kunit *test)
{
	struct asid_fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, f);
	for (i = 0; i < NR_VCPUS; i++) {
		f->s[i].vmcb = kunit_kzalloc(test, sizeof(*f->s[i].vmcb), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, f->s[i].vmcb);
		f->s[i].x.vcpu = &f->vcpu[i];
		f->s[i].cpu = -1;
	}
	for (i = 0; i < NR_CPUS_HERE; i++) {
		f->cpu[i].asid_generation = 1;
		f->cpu[i].asid_next = svm_max_asid + 1;
		memset(f->tlb[i], 0xff, sizeof(f->tlb[i]));
	}
	test->priv = f;
	return 0;
}

/* What VMRUN does with TLB_CONTROL, then the guest with its translations. */
static void vmrun(struct kunit *test, unsigned int cpu, unsigned int i)
{
	struct asid_fixture *f = asids(test);
	const struct svm_vmcb_control *ctl = &f->s[i].vmcb->control;
	struct tag *tag;

	KUNIT_ASSERT_GE(test, ctl->asid, 1);
	KUNIT_ASSERT_LE(test, ctl->asid, MAX_ASID);
	tag = &f->tlb[cpu][ctl->asid];
	if (ctl->tlb_control == VMCB_TLB_FLUSH_ALL)
		memset(f->tlb[cpu], 0xff, sizeof(f->tlb[cpu]));
	else if (ctl->tlb_control == VMCB_TLB_FLUSH_ASID)
		tag->owner = -1;

	if (tag->owner >= 0) {
		KUNIT_ASSERT_EQ_MSG(test, tag->owner, i, "somebody else's translations");
		KUNIT_ASSERT_EQ_MSG(test, tag->epoch, f->epoch[i], "stale translations");
	}
	tag->owner = i;
	tag->epoch = f->epoch[i];
}

static void walk(struct kunit *test, u64 features, u64 seed)
{
	struct asid_fixture *f = asids(test);
	struct rnd_state rnd;
	unsigned int step, cpu, i;

	svm_features = features;
	prandom_seed_state(&rnd, seed);
	for (step = 0; step < STEPS; step++) {
		cpu = prandom_u32_state(&rnd) % NR_CPUS_HERE;
		i = prandom_u32_state(&rnd) % NR_VCPUS;
		if (prandom_u32_state(&rnd) % 4 == 0) {
			f->epoch[i]++;
			f->vcpu[i].flush = true;
		}
		if (f->s[i].cpu != cpu) {
			f->s[i].cpu = cpu;
			f->s[i].asid_generation = 0;
		}
		svm_asid_choose(&f->s[i], &f->cpu[cpu]);
		if (prandom_u32_state(&rnd) % 8 == 0)
			svm_asid_undo(&f->s[i], &f->cpu[cpu]);
		else
			vmrun(test, cpu, i);
	}
}

static void asid_walk(struct kunit *test)
{
	walk(test, 0, 1);
}

static void asid_walk_by_asid(struct kunit *test)
{
	walk(test, AXVCPU_FEATURE_FLUSH_BY_ASID, 2);
}

/* No flush that nobody needs: one vCPU alone keeps its ASID. */
static void asid_kept(struct kunit *test)
{
	struct asid_fixture *f = asids(test);
	struct svm_vmcb_control *ctl = &f->s[0].vmcb->control;
	u32 asid;

	svm_features = 0;
	svm_asid_choose(&f->s[0], &f->cpu[0]);
	KUNIT_EXPECT_EQ_MSG(test, ctl->tlb_control, VMCB_TLB_FLUSH_ALL, "the first ever");
	asid = ctl->asid;
	svm_asid_choose(&f->s[0], &f->cpu[0]);
	KUNIT_EXPECT_EQ(test, ctl->tlb_control, VMCB_TLB_KEEP);
	KUNIT_EXPECT_EQ(test, ctl->asid, asid);

	f->s[0].flush_guest = true;
	svm_asid_choose(&f->s[0], &f->cpu[0]);
	KUNIT_EXPECT_NE_MSG(test, ctl->asid, asid, "flushed by a new one");
	KUNIT_EXPECT_EQ(test, ctl->tlb_control, VMCB_TLB_KEEP);

	svm_features = AXVCPU_FEATURE_FLUSH_BY_ASID;
	asid = ctl->asid;
	f->vcpu[0].flush = true;
	svm_asid_choose(&f->s[0], &f->cpu[0]);
	KUNIT_EXPECT_EQ(test, ctl->asid, asid);
	KUNIT_EXPECT_EQ(test, ctl->tlb_control, VMCB_TLB_FLUSH_ASID);
	KUNIT_EXPECT_FALSE(test, f->vcpu[0].flush);
}

static struct kunit_case svm_asid_cases[] = {
	KUNIT_CASE(asid_walk),
	KUNIT_CASE(asid_walk_by_asid),
	KUNIT_CASE(asid_kept),
	{}
};

struct kunit_suite axvcpu_svm_asid_suite = {
	.name = "axvcpu_svm_asid",
	.init = svm_asid_init,
	.test_cases = svm_asid_cases,
};
