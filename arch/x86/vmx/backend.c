// SPDX-License-Identifier: GPL-2.0-only
/*
 * The VMX backend: is it there, is it free, per-CPU enable, the table of
 * operations. Intel 64 and IA-32 Architectures Software Developer's Manual
 * (SDM) volume 3, chapters 24 to 31, by the numbers of its 2023 edition.
 */
#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <asm/asm.h>
#include <asm/cpufeature.h>
#include <asm/msr-index.h>
#include <asm/tlbflush.h>

#include "../backends.h"
#include "../common.h"
#include "../compat.h"
#include "../debug.h"
#include "../emergency.h"
#include "../event.h"
#include "../handle.h"
#include "../insn/mmio.h"
#include "../insn/paging.h"
#include "../ioctl.h"
#include "../mitigation.h"
#include "../state.h"
#include "caps.h"
#include "check.h"
#include "decode.h"
#include "exit.h"
#include "l1d.h"
#include "pagetable.h"
#include "run.h"
#include "switch.h"
#include "timer.h"
#include "vcpu.h"
#include "vmcs.h"
#include "vmx.h"

/* CR4.FRED, on kernels that know it or not */
#define CR4_FRED		BIT_ULL(32)

/* IA32_VMX_MISC: processor trace can be used with VMX on */
#define MISC_PT			BIT_ULL(14)

#define FEAT_CTL_ENABLED	(FEAT_CTL_LOCKED | FEAT_CTL_VMX_ENABLED_OUTSIDE_SMX)

DEFINE_PER_CPU(struct vmx_cpu, vmx_cpu);
u64 vmx_msr_bitmap_pa[2];

static struct page *msr_bitmaps[2];

/* The guest has these to itself: in the VMCS, or the last switched by enter and leave. */
static const u32 open_msrs[] = {
	MSR_IA32_SYSENTER_CS, MSR_IA32_SYSENTER_ESP, MSR_IA32_SYSENTER_EIP,
	MSR_FS_BASE, MSR_GS_BASE, MSR_KERNEL_GS_BASE,
};

/* ... and these, once it uses IA32_SPEC_CTRL: the CPU refuses those that it has not. */
static const u32 open_spec_msrs[] = {
	MSR_IA32_SPEC_CTRL, MSR_IA32_PRED_CMD, MSR_IA32_FLUSH_CMD,
};

static bool vmx_is_enabled(void)
{
	return __read_cr4() & X86_CR4_VMXE;
}

static bool enter_vmx(u64 pa)
{
	bool failed = true;

	asm volatile("1: vmxon %[pa]\n\tsetbe %[failed]\n2:" _ASM_EXTABLE(1b, 2b)
		     : [failed] "+q" (failed) : [pa] "m" (pa) : "cc", "memory");
	return !failed;
}

/* SDM 24.8: bits of CR0 and CR4 that VMX operation fixes. */
static bool control_registers_fit(void)
{
	u64 cr0 = read_cr0(), cr4 = __read_cr4() | X86_CR4_VMXE;

	return !(vmx_caps.cr0_fixed0 & ~cr0) && !(cr0 & ~vmx_caps.cr0_fixed1) &&
	       !(vmx_caps.cr4_fixed0 & ~cr4) && !(cr4 & ~vmx_caps.cr4_fixed1);
}

/* SDM 24.7: the enabling steps, on this CPU. CR4 changes with the kernel's copy of it. */
static int vmx_hardware_enable(void)
{
	struct vmx_cpu *pc = this_cpu_ptr(&vmx_cpu);

	if ((x86_host_rdmsr(MSR_IA32_FEAT_CTL) & FEAT_CTL_ENABLED) != FEAT_CTL_ENABLED ||
	    !control_registers_fit())
		return -ENODEV;
	axvcpu_pt_handle_vmx(true);
	cr4_set_bits_irqsoff(X86_CR4_VMXE);
	if (!enter_vmx(page_to_phys(pc->vmxon))) {
		cr4_clear_bits_irqsoff(X86_CR4_VMXE);
		axvcpu_pt_handle_vmx(false);
		return -EBUSY;
	}
	vmx_flush_all();
	pc->current_pa = ~0ULL;
	pc->last_vm = 0;
	pc->lost = false;
	return 0;
}

static void leave_vmx(void)
{
	asm volatile("1: vmxoff\n2:" _ASM_EXTABLE(1b, 2b) : : : "cc", "memory");
	cr4_clear_bits_irqsoff(X86_CR4_VMXE);
}

static void vmx_hardware_disable(void)
{
	leave_vmx();
	axvcpu_pt_handle_vmx(false);
}

/* Nobody traces any more. */
static void vmx_emergency(void)
{
	if (vmx_is_enabled())
		leave_vmx();
}

static unsigned int vmx_max_guest_page_table_levels(void)
{
	return cpu_feature_enabled(X86_FEATURE_LA57) ? 5 : 4;
}

/*
 * Where processor trace and VMX do not go together, VMXON stops a trace, and to start one is
 * #GP from then on (SDM A.6): who traces must know.
 */
static bool __init trace_fits(void)
{
	return AXVCPU_PT_CAN_BE_TOLD || !boot_cpu_has(X86_FEATURE_INTEL_PT) ||
	       (x86_host_rdmsr(MSR_IA32_VMX_MISC) & MISC_PT);
}

static int __init probe_features(void)
{
	u64 ctl;

	if (!boot_cpu_has(X86_FEATURE_VMX)) {
		pr_info("axvcpu: vmx: this CPU has no VMX, or the firmware has locked it away (CPUID 1 ECX bit 5)\n");
		return -ENODEV;
	}
	ctl = x86_host_rdmsr(MSR_IA32_FEAT_CTL);
	if ((ctl & FEAT_CTL_ENABLED) != FEAT_CTL_ENABLED) {
		pr_err("axvcpu: vmx: VMX is disabled (IA32_FEATURE_CONTROL is 0x%llx): enable virtualization in the firmware setup\n",
		       ctl);
		return -ENODEV;
	}
	if (__read_cr4() & CR4_FRED) {
		pr_err("axvcpu: vmx: the kernel uses FRED, where NMIs cannot be handed over: boot with fred=off\n");
		return -ENODEV;
	}
	if (!trace_fits()) {
		pr_err("axvcpu: vmx: this CPU cannot trace with VMX on (MSR 0x%x, bit 14), and this kernel lets only KVM tell the tracer: boot with clearcpuid=intel_pt\n",
		       MSR_IA32_VMX_MISC);
		return -ENODEV;
	}
	return vmx_caps_init();
}

static void count_enabled(void *arg)
{
	if (vmx_is_enabled())
		atomic_inc(arg);
}

static int __init probe_owner(void)
{
	atomic_t enabled = ATOMIC_INIT(0);

	on_each_cpu(count_enabled, &enabled, 1);
	if (!atomic_read(&enabled))
		return 0;
	pr_err("axvcpu: vmx: VMX is in use already (CR4.VMXE is set on %d CPUs), probably by KVM: stop its VMs, rmmod kvm_intel; from Linux 6.12 on kvm.enable_virt_at_load=0 keeps the two apart\n",
	       atomic_read(&enabled));
	return -EBUSY;
}

/* SDM 25.6.9: 1 KiB each for reads of low and high MSRs, and for writes. */
static void __init msr_bitmap_open(unsigned long *map, u32 msr)
{
	unsigned int bit = msr & 0x1fff;

	if (msr >= 0xc0000000)
		bit += 0x400 * 8;
	clear_bit(bit, map);
	clear_bit(bit + 0x800 * 8, map);
}

static void msr_bitmaps_free(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(msr_bitmaps); i++) {
		if (msr_bitmaps[i])
			__free_page(msr_bitmaps[i]);
		msr_bitmaps[i] = NULL;
	}
}

static int __init msr_bitmaps_alloc(void)
{
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(msr_bitmaps); i++) {
		msr_bitmaps[i] = alloc_page(GFP_KERNEL);
		if (!msr_bitmaps[i]) {
			msr_bitmaps_free();
			return -ENOMEM;
		}
		memset(page_address(msr_bitmaps[i]), 0xff, PAGE_SIZE);
		for (j = 0; j < ARRAY_SIZE(open_msrs); j++)
			msr_bitmap_open(page_address(msr_bitmaps[i]), open_msrs[j]);
		vmx_msr_bitmap_pa[i] = page_to_phys(msr_bitmaps[i]);
	}
	for (j = 0; j < ARRAY_SIZE(open_spec_msrs); j++)
		msr_bitmap_open(page_address(msr_bitmaps[1]), open_spec_msrs[j]);
	return 0;
}

static void cpus_free(void)
{
	struct vmx_cpu *pc;
	int cpu;

	for_each_possible_cpu(cpu) {
		pc = per_cpu_ptr(&vmx_cpu, cpu);
		if (pc->vmxon)
			__free_page(pc->vmxon);
		memset(pc, 0, sizeof(*pc));
	}
}

static int __init cpus_alloc(void)
{
	struct vmx_cpu *pc;
	int cpu;

	for_each_possible_cpu(cpu) {
		pc = per_cpu_ptr(&vmx_cpu, cpu);
		pc->vmxon = alloc_pages_node(cpu_to_node(cpu), GFP_KERNEL | __GFP_ZERO, 0);
		if (!pc->vmxon) {
			cpus_free();
			return -ENOMEM;
		}
		*(u32 *)page_address(pc->vmxon) = vmx_basic_vmcs_revision_id(vmx_caps.basic);
	}
	return 0;
}

static int __init vmx_init(void)
{
	int ret;

	ret = probe_features();
	if (ret)
		return ret;
	ret = probe_owner();
	if (ret)
		return ret;
	vmx_ept_init();
	/* SKX102 and others: instruction fetches through pages of mixed sizes. */
	axvcpu_nx_huge = boot_cpu_has_bug(X86_BUG_ITLB_MULTIHIT);
	x86_mitigation_init();
	ret = x86_common_init();
	if (ret)
		return ret;
	ret = msr_bitmaps_alloc();
	if (ret)
		return ret;
	ret = cpus_alloc();
	if (ret)
		goto free_bitmaps;
	ret = vmx_l1d_init();
	if (ret)
		goto free_cpus;
	ret = x86_emergency_init(vmx_emergency, "kvm_intel");
	if (ret)
		goto free_l1d;
	return 0;

free_l1d:
	vmx_l1d_fini();
free_cpus:
	cpus_free();
free_bitmaps:
	msr_bitmaps_free();
	return ret;
}

static void vmx_fini(void)
{
	x86_emergency_fini();
	vmx_l1d_fini();
	cpus_free();
	msr_bitmaps_free();
}

static void vmx_info(struct axvcpu_info *info)
{
	const u64 all = AXVCPU_FEATURE_HUGE_1G | AXVCPU_FEATURE_ACCESS_DIRTY |
			AXVCPU_FEATURE_PREEMPT_TIMER;

	info->features |= vmx_caps.features;
	info->features_missing |= all & ~vmx_caps.features;
	info->gpa_bits = vmx_ept_format.gpa_bits;
	x86_mitigation_info(info);
	if (axvcpu_nx_huge)
		info->mitigations |= AXVCPU_MITIGATION_NX_HUGE;
	x86_info(info);
}

const struct axvcpu_arch_ops vmx_ops = {
	.name = "vmx",
	.backend = AXVCPU_BACKEND_VMX,
	.pt = &vmx_ept_format,
	.regs_size = sizeof(struct axvcpu_x86_regs),

	.init = vmx_init,
	.fini = vmx_fini,
	.info = vmx_info,
	.caps = x86_caps,

	.is_enabled = vmx_is_enabled,
	.hardware_enable = vmx_hardware_enable,
	.hardware_disable = vmx_hardware_disable,
	.max_guest_page_table_levels = vmx_max_guest_page_table_levels,

	.read_counter = x86_read_counter,
	.counter_hz = x86_counter_hz,

	.create = vmx_create,
	.destroy = vmx_destroy,
	.reset = vmx_reset,
	.set_entry = x86_set_entry,
	.set_stage2_root = vmx_set_stage2_root,
	.load = vmx_load,
	.unload = vmx_unload,
	.enter = vmx_enter,
	.leave = vmx_leave,
	.ends_budget = vmx_ends_budget,
	.read_regs = vmx_read_regs,
	.write_regs = x86_write_regs,
	.run = vmx_run,
	.handle_exit = vmx_handle_exit,
	.complete = x86_complete,
	.explain_fault = x86_explain_fault,
	.fill_raw = x86_fill_raw,
	.has_wakeup = x86_has_wakeup,
	.irq_window = x86_irq_window,
	.set_gpr = x86_set_gpr,
	.set_return_value = x86_set_return_value,
	.check_event = x86_check_event,
	.get_events = x86_get_events,
	.set_events = x86_set_events,
	.set_pc = x86_set_pc,
	.set_debug = x86_set_debug,
	.translate = x86_translate,
	.groups = x86_state_groups,
	.ioctl = x86_ioctl,
};
