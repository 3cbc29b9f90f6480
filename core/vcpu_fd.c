// SPDX-License-Identifier: GPL-2.0-only
/* The vCPU's file descriptor and its run page. */
#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/mm.h>
#include <linux/module.h>

#include "compat.h"
#include "core.h"

static long cmd_setup(void *vcpu, void *arg)
{
	return axvcpu_vcpu_setup(vcpu, arg);
}

static long cmd_bind(void *vcpu, void *arg)
{
	return axvcpu_vcpu_bind(vcpu);
}

static long cmd_unbind(void *vcpu, void *arg)
{
	return axvcpu_vcpu_unbind(vcpu);
}

static long cmd_kick(void *vcpu, void *arg)
{
	axvcpu_vcpu_kick(vcpu);
	return 0;
}

static long cmd_reset(void *vcpu, void *arg)
{
	return axvcpu_vcpu_reset(vcpu);
}

static long cmd_info(void *vcpu, void *arg)
{
	axvcpu_vcpu_info(vcpu, arg);
	return 0;
}

static long cmd_get_state(void *vcpu, void *arg)
{
	return axvcpu_vcpu_get_state(vcpu, arg);
}

static long cmd_set_state(void *vcpu, void *arg)
{
	return axvcpu_vcpu_set_state(vcpu, arg);
}

static long cmd_inject(void *vcpu, void *arg)
{
	return axvcpu_vcpu_inject_interrupt(vcpu, arg);
}

static long cmd_refuse(void *vcpu, void *arg)
{
	return axvcpu_vcpu_refuse(vcpu, arg);
}

static long cmd_set_debug(void *vcpu, void *arg)
{
	return axvcpu_vcpu_set_debug(vcpu, arg);
}

static long cmd_translate(void *vcpu, void *arg)
{
	return axvcpu_vcpu_translate(vcpu, arg);
}

static long cmd_get_stats(void *vcpu, void *arg)
{
	return axvcpu_vcpu_get_stats(vcpu, (unsigned long)arg);
}

static long cmd_get_failure(void *vcpu, void *arg)
{
	return axvcpu_vcpu_get_failure(vcpu, arg);
}

#define ROW(name, type, out, fn) \
	{ .nr = _IOC_NR(AXVCPU_##name), .size = AXVCPU_CMD_SIZE(type), .flags = out, \
	  .call = fn }
#define ROW_BARE(name, how, fn) \
	{ .nr = _IOC_NR(AXVCPU_##name), .flags = how, .call = fn }

static const struct axvcpu_command commands[] = {
	ROW(SETUP, struct axvcpu_setup, 0, cmd_setup),
	ROW_BARE(BIND, 0, cmd_bind),
	ROW_BARE(UNBIND, 0, cmd_unbind),
	ROW_BARE(KICK, 0, cmd_kick),
	ROW_BARE(RESET, 0, cmd_reset),
	ROW(VCPU_INFO, struct axvcpu_vcpu_info, AXVCPU_CMD_OUT, cmd_info),
	ROW(GET_STATE, struct axvcpu_state_buffer, AXVCPU_CMD_OUT, cmd_get_state),
	ROW(SET_STATE, struct axvcpu_state_buffer, 0, cmd_set_state),
	ROW(INJECT, struct axvcpu_inject, 0, cmd_inject),
	ROW(REFUSE, struct axvcpu_refuse, 0, cmd_refuse),
	ROW(SET_DEBUG, struct axvcpu_debug, 0, cmd_set_debug),
	ROW(TRANSLATE, struct axvcpu_translate, AXVCPU_CMD_OUT, cmd_translate),
	ROW_BARE(GET_STATS, AXVCPU_CMD_RAW, cmd_get_stats),
	ROW(GET_FAILURE, struct axvcpu_failure, AXVCPU_CMD_OUT, cmd_get_failure),
};

static long vcpu_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct axvcpu_vcpu *vcpu = file->private_data;

	if (current->mm != vcpu->vm->mm)
		return -EIO;
	/* The one that is called a million times a second. */
	if (cmd == AXVCPU_RUN)
		return arg ? -EINVAL : axvcpu_vcpu_run(vcpu);
	if (_IOC_TYPE(cmd) == AXVCPU_IOC_TYPE && _IOC_NR(cmd) >= AXVCPU_IOC_ARCH)
		return axvcpu_ops->ioctl(NULL, vcpu, _IOC_NR(cmd), arg);
	return axvcpu_command_dispatch(commands, ARRAY_SIZE(commands), vcpu, cmd, arg);
}

/* The run page: one page, shared, not inherited, not resized. */
static int vcpu_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct axvcpu_vcpu *vcpu = file->private_data;

	if (current->mm != vcpu->vm->mm)
		return -EIO;
	if (vma->vm_pgoff || vma->vm_end - vma->vm_start != PAGE_SIZE ||
	    !(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	axvcpu_vm_flags_set(vma, VM_DONTCOPY | VM_DONTEXPAND);
	return vm_insert_page(vma, vma->vm_start, virt_to_page(vcpu->run));
}

static int vcpu_release(struct inode *inode, struct file *file)
{
	axvcpu_vcpu_destroy(file->private_data);
	return 0;
}

static const struct file_operations vcpu_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = vcpu_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.mmap = vcpu_mmap,
	.release = vcpu_release,
	.llseek = noop_llseek,
};

/**
 * axvcpu_vcpu_fd() - install a file descriptor for a vCPU
 * @vcpu: the descriptor's, if there is one
 *
 * Return: the descriptor or a negative errno.
 */
int axvcpu_vcpu_fd(struct axvcpu_vcpu *vcpu)
{
	return anon_inode_getfd("axvcpu-vcpu", &vcpu_fops, vcpu, O_RDWR | O_CLOEXEC);
}
