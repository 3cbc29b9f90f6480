/* SPDX-License-Identifier: GPL-2.0-only */
/* Branch predictors: what is done at exits, and what guests are told. */
#ifndef AXVCPU_ARM64_MITIGATION_H
#define AXVCPU_ARM64_MITIGATION_H

#include <linux/axvcpu.h>
#include <linux/types.h>

/* Calls of the architecture by which a guest protects itself (Arm DEN 0028, 7). */
#define SMCCC_ARCH_FEATURES	0x80000001U
#define SMCCC_WORKAROUND_1	0x80008000U	/* branch predictors: CVE-2017-5715 */
#define SMCCC_WORKAROUND_2	0x80007fffU	/* loads before stores: CVE-2018-3639 */
#define SMCCC_WORKAROUND_3	0x80003fffU	/* branch history: CVE-2022-23960 */

/* What discovery says of one. */
#define WORKAROUND_NONE		-1	/* nobody has it: NOT_SUPPORTED */
#define WORKAROUND_CALL		0	/* this CPU needs it */
#define WORKAROUND_NEEDLESS	1	/* it may be called, and does nothing */

/* ID_AA64PFR0_EL1.CSV2: 1: other contexts' branches are not used; 3: nor their history */
#define CSV2_BRANCHES	1
#define CSV2_HISTORY	3

/**
 * arm64_workaround() - what a guest is told of a workaround
 * @nr: SMCCC_WORKAROUND_*
 * @firmware: what firmware says of it, WORKAROUND_*
 * @csv2: ID_AA64PFR0_EL1.CSV2 of this CPU
 * @ssbs: ID_AA64PFR1_EL1.SSBS
 *
 * The second one firmware switches on and off. The kernel has it on while it runs, and so
 * while guests do: there is nothing for them to ask for. Where the CPU has SSBS firmware is
 * not needed: a guest has SSBS, too.
 */
static inline int arm64_workaround(u32 nr, int firmware, unsigned int csv2, unsigned int ssbs)
{
	switch (nr) {
	case SMCCC_WORKAROUND_1:
		return csv2 >= CSV2_BRANCHES ? WORKAROUND_NEEDLESS : firmware;
	case SMCCC_WORKAROUND_2:
		return ssbs || firmware < 0 ? WORKAROUND_NONE : WORKAROUND_NEEDLESS;
	case SMCCC_WORKAROUND_3:
		return csv2 >= CSV2_HISTORY ? WORKAROUND_NEEDLESS : firmware;
	}
	return WORKAROUND_NONE;
}

/* ID_AA64MMFR1_EL1.ECBHB, ID_AA64ISAR2_EL1.CLRBHB and others: what a CPU's predictors are. */
struct arm64_predictors {
	unsigned int csv2;
	bool ecbhb;
	bool clrbhb;
	u8 branches;	/* that overwrite the history of taken branches; 0: not known */
	int firmware_1;	/* WORKAROUND_* */
	int firmware_3;
};

u64 arm64_forget(const struct arm64_predictors *cpu);
u8 arm64_history_branches(u32 midr);
void arm64_mitigation_enable(void);
void arm64_mitigation_info(struct axvcpu_info *info);
u64 arm64_mitigation_here(void);
int arm64_workaround_here(u32 nr, bool *known);

#endif /* AXVCPU_ARM64_MITIGATION_H */
