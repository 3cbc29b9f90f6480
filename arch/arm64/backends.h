/* SPDX-License-Identifier: GPL-2.0-only */
/* The backends of arm64. */
#ifndef AXVCPU_ARM64_BACKENDS_H
#define AXVCPU_ARM64_BACKENDS_H

#include "../../core/ops.h"

extern struct axvcpu_arch_ops el2_ops;

#endif /* AXVCPU_ARM64_BACKENDS_H */
