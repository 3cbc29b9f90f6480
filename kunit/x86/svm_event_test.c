// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events on their way into an SVM guest, without the hardware: what an entry
 * would inject, and what is put back after an exit that interrupted it.
 */
#include <linux/string.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "../../arch/x86/handle.h"
#include "../../arch/x86/svm/event.h"
#include "../../arch/x86/svm/svm.h"
#include "../../core/core.h"
#include "../suites.h"

#define RIP	0x1000ULL
#define VALID	VMCB_EVENT_VALID

/* This module has no svm.c. */
u64 svm_features;

struct svm_fixture {
	struct svm_vcpu s;
	struct axvcpu_vcpu vcpu;
};

static struct svm_vcpu *svm(struct kunit *test)
{
	return &((struct svm_fixture *)test->priv)->s;
}

static struct axvcpu_vcpu *vcpu(struct kunit *test)
{
	return &((struct svm_fixture *)test->priv)->vcpu;
}

/* A guest in protected mode that can take interrupts. */
static int svm_event_init(struct kunit *test)
{
	struct svm_fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	f->s.vmcb = kunit_kzalloc(test, sizeof(*f->s.vmcb), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, f->s.vmcb);
	f->s.x.vcpu = &f->vcpu;
	f->vcpu.arch = &f->s.x;
	axvcpu_event_init(&f->vcpu);
	f->s.x.regs.rip = RIP;
	f->s.x.regs.rflags = X86_EFLAGS_FIXED | X86_EFLAGS_IF;
	f->s.vmcb->save.cr0 = X86_CR0_PE;
	svm_features = 0;
	test->priv = f;
	return 0;
}

/* As svm_run() does around the switch; returns EVENTINJ. */
static u64 enter(struct kunit *test)
{
	struct svm_vcpu *s = svm(test);

	s->vmcb->save.rip = s->x.regs.rip;
	s->vmcb->save.rflags = s->x.regs.rflags;
	svm_event_inject(s);
	return s->vmcb->control.event_inj;
}

static void leave(struct kunit *test, u64 undelivered)
{
	struct svm_vcpu *s = svm(test);

	s->x.regs.rip = s->vmcb->save.rip;
	svm_event_settle(s, undelivered);
}

static u64 injected(struct kunit *test)
{
	return vcpu(test)->count.event[AXVCPU_STAT_INJECT - AXVCPU_STAT_EVENT];
}

static bool window(struct kunit *test)
{
	return svm(test)->vmcb->control.vintr & VMCB_V_IRQ;
}

static void put_exception(struct kunit *test, u32 vector, u32 flags, u64 error, u64 address)
{
	const struct axvcpu_inject event = {
		.type = AXVCPU_INJECT_EXCEPTION,
		.vector = vector,
		.flags = flags,
		.error_code = error,
		.address = address,
	};

	KUNIT_EXPECT_EQ(test, axvcpu_event_exception_put(vcpu(test), &event), 0);
}

static void event_none(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, enter(test), 0);
	leave(test, 0);
	KUNIT_EXPECT_FALSE(test, window(test) || svm(test)->irq_waits);
	KUNIT_EXPECT_EQ(test, injected(test), 0);
}

static void event_exception(struct kunit *test)
{
	const u32 flags = AXVCPU_EVENT_HAS_ERROR | AXVCPU_EVENT_HAS_ADDRESS;

	put_exception(test, X86_TRAP_PF, flags, 6, 0xdeadbeef);
	KUNIT_EXPECT_EQ(test, enter(test), VALID | VMCB_EVENT_EXCEPTION | X86_TRAP_PF |
			VMCB_EVENT_HAS_ERROR | 6ULL << 32);
	KUNIT_EXPECT_EQ(test, svm(test)->vmcb->save.cr2, 0xdeadbeef);
	KUNIT_EXPECT_TRUE_MSG(test, svm(test)->vmcb->save.rflags & X86_EFLAGS_RF, "a fault");
	leave(test, 0);
	KUNIT_EXPECT_EQ(test, injected(test), 1);
	KUNIT_EXPECT_EQ_MSG(test, enter(test), 0, "once");

	put_exception(test, X86_TRAP_DB, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, enter(test), VALID | VMCB_EVENT_EXCEPTION | X86_TRAP_DB);
	KUNIT_EXPECT_FALSE_MSG(test, svm(test)->vmcb->save.rflags & X86_EFLAGS_RF, "a trap");
}

static void event_real_mode(struct kunit *test)
{
	const u64 gp = VALID | VMCB_EVENT_EXCEPTION | X86_TRAP_GP;
	struct axvcpu_inject event;

	svm(test)->vmcb->save.cr0 = 0;
	put_exception(test, X86_TRAP_GP, AXVCPU_EVENT_HAS_ERROR, 5, 0);
	KUNIT_EXPECT_EQ(test, enter(test), gp);
	leave(test, gp);
	KUNIT_ASSERT_TRUE(test, axvcpu_event_exception_take(vcpu(test), &event));
	KUNIT_EXPECT_EQ_MSG(test, event.flags, AXVCPU_EVENT_HAS_ERROR, "as SET_STATE takes it");
}

static void event_order(struct kunit *test)
{
	axvcpu_event_irq_put(vcpu(test), 0x30);
	axvcpu_event_irq_put(vcpu(test), 0x80);
	axvcpu_event_nmi_put(vcpu(test));
	put_exception(test, X86_TRAP_UD, 0, 0, 0);

	KUNIT_EXPECT_EQ(test, enter(test), VALID | VMCB_EVENT_EXCEPTION | X86_TRAP_UD);
	KUNIT_EXPECT_TRUE(test, window(test));
	leave(test, 0);
	KUNIT_EXPECT_EQ(test, enter(test), VALID | VMCB_EVENT_NMI);
	leave(test, 0);
	KUNIT_EXPECT_EQ(test, enter(test), VALID | VMCB_EVENT_INTR | 0x80);
	KUNIT_EXPECT_TRUE_MSG(test, window(test), "for the other one");
	leave(test, 0);
	KUNIT_EXPECT_EQ(test, enter(test), VALID | VMCB_EVENT_INTR | 0x30);
	KUNIT_EXPECT_FALSE(test, window(test));
	leave(test, 0);
	KUNIT_EXPECT_EQ(test, injected(test), 4);
}

static void event_irq_closed(struct kunit *test)
{
	struct svm_vcpu *s = svm(test);

	axvcpu_event_irq_put(vcpu(test), 0x30);
	s->x.regs.rflags &= ~X86_EFLAGS_IF;
	KUNIT_EXPECT_EQ_MSG(test, enter(test), 0, "IF");
	KUNIT_EXPECT_TRUE(test, window(test));
	leave(test, 0);

	s->x.regs.rflags |= X86_EFLAGS_IF;
	s->x.irq_shadow = true;
	KUNIT_EXPECT_EQ_MSG(test, enter(test), 0, "shadow");
	KUNIT_EXPECT_TRUE(test, window(test));
	leave(test, 0);

	s->x.irq_shadow = false;
	s->vmcb->control.vintr |= 3;
	KUNIT_EXPECT_EQ_MSG(test, enter(test), 0, "CR8");
	KUNIT_EXPECT_FALSE_MSG(test, window(test), "V_IRQ would exit at once, for ever");
	KUNIT_EXPECT_TRUE_MSG(test, s->irq_waits, "for a write of CR8");
	leave(test, 0);

	s->vmcb->control.vintr = 2;
	KUNIT_EXPECT_EQ(test, enter(test), VALID | VMCB_EVENT_INTR | 0x30);
	KUNIT_EXPECT_FALSE(test, s->irq_waits);
}

static void event_window_asked(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, svm_event_irq_ready(&svm(test)->x));
	axvcpu_event_irq_put(vcpu(test), 0x30);
	KUNIT_EXPECT_TRUE(test, svm_event_irq_ready(&svm(test)->x));
	svm(test)->vmcb->control.vintr = 3;
	KUNIT_EXPECT_FALSE_MSG(test, svm_event_irq_ready(&svm(test)->x), "the window is the VMM's");
	axvcpu_event_irq_take(vcpu(test), 0x30);

	vcpu(test)->flags = AXVCPU_RUN_EXIT_IRQ_WINDOW;
	KUNIT_EXPECT_EQ(test, enter(test), 0);
	KUNIT_EXPECT_TRUE(test, window(test));
	vcpu(test)->flags = 0;
	KUNIT_EXPECT_EQ(test, enter(test), 0);
	KUNIT_EXPECT_FALSE(test, window(test));
}

/* Put back as it was, to be injected just so again. */
static void event_put_back(struct kunit *test)
{
	const u64 pf = VALID | VMCB_EVENT_EXCEPTION | X86_TRAP_PF | VMCB_EVENT_HAS_ERROR |
		       2ULL << 32;

	axvcpu_event_irq_put(vcpu(test), 0x30);
	KUNIT_EXPECT_EQ(test, enter(test), VALID | VMCB_EVENT_INTR | 0x30);
	leave(test, VALID | VMCB_EVENT_INTR | 0x30);
	KUNIT_EXPECT_EQ(test, axvcpu_event_irq_peek(vcpu(test)), 0x30);
	KUNIT_EXPECT_EQ_MSG(test, injected(test), 0, "not delivered, not counted");
	axvcpu_event_irq_take(vcpu(test), 0x30);

	axvcpu_event_nmi_put(vcpu(test));
	KUNIT_EXPECT_EQ(test, enter(test), VALID | VMCB_EVENT_NMI);
	KUNIT_EXPECT_TRUE(test, svm(test)->x.nmi);
	leave(test, VALID | VMCB_EVENT_NMI | X86_TRAP_NMI);
	KUNIT_EXPECT_FALSE(test, svm(test)->x.nmi);
	KUNIT_EXPECT_TRUE(test, axvcpu_event_nmi_take(vcpu(test)));

	/* the guest's own page fault, whose handler's stack was not there */
	KUNIT_EXPECT_EQ(test, enter(test), 0);
	svm(test)->vmcb->save.cr2 = 0x4000;
	leave(test, pf);
	svm(test)->vmcb->save.cr2 = 0;
	KUNIT_EXPECT_EQ(test, enter(test), pf);
	KUNIT_EXPECT_EQ(test, svm(test)->vmcb->save.cr2, 0x4000);
}

/* Another event was on its way than the injected one, which has arrived. */
static void event_other_put_back(struct kunit *test)
{
	put_exception(test, X86_TRAP_UD, 0, 0, 0);
	enter(test);
	leave(test, VALID | VMCB_EVENT_EXCEPTION | X86_TRAP_GP | VMCB_EVENT_HAS_ERROR);
	KUNIT_EXPECT_EQ(test, injected(test), 1);
	KUNIT_EXPECT_EQ(test, enter(test) & VMCB_EVENT_VECTOR, X86_TRAP_GP);
}

/* INT3 by INJECT: PC is at it, the handler returns behind it. */
static void event_soft(struct kunit *test)
{
	struct svm_vcpu *s = svm(test);
	const u64 bp = VALID | VMCB_EVENT_EXCEPTION | X86_TRAP_BP;

	put_exception(test, X86_TRAP_BP, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, enter(test), bp);
	KUNIT_EXPECT_EQ(test, s->vmcb->save.rip, RIP + 1);
	leave(test, bp);
	KUNIT_EXPECT_EQ_MSG(test, s->x.regs.rip, RIP, "not delivered: at the instruction");
	KUNIT_EXPECT_EQ(test, s->vmcb->save.rip, RIP);

	svm_features = AXVCPU_FEATURE_NEXT_PC;
	KUNIT_EXPECT_EQ_MSG(test, enter(test), bp, "once more");
	KUNIT_EXPECT_EQ(test, s->vmcb->save.rip, RIP);
	KUNIT_EXPECT_EQ(test, s->vmcb->control.next_rip, RIP + 1);
	leave(test, 0);
	KUNIT_EXPECT_EQ(test, enter(test), 0);
}

/* The guest's own INT3 and INT n are executed again, not put back. */
static void event_soft_own(struct kunit *test)
{
	enter(test);
	leave(test, VALID | VMCB_EVENT_EXCEPTION | X86_TRAP_BP);
	KUNIT_EXPECT_EQ(test, enter(test), 0);
	leave(test, VALID | VMCB_EVENT_SOFT | 0x80);
	KUNIT_EXPECT_EQ(test, enter(test), 0);
	KUNIT_EXPECT_EQ(test, svm(test)->x.regs.rip, RIP);
}

static void event_nmi_blocked(struct kunit *test)
{
	struct svm_vcpu *s = svm(test);

	axvcpu_event_nmi_put(vcpu(test));
	enter(test);
	leave(test, 0);
	axvcpu_event_nmi_put(vcpu(test));
	axvcpu_event_irq_put(vcpu(test), 0x30);
	s->x.regs.rflags &= ~X86_EFLAGS_IF;
	KUNIT_EXPECT_EQ_MSG(test, enter(test), 0, "blocked");
	KUNIT_EXPECT_FALSE(test, s->stepping);
	leave(test, 0);

	/* IRET was intercepted; it is still to be executed */
	s->x.nmi = X86_NMI_IRET;
	s->iret_rip = RIP;
	s->x.regs.rflags |= X86_EFLAGS_IF;
	KUNIT_EXPECT_EQ_MSG(test, enter(test), 0, "not yet, and no interrupt before it");
	KUNIT_EXPECT_TRUE_MSG(test, s->stepping, "over the IRET");
	s->vmcb->save.rip = 0x2000;
	leave(test, 0);
	KUNIT_EXPECT_FALSE(test, s->x.nmi);
	KUNIT_EXPECT_EQ(test, enter(test), VALID | VMCB_EVENT_NMI);
	KUNIT_EXPECT_FALSE(test, s->stepping);
}

static void event_nmi_shadow(struct kunit *test)
{
	struct svm_vcpu *s = svm(test);

	axvcpu_event_nmi_put(vcpu(test));
	s->x.irq_shadow = true;
	KUNIT_EXPECT_EQ(test, enter(test), 0);
	KUNIT_EXPECT_TRUE(test, s->stepping);
	leave(test, 0);
	s->x.irq_shadow = false;
	KUNIT_EXPECT_EQ(test, enter(test), VALID | VMCB_EVENT_NMI);
}

/* APM 8.2.9: what two exceptions make. */
static void event_double_fault(struct kunit *test)
{
	static const struct {
		u8 first, second, result;
	} rows[] = {
		{ X86_TRAP_PF, X86_TRAP_PF, X86_TRAP_DF },
		{ X86_TRAP_PF, X86_TRAP_GP, X86_TRAP_DF },
		{ X86_TRAP_GP, X86_TRAP_NP, X86_TRAP_DF },
		{ X86_TRAP_DE, X86_TRAP_SS, X86_TRAP_DF },
		{ X86_TRAP_GP, X86_TRAP_PF, X86_TRAP_PF },
		{ X86_TRAP_PF, X86_TRAP_AC, X86_TRAP_AC },
		{ X86_TRAP_UD, X86_TRAP_GP, X86_TRAP_GP },
		{ X86_TRAP_GP, X86_TRAP_DB, X86_TRAP_DB },
	};
	struct axvcpu_inject second = { .type = AXVCPU_INJECT_EXCEPTION };
	struct axvcpu_inject result;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		put_exception(test, rows[i].first, 0, 0, 0);
		second.vector = rows[i].second;
		x86_reflect(&svm(test)->x, &second);
		KUNIT_ASSERT_TRUE(test, axvcpu_event_exception_take(vcpu(test), &result));
		KUNIT_EXPECT_EQ_MSG(test, result.vector, rows[i].result, "row %u", i);
		KUNIT_EXPECT_FALSE(test, axvcpu_event_exception_take(vcpu(test), &result));
	}
	x86_reflect(&svm(test)->x, &second);
	KUNIT_EXPECT_TRUE_MSG(test, axvcpu_event_exception_take(vcpu(test), &result), "alone");
}

static struct kunit_case svm_event_cases[] = {
	KUNIT_CASE(event_none),
	KUNIT_CASE(event_exception),
	KUNIT_CASE(event_real_mode),
	KUNIT_CASE(event_order),
	KUNIT_CASE(event_irq_closed),
	KUNIT_CASE(event_window_asked),
	KUNIT_CASE(event_put_back),
	KUNIT_CASE(event_other_put_back),
	KUNIT_CASE(event_soft),
	KUNIT_CASE(event_soft_own),
	KUNIT_CASE(event_nmi_blocked),
	KUNIT_CASE(event_nmi_shadow),
	KUNIT_CASE(event_double_fault),
	{}
};

struct kunit_suite axvcpu_svm_event_suite = {
	.name = "axvcpu_svm_event",
	.init = svm_event_init,
	.test_cases = svm_event_cases,
};
