// SPDX-License-Identifier: GPL-2.0-only
/* What an exit's syndrome says, as pure functions. */
#include "decode.h"

#define REG_NAME(op0, op1, crn, crm, op2) AXVCPU_ARM64_SYSREG(op0, op1, crn, crm, op2)

/* Registers that have neighbours which a guest may have; by the extension they came with. */
static bool is_hidden_register(u32 id)
{
	switch (id) {
	case REG_NAME(3, 0, 1, 0, 3):		/* SCTLR2: SCTLR2_EL1 */
	case REG_NAME(3, 0, 1, 0, 5):		/* MTE: RGSR_EL1, GCR_EL1, GMID_EL1 */
	case REG_NAME(3, 0, 1, 0, 6):
	case REG_NAME(3, 1, 0, 0, 4):
	case REG_NAME(3, 0, 2, 0, 3):		/* TCR2: TCR2_EL1 */
	case REG_NAME(3, 0, 6, 0, 5):		/* PFAR: PFAR_EL1 */
	case REG_NAME(3, 0, 10, 2, 1):		/* AIE: MAIR2_EL1, AMAIR2_EL1 */
	case REG_NAME(3, 0, 10, 3, 1):
	case REG_NAME(3, 0, 10, 2, 2):		/* S1PIE: PIRE0_EL1, PIR_EL1 */
	case REG_NAME(3, 0, 10, 2, 3):
	case REG_NAME(3, 0, 10, 2, 4):		/* S1POE: POR_EL1, POR_EL0 */
	case REG_NAME(3, 3, 10, 2, 4):
	case REG_NAME(3, 0, 10, 2, 5):		/* S2POE: S2POR_EL1 */
	case REG_NAME(3, 0, 13, 0, 3):		/* THE: RCWSMASK_EL1, RCWMASK_EL1 */
	case REG_NAME(3, 0, 13, 0, 6):
	case REG_NAME(3, 0, 13, 0, 5):		/* LS64: ACCDATA_EL1 */
	case REG_NAME(3, 0, 13, 0, 7):		/* CSV2_1p2: SCXTNUM_EL1, SCXTNUM_EL0 */
	case REG_NAME(3, 3, 13, 0, 7):
	case REG_NAME(3, 3, 13, 0, 5):		/* SME: TPIDR2_EL0 */
	case REG_NAME(3, 3, 14, 0, 5):		/* ECV: CNTPCTSS_EL0 */
	case REG_NAME(3, 3, 4, 4, 2):		/* FPMR: FPMR */
		return true;
	}
	return false;
}

/* Whole groups of them, each by CRn. */
static bool is_hidden_group(u32 id)
{
	u32 op1 = SYSREG_OP1(id), crm = SYSREG_CRM(id);

	switch (SYSREG_CRN(id)) {
	case 1:
		return op1 == 0 && crm == 2;			/* ZCR, SMCR, TRFCR */
	case 2:
		return (op1 == 0 && crm >= 1 && crm <= 3) ||	/* keys of PAuth */
		       crm == 5;				/* GCS */
	case 5:
		return op1 == 0 && (crm == 3 || crm == 4 ||	/* RAS */
				    crm == 6);			/* MTE: TFSR */
	case 9:
		return true;					/* PMU, SPE, TRBE */
	case 10:
		return op1 == 0 && (crm == 4 || crm == 5);	/* LOR, MPAM */
	case 13:
		return op1 == 3 && crm >= 2;			/* AMU */
	case 14:
		return op1 == 3 && crm >= 8;			/* PMU */
	}
	return false;
}

/**
 * arm64_sysreg_hidden() - is it of an extension that the ID registers do not offer?
 * @id: AXVCPU_ARM64_SYSREG() of a register or system instruction that has trapped
 *
 * Documentation/backends.rst says by what each of them traps.
 */
bool arm64_sysreg_hidden(u32 id)
{
	u32 op1 = SYSREG_OP1(id);

	switch (SYSREG_OP0(id)) {
	case 1:
		return op1 == 1;				/* BRBE's BRB */
	case 2:
		return op1 == 1 || (op1 == 3 && SYSREG_CRN(id) >= 8);	/* trace, BRBE; SPMU */
	case 3:
		return is_hidden_register(id) || is_hidden_group(id);
	}
	return false;
}

/**
 * arm64_decode_sgi() - a value written to ICC_SGI1R_EL1
 * @value: the value
 * @out: filled in
 */
void arm64_decode_sgi(u64 value, struct arm64_sgi *out)
{
	*out = (struct arm64_sgi) {
		.intid = value >> 24 & 0xf,
		.all = value >> 40 & 1,
		.affinity = (value >> 48 & 0xff) << 32 | (value >> 32 & 0xff) << 16 |
			    (value >> 16 & 0xff) << 8,
		.list = value & 0xffff,
		.range = value >> 44 & 0xf,
	};
}
