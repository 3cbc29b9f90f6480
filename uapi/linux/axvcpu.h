/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * axvcpu: a vCPU device with an explicit lifecycle.
 *
 * /dev/axvcpu -> VM fd -> vCPU fd. What is the same on every architecture is
 * here and, the run page and its exits, in axvcpu_run.h; registers and system
 * state are in axvcpu_x86.h and axvcpu_arm64.h. Documentation/uapi.rst describes
 * each command in full.
 *
 * Rules that hold for every structure: fixed-width members, explicit padding,
 * the same layout for 32-bit and 64-bit callers, reserved members are zero in
 * both directions, pointers travel as __u64. A structure whose first member is
 * @size may grow: the caller sets it to the size it was built with. A shorter
 * one is extended with zeroes; a longer one is accepted if its unknown tail is
 * zero and gives -E2BIG otherwise.
 */
#ifndef _UAPI_LINUX_AXVCPU_H
#define _UAPI_LINUX_AXVCPU_H

#include <linux/types.h>
#include <linux/ioctl.h>
#include <linux/axvcpu_run.h>

/* Frozen. Growth shows in capabilities and structure sizes, never here. */
#define AXVCPU_API_VERSION	1

/*
 * vCPU states. Numbers and names are those of the AxVCpu design.
 *
 * INVALID: the host side of the backend failed; GET_FAILURE tells how, RESET
 *	leaves it.
 * CREATED: made, no second-stage table, registers at their reset values.
 * FREE: set up, no owner.
 * READY: bound to the thread that called BIND.
 * RUNNING: inside RUN.
 * BLOCKED: inside RUN, the guest halted, waiting in the kernel for an event.
 */
#define AXVCPU_STATE_INVALID	0
#define AXVCPU_STATE_CREATED	1
#define AXVCPU_STATE_FREE	2
#define AXVCPU_STATE_READY	3
#define AXVCPU_STATE_RUNNING	4
#define AXVCPU_STATE_BLOCKED	5
#define AXVCPU_STATE_NR		6

/*
 * Activity of the guest CPU, apart from the lifecycle state. HALTED waits for
 * an event; WAIT_INIT is wait-for-SIPI on x86 and powered off on Arm; SHUTDOWN
 * is the x86 shutdown state.
 */
#define AXVCPU_ACTIVITY_ACTIVE		0
#define AXVCPU_ACTIVITY_HALTED		1
#define AXVCPU_ACTIVITY_WAIT_INIT	2
#define AXVCPU_ACTIVITY_SHUTDOWN	3
#define AXVCPU_ACTIVITY_NR		4

/* Backends, as GET_INFO names them. */
#define AXVCPU_BACKEND_FAKE		0
#define AXVCPU_BACKEND_VMX		1
#define AXVCPU_BACKEND_SVM		2
#define AXVCPU_BACKEND_EL2_VHE		3
#define AXVCPU_BACKEND_EL2_NVHE		4

/**
 * struct axvcpu_info - GET_INFO of /dev/axvcpu
 * @size: sizeof(struct axvcpu_info)
 * @api_version: AXVCPU_API_VERSION
 * @backend: AXVCPU_BACKEND_*
 * @max_vcpus: vCPUs a VM can have
 * @max_regions: memory regions a VM can have
 * @gpa_bits: width of a guest physical address
 * @features: AXVCPU_FEATURE_* that the hardware has and the backend uses
 * @features_missing: those the backend could use and the hardware lacks
 * @mitigations: AXVCPU_MITIGATION_* in force
 * @mitigations_missing: those that this CPU's bugs ask for and that are not
 * @module_version: NUL-terminated
 * @backend_name: NUL-terminated
 */
struct axvcpu_info {
	__u32 size;
	__u32 api_version;
	__u32 backend;
	__u32 max_vcpus;
	__u32 max_regions;
	__u32 gpa_bits;
	__u64 features;
	__u64 features_missing;
	__u32 mitigations;
	__u32 mitigations_missing;
	char module_version[32];
	char backend_name[16];
};

/* Hardware features a backend uses when it has them: @features. */
#define AXVCPU_FEATURE_NEXT_PC		(1ULL << 0)	/* SVM NRIPS */
#define AXVCPU_FEATURE_DECODE_ASSISTS	(1ULL << 1)	/* SVM decode assists */
#define AXVCPU_FEATURE_FLUSH_BY_ASID	(1ULL << 2)	/* SVM flush by ASID */
#define AXVCPU_FEATURE_VMCB_CLEAN	(1ULL << 3)	/* SVM VMCB clean bits */
#define AXVCPU_FEATURE_HUGE_2M		(1ULL << 4)	/* 2 MiB entries */
#define AXVCPU_FEATURE_HUGE_1G		(1ULL << 5)	/* 1 GiB entries */
#define AXVCPU_FEATURE_ACCESS_DIRTY	(1ULL << 6)	/* accessed/dirty bits */
#define AXVCPU_FEATURE_VPID		(1ULL << 7)	/* VMX VPID */
#define AXVCPU_FEATURE_PREEMPT_TIMER	(1ULL << 8)	/* VMX preemption timer */
#define AXVCPU_FEATURE_PML		(1ULL << 9)	/* VMX page-modification log */
#define AXVCPU_FEATURE_VIRTUAL_NMI	(1ULL << 10)	/* VMX virtual NMIs, SVM vNMI */
#define AXVCPU_FEATURE_VGIF		(1ULL << 11)	/* SVM virtual GIF */
#define AXVCPU_FEATURE_SPEC_CTRL	(1ULL << 12)	/* SVM V_SPEC_CTRL */
#define AXVCPU_FEATURE_XSAVE		(1ULL << 13)	/* XSAVE for the guest */

/* Side-channel measures: @mitigations. */
#define AXVCPU_MITIGATION_RSB_FILL	(1U << 0)	/* return predictor, at exits */
#define AXVCPU_MITIGATION_VERW		(1U << 1)	/* buffers, at entries */
#define AXVCPU_MITIGATION_L1D_FLUSH	(1U << 2)	/* L1 data cache, at entries */
#define AXVCPU_MITIGATION_IBPB		(1U << 3)	/* barrier between VMs, and so on */
#define AXVCPU_MITIGATION_SPEC_CTRL	(1U << 4)	/* IBRS is written at exits */
#define AXVCPU_MITIGATION_NX_HUGE	(1U << 5)	/* no large page is executable */
#define AXVCPU_MITIGATION_HISTORY	(1U << 6)	/* branch history, at exits */
#define AXVCPU_MITIGATION_UNTRAIN_RET	(1U << 7)	/* returns, at exits */
#define AXVCPU_MITIGATION_SMT_OFF	(1U << 8)	/* a core runs one thread */

/* Capability IDs. Absent from the list means 0. */
#define AXVCPU_CAP_STATE_GROUPS		1	/* GET/SET_STATE; value 1 */
#define AXVCPU_CAP_DIRTY_LOG		2	/* VM_GET_DIRTY; value 1 */
#define AXVCPU_CAP_DEBUG_SLOTS		3	/* hardware breakpoints; how many */
#define AXVCPU_CAP_STRING_IO		4	/* IO_*_STRING exits; value 1 */
#define AXVCPU_CAP_MAX_VMS_PER_USER	5	/* the limit in force */
#define AXVCPU_CAP_X86_MAX_CPUID	6	/* entries X86_SET_CPUID takes */
#define AXVCPU_CAP_X86_XCR0		7	/* XCR0 bits a guest may set */
#define AXVCPU_CAP_GUEST_TABLE_LEVELS	8	/* levels of a guest's own page tables */

/**
 * struct axvcpu_cap - one capability
 * @id: AXVCPU_CAP_*
 * @reserved: zero
 * @value: what it says
 */
struct axvcpu_cap {
	__u32 id;
	__u32 reserved;
	__u64 value;
};

/**
 * struct axvcpu_array - argument of the commands that fill or read a table
 * @size: sizeof(struct axvcpu_array)
 * @count: in: entries at @addr; out: entries there are. If there are more than
 *	@addr has room for, the command gives -ENOSPC, writes @count and
 *	nothing else; call again with more room.
 * @addr: user address of the table
 */
struct axvcpu_array {
	__u32 size;
	__u32 count;
	__u64 addr;
};

/**
 * struct axvcpu_vm_create - CREATE_VM
 * @size: sizeof(struct axvcpu_vm_create)
 * @flags: zero
 */
struct axvcpu_vm_create {
	__u32 size;
	__u32 flags;
};

/* VM_MAP: collect pages written by the guest for VM_GET_DIRTY. */
#define AXVCPU_MAP_LOG_DIRTY	(1U << 31)

/**
 * struct axvcpu_map - VM_MAP, VM_UNMAP and VM_PROTECT
 * @size: sizeof(struct axvcpu_map)
 * @flags: AXVCPU_ACCESS_READ, _WRITE, _EXEC and AXVCPU_MAP_LOG_DIRTY; READ is
 *	required. VM_UNMAP: zero.
 * @gpa: first guest physical address, page aligned
 * @len: bytes, page aligned, not 0
 * @hva: VM_MAP: user address behind it, page aligned; else zero
 *
 * VM_UNMAP and VM_PROTECT name a region exactly as VM_MAP made it.
 */
struct axvcpu_map {
	__u32 size;
	__u32 flags;
	__u64 gpa;
	__u64 len;
	__u64 hva;
};

/**
 * struct axvcpu_dirty - VM_GET_DIRTY: fetch and clear a region's dirty bitmap
 * @size: sizeof(struct axvcpu_dirty)
 * @flags: zero
 * @gpa: first address of a region mapped with AXVCPU_MAP_LOG_DIRTY
 * @len: its length
 * @bitmap: user address; one bit a page, in __u64 words, lowest page in bit 0
 */
struct axvcpu_dirty {
	__u32 size;
	__u32 flags;
	__u64 gpa;
	__u64 len;
	__u64 bitmap;
};

/**
 * struct axvcpu_time - VM_GET_TIME and VM_SET_TIME: the VM's clock
 * @size: sizeof(struct axvcpu_time)
 * @flags: zero
 * @counter: guest counter (TSC, CNTVCT)
 * @boottime_ns: CLOCK_BOOTTIME at which it has that value
 * @counter_hz: GET: its rate; SET: zero
 */
struct axvcpu_time {
	__u32 size;
	__u32 flags;
	__u64 counter;
	__u64 boottime_ns;
	__u64 counter_hz;
};

/* favor_phys_cpu: no CPU is favoured. */
#define AXVCPU_NO_CPU	0xffffffffU

/**
 * struct axvcpu_vcpu_create - VM_CREATE_VCPU; returns the vCPU's fd
 * @size: sizeof(struct axvcpu_vcpu_create)
 * @flags: zero
 * @id: number in the VM, below max_vcpus, not in use; 0 is the boot CPU
 * @favor_phys_cpu: CPU whose node the vCPU's memory comes from, or
 *	AXVCPU_NO_CPU
 * @phys_cpu_set: user address of a CPU mask as sched_setaffinity(2) takes it
 * @phys_cpu_set_size: its size in bytes; 0: any CPU
 */
struct axvcpu_vcpu_create {
	__u32 size;
	__u32 flags;
	__u32 id;
	__u32 favor_phys_cpu;
	__u64 phys_cpu_set;
	__u64 phys_cpu_set_size;
};

/* SETUP: start at @entry; without it, at the architecture's reset vector. */
#define AXVCPU_SETUP_ENTRY	(1U << 0)

/**
 * struct axvcpu_setup - SETUP: CREATED -> FREE
 * @size: sizeof(struct axvcpu_setup)
 * @flags: AXVCPU_SETUP_ENTRY
 * @entry: guest physical address of the first instruction. x86: below 1 MiB,
 *	16-bit real mode, CS = entry >> 4 with its low 12 bits clear, IP the rest.
 *	Arm: EL1, MMU off.
 */
struct axvcpu_setup {
	__u32 size;
	__u32 flags;
	__u64 entry;
};

/**
 * struct axvcpu_vcpu_info - VCPU_INFO; allowed in every state, while it runs too
 * @size: sizeof(struct axvcpu_vcpu_info)
 * @state: AXVCPU_STATE_*
 * @activity: AXVCPU_ACTIVITY_*
 * @vm_id: number of the VM on this system
 * @vcpu_id: number of the vCPU in the VM
 * @favor_phys_cpu: as given at create
 * @cpu: CPU it runs or last ran on; AXVCPU_NO_CPU before the first RUN
 * @owner: thread ID of the owner, in the caller's namespace; 0: none
 * @exits: exits from the guest, handled in the kernel or not
 * @runs: calls of RUN that entered the guest or waited for it
 */
struct axvcpu_vcpu_info {
	__u32 size;
	__u32 state;
	__u32 activity;
	__u32 vm_id;
	__u32 vcpu_id;
	__u32 favor_phys_cpu;
	__u32 cpu;
	__u32 owner;
	__u64 exits;
	__u64 runs;
};

/*
 * State groups: GET_STATE and SET_STATE carry a sequence of records, each a
 * struct axvcpu_state_record followed by @size bytes and padding to 8. IDs
 * below 256 are portable, others belong to the architecture.
 */
#define AXVCPU_GROUP_ALL	0	/* GET_STATE: every group there is */
#define AXVCPU_GROUP_REGS	1	/* the run page's register block */
#define AXVCPU_GROUP_EVENTS	2	/* struct axvcpu_state_events */
#define AXVCPU_GROUP_ARCH	256	/* first ID of the architecture */

/**
 * struct axvcpu_state_record - header of one group
 * @id: AXVCPU_GROUP_*
 * @size: bytes of data that follow, without the padding
 */
struct axvcpu_state_record {
	__u32 id;
	__u32 size;
};

/**
 * struct axvcpu_state_buffer - GET_STATE and SET_STATE
 * @size: sizeof(struct axvcpu_state_buffer)
 * @group: GET: one group, or AXVCPU_GROUP_ALL; SET: zero
 * @addr: user address of the records
 * @len: in: bytes at @addr; GET, out: bytes there are, also with -ENOSPC
 * @reserved: zero
 *
 * SET_STATE checks every record before it changes anything.
 */
struct axvcpu_state_buffer {
	__u32 size;
	__u32 group;
	__u64 addr;
	__u32 len;
	__u32 reserved;
};

/**
 * struct axvcpu_state_events - AXVCPU_GROUP_EVENTS
 * @irq_pending: pending vectors or INTIDs, one bit each
 * @exception_vector: the pending exception's vector
 * @exception_flags: AXVCPU_EVENT_*
 * @exception_error: its error code
 * @exception_address: its address
 * @exception_pending: 1: there is one
 * @nmi_pending: 1: an NMI is latched
 * @nmi_blocked: 1: NMIs are blocked until IRET
 * @irq_shadow: 1: in an interrupt shadow
 * @activity: AXVCPU_ACTIVITY_*
 *
 * SET_STATE takes as pending what INJECT would take.
 */
struct axvcpu_state_events {
	__u64 irq_pending[4];
	__u32 exception_vector;
	__u32 exception_flags;
	__u64 exception_error;
	__u64 exception_address;
	__u8 exception_pending;
	__u8 nmi_pending;
	__u8 nmi_blocked;
	__u8 irq_shadow;
	__u32 activity;
};

/* @type of struct axvcpu_inject */
#define AXVCPU_INJECT_IRQ	0
#define AXVCPU_INJECT_NMI	1
#define AXVCPU_INJECT_EXCEPTION	2
#define AXVCPU_INJECT_IRQ_CLEAR	3	/* withdraw a pending vector */

/**
 * struct axvcpu_inject - INJECT; from any thread of the VM, in any state but
 *	CREATED and INVALID
 * @size: sizeof(struct axvcpu_inject)
 * @type: AXVCPU_INJECT_*
 * @vector: IRQ: 0 to 255 (x86: from 16); EXCEPTION: x86 0 to 31, Arm exception
 *	class; NMI: zero
 * @flags: EXCEPTION: AXVCPU_EVENT_*; else zero
 * @error_code: with AXVCPU_EVENT_HAS_ERROR
 * @address: with AXVCPU_EVENT_HAS_ADDRESS: CR2, FAR
 *
 * Vectors coalesce; one exception can be pending: -EBUSY if one is.
 */
struct axvcpu_inject {
	__u32 size;
	__u32 type;
	__u32 vector;
	__u32 flags;
	__u64 error_code;
	__u64 address;
};

/**
 * struct axvcpu_refuse - REFUSE: fail the instruction of the last exit
 * @size: sizeof(struct axvcpu_refuse)
 * @vector: exception to raise instead of it
 * @flags: AXVCPU_EVENT_HAS_ERROR or 0
 * @reserved: zero
 * @error_code: its error code
 *
 * Rewinds PC in the run page to the exited instruction and queues the
 * exception. READY only, once after an exit IO_*, MMIO_*, SYSREG_*, HYPERCALL
 * or HALT: -EINVAL otherwise; not for a string exit.
 */
struct axvcpu_refuse {
	__u32 size;
	__u32 vector;
	__u32 flags;
	__u32 reserved;
	__u64 error_code;
};

/* @flags of struct axvcpu_debug */
#define AXVCPU_DEBUG_STEP	(1U << 0)
#define AXVCPU_DEBUG_SW_BREAK	(1U << 1)
/* @type of struct axvcpu_breakpoint */
#define AXVCPU_BREAK_NONE	0
#define AXVCPU_BREAK_EXEC	1
#define AXVCPU_BREAK_WRITE	2
#define AXVCPU_BREAK_ACCESS	3

/**
 * struct axvcpu_breakpoint - one hardware breakpoint
 * @addr: guest linear address
 * @type: AXVCPU_BREAK_*
 * @len: bytes watched: 1, 2, 4, 8; EXEC: 1 on x86, 4 on Arm
 */
struct axvcpu_breakpoint {
	__u64 addr;
	__u32 type;
	__u32 len;
};

/**
 * struct axvcpu_debug - SET_DEBUG: replaces all earlier settings
 * @size: sizeof(struct axvcpu_debug)
 * @flags: AXVCPU_DEBUG_STEP: exit DEBUG after each instruction;
 *	AXVCPU_DEBUG_SW_BREAK: breakpoint instructions exit DEBUG
 * @exceptions: vectors that exit EXCEPTION instead of being delivered, one bit
 *	each
 * @bp: hardware breakpoints
 */
struct axvcpu_debug {
	__u32 size;
	__u32 flags;
	__u64 exceptions;
	struct axvcpu_breakpoint bp[4];
};

/**
 * struct axvcpu_translate - TRANSLATE: walk the guest's own page tables
 * @size: sizeof(struct axvcpu_translate)
 * @access: AXVCPU_ACCESS_* wanted; out: the access the tables allow
 * @gva: guest linear address
 * @gpa: out: guest physical address
 *
 * -EFAULT if the tables do not map @gva for @access.
 */
struct axvcpu_translate {
	__u32 size;
	__u32 access;
	__u64 gva;
	__u64 gpa;
};

/*
 * Counters: GET_STATS fills an array of struct axvcpu_stat. @id is a kind and a
 * number; a program prints those it does not know as numbers.
 */
#define AXVCPU_STAT_EXIT(reason)	(0x1000U + (reason))	/* exits from RUN */
#define AXVCPU_STAT_HANDLED		0x2000U	/* exits handled in the kernel: */
#define AXVCPU_STAT_HANDLED_IRQ		0x2000U	/* host interrupt */
#define AXVCPU_STAT_HANDLED_NMI		0x2001U	/* host NMI or machine check */
#define AXVCPU_STAT_HANDLED_FAULT	0x2002U	/* second-stage fault */
#define AXVCPU_STAT_HANDLED_CPUID	0x2003U	/* CPUID; Arm ID registers */
#define AXVCPU_STAT_HANDLED_SYSREG	0x2004U	/* MSR, system register */
#define AXVCPU_STAT_HANDLED_CONTROL	0x2005U	/* CR, DR, XSETBV */
#define AXVCPU_STAT_HANDLED_HALT	0x2006U	/* HLT, WFI, WFE */
#define AXVCPU_STAT_HANDLED_WINDOW	0x2007U	/* interrupt or NMI window */
#define AXVCPU_STAT_HANDLED_EXCEPTION	0x2008U	/* intercepted and reflected */
#define AXVCPU_STAT_HANDLED_INSN	0x2009U	/* other instruction */
#define AXVCPU_STAT_HANDLED_NR		10
#define AXVCPU_STAT_EVENT		0x3000U	/* what else happened: */
#define AXVCPU_STAT_RUN			0x3000U	/* RUN calls that ran */
#define AXVCPU_STAT_ENTRY		0x3001U	/* entries to the guest */
#define AXVCPU_STAT_KICK		0x3002U	/* KICK commands */
#define AXVCPU_STAT_INJECT		0x3003U	/* events delivered to the guest */
#define AXVCPU_STAT_BLOCK		0x3004U	/* waits in Blocked */
#define AXVCPU_STAT_MIGRATE		0x3005U	/* loads on another CPU */
#define AXVCPU_STAT_FLUSH_SWITCH	0x3006U	/* TLB flush: new ASID, VPID, VMID */
#define AXVCPU_STAT_FLUSH_UNMAP		0x3007U	/* TLB flush: memory was taken away */
#define AXVCPU_STAT_FAULT_RETRY		0x3008U	/* faults that raced an invalidation */
#define AXVCPU_STAT_L1D_FLUSH		0x3009U	/* flushes of the L1 data cache */
#define AXVCPU_STAT_EVENT_NR		10

/**
 * struct axvcpu_stat - one counter
 * @id: AXVCPU_STAT_*
 * @reserved: zero
 * @value: since the vCPU was made
 */
struct axvcpu_stat {
	__u32 id;
	__u32 reserved;
	__u64 value;
};

/**
 * struct axvcpu_failure - GET_FAILURE: why the vCPU is INVALID
 * @size: sizeof(struct axvcpu_failure)
 * @error: errno (positive) of the failed call; 0: there was no failure
 * @raw: what the hardware said, two words
 * @call: the backend call that failed, NUL-terminated
 * @text: the failure in words, NUL-terminated
 */
struct axvcpu_failure {
	__u32 size;
	__u32 error;
	__u64 raw[2];
	char call[32];
	char text[AXVCPU_RULE_MAX];
};

/*
 * Commands. The kernel looks at the type and the number only; the size in the
 * command word is that of the structure the caller was built with.
 */
#define AXVCPU_IOC_TYPE		0xA8

/* on /dev/axvcpu */
#define AXVCPU_GET_INFO		_IOWR(AXVCPU_IOC_TYPE, 0x00, struct axvcpu_info)
#define AXVCPU_GET_CAPS		_IOWR(AXVCPU_IOC_TYPE, 0x01, struct axvcpu_array)
#define AXVCPU_CREATE_VM	_IOW(AXVCPU_IOC_TYPE, 0x02, struct axvcpu_vm_create)

/* on a VM fd */
#define AXVCPU_VM_MAP		_IOW(AXVCPU_IOC_TYPE, 0x20, struct axvcpu_map)
#define AXVCPU_VM_UNMAP		_IOW(AXVCPU_IOC_TYPE, 0x21, struct axvcpu_map)
#define AXVCPU_VM_PROTECT	_IOW(AXVCPU_IOC_TYPE, 0x22, struct axvcpu_map)
#define AXVCPU_VM_GET_DIRTY	_IOW(AXVCPU_IOC_TYPE, 0x23, struct axvcpu_dirty)
#define AXVCPU_VM_CREATE_VCPU	_IOW(AXVCPU_IOC_TYPE, 0x24, struct axvcpu_vcpu_create)
#define AXVCPU_VM_GET_TIME	_IOWR(AXVCPU_IOC_TYPE, 0x25, struct axvcpu_time)
#define AXVCPU_VM_SET_TIME	_IOW(AXVCPU_IOC_TYPE, 0x26, struct axvcpu_time)

/* on a vCPU fd */
#define AXVCPU_RUN		_IO(AXVCPU_IOC_TYPE, 0x40)
#define AXVCPU_SETUP		_IOW(AXVCPU_IOC_TYPE, 0x41, struct axvcpu_setup)
#define AXVCPU_BIND		_IO(AXVCPU_IOC_TYPE, 0x42)
#define AXVCPU_UNBIND		_IO(AXVCPU_IOC_TYPE, 0x43)
#define AXVCPU_KICK		_IO(AXVCPU_IOC_TYPE, 0x44)
#define AXVCPU_RESET		_IO(AXVCPU_IOC_TYPE, 0x45)
#define AXVCPU_VCPU_INFO	_IOWR(AXVCPU_IOC_TYPE, 0x46, struct axvcpu_vcpu_info)
#define AXVCPU_GET_STATE	_IOWR(AXVCPU_IOC_TYPE, 0x47, struct axvcpu_state_buffer)
#define AXVCPU_SET_STATE	_IOW(AXVCPU_IOC_TYPE, 0x48, struct axvcpu_state_buffer)
#define AXVCPU_INJECT		_IOW(AXVCPU_IOC_TYPE, 0x49, struct axvcpu_inject)
#define AXVCPU_REFUSE		_IOW(AXVCPU_IOC_TYPE, 0x4a, struct axvcpu_refuse)
#define AXVCPU_SET_DEBUG	_IOW(AXVCPU_IOC_TYPE, 0x4b, struct axvcpu_debug)
#define AXVCPU_TRANSLATE	_IOWR(AXVCPU_IOC_TYPE, 0x4c, struct axvcpu_translate)
#define AXVCPU_GET_STATS	_IOWR(AXVCPU_IOC_TYPE, 0x4d, struct axvcpu_array)
#define AXVCPU_GET_FAILURE	_IOWR(AXVCPU_IOC_TYPE, 0x4e, struct axvcpu_failure)

/* 0x80 and up belong to the architecture, on the same three kinds of fd. */
#define AXVCPU_IOC_ARCH		0x80

#endif /* _UAPI_LINUX_AXVCPU_H */
