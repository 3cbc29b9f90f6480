// SPDX-License-Identifier: GPL-2.0-only
/*
 * The EL2 backend: which mode, is it free, per-CPU enable, the table of
 * operations. Manual: Arm Architecture Reference Manual for A-profile (Arm ARM,
 * DDI 0487).
 */
#include <linux/cpu_pm.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/printk.h>
#include <asm/cputype.h>
#include <asm/sysreg.h>
#include <asm/virt.h>

#include "arm64.h"
#include "backends.h"
#include "debug.h"
#include "errata.h"
#include "event.h"
#include "exit.h"
#include "gic.h"
#include "idreg.h"
#include "mitigation.h"
#include "paging.h"
#include "run.h"
#include "stage2.h"
#include "state.h"
#include "timer.h"
#include "vcpu.h"
#include "vmid.h"

const struct el2_mode *el2_mode __read_mostly;

static bool el2_is_enabled(void)
{
	return el2_mode->is_enabled();
}

static int el2_hardware_enable(void)
{
	int ret = el2_mode->enable();

	if (ret)
		return ret;
	/* Nothing is known about the TLB. */
	el2_mode->flush_all();
	arm64_gic_enable();
	arm64_timer_enable();
	arm64_mitigation_enable();
	return 0;
}

static void el2_hardware_disable(void)
{
	arm64_timer_disable();
	arm64_gic_disable();
	el2_mode->flush_all();
	el2_mode->disable();
}

/* A CPU that idles may be powered down, and forgets its system registers. */
static int el2_cpu_pm(struct notifier_block *nb, unsigned long action, void *data)
{
	if (!el2_is_enabled())
		return NOTIFY_OK;
	if (action == CPU_PM_ENTER)
		arm64_evict();
	if (action == CPU_PM_EXIT) {
		if (el2_mode->wake)
			el2_mode->wake();
		arm64_gic_clear();
		arm64_timer_stop();
	}
	return NOTIFY_OK;
}

static struct notifier_block cpu_pm_nb = {
	.notifier_call = el2_cpu_pm,
};

static unsigned int el2_max_guest_page_table_levels(void)
{
	return 4;
}

/* Is this CPU one on which a guest could harm the host? */
static int __init el2_check_errata(void)
{
	const char *name = arm64_errata_refusal(read_cpuid_id());

	if (!name)
		return 0;
	pr_err("axvcpu: %s: this CPU has the erratum %s, by which a guest could stop the host; guests are not run on it\n",
	       el2_mode->name, name);
	return -ENODEV;
}

static int __init el2_init(void)
{
	int ret;

	el2_mode = is_kernel_in_hyp_mode() ? &el2_vhe : &el2_nvhe;
	el2_ops.name = el2_mode->name;
	el2_ops.backend = el2_mode->backend;
	ret = el2_check_errata();
	if (ret)
		return ret;
	ret = arm64_stage2_init();
	if (ret)
		return ret;
	ret = arm64_gic_usable();
	if (ret)
		return ret;
	ret = el2_mode->init();
	if (ret)
		return ret;
	arm64_vmid_init();
	arm64_id_init();
	arm64_gic_init();
	ret = arm64_timer_init();
	if (ret)
		goto gic_fini;
	ret = cpu_pm_register_notifier(&cpu_pm_nb);
	if (ret)
		goto timer_fini;
	return 0;

timer_fini:
	arm64_timer_fini();
gic_fini:
	arm64_gic_fini();
	el2_mode->fini();
	return ret;
}

static void el2_fini(void)
{
	cpu_pm_unregister_notifier(&cpu_pm_nb);
	arm64_timer_fini();
	arm64_gic_fini();
	el2_mode->fini();
}

static void el2_info(struct axvcpu_info *info)
{
	u64 all = AXVCPU_FEATURE_HUGE_2M | AXVCPU_FEATURE_HUGE_1G | AXVCPU_FEATURE_ACCESS_DIRTY;
	u64 have = AXVCPU_FEATURE_HUGE_2M;

	if (arm64_stage2_format.huge_levels & BIT(2))
		have |= AXVCPU_FEATURE_HUGE_1G;
	if (arm64_stage2_format.has_access)
		have |= AXVCPU_FEATURE_ACCESS_DIRTY;
	info->features |= have;
	info->features_missing |= all & ~have;
	info->gpa_bits = arm64_stage2_format.gpa_bits;
	arm64_mitigation_info(info);
}

static unsigned int el2_caps(struct axvcpu_cap *caps)
{
	return 0;
}

static long el2_ioctl(struct axvcpu_vm *vm, struct axvcpu_vcpu *vcpu, unsigned int nr,
		      unsigned long arg)
{
	return -ENOTTY;
}

/* Name and number are those of the mode: el2_init() fills them in. */
struct axvcpu_arch_ops el2_ops = {
	.pt = &arm64_stage2_format,
	.regs_size = sizeof(struct axvcpu_arm64_regs),

	.init = el2_init,
	.fini = el2_fini,
	.info = el2_info,
	.caps = el2_caps,

	.is_enabled = el2_is_enabled,
	.hardware_enable = el2_hardware_enable,
	.hardware_disable = el2_hardware_disable,
	.max_guest_page_table_levels = el2_max_guest_page_table_levels,

	.vm_create = arm64_vm_create,
	.vm_destroy = arm64_vm_destroy,
	.read_counter = arm64_read_counter,
	.counter_hz = arm64_counter_hz,

	.create = arm64_create,
	.destroy = arm64_destroy,
	.reset = arm64_reset,
	.set_entry = arm64_set_entry,
	.set_stage2_root = arm64_set_stage2_root,
	.load = arm64_load,
	.unload = arm64_unload,
	.enter = arm64_enter,
	.leave = arm64_leave,
	.read_regs = arm64_read_regs,
	.write_regs = arm64_write_regs,
	.run = arm64_run,
	.handle_exit = arm64_handle_exit,
	.complete = arm64_complete,
	.explain_fault = arm64_explain_fault,
	.fill_raw = arm64_fill_raw,
	.has_wakeup = arm64_has_wakeup,
	.irq_window = arm64_irq_window,
	.set_gpr = arm64_set_gpr,
	.set_return_value = arm64_set_return_value,
	.check_event = arm64_check_event,
	.get_events = arm64_get_events,
	.set_events = arm64_set_events,
	.set_pc = arm64_set_pc,
	.set_debug = arm64_set_debug,
	.translate = arm64_translate,
	.groups = arm64_state_groups,
	.ioctl = el2_ioctl,
};
