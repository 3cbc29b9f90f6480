// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events: what can be injected, how an exception is taken to EL1, what wakes a
 * halted guest.
 */
#include <linux/errno.h>
#include <linux/string.h>

#include "arm64.h"
#include "event.h"
#include "run.h"
#include "timer.h"

/* Exception classes: D17.2.37 */
#define EC_UNKNOWN	0x00
#define EC_SERROR	0x2f
#define EC_IABT_LOW	0x20
#define EC_IABT_CUR	0x21
#define EC_DABT_LOW	0x24
#define EC_DABT_CUR	0x25
#define ESR_EC_SHIFT	26
#define ESR_IL		BIT_ULL(25)
#define ISS_MAX		GENMASK(24, 0)
#define NR_CLASSES	64

/* Offsets in the vector table: D1.3.1.5 */
#define VECTOR_CUR_SP0	0x000
#define VECTOR_CUR_SPX	0x200
#define VECTOR_LOW_64	0x400
#define VECTOR_LOW_32	0x600

#define SPSR_AARCH32	BIT_ULL(4)
#define SPSR_PAN	BIT_ULL(22)
#define SPSR_DIT	BIT_ULL(24)
#define SPSR_SSBS	BIT_ULL(12)
#define SPSR_FLAGS	GENMASK_ULL(31, 28)
#define SCTLR_SPAN	BIT_ULL(23)
#define SCTLR_DSSBS	BIT_ULL(44)

static bool is_plain(const struct axvcpu_inject *event)
{
	return !event->flags && !event->error_code && !event->address;
}

static bool exception_valid(const struct axvcpu_inject *event)
{
	bool error = event->flags & AXVCPU_EVENT_HAS_ERROR;
	bool address = event->flags & AXVCPU_EVENT_HAS_ADDRESS;

	if (event->vector >= NR_CLASSES)
		return false;
	if (event->flags & ~(AXVCPU_EVENT_HAS_ERROR | AXVCPU_EVENT_HAS_ADDRESS))
		return false;
	return event->error_code <= (error ? ISS_MAX : 0) && (address || !event->address);
}

/**
 * arm64_check_event() - ops->check_event
 * @event: from the VMM; an exception's vector is its class, the error its ISS
 *
 * There is no NMI: -EINVAL.
 *
 * Context: any thread, no claim.
 * Return: 0, -EINVAL.
 */
int arm64_check_event(const struct axvcpu_inject *event)
{
	bool valid = false;

	switch (event->type) {
	case AXVCPU_INJECT_EXCEPTION:
		valid = exception_valid(event);
		break;
	case AXVCPU_INJECT_IRQ:
	case AXVCPU_INJECT_IRQ_CLEAR:
		valid = event->vector < AXVCPU_NR_VECTORS && is_plain(event);
		break;
	}
	return valid ? 0 : -EINVAL;
}

static u64 vector_offset(u64 pstate)
{
	if (pstate & SPSR_AARCH32)
		return VECTOR_LOW_32;
	switch (pstate & AXVCPU_ARM64_PSTATE_MODE) {
	case AXVCPU_ARM64_PSTATE_EL0T:
		return VECTOR_LOW_64;
	case AXVCPU_ARM64_PSTATE_EL1T:
		return VECTOR_CUR_SP0;
	}
	return VECTOR_CUR_SPX;
}

/* PSTATE when an exception is taken to EL1: D1.3.1.4. */
static u64 pstate_taken(const struct el2_regs *regs)
{
	u64 pstate = regs->pstate & (SPSR_FLAGS | SPSR_DIT | SPSR_PAN);

	if (!(regs->sctlr & SCTLR_SPAN))
		pstate |= SPSR_PAN;
	if (regs->sctlr & SCTLR_DSSBS)
		pstate |= SPSR_SSBS;
	return pstate | AXVCPU_ARM64_PSTATE_EL1H | AXVCPU_ARM64_PSTATE_F |
	       AXVCPU_ARM64_PSTATE_I | AXVCPU_ARM64_PSTATE_A | AXVCPU_ARM64_PSTATE_D;
}

/* An abort's class says where it came from. */
static u32 class_from(u32 ec, u64 pstate)
{
	bool low = !(pstate & (AXVCPU_ARM64_PSTATE_MODE & ~SPSR_AARCH32));

	switch (ec & ~1U) {
	case EC_IABT_LOW:
		return low ? EC_IABT_LOW : EC_IABT_CUR;
	case EC_DABT_LOW:
		return low ? EC_DABT_LOW : EC_DABT_CUR;
	}
	return ec;
}

/**
 * arm64_serror() - have the guest take an SError
 * @a: the vCPU, in RUN
 * @iss: its syndrome
 *
 * It is the hardware's to deliver, when PSTATE.A lets it; with its syndrome, where there is a
 * register for that (FEAT_RAS).
 */
void arm64_serror(struct arm64_vcpu *a, u32 iss)
{
	arm64_set_hcr(a, HCR_VSE_BIT, true);
	a->ctx.config.vsesr = iss;
}

/**
 * arm64_raise() - take a synchronous exception to EL1, as the hardware does
 * @a: the vCPU, in RUN; PC is at the instruction
 * @ec: exception class
 * @iss: its syndrome
 * @has_far: @far is valid
 * @far: faulting address
 */
void arm64_raise(struct arm64_vcpu *a, u32 ec, u32 iss, bool has_far, u64 far)
{
	struct el2_regs *regs = &a->ctx.guest;

	arm64_bring_home(a);
	regs->esr = (u64)class_from(ec, regs->pstate) << ESR_EC_SHIFT | ESR_IL | iss;
	if (has_far)
		regs->far = far;
	regs->elr = regs->pc;
	regs->spsr = regs->pstate;
	regs->pc = regs->vbar + vector_offset(regs->pstate);
	regs->pstate = pstate_taken(regs);
}

/**
 * arm64_undefined() - the instruction is undefined
 * @a: the vCPU, in RUN; PC is at it
 *
 * Return: AXVCPU_NEXT_RESUME.
 */
enum axvcpu_next arm64_undefined(struct arm64_vcpu *a)
{
	arm64_raise(a, EC_UNKNOWN, 0, false, 0);
	axvcpu_count_handled(a->vcpu, AXVCPU_STAT_HANDLED_EXCEPTION);
	return AXVCPU_NEXT_RESUME;
}

/**
 * arm64_events_in() - deliver the pending exception, before an entry
 * @a: the vCPU
 */
void arm64_events_in(struct arm64_vcpu *a)
{
	struct axvcpu_inject event;

	if (!axvcpu_event_exception_take(a->vcpu, &event))
		return;
	axvcpu_count_event(a->vcpu, AXVCPU_STAT_INJECT);
	if (event.vector == EC_SERROR)
		arm64_serror(a, event.error_code);
	else
		arm64_raise(a, event.vector, event.error_code,
			    event.flags & AXVCPU_EVENT_HAS_ADDRESS, event.address);
}

/**
 * arm64_event_flags() - AXVCPU_EV_* bits as they stand
 * @a: the vCPU
 */
u32 arm64_event_flags(struct arm64_vcpu *a)
{
	u32 flags = axvcpu_event_flags(a->vcpu);

	if (!(a->ctx.guest.pstate & AXVCPU_ARM64_PSTATE_I))
		flags |= AXVCPU_EV_IRQ_ENABLED;
	return flags;
}

/**
 * arm64_has_wakeup() - ops->has_wakeup
 * @vcpu: in RUN, halted
 *
 * A WFI ends for an interrupt that is pending, masked by PSTATE or not: D1.6.2.
 */
bool arm64_has_wakeup(struct axvcpu_vcpu *vcpu)
{
	struct arm64_vcpu *a = to_arm64(vcpu);

	if (axvcpu_event_flags(vcpu) & (AXVCPU_EV_IRQ_PENDING | AXVCPU_EV_EXC_PENDING))
		return true;
	return arm64_vserror(a) || arm64_timer_wakes(a);
}

/**
 * arm64_irq_window() - ops->irq_window
 * @vcpu: in RUN, not entered
 */
bool arm64_irq_window(struct axvcpu_vcpu *vcpu)
{
	return arm64_event_flags(to_arm64(vcpu)) & AXVCPU_EV_IRQ_ENABLED;
}

/**
 * arm64_get_events() - ops->get_events
 * @vcpu: claimed by the caller
 * @events: the core's part is filled in
 *
 * An SError that waits for the guest to unmask it shows as pending.
 */
void arm64_get_events(struct axvcpu_vcpu *vcpu, struct axvcpu_state_events *events)
{
	struct arm64_vcpu *a = to_arm64(vcpu);

	if (!arm64_vserror(a) || events->exception_pending)
		return;
	events->exception_pending = 1;
	events->exception_vector = EC_SERROR;
	events->exception_error = a->ctx.config.vsesr;
	if (events->exception_error)
		events->exception_flags = AXVCPU_EVENT_HAS_ERROR;
}

/**
 * arm64_set_events() - ops->set_events
 * @vcpu: claimed by the caller
 * @events: checked
 */
void arm64_set_events(struct axvcpu_vcpu *vcpu, const struct axvcpu_state_events *events)
{
	arm64_set_hcr(to_arm64(vcpu), HCR_VSE_BIT, false);
}

/**
 * arm64_fill_raw() - ops->fill_raw
 * @vcpu: in RUN
 * @raw: the run page's block
 */
void arm64_fill_raw(struct axvcpu_vcpu *vcpu, struct axvcpu_raw *raw)
{
	struct arm64_vcpu *a = to_arm64(vcpu);

	*raw = (struct axvcpu_raw) {
		.reason = ~0ULL,
		.insn_pc = a->ctx.guest.pc,
		.events = arm64_event_flags(a),
	};
}
