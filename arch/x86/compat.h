/* SPDX-License-Identifier: GPL-2.0-only */
/* As core/compat.h, for what only x86 has. */
#ifndef AXVCPU_X86_COMPAT_H
#define AXVCPU_X86_COMPAT_H

#include <linux/printk.h>
#include <linux/sched/signal.h>
#include <asm/cpu.h>
#include <asm/perf_event.h>

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

/* VMX goes on or off here: who uses processor trace may have to know, see vmx.c. */
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

#endif /* AXVCPU_X86_COMPAT_H */
