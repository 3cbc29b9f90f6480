// SPDX-License-Identifier: GPL-2.0-only
/* CPUID tables: which are taken, what they answer, what follows from them. */
#include <linux/string.h>
#include <asm/cpufeature.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>

#include "../../arch/x86/cpuid.h"
#include "../suites.h"
#include "fixture.h"

#define INDEX		AXVCPU_X86_CPUID_INDEX
#define ENTRY(...)	((struct axvcpu_x86_cpuid) { __VA_ARGS__ })

static int check_one(struct axvcpu_x86_cpuid entry)
{
	return x86_cpuid_check(&entry, 1);
}

static int check_two(struct axvcpu_x86_cpuid a, struct axvcpu_x86_cpuid b)
{
	struct axvcpu_x86_cpuid table[] = { a, b };

	return x86_cpuid_check(table, ARRAY_SIZE(table));
}

static void x86_cpuid_checks_entries(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, x86_cpuid_check(NULL, 0), 0);
	KUNIT_EXPECT_EQ(test, check_one(ENTRY(.function = 7)), 0);
	KUNIT_EXPECT_EQ(test, check_one(ENTRY(7, 3, INDEX)), 0);
	KUNIT_EXPECT_EQ(test, check_one(ENTRY(7, 3)), -EINVAL);
	KUNIT_EXPECT_EQ(test, check_one(ENTRY(.flags = 2)), -EINVAL);
	KUNIT_EXPECT_EQ(test, check_one(ENTRY(.flags = BIT(31))), -EINVAL);
	KUNIT_EXPECT_EQ(test, check_one(ENTRY(.reserved = 1)), -EINVAL);
}

static void x86_cpuid_checks_pairs(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, check_two(ENTRY(1), ENTRY(2)), 0);
	KUNIT_EXPECT_EQ(test, check_two(ENTRY(2), ENTRY(1)), 0);
	KUNIT_EXPECT_EQ(test, check_two(ENTRY(7, 1, INDEX), ENTRY(7, 0, INDEX)), 0);
	KUNIT_EXPECT_EQ(test, check_two(ENTRY(1), ENTRY(1)), -EINVAL);
	KUNIT_EXPECT_EQ(test, check_two(ENTRY(7, 1, INDEX), ENTRY(7, 1, INDEX)),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, check_two(ENTRY(7, 1, INDEX), ENTRY(7)), -EINVAL);
	KUNIT_EXPECT_EQ(test, check_two(ENTRY(7), ENTRY(7, 0, INDEX)), -EINVAL);
}

static void x86_cpuid_checks_size(struct kunit *test)
{
	struct axvcpu_x86_cpuid *table;
	u32 i;

	table = kunit_kcalloc(test, AXVCPU_X86_MAX_CPUID + 1, sizeof(*table), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, table);
	for (i = 0; i <= AXVCPU_X86_MAX_CPUID; i++)
		table[i].function = i;
	KUNIT_EXPECT_EQ(test, x86_cpuid_check(table, AXVCPU_X86_MAX_CPUID), 0);
	KUNIT_EXPECT_EQ(test, x86_cpuid_check(table, AXVCPU_X86_MAX_CPUID + 1), -EINVAL);
	table[0].function = AXVCPU_X86_MAX_CPUID - 1;
	KUNIT_EXPECT_EQ(test, x86_cpuid_check(table, AXVCPU_X86_MAX_CPUID), -EINVAL);
}

/* What CPUID answers: EAX to EDX in @e. */
static void ask(struct kunit *test, u64 eax, u64 ecx, u32 *answer)
{
	struct x86_vcpu *x = &x86_fixture(test)->x;
	u64 *gpr = x->regs.gpr;

	gpr[AXVCPU_X86_RAX] = eax;
	gpr[AXVCPU_X86_RBX] = ~0ULL;
	gpr[AXVCPU_X86_RCX] = ecx;
	gpr[AXVCPU_X86_RDX] = ~0ULL;
	x86_cpuid(x);
	KUNIT_EXPECT_FALSE(test, (gpr[AXVCPU_X86_RAX] | gpr[AXVCPU_X86_RBX] |
				  gpr[AXVCPU_X86_RCX] | gpr[AXVCPU_X86_RDX]) >> 32);
	answer[0] = gpr[AXVCPU_X86_RAX];
	answer[1] = gpr[AXVCPU_X86_RBX];
	answer[2] = gpr[AXVCPU_X86_RCX];
	answer[3] = gpr[AXVCPU_X86_RDX];
}

static void expect_answer(struct kunit *test, u64 eax, u64 ecx, u32 want)
{
	u32 got[4];

	ask(test, eax, ecx, got);
	KUNIT_EXPECT_EQ(test, got[0], want);
}

/* In any order, found by leaf and index; what is not there reads as zeroes. */
static void x86_cpuid_answers(struct kunit *test)
{
	static const struct axvcpu_x86_cpuid table[] = {
		{ 0x80000001, .eax = 8 },
		{ 4, 2, INDEX, 42 },
		{ 0x40000000, .eax = 0x40000001 },
		{ 4, 0, INDEX, 40 },
		{ 4, 7, INDEX, 47 },
		{ 0, .eax = 7 },
	};
	u32 got[4];

	x86_cpuid_set(&x86_fixture(test)->x, table, ARRAY_SIZE(table));
	expect_answer(test, 0, 0, 7);
	expect_answer(test, 0, 99, 7);
	expect_answer(test, 0xffffffff00000000, 0, 7);
	expect_answer(test, 4, 0, 40);
	expect_answer(test, 4, 2, 42);
	expect_answer(test, 4, 7, 47);
	expect_answer(test, 4, 1, 0);
	expect_answer(test, 0x40000000, 0, 0x40000001);
	expect_answer(test, 0x40000002, 0, 0);
	expect_answer(test, 0x80000001, 0, 8);
	expect_answer(test, 0x80000002, 0, 0);
	ask(test, 0xffffffff, 0xffffffff, got);
	KUNIT_EXPECT_EQ(test, got[0] | got[1] | got[2] | got[3], 0U);
	x86_cpuid_set(&x86_fixture(test)->x, NULL, 0);
	expect_answer(test, 0, 0, 0);
}

static void x86_cpuid_follows_cr4(struct kunit *test)
{
	static const struct axvcpu_x86_cpuid table[] = { { 1, .ecx = ~0U } };
	struct x86_fixture *f = x86_fixture(test);
	u32 got[4];

	x86_cpuid_set(&f->x, table, 1);
	f->ctl.cr4 = 0;
	ask(test, 1, 0, got);
	KUNIT_EXPECT_EQ(test, got[2], (u32)~BIT(X86_FEATURE_OSXSAVE & 31));
	f->ctl.cr4 = X86_CR4_OSXSAVE;
	ask(test, 1, 0, got);
	KUNIT_EXPECT_EQ(test, got[2], ~0U);
}

/* SDM vol. 1, 13.4.2 and 13.4.3: the sizes of the enabled components. */
static void x86_cpuid_follows_xcr0(struct kunit *test)
{
	static const struct axvcpu_x86_cpuid table[] = {
		{ 0xd, 0, INDEX, .eax = 0xe7, .ebx = 1, .ecx = 2688 },
		{ 0xd, 1, INDEX, .eax = BIT(1), .ebx = 1 },
		{ 0xd, 2, INDEX, .eax = 256, .ebx = 576 },
		{ 0xd, 5, INDEX, .eax = 72, .ebx = 1088 },
		{ 0xd, 6, INDEX, .eax = 512, .ebx = 1152, .ecx = 2 },
		{ 0xd, 7, INDEX, .eax = 1024, .ebx = 1664 },
	};
	static const struct {
		u64 xcr0;
		u32 standard, compacted;
	} rows[] = {
		{ 1, 576, 576 },
		{ 3, 576, 576 },
		{ 7, 832, 832 },
		{ 0xe7, 2688, 2496 },
		{ 0x43, 1664, 1088 },
	};
	struct x86_fixture *f = x86_fixture(test);
	u32 got[4];
	size_t i;

	x86_cpuid_set(&f->x, table, ARRAY_SIZE(table));
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		f->x.xcr0 = rows[i].xcr0;
		ask(test, 0xd, 0, got);
		KUNIT_EXPECT_EQ(test, got[1], rows[i].standard);
		KUNIT_EXPECT_EQ(test, got[2], 2688U);
		ask(test, 0xd, 1, got);
		KUNIT_EXPECT_EQ(test, got[1], rows[i].compacted);
	}
}

/* A table may promise anything: the registers follow what is there as well. */
static void x86_cpuid_limits_registers(struct kunit *test)
{
	static const struct axvcpu_x86_cpuid all[] = {
		{ 1, .ecx = ~0U, .edx = ~0U },
		{ 7, 0, INDEX, .ebx = ~0U, .ecx = ~0U, .edx = ~0U },
		{ 0x80000001, .ecx = ~0U, .edx = ~0U },
	};
	static const struct axvcpu_x86_cpuid little[] = {
		{ 1, .edx = BIT(X86_FEATURE_PAE & 31) },
		{ 0x80000001, .edx = BIT(X86_FEATURE_NX & 31) },
	};
	struct x86_vcpu *x = &x86_fixture(test)->x;

	x86_cpuid_set(x, all, ARRAY_SIZE(all));
	KUNIT_EXPECT_EQ(test, x86_cr4_allowed(x), x86_cr4_supported());
	KUNIT_EXPECT_EQ(test, x86_efer_allowed(x), x86_efer_supported());
	KUNIT_EXPECT_EQ(test, x86_cr4_supported() &
			(X86_CR4_VMXE | X86_CR4_PKE | X86_CR4_LA57 | X86_CR4_SMXE), 0ULL);
	KUNIT_EXPECT_EQ(test, x86_efer_supported() & EFER_SVME, 0ULL);

	x86_cpuid_set(x, little, ARRAY_SIZE(little));
	KUNIT_EXPECT_EQ(test, x86_cr4_allowed(x), (u64)(X86_CR4_PAE | X86_CR4_PCE));
	KUNIT_EXPECT_EQ(test, x86_efer_allowed(x), (u64)EFER_NX);
	KUNIT_EXPECT_FALSE(test, x->has_tsc_aux);
}

/* What is offered is a valid table, sorted, with honest maximum leaves. */
static void x86_cpuid_supported_table(struct kunit *test)
{
	const struct axvcpu_x86_cpuid *table, *e;
	u32 count, i;

	table = x86_cpuid_supported(&count);
	KUNIT_EXPECT_EQ(test, x86_cpuid_check(table, count), 0);
	KUNIT_EXPECT_EQ(test, table[0].function, 0U);
	for (i = 0; i < count; i++) {
		e = &table[i];
		if (i)
			KUNIT_EXPECT_TRUE(test, e->function > e[-1].function ||
					  (e->function == e[-1].function &&
					   e->index > e[-1].index));
		if (e->function < 0x40000000)
			KUNIT_EXPECT_LE(test, e->function, table[0].eax);
		/* Not ours to give: VMX, MONITOR, x2APIC, SVM. */
		if (e->function == 1)
			KUNIT_EXPECT_EQ(test, e->ecx & (BIT(5) | BIT(3) | BIT(21)), 0UL);
		if (e->function == 1)
			KUNIT_EXPECT_TRUE(test, e->ecx & BIT(31));
		if (e->function == 0x80000001)
			KUNIT_EXPECT_EQ(test, e->ecx & BIT(2), 0UL);
		if (e->function == 0x40000000)
			KUNIT_EXPECT_EQ(test, memcmp(&e->ebx, "axvcpuaxvcpu", 12), 0);
	}
}

/* Without SET_CPUID: that table, with the vCPU's number as APIC ID. */
static void x86_cpuid_default_table(struct kunit *test)
{
	u32 got[4];

	ask(test, 1, 0, got);
	KUNIT_EXPECT_EQ(test, got[1] >> 24, 5U);
	KUNIT_EXPECT_EQ(test, x86_fixture(test)->x.regs.rip, 0xfff0ULL);
}

static struct kunit_case x86_cpuid_cases[] = {
	KUNIT_CASE(x86_cpuid_checks_entries),
	KUNIT_CASE(x86_cpuid_checks_pairs),
	KUNIT_CASE(x86_cpuid_checks_size),
	KUNIT_CASE(x86_cpuid_answers),
	KUNIT_CASE(x86_cpuid_follows_cr4),
	KUNIT_CASE(x86_cpuid_follows_xcr0),
	KUNIT_CASE(x86_cpuid_limits_registers),
	KUNIT_CASE(x86_cpuid_supported_table),
	KUNIT_CASE(x86_cpuid_default_table),
	{}
};

struct kunit_suite axvcpu_x86_cpuid_suite = {
	.name = "axvcpu_x86_cpuid",
	.init = x86_fixture_init,
	.exit = x86_fixture_exit,
	.test_cases = x86_cpuid_cases,
};
