/* SPDX-License-Identifier: GPL-2.0-only */
/* Tracepoints: state changes, entries, exits, faults, injections. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM axvcpu

#if !defined(AXVCPU_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define AXVCPU_TRACE_H

#include <linux/tracepoint.h>

#include "object.h"

#define axvcpu_show_state(state) __print_symbolic(state, \
	{ AXVCPU_STATE_INVALID, "Invalid" }, \
	{ AXVCPU_STATE_CREATED, "Created" }, \
	{ AXVCPU_STATE_FREE, "Free" }, \
	{ AXVCPU_STATE_READY, "Ready" }, \
	{ AXVCPU_STATE_RUNNING, "Running" }, \
	{ AXVCPU_STATE_BLOCKED, "Blocked" })

#define axvcpu_show_reason(reason) __print_symbolic(reason, \
	{ AXVCPU_EXIT_NOTHING, "Nothing" }, \
	{ AXVCPU_EXIT_HYPERCALL, "Hypercall" }, \
	{ AXVCPU_EXIT_MMIO_READ, "MmioRead" }, \
	{ AXVCPU_EXIT_MMIO_WRITE, "MmioWrite" }, \
	{ AXVCPU_EXIT_SYSREG_READ, "SysRegRead" }, \
	{ AXVCPU_EXIT_SYSREG_WRITE, "SysRegWrite" }, \
	{ AXVCPU_EXIT_IO_READ, "IoRead" }, \
	{ AXVCPU_EXIT_IO_WRITE, "IoWrite" }, \
	{ AXVCPU_EXIT_EXTERNAL_INTERRUPT, "ExternalInterrupt" }, \
	{ AXVCPU_EXIT_NESTED_PAGE_FAULT, "NestedPageFault" }, \
	{ AXVCPU_EXIT_HALT, "Halt" }, \
	{ AXVCPU_EXIT_CPU_UP, "CpuUp" }, \
	{ AXVCPU_EXIT_CPU_DOWN, "CpuDown" }, \
	{ AXVCPU_EXIT_SYSTEM_DOWN, "SystemDown" }, \
	{ AXVCPU_EXIT_FAIL_ENTRY, "FailEntry" }, \
	{ AXVCPU_EXIT_SEND_IPI, "SendIPI" }, \
	{ AXVCPU_EXIT_IO_READ_STRING, "IoReadString" }, \
	{ AXVCPU_EXIT_IO_WRITE_STRING, "IoWriteString" }, \
	{ AXVCPU_EXIT_STOPPED, "Stopped" }, \
	{ AXVCPU_EXIT_DEADLINE, "Deadline" }, \
	{ AXVCPU_EXIT_IRQ_WINDOW, "IrqWindow" }, \
	{ AXVCPU_EXIT_EXCEPTION, "Exception" }, \
	{ AXVCPU_EXIT_DEBUG, "Debug" }, \
	{ AXVCPU_EXIT_SHUTDOWN, "Shutdown" }, \
	{ AXVCPU_EXIT_UNKNOWN, "Unknown" })

TRACE_EVENT(axvcpu_state,
	TP_PROTO(const struct axvcpu_vcpu *vcpu, u32 from, u32 to),
	TP_ARGS(vcpu, from, to),
	TP_STRUCT__entry(
		__field(u32, vm)
		__field(u32, vcpu)
		__field(u32, from)
		__field(u32, to)
	),
	TP_fast_assign(
		__entry->vm = vcpu->fixed.vm_id;
		__entry->vcpu = vcpu->fixed.id;
		__entry->from = from;
		__entry->to = to;
	),
	TP_printk("vm=%u vcpu=%u %s -> %s", __entry->vm, __entry->vcpu,
		  axvcpu_show_state(__entry->from), axvcpu_show_state(__entry->to))
);

TRACE_EVENT(axvcpu_entry,
	TP_PROTO(const struct axvcpu_vcpu *vcpu),
	TP_ARGS(vcpu),
	TP_STRUCT__entry(
		__field(u32, vm)
		__field(u32, vcpu)
	),
	TP_fast_assign(
		__entry->vm = vcpu->fixed.vm_id;
		__entry->vcpu = vcpu->fixed.id;
	),
	TP_printk("vm=%u vcpu=%u", __entry->vm, __entry->vcpu)
);

TRACE_EVENT(axvcpu_exit,
	TP_PROTO(const struct axvcpu_vcpu *vcpu, u32 reason),
	TP_ARGS(vcpu, reason),
	TP_STRUCT__entry(
		__field(u32, vm)
		__field(u32, vcpu)
		__field(u32, reason)
	),
	TP_fast_assign(
		__entry->vm = vcpu->fixed.vm_id;
		__entry->vcpu = vcpu->fixed.id;
		__entry->reason = reason;
	),
	TP_printk("vm=%u vcpu=%u %s", __entry->vm, __entry->vcpu,
		  axvcpu_show_reason(__entry->reason))
);

TRACE_EVENT(axvcpu_fault,
	TP_PROTO(const struct axvcpu_vcpu *vcpu, u64 gpa, u32 access, int error),
	TP_ARGS(vcpu, gpa, access, error),
	TP_STRUCT__entry(
		__field(u64, gpa)
		__field(u32, vm)
		__field(u32, vcpu)
		__field(u32, access)
		__field(int, error)
	),
	TP_fast_assign(
		__entry->gpa = gpa;
		__entry->vm = vcpu->fixed.vm_id;
		__entry->vcpu = vcpu->fixed.id;
		__entry->access = access;
		__entry->error = error;
	),
	TP_printk("vm=%u vcpu=%u gpa=%#llx access=%s error=%d", __entry->vm,
		  __entry->vcpu, __entry->gpa,
		  __print_flags(__entry->access, "|",
				{ AXVCPU_ACCESS_READ, "r" },
				{ AXVCPU_ACCESS_WRITE, "w" },
				{ AXVCPU_ACCESS_EXEC, "x" },
				{ AXVCPU_ACCESS_WALK, "walk" }),
		  __entry->error)
);

TRACE_EVENT(axvcpu_inject,
	TP_PROTO(const struct axvcpu_vcpu *vcpu, u32 type, u32 vector),
	TP_ARGS(vcpu, type, vector),
	TP_STRUCT__entry(
		__field(u32, vm)
		__field(u32, vcpu)
		__field(u32, type)
		__field(u32, vector)
	),
	TP_fast_assign(
		__entry->vm = vcpu->fixed.vm_id;
		__entry->vcpu = vcpu->fixed.id;
		__entry->type = type;
		__entry->vector = vector;
	),
	TP_printk("vm=%u vcpu=%u %s %u", __entry->vm, __entry->vcpu,
		  __print_symbolic(__entry->type,
				   { AXVCPU_INJECT_IRQ, "irq" },
				   { AXVCPU_INJECT_NMI, "nmi" },
				   { AXVCPU_INJECT_EXCEPTION, "exception" },
				   { AXVCPU_INJECT_IRQ_CLEAR, "irq_clear" }),
		  __entry->vector)
);

#endif /* AXVCPU_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
