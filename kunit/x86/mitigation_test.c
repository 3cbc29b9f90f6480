// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is done against side channels, on processors of all kinds: facts in, choices out.
 * And what a guest can do itself.
 */
#include <asm/msr-index.h>

#include "../../arch/x86/cpuid.h"
#include "../../arch/x86/mitigation.h"
#include "../../arch/x86/msr.h"
#include "../suites.h"
#include "fixture.h"

#define F(name)	X86_FACT_##name
#define E(name)	X86_ENTRY_##name
#define M(name)	AXVCPU_MITIGATION_##name

/* Before 2018, with microcode of after: Spectre, L1TF, MDS; two threads a core. */
#define OLD_INTEL	(F(BUG_BUFFERS) | F(BUG_L1TF) | F(BUG_SMT) | F(BUG_SPECTRE_V2) | \
			 F(BUG_VMSCAPE) | F(IBPB) | F(VERW) | F(SMT_ON))
#define AMD		(F(BUG_SPECTRE_V2) | F(BUG_VMSCAPE) | F(IBPB))

struct machine {
	const char *name;
	u64 facts;
	u32 flags;
	enum x86_l1d l1d;
	u32 in_force;
	u32 missing;
};

static const struct machine machines[] = {
	{ "without a bug", F(IBPB) | F(VERW) | F(SMT_ON), 0, X86_L1D_NEVER, 0, 0 },
	{ "Haswell, retpolines", OLD_INTEL | F(RSB) | F(RETPOLINE),
	  E(VERW) | E(RSB), X86_L1D_COND,
	  M(VERW) | M(L1D_FLUSH) | M(IBPB) | M(RSB_FILL), M(SMT_OFF) },
	{ "the same with nosmt", (OLD_INTEL & ~F(SMT_ON)) | F(RSB) | F(RETPOLINE),
	  E(VERW) | E(RSB), X86_L1D_COND,
	  M(VERW) | M(L1D_FLUSH) | M(IBPB) | M(RSB_FILL) | M(SMT_OFF), 0 },
	{ "the same, old microcode",
	  (OLD_INTEL & ~(F(SMT_ON) | F(IBPB) | F(VERW))) | F(RSB) | F(RETPOLINE),
	  E(VERW) | E(RSB), X86_L1D_COND,
	  M(L1D_FLUSH) | M(RSB_FILL) | M(SMT_OFF), M(VERW) | M(IBPB) },
	{ "the same, mitigations=off", OLD_INTEL | F(L1TF_OFF),
	  E(VERW), X86_L1D_NEVER,
	  M(VERW) | M(IBPB), M(SMT_OFF) | M(L1D_FLUSH) | M(RSB_FILL) },
	{ "Skylake, IBRS in the kernel", OLD_INTEL | F(BUG_RET_INTEL) | F(RSB) | F(IBRS),
	  E(VERW) | E(RSB) | E(SPEC_CTRL) | E(IBRS), X86_L1D_COND,
	  M(VERW) | M(L1D_FLUSH) | M(IBPB) | M(RSB_FILL) | M(SPEC_CTRL), M(SMT_OFF) },
	{ "Skylake, retpolines", OLD_INTEL | F(BUG_RET_INTEL) | F(RSB) | F(RETPOLINE),
	  E(VERW) | E(RSB), X86_L1D_COND,
	  M(VERW) | M(L1D_FLUSH) | M(IBPB) | M(RSB_FILL), M(SMT_OFF) | M(SPEC_CTRL) },
	{ "Skylake, calls are counted",
	  OLD_INTEL | F(BUG_RET_INTEL) | F(RSB) | F(RETPOLINE) | F(CALL_DEPTH),
	  E(VERW) | E(RSB), X86_L1D_COND,
	  M(VERW) | M(L1D_FLUSH) | M(IBPB) | M(RSB_FILL), M(SMT_OFF) },
	{ "Haswell that is a guest", OLD_INTEL | F(SKIP_L1D) | F(RSB) | F(RETPOLINE),
	  E(VERW) | E(RSB), X86_L1D_NEVER,
	  M(VERW) | M(IBPB) | M(RSB_FILL), M(SMT_OFF) },
	{ "Ice Lake, history by a loop",
	  F(BUG_SPECTRE_V2) | F(BUG_BHI) | F(IBPB) | F(EIBRS) | F(ONE_CALL) | F(HISTORY_LOOP),
	  E(ONE_CALL) | E(HISTORY), X86_L1D_NEVER,
	  M(IBPB) | M(RSB_FILL) | M(HISTORY), 0 },
	{ "Ice Lake, spectre_bhi=off",
	  F(BUG_SPECTRE_V2) | F(BUG_BHI) | F(IBPB) | F(EIBRS) | F(ONE_CALL),
	  E(ONE_CALL), X86_L1D_NEVER, M(IBPB) | M(RSB_FILL), M(HISTORY) },
	{ "Alder Lake", F(BUG_SPECTRE_V2) | F(BUG_BHI) | F(IBPB) | F(EIBRS) | F(HISTORY_CTRL),
	  0, X86_L1D_NEVER, M(IBPB) | M(HISTORY), 0 },
	{ "Zen 2", AMD | F(BUG_RET_AMD) | F(RSB) | F(RETPOLINE) | F(UNTRAIN),
	  E(RSB), X86_L1D_NEVER, M(IBPB) | M(RSB_FILL) | M(UNTRAIN_RET), 0 },
	{ "Zen 2, retbleed=off", AMD | F(BUG_RET_AMD) | F(RSB) | F(RETPOLINE),
	  E(RSB), X86_L1D_NEVER, M(IBPB) | M(RSB_FILL), M(UNTRAIN_RET) },
	{ "Zen 2, retbleed=ibpb", AMD | F(BUG_RET_AMD) | F(BUG_IBPB) | F(IBPB_AT_EXIT),
	  E(IBPB) | E(RSB), X86_L1D_NEVER, M(IBPB) | M(RSB_FILL), 0 },
	{ "Zen 3, srso=ibpb-vmexit", AMD | F(BUG_RET_AMD) | F(IBPB_AT_EXIT),
	  E(IBPB), X86_L1D_NEVER, M(IBPB), 0 },
	{ "Zen 5", AMD | F(BUG_RET_AMD) | F(EIBRS) | F(BP_REDUCE),
	  0, X86_L1D_NEVER, M(IBPB) | M(UNTRAIN_RET), 0 },
};

static void x86_mitigation_machines(struct kunit *test)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(machines); i++) {
		const struct machine *row = &machines[i];
		struct x86_mitigation m = x86_mitigation_choose(row->facts, true, X86_L1D_AUTO);

		KUNIT_EXPECT_EQ_MSG(test, m.entry_flags, row->flags, "%s", row->name);
		KUNIT_EXPECT_EQ_MSG(test, m.l1d, row->l1d, "%s", row->name);
		KUNIT_EXPECT_EQ_MSG(test, x86_mitigation_in_force(&m, row->facts),
				    row->in_force, "%s", row->name);
		KUNIT_EXPECT_EQ_MSG(test, x86_mitigation_missing(&m, row->facts),
				    row->missing, "%s", row->name);
	}
}

/* Turned off here: nothing is done, and nothing of what the CPU asks for is concealed. */
static void x86_mitigation_off(struct kunit *test)
{
	u64 facts = OLD_INTEL | F(RSB) | F(IBRS) | F(BUG_RET_INTEL) | F(IBPB_AT_EXIT);
	struct x86_mitigation m = x86_mitigation_choose(facts, false, X86_L1D_ALWAYS);

	KUNIT_EXPECT_EQ(test, m.entry_flags, 0U);
	KUNIT_EXPECT_EQ(test, m.l1d, X86_L1D_NEVER);
	KUNIT_EXPECT_FALSE(test, m.barrier_switch || m.barrier_leave);
	KUNIT_EXPECT_EQ(test, x86_mitigation_in_force(&m, facts), 0U);
	KUNIT_EXPECT_EQ(test, x86_mitigation_missing(&m, facts),
			M(VERW) | M(L1D_FLUSH) | M(SMT_OFF) | M(IBPB) | M(RSB_FILL) |
			M(SPEC_CTRL));
}

/* Barriers are for CPUs that have them, and a reason. */
static void x86_mitigation_barriers(struct kunit *test)
{
	struct x86_mitigation m;

	m = x86_mitigation_choose(F(IBPB), true, X86_L1D_AUTO);
	KUNIT_EXPECT_FALSE(test, m.barrier_switch || m.barrier_leave);
	m = x86_mitigation_choose(F(BUG_SPECTRE_V2) | F(BUG_VMSCAPE) | F(IBPB_AT_EXIT), true,
				  X86_L1D_AUTO);
	KUNIT_EXPECT_FALSE(test, m.barrier_switch || m.barrier_leave);
	KUNIT_EXPECT_EQ(test, m.entry_flags, 0U);
	m = x86_mitigation_choose(F(IBPB) | F(BUG_SPECTRE_V2), true, X86_L1D_AUTO);
	KUNIT_EXPECT_TRUE(test, m.barrier_switch && !m.barrier_leave);
	m = x86_mitigation_choose(F(IBPB) | F(BUG_VMSCAPE), true, X86_L1D_AUTO);
	KUNIT_EXPECT_TRUE(test, !m.barrier_switch && m.barrier_leave);
}

/* The flush: what the administrator wants, what the kernel wants, and CPUs without L1TF. */
static void x86_mitigation_l1d(struct kunit *test)
{
	static const struct {
		u64 facts;
		enum x86_l1d wanted, chosen;
	} rows[] = {
		{ 0, X86_L1D_ALWAYS, X86_L1D_NEVER },
		{ F(BUG_L1TF), X86_L1D_AUTO, X86_L1D_COND },
		{ F(BUG_L1TF), X86_L1D_NEVER, X86_L1D_NEVER },
		{ F(BUG_L1TF), X86_L1D_COND, X86_L1D_COND },
		{ F(BUG_L1TF), X86_L1D_ALWAYS, X86_L1D_ALWAYS },
		{ F(BUG_L1TF) | F(L1TF_FULL), X86_L1D_AUTO, X86_L1D_ALWAYS },
		{ F(BUG_L1TF) | F(L1TF_FULL), X86_L1D_COND, X86_L1D_COND },
		{ F(BUG_L1TF) | F(L1TF_OFF), X86_L1D_AUTO, X86_L1D_NEVER },
		{ F(BUG_L1TF) | F(L1TF_OFF), X86_L1D_ALWAYS, X86_L1D_ALWAYS },
		{ F(BUG_L1TF) | F(SKIP_L1D), X86_L1D_ALWAYS, X86_L1D_NEVER },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    x86_mitigation_choose(rows[i].facts, true,
							  rows[i].wanted).l1d,
				    rows[i].chosen, "row %zu", i);
}

/* IA32_SPEC_CTRL has the bits that CPUID says, on either vendor's leaves. */
static void x86_spec_ctrl_by_cpuid(struct kunit *test)
{
	static const struct {
		struct axvcpu_x86_cpuid leaf;
		u64 bits;
	} rows[] = {
		{ { .function = 1, .edx = ~0U }, 0 },
		{ { .function = 7, .edx = BIT(26) }, BIT(0) },
		{ { .function = 7, .edx = BIT(27) }, BIT(1) },
		{ { .function = 7, .edx = BIT(31) }, BIT(2) },
		{ { .function = 7, .edx = BIT(10) | BIT(28) | BIT(29) }, 0 },
		{ { .function = 7, .index = 1, .edx = ~0U }, 0 },
		{ { .function = 7, .index = 2, .edx = BIT(0) }, BIT(7) },
		{ { .function = 7, .index = 2, .edx = BIT(1) }, BIT(3) | BIT(4) },
		{ { .function = 7, .index = 2, .edx = BIT(2) }, BIT(5) | BIT(6) },
		{ { .function = 7, .index = 2, .edx = BIT(3) }, BIT(8) },
		{ { .function = 7, .index = 2, .edx = BIT(4) }, BIT(10) },
		{ { .function = 7, .index = 2, .edx = ~0U }, 0x5f8 },
		{ { .function = 0x80000008, .ebx = BIT(14) }, BIT(0) },
		{ { .function = 0x80000008, .ebx = BIT(15) }, BIT(1) },
		{ { .function = 0x80000008, .ebx = BIT(24) }, BIT(2) },
		{ { .function = 0x80000008, .ebx = BIT(28) }, BIT(7) },
		{ { .function = 0x80000008, .ebx = BIT(12) | BIT(25) | BIT(26) }, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct axvcpu_x86_cpuid leaf = rows[i].leaf;

		if (leaf.function == 7)
			leaf.flags = AXVCPU_X86_CPUID_INDEX;
		KUNIT_EXPECT_EQ_MSG(test, x86_spec_ctrl_bits(&leaf, 1), rows[i].bits,
				    "row %zu", i);
	}
}

/* Switched from the first value on that is not 0, and only of bits that are the guest's. */
static void x86_spec_ctrl_opens(struct kunit *test)
{
	struct x86_vcpu *x = &x86_fixture(test)->x;
	u32 before = x86_entry_flags(x, false);
	u64 value;

	/* Whatever this processor has. */
	x->spec_ctrl_allowed = 0;
	KUNIT_EXPECT_EQ(test, X86_MSR_FAULT, x86_wrmsr(x, MSR_IA32_SPEC_CTRL, 0));
	KUNIT_EXPECT_EQ(test, X86_MSR_FAULT, x86_rdmsr(x, MSR_IA32_SPEC_CTRL, &value));
	x->spec_ctrl_allowed = BIT(0) | BIT(2);
	KUNIT_EXPECT_EQ(test, X86_MSR_DONE, x86_wrmsr(x, MSR_IA32_SPEC_CTRL, 0));
	KUNIT_EXPECT_EQ(test, X86_MSR_FAULT, x86_wrmsr(x, MSR_IA32_SPEC_CTRL, BIT(1)));
	KUNIT_EXPECT_FALSE(test, x->spec_open);
	KUNIT_EXPECT_EQ(test, x86_entry_flags(x, false), before);
	KUNIT_EXPECT_EQ(test, X86_MSR_DONE,
			x86_wrmsr(x, MSR_IA32_SPEC_CTRL, x->spec_ctrl_allowed));
	KUNIT_EXPECT_EQ(test, x86_entry_flags(x, false),
			before | E(SPEC_CTRL) | E(SPEC_OPEN));
	KUNIT_EXPECT_EQ(test, x86_entry_flags(x, true), before);
	KUNIT_EXPECT_EQ(test, X86_MSR_DONE, x86_rdmsr(x, MSR_IA32_SPEC_CTRL, &value));
	KUNIT_EXPECT_EQ(test, value, x->spec_ctrl_allowed);
	x86_msr_reset(x);
	KUNIT_EXPECT_FALSE(test, x->spec_open);
	KUNIT_EXPECT_EQ(test, X86_MSR_DONE, x86_rdmsr(x, MSR_IA32_SPEC_CTRL, &value));
	KUNIT_EXPECT_EQ(test, value, 0ULL);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(x86_mitigation_machines),
	KUNIT_CASE(x86_mitigation_off),
	KUNIT_CASE(x86_mitigation_barriers),
	KUNIT_CASE(x86_mitigation_l1d),
	KUNIT_CASE(x86_spec_ctrl_by_cpuid),
	KUNIT_CASE(x86_spec_ctrl_opens),
	{ }
};

struct kunit_suite axvcpu_x86_mitigation_suite = {
	.name = "axvcpu_x86_mitigation",
	.init = x86_fixture_init,
	.exit = x86_fixture_exit,
	.test_cases = cases,
};
