/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_ARM64_VCPU_H
#define AXVCPU_ARM64_VCPU_H

#include "arm64.h"

int arm64_create(struct axvcpu_vcpu *vcpu);
void arm64_destroy(struct axvcpu_vcpu *vcpu);
void arm64_reset(struct axvcpu_vcpu *vcpu);
int arm64_set_entry(struct axvcpu_vcpu *vcpu, u64 entry);
int arm64_set_stage2_root(struct axvcpu_vcpu *vcpu, phys_addr_t root);
void arm64_read_regs(struct axvcpu_vcpu *vcpu);
void arm64_write_regs(struct axvcpu_vcpu *vcpu);
int arm64_set_gpr(struct axvcpu_vcpu *vcpu, unsigned int reg, u64 value);
void arm64_set_return_value(struct axvcpu_vcpu *vcpu, u64 value);
void arm64_set_pc(struct axvcpu_vcpu *vcpu, u64 pc);

/* a register operand; 31 reads as zero, and a write to it is dropped */
static inline u64 arm64_read_gpr(struct arm64_vcpu *a, unsigned int reg)
{
	return reg < 31 ? a->ctx.guest.x[reg] : 0;
}

static inline void arm64_write_gpr(struct arm64_vcpu *a, unsigned int reg, u64 value)
{
	if (reg < 31)
		a->ctx.guest.x[reg] = value;
}

#endif /* AXVCPU_ARM64_VCPU_H */
