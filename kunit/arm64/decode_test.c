// SPDX-License-Identifier: GPL-2.0-only
/* Syndromes of recorded exits, SErrors, PSCI, workarounds, SGIs; errata. */
#include <asm/cputype.h>

#include "../../arch/arm64/decode.h"
#include "../../arch/arm64/entry.h"
#include "../../arch/arm64/errata.h"
#include "../../arch/arm64/mitigation.h"
#include "../suites.h"

#define DABT(iss)	((u64)EC_DABT << 26 | BIT_ULL(25) | (iss))
#define IABT(iss)	((u64)EC_IABT << 26 | BIT_ULL(25) | (iss))
#define ISV(sas, sse, srt, sf)	(1U << 24 | (sas) << 22 | (sse) << 21 | (srt) << 16 | (sf) << 15)
#define WNR		BIT(6)
#define S1PTW		BIT(7)
#define CM		BIT(8)
#define FNV		BIT(10)
#define TRANSLATION(l)	(0x4 | (l))
#define ACCESS(l)	(0x8 | (l))
#define PERMISSION(l)	(0xc | (l))
#define EXTERNAL	0x10

static const struct {
	const char *what;
	u64 esr;
	struct arm64_access want;
} aborts[] = {
	{ "strb w0", DABT(ISV(0, 0, 0, 0) | WNR | TRANSLATION(3)),
	  { ARM64_ABORT_TRANSLATION, AXVCPU_ACCESS_WRITE, true, .decoded = true,
	    .width = 1, .reg = 0, .reg_width = 4, .write = true } },
	{ "ldrsw x30", DABT(ISV(2, 1, 30, 1) | TRANSLATION(1)),
	  { ARM64_ABORT_TRANSLATION, AXVCPU_ACCESS_READ, true, .decoded = true,
	    .width = 4, .reg = 30, .reg_width = 8, .signed_ext = true } },
	{ "ldrsh w7", DABT(ISV(1, 1, 7, 0) | TRANSLATION(2)),
	  { ARM64_ABORT_TRANSLATION, AXVCPU_ACCESS_READ, true, .decoded = true,
	    .width = 2, .reg = 7, .reg_width = 4, .signed_ext = true } },
	{ "str xzr", DABT(ISV(3, 0, 31, 1) | WNR | TRANSLATION(0)),
	  { ARM64_ABORT_TRANSLATION, AXVCPU_ACCESS_WRITE, true, .decoded = true,
	    .width = 8, .reg = 31, .reg_width = 8, .write = true } },
	{ "ldp", DABT(TRANSLATION(3)),
	  { ARM64_ABORT_TRANSLATION, AXVCPU_ACCESS_READ, true } },
	{ "read-only", DABT(ISV(3, 0, 1, 1) | WNR | PERMISSION(3)),
	  { ARM64_ABORT_PERMISSION, AXVCPU_ACCESS_WRITE, true, .decoded = true,
	    .width = 8, .reg = 1, .reg_width = 8, .write = true } },
	{ "not accessed", DABT(ACCESS(2)),
	  { ARM64_ABORT_ACCESS, AXVCPU_ACCESS_READ, true } },
	{ "table walk", DABT(S1PTW | WNR | TRANSLATION(3)),
	  { ARM64_ABORT_TRANSLATION, AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WALK, true,
	    .walk = true } },
	{ "walk that sets a flag", DABT(S1PTW | PERMISSION(3)),
	  { ARM64_ABORT_PERMISSION,
	    AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WRITE | AXVCPU_ACCESS_WALK, true, .walk = true } },
	{ "dc ivac", DABT(CM | WNR | TRANSLATION(1)),
	  { ARM64_ABORT_TRANSLATION, AXVCPU_ACCESS_READ, true, .maintenance = true } },
	{ "fetch", IABT(TRANSLATION(3)),
	  { ARM64_ABORT_TRANSLATION, AXVCPU_ACCESS_EXEC, true } },
	{ "external", DABT(EXTERNAL | FNV),
	  { ARM64_ABORT_OTHER, AXVCPU_ACCESS_READ, false } },
};

static void abort_test(struct kunit *test)
{
	struct arm64_access got;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(aborts); i++) {
		const struct arm64_access *want = &aborts[i].want;
		const char *what = aborts[i].what;

		arm64_decode_abort(aborts[i].esr, &got);
		KUNIT_EXPECT_EQ_MSG(test, got.kind, want->kind, "%s", what);
		KUNIT_EXPECT_EQ_MSG(test, got.access, want->access, "%s", what);
		KUNIT_EXPECT_EQ_MSG(test, got.far_valid, want->far_valid, "%s", what);
		KUNIT_EXPECT_EQ_MSG(test, got.walk, want->walk, "%s", what);
		KUNIT_EXPECT_EQ_MSG(test, got.maintenance, want->maintenance, "%s", what);
		KUNIT_EXPECT_EQ_MSG(test, got.decoded, want->decoded, "%s", what);
		KUNIT_EXPECT_EQ_MSG(test, got.width, want->width, "%s", what);
		KUNIT_EXPECT_EQ_MSG(test, got.reg, want->reg, "%s", what);
		KUNIT_EXPECT_EQ_MSG(test, got.reg_width, want->reg_width, "%s", what);
		KUNIT_EXPECT_EQ_MSG(test, got.signed_ext, want->signed_ext, "%s", what);
		KUNIT_EXPECT_EQ_MSG(test, got.write, want->write, "%s", what);
	}
}

static void gpa_test(struct kunit *test)
{
	struct arm64_access abort = { .kind = ARM64_ABORT_TRANSLATION };

	KUNIT_EXPECT_EQ(test, arm64_abort_gpa(&abort, 0x90000, 0xffff000012345678, 0),
			0x9000678ULL);
	abort.kind = ARM64_ABORT_PERMISSION;
	KUNIT_EXPECT_EQ(test, arm64_abort_gpa(&abort, 0, 0x678, 0xff00000040001b80),
			0x40001678ULL);
	KUNIT_EXPECT_FALSE(test, arm64_par_failed(0xff00000040001b80));
	KUNIT_EXPECT_TRUE(test, arm64_par_failed(0x809));
	abort.walk = true;
	KUNIT_EXPECT_EQ(test, arm64_abort_gpa(&abort, 0x400010, 0x678, 0), 0x40001000ULL);
}

static void sysreg_test(struct kunit *test)
{
	/* mrs x5, id_aa64pfr0_el1 */
	u64 esr = (u64)EC_SYSREG << 26 | BIT_ULL(25) |
		  AXVCPU_ARM64_SYSREG(3, 0, 0, 4, 0) | 5 << 5 | 1;

	KUNIT_EXPECT_EQ(test, arm64_iss_sysreg(esr), (u32)AXVCPU_ARM64_SYSREG(3, 0, 0, 4, 0));
	KUNIT_EXPECT_EQ(test, arm64_iss_rt(esr), 5U);
	KUNIT_EXPECT_TRUE(test, arm64_iss_is_read(esr));
	KUNIT_EXPECT_FALSE(test, arm64_iss_is_read(esr & ~1ULL));
}

static const struct {
	const char *name;
	u32 id;
	bool hidden;
} registers[] = {
	{ "PMCR_EL0", AXVCPU_ARM64_SYSREG(3, 3, 9, 12, 0), true },
	{ "PMICNTR_EL0", AXVCPU_ARM64_SYSREG(3, 3, 9, 4, 0), true },
	{ "PMEVTYPER0_EL0", AXVCPU_ARM64_SYSREG(3, 3, 14, 12, 0), true },
	{ "PMSCR_EL1", AXVCPU_ARM64_SYSREG(3, 0, 9, 9, 0), true },
	{ "TRBLIMITR_EL1", AXVCPU_ARM64_SYSREG(3, 0, 9, 11, 0), true },
	{ "BRBCR_EL1", AXVCPU_ARM64_SYSREG(2, 1, 9, 0, 0), true },
	{ "BRB IALL", AXVCPU_ARM64_SYSREG(1, 1, 7, 2, 4), true },
	{ "SPMCR_EL0", AXVCPU_ARM64_SYSREG(2, 3, 9, 12, 0), true },
	{ "AMCR_EL0", AXVCPU_ARM64_SYSREG(3, 3, 13, 2, 0), true },
	{ "MPAM0_EL1", AXVCPU_ARM64_SYSREG(3, 0, 10, 5, 1), true },
	{ "MPAMIDR_EL1", AXVCPU_ARM64_SYSREG(3, 0, 10, 4, 4), true },
	{ "LORC_EL1", AXVCPU_ARM64_SYSREG(3, 0, 10, 4, 3), true },
	{ "SMPRI_EL1", AXVCPU_ARM64_SYSREG(3, 0, 1, 2, 4), true },
	{ "GCR_EL1", AXVCPU_ARM64_SYSREG(3, 0, 1, 0, 6), true },
	{ "GMID_EL1", AXVCPU_ARM64_SYSREG(3, 1, 0, 0, 4), true },
	{ "TFSRE0_EL1", AXVCPU_ARM64_SYSREG(3, 0, 5, 6, 1), true },
	{ "ERXSTATUS_EL1", AXVCPU_ARM64_SYSREG(3, 0, 5, 4, 2), true },
	{ "GCSPR_EL0", AXVCPU_ARM64_SYSREG(3, 3, 2, 5, 1), true },
	{ "APIAKeyHi_EL1", AXVCPU_ARM64_SYSREG(3, 0, 2, 1, 1), true },
	{ "PIR_EL1", AXVCPU_ARM64_SYSREG(3, 0, 10, 2, 3), true },
	{ "POR_EL0", AXVCPU_ARM64_SYSREG(3, 3, 10, 2, 4), true },
	{ "SCTLR2_EL1", AXVCPU_ARM64_SYSREG(3, 0, 1, 0, 3), true },
	{ "FPMR", AXVCPU_ARM64_SYSREG(3, 3, 4, 4, 2), true },
	{ "CNTPCTSS_EL0", AXVCPU_ARM64_SYSREG(3, 3, 14, 0, 5), true },
	{ "SCTLR_EL1", AXVCPU_ARM64_SYSREG(3, 0, 1, 0, 0), false },
	{ "ACTLR_EL1", AXVCPU_ARM64_SYSREG(3, 0, 1, 0, 1), false },
	{ "TTBR0_EL1", AXVCPU_ARM64_SYSREG(3, 0, 2, 0, 0), false },
	{ "AFSR0_EL1", AXVCPU_ARM64_SYSREG(3, 0, 5, 1, 0), false },
	{ "MAIR_EL1", AXVCPU_ARM64_SYSREG(3, 0, 10, 2, 0), false },
	{ "AMAIR_EL1", AXVCPU_ARM64_SYSREG(3, 0, 10, 3, 0), false },
	{ "CNTP_CTL_EL0", AXVCPU_ARM64_SYSREG(3, 3, 14, 2, 1), false },
	{ "CNTPCT_EL0", AXVCPU_ARM64_SYSREG(3, 3, 14, 0, 1), false },
	{ "ICC_SGI1R_EL1", AXVCPU_ARM64_SYSREG(3, 0, 12, 11, 5), false },
	{ "MDSCR_EL1", AXVCPU_ARM64_SYSREG(2, 0, 0, 2, 2), false },
	{ "MDCCSR_EL0", AXVCPU_ARM64_SYSREG(2, 3, 0, 1, 0), false },
	{ "ID_AA64PFR0_EL1", AXVCPU_ARM64_SYSREG(3, 0, 0, 4, 0), false },
	{ "DC ISW", AXVCPU_ARM64_SYSREG(1, 0, 7, 6, 2), false },
};

static void hidden_test(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(registers); i++)
		KUNIT_EXPECT_EQ_MSG(test, arm64_sysreg_hidden(registers[i].id),
				    registers[i].hidden, "%s", registers[i].name);
}

static void sgi_test(struct kunit *test)
{
	struct arm64_sgi sgi;

	arm64_decode_sgi(0x0011203305443210, &sgi);
	KUNIT_EXPECT_EQ(test, sgi.intid, 5U);
	KUNIT_EXPECT_FALSE(test, sgi.all);
	KUNIT_EXPECT_EQ(test, sgi.affinity, 0x1100334400ULL);
	KUNIT_EXPECT_EQ(test, sgi.list, 0x3210U);
	KUNIT_EXPECT_EQ(test, sgi.range, 2U);
	arm64_decode_sgi(BIT_ULL(40), &sgi);
	KUNIT_EXPECT_TRUE(test, sgi.all);
}

static const struct {
	u64 nr, arg;
	enum arm64_psci want;
	s64 value;
} calls[] = {
	{ 0x84000000, 0, ARM64_PSCI_ANSWER, 0x10001 },
	{ 0x84000001, 0, ARM64_PSCI_SUSPEND, -1 },
	{ 0xc4000001, 0, ARM64_PSCI_SUSPEND, -1 },
	{ 0x84000002, 0, ARM64_PSCI_CPU_OFF, -1 },
	{ 0xc4000003, 0, ARM64_PSCI_CPU_ON, -1 },
	{ 0xdead00000000 | 0xc4000003, 0, ARM64_PSCI_CPU_ON, -1 },
	{ 0x84000004, 0, ARM64_PSCI_VMM, -1 },
	{ 0x84000005, 0, ARM64_PSCI_ANSWER, -1 },
	{ 0x84000006, 0, ARM64_PSCI_ANSWER, 2 },
	{ 0x84000008, 0, ARM64_PSCI_DOWN, -1 },
	{ 0x84000009, 0, ARM64_PSCI_DOWN, -1 },
	{ 0x8400000a, 0xc4000003, ARM64_PSCI_ANSWER, 0 },
	{ 0x8400000a, 0x84000005, ARM64_PSCI_ANSWER, -1 },
	{ 0x8400000a, 0x80000000, ARM64_PSCI_VMM, -1 },
	{ 0x8400000a, 0x84000002, ARM64_PSCI_ANSWER, 0 },
	{ 0x8400000a, 0xc4000002, ARM64_PSCI_ANSWER, -1 },
	{ 0xc4000000, 0, ARM64_PSCI_ANSWER, -1 },
	{ 0xc4000002, 0, ARM64_PSCI_ANSWER, -1 },
	{ 0xc4000004, 0, ARM64_PSCI_VMM, -1 },
	{ 0xc4000008, 0, ARM64_PSCI_ANSWER, -1 },
	{ 0xc400000a, 0xc4000003, ARM64_PSCI_ANSWER, -1 },
	{ 0x8400001f, 0, ARM64_PSCI_ANSWER, -1 },
	{ 0x84000020, 0, ARM64_PSCI_NONE, -1 },
	{ 0x83ffffff, 0, ARM64_PSCI_NONE, -1 },
	{ 0, 0, ARM64_PSCI_NONE, -1 },
};

static void psci_test(struct kunit *test)
{
	unsigned int i;
	s64 value;

	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		KUNIT_EXPECT_EQ_MSG(test, arm64_decode_psci(calls[i].nr, calls[i].arg, &value),
				    calls[i].want, "%#llx", calls[i].nr);
		KUNIT_EXPECT_EQ_MSG(test, value, calls[i].value, "%#llx", calls[i].nr);
	}
}

static const struct {
	u32 nr;
	int firmware;
	unsigned int csv2, ssbs;
	int want;
} workarounds[] = {
	{ SMCCC_WORKAROUND_1, WORKAROUND_NONE, 0, 0, WORKAROUND_NONE },
	{ SMCCC_WORKAROUND_1, WORKAROUND_CALL, 0, 0, WORKAROUND_CALL },
	{ SMCCC_WORKAROUND_1, WORKAROUND_NEEDLESS, 0, 0, WORKAROUND_NEEDLESS },
	{ SMCCC_WORKAROUND_1, WORKAROUND_NONE, 1, 0, WORKAROUND_NEEDLESS },
	{ SMCCC_WORKAROUND_2, WORKAROUND_NONE, 0, 0, WORKAROUND_NONE },
	{ SMCCC_WORKAROUND_2, WORKAROUND_CALL, 0, 0, WORKAROUND_NEEDLESS },
	{ SMCCC_WORKAROUND_2, WORKAROUND_NEEDLESS, 0, 0, WORKAROUND_NEEDLESS },
	{ SMCCC_WORKAROUND_2, WORKAROUND_CALL, 0, 1, WORKAROUND_NONE },
	{ SMCCC_WORKAROUND_3, WORKAROUND_CALL, 1, 0, WORKAROUND_CALL },
	{ SMCCC_WORKAROUND_3, WORKAROUND_NONE, 2, 0, WORKAROUND_NONE },
	{ SMCCC_WORKAROUND_3, WORKAROUND_NONE, 3, 0, WORKAROUND_NEEDLESS },
	{ SMCCC_ARCH_FEATURES, WORKAROUND_CALL, 3, 0, WORKAROUND_NONE },
};

static void workaround_test(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(workarounds); i++)
		KUNIT_EXPECT_EQ_MSG(test, arm64_workaround(workarounds[i].nr,
							   workarounds[i].firmware,
							   workarounds[i].csv2,
							   workarounds[i].ssbs),
				    workarounds[i].want, "row %u", i);
}

#define LOOP(n)		(BIT_ULL(OPTIONAL_LOOP) | (n) << OPTIONAL_BRANCHES_AT)

static const struct {
	const char *what;
	struct arm64_predictors cpu;
	u64 want;
} predictors[] = {
	{ "contexts apart", { 3, false, true, 32, WORKAROUND_CALL, WORKAROUND_CALL }, 0 },
	{ "history apart", { 1, true, true, 32, WORKAROUND_CALL, WORKAROUND_CALL }, 0 },
	{ "an instruction", { 2, false, true, 32, WORKAROUND_NONE, WORKAROUND_CALL },
	  BIT_ULL(OPTIONAL_CLRBHB) },
	{ "branches", { 1, false, false, 24, WORKAROUND_NEEDLESS, WORKAROUND_CALL }, LOOP(24ULL) },
	{ "branches, and firmware", { 0, false, false, 8, WORKAROUND_CALL, WORKAROUND_NONE },
	  LOOP(8ULL) | BIT_ULL(OPTIONAL_FIRMWARE_1) },
	{ "firmware for both", { 0, false, false, 0, WORKAROUND_CALL, WORKAROUND_CALL },
	  BIT_ULL(OPTIONAL_FIRMWARE_3) },
	{ "firmware for branches", { 0, false, false, 0, WORKAROUND_CALL, WORKAROUND_NEEDLESS },
	  BIT_ULL(OPTIONAL_FIRMWARE_1) },
	{ "neither needed", { 0, false, false, 0, WORKAROUND_NEEDLESS, WORKAROUND_NEEDLESS }, 0 },
	{ "nobody to ask", { 0, false, false, 0, WORKAROUND_NONE, WORKAROUND_NONE }, 0 },
};

static void forget_test(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(predictors); i++)
		KUNIT_EXPECT_EQ_MSG(test, arm64_forget(&predictors[i].cpu), predictors[i].want,
				    "%s", predictors[i].what);
	KUNIT_EXPECT_EQ(test, arm64_history_branches(MIDR_NEOVERSE_N1 | 3 << 20 | 1), 24);
	KUNIT_EXPECT_EQ(test, arm64_history_branches(MIDR_CORTEX_A53), 0);
}

#define DISR_A		BIT_ULL(31)
#define SERROR(iss)	((u64)EC_SERROR << 26 | BIT_ULL(25) | (iss))
#define AET(n)		((n) << 10)

static const struct {
	u64 syndrome;
	bool ras;
	enum arm64_serror want;
} serrors[] = {
	/* No RAS, or words of the implementation's own: nothing to go by. */
	{ SERROR(0), false, ARM64_SERROR_GUEST },
	{ SERROR(SERROR_DFSC), false, ARM64_SERROR_GUEST },
	{ SERROR(SERROR_IDS | 0x123), true, ARM64_SERROR_GUEST },
	{ DISR_A | SERROR_IDS, true, ARM64_SERROR_GUEST },
	/* Not categorized. */
	{ SERROR(0), true, ARM64_SERROR_FATAL },
	{ DISR_A, true, ARM64_SERROR_FATAL },
	/* Uncontainable, and the values that nobody has defined. */
	{ SERROR(SERROR_DFSC | AET(0)), true, ARM64_SERROR_FATAL },
	{ DISR_A | SERROR_DFSC | AET(4), true, ARM64_SERROR_FATAL },
	{ DISR_A | SERROR_DFSC | AET(7), true, ARM64_SERROR_FATAL },
	{ SERROR(SERROR_DFSC | AET(AET_UEU)), true, ARM64_SERROR_GUEST },
	{ DISR_A | SERROR_DFSC | AET(AET_UER), true, ARM64_SERROR_GUEST },
	{ SERROR(SERROR_DFSC | AET(AET_UEO)), true, ARM64_SERROR_PAST },
	{ DISR_A | SERROR_DFSC | AET(AET_CE), true, ARM64_SERROR_PAST },
};

static void serror_test(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(serrors); i++)
		KUNIT_EXPECT_EQ_MSG(test, arm64_serror_kind(serrors[i].syndrome, serrors[i].ras),
				    serrors[i].want, "%#llx", serrors[i].syndrome);
}

#define REVISION(model, variant, revision) ((model) | (variant) << 20 | (revision))

static void errata_test(struct kunit *test)
{
	const u32 n1 = MIDR_NEOVERSE_N1, a57 = MIDR_CORTEX_A57, a77 = MIDR_CORTEX_A77;
	const u32 ampere1a = MIDR_CPU_MODEL(0xc0, 0xac4);

	KUNIT_EXPECT_EQ(test, arm64_errata(n1), 0ULL);
	KUNIT_EXPECT_EQ(test, arm64_errata(REVISION(a57, 1, 2)), BIT_ULL(OPTIONAL_STAGE1_FIRST));
	KUNIT_EXPECT_EQ(test, arm64_errata(REVISION(a57, 1, 3)), 0ULL);
	KUNIT_EXPECT_EQ(test, arm64_errata(REVISION(a77, 1, 0)), BIT_ULL(OPTIONAL_PAR_SYNC));
	KUNIT_EXPECT_EQ(test, arm64_errata(REVISION(a77, 1, 1)), 0ULL);
	KUNIT_EXPECT_EQ(test, arm64_errata(REVISION(ampere1a, 3, 1)), BIT_ULL(OPTIONAL_HCR_SYNC));
	KUNIT_EXPECT_NULL(test, arm64_errata_refusal(n1));
	KUNIT_EXPECT_NOT_NULL(test, arm64_errata_refusal(REVISION(MIDR_THUNDERX, 1, 2)));
	KUNIT_EXPECT_NULL(test, arm64_errata_refusal(REVISION(MIDR_THUNDERX, 1, 3)));
	KUNIT_EXPECT_NOT_NULL(test, arm64_errata_refusal(REVISION(MIDR_CAVIUM_THUNDERX2, 2, 2)));
}

static struct kunit_case decode_cases[] = {
	KUNIT_CASE(abort_test),
	KUNIT_CASE(gpa_test),
	KUNIT_CASE(sysreg_test),
	KUNIT_CASE(hidden_test),
	KUNIT_CASE(sgi_test),
	KUNIT_CASE(psci_test),
	KUNIT_CASE(workaround_test),
	KUNIT_CASE(forget_test),
	KUNIT_CASE(serror_test),
	KUNIT_CASE(errata_test),
	{}
};

struct kunit_suite axvcpu_arm64_decode_suite = {
	.name = "axvcpu_arm64_decode",
	.test_cases = decode_cases,
};
