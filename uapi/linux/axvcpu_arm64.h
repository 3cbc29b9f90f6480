/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * axvcpu on arm64: registers, system registers, interrupt and FP state. Included
 * after or instead of linux/axvcpu.h.
 */
#ifndef _UAPI_LINUX_AXVCPU_ARM64_H
#define _UAPI_LINUX_AXVCPU_ARM64_H

#include <linux/axvcpu.h>

/* Register 31 of an exit's @reg: reads as zero, what is written is dropped. */
#define AXVCPU_ARM64_REG_ZERO	31

/* @pstate of struct axvcpu_arm64_regs: modes and masks that a guest may have. */
#define AXVCPU_ARM64_PSTATE_MODE	0x1fULL
#define AXVCPU_ARM64_PSTATE_EL0T	0x00ULL
#define AXVCPU_ARM64_PSTATE_EL1T	0x04ULL
#define AXVCPU_ARM64_PSTATE_EL1H	0x05ULL
#define AXVCPU_ARM64_PSTATE_F		(1ULL << 6)
#define AXVCPU_ARM64_PSTATE_I		(1ULL << 7)
#define AXVCPU_ARM64_PSTATE_A		(1ULL << 8)
#define AXVCPU_ARM64_PSTATE_D		(1ULL << 9)

/**
 * struct axvcpu_arm64_regs - the run page's register block; AXVCPU_GROUP_REGS
 * @x: general registers X0 to X30
 * @sp_el0: stack pointer of EL0
 * @sp_el1: stack pointer of EL1
 * @pc: program counter
 * @pstate: process state, in the format of SPSR_EL2. A mode that is not the
 *	guest's to have is the exit FAIL_ENTRY.
 */
struct axvcpu_arm64_regs {
	__u64 x[31];
	__u64 sp_el0;
	__u64 sp_el1;
	__u64 pc;
	__u64 pstate;
};

/* State groups: struct, in parentheses. */
#define AXVCPU_ARM64_GROUP_SYSREGS	256	/* (axvcpu_arm64_sysreg)[] */
#define AXVCPU_ARM64_GROUP_FPSIMD	257	/* (axvcpu_arm64_fpsimd) */
#define AXVCPU_ARM64_GROUP_GIC		258	/* (axvcpu_arm64_gic) */
#define AXVCPU_ARM64_GROUP_ID_REGS	259	/* (axvcpu_arm64_sysreg)[] */

/*
 * Name of a system register: its encoding where ESR_ELx.ISS has it, as SYSREG_*
 * exits give it.
 */
#define AXVCPU_ARM64_SYSREG(op0, op1, crn, crm, op2)			\
	(((op0) << 20) | ((op2) << 17) | ((op1) << 14) | ((crn) << 10) | ((crm) << 1))

/**
 * struct axvcpu_arm64_sysreg - one system register
 * @id: AXVCPU_ARM64_SYSREG()
 * @reserved: zero
 * @value: its value
 *
 * AXVCPU_ARM64_GROUP_SYSREGS: GET_STATE lists every register the kernel keeps;
 * SET_STATE takes any of them.
 *
 * AXVCPU_ARM64_GROUP_ID_REGS: what the guest reads from its ID registers.
 * SET_STATE takes a value in which each field says no more than the one that a
 * new vCPU has, and -EINVAL otherwise.
 */
struct axvcpu_arm64_sysreg {
	__u32 id;
	__u32 reserved;
	__u64 value;
};

/**
 * struct axvcpu_arm64_fpsimd - AXVCPU_ARM64_GROUP_FPSIMD
 * @v: V0 to V31, low half first
 * @fpsr: status
 * @fpcr: control
 */
struct axvcpu_arm64_fpsimd {
	__u64 v[32][2];
	__u32 fpsr;
	__u32 fpcr;
};

#define AXVCPU_ARM64_MAX_ACTIVE	4

/**
 * struct axvcpu_arm64_gic - AXVCPU_ARM64_GROUP_GIC: the CPU interface
 * @vmcr: masks and enables, in the format of ICH_VMCR_EL2
 * @ap0r: active priorities of group 0
 * @ap1r: active priorities of group 1
 * @active: INTIDs that are active, 0 to 255, none of them twice; ~0: none
 *
 * What is pending is in AXVCPU_GROUP_EVENTS.
 */
struct axvcpu_arm64_gic {
	__u64 vmcr;
	__u64 ap0r;
	__u64 ap1r;
	__u32 active[AXVCPU_ARM64_MAX_ACTIVE];
};

#endif /* _UAPI_LINUX_AXVCPU_ARM64_H */
