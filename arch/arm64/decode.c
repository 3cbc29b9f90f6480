// SPDX-License-Identifier: GPL-2.0-only
/* What an exit's syndrome says, as pure functions. */
#include "decode.h"

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

static enum arm64_abort abort_kind(u64 esr)
{
	switch (esr >> 2 & 0xf) {
	case 0x1:
		return ARM64_ABORT_TRANSLATION;
	case 0x2:
		return ARM64_ABORT_ACCESS;
	case 0x3:
		return ARM64_ABORT_PERMISSION;
	}
	return ARM64_ABORT_OTHER;
}

static u32 abort_access(u64 esr)
{
	if (esr & ISS_S1PTW)
		/* A walk that sets access or dirty flags writes. */
		return AXVCPU_ACCESS_WALK | AXVCPU_ACCESS_READ |
		       (abort_kind(esr) == ARM64_ABORT_PERMISSION ? AXVCPU_ACCESS_WRITE : 0);
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
void arm64_decode_abort(u64 esr, struct arm64_access *out)
{
	bool data = esr_class(esr) == EC_DABT;

	*out = (struct arm64_access) {
		.kind = abort_kind(esr),
		.access = abort_access(esr),
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
bool arm64_par_failed(u64 par)
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
u64 arm64_abort_gpa(const struct arm64_access *abort, u64 hpfar, u64 far, u64 par)
{
	u64 page = (hpfar & HPFAR_FIPA) << 8;

	if (abort->walk)
		return page;
	if (abort->kind == ARM64_ABORT_PERMISSION)
		page = par & PAR_PA;
	return page | (far & GENMASK_ULL(11, 0));
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

static bool psci_known(u32 function)
{
	return function <= PSCI_AFFINITY_INFO || function == PSCI_MIGRATE_TYPE ||
	       (function >= PSCI_SYSTEM_OFF && function <= PSCI_FEATURES);
}

/* Function number without base and width; above PSCI_LAST: none of PSCI's. */
static u32 psci_function(u64 nr)
{
	return ((u32)nr & ~PSCI_64) - PSCI_BASE;
}

/**
 * arm64_decode_psci() - is a call one of PSCI (Arm DEN 0022), and what is it?
 * @nr: X0
 * @arg: X1
 * @value: ARM64_PSCI_ANSWER: what goes to X0
 */
enum arm64_psci arm64_decode_psci(u64 nr, u64 arg, s64 *value)
{
	u32 function = psci_function(nr);

	*value = PSCI_NOT_SUPPORTED;
	if (function > PSCI_LAST)
		return ARM64_PSCI_NONE;
	switch (function) {
	case PSCI_VERSION:
		*value = PSCI_1_1;
		break;
	case PSCI_FEATURES:
		if (psci_known(psci_function(arg)))
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
