/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What both vendors switch around a guest: FPU and TSC_AUX where RUN enters and leaves
 * its loop, XCR0, XSS and debug registers around each world switch. All of it is on
 * the path of every exit, and so here.
 */
#ifndef AXVCPU_X86_SWITCH_H
#define AXVCPU_X86_SWITCH_H

#include <asm/asm.h>
#include <asm/cpufeature.h>
#include <asm/debugreg.h>
#include <asm/fpu/api.h>
#include <asm/fpu/types.h>
#include <asm/fpu/xcr.h>
#include <asm/msr-index.h>

#include "fpu.h"
#include "x86.h"

/**
 * struct x86_fpu - FPU and SIMD state that this machine has
 * @xcr0: the host's XCR0
 * @xss: the host's IA32_XSS
 * @features: XCR0 bits that a guest may set; 0 without XSAVE
 * @size: bytes of a guest's area
 * @mxcsr_mask: MXCSR bits that may be set
 */
struct x86_fpu {
	u64 xcr0;
	u64 xss;
	u64 features;
	u32 size;
	u32 mxcsr_mask;
};

extern struct x86_fpu x86_fpu;

/* fpu.c: a guest's area that cannot be loaded: the reset state instead */
void x86_fpu_enter_anew(struct x86_vcpu *x);

static __always_inline void x86_fpu_save(void *area)
{
	if (x86_fpu.features)
		asm volatile("xsaveq (%0)"
			     : : "r" (area), "a" ((u32)x86_fpu.features),
				 "d" ((u32)(x86_fpu.features >> 32)) : "memory");
	else
		asm volatile("fxsaveq (%0)" : : "r" (area) : "memory");
}

static __always_inline bool x86_fpu_restore(const void *area)
{
	u32 failed = 1;

	if (x86_fpu.features)
		asm volatile("1: xrstorq (%1)\n\txorl %0, %0\n2:" _ASM_EXTABLE(1b, 2b)
			     : "+r" (failed)
			     : "r" (area), "a" ((u32)x86_fpu.features),
			       "d" ((u32)(x86_fpu.features >> 32)) : "memory");
	else
		asm volatile("1: fxrstorq (%1)\n\txorl %0, %0\n2:" _ASM_EXTABLE(1b, 2b)
			     : "+r" (failed) : "r" (area) : "memory");
	return !failed;
}

/**
 * x86_fpu_enter() - the guest's FPU state into the registers
 * @x: a vCPU about to run
 *
 * The kernel need not set up registers of its own: all of them are loaded.
 *
 * CPUs that restore FOP, FIP and FDP only with an exception pending (APM vol. 2,
 * 11.5.1) would show the host's to the guest: those are replaced first.
 *
 * Context: interrupts on; preemption is off until x86_fpu_leave().
 */
static __always_inline void x86_fpu_enter(struct x86_vcpu *x)
{
	kernel_fpu_begin_mask(0);
	if (static_cpu_has_bug(X86_BUG_FXSAVE_LEAK))
		asm volatile("fnclex\n\temms\n\tfildl %0" : : "m" (*(const u32 *)x->xsave));
	if (unlikely(!x86_fpu_restore(x->xsave)))
		x86_fpu_enter_anew(x);
}

/**
 * x86_fpu_leave() - reverses x86_fpu_enter()
 * @x: the vCPU
 */
static __always_inline void x86_fpu_leave(struct x86_vcpu *x)
{
	x86_fpu_save(x->xsave);
	kernel_fpu_end();
}

/**
 * x86_load() - the vCPU comes to this CPU
 * @x: its state is about to be resident here
 *
 * TSC_AUX of the host is a number of this CPU, and never changes.
 *
 * Context: preemption off.
 */
static inline void x86_load(struct x86_vcpu *x)
{
	if (boot_cpu_has(X86_FEATURE_RDTSCP) || boot_cpu_has(X86_FEATURE_RDPID))
		x->host_tsc_aux = x86_host_rdmsr(MSR_TSC_AUX);
}

/**
 * x86_enter() - FPU and TSC_AUX for guest execution
 * @x: about to run
 *
 * The kernel itself does not read TSC_AUX; user mode does.
 *
 * Context: preemption off, interrupts on.
 */
static __always_inline void x86_enter(struct x86_vcpu *x)
{
	x86_fpu_enter(x);
	x->tsc_aux_loaded = x->has_tsc_aux;
	if (x->tsc_aux_loaded && x->msr[X86_SLOT_TSC_AUX] != x->host_tsc_aux)
		x86_host_wrmsr(MSR_TSC_AUX, x->msr[X86_SLOT_TSC_AUX]);
}

/**
 * x86_leave() - reverses x86_enter()
 * @x: has run
 */
static __always_inline void x86_leave(struct x86_vcpu *x)
{
	if (x->tsc_aux_loaded && x->msr[X86_SLOT_TSC_AUX] != x->host_tsc_aux)
		x86_host_wrmsr(MSR_TSC_AUX, x->host_tsc_aux);
	x->tsc_aux_loaded = false;
	x86_fpu_leave(x);
}

static __always_inline void x86_xcr0_load_guest(struct x86_vcpu *x)
{
	if (x->osxsave && x->xcr0 != x86_fpu.xcr0)
		xsetbv(XCR_XFEATURE_ENABLED_MASK, x->xcr0);
	if (x86_fpu.xss)
		x86_host_wrmsr(MSR_IA32_XSS, 0);
}

/*
 * XSETBV is intercepted, but an emulated processor may not care (QEMU's does not), so
 * the register tells what the guest's value is.
 */
static __always_inline void x86_xcr0_load_host(struct x86_vcpu *x, const bool sealed)
{
	u64 xcr0;

	if (x86_fpu.xss)
		x86_host_wrmsr(MSR_IA32_XSS, x86_fpu.xss);
	if (!x->osxsave)
		return;
	xcr0 = sealed ? x->xcr0 : xgetbv(XCR_XFEATURE_ENABLED_MASK);
	if (xcr0 != x86_fpu.xcr0)
		xsetbv(XCR_XFEATURE_ENABLED_MASK, x86_fpu.xcr0);
	if (unlikely(xcr0 != x->xcr0) && x86_xcr0_valid(xcr0))
		x->xcr0 = xcr0;
}

#define X86_DR7_ENABLES	0xffUL

/* common.c: has the CPU counters that write records (PEBS), and a switch for all of them? */
extern bool x86_pebs;

/* debug.c */
void x86_debug_host_out(struct x86_vcpu *x);
void x86_debug_host_in(struct x86_vcpu *x);
void x86_debug_guest_in(struct x86_vcpu *x);
void x86_debug_guest_out(struct x86_vcpu *x);

/* Not through a paravirtual kernel's calls: it has no hardware virtualization. */
static __always_inline u64 x86_read_dr7(void)
{
	u64 value;

	asm volatile("mov %%db7, %0" : "=r" (value));
	return value;
}

static __always_inline u64 x86_read_dr6(void)
{
	u64 value;

	asm volatile("mov %%db6, %0" : "=r" (value));
	return value;
}

/*
 * The host's, which modify_ldt() of another thread changes by an interrupt. The kernel's
 * store_ldt() may be moved by the compiler, as if nobody did.
 */
static __always_inline u16 x86_read_ldtr(void)
{
	u16 selector;

	asm volatile("sldt %0" : "=rm" (selector));
	return selector;
}

/* The upper half is not in the type, because the processor takes none. */
static __always_inline void x86_write_dr6(u32 value)
{
	asm volatile("mov %0, %%db6" : : "r" ((u64)value));
}

/**
 * x86_pebs_out() - Intel: the host's counters write no records while the guest runs
 * @x: the vCPU whose world switch follows
 *
 * The buffer for them is at a linear address (IA32_DS_AREA, SDM vol. 3, 18.4.9), which is
 * the guest's then: a record would be written over its memory, or fault there. The counters
 * stop first, then nothing more comes; both, since an NMI of theirs starts them again. Without
 * PEBS in use they count on.
 *
 * Context: interrupts off.
 */
static __always_inline void x86_pebs_out(struct x86_vcpu *x)
{
	if (likely(!x86_pebs))
		return;
	x->host_pebs = x86_host_rdmsr(MSR_IA32_PEBS_ENABLE);
	if (likely(!x->host_pebs))
		return;
	x->host_counters = x86_host_rdmsr(MSR_CORE_PERF_GLOBAL_CTRL);
	x86_host_wrmsr(MSR_CORE_PERF_GLOBAL_CTRL, 0);
	x86_host_wrmsr(MSR_IA32_PEBS_ENABLE, 0);
}

/**
 * x86_pebs_in() - reverses x86_pebs_out()
 * @x: the vCPU
 */
static __always_inline void x86_pebs_in(struct x86_vcpu *x)
{
	if (likely(!x->host_pebs))
		return;
	x86_host_wrmsr(MSR_IA32_PEBS_ENABLE, x->host_pebs);
	x86_host_wrmsr(MSR_CORE_PERF_GLOBAL_CTRL, x->host_counters);
}

/**
 * x86_switch_to_guest() - what may only change with interrupts off
 * @x: the vCPU whose world switch follows
 * @sealed: the entry itself loads the guest's DEBUGCTL, and the exit clears it
 *
 * XCR0 and XSS: guests have no XSAVES, but on some CPUs it cannot be kept from them;
 * with XSS zero it reaches nothing of the host's. The host's DR7 goes off before the
 * guest's addresses come, or they would trap in here.
 *
 * DEBUGCTL: single steps on branches (BTF) and traps for bus locks would be the guest's #DB.
 * perf changes it from interrupts.
 *
 * Context: interrupts off.
 */
static __always_inline void x86_switch_to_guest(struct x86_vcpu *x, const bool sealed)
{
	x->host_debugctl = x86_host_rdmsr(MSR_IA32_DEBUGCTLMSR);
	if (!sealed && unlikely(x->host_debugctl))
		x86_host_wrmsr(MSR_IA32_DEBUGCTLMSR, 0);
	x86_xcr0_load_guest(x);
	x->host_dr7 = x86_read_dr7();
	if (unlikely(x->host_dr7 & X86_DR7_ENABLES))
		x86_debug_host_out(x);
	if (unlikely(x->owns_dr || x->guest_dr_live))
		x86_debug_guest_in(x);
}

/**
 * x86_switch_to_host() - reverses x86_switch_to_guest()
 * @x: the vCPU
 * @sealed: the guest cannot have changed XCR0, nor DR6 unless debug registers are in use
 *
 * DR6 is left by the guest: the kernel wants it in its reset state.
 */
static __always_inline void x86_switch_to_host(struct x86_vcpu *x, const bool sealed)
{
	if (unlikely(x->dr_switched))
		x86_debug_guest_out(x);
	if ((!sealed || unlikely(x->owns_dr || x->guest_dr_live)) &&
	    unlikely(x86_read_dr6() != DR6_RESERVED))
		x86_write_dr6(DR6_RESERVED);
	if (unlikely(x->host_dr7 & X86_DR7_ENABLES))
		x86_debug_host_in(x);
	x86_xcr0_load_host(x, sealed);
	if (unlikely(x->host_debugctl))
		x86_host_wrmsr(MSR_IA32_DEBUGCTLMSR, x->host_debugctl);
}

#endif /* AXVCPU_X86_SWITCH_H */
