// SPDX-License-Identifier: GPL-2.0-only
/* Exits that mean the same on both vendors, and what is done about them. */
#include <linux/bits.h>
#include <asm/mce.h>
#include <asm/processor-flags.h>
#include <asm/ptrace.h>
#include <asm/segment.h>
#include <asm/trapnr.h>

#include "x86.h"

/* CPUID function 1, ECX: MONITOR and MWAIT. */
#define CPUID_1_ECX_MONITOR	BIT(3)

/**
 * x86_handle_host_irq() - a host interrupt ended guest execution
 * @x: the vCPU
 *
 * Return: what to do next.
 */
enum axvcpu_next x86_handle_host_irq(struct x86_vcpu *x)
{
	if (x->vcpu->flags & AXVCPU_RUN_EXIT_HOST_IRQ)
		return x86_exit(x, AXVCPU_EXIT_EXTERNAL_INTERRUPT);
	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_IRQ);
	return AXVCPU_NEXT_RESUME;
}

/**
 * x86_handle_host_nmi() - an NMI did, and was handed over
 * @x: the vCPU
 *
 * Return: AXVCPU_NEXT_RESUME.
 */
enum axvcpu_next x86_handle_host_nmi(struct x86_vcpu *x)
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

/**
 * x86_handle_machine_check() - x86_machine_check() has been called
 * @x: the vCPU
 *
 * The guest would only read the same again, which the kernel takes for the last straw: what
 * it has put off comes first.
 *
 * Return: AXVCPU_NEXT_USER.
 */
enum axvcpu_next x86_handle_machine_check(struct x86_vcpu *x)
{
	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_NMI);
	return AXVCPU_NEXT_USER;
}

/**
 * x86_handle_window() - the guest can take an interrupt now
 * @x: the vCPU
 * @ready: one waits that CR8 lets through: it goes in at the next entry
 *
 * Return: what to do next.
 */
enum axvcpu_next x86_handle_window(struct x86_vcpu *x, bool ready)
{
	if ((x->vcpu->flags & AXVCPU_RUN_EXIT_IRQ_WINDOW) && !ready)
		return x86_exit(x, AXVCPU_EXIT_IRQ_WINDOW);
	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_WINDOW);
	return AXVCPU_NEXT_RESUME;
}

/**
 * x86_handle_hypercall() - VMCALL or VMMCALL
 * @x: the vCPU
 * @next_rip: RIP after it
 *
 * Return: AXVCPU_NEXT_EXIT.
 */
enum axvcpu_next x86_handle_hypercall(struct x86_vcpu *x, u64 next_rip)
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
	x86_advance(x, next_rip);
	axvcpu_vcpu_refusable(x->vcpu, x->insn.pc);
	return x86_exit(x, AXVCPU_EXIT_HYPERCALL);
}

/**
 * x86_handle_cpuid() - CPUID
 * @x: the vCPU
 * @next_rip: RIP after it
 *
 * Return: what to do next.
 */
enum axvcpu_next x86_handle_cpuid(struct x86_vcpu *x, u64 next_rip)
{
	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_CPUID);
	x86_cpuid(x);
	return x86_complete_insn(x, next_rip);
}

/**
 * x86_handle_xsetbv() - XSETBV
 * @x: the vCPU
 * @next_rip: RIP after it
 *
 * Return: what to do next.
 */
enum axvcpu_next x86_handle_xsetbv(struct x86_vcpu *x, u64 next_rip)
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
	return x86_complete_insn(x, next_rip);
}

/**
 * x86_handle_nop() - an instruction without effect here
 * @x: the vCPU
 * @next_rip: RIP after it
 *
 * Return: what to do next.
 */
enum axvcpu_next x86_handle_nop(struct x86_vcpu *x, u64 next_rip)
{
	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_INSN);
	return x86_complete_insn(x, next_rip);
}

/**
 * x86_handle_refused() - an instruction that the guest does not have
 * @x: the vCPU
 * @vector: what it raises: #UD, or #GP(0)
 *
 * Return: AXVCPU_NEXT_RESUME.
 */
enum axvcpu_next x86_handle_refused(struct x86_vcpu *x, u8 vector)
{
	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_INSN);
	return x86_fault(x, vector, vector == X86_TRAP_GP, 0);
}

/**
 * x86_handle_idle() - MONITOR or MWAIT
 * @x: the vCPU
 * @next_rip: RIP after it
 *
 * MWAIT may return at any time: here it does at once.
 *
 * Return: what to do next.
 */
enum axvcpu_next x86_handle_idle(struct x86_vcpu *x, u64 next_rip)
{
	const struct axvcpu_x86_cpuid *leaf = x86_cpuid_find(x, 1, 0);

	if (leaf && (leaf->ecx & CPUID_1_ECX_MONITOR))
		return x86_handle_nop(x, next_rip);
	return x86_handle_refused(x, X86_TRAP_UD);
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
