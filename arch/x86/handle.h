/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_HANDLE_H
#define AXVCPU_X86_HANDLE_H

#include "insn/io.h"
#include "x86.h"

/* a machine check ended guest execution: right after the exit, interrupts off */
void x86_machine_check(void);
bool x86_asks_for_ac(u64 cr0, u64 rflags, unsigned int cpl);
enum axvcpu_next x86_handle_cpuid(struct x86_vcpu *x);
enum axvcpu_next x86_handle_any(struct x86_vcpu *x);
enum axvcpu_next x86_complete(struct axvcpu_vcpu *vcpu);
/* an intercepted exception is the guest's own: it goes in at the next entry */
enum axvcpu_next x86_reflect(struct x86_vcpu *x, const struct axvcpu_inject *event);

/**
 * x86_handle() - what is done about an exit
 * @x: the vCPU; the vendor has decoded the exit into x->exit
 *
 * The most frequent kinds are reached without a pointer.
 *
 * Context: preemption off, interrupts on.
 * Return: what to do next.
 */
static __always_inline enum axvcpu_next x86_handle(struct x86_vcpu *x)
{
	switch (x->exit.kind) {
	case X86_EXIT_IO:
		return x->exit.io.string ? AXVCPU_NEXT_SLOW : x86_handle_io(x);
	case X86_EXIT_FAULT:
		x->vcpu->fault = x->exit.fault;
		return AXVCPU_NEXT_FAULT;
	case X86_EXIT_CPUID:
		return x86_handle_cpuid(x);
	default:
		return x86_handle_any(x);
	}
}

#endif /* AXVCPU_X86_HANDLE_H */
