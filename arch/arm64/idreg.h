/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_ARM64_IDREG_H
#define AXVCPU_ARM64_IDREG_H

#include "arm64.h"

void arm64_id_init(void);
u64 arm64_id_limit(u32 id, u64 host);
void arm64_id_default(struct arm64_vcpu *a);
bool arm64_is_id_reg(u32 id);
u64 arm64_id_read(struct arm64_vcpu *a, u32 id);
u32 arm64_id_count(void);
void arm64_id_list(struct arm64_vcpu *a, struct axvcpu_arm64_sysreg *list);
int arm64_id_check(const struct axvcpu_arm64_sysreg *reg);
void arm64_id_set(struct arm64_vcpu *a, const struct axvcpu_arm64_sysreg *reg);
bool arm64_allows_aarch32(struct arm64_vcpu *a);

#endif /* AXVCPU_ARM64_IDREG_H */
