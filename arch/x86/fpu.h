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

/* DR6 and DR7: what can be written, and what reads as one (SDM vol. 3, 18.2; APM 13.1.1) */
#define X86_DR6_CAUSES	0x0000e00fULL
#define X86_DR6_ONES	0xffff0ff0ULL
#define X86_DR7_BITS	0xffff2bffULL
#define X86_DR7_ONES	0x00000400ULL
#define X86_DR7_GD	BIT_ULL(13)	/* general detect */

#endif /* AXVCPU_X86_FPU_H */
