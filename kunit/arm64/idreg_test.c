// SPDX-License-Identifier: GPL-2.0-only
/* ID registers: what is hidden, and what may be narrowed. */
#include <linux/slab.h>

#include "../../arch/arm64/arm64.h"
#include "../../arch/arm64/idreg.h"
#include "../suites.h"

#define PFR0	AXVCPU_ARM64_SYSREG(3, 0, 0, 4, 0)
#define ISAR0	AXVCPU_ARM64_SYSREG(3, 0, 0, 6, 0)
#define MMFR0	AXVCPU_ARM64_SYSREG(3, 0, 0, 7, 0)
#define MMFR1	AXVCPU_ARM64_SYSREG(3, 0, 0, 7, 1)

static int id_test_init(struct kunit *test)
{
	struct arm64_vcpu *a = kunit_kzalloc(test, sizeof(*a), GFP_KERNEL);

	if (!a)
		return -ENOMEM;
	arm64_id_init();
	arm64_id_default(a);
	test->priv = a;
	return 0;
}

static int check(u32 id, u64 value)
{
	struct axvcpu_arm64_sysreg reg = { .id = id, .value = value };

	return arm64_id_check(&reg);
}

static void hidden_test(struct kunit *test)
{
	u64 pfr0 = arm64_id_read(test->priv, PFR0);

	KUNIT_EXPECT_EQ(test, pfr0 & 0xff, 0x11ULL);		/* EL0, EL1: AArch64 */
	KUNIT_EXPECT_EQ(test, pfr0 >> 8 & 0xff, 0ULL);		/* no EL2, EL3 */
	KUNIT_EXPECT_EQ(test, pfr0 >> 28 & 0xff, 0ULL);		/* no RAS, SVE */
	KUNIT_EXPECT_FALSE(test, arm64_allows_aarch32(test->priv));
	KUNIT_EXPECT_TRUE(test, arm64_is_id_reg(PFR0));
	KUNIT_EXPECT_FALSE(test, arm64_is_id_reg(AXVCPU_ARM64_SYSREG(3, 0, 0, 0, 5)));
	KUNIT_EXPECT_FALSE(test, arm64_is_id_reg(AXVCPU_ARM64_SYSREG(3, 3, 0, 4, 0)));
}

static void narrow_test(struct kunit *test)
{
	u64 pfr0 = arm64_id_read(test->priv, PFR0), isar0 = arm64_id_read(test->priv, ISAR0);
	struct axvcpu_arm64_sysreg reg = { .id = PFR0, .value = pfr0 | 0xffULL << 16 };
	unsigned int shift;

	KUNIT_EXPECT_EQ(test, check(PFR0, pfr0), 0);
	KUNIT_EXPECT_EQ(test, check(PFR0, pfr0 + 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, check(PFR0, pfr0 | 1ULL << 32), -EINVAL);
	KUNIT_EXPECT_EQ(test, check(ISAR0, 0), 0);
	for (shift = 0; shift < 64; shift += 4)
		if ((isar0 >> shift & 0xf) < 15)
			KUNIT_EXPECT_EQ(test, check(ISAR0, isar0 + BIT_ULL(shift)), -EINVAL);
	/* Fields with a sign: 15 is less than 0. */
	KUNIT_EXPECT_EQ(test, arm64_id_check(&reg), 0);
	arm64_id_set(test->priv, &reg);
	KUNIT_EXPECT_EQ(test, arm64_id_read(test->priv, PFR0), reg.value);
	KUNIT_EXPECT_EQ(test, check(0, 0), -EINVAL);
}

/* A host that has more than a guest can be given: some of it, none of the rest. */
static void capped_test(struct kunit *test)
{
	const u64 csv2 = 0xfULL << 56, all = ~0ULL;

	KUNIT_EXPECT_EQ(test, arm64_id_limit(PFR0, 2ULL << 56) & csv2, 1ULL << 56);
	KUNIT_EXPECT_EQ(test, arm64_id_limit(PFR0, 1ULL << 56) & csv2, 1ULL << 56);
	KUNIT_EXPECT_EQ(test, arm64_id_limit(PFR0, 0) & csv2, 0ULL);
	/* 52 bits of physical address, and LPA2 for two of the granules. */
	KUNIT_EXPECT_EQ(test, arm64_id_limit(MMFR0, 0x10200006) & 0xf0f0000f, 0x00100005ULL);
	/* 40 bits, no 16K granule; 15 says that there is none of 4K either. */
	KUNIT_EXPECT_EQ(test, arm64_id_limit(MMFR0, 0xf0000002) & 0xf0f0000f, 0xf0000002ULL);
	/* HCX, TWED and what came after but ECBHB; a register that nobody has heard of. */
	KUNIT_EXPECT_EQ(test, arm64_id_limit(MMFR1, all) >> 40, 0xf00000ULL);
	KUNIT_EXPECT_EQ(test, arm64_id_limit(AXVCPU_ARM64_SYSREG(3, 0, 0, 7, 7), all), 0ULL);
}

static struct kunit_case id_cases[] = {
	KUNIT_CASE(hidden_test),
	KUNIT_CASE(narrow_test),
	KUNIT_CASE(capped_test),
	{}
};

struct kunit_suite axvcpu_arm64_idreg_suite = {
	.name = "axvcpu_arm64_idreg",
	.init = id_test_init,
	.test_cases = id_cases,
};
