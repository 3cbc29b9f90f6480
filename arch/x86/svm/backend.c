// SPDX-License-Identifier: GPL-2.0-only
/*
 * The SVM backend: is it there, is it free, per-CPU enable, the table of
 * operations. AMD64 Architecture Programmer's Manual (APM) volume 2, chapter 15.
 */
#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mem_encrypt.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <asm/cpufeature.h>
#include <asm/msr-index.h>

#include "../backends.h"
#include "../common.h"
#include "../debug.h"
#include "../emergency.h"
#include "../event.h"
#include "../handle.h"
#include "../insn/mmio.h"
#include "../insn/paging.h"
#include "../ioctl.h"
#include "../mitigation.h"
#include "../state.h"
#include "exit.h"
#include "pagetable.h"
#include "run.h"
#include "svm.h"
#include "vcpu.h"

/* CPUID function 8000_000A, EDX */
#define SVM_LEAF		0x8000000a
#define SVM_NP			BIT(0)
#define SVM_NRIPS		BIT(3)
#define SVM_TSC_RATE		BIT(4)
#define SVM_CLEAN		BIT(5)
#define SVM_FLUSH_BY_ASID	BIT(6)
#define SVM_DECODE_ASSISTS	BIT(7)
#define SVM_SPEC_CTRL		BIT(20)

/* MSR VM_CR, APM 15.30.1 */
#define VM_CR_SVMDIS		BIT_ULL(4)

/* MSR BP_CFG: branch predictors; a bit of Zen 5, for kernels that do not know it */
#define BP_CFG_SPEC_REDUCE	BIT_ULL(4)

/* TSC ratio 1.0 in 8.32 fixed point, APM 15.30.5 */
#define TSC_RATIO_ONE		BIT_ULL(32)

/* Permission maps: 15.10.1 and 15.11. */
#define IOPM_ORDER		2	/* 12 KiB are used */
#define MSRPM_ORDER		1

DEFINE_PER_CPU(struct svm_cpu, svm_cpu);
u64 svm_features;
u32 svm_clean_all;
u32 svm_max_asid;
u64 svm_iopm_pa;
u64 svm_msrpm_pa[2];

static struct page *iopm, *msrpms[2];

/* What the backend can use of what CPUID tells. */
static const struct {
	u32 cpuid;
	u64 feature;
} optional[] = {
	{ SVM_NRIPS, AXVCPU_FEATURE_NEXT_PC },
	{ SVM_DECODE_ASSISTS, AXVCPU_FEATURE_DECODE_ASSISTS },
	{ SVM_FLUSH_BY_ASID, AXVCPU_FEATURE_FLUSH_BY_ASID },
	{ SVM_CLEAN, AXVCPU_FEATURE_VMCB_CLEAN },
	{ SVM_SPEC_CTRL, AXVCPU_FEATURE_SPEC_CTRL },
};

/* MSRs that VMLOAD and VMSAVE switch: the guest has them to itself. */
static const u32 open_msrs[] = {
	MSR_IA32_SYSENTER_CS, MSR_IA32_SYSENTER_ESP, MSR_IA32_SYSENTER_EIP,
	MSR_STAR, MSR_LSTAR, MSR_CSTAR, MSR_SYSCALL_MASK,
	MSR_FS_BASE, MSR_GS_BASE, MSR_KERNEL_GS_BASE,
};

/* ... and these, once it uses IA32_SPEC_CTRL: the CPU refuses those that it has not. */
static const u32 open_spec_msrs[] = { MSR_IA32_SPEC_CTRL, MSR_IA32_PRED_CMD };

static bool svm_is_enabled(void)
{
	return x86_host_rdmsr(MSR_EFER) & EFER_SVME;
}

/* APM 15.4: the enabling steps, on this CPU. */
static int svm_hardware_enable(void)
{
	struct svm_cpu *pc = this_cpu_ptr(&svm_cpu);

	if (x86_host_rdmsr(MSR_VM_CR) & VM_CR_SVMDIS)
		return -ENODEV;
	x86_host_wrmsr(MSR_EFER, x86_host_rdmsr(MSR_EFER) | EFER_SVME);
	x86_host_wrmsr(MSR_VM_HSAVE_PA, __sme_set(page_to_phys(pc->hsave)));
	if (cpuid_edx(SVM_LEAF) & SVM_TSC_RATE)
		x86_host_wrmsr(MSR_AMD64_TSC_RATIO, TSC_RATIO_ONE);
	if (x86_mitigation.bp_reduce)
		x86_host_wrmsr(MSR_ZEN4_BP_CFG,
			       x86_host_rdmsr(MSR_ZEN4_BP_CFG) | BP_CFG_SPEC_REDUCE);
	/* Nothing is known about the TLB: the first entry flushes all of it. */
	pc->asid_generation++;
	pc->asid_next = svm_max_asid + 1;
	pc->last_vm = 0;
	return 0;
}

static void svm_hardware_disable(void)
{
	if (x86_mitigation.bp_reduce)
		x86_host_wrmsr(MSR_ZEN4_BP_CFG,
			       x86_host_rdmsr(MSR_ZEN4_BP_CFG) & ~BP_CFG_SPEC_REDUCE);
	x86_host_wrmsr(MSR_VM_HSAVE_PA, 0);
	x86_host_wrmsr(MSR_EFER, x86_host_rdmsr(MSR_EFER) & ~(u64)EFER_SVME);
}

/* With the global interrupt flag clear, INIT is ignored, too (APM 15.17). */
static void svm_emergency(void)
{
	if (!svm_is_enabled())
		return;
	asm volatile("stgi" : : : "memory");
	svm_hardware_disable();
}

static unsigned int svm_max_guest_page_table_levels(void)
{
	return cpu_feature_enabled(X86_FEATURE_LA57) ? 5 : 4;
}

/* What FRED's own state wants around VMRUN has not been looked into. */
static bool __init fred_active(void)
{
#ifdef X86_FEATURE_FRED
	return cpu_feature_enabled(X86_FEATURE_FRED);
#else
	return false;
#endif
}

static int __init probe_features(void)
{
	u32 edx;

	if (!boot_cpu_has(X86_FEATURE_SVM)) {
		pr_info("axvcpu: svm: this CPU has no SVM (CPUID 8000_0001h ECX bit 2)\n");
		return -ENODEV;
	}
	if (x86_host_rdmsr(MSR_VM_CR) & VM_CR_SVMDIS) {
		pr_err("axvcpu: svm: SVM is disabled (VM_CR.SVMDIS): enable SVM in the firmware setup\n");
		return -ENODEV;
	}
	edx = cpuid_edx(SVM_LEAF);
	if (!(edx & SVM_NP)) {
		pr_err("axvcpu: svm: this CPU has no nested paging (CPUID 8000_000Ah EDX bit 0)\n");
		return -ENODEV;
	}
	if (fred_active()) {
		pr_err("axvcpu: svm: the kernel uses FRED, which this backend does not know: boot with fred=off\n");
		return -ENODEV;
	}
	svm_max_asid = cpuid_ebx(SVM_LEAF) - 1;
	return 0;
}

static void __init take_features(void)
{
	u32 edx = cpuid_edx(SVM_LEAF);
	unsigned int i;

	svm_features = 0;
	for (i = 0; i < ARRAY_SIZE(optional); i++)
		if (edx & optional[i].cpuid)
			svm_features |= optional[i].feature;
	svm_clean_all = svm_has(AXVCPU_FEATURE_VMCB_CLEAN) ? VMCB_CLEAN_ALL : 0;
}

static void count_enabled(void *arg)
{
	if (svm_is_enabled())
		atomic_inc(arg);
}

static int __init probe_owner(void)
{
	atomic_t enabled = ATOMIC_INIT(0);

	on_each_cpu(count_enabled, &enabled, 1);
	if (!atomic_read(&enabled))
		return 0;
	pr_err("axvcpu: svm: SVM is in use already (EFER.SVME is set on %d CPUs), probably by KVM: stop its VMs, rmmod kvm_amd; from Linux 6.12 on kvm.enable_virt_at_load=0 keeps the two apart\n",
	       atomic_read(&enabled));
	return -EBUSY;
}

/* Two bits each for 8192 MSRs from 0, C000_0000h, C001_0000h: 15.11. */
static void __init msrpm_open(unsigned long *map, u32 msr)
{
	unsigned int bit;

	if (msr < 0x2000)
		bit = 2 * msr;
	else
		bit = 2 * (msr - 0xc0000000) + 0x800 * 8;
	bitmap_clear(map, bit, 2);
}

static void maps_free(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(msrpms); i++) {
		if (msrpms[i])
			__free_pages(msrpms[i], MSRPM_ORDER);
		msrpms[i] = NULL;
	}
	if (iopm)
		__free_pages(iopm, IOPM_ORDER);
	iopm = NULL;
}

/* Every MSR exits, but for those of open_msrs[]. */
static bool __init msrpm_alloc(unsigned int which)
{
	struct page *msrpm = alloc_pages(GFP_KERNEL, MSRPM_ORDER);
	unsigned int i;

	if (!msrpm)
		return false;
	memset(page_address(msrpm), 0xff, PAGE_SIZE << MSRPM_ORDER);
	for (i = 0; i < ARRAY_SIZE(open_msrs); i++)
		msrpm_open(page_address(msrpm), open_msrs[i]);
	msrpms[which] = msrpm;
	svm_msrpm_pa[which] = __sme_set(page_to_phys(msrpm));
	return true;
}

/* Every port exits. */
static int __init maps_alloc(void)
{
	unsigned int i;

	iopm = alloc_pages(GFP_KERNEL, IOPM_ORDER);
	if (!iopm || !msrpm_alloc(0) || !msrpm_alloc(1)) {
		maps_free();
		return -ENOMEM;
	}
	memset(page_address(iopm), 0xff, PAGE_SIZE << IOPM_ORDER);
	svm_iopm_pa = __sme_set(page_to_phys(iopm));
	for (i = 0; i < ARRAY_SIZE(open_spec_msrs); i++)
		msrpm_open(page_address(msrpms[1]), open_spec_msrs[i]);
	return 0;
}

static void cpus_free(void)
{
	struct svm_cpu *pc;
	int cpu;

	for_each_possible_cpu(cpu) {
		pc = per_cpu_ptr(&svm_cpu, cpu);
		if (pc->host)
			__free_page(pc->host);
		if (pc->hsave)
			__free_page(pc->hsave);
		memset(pc, 0, sizeof(*pc));
	}
}

static int __init cpus_alloc(void)
{
	struct svm_cpu *pc;
	int cpu;

	for_each_possible_cpu(cpu) {
		pc = per_cpu_ptr(&svm_cpu, cpu);
		pc->hsave = alloc_pages_node(cpu_to_node(cpu), GFP_KERNEL | __GFP_ZERO, 0);
		pc->host = alloc_pages_node(cpu_to_node(cpu), GFP_KERNEL | __GFP_ZERO, 0);
		if (!pc->hsave || !pc->host) {
			cpus_free();
			return -ENOMEM;
		}
		pc->host_pa = __sme_set(page_to_phys(pc->host));
	}
	return 0;
}

static int __init svm_init(void)
{
	int ret;

	ret = probe_features();
	if (ret)
		return ret;
	ret = probe_owner();
	if (ret)
		return ret;
	take_features();
	svm_npt_init();
	x86_mitigation_init();
	ret = x86_common_init();
	if (ret)
		return ret;
	ret = maps_alloc();
	if (ret)
		return ret;
	ret = cpus_alloc();
	if (ret)
		goto free_maps;
	ret = x86_emergency_init(svm_emergency, "kvm_amd");
	if (ret)
		goto free_cpus;
	return 0;

free_cpus:
	cpus_free();
free_maps:
	maps_free();
	return ret;
}

static void svm_fini(void)
{
	x86_emergency_fini();
	cpus_free();
	maps_free();
}

static void svm_info(struct axvcpu_info *info)
{
	u64 all = AXVCPU_FEATURE_HUGE_2M | AXVCPU_FEATURE_HUGE_1G;
	u64 have = svm_features | AXVCPU_FEATURE_HUGE_2M | AXVCPU_FEATURE_ACCESS_DIRTY;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(optional); i++)
		all |= optional[i].feature;
	if (svm_npt_format.huge_levels & BIT(2))
		have |= AXVCPU_FEATURE_HUGE_1G;
	info->features |= have;
	info->features_missing |= all & ~have;
	info->gpa_bits = svm_npt_format.gpa_bits;
	x86_mitigation_info(info);
	x86_info(info);
}

const struct axvcpu_arch_ops svm_ops = {
	.name = "svm",
	.backend = AXVCPU_BACKEND_SVM,
	.pt = &svm_npt_format,
	.regs_size = sizeof(struct axvcpu_x86_regs),

	.init = svm_init,
	.fini = svm_fini,
	.info = svm_info,
	.caps = x86_caps,

	.is_enabled = svm_is_enabled,
	.hardware_enable = svm_hardware_enable,
	.hardware_disable = svm_hardware_disable,
	.max_guest_page_table_levels = svm_max_guest_page_table_levels,

	.read_counter = x86_read_counter,
	.counter_hz = x86_counter_hz,

	.create = svm_create,
	.destroy = svm_destroy,
	.reset = svm_reset,
	.set_entry = x86_set_entry,
	.set_stage2_root = svm_set_stage2_root,
	.load = svm_load,
	.enter = svm_enter,
	.leave = svm_leave,
	.read_regs = x86_read_regs,
	.write_regs = x86_write_regs,
	.run = svm_run,
	.handle_exit = svm_handle_exit,
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
