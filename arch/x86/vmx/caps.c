// SPDX-License-Identifier: GPL-2.0-only
/*
 * What this machine's VMX has, and the controls that every vCPU gets (SDM vol.
 * 3, appendix A). What is missing is named by its control and MSR.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <asm/cpufeature.h>
#include <asm/msr-index.h>
#include <asm/processor.h>
#include <asm/tsc.h>

#include "caps.h"
#include "check.h"
#include "decode.h"
#include "vmcs.h"
#include "vmx.h"

#define BASIC_MEM_TYPE(basic)	((basic) >> 50 & 0xf)
#define MEM_TYPE_WB		6

struct vmx_caps vmx_caps __ro_after_init;

/* A control that the backend needs, or uses where it is there. */
struct wanted {
	u32 bit;
	const char *name;	/* NULL: not needed */
};

static const struct wanted pin[] __initconst = {
	{ PIN_BASED_EXT_INTR_MASK, "external-interrupt exiting" },
	{ PIN_BASED_NMI_EXITING, "NMI exiting" },
	{ PIN_BASED_VIRTUAL_NMIS, "virtual NMIs" },
	{ PIN_BASED_VMX_PREEMPTION_TIMER, NULL },
	{ 0 }
};

/* CR3 belongs to the guest, so its accesses must not be bound to exit. */
#define CPU_FORBIDDEN \
	(CPU_BASED_CR3_LOAD_EXITING | CPU_BASED_CR3_STORE_EXITING | CPU_BASED_INVLPG_EXITING)

static const struct wanted cpu[] __initconst = {
	{ CPU_BASED_USE_TSC_OFFSETTING, "use TSC offsetting" },
	{ CPU_BASED_HLT_EXITING, "HLT exiting" },
	{ CPU_BASED_MWAIT_EXITING, "MWAIT exiting" },
	{ CPU_BASED_MONITOR_EXITING, "MONITOR exiting" },
	{ CPU_BASED_RDPMC_EXITING, "RDPMC exiting" },
	{ CPU_BASED_CR8_LOAD_EXITING, "CR8-load exiting" },
	{ CPU_BASED_CR8_STORE_EXITING, "CR8-store exiting" },
	{ CPU_BASED_UNCOND_IO_EXITING, "unconditional I/O exiting" },
	{ CPU_BASED_USE_MSR_BITMAPS, "use MSR bitmaps" },
	{ CPU_BASED_ACTIVATE_SECONDARY_CONTROLS, "activate secondary controls" },
	{ 0 }
};

static const struct wanted cpu2[] __initconst = {
	{ SECONDARY_EXEC_ENABLE_EPT, "enable EPT" },
	{ SECONDARY_EXEC_ENABLE_VPID, "enable VPID" },
	{ SECONDARY_EXEC_UNRESTRICTED_GUEST, "unrestricted guest" },
	{ SECONDARY_EXEC_WBINVD_EXITING, NULL },
	{ SECONDARY_EXEC_ENCLS_EXITING, NULL },
	{ SECONDARY_EXEC_ENABLE_RDTSCP, NULL },
	{ SECONDARY_EXEC_ENABLE_INVPCID, NULL },
	{ 0 }
};

static const struct wanted exit_ctl[] __initconst = {
	{ VM_EXIT_HOST_ADDR_SPACE_SIZE, "host address-space size" },
	{ VM_EXIT_SAVE_DEBUG_CONTROLS, "save debug controls" },
	{ VM_EXIT_SAVE_IA32_EFER, "save IA32_EFER" },
	{ VM_EXIT_LOAD_IA32_EFER, "load IA32_EFER (exit)" },
	{ 0 }
};

static const struct wanted entry_ctl[] __initconst = {
	{ VM_ENTRY_LOAD_DEBUG_CONTROLS, "load debug controls" },
	{ VM_ENTRY_LOAD_IA32_EFER, "load IA32_EFER (entry)" },
	{ 0 }
};

/*
 * Low half: bits that must be 1; high half: bits that may be (SDM A.3 to A.5).
 * Names what is missing.
 */
static int __init adjust(u32 msr, const struct wanted *want, u32 *ctl, u32 *allowed)
{
	u64 value = x86_host_rdmsr(msr);

	*ctl = (u32)value;
	*allowed = value >> 32;
	for (; want->bit; want++) {
		if (*allowed & want->bit) {
			*ctl |= want->bit;
		} else if (want->name) {
			pr_err("axvcpu: vmx: this CPU has no \"%s\" (MSR 0x%x, bit %u)\n",
			       want->name, msr, 32 + (unsigned int)__ffs(want->bit));
			return -ENODEV;
		}
	}
	return 0;
}

/* SDM A.2: with true controls fewer bits must be 1. */
static u32 __init ctl_msr(u32 msr, u32 true_msr)
{
	return vmx_caps.basic & VMX_BASIC_TRUE_CTLS ? true_msr : msr;
}

/* First the secondary controls, where the CPUs differ most. */
static int __init init_controls(void)
{
	struct vmx_control *ctl = &vmx_caps.ctl, *allowed = &vmx_caps.allowed;
	int ret;

	ret = adjust(ctl_msr(MSR_IA32_VMX_PROCBASED_CTLS, MSR_IA32_VMX_TRUE_PROCBASED_CTLS),
		     cpu, &ctl->cpu, &allowed->cpu);
	if (!ret)
		ret = adjust(MSR_IA32_VMX_PROCBASED_CTLS2, cpu2, &ctl->cpu2, &allowed->cpu2);
	if (!ret)
		ret = adjust(ctl_msr(MSR_IA32_VMX_PINBASED_CTLS,
				     MSR_IA32_VMX_TRUE_PINBASED_CTLS),
			     pin, &ctl->pin, &allowed->pin);
	if (!ret)
		ret = adjust(ctl_msr(MSR_IA32_VMX_EXIT_CTLS, MSR_IA32_VMX_TRUE_EXIT_CTLS),
			     exit_ctl, &ctl->exit, &allowed->exit);
	if (!ret)
		ret = adjust(ctl_msr(MSR_IA32_VMX_ENTRY_CTLS, MSR_IA32_VMX_TRUE_ENTRY_CTLS),
			     entry_ctl, &ctl->entry, &allowed->entry);
	if (ret)
		return ret;
	if (ctl->cpu & CPU_FORBIDDEN) {
		pr_err("axvcpu: vmx: accesses to CR3 and INVLPG always exit on this CPU (MSR 0x%x: 0x%x)\n",
		       MSR_IA32_VMX_TRUE_PROCBASED_CTLS, ctl->cpu);
		return -ENODEV;
	}
	return 0;
}

/* Bits of IA32_VMX_EPT_VPID_CAP that are needed: SDM A.10. */
struct wanted64 {
	u64 bit;
	const char *name;
};

static const struct wanted64 ept_vpid[] __initconst = {
	{ VMX_EPT_PAGE_WALK_4_BIT, "EPT page walks of 4 levels" },
	{ VMX_EPTP_WB_BIT, "write-back EPT structures" },
	{ VMX_EPT_2MB_PAGE_BIT, "2 MiB EPT entries" },
	{ VMX_EPT_INVEPT_BIT, "INVEPT" },
	{ VMX_EPT_EXTENT_CONTEXT_BIT, "single-context INVEPT" },
	{ VMX_EPT_EXTENT_GLOBAL_BIT, "all-context INVEPT" },
	{ VMX_VPID_INVVPID_BIT << 32, "INVVPID" },
	{ VMX_VPID_EXTENT_SINGLE_CONTEXT_BIT << 32, "single-context INVVPID" },
	{ VMX_VPID_EXTENT_GLOBAL_CONTEXT_BIT << 32, "all-context INVVPID" },
};

static int __init init_ept_vpid(void)
{
	unsigned int i;

	vmx_caps.ept_vpid = x86_host_rdmsr(MSR_IA32_VMX_EPT_VPID_CAP);
	for (i = 0; i < ARRAY_SIZE(ept_vpid); i++) {
		if (vmx_caps.ept_vpid & ept_vpid[i].bit)
			continue;
		pr_err("axvcpu: vmx: this CPU has no %s (MSR 0x%x, bit %u)\n", ept_vpid[i].name,
		       MSR_IA32_VMX_EPT_VPID_CAP, (unsigned int)__ffs64(ept_vpid[i].bit));
		return -ENODEV;
	}
	return 0;
}

/* Preemption timers that do not keep time, on CPUs that run guests here at all. */
static bool __init timer_is_broken(void)
{
	switch (cpuid_eax(1)) {
	case 0x20652:	/* errata AAX65, AAT59, AAU65 */
	case 0x20655:	/* erratum AAU65 */
	case 0x306a8:	/* Xeon E3-1220 v2, by experience */
		return true;
	default:
		return false;
	}
}

/* It counts with the TSC. If that changes its rate, it is of no use. */
static bool __init timer_is_usable(void)
{
	return (vmx_caps.ctl.pin & PIN_BASED_VMX_PREEMPTION_TIMER) &&
	       boot_cpu_has(X86_FEATURE_CONSTANT_TSC) && tsc_khz && !timer_is_broken();
}

static void __init init_features(void)
{
	u64 features = AXVCPU_FEATURE_VPID | AXVCPU_FEATURE_VIRTUAL_NMI |
		       AXVCPU_FEATURE_HUGE_2M | AXVCPU_FEATURE_NEXT_PC;

	if (vmx_caps.ept_vpid & VMX_EPT_1GB_PAGE_BIT)
		features |= AXVCPU_FEATURE_HUGE_1G;
	if (vmx_caps.ept_vpid & VMX_EPT_AD_BIT)
		features |= AXVCPU_FEATURE_ACCESS_DIRTY;
	if (timer_is_usable())
		features |= AXVCPU_FEATURE_PREEMPT_TIMER;
	/* On for a RUN with a budget only. */
	vmx_caps.ctl.pin &= ~PIN_BASED_VMX_PREEMPTION_TIMER;
	vmx_caps.features = features;
}

/**
 * vmx_caps_init() - read what there is; once, at load, VMX known to be there
 *
 * Return: 0; -ENODEV with a log line that names what is missing.
 */
int __init vmx_caps_init(void)
{
	int ret;

	memset(&vmx_caps, 0, sizeof(vmx_caps));
	vmx_caps.basic = x86_host_rdmsr(MSR_IA32_VMX_BASIC);
	vmx_caps.misc = x86_host_rdmsr(MSR_IA32_VMX_MISC);
	vmx_caps.cr0_fixed0 = x86_host_rdmsr(MSR_IA32_VMX_CR0_FIXED0);
	vmx_caps.cr0_fixed1 = x86_host_rdmsr(MSR_IA32_VMX_CR0_FIXED1);
	vmx_caps.cr4_fixed0 = x86_host_rdmsr(MSR_IA32_VMX_CR4_FIXED0);
	vmx_caps.cr4_fixed1 = x86_host_rdmsr(MSR_IA32_VMX_CR4_FIXED1);
	if (BASIC_MEM_TYPE(vmx_caps.basic) != MEM_TYPE_WB) {
		pr_err("axvcpu: vmx: this CPU wants its VMCS in memory that is not write-back (MSR 0x%x: 0x%llx)\n",
		       MSR_IA32_VMX_BASIC, vmx_caps.basic);
		return -ENODEV;
	}
	ret = init_controls();
	if (!ret)
		ret = init_ept_vpid();
	if (!ret)
		init_features();
	return ret;
}
