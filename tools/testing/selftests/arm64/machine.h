/* SPDX-License-Identifier: GPL-2.0-only */
/* The arm64 half of the harness: modes, registers, traps. */
#ifndef AXVCPU_SELFTEST_ARM64_MACHINE_H
#define AXVCPU_SELFTEST_ARM64_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/axvcpu_arm64.h>

#include "layout.h"

struct machine;

/**
 * enum guest_mode - how a guest finds its CPU
 * @MODE_BARE: EL1, MMU off, as SETUP leaves it
 * @MODE_KERNEL: EL1, MMU and caches on, memory one to one, vectors set
 * @MODE_NATIVE: what a guest that does not care uses
 */
enum guest_mode {
	MODE_BARE,
	MODE_KERNEL,
	MODE_NATIVE = MODE_KERNEL,
};

#define arch_regs	axvcpu_arm64_regs

#define BIT(n)		(1UL << (n))

/* Names of system registers. */
#define SYS_SCTLR	AXVCPU_ARM64_SYSREG(3, 0, 1, 0, 0)
#define SYS_CPACR	AXVCPU_ARM64_SYSREG(3, 0, 1, 0, 2)
#define SYS_TTBR0	AXVCPU_ARM64_SYSREG(3, 0, 2, 0, 0)
#define SYS_TCR		AXVCPU_ARM64_SYSREG(3, 0, 2, 0, 2)
#define SYS_MAIR	AXVCPU_ARM64_SYSREG(3, 0, 10, 2, 0)
#define SYS_VBAR	AXVCPU_ARM64_SYSREG(3, 0, 12, 0, 0)

/* Exception classes. */
#define EC_UNKNOWN	0x00
#define EC_DABT_CUR	0x25
#define EC_SERROR	0x2f

/* An instruction of a guest, from ROW: its offset and its length. */
struct guest_row {
	uint16_t offset;
	uint16_t len;
};

#define DECLARE_ROWS(name)	extern const struct guest_row guest_##name##_rows[]

/* What the vectors leave at GUEST_TRAP: kind is 0 sync, 1 IRQ, 2 FIQ, 3 SError. */
struct trap_record {
	uint64_t count, kind, esr, elr, spsr, far, intid;
	uint64_t resume;	/* not 0: where to go on */
};

/* The record, in guest memory. */
struct trap_record *machine_record(struct machine *m);

/**
 * machine_trap() - RUN until the vectors call; bail out on any other exit
 * @m: the machine
 *
 * Return: the record.
 */
struct trap_record *machine_trap(struct machine *m);

/* An ioctl with V0 to V31 from @in, and what they hold behind it to @out; guests/fpu.S. */
long ioctl_with_v(int fd, unsigned long cmd, const void *in, void *out);

/* One system register of a group of them; set gives a negative errno. */
uint64_t get_sysreg(struct machine *m, uint32_t group, uint32_t id);
int set_sysreg(struct machine *m, uint32_t group, uint32_t id, uint64_t value);

#endif /* AXVCPU_SELFTEST_ARM64_MACHINE_H */
