// SPDX-License-Identifier: GPL-2.0-only
/* The commands that only x86 has. */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "cpuid.h"
#include "ioctl.h"
#include "x86.h"

#define NOT_IN_USE	(BIT(AXVCPU_STATE_CREATED) | BIT(AXVCPU_STATE_FREE) | \
			 BIT(AXVCPU_STATE_READY))

static long get_supported_cpuid(unsigned long arg)
{
	const struct axvcpu_x86_cpuid *table;
	u32 count;

	table = x86_cpuid_supported(&count);
	return axvcpu_uarg_array_put(arg, table, count, sizeof(*table));
}

static int set_table(struct axvcpu_vcpu *vcpu, const struct axvcpu_x86_cpuid *table, u32 count)
{
	int ret;

	ret = x86_cpuid_check(table, count);
	if (ret)
		return ret;
	ret = axvcpu_vcpu_claim(vcpu, NOT_IN_USE);
	if (ret < 0)
		return ret;
	x86_cpuid_set(to_x86(vcpu), table, count);
	axvcpu_vcpu_release(vcpu);
	return 0;
}

static long set_cpuid(struct axvcpu_vcpu *vcpu, unsigned long arg)
{
	struct axvcpu_x86_cpuid *table;
	struct axvcpu_array array;
	int ret;

	ret = axvcpu_uarg_get(&array, sizeof(array), arg);
	if (ret)
		return ret;
	if (array.count > AXVCPU_X86_MAX_CPUID)
		return -ENOSPC;
	table = vmemdup_user(u64_to_user_ptr(array.addr), array.count * sizeof(*table));
	if (IS_ERR(table))
		return PTR_ERR(table);
	ret = set_table(vcpu, table, array.count);
	kvfree(table);
	return ret;
}

/**
 * x86_ioctl() - ops->ioctl
 * @vm: VM of a VM fd, or NULL
 * @vcpu: vCPU of a vCPU fd, or NULL; none for /dev/axvcpu
 * @nr: number of the command
 * @arg: user address
 *
 * Return: 0, -ENOTTY, or the command's errors.
 */
long x86_ioctl(struct axvcpu_vm *vm, struct axvcpu_vcpu *vcpu, unsigned int nr,
	       unsigned long arg)
{
	if (!vm && !vcpu && nr == _IOC_NR(AXVCPU_X86_GET_SUPPORTED_CPUID))
		return get_supported_cpuid(arg);
	if (vcpu && nr == _IOC_NR(AXVCPU_X86_SET_CPUID))
		return set_cpuid(vcpu, arg);
	return -ENOTTY;
}
