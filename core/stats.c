// SPDX-License-Identifier: GPL-2.0-only
/* What can be seen while it runs: GET_STATS, and debugfs for root. */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "core.h"

#define NR_STATS	(AXVCPU_EXIT_NR + AXVCPU_STAT_HANDLED_NR + AXVCPU_STAT_EVENT_NR)

static struct dentry *debugfs_dir;

static struct axvcpu_stat *put_stats(struct axvcpu_stat *to, u32 id,
				     const u64 *values, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		*to++ = (struct axvcpu_stat){ .id = id + i, .value = READ_ONCE(values[i]) };
	return to;
}

/**
 * axvcpu_vcpu_get_stats() - GET_STATS: every counter
 * @vcpu: any vCPU, in any state, running or not
 * @arg: user address of a struct axvcpu_array
 *
 * Return: 0, and the errors of axvcpu_uarg_array_put().
 */
int axvcpu_vcpu_get_stats(struct axvcpu_vcpu *vcpu, unsigned long arg)
{
	struct axvcpu_stat stats[NR_STATS], *to = stats;

	to = put_stats(to, AXVCPU_STAT_EXIT(0), vcpu->count.exit, AXVCPU_EXIT_NR);
	to = put_stats(to, AXVCPU_STAT_HANDLED, vcpu->count.handled,
		       AXVCPU_STAT_HANDLED_NR);
	put_stats(to, AXVCPU_STAT_EVENT, vcpu->count.event, AXVCPU_STAT_EVENT_NR);
	to[AXVCPU_STAT_KICK - AXVCPU_STAT_EVENT].value = atomic64_read(&vcpu->kicks);
	return axvcpu_uarg_array_put(arg, stats, NR_STATS, sizeof(stats[0]));
}

static void show_vcpu(struct seq_file *m, struct axvcpu_vcpu *vcpu)
{
	static const char *const activities[AXVCPU_ACTIVITY_NR] = {
		[AXVCPU_ACTIVITY_ACTIVE] = "active",
		[AXVCPU_ACTIVITY_HALTED] = "halted",
		[AXVCPU_ACTIVITY_WAIT_INIT] = "wait-init",
		[AXVCPU_ACTIVITY_SHUTDOWN] = "shutdown",
	};
	struct axvcpu_vcpu_info info;
	pid_t pid = 0;

	axvcpu_vcpu_info(vcpu, &info);
	spin_lock(&vcpu->owner_lock);
	if (vcpu->owner)
		pid = task_tgid_vnr(vcpu->owner);
	spin_unlock(&vcpu->owner_lock);
	seq_printf(m, "vm=%u vcpu=%u pid=%d owner=%u state=%s activity=%s cpu=%d exits=%llu runs=%llu\n",
		   info.vm_id, info.vcpu_id, pid, info.owner,
		   axvcpu_state_name(info.state), activities[info.activity],
		   (int)info.cpu, info.exits, info.runs);
}

/* One line a vCPU; axvcpu ps reads it. */
static int vcpus_show(struct seq_file *m, void *unused)
{
	struct axvcpu_vm *vm;
	unsigned int i;

	mutex_lock(&axvcpu_vms_lock);
	list_for_each_entry(vm, &axvcpu_vms, link) {
		mutex_lock(&vm->lock);
		for (i = 0; i < AXVCPU_MAX_VCPUS; i++)
			if (vm->vcpus[i])
				show_vcpu(m, vm->vcpus[i]);
		mutex_unlock(&vm->lock);
	}
	mutex_unlock(&axvcpu_vms_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(vcpus);

/* One line a VM. */
static int vms_show(struct seq_file *m, void *unused)
{
	struct axvcpu_vm *vm;

	mutex_lock(&axvcpu_vms_lock);
	list_for_each_entry(vm, &axvcpu_vms, link)
		seq_printf(m, "vm=%u vcpus=%u regions=%u table_pages=%lu flushes=%lld\n",
			   vm->id, READ_ONCE(vm->nr_vcpus), READ_ONCE(vm->mem.nr_regions),
			   atomic_long_read(&vm->mem.table.pages), atomic64_read(&vm->mem.tlb_gen));
	mutex_unlock(&axvcpu_vms_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(vms);

/**
 * axvcpu_debugfs_init() - make /sys/kernel/debug/axvcpu
 *
 * As everything in debugfs it may be missing; nothing depends on it.
 */
void axvcpu_debugfs_init(void)
{
	debugfs_dir = debugfs_create_dir("axvcpu", NULL);
	debugfs_create_file("vcpus", 0400, debugfs_dir, NULL, &vcpus_fops);
	debugfs_create_file("vms", 0400, debugfs_dir, NULL, &vms_fops);
}

/**
 * axvcpu_debugfs_fini() - the reverse of axvcpu_debugfs_init()
 */
void axvcpu_debugfs_fini(void)
{
	debugfs_remove_recursive(debugfs_dir);
}
