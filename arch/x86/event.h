/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_EVENT_H
#define AXVCPU_X86_EVENT_H

#include "x86.h"

/* events and the end of an instruction */
int x86_check_event(const struct axvcpu_inject *event);
bool x86_has_wakeup(struct axvcpu_vcpu *vcpu);
bool x86_irq_window(struct axvcpu_vcpu *vcpu);
/* nmi_blocked and irq_shadow of AXVCPU_GROUP_EVENTS */
void x86_get_events(struct axvcpu_vcpu *vcpu, struct axvcpu_state_events *events);
void x86_set_events(struct axvcpu_vcpu *vcpu, const struct axvcpu_state_events *events);
void x86_fill_raw(struct axvcpu_vcpu *vcpu, struct axvcpu_raw *raw);
/*
 * The payload is in run->out: publish @reason and the raw block with the events as
 * they stand. Returns AXVCPU_NEXT_EXIT.
 */
enum axvcpu_next x86_exit(struct x86_vcpu *x, u32 reason);
/*
 * An instruction has been completed: RIP to @next_rip (wrapped to the code
 * segment's width), RF and the interrupt shadow end. x86_advance() goes before
 * an exit that shows the result; x86_complete_insn() after one handled in the
 * kernel: it returns RESUME, or EXIT if SET_DEBUG asked for single steps.
 */
static inline void x86_advance(struct x86_vcpu *x, u64 next_rip)
{
	/* RIP wraps at the code segment's width, which is a 64 KiB border at least. */
	if ((x->regs.rip ^ next_rip) >> 16)
		next_rip &= GENMASK_ULL(x->vendor->code_bits(x) - 1, 0);
	x->regs.rip = next_rip;
	x->trap_pending = x->regs.rflags & X86_EFLAGS_TF;
	x->regs.rflags &= ~X86_EFLAGS_RF;
	x->irq_shadow = false;
}

enum axvcpu_next x86_complete_insn(struct x86_vcpu *x, u64 next_rip);
/* HLT: advances; publishes the exit HALT, should the core want it; NEXT_HALT */
enum axvcpu_next x86_halt(struct x86_vcpu *x);
/* queue the #DB of @trap_pending; private to event.c and common.c */
void x86_raise_trap(struct x86_vcpu *x);
/* queue a fault of the current instruction; PC stays at it */
enum axvcpu_next x86_fault(struct x86_vcpu *x, u8 vector, bool has_error, u32 error);

#endif /* AXVCPU_X86_EVENT_H */
