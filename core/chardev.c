// SPDX-License-Identifier: GPL-2.0-only
/* /dev/axvcpu. */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/string.h>

#include "core.h"

static long cmd_get_info(void *unused, void *arg)
{
	struct axvcpu_info *info = arg;

	*info = (struct axvcpu_info){
		.size = info->size,
		.api_version = AXVCPU_API_VERSION,
		.backend = axvcpu_ops->backend,
		.max_vcpus = AXVCPU_MAX_VCPUS,
		.max_regions = AXVCPU_MAX_REGIONS,
	};
	strscpy(info->module_version, AXVCPU_VERSION, sizeof(info->module_version));
	strscpy(info->backend_name, axvcpu_ops->name, sizeof(info->backend_name));
	axvcpu_ops->info(info);
	return 0;
}

/* Capabilities that every backend has. */
#define CORE_CAPS	4

static long cmd_get_caps(void *unused, void *arg)
{
	struct axvcpu_cap caps[CORE_CAPS + AXVCPU_MAX_ARCH_CAPS] = {
		{ .id = AXVCPU_CAP_STATE_GROUPS, .value = 1 },
		{ .id = AXVCPU_CAP_DIRTY_LOG, .value = 1 },
		{ .id = AXVCPU_CAP_MAX_VMS_PER_USER,
		  .value = READ_ONCE(axvcpu_max_vms_per_user) },
		{ .id = AXVCPU_CAP_GUEST_TABLE_LEVELS,
		  .value = axvcpu_ops->max_guest_page_table_levels() },
	};
	u32 count = CORE_CAPS + axvcpu_ops->caps(&caps[CORE_CAPS]);

	return axvcpu_uarg_array_put((unsigned long)arg, caps, count, sizeof(caps[0]));
}

static long cmd_create_vm(void *unused, void *arg)
{
	const struct axvcpu_vm_create *create = arg;
	struct axvcpu_vm *vm;
	int fd;

	if (create->flags)
		return -EINVAL;
	vm = axvcpu_vm_create(current->mm);
	if (IS_ERR(vm))
		return PTR_ERR(vm);
	fd = axvcpu_vm_fd(vm);
	if (fd < 0)
		axvcpu_vm_put(vm);
	return fd;
}

static const struct axvcpu_command commands[] = {
	{
		.nr = _IOC_NR(AXVCPU_GET_INFO),
		.size = AXVCPU_CMD_SIZE(struct axvcpu_info),
		.flags = AXVCPU_CMD_OUT,
		.call = cmd_get_info,
	}, {
		.nr = _IOC_NR(AXVCPU_GET_CAPS),
		.flags = AXVCPU_CMD_RAW,
		.call = cmd_get_caps,
	}, {
		.nr = _IOC_NR(AXVCPU_CREATE_VM),
		.size = AXVCPU_CMD_SIZE(struct axvcpu_vm_create),
		.call = cmd_create_vm,
	},
};

static long dev_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (_IOC_TYPE(cmd) == AXVCPU_IOC_TYPE && _IOC_NR(cmd) >= AXVCPU_IOC_ARCH)
		return axvcpu_ops->ioctl(NULL, NULL, _IOC_NR(cmd), arg);
	return axvcpu_command_dispatch(commands, ARRAY_SIZE(commands), NULL, cmd, arg);
}

static const struct file_operations dev_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = dev_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

/* Who may open it is the node's mode and group. */
static struct miscdevice axvcpu_dev = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "axvcpu",
	.mode = 0660,
	.fops = &dev_fops,
};

/**
 * axvcpu_chardev_init() - make /dev/axvcpu
 *
 * Return: 0 or a negative errno.
 */
int axvcpu_chardev_init(void)
{
	return misc_register(&axvcpu_dev);
}

/**
 * axvcpu_chardev_fini() - the reverse of axvcpu_chardev_init()
 */
void axvcpu_chardev_fini(void)
{
	misc_deregister(&axvcpu_dev);
}
