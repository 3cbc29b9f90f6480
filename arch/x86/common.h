/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_COMMON_H
#define AXVCPU_X86_COMMON_H

#include "x86.h"

/* life of the shared part; ops that are the same on both vendors */
int x86_common_init(void);
void x86_info(struct axvcpu_info *info);
unsigned int x86_caps(struct axvcpu_cap *caps);
int x86_vcpu_init(struct x86_vcpu *x, struct axvcpu_vcpu *vcpu,
		  const struct x86_vendor *vendor);
void x86_vcpu_fini(struct x86_vcpu *x);
void x86_vcpu_reset(struct x86_vcpu *x);
int x86_set_entry(struct axvcpu_vcpu *vcpu, u64 entry);
static inline struct axvcpu_x86_regs *x86_run_regs(struct axvcpu_vcpu *vcpu)
{
	return (struct axvcpu_x86_regs *)vcpu->run->regs;
}

/* the flags that exist: SDM vol. 1, 3.4.3 */
static inline u64 x86_rflags(u64 rflags)
{
	return (rflags & 0x3f7fd5) | X86_EFLAGS_FIXED;
}

void x86_read_regs(struct axvcpu_vcpu *vcpu);
void x86_write_regs(struct axvcpu_vcpu *vcpu);
int x86_set_gpr(struct axvcpu_vcpu *vcpu, unsigned int reg, u64 value);
void x86_set_return_value(struct axvcpu_vcpu *vcpu, u64 value);
void x86_set_pc(struct axvcpu_vcpu *vcpu, u64 pc);
u64 x86_read_counter(void);
u64 x86_counter_hz(void);

/* guest TSC minus the host's */
static inline u64 x86_tsc_offset(const struct x86_vcpu *x)
{
	return axvcpu_counter_offset(x->vcpu->vm) + x->tsc_adjust;
}

/* write MMIO-style results into a register image: width rules of the SDM */
void x86_write_gpr(u64 *gpr, u64 value, unsigned int width);

#endif /* AXVCPU_X86_COMMON_H */
