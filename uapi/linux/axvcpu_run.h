/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * axvcpu: the run page and the exits. Included by linux/axvcpu.h, which has the
 * rules that hold for every structure.
 */
#ifndef _UAPI_LINUX_AXVCPU_RUN_H
#define _UAPI_LINUX_AXVCPU_RUN_H

#include <linux/types.h>

/*
 * Portable exit reasons: @reason of struct axvcpu_run_out. A program skips a
 * reason it does not know by calling RUN again; what cannot be skipped has its
 * program counter still at the instruction.
 */
#define AXVCPU_EXIT_NOTHING		0	/* interrupted, or handled inside */
#define AXVCPU_EXIT_HYPERCALL		1
#define AXVCPU_EXIT_MMIO_READ		2
#define AXVCPU_EXIT_MMIO_WRITE		3
#define AXVCPU_EXIT_SYSREG_READ		4
#define AXVCPU_EXIT_SYSREG_WRITE	5
#define AXVCPU_EXIT_IO_READ		6
#define AXVCPU_EXIT_IO_WRITE		7
#define AXVCPU_EXIT_EXTERNAL_INTERRUPT	8
#define AXVCPU_EXIT_NESTED_PAGE_FAULT	9
#define AXVCPU_EXIT_HALT		10
#define AXVCPU_EXIT_CPU_UP		11
#define AXVCPU_EXIT_CPU_DOWN		12
#define AXVCPU_EXIT_SYSTEM_DOWN		13
#define AXVCPU_EXIT_FAIL_ENTRY		14
#define AXVCPU_EXIT_SEND_IPI		15
#define AXVCPU_EXIT_IO_READ_STRING	16
#define AXVCPU_EXIT_IO_WRITE_STRING	17
#define AXVCPU_EXIT_STOPPED		18	/* a kick was consumed */
#define AXVCPU_EXIT_DEADLINE		19	/* budget_ns is used up */
#define AXVCPU_EXIT_IRQ_WINDOW		20	/* an interrupt could be taken */
#define AXVCPU_EXIT_EXCEPTION		21
#define AXVCPU_EXIT_DEBUG		22
#define AXVCPU_EXIT_SHUTDOWN		23	/* triple fault */
#define AXVCPU_EXIT_UNKNOWN		24	/* the raw block is all there is */
#define AXVCPU_EXIT_NR			25

/* Memory permissions and kinds of access. */
#define AXVCPU_ACCESS_READ	(1U << 0)
#define AXVCPU_ACCESS_WRITE	(1U << 1)
#define AXVCPU_ACCESS_EXEC	(1U << 2)
/* NestedPageFault only: the access was part of a guest page-table walk. */
#define AXVCPU_ACCESS_WALK	(1U << 3)

/**
 * struct axvcpu_exit_hypercall - HYPERCALL: VMCALL, VMMCALL or HVC
 * @nr: call number: RAX, X0
 * @args: arguments: RDI, RSI, RDX, R10, R8, R9; X1 to X6
 * @cpl: x86 privilege level or Arm exception level of the caller
 * @imm: Arm: the immediate of the instruction; 0 on x86
 *
 * PC is past the instruction. The result, if any, goes to RAX or X0.
 */
struct axvcpu_exit_hypercall {
	__u64 nr;
	__u64 args[6];
	__u32 cpl;
	__u32 imm;
};

/**
 * struct axvcpu_exit_mmio_read - MMIO_READ: a load from outside every region
 * @addr: guest physical address, as the hardware reported it
 * @width: bytes read: 1, 2, 4, 8
 * @reg: index into the general registers of the run page
 * @reg_width: bytes of @reg that are written: 1, 2, 4, 8; 4 clears the upper
 *	half of a 64-bit register, 1 and 2 leave the rest alone
 * @signed_ext: 1: sign-extend from @width to @reg_width; 0: zero-extend
 * @shift: bit position in @reg where the value goes: 0, or 8 for AH, BH, CH, DH
 * @reserved: zero
 *
 * PC is past the instruction: the VMM writes the value to @reg and runs on.
 */
struct axvcpu_exit_mmio_read {
	__u64 addr;
	__u32 width;
	__u32 reg;
	__u32 reg_width;
	__u8 signed_ext;
	__u8 shift;
	__u16 reserved;
};

/**
 * struct axvcpu_exit_mmio_write - MMIO_WRITE: a store outside every region
 * @addr: guest physical address, as the hardware reported it
 * @width: bytes written: 1, 2, 4, 8
 * @reserved: zero
 * @data: the value, zero-extended
 */
struct axvcpu_exit_mmio_write {
	__u64 addr;
	__u32 width;
	__u32 reserved;
	__u64 data;
};

/**
 * struct axvcpu_exit_sysreg - SYSREG_READ and SYSREG_WRITE
 * @addr: MSR number (x86), op0:op1:CRn:CRm:op2 as in ESR_ELx.ISS (Arm)
 * @value: WRITE: the value; READ: zero
 * @reg: READ: register that takes the result: an index into the general
 *	registers, or AXVCPU_X86_REG_EDX_EAX
 * @reserved: zero
 *
 * PC is past the instruction. REFUSE turns it into #GP or an undefined
 * instruction instead.
 */
struct axvcpu_exit_sysreg {
	__u64 addr;
	__u64 value;
	__u32 reg;
	__u32 reserved;
};

/**
 * struct axvcpu_exit_io - IO_READ and IO_WRITE: IN and OUT
 * @port: I/O port
 * @width: bytes: 1, 2, 4
 * @reg: READ: destination register, always RAX
 * @reg_width: READ: bytes of @reg that are written; the rule of MMIO_READ
 * @reserved: zero
 * @data: WRITE: the value, zero-extended
 */
struct axvcpu_exit_io {
	__u16 port;
	__u8 width;
	__u8 reg;
	__u8 reg_width;
	__u8 reserved[3];
	__u64 data;
};

/**
 * struct axvcpu_exit_io_string - IO_READ_STRING and IO_WRITE_STRING: INS, OUTS
 * @port: I/O port
 * @width: bytes an element: 1, 2, 4
 * @reserved: zero
 * @count: elements in this exit, at least 1; all lie in one guest page unless
 *	@split is not 0
 * @gpa: guest physical address of the first element
 * @stride: bytes from one element to the next: @width, or -@width with DF set
 * @split: 0; or, with @count 1, how many bytes of the element lie at @gpa; the
 *	rest lie at @gpa2
 * @gpa2: where a split element goes on
 *
 * RCX and RSI or RDI have moved by @count elements already; PC is past the
 * instruction if none is left, at it otherwise. READ: the VMM stores the
 * elements to guest memory; WRITE: it reads them from there.
 */
struct axvcpu_exit_io_string {
	__u16 port;
	__u8 width;
	__u8 reserved;
	__u32 count;
	__u64 gpa;
	__s32 stride;
	__u32 split;
	__u64 gpa2;
};

/**
 * struct axvcpu_exit_fault - NESTED_PAGE_FAULT: a memory access not completed
 * @addr: guest physical address
 * @access: AXVCPU_ACCESS_* bits
 * @error: 0: no region covers @addr and the kernel did not decode the
 *	instruction; EACCES: the region forbids the access; ERANGE: the host's
 *	memory lies beyond what the hardware can give a guest; else the errno
 *	(positive) with which the host could not bring the page in
 *
 * PC is at the instruction. The raw block holds its bytes where known.
 */
struct axvcpu_exit_fault {
	__u64 addr;
	__u32 access;
	__u32 error;
};

/**
 * struct axvcpu_exit_cpu_up - CPU_UP: the guest starts another CPU
 * @target: its ID: x86 APIC ID, Arm MPIDR affinity
 * @entry: where it starts
 * @arg: what it gets in its first argument register
 */
struct axvcpu_exit_cpu_up {
	__u64 target;
	__u64 entry;
	__u64 arg;
};

/**
 * struct axvcpu_exit_cpu_down - CPU_DOWN: the guest turned this CPU off
 * @state: power state as the guest gave it
 */
struct axvcpu_exit_cpu_down {
	__u64 state;
};

#define AXVCPU_RULE_MAX		176

/**
 * struct axvcpu_exit_fail_entry - FAIL_ENTRY: the hardware refused guest state
 * @reason: the hardware's error or reason number
 * @qualification: its qualification; 0 where the hardware has none
 * @rule: the first rule found broken, in words, with its manual section; a
 *	NUL-terminated string; "unknown" if the checker found none
 *
 * The vCPU stays READY and nothing of its state is lost: repair it and run.
 */
struct axvcpu_exit_fail_entry {
	__u64 reason;
	__u64 qualification;
	char rule[AXVCPU_RULE_MAX];
};

/**
 * struct axvcpu_exit_send_ipi - SEND_IPI: the guest interrupts other CPUs
 * @target: target CPU or list
 * @target_aux: second half of the target's description
 * @send_to_all: 1: all but the sender
 * @send_to_self: 1: the sender too
 * @reserved: zero
 * @vector: vector or INTID
 */
struct axvcpu_exit_send_ipi {
	__u64 target;
	__u64 target_aux;
	__u8 send_to_all;
	__u8 send_to_self;
	__u8 reserved[2];
	__u32 vector;
};

/* @flags of struct axvcpu_exit_exception and struct axvcpu_inject */
#define AXVCPU_EVENT_HAS_ERROR		(1U << 0)
#define AXVCPU_EVENT_HAS_ADDRESS	(1U << 1)

/**
 * struct axvcpu_exit_exception - EXCEPTION: one that SET_DEBUG asked for
 * @vector: x86 vector; Arm exception class
 * @flags: AXVCPU_EVENT_HAS_ERROR, AXVCPU_EVENT_HAS_ADDRESS
 * @error_code: error code, or ISS
 * @address: faulting address (CR2, FAR)
 *
 * PC is at the instruction; the exception is not delivered. INJECT delivers it.
 */
struct axvcpu_exit_exception {
	__u32 vector;
	__u32 flags;
	__u64 error_code;
	__u64 address;
};

/* @cause of struct axvcpu_exit_debug */
#define AXVCPU_DEBUG_CAUSE_STEP		(1U << 0)
#define AXVCPU_DEBUG_CAUSE_SW_BREAK	(1U << 1)
#define AXVCPU_DEBUG_CAUSE_HW_BREAK	(1U << 2)

/**
 * struct axvcpu_exit_debug - DEBUG: a step or breakpoint of SET_DEBUG
 * @cause: AXVCPU_DEBUG_CAUSE_* bits
 * @slots: HW_BREAK: one bit for each breakpoint hit
 * @address: PC
 */
struct axvcpu_exit_debug {
	__u32 cause;
	__u32 slots;
	__u64 address;
};

/* @valid of struct axvcpu_raw: which members hold something. */
#define AXVCPU_RAW_GPA		(1U << 0)
#define AXVCPU_RAW_GVA		(1U << 1)
#define AXVCPU_RAW_INSN_LEN	(1U << 2)
#define AXVCPU_RAW_INSN_BYTES	(1U << 3)

/* @events of struct axvcpu_raw */
#define AXVCPU_EV_IRQ_ENABLED	(1U << 0)	/* IF set; PSTATE.I clear */
#define AXVCPU_EV_IRQ_SHADOW	(1U << 1)	/* STI or MOV SS shadow */
#define AXVCPU_EV_IRQ_PENDING	(1U << 2)
#define AXVCPU_EV_NMI_PENDING	(1U << 3)
#define AXVCPU_EV_NMI_BLOCKED	(1U << 4)
#define AXVCPU_EV_EXC_PENDING	(1U << 5)

/**
 * struct axvcpu_raw - the hardware's own words about an exit
 * @reason: SVM EXITCODE, VMX exit reason, Arm ESR_EL2; ~0 if the exit did not
 *	come from the hardware
 * @info: SVM EXITINFO1, EXITINFO2, EXITINTINFO, 0; VMX qualification,
 *	interruption information, IDT-vectoring information, instruction
 *	information; Arm ESR_EL2, FAR_EL2, HPFAR_EL2, 0
 * @gpa: guest physical address, with AXVCPU_RAW_GPA
 * @gva: guest linear address, with AXVCPU_RAW_GVA
 * @insn_pc: address of the instruction that exited (x86: RIP, not linear)
 * @valid: AXVCPU_RAW_* bits
 * @events: AXVCPU_EV_* bits, as they stand at the exit
 * @insn_len: its length, with AXVCPU_RAW_INSN_LEN
 * @insn_bytes: how many of @insn are known, with AXVCPU_RAW_INSN_BYTES
 * @reserved: zero
 * @insn: the instruction's bytes
 */
struct axvcpu_raw {
	__u64 reason;
	__u64 info[4];
	__u64 gpa;
	__u64 gva;
	__u64 insn_pc;
	__u32 valid;
	__u32 events;
	__u8 insn_len;
	__u8 insn_bytes;
	__u8 reserved[6];
	__u8 insn[16];
};

/* @flags of struct axvcpu_run_in */
#define AXVCPU_RUN_EXIT_HALT		(1U << 0)
#define AXVCPU_RUN_EXIT_HOST_IRQ	(1U << 1)
#define AXVCPU_RUN_EXIT_IRQ_WINDOW	(1U << 2)
#define AXVCPU_RUN_FLAGS		0x7U

/**
 * struct axvcpu_run_in - what the VMM asks of RUN; read once at entry
 * @kick: not 0: leave with STOPPED, before the guest runs. Sticky: only the
 *	exit STOPPED clears it; it survives RESET and UNBIND. A store is seen
 *	at the next entry; the KICK command stores and interrupts.
 * @flags: AXVCPU_RUN_* bits. EXIT_HALT: exit HALT instead of waiting in the
 *	kernel, the guest is active again past the instruction; EXIT_HOST_IRQ:
 *	exit EXTERNAL_INTERRUPT when a host interrupt ends guest execution;
 *	EXIT_IRQ_WINDOW: exit as soon as the guest, halted or not, could take
 *	an interrupt and nothing is queued
 * @budget_ns: wall time for this RUN, in ns; 0: no limit
 * @reserved: zero
 */
struct axvcpu_run_in {
	__u32 kick;
	__u32 flags;
	__u64 budget_ns;
	__u64 reserved[14];
};

/**
 * struct axvcpu_run_out - why RUN returned; written once at exit
 * @reason: AXVCPU_EXIT_*
 * @activity: AXVCPU_ACTIVITY_* of the guest CPU
 * @payload: sizes the union; programs copy what they do not know
 * @hypercall: HYPERCALL
 * @mmio_read: MMIO_READ
 * @mmio_write: MMIO_WRITE
 * @sysreg: SYSREG_READ, SYSREG_WRITE
 * @io: IO_READ, IO_WRITE
 * @io_string: IO_READ_STRING, IO_WRITE_STRING
 * @fault: NESTED_PAGE_FAULT
 * @cpu_up: CPU_UP
 * @cpu_down: CPU_DOWN
 * @fail_entry: FAIL_ENTRY
 * @send_ipi: SEND_IPI
 * @exception: EXCEPTION
 * @debug: DEBUG
 * @raw: the hardware's own words, filled in at every exit
 */
struct axvcpu_run_out {
	__u32 reason;
	__u32 activity;
	union {
		__u64 payload[32];
		struct axvcpu_exit_hypercall hypercall;
		struct axvcpu_exit_mmio_read mmio_read;
		struct axvcpu_exit_mmio_write mmio_write;
		struct axvcpu_exit_sysreg sysreg;
		struct axvcpu_exit_io io;
		struct axvcpu_exit_io_string io_string;
		struct axvcpu_exit_fault fault;
		struct axvcpu_exit_cpu_up cpu_up;
		struct axvcpu_exit_cpu_down cpu_down;
		struct axvcpu_exit_fail_entry fail_entry;
		struct axvcpu_exit_send_ipi send_ipi;
		struct axvcpu_exit_exception exception;
		struct axvcpu_exit_debug debug;
	};
	struct axvcpu_raw raw;
};

#define AXVCPU_RUN_OUT_OFFSET	256
#define AXVCPU_RUN_REGS_OFFSET	2048
#define AXVCPU_RUN_PAGE_SIZE	4096

/**
 * struct axvcpu_run - the page that mmap of a vCPU fd gives, offset 0, shared
 * @in: written by the VMM
 * @in_pad: to AXVCPU_RUN_OUT_OFFSET
 * @out: written by RUN
 * @out_pad: to AXVCPU_RUN_REGS_OFFSET
 * @regs: general registers, PC and flags: struct axvcpu_x86_regs or struct
 *	axvcpu_arm64_regs. Read once at entry, written once at exit, undefined
 *	while RUN is under way.
 */
struct axvcpu_run {
	struct axvcpu_run_in in;
	__u8 in_pad[AXVCPU_RUN_OUT_OFFSET - sizeof(struct axvcpu_run_in)];
	struct axvcpu_run_out out;
	__u8 out_pad[AXVCPU_RUN_REGS_OFFSET - AXVCPU_RUN_OUT_OFFSET -
		     sizeof(struct axvcpu_run_out)];
	__u64 regs[256];
};

#endif /* _UAPI_LINUX_AXVCPU_RUN_H */
