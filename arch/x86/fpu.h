/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_FPU_H
#define AXVCPU_X86_FPU_H

#include "x86.h"

/* the switch itself is in switch.h */
int x86_fpu_init(void);				/* at load */
u64 x86_fpu_xcr0_supported(void);		/* 0 without XSAVE */
u32 x86_fpu_size(void);				/* bytes of @xsave */
int x86_fpu_alloc(struct x86_vcpu *x);		/* may sleep */
void x86_fpu_free(struct x86_vcpu *x);
void x86_fpu_reset(struct x86_vcpu *x);
int x86_fpu_check(const void *image);		/* SET_STATE: -EINVAL */
bool x86_xcr0_valid(u64 xcr0);
/* XSETBV: true if taken, false if #GP(0); the caller checks CPL and CR4 */
bool x86_xsetbv(struct x86_vcpu *x, u32 index, u64 value);

#endif /* AXVCPU_X86_FPU_H */
