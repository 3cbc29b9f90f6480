/* SPDX-License-Identifier: MIT */
/*
 * libaxvcpu: what only arm64 has. Programs include <axvcpu.h>.
 */
#ifndef AXVCPU_ARM64_H
#define AXVCPU_ARM64_H

#include <stdint.h>

#include <axvcpu/vcpu.h>
#include <linux/axvcpu_arm64.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * axvcpu_arm64_run_regs() - the run page's register block
 * @vcpu: the vCPU
 *
 * Return: its registers.
 */
static inline struct axvcpu_arm64_regs *axvcpu_arm64_run_regs(const struct axvcpu_vcpu *vcpu)
{
	return (struct axvcpu_arm64_regs *)vcpu->run->regs;
}

/**
 * axvcpu_arm64_get_sysreg() - read one of the system registers the kernel keeps
 * @vcpu: the vCPU
 * @id: AXVCPU_ARM64_SYSREG()
 * @value: its value
 *
 * Return: 0, -ENOENT if the kernel does not keep it, or -errno.
 */
int axvcpu_arm64_get_sysreg(struct axvcpu_vcpu *vcpu, uint32_t id, uint64_t *value);

/**
 * axvcpu_arm64_set_sysreg() - write one of the system registers the kernel keeps
 * @vcpu: the vCPU
 * @id: AXVCPU_ARM64_SYSREG()
 * @value: its value
 *
 * Return: 0 or -errno.
 */
int axvcpu_arm64_set_sysreg(struct axvcpu_vcpu *vcpu, uint32_t id, uint64_t value);

#ifdef __cplusplus
}
#endif

#endif /* AXVCPU_ARM64_H */
