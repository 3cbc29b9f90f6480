// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's virtual timer (Arm ARM D11.2). While a guest runs the hardware's
 * is the guest's. Its interrupt ends the run; the list register that then
 * carries it into the guest is tied to the physical interrupt, which stays
 * active, and so silent, until the guest is done with it. While no guest runs
 * the timer is off, and a halted guest is woken by an hrtimer.
 */
#include <linux/acpi.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/math64.h>
#include <linux/of.h>
#include <linux/of_irq.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <clocksource/arm_arch_timer.h>
#include <asm/arch_timer.h>
#include <asm/sysreg.h>

#include "../../core/compat.h"
#include "arm64.h"
#include "timer.h"

/* Index of the virtual timer in the device tree's list, unless that has names. */
#define DT_VIRTUAL	2

/* Linux's number of the interrupt; 0: the machine has none. */
static unsigned int timer_irq;
/* The GIC's number of it. */
static u32 timer_intid;
static DEFINE_PER_CPU(void *, timer_dev);
DEFINE_PER_CPU(bool, arm64_timer_owned);

/* The exit has turned the timer off: nothing is left to be done. */
static irqreturn_t timer_interrupt(int irq, void *dev)
{
	return IRQ_HANDLED;
}

static unsigned int __init find_by_device_tree(void)
{
	struct device_node *node = of_find_compatible_node(NULL, NULL, "arm,armv8-timer");
	unsigned int irq = 0;
	int index;

	if (!node)
		return 0;
	index = of_property_match_string(node, "interrupt-names", "virt");
	if (index == -EINVAL)
		index = DT_VIRTUAL;
	if (index >= 0)
		irq = irq_of_parse_and_map(node, index);
	of_node_put(node);
	return irq;
}

#ifdef CONFIG_ACPI
static unsigned int __init find_by_acpi(void)
{
	struct acpi_table_header *header;
	struct acpi_table_gtdt *gtdt;
	int trigger, polarity, irq;

	if (acpi_disabled || ACPI_FAILURE(acpi_get_table(ACPI_SIG_GTDT, 0, &header)))
		return 0;
	gtdt = container_of(header, struct acpi_table_gtdt, header);
	trigger = gtdt->virtual_timer_flags & ACPI_GTDT_INTERRUPT_MODE ?
		  ACPI_EDGE_SENSITIVE : ACPI_LEVEL_SENSITIVE;
	polarity = gtdt->virtual_timer_flags & ACPI_GTDT_INTERRUPT_POLARITY ?
		   ACPI_ACTIVE_LOW : ACPI_ACTIVE_HIGH;
	irq = acpi_register_gsi(NULL, gtdt->virtual_timer_interrupt, trigger, polarity);
	acpi_put_table(header);
	return irq > 0 ? irq : 0;
}
#else
static unsigned int __init find_by_acpi(void)
{
	return 0;
}
#endif

/* What the GIC, the last of the controllers that it passes, calls an interrupt. */
static u32 __init gic_number(unsigned int irq)
{
	struct irq_data *data = irq_get_irq_data(irq);

	while (data->parent_data)
		data = data->parent_data;
	return data->hwirq;
}

/**
 * arm64_timer_init() - take the virtual timer's interrupt; once, at load
 *
 * Return: 0, -ENODEV or -EBUSY with a log line.
 */
int __init arm64_timer_init(void)
{
	int ret;

	timer_irq = find_by_device_tree();
	if (!timer_irq)
		timer_irq = find_by_acpi();
	if (!timer_irq) {
		pr_err("axvcpu: %s: neither device tree nor ACPI names the virtual timer's interrupt\n",
		       el2_mode->name);
		return -ENODEV;
	}
	ret = request_percpu_irq(timer_irq, timer_interrupt, "axvcpu-timer", &timer_dev);
	if (ret)
		pr_err("axvcpu: %s: the virtual timer's interrupt %u is taken (%d), probably by KVM: boot with kvm-arm.mode=none\n",
		       el2_mode->name, timer_irq, ret);
	timer_intid = gic_number(timer_irq);
	return ret;
}

/**
 * arm64_timer_physical() - INTID of the physical interrupt, for a list register to name
 *
 * Each machine has its own (IHI 0069, 12.4.6: pINTID); the guest's is always
 * ARM64_TIMER_INTID.
 */
u32 arm64_timer_physical(void)
{
	return timer_intid;
}

/**
 * arm64_timer_fini() - reverses arm64_timer_init()
 */
void arm64_timer_fini(void)
{
	free_percpu_irq(timer_irq, &timer_dev);
}

/**
 * arm64_timer_stop() - the guests' timer on this CPU is off until one sets it
 */
void arm64_timer_stop(void)
{
	if (el2_mode == &el2_vhe)
		write_sysreg_s(0, SYS_CNTV_CTL_EL02);
	else
		write_sysreg(0, cntv_ctl_el0);
}

/**
 * arm64_timer_enable() - on this CPU; interrupts off
 */
void arm64_timer_enable(void)
{
	arm64_timer_stop();
	enable_percpu_irq(timer_irq, IRQ_TYPE_NONE);
}

/**
 * arm64_timer_disable() - reverses arm64_timer_enable()
 */
void arm64_timer_disable(void)
{
	arm64_timer_own(false);
	disable_percpu_irq(timer_irq);
}

/**
 * arm64_timer_change_owner() - make the physical interrupt active, or not, on this CPU
 * @active: which; it is the other way round now
 *
 * Context: interrupts off.
 */
void arm64_timer_change_owner(bool active)
{
	irq_set_irqchip_state(timer_irq, IRQCHIP_STATE_ACTIVE, active);
	__this_cpu_write(arm64_timer_owned, active);
}

/**
 * arm64_timer_disowned() - the guest's end of interrupt made it inactive
 *
 * Context: interrupts off.
 */
void arm64_timer_disowned(void)
{
	__this_cpu_write(arm64_timer_owned, false);
}

/**
 * arm64_read_counter() - ops->read_counter
 */
u64 arm64_read_counter(void)
{
	return arch_timer_read_counter();
}

/**
 * arm64_counter_hz() - ops->counter_hz
 */
u64 arm64_counter_hz(void)
{
	return arch_timer_get_cntfrq();
}

/* Ticks until the timer fires, 0: it has; negative: it will not. */
static s64 ticks_left(struct arm64_vcpu *a)
{
	const struct el2_regs *regs = &a->ctx.guest;
	u64 now;

	if (!arm64_timer_armed(a))
		return -1;
	now = arm64_read_counter() + axvcpu_counter_offset(a->vcpu->vm);
	if (now >= regs->cntv_cval)
		return 0;
	return min_t(u64, regs->cntv_cval - now, S64_MAX);
}

/**
 * arm64_timer_level() - is the timer's line up?
 * @a: the vCPU, not running
 */
bool arm64_timer_level(struct arm64_vcpu *a)
{
	return !ticks_left(a);
}

static enum hrtimer_restart timer_wake(struct hrtimer *timer)
{
	struct arm64_vcpu *a = container_of(timer, struct arm64_vcpu, wake);

	rcuwait_wake_up(&a->vcpu->wait);
	return HRTIMER_NORESTART;
}

/**
 * arm64_timer_setup() - of a new vCPU
 * @a: the vCPU
 */
void arm64_timer_setup(struct arm64_vcpu *a)
{
	axvcpu_hrtimer_setup(&a->wake, timer_wake, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_HARD);
}

/**
 * arm64_timer_wakes() - does the timer end a halt now? If not, be woken when
 * @a: the vCPU, halted
 *
 * Context: the owner, on its way to sleep.
 */
bool arm64_timer_wakes(struct arm64_vcpu *a)
{
	s64 left = ticks_left(a);
	u64 ns;

	if (left <= 0)
		return !left;
	/* Rounded up: to wake early is to come here again. */
	ns = mul_u64_u64_div_u64(left, NSEC_PER_SEC, arm64_counter_hz()) + 1;
	hrtimer_start(&a->wake, ktime_add_safe(ktime_get(), min_t(u64, ns, KTIME_MAX)),
		      HRTIMER_MODE_ABS_HARD);
	return false;
}
