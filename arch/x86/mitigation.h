/* SPDX-License-Identifier: GPL-2.0-only */
/* Measures against side channels; see mitigation.c. */
#ifndef AXVCPU_X86_MITIGATION_H
#define AXVCPU_X86_MITIGATION_H

#include <linux/types.h>
#include <linux/axvcpu.h>

void x86_mitigation_init(void);
u32 x86_mitigations(void);
void x86_mitigation_barrier(void);

/**
 * struct x86_mitigation - what is done; fixed after load
 * @entry_flags: X86_ENTRY_*, for the world switch
 * @barrier_switch: a predictor barrier between VMs
 * @barrier_leave: and before the VMM's user mode
 */
struct x86_mitigation {
	u32 entry_flags;
	bool barrier_switch;
	bool barrier_leave;
};

extern struct x86_mitigation x86_mitigation;

/**
 * x86_mitigation_switch() - a guest of @vm is about to run on this CPU
 * @last_vm: this CPU's record of who ran last; updated
 * @vm: number of the VM
 *
 * Context: preemption off.
 */
static inline void x86_mitigation_switch(u32 *last_vm, u32 vm)
{
	if (likely(*last_vm == vm))
		return;
	*last_vm = vm;
	if (x86_mitigation.barrier_switch)
		x86_mitigation_barrier();
}

/**
 * x86_mitigation_leave() - this CPU may return to the VMM's user mode next
 *
 * Context: preemption off.
 */
static inline void x86_mitigation_leave(void)
{
	if (x86_mitigation.barrier_leave)
		x86_mitigation_barrier();
}

#endif /* AXVCPU_X86_MITIGATION_H */
