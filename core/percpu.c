// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hardware virtualization per CPU: on from the first VM to the last, following
 * CPUs as they come and go, off for suspend and reboot; and which vCPU's state
 * is loaded where.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/reboot.h>
#include <linux/smp.h>

#include "compat.h"
#include "core.h"

/**
 * struct axvcpu_percpu - one CPU's record
 * @enabled: hardware virtualization is on, by us
 * @loaded: vCPUs whose state this CPU's hardware holds
 *
 * Touched on its own CPU with interrupts off.
 */
struct axvcpu_percpu {
	bool enabled;
	struct list_head loaded;
};

static DEFINE_PER_CPU(struct axvcpu_percpu, axvcpu_percpu);

/* VMs there are, and whether the system goes down; under the mutex. */
static DEFINE_MUTEX(hardware_lock);
static unsigned int hardware_users;
static bool hardware_down;
static enum cpuhp_state hotplug_state;

/* What on_each_cpu brings back: the first error, and how many CPUs had one. */
struct enable_result {
	atomic_t error;
};

static int enable_here(void)
{
	struct axvcpu_percpu *pc = this_cpu_ptr(&axvcpu_percpu);
	int ret;

	if (pc->enabled)
		return 0;
	if (axvcpu_ops->is_enabled())
		return -EBUSY;
	ret = axvcpu_ops->hardware_enable();
	pc->enabled = !ret;
	return ret;
}

static void unload_here(struct axvcpu_vcpu *vcpu)
{
	if (READ_ONCE(vcpu->loaded) != smp_processor_id())
		return;
	list_del_init(&vcpu->loaded_link);
	if (axvcpu_ops->unload)
		axvcpu_ops->unload(vcpu);
	WRITE_ONCE(vcpu->loaded, -1);
}

static void disable_here(void)
{
	struct axvcpu_percpu *pc = this_cpu_ptr(&axvcpu_percpu);
	struct axvcpu_vcpu *vcpu, *next;

	if (!pc->enabled)
		return;
	list_for_each_entry_safe(vcpu, next, &pc->loaded, loaded_link)
		unload_here(vcpu);
	axvcpu_ops->hardware_disable();
	pc->enabled = false;
}

static void enable_call(void *arg)
{
	struct enable_result *result = arg;
	int ret = enable_here();

	if (ret)
		atomic_cmpxchg(&result->error, 0, ret);
}

static void disable_call(void *unused)
{
	disable_here();
}

/**
 * axvcpu_hardware_get() - one more VM: turn hardware virtualization on if first
 *
 * Context: may sleep.
 * Return: 0; -EBUSY if somebody else owns it on some CPU, -ENODEV; then it is
 * off again everywhere.
 */
int axvcpu_hardware_get(void)
{
	struct enable_result result = { .error = ATOMIC_INIT(0) };
	int ret = 0;

	cpus_read_lock();
	mutex_lock(&hardware_lock);
	if (hardware_down) {
		ret = -ENODEV;
	} else if (!hardware_users) {
		on_each_cpu(enable_call, &result, 1);
		ret = atomic_read(&result.error);
		if (ret)
			on_each_cpu(disable_call, NULL, 1);
	}
	if (!ret)
		hardware_users++;
	mutex_unlock(&hardware_lock);
	cpus_read_unlock();
	return ret;
}

/**
 * axvcpu_hardware_put() - one VM less: turn it off with the last
 *
 * Context: may sleep.
 */
void axvcpu_hardware_put(void)
{
	cpus_read_lock();
	mutex_lock(&hardware_lock);
	if (!--hardware_users)
		on_each_cpu(disable_call, NULL, 1);
	mutex_unlock(&hardware_lock);
	cpus_read_unlock();
}

static void unload_call(void *arg)
{
	unload_here(arg);
}

/**
 * axvcpu_percpu_unload() - no CPU's hardware holds this vCPU's state any more
 * @vcpu: claimed by the caller, or out of everyone's reach
 *
 * Context: interrupts on. A CPU that goes down meanwhile does it by itself.
 */
void axvcpu_percpu_unload(struct axvcpu_vcpu *vcpu)
{
	int cpu = READ_ONCE(vcpu->loaded);

	if (cpu >= 0)
		smp_call_function_single(cpu, unload_call, vcpu, 1);
}

/*
 * A reboot turns hardware virtualization off from an interrupt: whether it is on counts
 * only as long as none can come.
 */
static int load_irqs_off(struct axvcpu_vcpu *vcpu)
{
	int cpu = smp_processor_id();
	int ret;

	if (!__this_cpu_read(axvcpu_percpu.enabled))
		return cpu_active(cpu) ? -EXDEV : -EAGAIN;
	ret = axvcpu_ops->load(vcpu);
	if (ret)
		return ret;
	list_add(&vcpu->loaded_link, this_cpu_ptr(&axvcpu_percpu.loaded));
	WRITE_ONCE(vcpu->loaded, cpu);
	return 0;
}

/**
 * axvcpu_percpu_load_here() - axvcpu_percpu_load() where it is not loaded yet
 * @vcpu: claimed by the caller
 *
 * Context: preemption off, interrupts on.
 * Return: as axvcpu_percpu_load().
 */
int axvcpu_percpu_load_here(struct axvcpu_vcpu *vcpu)
{
	int cpu = smp_processor_id();
	int ret;

	if (!cpumask_test_cpu(cpu, vcpu->fixed.phys_cpu_set))
		return -EXDEV;
	axvcpu_percpu_unload(vcpu);
	local_irq_disable();
	ret = load_irqs_off(vcpu);
	local_irq_enable();
	if (ret)
		return ret;
	if (vcpu->cpu >= 0 && vcpu->cpu != cpu)
		axvcpu_count_event(vcpu, AXVCPU_STAT_MIGRATE);
	WRITE_ONCE(vcpu->cpu, cpu);
	return 0;
}

static int cpu_online_call(unsigned int cpu)
{
	int ret = 0;

	mutex_lock(&hardware_lock);
	if (hardware_users && !hardware_down) {
		local_irq_disable();
		ret = enable_here();
		local_irq_enable();
	}
	mutex_unlock(&hardware_lock);
	if (ret)
		pr_warn("axvcpu: CPU %u came online without hardware virtualization (%d): vCPUs cannot run on it\n",
			cpu, ret);
	return 0;
}

static int cpu_offline_call(unsigned int cpu)
{
	local_irq_disable();
	disable_here();
	local_irq_enable();
	return 0;
}

/**
 * axvcpu_percpu_suspend() - the system is about to sleep
 *
 * Suspend to idle does not come here: CPUs and counters stay as they are.
 *
 * Context: on the only CPU that is left, interrupts off; the others went by hotplug.
 */
void axvcpu_percpu_suspend(void)
{
	axvcpu_clock_suspend();
	disable_here();
}

/**
 * axvcpu_percpu_resume() - the reverse of axvcpu_percpu_suspend()
 */
void axvcpu_percpu_resume(void)
{
	axvcpu_clock_resume();
	if (hardware_users && enable_here())
		pr_warn("axvcpu: CPU %u resumed without hardware virtualization: vCPUs cannot run on it\n",
			smp_processor_id());
}

static int suspend(AXVCPU_SYSCORE_ARG)
{
	axvcpu_percpu_suspend();
	return 0;
}

static void resume(AXVCPU_SYSCORE_ARG)
{
	axvcpu_percpu_resume();
}

AXVCPU_SYSCORE(syscore, suspend, resume);

/* Firmware and the next kernel must find the CPUs as they were. */
static int reboot(struct notifier_block *nb, unsigned long action, void *data)
{
	mutex_lock(&hardware_lock);
	hardware_down = true;
	on_each_cpu(disable_call, NULL, 1);
	mutex_unlock(&hardware_lock);
	return NOTIFY_OK;
}

static struct notifier_block reboot_nb = {
	.notifier_call = reboot,
};

/**
 * axvcpu_percpu_init() - start following the CPUs
 *
 * Return: 0 or a negative errno.
 */
int axvcpu_percpu_init(void)
{
	int cpu, ret;

	for_each_possible_cpu(cpu)
		INIT_LIST_HEAD(&per_cpu(axvcpu_percpu, cpu).loaded);
	ret = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "axvcpu:online",
					cpu_online_call, cpu_offline_call);
	if (ret < 0)
		return ret;
	hotplug_state = ret;
	register_syscore(&syscore);
	register_reboot_notifier(&reboot_nb);
	return 0;
}

/**
 * axvcpu_percpu_fini() - the reverse of axvcpu_percpu_init(); no VM is left
 */
void axvcpu_percpu_fini(void)
{
	unregister_reboot_notifier(&reboot_nb);
	unregister_syscore(&syscore);
	cpuhp_remove_state_nocalls(hotplug_state);
}
