/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_CPUID_H
#define AXVCPU_X86_CPUID_H

#include "x86.h"

void x86_cpuid_init(void);			/* at load, after the FPU */
void x86_cpuid_default(struct x86_vcpu *x);	/* the table of a new vCPU */
int x86_cpuid_check(const struct axvcpu_x86_cpuid *table, u32 count);
void x86_cpuid_set(struct x86_vcpu *x, const struct axvcpu_x86_cpuid *table, u32 count);
/* the table of GET_SUPPORTED_CPUID */
const struct axvcpu_x86_cpuid *x86_cpuid_supported(u32 *count);
/* in place: EAX, ECX in, EAX to EDX out, upper halves cleared */
void x86_cpuid(struct x86_vcpu *x);
const struct axvcpu_x86_cpuid *x86_cpuid_find(struct x86_vcpu *x, u32 function, u32 index);
/* CR4 and EFER bits this guest may set, by its CPUID table */
u64 x86_cr4_allowed(struct x86_vcpu *x);
u64 x86_efer_allowed(struct x86_vcpu *x);
u64 x86_spec_ctrl_bits(const struct axvcpu_x86_cpuid *table, u32 count);
u64 x86_pred_cmd_allowed(struct x86_vcpu *x);
u64 x86_flush_cmd_allowed(struct x86_vcpu *x);
/* ... and what any guest may set here: SET_STATE allows that */
u64 x86_cr4_supported(void);
u64 x86_efer_supported(void);
u64 x86_spec_ctrl_supported(void);
/* ... and what of IA32_ARCH_CAPABILITIES holds for guests */
u64 x86_arch_caps_supported(void);

#endif /* AXVCPU_X86_CPUID_H */
