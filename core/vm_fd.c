// SPDX-License-Identifier: GPL-2.0-only
/* The VM's file descriptor. */
#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/module.h>

#include "core.h"

static long cmd_map(void *vm, void *arg)
{
	return axvcpu_memory_map(vm, arg);
}

static long cmd_unmap(void *vm, void *arg)
{
	return axvcpu_memory_unmap(vm, arg);
}

static long cmd_protect(void *vm, void *arg)
{
	return axvcpu_memory_protect(vm, arg);
}

static long cmd_get_dirty(void *vm, void *arg)
{
	return axvcpu_memory_get_dirty(vm, arg);
}

static long cmd_create_vcpu(void *vm, void *arg)
{
	struct axvcpu_vcpu *vcpu = axvcpu_vcpu_create(vm, arg);
	int fd;

	if (IS_ERR(vcpu))
		return PTR_ERR(vcpu);
	fd = axvcpu_vcpu_fd(vcpu);
	if (fd < 0)
		axvcpu_vcpu_destroy(vcpu);
	return fd;
}

static long cmd_get_time(void *vm, void *arg)
{
	return axvcpu_vm_get_time(vm, arg);
}

static long cmd_set_time(void *vm, void *arg)
{
	return axvcpu_vm_set_time(vm, arg);
}

#define ROW(name, type, out, fn) \
	{ .nr = _IOC_NR(AXVCPU_VM_##name), .size = AXVCPU_CMD_SIZE(type), .flags = out, \
	  .call = fn }

static const struct axvcpu_command commands[] = {
	ROW(MAP, struct axvcpu_map, 0, cmd_map),
	ROW(UNMAP, struct axvcpu_map, 0, cmd_unmap),
	ROW(PROTECT, struct axvcpu_map, 0, cmd_protect),
	ROW(GET_DIRTY, struct axvcpu_dirty, 0, cmd_get_dirty),
	ROW(CREATE_VCPU, struct axvcpu_vcpu_create, 0, cmd_create_vcpu),
	ROW(GET_TIME, struct axvcpu_time, AXVCPU_CMD_OUT, cmd_get_time),
	ROW(SET_TIME, struct axvcpu_time, 0, cmd_set_time),
};

static long vm_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct axvcpu_vm *vm = file->private_data;

	if (current->mm != vm->mm)
		return -EIO;
	if (_IOC_TYPE(cmd) == AXVCPU_IOC_TYPE && _IOC_NR(cmd) >= AXVCPU_IOC_ARCH)
		return axvcpu_ops->ioctl(vm, NULL, _IOC_NR(cmd), arg);
	return axvcpu_command_dispatch(commands, ARRAY_SIZE(commands), vm, cmd, arg);
}

static int vm_release(struct inode *inode, struct file *file)
{
	axvcpu_vm_put(file->private_data);
	return 0;
}

static const struct file_operations vm_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = vm_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.release = vm_release,
	.llseek = noop_llseek,
};

/**
 * axvcpu_vm_fd() - install a file descriptor for a VM
 * @vm: its reference goes to the descriptor, if there is one
 *
 * Return: the descriptor or a negative errno.
 */
int axvcpu_vm_fd(struct axvcpu_vm *vm)
{
	return anon_inode_getfd("axvcpu-vm", &vm_fops, vm, O_RDWR | O_CLOEXEC);
}
