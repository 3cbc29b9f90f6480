/* SPDX-License-Identifier: GPL-2.0-only */
/* Measures against side channels; see mitigation.c. */
#ifndef AXVCPU_X86_MITIGATION_H
#define AXVCPU_X86_MITIGATION_H

#include <linux/bits.h>
#include <linux/types.h>
#include <linux/axvcpu.h>

#include "entry.h"
#include "x86.h"

/* What decides: what is wrong with this CPU, */
#define X86_FACT_BUG_BUFFERS	BIT_ULL(0)	/* its buffers can be read: MDS and the like */
#define X86_FACT_BUG_L1TF	BIT_ULL(1)	/* its L1 cache can be read */
#define X86_FACT_BUG_SMT	BIT_ULL(2)	/* ... by the other thread of the core */
#define X86_FACT_BUG_SPECTRE_V2	BIT_ULL(3)	/* guests train predictions of others */
#define X86_FACT_BUG_VMSCAPE	BIT_ULL(4)	/* ... of their VMM */
#define X86_FACT_BUG_RET_AMD	BIT_ULL(5)	/* ... of the kernel's returns */
#define X86_FACT_BUG_RET_INTEL	BIT_ULL(6)
#define X86_FACT_BUG_BHI	BIT_ULL(7)	/* ... by the branch history */
#define X86_FACT_BUG_IBPB	BIT_ULL(8)	/* a barrier leaves return predictions */
/* what it has, */
#define X86_FACT_IBPB		BIT_ULL(16)	/* a predictor barrier */
#define X86_FACT_VERW		BIT_ULL(17)	/* a VERW that overwrites buffers */
#define X86_FACT_SKIP_L1D	BIT_ULL(18)	/* whoever runs us flushes the L1 cache */
#define X86_FACT_SMT_ON		BIT_ULL(19)	/* cores with two threads online */
#define X86_FACT_EIBRS		BIT_ULL(20)	/* IBRS that holds while it is set */
/* and what the kernel has chosen for itself. */
#define X86_FACT_RSB		BIT_ULL(32)	/* fill the return predictor at exits */
#define X86_FACT_ONE_CALL	BIT_ULL(33)	/* make one call at exits */
#define X86_FACT_IBRS		BIT_ULL(34)	/* write IBRS whenever it is entered */
#define X86_FACT_HISTORY_LOOP	BIT_ULL(35)	/* clear the branch history at exits */
#define X86_FACT_HISTORY_CTRL	BIT_ULL(36)	/* IA32_SPEC_CTRL.BHI_DIS_S */
#define X86_FACT_RETPOLINE	BIT_ULL(37)	/* no indirect branch is predicted */
#define X86_FACT_UNTRAIN	BIT_ULL(38)	/* untrain returns; part of the world switch */
#define X86_FACT_CALL_DEPTH	BIT_ULL(39)	/* count calls, and fill in time */
#define X86_FACT_IBPB_AT_EXIT	BIT_ULL(40)	/* a barrier at exits */
#define X86_FACT_BP_REDUCE	BIT_ULL(41)	/* less speculation while there are VMs */
#define X86_FACT_L1TF_OFF	BIT_ULL(42)	/* l1tf=off */
#define X86_FACT_L1TF_FULL	BIT_ULL(43)	/* l1tf=full */

/**
 * enum x86_l1d - when the L1 data cache is flushed before a guest
 * @X86_L1D_AUTO: as the kernel would have it, as far as it says so
 * @X86_L1D_NEVER: never
 * @X86_L1D_COND: if other code of the host than our own handlers of exits has run
 * @X86_L1D_ALWAYS: at each entry
 */
enum x86_l1d {
	X86_L1D_AUTO,
	X86_L1D_NEVER,
	X86_L1D_COND,
	X86_L1D_ALWAYS,
};

/**
 * struct x86_mitigation - what is done; fixed after load
 * @facts: X86_FACT_* it follows from
 * @entry_flags: X86_ENTRY_*, for the world switch
 * @barrier_switch: a predictor barrier between VMs
 * @barrier_leave: and before the VMM's user mode
 * @bp_reduce: BP_CFG.BpSpecReduce is set while there are VMs
 * @l1d: enum x86_l1d, not X86_L1D_AUTO
 */
struct x86_mitigation {
	u64 facts;
	u32 entry_flags;
	bool barrier_switch;
	bool barrier_leave;
	bool bp_reduce;
	enum x86_l1d l1d;
};

extern struct x86_mitigation x86_mitigation;

void x86_mitigation_init(void);
void x86_mitigation_info(struct axvcpu_info *info);
void x86_mitigation_barrier(void);

/* Pure functions, for x86_mitigation_init() and x86_mitigation_info(). */
struct x86_mitigation x86_mitigation_choose(u64 facts, bool wanted, enum x86_l1d l1d);
u32 x86_mitigation_in_force(const struct x86_mitigation *m, u64 facts);
u32 x86_mitigation_missing(const struct x86_mitigation *m, u64 facts);

/**
 * x86_entry_flags() - flags of a vCPU's world switch
 * @x: the vCPU
 * @virtualized: the control structure has the guest's IA32_SPEC_CTRL
 *
 * Return: X86_ENTRY_*.
 */
static inline u32 x86_entry_flags(const struct x86_vcpu *x, bool virtualized)
{
	u32 flags = x86_mitigation.entry_flags;

	if (x->spec_open && !virtualized)
		flags |= X86_ENTRY_SPEC_CTRL | X86_ENTRY_SPEC_OPEN;
	return flags;
}

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
