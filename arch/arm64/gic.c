// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts into the guest, by the list registers of GICv3's virtual CPU
 * interface (Arm GIC architecture, IHI 0069, 12.4). The distributor is the
 * VMM's.
 *
 * What is pending lives in the core's set of events and lies in list registers
 * only while the guest runs; what is active stays in them. All interrupts come
 * in group 1 and with one priority, so that one active-priorities register is
 * enough.
 */
#include <linux/bitfield.h>
#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irqchip/arm-gic-v3.h>
#include <linux/of.h>
#include <linux/of_irq.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <asm/cpufeature.h>
#include <asm/sysreg.h>

#include "arm64.h"
#include "gic.h"
#include "timer.h"

/* ICH_LR<n>_EL2 */
#define LR_VINTID	GENMASK_ULL(31, 0)
#define LR_PINTID	GENMASK_ULL(44, 32)
#define LR_PRIORITY	GENMASK_ULL(55, 48)
#define LR_GROUP1	BIT_ULL(60)
#define LR_HW		BIT_ULL(61)
#define LR_PENDING	BIT_ULL(62)
#define LR_ACTIVE	BIT_ULL(63)

/* ICH_HCR_EL2 */
#define HCR_EN		BIT_ULL(0)
#define HCR_UIE		BIT_ULL(1)

/* Highest bits that every implementation has; its bit is in ICH_AP1R0_EL2. */
#define PRIORITY	0x20

#define VMCR_VALID	0xfffc021fULL	/* all fields of ICH_VMCR_EL2 */

/* List registers that we use, and that there are. */
static unsigned int nr_lr, nr_lr_all;

/*
 * Linux's number of the maintenance interrupt, which ends a run when list
 * registers have become free; 0: not known, then the host's next tick does.
 */
static unsigned int maintenance_irq;
static DEFINE_PER_CPU(void *, maintenance_dev);

/* The exit has turned the virtual interface off: nothing is left to be done. */
static irqreturn_t maintenance_interrupt(int irq, void *dev)
{
	return IRQ_HANDLED;
}

static unsigned int __init find_maintenance(void)
{
	struct device_node *node = of_find_compatible_node(NULL, NULL, "arm,gic-v3");
	unsigned int irq = node ? irq_of_parse_and_map(node, 0) : 0;

	of_node_put(node);
	if (irq && request_percpu_irq(irq, maintenance_interrupt, "axvcpu-gic",
				      &maintenance_dev))
		return 0;
	return irq;
}

/**
 * arm64_gic_fini() - reverses arm64_gic_init()
 */
void arm64_gic_fini(void)
{
	if (maintenance_irq)
		free_percpu_irq(maintenance_irq, &maintenance_dev);
}

/**
 * arm64_gic_clear() - what this CPU has in list registers is not known
 */
void arm64_gic_clear(void)
{
	el2_mode->clear_lrs(nr_lr_all);
}

/**
 * arm64_gic_enable() - on this CPU; interrupts off
 */
void arm64_gic_enable(void)
{
	arm64_gic_clear();
	if (maintenance_irq)
		enable_percpu_irq(maintenance_irq, IRQ_TYPE_NONE);
}

/**
 * arm64_gic_disable() - reverses arm64_gic_enable()
 */
void arm64_gic_disable(void)
{
	if (maintenance_irq)
		disable_percpu_irq(maintenance_irq);
}

/**
 * arm64_gic_usable() - has the machine a GICv3, and does the kernel use its registers?
 *
 * ICH_* of EL2 must not be touched before (IHI 0069, 12.4): without a GICv3 they are
 * undefined, and at EL2 of a kernel at EL1 nobody survives that. Where the ID register has
 * them the kernel has tried ICC_SRE_EL1 at boot; SRE does not stick if the GIC is kept in
 * the mode of a GICv2.
 *
 * Return: 0, -ENODEV with a log line.
 */
int __init arm64_gic_usable(void)
{
	u64 pfr0 = read_sanitised_ftr_reg(SYS_ID_AA64PFR0_EL1);

	if (!(pfr0 >> 24 & 0xf)) {
		pr_err("axvcpu: %s: this CPU has no GICv3 system registers (ID_AA64PFR0_EL1.GIC); a GICv2 is not supported\n",
		       el2_mode->name);
		return -ENODEV;
	}
	if (!(read_sysreg_s(SYS_ICC_SRE_EL1) & ICC_SRE_EL1_SRE)) {
		pr_err("axvcpu: %s: the GIC is used as a GICv2 (ICC_SRE_EL1.SRE is 0), which is not supported\n",
		       el2_mode->name);
		return -ENODEV;
	}
	return 0;
}

/**
 * arm64_gic_init() - how many list registers; once, at load
 */
void __init arm64_gic_init(void)
{
	nr_lr_all = (el2_mode->vtr() & 0x1f) + 1;
	nr_lr = min_t(unsigned int, nr_lr_all, GIC_MAX_LR);
	maintenance_irq = find_maintenance();
}

/**
 * arm64_gic_reset() - of a vCPU
 * @a: the vCPU
 */
void arm64_gic_reset(struct arm64_vcpu *a)
{
	/* Priority mask 0, both groups off: as a reset leaves ICC_*. */
	a->ctx.gic = (struct el2_gic) { .hcr = HCR_EN };
	a->ctx.nr_lr = 0;
}

static u64 lr_make(u32 intid)
{
	return FIELD_PREP(LR_VINTID, intid) | FIELD_PREP(LR_PRIORITY, PRIORITY) | LR_GROUP1;
}

/* The list register with this INTID, else a free one, else NULL. */
static u64 *lr_find(struct el2_gic *gic, u32 intid)
{
	u64 *free = NULL;
	unsigned int i;

	for (i = 0; i < nr_lr; i++) {
		if (!gic->lr[i])
			free = &gic->lr[i];
		else if (FIELD_GET(LR_VINTID, gic->lr[i]) == intid)
			return &gic->lr[i];
	}
	return free;
}

/* As many as reach to the last that has something in it. */
static unsigned int lrs_used(const struct el2_gic *gic)
{
	unsigned int count = nr_lr;

	while (count && !gic->lr[count - 1])
		count--;
	return count;
}

/* The timer's interrupt, tied to the physical one. */
static u64 lr_make_timer(u64 state)
{
	return lr_make(ARM64_TIMER_INTID) | state | LR_HW |
	       FIELD_PREP(LR_PINTID, arm64_timer_physical());
}

static void timer_in(struct arm64_vcpu *a)
{
	u64 *lr = lr_find(&a->ctx.gic, ARM64_TIMER_INTID);

	if (lr && !*lr && arm64_timer_level(a))
		*lr = lr_make_timer(LR_PENDING);
	arm64_timer_own(lr && *lr & LR_HW);
}

static void events_in(struct arm64_vcpu *a)
{
	struct axvcpu_vcpu *vcpu = a->vcpu;
	struct el2_gic *gic = &a->ctx.gic;
	unsigned int intid;
	u64 *lr;

	for_each_set_bit(intid, vcpu->events.irq, AXVCPU_NR_VECTORS) {
		lr = lr_find(gic, intid);
		if (!lr) {
			gic->hcr |= HCR_UIE;
			break;
		}
		if (*lr & LR_HW)
			continue;
		if (!*lr)
			*lr = lr_make(intid);
		*lr |= LR_PENDING;
		axvcpu_event_irq_take(vcpu, intid);
		axvcpu_count_event(vcpu, AXVCPU_STAT_INJECT);
	}
}

/**
 * arm64_gic_in() - what is pending into list registers, before an entry
 * @a: the vCPU
 *
 * What finds none waits; the underflow interrupt then brings us back.
 *
 * Context: interrupts off.
 */
void arm64_gic_in(struct arm64_vcpu *a)
{
	struct el2_gic *gic = &a->ctx.gic;

	gic->hcr = HCR_EN;
	timer_in(a);
	if (axvcpu_event_irq_peek(a->vcpu) >= 0)
		events_in(a);
	a->ctx.nr_lr = lrs_used(gic);
}

/**
 * arm64_gic_out() - what is still pending back to the events, after an exit
 * @a: the vCPU, which entered with list registers in use
 *
 * Context: interrupts off.
 */
void arm64_gic_out(struct arm64_vcpu *a)
{
	struct axvcpu_vcpu *vcpu = a->vcpu;
	struct el2_gic *gic = &a->ctx.gic;
	bool timer = false;
	unsigned int i;

	for (i = 0; i < nr_lr; i++) {
		u64 *lr = &gic->lr[i];

		if (*lr & LR_HW && *lr & (LR_PENDING | LR_ACTIVE))
			timer = true;
		if (*lr & LR_PENDING && !(*lr & LR_HW)) {
			axvcpu_event_irq_put(vcpu, FIELD_GET(LR_VINTID, *lr));
			vcpu->count.event[AXVCPU_STAT_INJECT - AXVCPU_STAT_EVENT]--;
		}
		*lr &= ~LR_PENDING;
		if (!(*lr & LR_ACTIVE))
			*lr = 0;
	}
	/* The underflow interrupt has done it. */
	gic->hcr = HCR_EN;
	a->ctx.nr_lr = lrs_used(gic);
	if (!timer)
		arm64_timer_disowned();
}

/**
 * arm64_gic_get() - AXVCPU_ARM64_GROUP_GIC
 * @a: the vCPU
 * @out: filled in
 */
void arm64_gic_get(struct arm64_vcpu *a, struct axvcpu_arm64_gic *out)
{
	const struct el2_gic *gic = &a->ctx.gic;
	unsigned int i;

	*out = (struct axvcpu_arm64_gic) {
		.vmcr = gic->vmcr, .ap0r = gic->ap0r, .ap1r = gic->ap1r,
	};
	for (i = 0; i < GIC_MAX_LR; i++)
		out->active[i] = gic->lr[i] ? FIELD_GET(LR_VINTID, gic->lr[i]) : ~0U;
}

/**
 * arm64_gic_check() - can AXVCPU_ARM64_GROUP_GIC be set?
 * @in: what was given
 *
 * No two list registers may name the same interrupt: IHI 0069, ICH_LR<n>_EL2.
 *
 * Return: 0, -EINVAL.
 */
int arm64_gic_check(const struct axvcpu_arm64_gic *in)
{
	DECLARE_BITMAP(seen, AXVCPU_NR_VECTORS) = {};
	unsigned int i;

	if (in->vmcr & ~VMCR_VALID || in->ap0r >> 32 || in->ap1r >> 32)
		return -EINVAL;
	for (i = 0; i < AXVCPU_ARM64_MAX_ACTIVE; i++)
		if (in->active[i] != ~0U &&
		    (in->active[i] >= AXVCPU_NR_VECTORS || i >= nr_lr ||
		     __test_and_set_bit(in->active[i], seen)))
			return -EINVAL;
	return 0;
}

/**
 * arm64_gic_set() - take AXVCPU_ARM64_GROUP_GIC
 * @a: the vCPU
 * @in: checked
 */
void arm64_gic_set(struct arm64_vcpu *a, const struct axvcpu_arm64_gic *in)
{
	struct el2_gic *gic = &a->ctx.gic;
	unsigned int i;

	gic->vmcr = in->vmcr;
	gic->ap0r = in->ap0r;
	gic->ap1r = in->ap1r;
	for (i = 0; i < AXVCPU_ARM64_MAX_ACTIVE; i++) {
		if (in->active[i] == ARM64_TIMER_INTID)
			gic->lr[i] = lr_make_timer(LR_ACTIVE);
		else
			gic->lr[i] = in->active[i] == ~0U ? 0 : lr_make(in->active[i]) | LR_ACTIVE;
	}
	a->ctx.nr_lr = lrs_used(gic);
}
