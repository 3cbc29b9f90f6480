/* SPDX-License-Identifier: GPL-2.0-only */
/* What an exit's syndrome says, as pure functions. Arm ARM D17.2.37. */
#ifndef AXVCPU_ARM64_DECODE_H
#define AXVCPU_ARM64_DECODE_H

#include <linux/bits.h>
#include <linux/types.h>
#include <linux/axvcpu_arm64.h>

/* Exception classes that EL2 sees of a guest. */
#define EC_UNKNOWN	0x00
#define EC_WFX		0x01
#define EC_CP15_32	0x03
#define EC_CP15_64	0x04
#define EC_CP14_32	0x05
#define EC_CP14_LS	0x06
#define EC_FP_ACCESS	0x07
#define EC_CP10_ID	0x08
#define EC_PAUTH	0x09
#define EC_LS64		0x0a
#define EC_CP14_64	0x0c
#define EC_ILLEGAL	0x0e
#define EC_SVC32	0x11
#define EC_HVC32	0x12
#define EC_SMC32	0x13
#define EC_SYSREG128	0x14
#define EC_HVC64	0x16
#define EC_SMC64	0x17
#define EC_SYSREG	0x18
#define EC_SVE		0x19
#define EC_TSTART	0x1b
#define EC_SME		0x1d
#define EC_IABT		0x20
#define EC_DABT		0x24
#define EC_SERROR	0x2f
#define EC_BREAKPOINT	0x30
#define EC_STEP		0x32
#define EC_WATCHPOINT	0x34
#define EC_BKPT32	0x38
#define EC_BRK64	0x3c

#define ESR_IL		BIT_ULL(25)

static inline u32 esr_class(u64 esr)
{
	return esr >> 26 & 0x3f;
}

/* What kind of fault an abort is: D17.2.37, DFSC and IFSC without the level. */
enum arm64_abort {
	ARM64_ABORT_OTHER,	/* external, parity, alignment, ... */
	ARM64_ABORT_TRANSLATION,
	ARM64_ABORT_ACCESS,
	ARM64_ABORT_PERMISSION,
};

/**
 * struct arm64_access - a data or instruction abort
 * @kind: what is wrong
 * @access: AXVCPU_ACCESS_*
 * @far_valid: FAR_EL2 holds the address
 * @walk: on a walk of the guest's tables
 * @maintenance: of a cache maintenance instruction
 * @decoded: the fields below are valid
 * @width: bytes: 1, 2, 4, 8
 * @reg: register: 0 to 31
 * @reg_width: 4, 8
 * @signed_ext: a load sign-extends
 * @write: it is a store
 */
struct arm64_access {
	enum arm64_abort kind;
	u32 access;
	bool far_valid;
	bool walk;
	bool maintenance;
	bool decoded;
	u8 width;
	u8 reg;
	u8 reg_width;
	bool signed_ext;
	bool write;
};

/* What an SError means for those who did not cause it. */
enum arm64_serror {
	ARM64_SERROR_PAST,	/* corrected, or nothing was taken from it */
	ARM64_SERROR_GUEST,	/* it has got no further than the guest */
	ARM64_SERROR_FATAL,	/* nobody knows how far it has got */
};

#define SERROR_IDS	BIT(24)		/* the syndrome is IMPLEMENTATION DEFINED */
#define SERROR_DFSC	0x11		/* asynchronous: AET is valid */
#define SERROR_AET(iss)	((iss) >> 10 & 7)
#define AET_UEU		1		/* uncorrected: unrecoverable */
#define AET_UEO		2		/* restartable */
#define AET_UER		3		/* recoverable */
#define AET_CE		6		/* corrected */

/**
 * arm64_serror_kind() - how far has an SError got?
 * @syndrome: ESR_EL2 of an SError, or DISR_EL1: the ISS is the same (D17.2.37, D17.2.33)
 * @ras: this CPU has FEAT_RAS; else the syndrome says nothing
 *
 * A PE without RAS says no more than that it came while the guest ran. One with it says how
 * far; where the category is missing the worst is assumed (DDI 0587, 2.4.4).
 */
static inline enum arm64_serror arm64_serror_kind(u64 syndrome, bool ras)
{
	if (!ras || syndrome & SERROR_IDS)
		return ARM64_SERROR_GUEST;
	if ((syndrome & 0x3f) != SERROR_DFSC)
		return ARM64_SERROR_FATAL;
	switch (SERROR_AET(syndrome)) {
	case AET_UEO:
	case AET_CE:
		return ARM64_SERROR_PAST;
	case AET_UEU:
	case AET_UER:
		return ARM64_SERROR_GUEST;
	}
	return ARM64_SERROR_FATAL;
}

#define ISS_ISV		BIT_ULL(24)
#define ISS_SSE		BIT_ULL(21)
#define ISS_SF		BIT_ULL(15)
#define ISS_FNV		BIT_ULL(10)
#define ISS_CM		BIT_ULL(8)
#define ISS_S1PTW	BIT_ULL(7)
#define ISS_WNR		BIT_ULL(6)

/* PAR_EL1 */
#define PAR_F		BIT_ULL(0)
#define PAR_PA		GENMASK_ULL(51, 12)
#define HPFAR_FIPA	GENMASK_ULL(43, 4)

static inline enum arm64_abort arm64_abort_kind(u64 esr)
{
	u32 kind = esr >> 2 & 0xf;

	return kind <= ARM64_ABORT_PERMISSION ? kind : ARM64_ABORT_OTHER;
}

static inline u32 arm64_abort_access(u64 esr)
{
	if (esr & ISS_S1PTW)
		/* A walk that sets access or dirty flags writes. */
		return AXVCPU_ACCESS_WALK | AXVCPU_ACCESS_READ |
		       (arm64_abort_kind(esr) == ARM64_ABORT_PERMISSION ? AXVCPU_ACCESS_WRITE : 0);
	if (esr_class(esr) == EC_IABT)
		return AXVCPU_ACCESS_EXEC;
	if (esr & ISS_WNR && !(esr & ISS_CM))
		return AXVCPU_ACCESS_WRITE;
	return AXVCPU_ACCESS_READ;
}

/**
 * arm64_decode_abort() - syndrome of a data or instruction abort
 * @esr: ESR_EL2 with class EC_IABT or EC_DABT
 * @out: filled in
 */
static inline void arm64_decode_abort(u64 esr, struct arm64_access *out)
{
	bool data = esr_class(esr) == EC_DABT;

	*out = (struct arm64_access) {
		.kind = arm64_abort_kind(esr),
		.access = arm64_abort_access(esr),
		.far_valid = !(esr & ISS_FNV),
		.walk = esr & ISS_S1PTW,
		.maintenance = data && esr & ISS_CM,
		.decoded = data && esr & ISS_ISV && !(esr & (ISS_S1PTW | ISS_CM)),
	};
	if (!out->decoded)
		return;
	out->width = 1 << (esr >> 22 & 3);
	out->reg = esr >> 16 & 0x1f;
	out->reg_width = esr & ISS_SF ? 8 : 4;
	out->signed_ext = esr & ISS_SSE;
	out->write = esr & ISS_WNR;
}

/**
 * arm64_par_failed() - did the translation of the address fail?
 * @par: PAR_EL1 after it
 */
static inline bool arm64_par_failed(u64 par)
{
	return par & PAR_F;
}

/**
 * arm64_abort_gpa() - guest physical address of an abort
 * @abort: the abort
 * @hpfar: HPFAR_EL2
 * @far: FAR_EL2
 * @par: PAR_EL1 of a translation of @far; used where HPFAR_EL2 is unknown
 */
static inline u64 arm64_abort_gpa(const struct arm64_access *abort, u64 hpfar, u64 far,
				  u64 par)
{
	u64 page = (hpfar & HPFAR_FIPA) << 8;

	if (abort->walk)
		return page;
	if (abort->kind == ARM64_ABORT_PERMISSION)
		page = par & PAR_PA;
	return page | (far & GENMASK_ULL(11, 0));
}

/* EC_SYSREG: the register as AXVCPU_ARM64_SYSREG(), and how it is accessed. */
static inline u32 arm64_iss_sysreg(u64 esr)
{
	return esr & AXVCPU_ARM64_SYSREG(3, 7, 15, 15, 7);
}

static inline unsigned int arm64_iss_rt(u64 esr)
{
	return esr >> 5 & 0x1f;
}

static inline bool arm64_iss_is_read(u64 esr)
{
	return esr & 1;
}

/* Fields of a register's name. */
#define SYSREG_OP0(id)	((id) >> 20 & 3)
#define SYSREG_OP1(id)	((id) >> 14 & 7)
#define SYSREG_OP2(id)	((id) >> 17 & 7)
#define SYSREG_CRN(id)	((id) >> 10 & 0xf)
#define SYSREG_CRM(id)	((id) >> 1 & 0xf)

bool arm64_sysreg_hidden(u32 id);

/**
 * struct arm64_sgi - what a write to ICC_SGI1R_EL1 asks for; IHI 0069, 12.2.24
 * @intid: 0 to 15
 * @all: all but the sender
 * @affinity: Aff3.Aff2.Aff1.0 of the targets
 * @list: bit n: Aff0 is @range * 16 + n
 * @range: see @list
 */
struct arm64_sgi {
	u32 intid;
	bool all;
	u64 affinity;
	u32 list;
	u32 range;
};

/* What a PSCI function is: what is answered at once, and what is not ours. */
enum arm64_psci {
	ARM64_PSCI_NONE,	/* no PSCI at all */
	ARM64_PSCI_ANSWER,	/* the answer is in @value */
	ARM64_PSCI_SUSPEND,
	ARM64_PSCI_CPU_ON,
	ARM64_PSCI_CPU_OFF,
	ARM64_PSCI_DOWN,
	ARM64_PSCI_VMM,		/* the VMM's, as a hypercall */
};

#define PSCI_BASE		0x84000000U
#define PSCI_64			0x40000000U
#define PSCI_LAST		0x1f

#define PSCI_VERSION		0x00
#define PSCI_CPU_SUSPEND	0x01
#define PSCI_CPU_OFF		0x02
#define PSCI_CPU_ON		0x03
#define PSCI_AFFINITY_INFO	0x04
#define PSCI_MIGRATE_TYPE	0x06
#define PSCI_SYSTEM_OFF		0x08
#define PSCI_SYSTEM_RESET	0x09
#define PSCI_FEATURES		0x0a

#define PSCI_1_1		0x00010001
#define PSCI_SUCCESS		0
#define PSCI_NOT_SUPPORTED	-1
#define PSCI_NO_MIGRATION	2

/* Functions that are there, by number; and those of them that have a 64-bit name, too. */
#define PSCI_HERE	(BIT(PSCI_VERSION) | BIT(PSCI_CPU_SUSPEND) | BIT(PSCI_CPU_OFF) | \
			 BIT(PSCI_CPU_ON) | BIT(PSCI_AFFINITY_INFO) | BIT(PSCI_MIGRATE_TYPE) | \
			 BIT(PSCI_SYSTEM_OFF) | BIT(PSCI_SYSTEM_RESET) | BIT(PSCI_FEATURES))
#define PSCI_HERE_64	(BIT(PSCI_CPU_SUSPEND) | BIT(PSCI_CPU_ON) | BIT(PSCI_AFFINITY_INFO))

/* Function number without base and width; above PSCI_LAST: none of PSCI's. */
static inline u32 psci_function(u64 nr)
{
	return ((u32)nr & ~PSCI_64) - PSCI_BASE;
}

/* Is a function of PSCI there, by this name? */
static inline bool psci_is_here(u64 nr)
{
	return BIT(psci_function(nr)) & (nr & PSCI_64 ? PSCI_HERE_64 : PSCI_HERE);
}

/**
 * arm64_decode_psci() - is a call one of PSCI (Arm DEN 0022), and what is it?
 * @nr: X0
 * @arg: X1
 * @value: ARM64_PSCI_ANSWER: what goes to X0
 *
 * By PSCI_FEATURES a guest asks for SMCCC_VERSION, too (Arm DEN 0028, appendix B): behind that
 * are calls of the VMM's, so it is asked.
 */
static inline enum arm64_psci arm64_decode_psci(u64 nr, u64 arg, s64 *value)
{
	u32 function = psci_function(nr);

	*value = PSCI_NOT_SUPPORTED;
	if (function > PSCI_LAST)
		return ARM64_PSCI_NONE;
	if (!psci_is_here(nr))
		return ARM64_PSCI_ANSWER;
	switch (function) {
	case PSCI_VERSION:
		*value = PSCI_1_1;
		break;
	case PSCI_FEATURES:
		if (psci_function(arg) > PSCI_LAST)
			return ARM64_PSCI_VMM;
		if (psci_is_here(arg))
			*value = PSCI_SUCCESS;
		break;
	case PSCI_MIGRATE_TYPE:
		*value = PSCI_NO_MIGRATION;
		break;
	case PSCI_CPU_SUSPEND:
		return ARM64_PSCI_SUSPEND;
	case PSCI_CPU_ON:
		return ARM64_PSCI_CPU_ON;
	case PSCI_CPU_OFF:
		return ARM64_PSCI_CPU_OFF;
	case PSCI_SYSTEM_OFF:
	case PSCI_SYSTEM_RESET:
		return ARM64_PSCI_DOWN;
	case PSCI_AFFINITY_INFO:
		return ARM64_PSCI_VMM;
	}
	return ARM64_PSCI_ANSWER;
}

void arm64_decode_sgi(u64 value, struct arm64_sgi *out);

#endif /* AXVCPU_ARM64_DECODE_H */
