// SPDX-License-Identifier: GPL-2.0-only
/* The life of the shared part of a vCPU: reset, registers, time. */
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <asm/asm.h>
#include <asm/cpufeature.h>
#include <asm/msr-index.h>
#include <asm/processor.h>
#include <asm/processor-flags.h>
#include <asm/tsc.h>

#include "common.h"
#include "cpuid.h"
#include "debug.h"
#include "event.h"
#include "fpu.h"
#include "msr.h"
#include "switch.h"

/* SDM vol. 3, table 10-1. */
#define RESET_RIP	0xfff0
#define RESET_CR0	0x60000010

#define REAL_MODE_END	0x100000

/* Access rights as the hardware has them in real mode. */
#define ATTR_CODE	(AXVCPU_X86_SEG_P | AXVCPU_X86_SEG_S | 0xb)
#define ATTR_DATA	(AXVCPU_X86_SEG_P | AXVCPU_X86_SEG_S | 0x3)
#define ATTR_LDT	(AXVCPU_X86_SEG_P | 0x2)
#define ATTR_TSS	(AXVCPU_X86_SEG_P | 0xb)

bool x86_pebs __read_mostly;

/* Is the MSR there? Emulators and hypervisors have less than CPUID says. */
static bool msr_exists(u32 index)
{
	u32 low, high;
	bool exists = false;

	asm volatile("1: rdmsr\n\tmovb $1, %[exists]\n2:" _ASM_EXTABLE(1b, 2b)
		     : [exists] "+m" (exists), "=a" (low), "=d" (high) : "c" (index));
	return exists;
}

/* IA32_PERF_GLOBAL_CTRL: SDM vol. 3, 20.2.2. */
static bool pebs_exists(void)
{
	return boot_cpu_has(X86_FEATURE_PEBS) && boot_cpu_has(X86_FEATURE_ARCH_PERFMON) &&
	       (cpuid_eax(0xa) & 0xff) >= 2 && msr_exists(MSR_IA32_PEBS_ENABLE) &&
	       msr_exists(MSR_CORE_PERF_GLOBAL_CTRL);
}

/**
 * x86_common_init() - what the shared part must know before the first vCPU
 *
 * Context: at load; may sleep.
 * Return: 0, -ENOMEM.
 */
int x86_common_init(void)
{
	int ret;

	ret = x86_fpu_init();
	if (ret)
		return ret;
	x86_cpuid_init();
	x86_pebs = pebs_exists();
	return 0;
}

/**
 * x86_info() - features that do not depend on the vendor
 * @info: GET_INFO
 */
void x86_info(struct axvcpu_info *info)
{
	if (x86_fpu_xcr0_supported())
		info->features |= AXVCPU_FEATURE_XSAVE;
	else
		info->features_missing |= AXVCPU_FEATURE_XSAVE;
}

/**
 * x86_caps() - ops->caps
 * @caps: room for AXVCPU_MAX_ARCH_CAPS
 *
 * Return: how many were written.
 */
unsigned int x86_caps(struct axvcpu_cap *caps)
{
	unsigned int n = 0;

	caps[n++] = (struct axvcpu_cap) { .id = AXVCPU_CAP_DEBUG_SLOTS, .value = 4 };
	caps[n++] = (struct axvcpu_cap) { .id = AXVCPU_CAP_STRING_IO, .value = 1 };
	caps[n++] = (struct axvcpu_cap) {
		.id = AXVCPU_CAP_X86_MAX_CPUID, .value = AXVCPU_X86_MAX_CPUID,
	};
	caps[n++] = (struct axvcpu_cap) {
		.id = AXVCPU_CAP_X86_XCR0, .value = x86_fpu_xcr0_supported(),
	};
	return n;
}

/**
 * x86_vcpu_init() - make the shared part
 * @x: zeroed
 * @vcpu: the core's object
 * @vendor: access to its control structure
 *
 * The vendor calls x86_vcpu_reset() once its control structure is there.
 *
 * Context: may sleep.
 * Return: 0, -ENOMEM.
 */
int x86_vcpu_init(struct x86_vcpu *x, struct axvcpu_vcpu *vcpu,
		  const struct x86_vendor *vendor)
{
	int ret;

	x->vcpu = vcpu;
	x->vendor = vendor;
	x->guest_spec_ctrl = &x->spec_ctrl.guest;
	x->cpuid = kvmalloc_node(AXVCPU_X86_MAX_CPUID * sizeof(*x->cpuid),
				 GFP_KERNEL_ACCOUNT | __GFP_ZERO, vcpu->fixed.node);
	if (!x->cpuid)
		return -ENOMEM;
	ret = x86_fpu_alloc(x);
	if (ret)
		goto err_cpuid;
	x86_cpuid_default(x);
	return 0;

err_cpuid:
	kvfree(x->cpuid);
	return ret;
}

/**
 * x86_vcpu_fini() - reverses x86_vcpu_init()
 * @x: a vCPU
 */
void x86_vcpu_fini(struct x86_vcpu *x)
{
	x86_fpu_free(x);
	kvfree(x->cpuid);
}

static void reset_segments(struct x86_vcpu *x)
{
	struct axvcpu_x86_segment data = { .limit = 0xffff, .attr = ATTR_DATA };
	struct axvcpu_x86_segments segs = {
		.es = data, .ss = data, .ds = data, .fs = data, .gs = data,
		.cs = {
			.base = 0xffff0000, .limit = 0xffff, .attr = ATTR_CODE,
			.selector = 0xf000,
		},
		.ldtr = { .limit = 0xffff, .attr = ATTR_LDT },
		.tr = { .limit = 0xffff, .attr = ATTR_TSS },
		.gdtr = { .limit = 0xffff },
		.idtr = { .limit = 0xffff },
	};

	x->vendor->set_segments(x, &segs);
}

static void reset_regs(struct x86_vcpu *x)
{
	const struct axvcpu_x86_cpuid *version = x86_cpuid_find(x, 1, 0);
	struct axvcpu_x86_regs regs = {
		.rip = RESET_RIP,
		.rflags = X86_EFLAGS_FIXED,
	};

	if (version)
		regs.gpr[AXVCPU_X86_RDX] = version->eax;
	x->regs = regs;
	*x86_run_regs(x->vcpu) = regs;
}

/**
 * x86_vcpu_reset() - everything but the CPUID table as after power-up
 * @x: a vCPU whose control structure is there
 *
 * SDM vol. 3, table 10-1. Context: claim held; may sleep.
 */
void x86_vcpu_reset(struct x86_vcpu *x)
{
	const struct axvcpu_x86_control ctl = { .cr0 = RESET_CR0 };

	reset_regs(x);
	reset_segments(x);
	x->vendor->set_control(x, &ctl);
	memset(x->dr, 0, sizeof(x->dr));
	x->guest_dr_live = false;
	x->vendor->set_dr6_dr7(x, X86_DR6_ONES, X86_DR7_ONES);
	x->irq_shadow = false;
	x->nmi = X86_NMI_OPEN;
	x->trap_pending = false;
	x86_msr_reset(x);
	x86_fpu_reset(x);
}

/**
 * x86_set_entry() - ops->set_entry: 16-bit real mode code at @entry
 * @vcpu: claimed by the caller
 * @entry: guest physical address
 *
 * Return: 0; -EINVAL if real mode cannot reach it.
 */
int x86_set_entry(struct axvcpu_vcpu *vcpu, u64 entry)
{
	struct x86_vcpu *x = to_x86(vcpu);
	struct axvcpu_x86_segments segs;

	if (entry >= REAL_MODE_END)
		return -EINVAL;
	x->vendor->get_segments(x, &segs);
	segs.cs = (struct axvcpu_x86_segment) {
		.base = entry & 0xf0000,
		.limit = 0xffff,
		.attr = ATTR_CODE,
		.selector = entry >> 4 & 0xf000,
	};
	x->vendor->set_segments(x, &segs);
	x86_set_pc(vcpu, entry & 0xffff);
	return 0;
}

/**
 * x86_read_regs() - ops->read_regs
 * @vcpu: in RUN
 *
 * Those that the control structure has; the others the world switch takes from the
 * page itself.
 */
void x86_read_regs(struct axvcpu_vcpu *vcpu)
{
	const struct axvcpu_x86_regs *page = x86_run_regs(vcpu);
	struct x86_vcpu *x = to_x86(vcpu);
	struct axvcpu_x86_regs *regs = &x->regs;

	regs->gpr[AXVCPU_X86_RAX] = READ_ONCE(page->gpr[AXVCPU_X86_RAX]);
	regs->gpr[AXVCPU_X86_RSP] = READ_ONCE(page->gpr[AXVCPU_X86_RSP]);
	regs->rip = READ_ONCE(page->rip);
	regs->rflags = x86_rflags(READ_ONCE(page->rflags));
	x->gpr = page->gpr;
	if (unlikely(x->trap_pending))
		x86_raise_trap(x);
}

/**
 * x86_write_regs() - ops->write_regs
 * @vcpu: in RUN
 *
 * If the guest was not entered the page has its registers as they are.
 */
void x86_write_regs(struct axvcpu_vcpu *vcpu)
{
	struct axvcpu_x86_regs *page = x86_run_regs(vcpu);
	struct x86_vcpu *x = to_x86(vcpu);

	if (likely(x->gpr == x->regs.gpr))
		memcpy(page, &x->regs, sizeof(*page));
	else
		page->rflags = x->regs.rflags;
}

/**
 * x86_set_gpr() - ops->set_gpr
 * @vcpu: not in RUN
 * @reg: AXVCPU_X86_R*
 * @value: all 64 bits of it
 *
 * Return: 0, -EINVAL.
 */
int x86_set_gpr(struct axvcpu_vcpu *vcpu, unsigned int reg, u64 value)
{
	if (reg > AXVCPU_X86_R15)
		return -EINVAL;
	x86_run_regs(vcpu)->gpr[reg] = value;
	return 0;
}

/**
 * x86_set_return_value() - ops->set_return_value
 * @vcpu: not in RUN
 * @value: for RAX
 */
void x86_set_return_value(struct axvcpu_vcpu *vcpu, u64 value)
{
	x86_run_regs(vcpu)->gpr[AXVCPU_X86_RAX] = value;
}

/**
 * x86_set_pc() - ops->set_pc
 * @vcpu: not in RUN
 * @pc: for RIP
 *
 * An instruction that is undone leaves no single-step trap either.
 */
void x86_set_pc(struct axvcpu_vcpu *vcpu, u64 pc)
{
	x86_run_regs(vcpu)->rip = pc;
	to_x86(vcpu)->trap_pending = false;
}

/**
 * x86_write_gpr() - write part of a general register
 * @gpr: the register
 * @value: the value
 * @width: bytes: 1, 2 leave the rest alone, 4 clears the upper half, 8
 *
 * SDM vol. 1, 3.4.1.1.
 */
void x86_write_gpr(u64 *gpr, u64 value, unsigned int width)
{
	u64 mask = GENMASK_ULL(8 * width - 1, 0);

	if (width >= 4)
		*gpr = value & mask;
	else
		*gpr = (*gpr & ~mask) | (value & mask);
}

/** x86_read_counter() - ops->read_counter: the host's TSC */
u64 x86_read_counter(void)
{
	return rdtsc_ordered();
}

/** x86_counter_hz() - ops->counter_hz */
u64 x86_counter_hz(void)
{
	return tsc_khz * 1000ULL;
}
