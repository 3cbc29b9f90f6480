// SPDX-License-Identifier: GPL-2.0-only
/*
 * When the kernel dies while there are VMs: the crash kernel, or the firmware
 * after a reset, must find the CPUs as they were. With VMX on, a CPU ignores INIT
 * and does not let go of CR4.VMXE, which the way to the crash kernel takes (SDM
 * vol. 3, 24.7, 24.8).
 *
 * The kernel calls one callback for that on each CPU, and has room for one. KVM's
 * module has its own there from load to unload, whether it has VMs or not. That
 * one goes by what the CPU has on, which is as good as ours; so ours makes way.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/string.h>
#include <asm/reboot.h>

#include "../../core/compat.h"
#include "emergency.h"
#include "x86.h"

static DEFINE_MUTEX(lock);
static cpu_emergency_virt_cb *callback;
static const char *rival;
static bool ours;

static void take(void)
{
	mutex_lock(&lock);
	if (!ours)
		cpu_emergency_register_virt_callback(callback);
	ours = true;
	mutex_unlock(&lock);
}

static void give(void)
{
	mutex_lock(&lock);
	if (ours)
		cpu_emergency_unregister_virt_callback(callback);
	ours = false;
	mutex_unlock(&lock);
}

/* Before the other module's init, and after its exit. */
static int module_event(struct notifier_block *nb, unsigned long state, void *data)
{
	const struct module *module = data;

	if (strcmp(module->name, rival))
		return NOTIFY_DONE;
	if (state == MODULE_STATE_COMING)
		give();
	else if (state == MODULE_STATE_GOING)
		take();
	return NOTIFY_OK;
}

static struct notifier_block module_nb = {
	.notifier_call = module_event,
};

/* Loaded, or built in: the other module has a folder beside ours in /sys/module. */
static bool rival_is_here(void)
{
	struct kobject *kobj = kset_find_obj(THIS_MODULE->mkobj.kobj.kset, rival);

	kobject_put(kobj);
	return kobj;
}

/**
 * x86_emergency_init() - have the CPUs left as they were when the kernel dies
 * @off: turns off what is on, on this CPU; called with anything locked, from NMIs
 * @kvm: name of the module that does the same
 *
 * Context: at load; may sleep.
 * Return: 0 or a negative errno.
 */
int x86_emergency_init(void (*off)(void), const char *kvm)
{
	int ret;

	callback = off;
	rival = kvm;
	ret = register_module_notifier(&module_nb);
	if (!ret && !rival_is_here())
		take();
	return ret;
}

/**
 * x86_emergency_fini() - reverses x86_emergency_init(); no VM is left
 */
void x86_emergency_fini(void)
{
	unregister_module_notifier(&module_nb);
	give();
}
