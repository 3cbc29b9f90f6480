/* SPDX-License-Identifier: MIT */
/*
 * libaxvcpu: what only x86 has. Programs include <axvcpu.h>.
 */
#ifndef AXVCPU_X86_H
#define AXVCPU_X86_H

#include <stdint.h>

#include <axvcpu/vcpu.h>
#include <linux/axvcpu_x86.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * axvcpu_x86_run_regs() - the run page's register block
 * @vcpu: the vCPU
 *
 * Return: its registers.
 */
static inline struct axvcpu_x86_regs *axvcpu_x86_run_regs(const struct axvcpu_vcpu *vcpu)
{
	return (struct axvcpu_x86_regs *)vcpu->run->regs;
}

/**
 * axvcpu_x86_get_supported_cpuid() - X86_GET_SUPPORTED_CPUID
 * @dev: the device
 * @entries: filled in
 * @count: in: room at @entries; out: entries there are, also with -ENOSPC
 */
int axvcpu_x86_get_supported_cpuid(int dev, struct axvcpu_x86_cpuid *entries, uint32_t *count);

/**
 * axvcpu_x86_set_cpuid() - X86_SET_CPUID
 * @vcpu: the vCPU
 * @entries: the table
 * @count: its entries
 */
int axvcpu_x86_set_cpuid(struct axvcpu_vcpu *vcpu, const struct axvcpu_x86_cpuid *entries,
			 uint32_t count);

/**
 * axvcpu_x86_get_msr() - read one of the MSRs the kernel keeps
 * @vcpu: the vCPU
 * @index: its number
 * @value: its value
 *
 * Return: 0, -ENOENT if the kernel does not keep it, or -errno.
 */
int axvcpu_x86_get_msr(struct axvcpu_vcpu *vcpu, uint32_t index, uint64_t *value);

/**
 * axvcpu_x86_set_msr() - write one of the MSRs the kernel keeps
 * @vcpu: the vCPU
 * @index: its number
 * @value: its value
 */
int axvcpu_x86_set_msr(struct axvcpu_vcpu *vcpu, uint32_t index, uint64_t value);

#ifdef __cplusplus
}
#endif

#endif /* AXVCPU_X86_H */
