/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state in which an x86 guest starts.
 */
#ifndef VMM_X86_BOOT_H
#define VMM_X86_BOOT_H

#include <axvcpu.h>

#include "map.h"

/**
 * enum cpu_mode - how the guest starts; @mode of struct board_config
 * @MODE_REAL: 16-bit, CS:IP as SETUP makes it from the entry point
 * @MODE_PROT: 32-bit, flat segments, no paging
 * @MODE_LONG: 64-bit, the first 4 GiB mapped one to one, SSE on as its ABI wants
 */
enum cpu_mode {
	MODE_REAL = 1,
	MODE_PROT,
	MODE_LONG,
};

/**
 * boot_cpuid() - give the vCPU what the device supports, minus what this PC lacks
 * @dev: the device
 * @vcpu: the vCPU
 *
 * Return: 0 or -errno.
 */
int boot_cpuid(int dev, struct axvcpu_vcpu *vcpu);

/**
 * boot_setup() - SETUP, and the registers of a mode
 * @vcpu: the vCPU, Created
 * @ram: guest memory; PROT and LONG put tables at LOW_GDT to LOW_END
 * @mode: the mode
 * @entry: first instruction
 * @stack: stack pointer
 *
 * Interrupts are off. Code is 0x10, data 0x18, as Linux wants it.
 *
 * Return: 0 or -errno.
 */
int boot_setup(struct axvcpu_vcpu *vcpu, const struct ram *ram, enum cpu_mode mode, uint64_t entry,
	       uint64_t stack);

#endif /* VMM_X86_BOOT_H */
