/* SPDX-License-Identifier: MIT */
/*
 * What each architecture provides to the rest of the library (x86/arch.c, arm64/arch.c).
 */
#ifndef AXVCPU_LIB_ARCH_H
#define AXVCPU_LIB_ARCH_H

#include <stdint.h>

#include <axvcpu.h>

/**
 * arch_gpr() - a general register of the run page
 * @vcpu: the vCPU
 * @reg: its index
 *
 * Return: the register, or NULL if there is none.
 */
__u64 *arch_gpr(const struct axvcpu_vcpu *vcpu, uint32_t reg);

/**
 * arch_complete_sysreg() - complete SYSREG_READ into what is no general register
 * @vcpu: the vCPU
 * @reg: the exit's @reg
 * @value: the result
 *
 * Return: 0, or -EINVAL if there is no such register.
 */
int arch_complete_sysreg(struct axvcpu_vcpu *vcpu, uint32_t reg, uint64_t value);

/**
 * arch_refuse() - raise the fault of an access that nobody answers
 * @vcpu: the vCPU; its last exit says which access
 *
 * Return: 0 or -errno.
 */
int arch_refuse(struct axvcpu_vcpu *vcpu);

#endif /* AXVCPU_LIB_ARCH_H */
