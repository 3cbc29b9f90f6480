/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_ARM64_STATE_H
#define AXVCPU_ARM64_STATE_H

#include "arm64.h"

extern const struct axvcpu_state_group arm64_state_groups[];
u64 *arm64_kept_sysreg(struct arm64_vcpu *a, u32 id);

#endif /* AXVCPU_ARM64_STATE_H */
