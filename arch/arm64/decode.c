// SPDX-License-Identifier: GPL-2.0-only
/* What an exit's syndrome says, as pure functions. */
#include "decode.h"

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
