/* SPDX-License-Identifier: GPL-2.0-only */
/* The backends of x86. */
#ifndef AXVCPU_X86_BACKENDS_H
#define AXVCPU_X86_BACKENDS_H

#include "../../core/ops.h"

extern const struct axvcpu_arch_ops vmx_ops;
extern const struct axvcpu_arch_ops svm_ops;

#endif /* AXVCPU_X86_BACKENDS_H */
