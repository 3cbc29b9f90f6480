/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An exit of an x86 guest, decoded. Both vendors decode into the same structure, and
 * handle.c has one table of handlers for it.
 */
#ifndef AXVCPU_X86_EXIT_H
#define AXVCPU_X86_EXIT_H

#include <linux/types.h>
#include <linux/axvcpu.h>

#include "../../core/ops.h"

/**
 * enum x86_exit_kind - kinds of exit
 * @X86_EXIT_UNKNOWN: the VMM gets the raw block
 * @X86_EXIT_FAIL_ENTRY: the hardware refused the guest's state
 * @X86_EXIT_HOST_IRQ: a host interrupt; it is taken once interrupts are on
 * @X86_EXIT_HOST_NMI: an NMI, SMI or INIT; the host has taken it by now
 * @X86_EXIT_MACHINE_CHECK: a machine check, in the guest or on the way into it; the
 *	vendor has called x86_machine_check()
 * @X86_EXIT_WINDOW: the guest can take an interrupt
 * @X86_EXIT_NMI_WINDOW: the guest can take an NMI
 * @X86_EXIT_EXCEPTION: an intercepted exception, not delivered
 * @X86_EXIT_INT1: INT1, its #DB not delivered
 * @X86_EXIT_SHUTDOWN: triple fault
 * @X86_EXIT_FAULT: second-stage fault
 * @X86_EXIT_CORRUPT: an entry of the second-stage table makes no sense
 * @X86_EXIT_IO: IN, OUT, INS, OUTS
 * @X86_EXIT_CR: access to a control register
 * @X86_EXIT_DR: access to a debug register
 * @X86_EXIT_CPUID: CPUID
 * @X86_EXIT_RDMSR: RDMSR
 * @X86_EXIT_WRMSR: WRMSR
 * @X86_EXIT_HLT: HLT
 * @X86_EXIT_HYPERCALL: VMCALL or VMMCALL, whichever the hardware has
 * @X86_EXIT_XSETBV: XSETBV
 * @X86_EXIT_IDLE: MONITOR, MWAIT
 * @X86_EXIT_NOP: instructions without effect here: INVD, WBINVD
 * @X86_EXIT_REFUSED_GP: instructions that raise #GP here: RDPMC
 * @X86_EXIT_REFUSED_UD: instructions that the guest does not have
 * @X86_EXIT_IRET: SVM: IRET while NMIs are blocked, not yet executed
 * @X86_EXIT_TIMER: VMX: the preemption timer came to zero
 * @X86_EXIT_TASK_SWITCH: VMX: a task switch
 * @X86_EXIT_KINDS: how many there are
 */
enum x86_exit_kind {
	X86_EXIT_UNKNOWN,
	X86_EXIT_FAIL_ENTRY,
	X86_EXIT_HOST_IRQ,
	X86_EXIT_HOST_NMI,
	X86_EXIT_MACHINE_CHECK,
	X86_EXIT_WINDOW,
	X86_EXIT_NMI_WINDOW,
	X86_EXIT_EXCEPTION,
	X86_EXIT_INT1,
	X86_EXIT_SHUTDOWN,
	X86_EXIT_FAULT,
	X86_EXIT_CORRUPT,
	X86_EXIT_IO,
	X86_EXIT_CR,
	X86_EXIT_DR,
	X86_EXIT_CPUID,
	X86_EXIT_RDMSR,
	X86_EXIT_WRMSR,
	X86_EXIT_HLT,
	X86_EXIT_HYPERCALL,
	X86_EXIT_XSETBV,
	X86_EXIT_IDLE,
	X86_EXIT_NOP,
	X86_EXIT_REFUSED_GP,
	X86_EXIT_REFUSED_UD,
	X86_EXIT_IRET,
	X86_EXIT_TIMER,
	X86_EXIT_TASK_SWITCH,
	X86_EXIT_KINDS,
};

/* The instructions that access a control or debug register. */
enum x86_reg_op {
	X86_REG_MOV,
	X86_REG_CLTS,
	X86_REG_LMSW,
	X86_REG_SMSW,
};

/**
 * struct x86_reg - an access to a control or debug register
 * @number: of the control or debug register
 * @gpr: the general register
 * @width: bytes of @gpr that take part; 0: as many as the mode has
 * @op: enum x86_reg_op
 * @write: to the control or debug register
 * @memory: the other operand is in memory, and @gpr has no meaning
 * @known: @op and the other operand are known
 */
struct x86_reg {
	u8 number;
	u8 gpr;
	u8 width;
	u8 op;
	bool write;
	bool memory;
	bool known;
};

#define X86_SEGMENT_UNKNOWN	0xff	/* x86_complete_string_io() finds it out */

/**
 * struct x86_io - an IN, OUT, INS or OUTS
 * @port: I/O port
 * @width: bytes of an element: 1, 2, 4
 * @in: IN or INS
 * @string: INS or OUTS; the members below have no meaning otherwise
 * @address_bits: 16, 32, 64; 0: the hardware does not tell
 * @segment: enum x86_segment; X86_SEGMENT_UNKNOWN: the hardware does not tell
 * @rep: it has a repeat prefix
 */
struct x86_io {
	u16 port;
	u8 width;
	bool in;
	bool string;
	u8 address_bits;
	u8 segment;
	bool rep;
};

/**
 * struct x86_exit - an exit, decoded
 * @kind: enum x86_exit_kind
 * @may_sleep: the handler runs as ops->complete; so it may read the guest's memory
 * @rip: the instruction
 * @next_rip: the one after it; 0: the hardware did not tell
 * @exception: X86_EXIT_EXCEPTION: as INJECT would deliver it
 * @db_bits: #DB: its causes, as DR6 bits
 * @reg: X86_EXIT_CR, X86_EXIT_DR
 * @io: X86_EXIT_IO
 * @fault: X86_EXIT_FAULT, X86_EXIT_CORRUPT
 */
struct x86_exit {
	enum x86_exit_kind kind;
	bool may_sleep;
	u64 rip;
	u64 next_rip;
	union {
		struct {
			struct axvcpu_inject exception;
			u64 db_bits;
		};
		struct x86_reg reg;
		struct x86_io io;
		struct axvcpu_fault fault;
	};
};

#endif /* AXVCPU_X86_EXIT_H */
