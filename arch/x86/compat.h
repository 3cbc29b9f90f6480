/* SPDX-License-Identifier: GPL-2.0-only */
/* As core/compat.h, for what only x86 has. */
#ifndef AXVCPU_X86_COMPAT_H
#define AXVCPU_X86_COMPAT_H

#include <linux/hardirq.h>
#include <linux/printk.h>
#include <linux/sched/signal.h>
#include <asm/cpu.h>
#include <asm/cpufeature.h>
#include <asm/perf_event.h>
#include <asm/processor.h>

/*
 * The guest of this thread has locked memory across two cache lines, at @pc. Later kernels
 * let only KVM say so: then it is what the strictest setting does (split_lock_detect=fatal).
 * May sleep. May the guest go on? Else a signal is on its way.
 */
static inline bool axvcpu_guest_split_lock(unsigned long pc)
{
#ifdef AXVCPU_HAS_GUEST_SPLIT_LOCK
	return handle_guest_split_lock(pc);
#else
	pr_warn_ratelimited("axvcpu: %s/%d: the guest locks memory across cache lines at 0x%lx, which this host does not allow (split_lock_detect=)\n",
			    current->comm, current->pid, pc);
	send_sig(SIGBUS, current, 1);
	return false;
#endif
}

/* VMX goes on or off here: who uses processor trace may have to know, see vmx/backend.c. */
#ifdef AXVCPU_HAS_PT_HANDLE_VMX
#define AXVCPU_PT_CAN_BE_TOLD	true
#else
#define AXVCPU_PT_CAN_BE_TOLD	false
#endif

static inline void axvcpu_pt_handle_vmx(bool on)
{
#ifdef AXVCPU_HAS_PT_HANDLE_VMX
	intel_pt_handle_vmx(on);
#endif
}

/*
 * Bugs and choices have numbers; kernels learn new ones, and stable releases take them
 * over. 0 stands for one that this kernel does not know.
 */
#ifndef X86_BUG_RFDS
#define X86_BUG_RFDS			0
#endif
#ifndef X86_BUG_TSA
#define X86_BUG_TSA			0
#endif
#ifndef X86_BUG_BHI
#define X86_BUG_BHI			0
#endif
#ifndef X86_BUG_SRSO
#define X86_BUG_SRSO			0
#endif
#ifndef X86_BUG_GDS
#define X86_BUG_GDS			0
#endif
#ifndef X86_BUG_ITS
#define X86_BUG_ITS			0
#endif
#ifndef X86_BUG_IBPB_NO_RET
#define X86_BUG_IBPB_NO_RET		0
#endif
/* A kernel that has not looked for it has the barrier's older reason. */
#ifndef X86_BUG_VMSCAPE
#define X86_BUG_VMSCAPE			X86_BUG_SPECTRE_V2
#endif
#ifndef X86_FEATURE_SRSO
#define X86_FEATURE_SRSO		0
#endif
#ifndef X86_FEATURE_SRSO_ALIAS
#define X86_FEATURE_SRSO_ALIAS		0
#endif
#ifndef X86_FEATURE_SRSO_BP_SPEC_REDUCE
#define X86_FEATURE_SRSO_BP_SPEC_REDUCE	0
#endif
#ifndef X86_FEATURE_IBPB_ON_VMEXIT
#define X86_FEATURE_IBPB_ON_VMEXIT	0
#endif
#ifndef X86_FEATURE_AUTOIBRS
#define X86_FEATURE_AUTOIBRS		0
#endif
#ifndef X86_FEATURE_CALL_DEPTH
#define X86_FEATURE_CALL_DEPTH		0
#endif
#ifndef X86_FEATURE_VERW_CLEAR
#define X86_FEATURE_VERW_CLEAR		0
#endif
#ifndef X86_FEATURE_CLEAR_BHB_HW
#define X86_FEATURE_CLEAR_BHB_HW	0
#endif
/* The name changed after 6.12. */
#if !defined(X86_FEATURE_CLEAR_BHB_VMEXIT) && defined(X86_FEATURE_CLEAR_BHB_LOOP_ON_VMEXIT)
#define X86_FEATURE_CLEAR_BHB_VMEXIT	X86_FEATURE_CLEAR_BHB_LOOP_ON_VMEXIT
#endif
#ifndef X86_FEATURE_CLEAR_BHB_VMEXIT
#define X86_FEATURE_CLEAR_BHB_VMEXIT	0
#endif

/* What l1tf= on the kernel's command line asks for; later kernels do not tell us. */
#ifdef AXVCPU_HAS_L1TF_MITIGATION
static inline bool x86_l1tf_off(void)
{
	return l1tf_mitigation == L1TF_MITIGATION_OFF;
}

static inline bool x86_l1tf_full(void)
{
	return l1tf_mitigation == L1TF_MITIGATION_FULL ||
	       l1tf_mitigation == L1TF_MITIGATION_FULL_FORCE;
}
#else
static inline bool x86_l1tf_off(void)
{
	return false;
}

static inline bool x86_l1tf_full(void)
{
	return false;
}
#endif

/*
 * Has this CPU handled an interrupt since the last time somebody asked? The kernel notes
 * that for its own hypervisor; where we cannot see the note, one may have come.
 */
#if defined(AXVCPU_HAS_IRQ_STAT) && IS_ENABLED(CONFIG_KVM_INTEL)
static __always_inline bool x86_irq_was_handled(void)
{
	bool handled = kvm_get_cpu_l1tf_flush_l1d();

	kvm_clear_cpu_l1tf_flush_l1d();
	return handled;
}
#else
static __always_inline bool x86_irq_was_handled(void)
{
	return true;
}
#endif

#endif /* AXVCPU_X86_COMPAT_H */
