// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events on their way into an SVM guest: injection by EVENTINJ (APM 15.20),
 * windows for what the guest cannot take yet, and putting back what an exit
 * interrupted.
 *
 * Without hardware support for virtual NMIs, an injected NMI blocks the next one
 * by intercepting IRET. That intercept comes before the IRET, so the block ends
 * once RIP has left it; if an NMI is waiting, one instruction is stepped over.
 */
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "control.h"
#include "event.h"
#include "svm.h"

/* CR8 holds back vectors whose upper half is not above it (APM 8.5.2). */
static bool tpr_open(const struct svm_vcpu *s, int vector)
{
	return (vector >> 4) > (s->vmcb->control.vintr & VMCB_V_TPR);
}

static bool irq_open(const struct svm_vcpu *s, int vector)
{
	return (s->x.regs.rflags & X86_EFLAGS_IF) && !s->x.irq_shadow && tpr_open(s, vector);
}

/* Exit VINTR as soon as IF and the shadow let the guest take an interrupt. */
static void set_window(struct svm_vcpu *s, bool on)
{
	struct svm_vmcb_control *ctl = &s->vmcb->control;
	u32 vintr = ctl->vintr & ~VMCB_V_WINDOW;

	if (on)
		vintr |= VMCB_V_WINDOW;
	if (vintr == ctl->vintr)
		return;
	ctl->vintr = vintr;
	svm_dirty(s, VMCB_CLEAN_VINTR);
	svm_intercepts_stale(s);
}

/*
 * INT3 and INTO push the address of the next instruction. PC is at theirs, so
 * tell the hardware that it is one byte long: by NEXT_RIP if the processor uses
 * it (APM 15.20), else by moving RIP until the event is delivered.
 */
static void skip_soft(struct svm_vcpu *s)
{
	if (svm_has(AXVCPU_FEATURE_NEXT_PC)) {
		s->vmcb->control.next_rip = s->vmcb->save.rip + 1;
	} else {
		s->vmcb->save.rip++;
		s->soft_len = 1;
	}
}

static void set_nmi(struct svm_vcpu *s, enum x86_nmi nmi)
{
	s->x.nmi = nmi;
	svm_intercepts_stale(s);
}

static bool is_soft(u8 vector)
{
	return vector == X86_TRAP_BP || vector == X86_TRAP_OF;
}

/* A fault pushes RF, so that its instruction gets past a breakpoint (APM 3.1.6). */
static bool is_fault(u8 vector)
{
	const u32 others = BIT(X86_TRAP_DB) | BIT(X86_TRAP_BP) | BIT(X86_TRAP_OF) |
			   BIT(X86_TRAP_DF) | BIT(X86_TRAP_MC);

	return !(BIT(vector) & others);
}

/**
 * svm_has_error_code() - does an exception push an error code (APM 8.2)?
 * @vector: 0 to 31
 */
bool svm_has_error_code(u8 vector)
{
	const u32 mask = BIT(X86_TRAP_DF) | BIT(X86_TRAP_TS) | BIT(X86_TRAP_NP) |
			 BIT(X86_TRAP_SS) | BIT(X86_TRAP_GP) | BIT(X86_TRAP_PF) |
			 BIT(X86_TRAP_AC) | BIT(21) | BIT(29) | BIT(30);

	return BIT(vector) & mask;
}

static u64 exception_info(struct svm_vcpu *s, const struct axvcpu_inject *event)
{
	u64 info = event->vector | VMCB_EVENT_EXCEPTION;

	if (is_fault(event->vector))
		s->vmcb->save.rflags |= X86_EFLAGS_RF;
	/* Real mode has no error codes (APM 8.2). */
	if ((event->flags & AXVCPU_EVENT_HAS_ERROR) &&
	    (s->vmcb->save.cr0 & X86_CR0_PE))
		info |= VMCB_EVENT_HAS_ERROR | event->error_code << VMCB_EVENT_ERROR_SHIFT;
	if (event->flags & AXVCPU_EVENT_HAS_ADDRESS) {
		s->vmcb->save.cr2 = event->address;
		svm_dirty(s, VMCB_CLEAN_CR2);
	}
	if (is_soft(event->vector))
		skip_soft(s);
	return info;
}

/* An NMI waits. Deliver it, or see to it that it can be soon. */
static u64 nmi_info(struct svm_vcpu *s)
{
	if (s->x.nmi == X86_NMI_BLOCKED)
		return 0;
	if (s->x.nmi || s->x.irq_shadow) {
		s->stepping = true;
		return 0;
	}
	axvcpu_event_nmi_take(s->x.vcpu);
	set_nmi(s, X86_NMI_BLOCKED);
	return VMCB_EVENT_NMI;
}

/**
 * svm_event_irq_ready() - vendor->irq_ready
 * @x: the vCPU
 */
bool svm_event_irq_ready(struct x86_vcpu *x)
{
	const struct svm_vcpu *s = container_of(x, struct svm_vcpu, x);
	int vector = axvcpu_event_irq_peek(x->vcpu);

	return vector >= 0 && irq_open(s, vector);
}

static u64 irq_info(struct svm_vcpu *s)
{
	int vector = axvcpu_event_irq_peek(s->x.vcpu);

	if (vector < 0 || !irq_open(s, vector))
		return 0;
	axvcpu_event_irq_take(s->x.vcpu, vector);
	return vector | VMCB_EVENT_INTR;
}

/*
 * What still waits gets its window: for IF and the shadow by V_IRQ, for CR8 by
 * intercepting its writes. They are intercepted with V_IRQ, too: QEMU's CPU
 * (7.2) aborts when a guest writes CR8 while V_IRQ is set.
 */
static void open_window(struct svm_vcpu *s)
{
	int vector = axvcpu_event_irq_peek(s->x.vcpu);
	bool asked = s->x.vcpu->flags & AXVCPU_RUN_EXIT_IRQ_WINDOW;

	if (s->irq_waits != (vector >= 0 || asked))
		svm_intercepts_stale(s);
	s->irq_waits = vector >= 0 || asked;
	set_window(s, asked || (vector >= 0 && tpr_open(s, vector)));
}

static u64 urgent_info(struct svm_vcpu *s)
{
	struct axvcpu_vcpu *vcpu = s->x.vcpu;
	struct axvcpu_inject event;

	if (axvcpu_event_exception_take(vcpu, &event))
		return exception_info(s, &event);
	if (axvcpu_event_flags(vcpu) & AXVCPU_EV_NMI_PENDING)
		return nmi_info(s);
	return 0;
}

/**
 * svm_event_choose() - svm_event_inject() where there is something to do
 * @s: about to run; its registers are in the VMCB
 *
 * Context: interrupts off, in_guest published.
 */
void svm_event_choose(struct svm_vcpu *s)
{
	u64 info = 0;

	s->soft_len = 0;
	s->stepping = false;
	if (axvcpu_event_any(s->x.vcpu))
		info = urgent_info(s);
	/* With an event on its way TF would get into the flags that it pushes. */
	if (info && s->cr0_open)
		svm_close_cr0(s);
	s->stepping |= s->cr0_open;
	if (!info && !s->stepping)
		info = irq_info(s);
	open_window(s);
	s->injected = info ? info | VMCB_EVENT_VALID : 0;
	s->vmcb->control.event_inj = s->injected;
}

/* An exception was on its way: it waits again, and RIP is where it was. */
static void put_back_exception(struct svm_vcpu *s, u64 info, bool ours)
{
	u8 vector = info & VMCB_EVENT_VECTOR;
	struct axvcpu_inject event = {
		.type = AXVCPU_INJECT_EXCEPTION,
		.vector = vector,
	};

	/* The guest's own INT3 or INTO: RIP is at it, it will be executed again. */
	if (is_soft(vector) && !ours)
		return;
	/* In real mode it went without its error code, but it has one. */
	if (svm_has_error_code(vector)) {
		event.flags |= AXVCPU_EVENT_HAS_ERROR;
		event.error_code = info >> VMCB_EVENT_ERROR_SHIFT;
	}
	if (vector == X86_TRAP_PF) {
		event.flags |= AXVCPU_EVENT_HAS_ADDRESS;
		event.address = s->vmcb->save.cr2;
	}
	/* If the VMM has queued one meanwhile: a fault comes again by itself. */
	axvcpu_event_exception_put(s->x.vcpu, &event);
}

/**
 * svm_event_account() - svm_event_settle() where there is something to do
 * @s: the vCPU; its registers are out of the VMCB
 * @undelivered: as there
 *
 * A software interrupt is not put back: RIP is at the INT instruction, which
 * will be executed again (APM 15.7.2).
 */
void svm_event_account(struct svm_vcpu *s, u64 undelivered)
{
	struct axvcpu_vcpu *vcpu = s->x.vcpu;
	const u64 what = VMCB_EVENT_VALID | VMCB_EVENT_TYPE | VMCB_EVENT_VECTOR;
	bool ours = s->injected && !((s->injected ^ undelivered) & what);

	s->vmcb->control.event_inj = 0;
	if (s->injected && !ours)
		axvcpu_count_event(vcpu, AXVCPU_STAT_INJECT);
	if (ours && s->soft_len) {
		s->x.regs.rip -= s->soft_len;
		s->vmcb->save.rip = s->x.regs.rip;
	}
	s->injected = 0;
	if (s->x.nmi == X86_NMI_IRET && s->x.regs.rip != s->iret_rip)
		set_nmi(s, X86_NMI_OPEN);
	if (!(undelivered & VMCB_EVENT_VALID))
		return;

	switch (undelivered & VMCB_EVENT_TYPE) {
	case VMCB_EVENT_INTR:
		axvcpu_event_irq_put(vcpu, undelivered & VMCB_EVENT_VECTOR);
		break;
	case VMCB_EVENT_NMI:
		set_nmi(s, X86_NMI_OPEN);
		axvcpu_event_nmi_put(vcpu);
		break;
	case VMCB_EVENT_EXCEPTION:
		put_back_exception(s, undelivered, ours);
		break;
	}
}
