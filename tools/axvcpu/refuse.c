// SPDX-License-Identifier: GPL-2.0-only
/* What no guest of axvcpu run is given. */
#include "refuse.h"

int refuse_sysreg_read(void *opaque, uint64_t addr, uint64_t *value)
{
	(void)opaque;
	(void)addr;
	(void)value;
	return AXVCPU_REFUSE_ACCESS;
}

int refuse_sysreg_write(void *opaque, uint64_t addr, uint64_t value)
{
	(void)opaque;
	(void)addr;
	(void)value;
	return AXVCPU_REFUSE_ACCESS;
}

int refuse_hypercall(void *opaque, const struct axvcpu_exit_hypercall *call,
		     uint64_t *result)
{
	(void)opaque;
	(void)call;
	*result = ~0ULL;
	return 0;
}
