// SPDX-License-Identifier: GPL-2.0-only
/* Syndromes of recorded exits, PSCI, SGIs. */
#include "../../arch/arm64/decode.h"
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
	{ 0x8400000a, 0x80000000, ARM64_PSCI_ANSWER, -1 },
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

static struct kunit_case decode_cases[] = {
	KUNIT_CASE(abort_test),
	KUNIT_CASE(gpa_test),
	KUNIT_CASE(sysreg_test),
	KUNIT_CASE(sgi_test),
	KUNIT_CASE(psci_test),
	{}
};

struct kunit_suite axvcpu_arm64_decode_suite = {
	.name = "axvcpu_arm64_decode",
	.test_cases = decode_cases,
};
