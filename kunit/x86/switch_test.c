// SPDX-License-Identifier: GPL-2.0-only
/* What of the host's MSRs is switched around a guest, over MSRs that are an array. */
#include <linux/string.h>

#include "../../arch/x86/x86.h"
#include "../suites.h"

static u64 fake_rdmsr(u32 index);
static void fake_wrmsr(u32 index, u64 value);

#define x86_host_rdmsr	fake_rdmsr
#define x86_host_wrmsr	fake_wrmsr
#include "../../arch/x86/switch.h"
#include "../../arch/x86/handle.h"

#define BTF_AND_BUS_LOCK	(DEBUGCTLMSR_BTF | BIT(2))

static struct {
	u32 index;
	u64 value;
} msrs[] = {
	{ MSR_IA32_DEBUGCTLMSR }, { MSR_IA32_PEBS_ENABLE }, { MSR_CORE_PERF_GLOBAL_CTRL },
	{ MSR_IA32_XSS },
};

static unsigned int reads, writes;
static bool stopped_first;

static u64 *msr(u32 index)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(msrs) - 1; i++)
		if (msrs[i].index == index)
			break;
	return &msrs[i].value;
}

static u64 fake_rdmsr(u32 index)
{
	reads++;
	return *msr(index);
}

/* No record may be on its way when PEBS goes off, nor come before it is on again. */
static void fake_wrmsr(u32 index, u64 value)
{
	writes++;
	if (index == MSR_IA32_PEBS_ENABLE && *msr(MSR_CORE_PERF_GLOBAL_CTRL))
		stopped_first = false;
	*msr(index) = value;
}

static struct x86_vcpu *vcpu(struct kunit *test)
{
	struct x86_vcpu *x = kunit_kzalloc(test, sizeof(*x), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, x);
	reads = 0;
	writes = 0;
	stopped_first = true;
	return x;
}

static void switch_debugctl(struct kunit *test)
{
	struct x86_vcpu *x = vcpu(test);

	*msr(MSR_IA32_DEBUGCTLMSR) = BTF_AND_BUS_LOCK;
	preempt_disable();
	x86_switch_to_guest(x, false);
	KUNIT_EXPECT_EQ_MSG(test, *msr(MSR_IA32_DEBUGCTLMSR), 0, "not the guest's");
	x86_switch_to_host(x, false);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, *msr(MSR_IA32_DEBUGCTLMSR), BTF_AND_BUS_LOCK);

	/* VMX: the hardware clears it. */
	preempt_disable();
	x86_switch_to_guest(x, true);
	*msr(MSR_IA32_DEBUGCTLMSR) = 0;
	x86_switch_to_host(x, true);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, *msr(MSR_IA32_DEBUGCTLMSR), BTF_AND_BUS_LOCK);

	*msr(MSR_IA32_DEBUGCTLMSR) = 0;
	writes = 0;
	preempt_disable();
	x86_switch_to_guest(x, false);
	x86_switch_to_host(x, false);
	preempt_enable();
	KUNIT_EXPECT_EQ_MSG(test, writes, x86_fpu.xss ? 2 : 0, "nothing to do, nothing written");
}

static void switch_pebs(struct kunit *test)
{
	struct x86_vcpu *x = vcpu(test);
	bool pebs = x86_pebs;

	x86_pebs = true;
	*msr(MSR_IA32_PEBS_ENABLE) = 1;
	*msr(MSR_CORE_PERF_GLOBAL_CTRL) = 7;
	x86_pebs_out(x);
	KUNIT_EXPECT_EQ(test, *msr(MSR_IA32_PEBS_ENABLE), 0);
	KUNIT_EXPECT_EQ(test, *msr(MSR_CORE_PERF_GLOBAL_CTRL), 0);
	x86_pebs_in(x);
	KUNIT_EXPECT_EQ(test, *msr(MSR_IA32_PEBS_ENABLE), 1);
	KUNIT_EXPECT_EQ(test, *msr(MSR_CORE_PERF_GLOBAL_CTRL), 7);
	KUNIT_EXPECT_TRUE_MSG(test, stopped_first, "counters stand still while PEBS changes");

	/* Counters that write nothing count on. */
	*msr(MSR_IA32_PEBS_ENABLE) = 0;
	writes = 0;
	x86_pebs_out(x);
	x86_pebs_in(x);
	KUNIT_EXPECT_EQ(test, writes, 0);

	/* MSRs that are not there are not touched. */
	x86_pebs = false;
	*msr(MSR_IA32_PEBS_ENABLE) = 1;
	reads = 0;
	x86_pebs_out(x);
	x86_pebs_in(x);
	KUNIT_EXPECT_EQ(test, reads + writes, 0);
	x86_pebs = pebs;
}

/* #AC is the guest's own by three conditions, and else of the host's split lock detection. */
static void alignment_check(struct kunit *test)
{
	static const struct {
		u64 cr0, rflags;
		unsigned int cpl;
		bool guests;
	} rows[] = {
		{ X86_CR0_AM, X86_EFLAGS_AC, 3, true },
		{ X86_CR0_AM, X86_EFLAGS_AC, 0, false },
		{ X86_CR0_AM, X86_EFLAGS_AC, 2, false },
		{ X86_CR0_AM, 0, 3, false },
		{ 0, X86_EFLAGS_AC, 3, false },
		{ ~X86_CR0_AM, ~X86_EFLAGS_AC, 3, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ_MSG(test, x86_asks_for_ac(rows[i].cr0, rows[i].rflags, rows[i].cpl),
				    rows[i].guests, "row %u", i);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(switch_debugctl),
	KUNIT_CASE(switch_pebs),
	KUNIT_CASE(alignment_check),
	{}
};

struct kunit_suite axvcpu_x86_switch_suite = {
	.name = "axvcpu_x86_switch",
	.test_cases = cases,
};
