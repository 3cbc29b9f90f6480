/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_ARM64_GIC_H
#define AXVCPU_ARM64_GIC_H

#include "arm64.h"

/* list registers */
#define ARM64_TIMER_INTID	27	/* the virtual timer's, in the guest */
int arm64_gic_usable(void);
void arm64_gic_init(void);
void arm64_gic_fini(void);
void arm64_gic_enable(void);
void arm64_gic_disable(void);
void arm64_gic_clear(void);
void arm64_gic_reset(struct arm64_vcpu *a);
void arm64_gic_in(struct arm64_vcpu *a);
void arm64_gic_out(struct arm64_vcpu *a);
void arm64_gic_get(struct arm64_vcpu *a, struct axvcpu_arm64_gic *gic);
int arm64_gic_check(const struct axvcpu_arm64_gic *gic);
void arm64_gic_set(struct arm64_vcpu *a, const struct axvcpu_arm64_gic *gic);

#endif /* AXVCPU_ARM64_GIC_H */
