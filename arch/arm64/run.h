/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_ARM64_RUN_H
#define AXVCPU_ARM64_RUN_H

#include "arm64.h"

u64 arm64_hcr(void);
int arm64_load(struct axvcpu_vcpu *vcpu);
void arm64_unload(struct axvcpu_vcpu *vcpu);
void arm64_bring_home(struct arm64_vcpu *a);
void arm64_evict(void);
void arm64_enter(struct axvcpu_vcpu *vcpu);
void arm64_leave(struct axvcpu_vcpu *vcpu);
int arm64_run(struct axvcpu_vcpu *vcpu);
void arm64_fp_open(struct arm64_vcpu *a);

#endif /* AXVCPU_ARM64_RUN_H */
