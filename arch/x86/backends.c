// SPDX-License-Identifier: GPL-2.0-only
/* The backends of x86. The core takes the first whose init() succeeds. */
#include <linux/stddef.h>

#include "backends.h"

const struct axvcpu_arch_ops *const axvcpu_arch_backends[] = {
	&vmx_ops,
	&svm_ops,
	NULL
};
