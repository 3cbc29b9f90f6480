// SPDX-License-Identifier: GPL-2.0-only
/* The fake backend itself: a watch that sees nothing proves nothing. */
#include <linux/gfp.h>
#include <linux/mm.h>

#include "fixture.h"
#include "suites.h"

#define GPA	0x123456ULL	/* in the first GiB */
#define PA	0x40000000ULL	/* GiB aligned; nobody reads there */
#define RW	(AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WRITE)

/* The TLB holds what it has seen until it is flushed, and nothing it has not. */
static void fake_tlb_remembers(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	const struct axvcpu_pt_format *format = fake_ops.pt;
	u64 *root = vcpu->vm->mem.table.root;
	u64 *table = (u64 *)get_zeroed_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, table);
	fixture_to(test, AXVCPU_STATE_READY);
	KUNIT_EXPECT_EQ(test, fake_translate(vcpu, GPA, AXVCPU_ACCESS_READ), 0);
	root[0] = format->table(__pa(table));
	KUNIT_EXPECT_EQ(test, fake_translate(vcpu, GPA, AXVCPU_ACCESS_READ), 0);
	table[0] = format->leaf(PA, AXVCPU_ACCESS_READ, 2);
	KUNIT_EXPECT_EQ(test, fake_translate(vcpu, GPA, AXVCPU_ACCESS_READ), PA + GPA);
	KUNIT_EXPECT_EQ(test, fake_translate(vcpu, GPA, AXVCPU_ACCESS_WRITE), 0);
	/* More rights are looked up, fewer are not noticed, nor is another page. */
	table[0] = format->leaf(PA, RW, 2);
	KUNIT_EXPECT_EQ(test, fake_translate(vcpu, GPA, RW), PA + GPA);
	table[0] = format->leaf(2 * PA, AXVCPU_ACCESS_READ, 2);
	KUNIT_EXPECT_EQ(test, fake_translate(vcpu, GPA, RW), PA + GPA);
	table[0] = 0;
	KUNIT_EXPECT_EQ(test, fake_translate(vcpu, GPA, RW), PA + GPA);
	/* The core's flush reaches it with the next entry. */
	axvcpu_vm_flush(vcpu->vm);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, fake_translate(vcpu, GPA, AXVCPU_ACCESS_READ), 0);
	root[0] = 0;
	free_page((unsigned long)table);
}

static void expect_breach(struct kunit *test)
{
	KUNIT_EXPECT_GT(test, atomic_read(&fake.broken), 0);
	KUNIT_EXPECT_NOT_NULL(test, fake.breach);
	fake_forget();
}

/* Calls that the core must not make are seen. */
static void fake_watches(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);

	/* Without the claim, and with preemption on. */
	fake_ops.set_return_value(vcpu, 1);
	expect_breach(test);
	KUNIT_ASSERT_GE(test, axvcpu_vcpu_claim(vcpu, ~0U), 0);
	fake_ops.set_return_value(vcpu, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake.broken), 0);
	fake_ops.enter(vcpu);
	expect_breach(test);
	fake_ops.leave(vcpu);
	expect_breach(test);
	axvcpu_vcpu_release(vcpu);
	/* Not paired. */
	fake_ops.write_regs(vcpu);
	expect_breach(test);
	local_irq_disable();
	fake_ops.hardware_enable();
	local_irq_enable();
	expect_breach(test);
}

static int fail_twice(struct axvcpu_vcpu *vcpu)
{
	int first = axvcpu_vcpu_set_gpr(vcpu, 0, 0);

	return axvcpu_vcpu_set_gpr(vcpu, 0, 0) ?: first;
}

/* A failure strikes once, the call it was set for, after those it lets pass. */
static void fake_fails(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);

	fake_fail(FAKE_SET_GPR, 2, -EIO);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_set_return_value(vcpu, 0), 0);
	KUNIT_EXPECT_EQ(test, fail_twice(vcpu), 0);
	KUNIT_EXPECT_EQ(test, fail_twice(vcpu), -EIO);
	KUNIT_EXPECT_EQ(test, fail_twice(vcpu), 0);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_SET_GPR), 6);
	fake_fail(FAKE_SET_GPR, 0, -EIO);
	fake.fail_cpu = nr_cpu_ids;
	KUNIT_EXPECT_EQ(test, fail_twice(vcpu), 0);
}

static struct kunit_case fake_cases[] = {
	KUNIT_CASE(fake_tlb_remembers),
	KUNIT_CASE(fake_watches),
	KUNIT_CASE(fake_fails),
	{}
};

struct kunit_suite axvcpu_fake_suite = {
	.name = "axvcpu_fake",
	.suite_init = fixture_suite_init,
	.suite_exit = fixture_suite_exit,
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = fake_cases,
};
