// SPDX-License-Identifier: MIT
/*
 * Names of the UAPI's numbers.
 */
#include <stddef.h>

#include <axvcpu.h>

#define LOOKUP(table, index) \
	((index) < sizeof(table) / sizeof((table)[0]) ? (table)[index] : NULL)

const char *axvcpu_state_name(uint32_t state)
{
	static const char *const names[] = {
		[AXVCPU_STATE_INVALID] = "Invalid",
		[AXVCPU_STATE_CREATED] = "Created",
		[AXVCPU_STATE_FREE] = "Free",
		[AXVCPU_STATE_READY] = "Ready",
		[AXVCPU_STATE_RUNNING] = "Running",
		[AXVCPU_STATE_BLOCKED] = "Blocked",
	};

	return LOOKUP(names, state);
}

const char *axvcpu_activity_name(uint32_t activity)
{
	static const char *const names[] = {
		[AXVCPU_ACTIVITY_ACTIVE] = "active",
		[AXVCPU_ACTIVITY_HALTED] = "halted",
		[AXVCPU_ACTIVITY_WAIT_INIT] = "wait-init",
		[AXVCPU_ACTIVITY_SHUTDOWN] = "shutdown",
	};

	return LOOKUP(names, activity);
}

const char *axvcpu_exit_name(uint32_t reason)
{
	static const char *const names[] = {
		[AXVCPU_EXIT_NOTHING] = "Nothing",
		[AXVCPU_EXIT_HYPERCALL] = "Hypercall",
		[AXVCPU_EXIT_MMIO_READ] = "MmioRead",
		[AXVCPU_EXIT_MMIO_WRITE] = "MmioWrite",
		[AXVCPU_EXIT_SYSREG_READ] = "SysRegRead",
		[AXVCPU_EXIT_SYSREG_WRITE] = "SysRegWrite",
		[AXVCPU_EXIT_IO_READ] = "IoRead",
		[AXVCPU_EXIT_IO_WRITE] = "IoWrite",
		[AXVCPU_EXIT_EXTERNAL_INTERRUPT] = "ExternalInterrupt",
		[AXVCPU_EXIT_NESTED_PAGE_FAULT] = "NestedPageFault",
		[AXVCPU_EXIT_HALT] = "Halt",
		[AXVCPU_EXIT_CPU_UP] = "CpuUp",
		[AXVCPU_EXIT_CPU_DOWN] = "CpuDown",
		[AXVCPU_EXIT_SYSTEM_DOWN] = "SystemDown",
		[AXVCPU_EXIT_FAIL_ENTRY] = "FailEntry",
		[AXVCPU_EXIT_SEND_IPI] = "SendIPI",
		[AXVCPU_EXIT_IO_READ_STRING] = "IoReadString",
		[AXVCPU_EXIT_IO_WRITE_STRING] = "IoWriteString",
		[AXVCPU_EXIT_STOPPED] = "Stopped",
		[AXVCPU_EXIT_DEADLINE] = "Deadline",
		[AXVCPU_EXIT_IRQ_WINDOW] = "IrqWindow",
		[AXVCPU_EXIT_EXCEPTION] = "Exception",
		[AXVCPU_EXIT_DEBUG] = "Debug",
		[AXVCPU_EXIT_SHUTDOWN] = "Shutdown",
		[AXVCPU_EXIT_UNKNOWN] = "Unknown",
	};

	return LOOKUP(names, reason);
}

const char *axvcpu_stat_name(uint32_t id)
{
	static const char *const handled[] = {
		[AXVCPU_STAT_HANDLED_IRQ - AXVCPU_STAT_HANDLED] = "host interrupt",
		[AXVCPU_STAT_HANDLED_NMI - AXVCPU_STAT_HANDLED] = "host NMI",
		[AXVCPU_STAT_HANDLED_FAULT - AXVCPU_STAT_HANDLED] = "second-stage fault",
		[AXVCPU_STAT_HANDLED_CPUID - AXVCPU_STAT_HANDLED] = "CPU identification",
		[AXVCPU_STAT_HANDLED_SYSREG - AXVCPU_STAT_HANDLED] = "system register",
		[AXVCPU_STAT_HANDLED_CONTROL - AXVCPU_STAT_HANDLED] = "control register",
		[AXVCPU_STAT_HANDLED_HALT - AXVCPU_STAT_HANDLED] = "halt",
		[AXVCPU_STAT_HANDLED_WINDOW - AXVCPU_STAT_HANDLED] = "interrupt window",
		[AXVCPU_STAT_HANDLED_EXCEPTION - AXVCPU_STAT_HANDLED] = "exception",
		[AXVCPU_STAT_HANDLED_INSN - AXVCPU_STAT_HANDLED] = "other instruction",
	};
	static const char *const event[] = {
		[AXVCPU_STAT_RUN - AXVCPU_STAT_EVENT] = "RUN calls",
		[AXVCPU_STAT_ENTRY - AXVCPU_STAT_EVENT] = "guest entries",
		[AXVCPU_STAT_KICK - AXVCPU_STAT_EVENT] = "kicks",
		[AXVCPU_STAT_INJECT - AXVCPU_STAT_EVENT] = "events delivered",
		[AXVCPU_STAT_BLOCK - AXVCPU_STAT_EVENT] = "waits in Blocked",
		[AXVCPU_STAT_MIGRATE - AXVCPU_STAT_EVENT] = "moves to another CPU",
		[AXVCPU_STAT_FLUSH_SWITCH - AXVCPU_STAT_EVENT] = "TLB flushes, new tag",
		[AXVCPU_STAT_FLUSH_UNMAP - AXVCPU_STAT_EVENT] = "TLB flushes, memory taken",
		[AXVCPU_STAT_FAULT_RETRY - AXVCPU_STAT_EVENT] = "faults retried",
		[AXVCPU_STAT_L1D_FLUSH - AXVCPU_STAT_EVENT] = "L1 cache flushes",
	};

	switch (id & ~0xfffU) {
	case AXVCPU_STAT_EXIT(0):
		return axvcpu_exit_name(id - AXVCPU_STAT_EXIT(0));
	case AXVCPU_STAT_HANDLED:
		return LOOKUP(handled, id - AXVCPU_STAT_HANDLED);
	case AXVCPU_STAT_EVENT:
		return LOOKUP(event, id - AXVCPU_STAT_EVENT);
	}
	return NULL;
}

const char *axvcpu_cap_name(uint32_t id)
{
	static const char *const names[] = {
		[AXVCPU_CAP_STATE_GROUPS] = "state groups",
		[AXVCPU_CAP_DIRTY_LOG] = "dirty page log",
		[AXVCPU_CAP_DEBUG_SLOTS] = "hardware breakpoints",
		[AXVCPU_CAP_STRING_IO] = "string I/O",
		[AXVCPU_CAP_MAX_VMS_PER_USER] = "VMs per user",
		[AXVCPU_CAP_X86_MAX_CPUID] = "CPUID entries",
		[AXVCPU_CAP_X86_XCR0] = "XCR0 bits",
		[AXVCPU_CAP_GUEST_TABLE_LEVELS] = "levels of guest page tables",
	};

	return LOOKUP(names, id);
}

const char *axvcpu_feature_name(unsigned int bit)
{
	static const char *const names[] = {
		"next-pc", "decode-assists", "flush-by-asid", "vmcb-clean", "2M-pages", "1G-pages",
		"access-dirty", "vpid", "preempt-timer", "pml", "virtual-nmi", "vgif", "spec-ctrl",
		"xsave",
	};

	return LOOKUP(names, bit);
}

const char *axvcpu_mitigation_name(unsigned int bit)
{
	static const char *const names[] = {
		"rsb-fill", "verw", "l1d-flush", "ibpb", "spec-ctrl", "nx-huge-pages",
		"branch-history", "untrain-ret", "smt-off",
	};

	return LOOKUP(names, bit);
}
