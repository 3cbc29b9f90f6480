// SPDX-License-Identifier: GPL-2.0-only
/* Which CPUs have which errata, and what is done about their branch predictors. */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <asm/cputype.h>

#include "entry.h"
#include "errata.h"
#include "mitigation.h"

#define ALL_REVISIONS	MIDR_CPU_VAR_REV(0xf, 0xf)
/* Not every kernel's headers have them. */
#define AMPERE1A	MIDR_CPU_MODEL(0xc0, 0xac4)

/**
 * struct erratum - revisions of a CPU that have one
 * @model: MIDR_EL1 without the revision
 * @first: MIDR_CPU_VAR_REV() of the first
 * @last: of the last
 * @optional: OPTIONAL_* bit of what the switch does about it
 * @refusal: not NULL: nothing can be done; its name
 */
struct erratum {
	u32 model;
	u32 first, last;
	unsigned int optional;
	const char *refusal;
};

static const struct erratum errata[] = {
	/* 834220 */
	{ MIDR_CORTEX_A57, 0, MIDR_CPU_VAR_REV(1, 2), OPTIONAL_STAGE1_FIRST },
	/* 1508412 */
	{ MIDR_CORTEX_A77, 0, MIDR_CPU_VAR_REV(1, 0), OPTIONAL_PAR_SYNC },
	/* AC04_CPU_23 */
	{ AMPERE1A, 0, ALL_REVISIONS, OPTIONAL_HCR_SYNC },
	/* A guest may turn the host's interrupts off by its GIC registers. */
	{ MIDR_THUNDERX, 0, MIDR_CPU_VAR_REV(1, 2), .refusal = "Cavium 30115" },
	{ MIDR_THUNDERX_81XX, 0, MIDR_CPU_VAR_REV(0, 2), .refusal = "Cavium 30115" },
	{ MIDR_THUNDERX_83XX, 0, 0, .refusal = "Cavium 30115" },
	/* A guest's write of TTBRn_EL1 may cause a data abort in the core's other threads. */
	{ MIDR_CAVIUM_THUNDERX2, 0, ALL_REVISIONS, .refusal = "Cavium ThunderX2 219" },
	{ MIDR_BRCM_VULCAN, 0, ALL_REVISIONS, .refusal = "Cavium ThunderX2 219" },
};

static bool has(const struct erratum *e, u32 midr)
{
	return midr_is_cpu_model_range(midr, e->model, e->first, e->last);
}

/**
 * arm64_errata() - what the switch has to do on a CPU
 * @midr: MIDR_EL1
 *
 * Return: bits of @optional of struct el2_context.
 */
u64 arm64_errata(u32 midr)
{
	u64 optional = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(errata); i++)
		if (has(&errata[i], midr) && !errata[i].refusal)
			optional |= BIT_ULL(errata[i].optional);
	return optional;
}

/**
 * arm64_errata_refusal() - does a CPU let its guests harm the host?
 * @midr: MIDR_EL1
 *
 * Return: the erratum's name, NULL: no.
 */
const char *arm64_errata_refusal(u32 midr)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(errata); i++)
		if (has(&errata[i], midr) && errata[i].refusal)
			return errata[i].refusal;
	return NULL;
}

/* Branches that overwrite the history that branches are predicted by (Spectre-BHB). */
static const struct {
	u32 model;
	u8 branches;
} histories[] = {
	{ MIDR_CORTEX_X3, 132 },
	{ MIDR_NEOVERSE_V2, 132 },
	{ MIDR_CORTEX_A715, 38 },
	{ MIDR_CORTEX_A720, 38 },
	{ MIDR_CORTEX_A78, 32 },
	{ MIDR_CORTEX_A78AE, 32 },
	{ MIDR_CORTEX_A78C, 32 },
	{ MIDR_CORTEX_X1, 32 },
	{ MIDR_CORTEX_X1C, 32 },
	{ MIDR_CORTEX_A710, 32 },
	{ MIDR_CORTEX_X2, 32 },
	{ MIDR_NEOVERSE_N2, 32 },
	{ MIDR_NEOVERSE_V1, 32 },
	{ MIDR_HISI_TSV110, 32 },
	{ MIDR_CORTEX_A76, 24 },
	{ MIDR_CORTEX_A76AE, 24 },
	{ MIDR_CORTEX_A77, 24 },
	{ MIDR_NEOVERSE_N1, 24 },
	{ MIDR_QCOM_KRYO_4XX_GOLD, 24 },
	{ MIDR_HISI_HIP09, 24 },
	{ MIDR_AMPERE1, 11 },
	{ MIDR_CORTEX_A72, 8 },
	{ MIDR_CORTEX_A57, 8 },
};

/**
 * arm64_history_branches() - how many branches fill a CPU's history?
 * @midr: MIDR_EL1
 *
 * Return: 0: it is not known to need that.
 */
u8 arm64_history_branches(u32 midr)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(histories); i++)
		if (midr_is_cpu_model_range(midr, histories[i].model, 0, ALL_REVISIONS))
			return histories[i].branches;
	return 0;
}

/**
 * arm64_forget() - what an exit does to a CPU's branch predictors
 * @cpu: what is known of them
 *
 * The third workaround of firmware does what the first does, and more.
 *
 * Return: OPTIONAL_* bits.
 */
u64 arm64_forget(const struct arm64_predictors *cpu)
{
	bool apart = cpu->csv2 >= CSV2_HISTORY || cpu->ecbhb;
	u64 optional = 0;

	if (!apart && cpu->clrbhb)
		optional = BIT_ULL(OPTIONAL_CLRBHB);
	else if (!apart && cpu->branches)
		optional = BIT_ULL(OPTIONAL_LOOP) | (u64)cpu->branches << OPTIONAL_BRANCHES_AT;
	else if (!apart && cpu->firmware_3 == WORKAROUND_CALL)
		return BIT_ULL(OPTIONAL_FIRMWARE_3);
	if (cpu->csv2 < CSV2_BRANCHES && cpu->firmware_1 == WORKAROUND_CALL)
		optional |= BIT_ULL(OPTIONAL_FIRMWARE_1);
	return optional;
}
