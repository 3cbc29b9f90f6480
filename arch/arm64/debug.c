// SPDX-License-Identifier: GPL-2.0-only
/* SET_DEBUG: single steps and breakpoint instructions. */
#include <linux/errno.h>

#include "arm64.h"
#include "debug.h"

/**
 * arm64_set_debug() - ops->set_debug
 * @vcpu: claimed by the caller
 * @debug: what is asked
 *
 * Exceptions of a guest go to its EL1, past EL2, and the breakpoint registers
 * stay the host's: neither can be asked for.
 *
 * Return: 0, -EINVAL.
 */
int arm64_set_debug(struct axvcpu_vcpu *vcpu, const struct axvcpu_debug *debug)
{
	unsigned int i;

	if (debug->flags & ~(AXVCPU_DEBUG_STEP | AXVCPU_DEBUG_SW_BREAK) || debug->exceptions)
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(debug->bp); i++)
		if (debug->bp[i].type || debug->bp[i].len || debug->bp[i].addr)
			return -EINVAL;
	return 0;
}
