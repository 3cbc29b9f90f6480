// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is done about each kind of exit, on both vendors. Every handler returns what the
 * core is to do next.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <asm/cpufeature.h>
#include <asm/mce.h>
#include <asm/processor-flags.h>
#include <asm/ptrace.h>
#include <asm/segment.h>
#include <asm/trapnr.h>

#include "compat.h"
#include "control.h"
#include "cpuid.h"
#include "debug.h"
#include "event.h"
#include "fpu.h"
#include "handle.h"
#include "insn/io.h"
#include "insn/paging.h"
#include "msr.h"
#include "x86.h"

/* CPUID function 1, ECX: MONITOR and MWAIT. */
#define CPUID_1_ECX_MONITOR	BIT(3)

static enum axvcpu_next handle_unknown(struct x86_vcpu *x)
{
	return x86_exit(x, AXVCPU_EXIT_UNKNOWN);
}

static enum axvcpu_next handle_fail_entry(struct x86_vcpu *x)
{
	struct axvcpu_exit_fail_entry *out = &x->vcpu->run->out.fail_entry;

	memset(out, 0, sizeof(*out));
	x->vendor->explain(x, out);
	return x86_exit(x, AXVCPU_EXIT_FAIL_ENTRY);
}

static enum axvcpu_next handle_host_irq(struct x86_vcpu *x)
{
	if (x->vcpu->flags & AXVCPU_RUN_EXIT_HOST_IRQ)
		return x86_exit(x, AXVCPU_EXIT_EXTERNAL_INTERRUPT);
	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_IRQ);
	return AXVCPU_NEXT_RESUME;
}

static enum axvcpu_next handle_host_nmi(struct x86_vcpu *x)
{
	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_NMI);
	return AXVCPU_NEXT_RESUME;
}

/**
 * x86_machine_check() - hand a machine check that a guest has met to the kernel
 *
 * The kernel looks at the code segment to tell who has met it. A memory error that its own
 * code has met is the end of the machine, and INT 18 from here would look like that. One that
 * user mode has met costs that process the page, or its life (SIGBUS); a guest's memory is its
 * VMM's, so it is the same for a guest. The rest of it is done on the way to user mode.
 *
 * Context: interrupts off, on the CPU and right after the exit that told of it: the banks
 * are this CPU's, and another machine check before they are read is a shutdown (SDM vol. 3,
 * 16.3.1.2; APM vol. 2, 9.3.1).
 */
void x86_machine_check(void)
{
	struct pt_regs regs = { .cs = __USER_CS, .flags = X86_EFLAGS_IF };

	if (IS_ENABLED(CONFIG_X86_MCE))
		do_machine_check(&regs);
}

/*
 * The guest would only read the same again, which the kernel takes for the last straw: what
 * it has put off comes first.
 */
static enum axvcpu_next handle_machine_check(struct x86_vcpu *x)
{
	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_NMI);
	return AXVCPU_NEXT_USER;
}

/* An interrupt that waits goes in at the next entry, and the VMM need not know. */
static enum axvcpu_next handle_window(struct x86_vcpu *x)
{
	if ((x->vcpu->flags & AXVCPU_RUN_EXIT_IRQ_WINDOW) && !x->vendor->irq_ready(x))
		return x86_exit(x, AXVCPU_EXIT_IRQ_WINDOW);
	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_WINDOW);
	return AXVCPU_NEXT_RESUME;
}

static enum axvcpu_next handle_nmi_window(struct x86_vcpu *x)
{
	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_WINDOW);
	return AXVCPU_NEXT_RESUME;
}

/**
 * x86_asks_for_ac() - would a guest get #AC by what it has set itself?
 * @cr0: its CR0
 * @rflags: its RFLAGS
 * @cpl: its privilege level
 *
 * SDM vol. 3, 6.15, interrupt 17.
 */
bool x86_asks_for_ac(u64 cr0, u64 rflags, unsigned int cpl)
{
	return cpl == 3 && (cr0 & X86_CR0_AM) && (rflags & X86_EFLAGS_AC);
}

/*
 * With the host's split lock detection (MSR_TEST_CTRL, SDM vol. 3, 9.1.2.3) a locked access
 * across two cache lines raises #AC in guests, too, whatever they have asked for.
 */
static bool is_split_lock(struct x86_vcpu *x)
{
	struct axvcpu_x86_control ctl;

	if (x->exit.exception.vector != X86_TRAP_AC ||
	    !boot_cpu_has(X86_FEATURE_SPLIT_LOCK_DETECT))
		return false;
	x->vendor->get_control(x, &ctl);
	return !x86_asks_for_ac(ctl.cr0, x->regs.rflags, x->vendor->cpl(x));
}

/*
 * The VMM gets what the kernel has for programs that lock like that, by split_lock_detect=:
 * it is slowed down and the detection is off for a moment, or it gets SIGBUS.
 */
static enum axvcpu_next handle_split_lock(struct x86_vcpu *x)
{
	if (!x->exit.may_sleep)
		return AXVCPU_NEXT_SLOW;
	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_EXCEPTION);
	return axvcpu_guest_split_lock(x->regs.rip) ? AXVCPU_NEXT_RESUME : AXVCPU_NEXT_USER;
}

static enum axvcpu_next handle_exception(struct x86_vcpu *x)
{
	const struct axvcpu_inject *event = &x->exit.exception;

	if (event->vector == X86_TRAP_DB)
		return x->vendor->handle_db(x);
	if (is_split_lock(x))
		return handle_split_lock(x);
	if (event->vector == X86_TRAP_BP && x86_debug_exit(x, X86_TRAP_BP, 0))
		return AXVCPU_NEXT_EXIT;
	if (x86_exception_exit(x, event))
		return AXVCPU_NEXT_EXIT;
	return x86_reflect(x, event);
}

/*
 * INT1: a #DB without a cause in DR6, and a trap: its handler returns behind the instruction
 * (SDM vol. 2, INT n; APM vol. 3, INT1). Entering the handler clears TF, so that no step
 * follows, and general detect (SDM vol. 3, 18.2.4; APM vol. 2, 13.1.1.4).
 */
static enum axvcpu_next handle_int1(struct x86_vcpu *x)
{
	const struct axvcpu_inject event = {
		.type = AXVCPU_INJECT_EXCEPTION,
		.vector = X86_TRAP_DB,
	};
	u64 dr6, dr7;

	x86_advance(x, x->exit.next_rip);
	x->trap_pending = false;
	if (x86_exception_exit(x, &event))
		return AXVCPU_NEXT_EXIT;
	x->vendor->get_dr6_dr7(x, &dr6, &dr7);
	x->vendor->set_dr6_dr7(x, dr6, dr7 & ~X86_DR7_GD);
	return x86_reflect(x, &event);
}

/*
 * The registers stay for whoever wants to know what happened. RESET or SET_STATE make
 * the vCPU run again, and the hardware checks what it gets then.
 */
static enum axvcpu_next handle_shutdown(struct x86_vcpu *x)
{
	enum axvcpu_next next = x86_exit(x, AXVCPU_EXIT_SHUTDOWN);

	if (x->vendor->shutdown)
		x->vendor->shutdown(x);
	WRITE_ONCE(x->vcpu->activity, AXVCPU_ACTIVITY_SHUTDOWN);
	return next;
}

static enum axvcpu_next handle_corrupt(struct x86_vcpu *x)
{
	axvcpu_vcpu_fail(x->vcpu, -EIO, x->exit.fault.gpa, 0, "handle_exit",
			 "an entry of the second-stage page table makes no sense");
	return AXVCPU_NEXT_FAIL;
}

static enum axvcpu_next handle_hypercall(struct x86_vcpu *x)
{
	const u64 *gpr = x->regs.gpr;

	x->vcpu->run->out.hypercall = (struct axvcpu_exit_hypercall) {
		.nr = gpr[AXVCPU_X86_RAX],
		.args = {
			gpr[AXVCPU_X86_RDI], gpr[AXVCPU_X86_RSI], gpr[AXVCPU_X86_RDX],
			gpr[AXVCPU_X86_R10], gpr[AXVCPU_X86_R8], gpr[AXVCPU_X86_R9],
		},
		.cpl = x->vendor->cpl(x),
	};
	x86_advance(x, x->exit.next_rip);
	axvcpu_vcpu_refusable(x->vcpu, x->insn.pc);
	return x86_exit(x, AXVCPU_EXIT_HYPERCALL);
}

/**
 * x86_handle_cpuid() - CPUID
 * @x: the vCPU
 *
 * Return: what to do next.
 */
enum axvcpu_next x86_handle_cpuid(struct x86_vcpu *x)
{
	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_CPUID);
	x86_cpuid(x);
	return x86_complete_insn(x, x->exit.next_rip);
}

static enum axvcpu_next handle_xsetbv(struct x86_vcpu *x)
{
	const u64 *gpr = x->regs.gpr;
	u64 value = (u32)gpr[AXVCPU_X86_RAX] | gpr[AXVCPU_X86_RDX] << 32;
	struct axvcpu_x86_control ctl;

	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_CONTROL);
	x->vendor->get_control(x, &ctl);
	if (!(ctl.cr4 & X86_CR4_OSXSAVE))
		return x86_fault(x, X86_TRAP_UD, false, 0);
	if (x->vendor->cpl(x) || !x86_xsetbv(x, gpr[AXVCPU_X86_RCX], value))
		return x86_fault(x, X86_TRAP_GP, true, 0);
	return x86_complete_insn(x, x->exit.next_rip);
}

static enum axvcpu_next handle_nop(struct x86_vcpu *x)
{
	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_INSN);
	return x86_complete_insn(x, x->exit.next_rip);
}

static enum axvcpu_next handle_refused_gp(struct x86_vcpu *x)
{
	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_INSN);
	return x86_fault(x, X86_TRAP_GP, true, 0);
}

static enum axvcpu_next handle_refused_ud(struct x86_vcpu *x)
{
	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_INSN);
	return x86_fault(x, X86_TRAP_UD, false, 0);
}

/* MWAIT may return at any time: here it does at once. */
static enum axvcpu_next handle_idle(struct x86_vcpu *x)
{
	const struct axvcpu_x86_cpuid *leaf = x86_cpuid_find(x, 1, 0);

	if (leaf && (leaf->ecx & CPUID_1_ECX_MONITOR))
		return handle_nop(x);
	return handle_refused_ud(x);
}

static enum axvcpu_next handle_own(struct x86_vcpu *x)
{
	return x->vendor->handle_own(x);
}

/* X86_EXIT_IO and X86_EXIT_FAULT are dealt with in x86_handle(). */
static enum axvcpu_next (*const handlers[X86_EXIT_KINDS])(struct x86_vcpu *x) = {
	[X86_EXIT_UNKNOWN] = handle_unknown,
	[X86_EXIT_FAIL_ENTRY] = handle_fail_entry,
	[X86_EXIT_HOST_IRQ] = handle_host_irq,
	[X86_EXIT_HOST_NMI] = handle_host_nmi,
	[X86_EXIT_MACHINE_CHECK] = handle_machine_check,
	[X86_EXIT_WINDOW] = handle_window,
	[X86_EXIT_NMI_WINDOW] = handle_nmi_window,
	[X86_EXIT_EXCEPTION] = handle_exception,
	[X86_EXIT_INT1] = handle_int1,
	[X86_EXIT_SHUTDOWN] = handle_shutdown,
	[X86_EXIT_FAULT] = handle_unknown,
	[X86_EXIT_CORRUPT] = handle_corrupt,
	[X86_EXIT_IO] = handle_unknown,
	[X86_EXIT_CR] = x86_handle_cr,
	[X86_EXIT_DR] = x86_handle_dr,
	[X86_EXIT_CPUID] = x86_handle_cpuid,
	[X86_EXIT_RDMSR] = x86_handle_rdmsr,
	[X86_EXIT_WRMSR] = x86_handle_wrmsr,
	[X86_EXIT_HLT] = x86_halt,
	[X86_EXIT_HYPERCALL] = handle_hypercall,
	[X86_EXIT_XSETBV] = handle_xsetbv,
	[X86_EXIT_IDLE] = handle_idle,
	[X86_EXIT_NOP] = handle_nop,
	[X86_EXIT_REFUSED_GP] = handle_refused_gp,
	[X86_EXIT_REFUSED_UD] = handle_refused_ud,
	[X86_EXIT_IRET] = handle_own,
	[X86_EXIT_TIMER] = handle_own,
	[X86_EXIT_TASK_SWITCH] = handle_unknown,
};

/**
 * x86_handle_any() - the kinds of exit that x86_handle() does not deal with itself
 * @x: the vCPU
 *
 * Return: what to do next.
 */
enum axvcpu_next x86_handle_any(struct x86_vcpu *x)
{
	return handlers[x->exit.kind](x);
}

/**
 * x86_complete() - ops->complete: the exits for which AXVCPU_NEXT_SLOW was returned
 * @vcpu: not entered
 *
 * If the instruction in memory is not the one that exited, the guest has changed it or
 * its page tables meanwhile. Executing it again will tell.
 *
 * Context: may sleep; the VM's mm is current.
 * Return: what to do next.
 */
enum axvcpu_next x86_complete(struct axvcpu_vcpu *vcpu)
{
	struct x86_vcpu *x = to_x86(vcpu);

	if (x->exit.kind == X86_EXIT_IO)
		return x86_complete_string_io(x);
	x->exit.may_sleep = true;
	if (x->vendor->parse_insn) {
		if (!x86_fetch_insn(x))
			return handle_unknown(x);
		if (!x->vendor->parse_insn(x))
			return AXVCPU_NEXT_RESUME;
	}
	return handlers[x->exit.kind](x);
}

/* SDM vol. 3, table 6-5; APM vol. 2, 8.2.9: exceptions that meet. */
static bool is_contributory(u8 vector)
{
	const u32 mask = BIT(X86_TRAP_DE) | BIT(X86_TRAP_TS) | BIT(X86_TRAP_NP) |
			 BIT(X86_TRAP_SS) | BIT(X86_TRAP_GP);

	return BIT(vector) & mask;
}

static bool makes_double_fault(u8 first, u8 second)
{
	if (first == X86_TRAP_PF)
		return second == X86_TRAP_PF || is_contributory(second);
	return is_contributory(first) && is_contributory(second);
}

/**
 * x86_reflect() - an intercepted exception is the guest's own
 * @x: the vCPU
 * @event: the exception
 *
 * If it came while another was being delivered, which waits again by now, the
 * two make a double fault, or the new one goes first and the old one will be
 * raised again by its instruction.
 *
 * Return: AXVCPU_NEXT_RESUME.
 */
enum axvcpu_next x86_reflect(struct x86_vcpu *x, const struct axvcpu_inject *event)
{
	struct axvcpu_inject first, both = *event;

	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_EXCEPTION);
	if (axvcpu_event_exception_take(x->vcpu, &first) &&
	    makes_double_fault(first.vector, event->vector))
		both = (struct axvcpu_inject) {
			.type = AXVCPU_INJECT_EXCEPTION,
			.vector = X86_TRAP_DF,
			.flags = AXVCPU_EVENT_HAS_ERROR,
		};
	axvcpu_event_exception_put(x->vcpu, &both);
	return AXVCPU_NEXT_RESUME;
}
