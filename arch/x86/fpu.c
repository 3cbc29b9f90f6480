// SPDX-License-Identifier: GPL-2.0-only
/*
 * FPU and SIMD state. Between x86_fpu_enter() and x86_fpu_leave() the registers
 * are the guest's; kernel_fpu_begin() has put the user's aside, and the way
 * back to user mode brings them in again, so that the guest's never get there.
 *
 * The guest's area has the standard XSAVE format, or that of FXSAVE on a CPU
 * without XSAVE, and covers what guests may use: x87, SSE, AVX, AVX-512.
 */
#include <linux/log2.h>
#include <linux/slab.h>

#include <asm/asm.h>
#include <asm/cpufeature.h>
#include <asm/fpu/api.h>
#include <asm/fpu/types.h>
#include <asm/fpu/xcr.h>
#include <asm/msr-index.h>

#include "fpu.h"
#include "switch.h"

#define FXSAVE_SIZE	512
#define HEADER_SIZE	64

#define MASK_SSE	(XFEATURE_MASK_FP | XFEATURE_MASK_SSE)
#define MASK_AVX	(MASK_SSE | XFEATURE_MASK_YMM)
#define MASK_AVX512	(MASK_AVX | XFEATURE_MASK_AVX512)

/* SDM vol. 3, table 10-1: state after power-up and reset. */
#define RESET_FCW	0x0040
#define RESET_FTW	0xff	/* abridged: all eight registers hold zeroes */
#define RESET_MXCSR	0x1f80

struct x86_fpu x86_fpu __read_mostly;

/* Bytes of the standard format with @features; SDM vol. 1, 13.4.3. */
static u32 standard_size(u64 features)
{
	u32 size = FXSAVE_SIZE + HEADER_SIZE;
	u32 eax, ebx, ecx, edx;
	unsigned int i;

	for (i = 2; i < 63; i++) {
		if (!(features & BIT_ULL(i)))
			continue;
		cpuid_count(0xd, i, &eax, &ebx, &ecx, &edx);
		size = max(size, ebx + eax);
	}
	return size;
}

static u64 guest_features(u64 xcr0)
{
	if ((xcr0 & MASK_AVX512) == MASK_AVX512)
		return MASK_AVX512;
	if ((xcr0 & MASK_AVX) == MASK_AVX)
		return MASK_AVX;
	return MASK_SSE;
}

/* MXCSR bits that may be set: SDM vol. 1, 11.6.6. */
static int read_mxcsr_mask(void)
{
	struct fxregs_state *fx = kzalloc(sizeof(*fx), GFP_KERNEL);

	if (!fx)
		return -ENOMEM;
	kernel_fpu_begin();
	asm volatile("fxsave %0" : "=m" (*fx));
	kernel_fpu_end();
	x86_fpu.mxcsr_mask = fx->mxcsr_mask ?: 0xffbf;
	kfree(fx);
	return 0;
}

/**
 * x86_fpu_init() - learn what the CPUs have
 *
 * Context: at load; may sleep.
 * Return: 0, -ENOMEM.
 */
int x86_fpu_init(void)
{
	x86_fpu.size = FXSAVE_SIZE;
	if (boot_cpu_has(X86_FEATURE_XSAVE)) {
		x86_fpu.xcr0 = xgetbv(XCR_XFEATURE_ENABLED_MASK);
		x86_fpu.features = guest_features(x86_fpu.xcr0);
		x86_fpu.size = standard_size(x86_fpu.features);
	}
	if (boot_cpu_has(X86_FEATURE_XSAVES))
		x86_fpu.xss = x86_host_rdmsr(MSR_IA32_XSS);
	return read_mxcsr_mask();
}

/**
 * x86_fpu_xcr0_supported() - XCR0 bits that a guest may set
 *
 * Return: the bits, 0 without XSAVE.
 */
u64 x86_fpu_xcr0_supported(void)
{
	return x86_fpu.features;
}

/** x86_fpu_size() - bytes of a guest's FPU area */
u32 x86_fpu_size(void)
{
	return x86_fpu.size;
}

/**
 * x86_fpu_alloc() - make the FPU area of a vCPU
 * @x: a vCPU being made
 *
 * A power of two, so that kmalloc() aligns it to at least 64.
 *
 * Return: 0, -ENOMEM.
 */
int x86_fpu_alloc(struct x86_vcpu *x)
{
	x->xsave = kzalloc_node(roundup_pow_of_two(x86_fpu.size), GFP_KERNEL_ACCOUNT,
				x->vcpu->fixed.node);
	return x->xsave ? 0 : -ENOMEM;
}

/**
 * x86_fpu_free() - reverses x86_fpu_alloc()
 * @x: a vCPU
 */
void x86_fpu_free(struct x86_vcpu *x)
{
	kfree_sensitive(x->xsave);
	x->xsave = NULL;
}

static void reset_area(struct xregs_state *area)
{
	memset(area, 0, x86_fpu.size);
	area->i387.cwd = RESET_FCW;
	area->i387.twd = RESET_FTW;
	area->i387.mxcsr = RESET_MXCSR;
	area->i387.mxcsr_mask = x86_fpu.mxcsr_mask;
	if (x86_fpu.features)
		area->header.xfeatures = MASK_SSE;
}

/**
 * x86_fpu_reset() - FPU state and XCR0 as after power-up
 * @x: a vCPU, not entered
 */
void x86_fpu_reset(struct x86_vcpu *x)
{
	reset_area(x->xsave);
	x->xcr0 = XFEATURE_MASK_FP;
}

/**
 * x86_fpu_check() - can the hardware load this area?
 * @image: x86_fpu_size() bytes
 *
 * SDM vol. 1, 13.8: what makes XRSTOR fault.
 *
 * Return: 0, -EINVAL.
 */
int x86_fpu_check(const void *image)
{
	const struct xregs_state *area = image;

	if (area->i387.mxcsr & ~x86_fpu.mxcsr_mask)
		return -EINVAL;
	if (!x86_fpu.features)
		return 0;
	if (area->header.xfeatures & ~x86_fpu.features || area->header.xcomp_bv ||
	    memchr_inv(area->header.reserved, 0, sizeof(area->header.reserved)))
		return -EINVAL;
	return 0;
}

/**
 * x86_fpu_enter_anew() - the guest's FPU registers at their reset values
 * @x: a vCPU about to run, whose area the processor refused
 *
 * It was checked when it was set; but the host's registers must go in any case.
 *
 * Context: preemption off.
 */
void x86_fpu_enter_anew(struct x86_vcpu *x)
{
	WARN_ON_ONCE(1);
	reset_area(x->xsave);
	x86_fpu_restore(x->xsave);
}

/**
 * x86_xcr0_valid() - would XSETBV take this?
 * @xcr0: a value for XCR0
 *
 * SDM vol. 1, 13.3: x87 always; AVX needs SSE, AVX-512 comes whole and needs
 * AVX. Without XSAVE only the reset value.
 */
bool x86_xcr0_valid(u64 xcr0)
{
	if (xcr0 == XFEATURE_MASK_FP)
		return true;
	if (xcr0 & ~x86_fpu.features)
		return false;
	return xcr0 == MASK_SSE || xcr0 == MASK_AVX || xcr0 == MASK_AVX512;
}

/**
 * x86_xsetbv() - XSETBV of the guest
 * @x: the vCPU
 * @index: ECX
 * @value: EDX:EAX
 *
 * Return: taken? Otherwise #GP(0).
 */
bool x86_xsetbv(struct x86_vcpu *x, u32 index, u64 value)
{
	if (index || !x86_fpu.features || !x86_xcr0_valid(value))
		return false;
	x->xcr0 = value;
	return true;
}
