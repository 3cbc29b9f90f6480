// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events and exits: what can be injected and when, what is known about it, and
 * where an instruction or an exit ends.
 */
#include <linux/errno.h>
#include <linux/string.h>

#include <uapi/asm/debugreg.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "debug.h"
#include "event.h"
#include "x86.h"

#define FIRST_IRQ_VECTOR	16
#define NR_EXCEPTIONS		32

/* Vectors with an error code: SDM vol. 3, 6.15; APM vol. 2, 8.2 for 29, 30. */
#define ERROR_CODE_VECTORS \
	(BIT(X86_TRAP_DF) | BIT(X86_TRAP_TS) | BIT(X86_TRAP_NP) | BIT(X86_TRAP_SS) | \
	 BIT(X86_TRAP_GP) | BIT(X86_TRAP_PF) | BIT(X86_TRAP_AC) | BIT(21) | \
	 BIT(29) | BIT(30))

static bool exception_valid(const struct axvcpu_inject *event)
{
	bool error = event->flags & AXVCPU_EVENT_HAS_ERROR;
	bool address = event->flags & AXVCPU_EVENT_HAS_ADDRESS;

	if (event->vector >= NR_EXCEPTIONS || event->vector == X86_TRAP_NMI)
		return false;
	if (event->flags & ~(AXVCPU_EVENT_HAS_ERROR | AXVCPU_EVENT_HAS_ADDRESS))
		return false;
	if (error != !!(ERROR_CODE_VECTORS & BIT(event->vector)))
		return false;
	if (address && event->vector != X86_TRAP_PF)
		return false;
	return event->error_code <= (error ? 0xffff : 0) && (address || !event->address);
}

/* Only exceptions come with more than a vector. */
static bool is_plain(const struct axvcpu_inject *event)
{
	return !event->flags && !event->error_code && !event->address;
}

/**
 * x86_check_event() - ops->check_event
 * @event: from the VMM
 *
 * An exception comes with an error code exactly if its vector has one; in real
 * mode the code is dropped at delivery.
 *
 * Context: any thread, no claim.
 * Return: 0, -EINVAL.
 */
int x86_check_event(const struct axvcpu_inject *event)
{
	bool valid = false;

	switch (event->type) {
	case AXVCPU_INJECT_EXCEPTION:
		valid = exception_valid(event);
		break;
	case AXVCPU_INJECT_IRQ:
	case AXVCPU_INJECT_IRQ_CLEAR:
		valid = event->vector >= FIRST_IRQ_VECTOR &&
			event->vector < AXVCPU_NR_VECTORS && is_plain(event);
		break;
	case AXVCPU_INJECT_NMI:
		valid = !event->vector && is_plain(event);
		break;
	}
	return valid ? 0 : -EINVAL;
}

static __always_inline u32 event_flags(struct x86_vcpu *x)
{
	u32 flags = axvcpu_event_flags(x->vcpu);

	if (x->regs.rflags & X86_EFLAGS_IF)
		flags |= AXVCPU_EV_IRQ_ENABLED;
	if (x->irq_shadow)
		flags |= AXVCPU_EV_IRQ_SHADOW;
	if (x->nmi)
		flags |= AXVCPU_EV_NMI_BLOCKED;
	return flags;
}

/* CR8 holds back vectors whose upper half is not above it (SDM vol. 3, 11.8.6). */
static bool irq_above_cr8(struct x86_vcpu *x)
{
	int vector = axvcpu_event_irq_peek(x->vcpu);
	struct axvcpu_x86_control ctl;

	if (vector < 0)
		return false;
	x->vendor->get_control(x, &ctl);
	return vector >> 4 > (int)ctl.cr8;
}

/**
 * x86_has_wakeup() - ops->has_wakeup
 * @vcpu: in RUN, halted
 */
bool x86_has_wakeup(struct axvcpu_vcpu *vcpu)
{
	struct x86_vcpu *x = to_x86(vcpu);
	u32 flags = event_flags(x);

	if (flags & AXVCPU_EV_EXC_PENDING)
		return true;
	if (flags & AXVCPU_EV_NMI_PENDING && !(flags & AXVCPU_EV_NMI_BLOCKED))
		return true;
	return flags & AXVCPU_EV_IRQ_ENABLED && irq_above_cr8(x);
}

/**
 * x86_irq_window() - ops->irq_window
 * @vcpu: in RUN, not entered
 */
bool x86_irq_window(struct axvcpu_vcpu *vcpu)
{
	u32 flags = event_flags(to_x86(vcpu));

	return flags & AXVCPU_EV_IRQ_ENABLED && !(flags & AXVCPU_EV_IRQ_SHADOW);
}

/**
 * x86_get_events() - ops->get_events
 * @vcpu: claimed by the caller
 * @events: AXVCPU_GROUP_EVENTS, the core's part filled in
 *
 * A single-step trap that the next RUN would raise shows as pending.
 */
void x86_get_events(struct axvcpu_vcpu *vcpu, struct axvcpu_state_events *events)
{
	struct x86_vcpu *x = to_x86(vcpu);

	events->nmi_blocked = x->nmi != X86_NMI_OPEN;
	events->irq_shadow = x->irq_shadow;
	if (x->trap_pending && !events->exception_pending) {
		events->exception_pending = 1;
		events->exception_vector = X86_TRAP_DB;
	}
}

/**
 * x86_set_events() - ops->set_events
 * @vcpu: claimed by the caller
 * @events: checked
 */
void x86_set_events(struct axvcpu_vcpu *vcpu, const struct axvcpu_state_events *events)
{
	struct x86_vcpu *x = to_x86(vcpu);

	x->nmi = events->nmi_blocked ? X86_NMI_BLOCKED : X86_NMI_OPEN;
	x->irq_shadow = events->irq_shadow;
	x->trap_pending = false;
	x->vendor->update(x);
}

/**
 * x86_fill_raw() - ops->fill_raw
 * @vcpu: in RUN
 * @raw: raw block of an exit that is not the hardware's
 */
void x86_fill_raw(struct axvcpu_vcpu *vcpu, struct axvcpu_raw *raw)
{
	struct x86_vcpu *x = to_x86(vcpu);

	*raw = (struct axvcpu_raw) {
		.reason = ~0ULL,
		.insn_pc = x->regs.rip,
		.events = event_flags(x),
	};
}

/**
 * x86_exit() - publish an exit
 * @x: the vCPU; its payload is in run->out
 * @reason: AXVCPU_EXIT_*
 *
 * Return: AXVCPU_NEXT_EXIT.
 */
enum axvcpu_next x86_exit(struct x86_vcpu *x, u32 reason)
{
	struct axvcpu_raw *raw = &x->vcpu->run->out.raw;
	const struct x86_insn *insn = &x->insn;
	u32 valid = x->vendor->fill_raw(x, raw);

	if (insn->len)
		valid |= AXVCPU_RAW_INSN_LEN;
	if (insn->count)
		valid |= AXVCPU_RAW_INSN_BYTES;
	raw->valid = valid;
	raw->events = event_flags(x);
	raw->insn_pc = insn->pc;
	raw->insn_len = insn->len;
	raw->insn_bytes = insn->count;
	memcpy(raw->insn, insn->bytes, sizeof(raw->insn));
	return axvcpu_exit(x->vcpu, reason);
}

/**
 * x86_complete_insn() - the current instruction was carried out in the kernel
 * @x: the vCPU
 * @next_rip: RIP after it
 *
 * Return: AXVCPU_NEXT_RESUME; AXVCPU_NEXT_EXIT with DEBUG filled in if SET_DEBUG
 * asked for single steps.
 */
enum axvcpu_next x86_complete_insn(struct x86_vcpu *x, u64 next_rip)
{
	x86_advance(x, next_rip);
	if (unlikely(x->vcpu->debug.flags & AXVCPU_DEBUG_STEP) &&
	    x86_debug_exit(x, X86_TRAP_DB, DR_STEP))
		return AXVCPU_NEXT_EXIT;
	if (unlikely(x->trap_pending))
		x86_raise_trap(x);
	return AXVCPU_NEXT_RESUME;
}

/**
 * x86_raise_trap() - queue the single-step trap of a completed instruction
 * @x: a vCPU with @trap_pending
 *
 * If another exception is queued, the trap waits for the next RUN.
 */
void x86_raise_trap(struct x86_vcpu *x)
{
	const struct axvcpu_inject trap = {
		.type = AXVCPU_INJECT_EXCEPTION,
		.vector = X86_TRAP_DB,
	};
	u64 dr6, dr7;

	if (axvcpu_event_exception_put(x->vcpu, &trap))
		return;
	x->trap_pending = false;
	x->vendor->get_dr6_dr7(x, &dr6, &dr7);
	x->vendor->set_dr6_dr7(x, dr6 | DR_STEP, dr7);
}

/**
 * x86_halt() - HLT
 * @x: the vCPU
 *
 * The exit HALT is published in any case; the core decides whether it counts.
 *
 * Return: AXVCPU_NEXT_HALT.
 */
enum axvcpu_next x86_halt(struct x86_vcpu *x)
{
	x86_advance(x, x->exit.next_rip);
	if (x->vcpu->flags & AXVCPU_RUN_EXIT_HALT)
		axvcpu_vcpu_refusable(x->vcpu, x->insn.pc);
	x86_exit(x, AXVCPU_EXIT_HALT);
	return AXVCPU_NEXT_HALT;
}

/**
 * x86_fault() - the current instruction raises an exception
 * @x: the vCPU
 * @vector: exception vector
 * @has_error: it has an error code
 * @error: the code
 *
 * If the VMM has queued an exception meanwhile, that one is delivered first, and
 * the instruction faults again after it.
 *
 * Return: AXVCPU_NEXT_RESUME.
 */
enum axvcpu_next x86_fault(struct x86_vcpu *x, u8 vector, bool has_error, u32 error)
{
	const struct axvcpu_inject event = {
		.type = AXVCPU_INJECT_EXCEPTION,
		.vector = vector,
		.flags = has_error ? AXVCPU_EVENT_HAS_ERROR : 0,
		.error_code = error,
	};

	axvcpu_event_exception_put(x->vcpu, &event);
	return AXVCPU_NEXT_RESUME;
}
