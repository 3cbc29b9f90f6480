// SPDX-License-Identifier: GPL-2.0-only
/* VMs: their life, their clock, how many a user may have. */
#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/math64.h>
#include <linux/moduleparam.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/uidgid.h>

#include "core.h"

unsigned int axvcpu_max_vms_per_user = 1024;
module_param_named(max_vms_per_user, axvcpu_max_vms_per_user, uint, 0644);
MODULE_PARM_DESC(max_vms_per_user, "VMs one user may have at a time");

/* Guards the lists of VMs and of users, and the last number given. */
DEFINE_MUTEX(axvcpu_vms_lock);
LIST_HEAD(axvcpu_vms);
static LIST_HEAD(axvcpu_users);
static u32 last_vm_id;

/**
 * struct axvcpu_user - how many VMs a user has
 * @link: in the list of users that have any
 * @uid: who
 * @vms: how many
 *
 * All under axvcpu_vms_lock.
 */
struct axvcpu_user {
	struct list_head link;
	kuid_t uid;
	unsigned int vms;
};

static struct axvcpu_user *user_get(void)
{
	kuid_t uid = current_uid();
	struct axvcpu_user *user;

	list_for_each_entry(user, &axvcpu_users, link)
		if (uid_eq(user->uid, uid))
			goto found;
	user = kzalloc(sizeof(*user), GFP_KERNEL);
	if (!user)
		return ERR_PTR(-ENOMEM);
	user->uid = uid;
	list_add(&user->link, &axvcpu_users);
found:
	if (user->vms >= READ_ONCE(axvcpu_max_vms_per_user)) {
		if (!user->vms) {
			list_del(&user->link);
			kfree(user);
		}
		return ERR_PTR(-ENOSPC);
	}
	user->vms++;
	return user;
}

static void user_put(struct axvcpu_user *user)
{
	if (--user->vms)
		return;
	list_del(&user->link);
	kfree(user);
}

static int vm_enlist(struct axvcpu_vm *vm)
{
	struct axvcpu_user *user;

	mutex_lock(&axvcpu_vms_lock);
	user = user_get();
	if (!IS_ERR(user)) {
		vm->user = user;
		vm->id = ++last_vm_id;
		list_add_tail(&vm->link, &axvcpu_vms);
	}
	mutex_unlock(&axvcpu_vms_lock);
	return PTR_ERR_OR_ZERO(user);
}

static void vm_delist(struct axvcpu_vm *vm)
{
	mutex_lock(&axvcpu_vms_lock);
	list_del(&vm->link);
	user_put(vm->user);
	mutex_unlock(&axvcpu_vms_lock);
}

u64 axvcpu_counter_lost __read_mostly;

/* The host's counter, as if it had never stopped nor started anew. */
static u64 counter_now(void)
{
	return axvcpu_ops->read_counter() + READ_ONCE(axvcpu_counter_lost);
}

static u64 ns_to_ticks(u64 ns)
{
	return mul_u64_u64_div_u64(ns, axvcpu_ops->counter_hz(), NSEC_PER_SEC);
}

/* The clock as the system went to sleep. */
static u64 slept_counter;
static u64 slept_boottime;

/**
 * axvcpu_clock_suspend() - the system is about to sleep
 *
 * Context: on the only CPU that is left, interrupts off; timekeeping runs.
 */
void axvcpu_clock_suspend(void)
{
	slept_counter = counter_now();
	slept_boottime = ktime_get_boottime_ns();
}

/**
 * axvcpu_clock_resume() - reverses axvcpu_clock_suspend(): guest counters have gone on
 *
 * The host's counter may have stopped meanwhile, or started anew at 0, as it does when
 * the machine was off. A guest sees neither: what the counter is behind CLOCK_BOOTTIME
 * it has lost, and the guest gets that back. If the kernel learns only later how long
 * it was, guest counters go on from where they were. They never go back. A counter
 * that is behind by no more than NTP can bend the clock has lost nothing.
 *
 * Context: as axvcpu_clock_suspend().
 */
void axvcpu_clock_resume(void)
{
	u64 slept = ns_to_ticks(ktime_get_boottime_ns() - slept_boottime);
	s64 lost = slept_counter + slept - counter_now();

	if (lost > (s64)(slept >> 10))
		WRITE_ONCE(axvcpu_counter_lost, axvcpu_counter_lost + lost);
}

static int create_arch(struct axvcpu_vm *vm)
{
	return axvcpu_ops->vm_create ? axvcpu_ops->vm_create(vm) : 0;
}

static void destroy_arch(struct axvcpu_vm *vm)
{
	if (axvcpu_ops->vm_destroy)
		axvcpu_ops->vm_destroy(vm);
}

/**
 * axvcpu_vm_create() - make a VM with one reference and no memory
 * @mm: the address space that will use it; NULL for a VM without memory
 *
 * Its counter starts at 0.
 *
 * Context: may sleep.
 * Return: the VM; -ENOSPC if the user has too many, -EBUSY or -ENODEV if the
 * hardware is not to be had, -ENOMEM.
 */
struct axvcpu_vm *axvcpu_vm_create(struct mm_struct *mm)
{
	struct axvcpu_vm *vm;
	int ret;

	vm = kzalloc(sizeof(*vm), GFP_KERNEL_ACCOUNT);
	if (!vm)
		return ERR_PTR(-ENOMEM);
	refcount_set(&vm->refs, 1);
	mutex_init(&vm->lock);
	vm->mm = mm;
	if (mm)
		mmgrab(mm);
	vm->counter_offset = -counter_now();

	ret = axvcpu_hardware_get();
	if (ret)
		goto drop_mm;
	ret = axvcpu_memory_init(vm);
	if (ret)
		goto put_hardware;
	ret = create_arch(vm);
	if (ret)
		goto fini_memory;
	ret = vm_enlist(vm);
	if (ret)
		goto destroy;
	return vm;

destroy:
	destroy_arch(vm);
fini_memory:
	axvcpu_memory_fini(vm);
put_hardware:
	axvcpu_hardware_put();
drop_mm:
	if (mm)
		mmdrop(mm);
	kfree(vm);
	return ERR_PTR(ret);
}

/**
 * axvcpu_vm_put() - drop a reference; the last one ends the VM
 * @vm: any VM
 *
 * Context: may sleep; any mm.
 */
void axvcpu_vm_put(struct axvcpu_vm *vm)
{
	if (!refcount_dec_and_test(&vm->refs))
		return;
	vm_delist(vm);
	destroy_arch(vm);
	axvcpu_memory_fini(vm);
	axvcpu_hardware_put();
	if (vm->mm)
		mmdrop(vm->mm);
	kfree(vm);
}

/**
 * axvcpu_vm_get_time() - VM_GET_TIME: the clock as it stands
 * @vm: any VM
 * @time: filled in, but for @time->size
 *
 * Return: 0, -EINVAL for a flag.
 */
int axvcpu_vm_get_time(struct axvcpu_vm *vm, struct axvcpu_time *time)
{
	unsigned long flags;

	if (time->flags)
		return -EINVAL;
	local_irq_save(flags);
	time->counter = counter_now() + READ_ONCE(vm->counter_offset);
	time->boottime_ns = ktime_get_boottime_ns();
	local_irq_restore(flags);
	time->counter_hz = axvcpu_ops->counter_hz();
	return 0;
}

/**
 * axvcpu_vm_set_time() - VM_SET_TIME: the counter had this value at that time
 * @vm: any VM
 * @time: counter and boot time
 *
 * A guest that is running takes it over at its next entry.
 *
 * Return: 0; -EINVAL for a flag, a rate, or a time more than a year away.
 */
int axvcpu_vm_set_time(struct axvcpu_vm *vm, const struct axvcpu_time *time)
{
	const u64 year = 365ULL * 24 * 3600 * NSEC_PER_SEC;
	u64 now, counter, away, ticks;
	unsigned long flags;
	bool past;

	if (time->flags || time->counter_hz)
		return -EINVAL;
	local_irq_save(flags);
	now = ktime_get_boottime_ns();
	counter = counter_now();
	local_irq_restore(flags);

	past = time->boottime_ns <= now;
	away = past ? now - time->boottime_ns : time->boottime_ns - now;
	if (away > year)
		return -EINVAL;
	ticks = ns_to_ticks(away);
	WRITE_ONCE(vm->counter_offset,
		   time->counter + (past ? ticks : -ticks) - counter);
	return 0;
}
