// SPDX-License-Identifier: GPL-2.0-only
/*
 * Side channels between guest, host and other guests. What is needed follows
 * from the bugs that the kernel found in this CPU; the kernel's own switches
 * cannot all be read from a module. Filling the return predictor and clearing
 * registers at an exit is unconditional and in the world switch.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <asm/cpufeature.h>
#include <asm/msr.h>

#include "entry.h"
#include "mitigation.h"

static bool mitigations = true;
module_param(mitigations, bool, 0444);
MODULE_PARM_DESC(mitigations, "Side-channel measures that this CPU's bugs ask for (default: on)");

struct x86_mitigation x86_mitigation __ro_after_init;

/* Bugs that let a guest see what the CPU's buffers hold; kernels learn new ones. */
static const u16 buffer_bugs[] = {
	X86_BUG_MDS,
	X86_BUG_TAA,
	X86_BUG_MMIO_STALE_DATA,
#ifdef X86_BUG_RFDS
	X86_BUG_RFDS,
#endif
#ifdef X86_BUG_TSA
	X86_BUG_TSA,
#endif
};

static bool __init leaks_buffers(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(buffer_bugs); i++)
		if (boot_cpu_has_bug(buffer_bugs[i]))
			return true;
	return false;
}

/* A guest can train the predictions of its VMM's user mode. */
static bool __init misleads_user(void)
{
#ifdef X86_BUG_VMSCAPE
	return boot_cpu_has_bug(X86_BUG_VMSCAPE);
#else
	return boot_cpu_has_bug(X86_BUG_SPECTRE_V2);
#endif
}

/**
 * x86_mitigation_init() - decide what is done; once, at load
 */
void __init x86_mitigation_init(void)
{
	bool ibpb = boot_cpu_has(X86_FEATURE_IBPB) || boot_cpu_has(X86_FEATURE_AMD_IBPB);

	if (!mitigations)
		return;
	if (leaks_buffers())
		x86_mitigation.entry_flags |= X86_ENTRY_VERW;
	x86_mitigation.barrier_switch = ibpb && boot_cpu_has_bug(X86_BUG_SPECTRE_V2);
	x86_mitigation.barrier_leave = ibpb && misleads_user();
	if (boot_cpu_has(X86_FEATURE_IBPB_ON_VMEXIT))
		x86_mitigation.entry_flags |= X86_ENTRY_IBPB;
}

/**
 * x86_mitigations() - what is in force, for GET_INFO
 *
 * Return: AXVCPU_MITIGATION_* bits.
 */
u32 x86_mitigations(void)
{
	u32 mask = AXVCPU_MITIGATION_RSB_FILL;

	if (x86_mitigation.entry_flags & X86_ENTRY_VERW)
		mask |= AXVCPU_MITIGATION_VERW;
	if (x86_mitigation.barrier_switch || x86_mitigation.barrier_leave ||
	    (x86_mitigation.entry_flags & X86_ENTRY_IBPB))
		mask |= AXVCPU_MITIGATION_IBPB;
	return mask;
}

/**
 * x86_mitigation_barrier() - what the processor predicts is not what a guest taught it
 *
 * Context: preemption off.
 */
void x86_mitigation_barrier(void)
{
	wrmsrl(MSR_IA32_PRED_CMD, PRED_CMD_IBPB);
}
