/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_ARM64_SYSREG_H
#define AXVCPU_ARM64_SYSREG_H

#include "arm64.h"

enum axvcpu_next arm64_sysreg(struct arm64_vcpu *a);
enum axvcpu_next arm64_sysreg_slow(struct arm64_vcpu *a);

#endif /* AXVCPU_ARM64_SYSREG_H */
