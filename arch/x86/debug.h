/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_DEBUG_H
#define AXVCPU_X86_DEBUG_H

#include "x86.h"

/* DR6 and DR7: what can be written, and what reads as one (SDM vol. 3, 18.2; APM 13.1.1) */
#define X86_DR6_CAUSES	0x0000e00fULL
#define X86_DR6_ONES	0xffff0ff0ULL
#define X86_DR7_BITS	0xffff2bffULL
#define X86_DR7_ONES	0x00000400ULL
#define X86_DR7_GD	BIT_ULL(13)	/* general detect */

/* are the debug registers SET_DEBUG's, and not the guest's? */
static inline bool x86_debugged(const struct x86_vcpu *x)
{
	return (x->vcpu->debug.flags & AXVCPU_DEBUG_STEP) || x->owns_dr;
}

/* effective DR7 for the control structure: guest's own or SET_DEBUG's */
u64 x86_debug_dr7(struct x86_vcpu *x, u64 guest_dr7);
/* what is enabled of the causes of a #DB */
u64 x86_debug_causes(u64 dr6, u64 dr7);
int x86_set_debug(struct axvcpu_vcpu *vcpu, const struct axvcpu_debug *debug);
/*
 * An intercepted #DB (@dr6 what it adds) or #BP; any exception. True: SET_DEBUG
 * asked for it, DEBUG or EXCEPTION is filled in and x86_exit() called; false: it
 * is the guest's. Ask x86_debug_exit() first.
 */
bool x86_debug_exit(struct x86_vcpu *x, u8 vector, u64 dr6);
bool x86_exception_exit(struct x86_vcpu *x, const struct axvcpu_inject *event);

#endif /* AXVCPU_X86_DEBUG_H */
