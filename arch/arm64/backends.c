// SPDX-License-Identifier: GPL-2.0-only
/* The backends of arm64: one, which finds out in which mode it works. */
#include <linux/stddef.h>

#include "backends.h"

const struct axvcpu_arch_ops *const axvcpu_arch_backends[] = {
	&el2_ops,
	NULL
};
