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

#define BTF_AND_BUS_LOCK	(DEBUGCTLMSR_BTF | BIT(2))

static struct {
	u32 index;
	u64 value;
} msrs[] = {
	{ MSR_IA32_DEBUGCTLMSR }, { MSR_IA32_XSS },
};

static unsigned int writes;

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
	return *msr(index);
}

static void fake_wrmsr(u32 index, u64 value)
{
	writes++;
	*msr(index) = value;
}

static struct x86_vcpu *vcpu(struct kunit *test)
{
	struct x86_vcpu *x = kunit_kzalloc(test, sizeof(*x), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, x);
	writes = 0;
	return x;
}

static void switch_debugctl(struct kunit *test)
{
	struct x86_vcpu *x = vcpu(test);

	*msr(MSR_IA32_DEBUGCTLMSR) = BTF_AND_BUS_LOCK;
	preempt_disable();
	x86_switch_to_guest(x, false);
	KUNIT_EXPECT_EQ_MSG(test, *msr(MSR_IA32_DEBUGCTLMSR), 0, "nothing of the host's in a guest");
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

static struct kunit_case cases[] = {
	KUNIT_CASE(switch_debugctl),
	{}
};

struct kunit_suite axvcpu_x86_switch_suite = {
	.name = "axvcpu_x86_switch",
	.test_cases = cases,
};
