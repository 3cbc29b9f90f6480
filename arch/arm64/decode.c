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
