/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * axvcpu on x86: registers, system state, CPUID. Included after or instead of
 * linux/axvcpu.h.
 */
#ifndef _UAPI_LINUX_AXVCPU_X86_H
#define _UAPI_LINUX_AXVCPU_X86_H

#include <linux/axvcpu.h>

/* Indices into struct axvcpu_x86_regs.gpr: the hardware's own encoding. */
#define AXVCPU_X86_RAX	0
#define AXVCPU_X86_RCX	1
#define AXVCPU_X86_RDX	2
#define AXVCPU_X86_RBX	3
#define AXVCPU_X86_RSP	4
#define AXVCPU_X86_RBP	5
#define AXVCPU_X86_RSI	6
#define AXVCPU_X86_RDI	7
#define AXVCPU_X86_R8	8
#define AXVCPU_X86_R9	9
#define AXVCPU_X86_R10	10
#define AXVCPU_X86_R11	11
#define AXVCPU_X86_R12	12
#define AXVCPU_X86_R13	13
#define AXVCPU_X86_R14	14
#define AXVCPU_X86_R15	15
/* SYSREG_READ: the result goes to EDX:EAX, upper halves cleared (RDMSR). */
#define AXVCPU_X86_REG_EDX_EAX	0x100

/**
 * struct axvcpu_x86_regs - the run page's register block; AXVCPU_GROUP_REGS
 * @gpr: general registers, by AXVCPU_X86_R*
 * @rip: instruction pointer
 * @rflags: flags
 */
struct axvcpu_x86_regs {
	__u64 gpr[16];
	__u64 rip;
	__u64 rflags;
};

/* State groups: struct, in parentheses. */
#define AXVCPU_X86_GROUP_SEGMENTS	256	/* (axvcpu_x86_segments) */
#define AXVCPU_X86_GROUP_CONTROL	257	/* (axvcpu_x86_control) */
#define AXVCPU_X86_GROUP_DEBUG		258	/* (axvcpu_x86_debug) */
#define AXVCPU_X86_GROUP_MSRS		259	/* (axvcpu_x86_msr)[] */
#define AXVCPU_X86_GROUP_XSAVE		260	/* XSAVE area, standard format */
#define AXVCPU_X86_GROUP_CPUID		261	/* (axvcpu_x86_cpuid)[] */

/* @attr of struct axvcpu_x86_segment: bits 8 to 23 of the descriptor's upper
 * half, moved to 0, as the SDM's access-rights field has them.
 */
#define AXVCPU_X86_SEG_TYPE	0x000f
#define AXVCPU_X86_SEG_S	0x0010
#define AXVCPU_X86_SEG_DPL	0x0060
#define AXVCPU_X86_SEG_P	0x0080
#define AXVCPU_X86_SEG_AVL	0x1000
#define AXVCPU_X86_SEG_L	0x2000
#define AXVCPU_X86_SEG_DB	0x4000
#define AXVCPU_X86_SEG_G	0x8000
#define AXVCPU_X86_SEG_UNUSABLE	0x10000

/**
 * struct axvcpu_x86_segment - a segment register with its hidden part
 * @base: linear base
 * @limit: limit in bytes, granularity applied
 * @attr: AXVCPU_X86_SEG_* bits
 * @selector: selector
 * @reserved: zero
 */
struct axvcpu_x86_segment {
	__u64 base;
	__u32 limit;
	__u32 attr;
	__u16 selector;
	__u16 reserved[3];
};

/**
 * struct axvcpu_x86_table - GDTR or IDTR
 * @base: linear base
 * @limit: limit in bytes
 * @reserved: zero
 */
struct axvcpu_x86_table {
	__u64 base;
	__u16 limit;
	__u16 reserved[3];
};

/**
 * struct axvcpu_x86_segments - AXVCPU_X86_GROUP_SEGMENTS
 * @es: segment register, and so on in the hardware's order
 * @cs: segment register
 * @ss: segment register; its DPL is the privilege level
 * @ds: segment register
 * @fs: segment register
 * @gs: segment register
 * @ldtr: local descriptor table register
 * @tr: task register
 * @gdtr: global descriptor table register
 * @idtr: interrupt descriptor table register
 */
struct axvcpu_x86_segments {
	struct axvcpu_x86_segment es, cs, ss, ds, fs, gs;
	struct axvcpu_x86_segment ldtr, tr;
	struct axvcpu_x86_table gdtr, idtr;
};

/**
 * struct axvcpu_x86_control - AXVCPU_X86_GROUP_CONTROL
 * @cr0: control register, as the guest reads it
 * @cr2: page-fault address
 * @cr3: page-table base
 * @cr4: control register, as the guest reads it
 * @cr8: task priority
 * @efer: IA32_EFER, without what the host adds
 * @xcr0: extended control register; bits of AXVCPU_CAP_X86_XCR0 only
 */
struct axvcpu_x86_control {
	__u64 cr0, cr2, cr3, cr4, cr8;
	__u64 efer;
	__u64 xcr0;
};

/**
 * struct axvcpu_x86_debug - AXVCPU_X86_GROUP_DEBUG: the guest's own
 * @dr: DR0 to DR3
 * @dr6: status; 32 bits
 * @dr7: control; 32 bits
 */
struct axvcpu_x86_debug {
	__u64 dr[4];
	__u64 dr6, dr7;
};

/**
 * struct axvcpu_x86_msr - one entry of AXVCPU_X86_GROUP_MSRS
 * @index: MSR number
 * @reserved: zero
 * @value: its value
 *
 * GET_STATE lists every MSR the kernel keeps, and no other group has; SET_STATE
 * takes any of them, in any number, with values that WRMSR would take. EFER is
 * in AXVCPU_X86_GROUP_CONTROL, the bases of FS and GS are in
 * AXVCPU_X86_GROUP_SEGMENTS; the TSC is the VM's clock plus IA32_TSC_ADJUST.
 */
struct axvcpu_x86_msr {
	__u32 index;
	__u32 reserved;
	__u64 value;
};

/* @flags of struct axvcpu_x86_cpuid: @index counts */
#define AXVCPU_X86_CPUID_INDEX	(1U << 0)

/**
 * struct axvcpu_x86_cpuid - what CPUID answers for one leaf
 * @function: EAX
 * @index: ECX, with AXVCPU_X86_CPUID_INDEX
 * @flags: AXVCPU_X86_CPUID_INDEX
 * @eax: answer
 * @ebx: answer
 * @ecx: answer; OSXSAVE follows the guest's CR4
 * @edx: answer
 * @reserved: zero
 *
 * What the table lacks reads as zeroes. EBX of leaf 0xd, index 0 and 1, follows
 * the guest's XCR0 with the sizes that the table gives for its components. A
 * feature that the supported table lacks can be shown, but not be turned on in
 * CR4, EFER or XCR0. A new vCPU has the supported table, with its own number as
 * APIC ID; in a table of SET_CPUID the APIC ID is the caller's choice.
 */
struct axvcpu_x86_cpuid {
	__u32 function;
	__u32 index;
	__u32 flags;
	__u32 eax;
	__u32 ebx;
	__u32 ecx;
	__u32 edx;
	__u32 reserved;
};

#define AXVCPU_X86_MAX_CPUID	256

/* on /dev/axvcpu: table of struct axvcpu_x86_cpuid the backend can honour */
#define AXVCPU_X86_GET_SUPPORTED_CPUID \
	_IOWR(AXVCPU_IOC_TYPE, 0x80, struct axvcpu_array)
/* on a vCPU fd, CREATED, FREE or READY: replaces the table */
#define AXVCPU_X86_SET_CPUID	_IOW(AXVCPU_IOC_TYPE, 0xa0, struct axvcpu_array)

#endif /* _UAPI_LINUX_AXVCPU_X86_H */
