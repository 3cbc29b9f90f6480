// SPDX-License-Identifier: GPL-2.0-only
/*
 * State groups. What could reach past the guest is refused here; a combination
 * that only the guest suffers from is taken, and the hardware or the entry
 * check says what is wrong with it.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "cpuid.h"
#include "fpu.h"
#include "msr.h"
#include "state.h"
#include "x86.h"

#define SEG_ATTR_VALID	0x1f0ff

#define MAX_CR8		15

static bool is_canonical(u64 addr)
{
	return (u64)sign_extend64(addr, 47) == addr;
}

static bool segment_valid(const struct axvcpu_x86_segment *seg)
{
	return is_canonical(seg->base) && !(seg->attr & ~SEG_ATTR_VALID) &&
	       !memchr_inv(seg->reserved, 0, sizeof(seg->reserved));
}

static bool table_valid(const struct axvcpu_x86_table *table)
{
	return is_canonical(table->base) &&
	       !memchr_inv(table->reserved, 0, sizeof(table->reserved));
}

static u32 segments_size(struct axvcpu_vcpu *vcpu)
{
	return sizeof(struct axvcpu_x86_segments);
}

static void segments_get(struct axvcpu_vcpu *vcpu, void *data)
{
	memset(data, 0, sizeof(struct axvcpu_x86_segments));
	to_x86(vcpu)->vendor->get_segments(to_x86(vcpu), data);
}

static int segments_check(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	const struct axvcpu_x86_segments *segs = data;

	if (len != sizeof(*segs))
		return -EINVAL;
	if (!segment_valid(&segs->es) || !segment_valid(&segs->cs) ||
	    !segment_valid(&segs->ss) || !segment_valid(&segs->ds) ||
	    !segment_valid(&segs->fs) || !segment_valid(&segs->gs) ||
	    !segment_valid(&segs->ldtr) || !segment_valid(&segs->tr) ||
	    !table_valid(&segs->gdtr) || !table_valid(&segs->idtr))
		return -EINVAL;
	return 0;
}

static void segments_set(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	to_x86(vcpu)->vendor->set_segments(to_x86(vcpu), data);
}

static u32 control_size(struct axvcpu_vcpu *vcpu)
{
	return sizeof(struct axvcpu_x86_control);
}

static void control_get(struct axvcpu_vcpu *vcpu, void *data)
{
	struct x86_vcpu *x = to_x86(vcpu);
	struct axvcpu_x86_control *ctl = data;

	x->vendor->get_control(x, ctl);
	ctl->xcr0 = x->xcr0;
}

/*
 * CR4 and EFER by what the host has, not by the CPUID table: that may be part
 * of the same SET_STATE.
 */
static int control_check(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	const struct axvcpu_x86_control *ctl = data;

	if (len != sizeof(*ctl))
		return -EINVAL;
	if (ctl->cr8 > MAX_CR8 || ctl->cr4 & ~x86_cr4_supported() ||
	    ctl->efer & ~x86_efer_supported() || !x86_xcr0_valid(ctl->xcr0))
		return -EINVAL;
	return 0;
}

static void control_set(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	const struct axvcpu_x86_control *ctl = data;
	struct x86_vcpu *x = to_x86(vcpu);

	x->vendor->set_control(x, ctl);
	x->xcr0 = ctl->xcr0;
}

static u32 debug_size(struct axvcpu_vcpu *vcpu)
{
	return sizeof(struct axvcpu_x86_debug);
}

static void debug_get(struct axvcpu_vcpu *vcpu, void *data)
{
	struct x86_vcpu *x = to_x86(vcpu);
	struct axvcpu_x86_debug *debug = data;

	memcpy(debug->dr, x->dr, sizeof(debug->dr));
	x->vendor->get_dr6_dr7(x, &debug->dr6, &debug->dr7);
}

/*
 * MOV to DR6 and DR7 is #GP with any of bits 63:32 set (SDM vol. 3, 18.2.6; APM vol. 2,
 * 13.1.1), and the host's it may be. DR0 to DR3 take any value.
 */
static int debug_check(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	const struct axvcpu_x86_debug *debug = data;

	if (len != sizeof(*debug) || upper_32_bits(debug->dr6 | debug->dr7))
		return -EINVAL;
	return 0;
}

static void debug_set(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	const struct axvcpu_x86_debug *debug = data;
	struct x86_vcpu *x = to_x86(vcpu);

	memcpy(x->dr, debug->dr, sizeof(x->dr));
	x->guest_dr_live = true;
	x->vendor->set_dr6_dr7(x, debug->dr6, debug->dr7);
	x->vendor->update(x);
}

static u32 msrs_size(struct axvcpu_vcpu *vcpu)
{
	return x86_msr_count() * sizeof(struct axvcpu_x86_msr);
}

static void msrs_get(struct axvcpu_vcpu *vcpu, void *data)
{
	x86_msr_list(to_x86(vcpu), data);
}

static int msrs_check(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	const struct axvcpu_x86_msr *msr = data;
	u32 i;

	if (len % sizeof(*msr))
		return -EINVAL;
	for (i = 0; i < len / sizeof(*msr); i++)
		if (x86_msr_check(&msr[i]))
			return -EINVAL;
	return 0;
}

static void msrs_set(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	const struct axvcpu_x86_msr *msr = data;
	u32 i;

	for (i = 0; i < len / sizeof(*msr); i++)
		x86_msr_set(to_x86(vcpu), &msr[i]);
}

static u32 xsave_size(struct axvcpu_vcpu *vcpu)
{
	return x86_fpu_size();
}

static void xsave_get(struct axvcpu_vcpu *vcpu, void *data)
{
	memcpy(data, to_x86(vcpu)->xsave, x86_fpu_size());
}

static int xsave_check(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	return len == x86_fpu_size() ? x86_fpu_check(data) : -EINVAL;
}

static void xsave_set(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	memcpy(to_x86(vcpu)->xsave, data, len);
}

static u32 cpuid_size(struct axvcpu_vcpu *vcpu)
{
	return to_x86(vcpu)->nr_cpuid * sizeof(struct axvcpu_x86_cpuid);
}

static void cpuid_get(struct axvcpu_vcpu *vcpu, void *data)
{
	memcpy(data, to_x86(vcpu)->cpuid, cpuid_size(vcpu));
}

static int cpuid_check(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	if (len % sizeof(struct axvcpu_x86_cpuid))
		return -EINVAL;
	return x86_cpuid_check(data, len / sizeof(struct axvcpu_x86_cpuid));
}

static void cpuid_set(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	x86_cpuid_set(to_x86(vcpu), data, len / sizeof(struct axvcpu_x86_cpuid));
}

/* Ends with id 0. */
const struct axvcpu_state_group x86_state_groups[] = {
	{ AXVCPU_X86_GROUP_SEGMENTS, segments_size, segments_get, segments_check, segments_set },
	{ AXVCPU_X86_GROUP_CONTROL, control_size, control_get, control_check, control_set },
	{ AXVCPU_X86_GROUP_DEBUG, debug_size, debug_get, debug_check, debug_set },
	{ AXVCPU_X86_GROUP_MSRS, msrs_size, msrs_get, msrs_check, msrs_set },
	{ AXVCPU_X86_GROUP_XSAVE, xsave_size, xsave_get, xsave_check, xsave_set },
	{ AXVCPU_X86_GROUP_CPUID, cpuid_size, cpuid_get, cpuid_check, cpuid_set },
	{ }
};
