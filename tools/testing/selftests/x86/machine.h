/* SPDX-License-Identifier: GPL-2.0-only */
/* The x86 half of the harness: modes, registers, traps. */
#ifndef AXVCPU_SELFTEST_X86_MACHINE_H
#define AXVCPU_SELFTEST_X86_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/axvcpu_x86.h>

#include "layout.h"

struct machine;

/**
 * enum guest_mode - how a guest finds its CPU
 * @MODE_REAL: 16 bits, all segments at 0 but CS
 * @MODE_PROT16: protected mode, 16-bit segments with base 0
 * @MODE_PROT: 32 bits, flat, no paging
 * @MODE_PAGED: 32 bits, flat, paging without PAE
 * @MODE_LONG: 64 bits
 * @MODE_USER: 64 bits, privilege level 3
 * @MODE_NATIVE: what a guest that does not care uses
 */
enum guest_mode {
	MODE_REAL,
	MODE_PROT16,
	MODE_PROT,
	MODE_PAGED,
	MODE_LONG,
	MODE_USER,
	MODE_NATIVE = MODE_LONG,
};

#define arch_regs	axvcpu_x86_regs

#define RAX	gpr[AXVCPU_X86_RAX]
#define RCX	gpr[AXVCPU_X86_RCX]
#define RDX	gpr[AXVCPU_X86_RDX]
#define RBX	gpr[AXVCPU_X86_RBX]
#define RSP	gpr[AXVCPU_X86_RSP]
#define RBP	gpr[AXVCPU_X86_RBP]
#define RSI	gpr[AXVCPU_X86_RSI]
#define RDI	gpr[AXVCPU_X86_RDI]
#define R8	gpr[AXVCPU_X86_R8]
#define R9	gpr[AXVCPU_X86_R9]
#define R10	gpr[AXVCPU_X86_R10]
#define R11	gpr[AXVCPU_X86_R11]

#define BIT(n)		(1UL << (n))

#define RFLAGS_CF	BIT(0)
#define RFLAGS_FIXED	BIT(1)
#define RFLAGS_TF	BIT(8)
#define RFLAGS_IF	BIT(9)
#define RFLAGS_DF	BIT(10)

#define CR0_PE		BIT(0)
#define CR0_MP		BIT(1)
#define CR0_ET		BIT(4)
#define CR0_NE		BIT(5)
#define CR0_WP		BIT(16)
#define CR0_NW		BIT(29)
#define CR0_CD		BIT(30)
#define CR0_PG		BIT(31)
#define CR4_PSE		BIT(4)
#define CR4_PAE		BIT(5)
#define CR4_OSFXSR	BIT(9)
#define CR4_OSXMMEXCPT	BIT(10)
#define CR4_OSXSAVE	BIT(18)
#define EFER_SCE	BIT(0)
#define EFER_LME	BIT(8)
#define EFER_LMA	BIT(10)
#define EFER_NXE	BIT(11)

#define PTE_P		BIT(0)
#define PTE_W		BIT(1)
#define PTE_U		BIT(2)
#define PTE_PS		BIT(7)

#define VEC_DE		0
#define VEC_DB		1
#define VEC_NMI		2
#define VEC_BP		3
#define VEC_UD		6
#define VEC_NM		7
#define VEC_DF		8
#define VEC_TS		10
#define VEC_SS		12
#define VEC_GP		13
#define VEC_PF		14
#define VEC_MF		16
#define VEC_AC		17

/**
 * struct guest_row - an instruction that ROW marked in a guest
 * @at: its offset in the guest
 * @len: its length
 */
struct guest_row {
	uint16_t at;
	uint16_t len;
};

#define DECLARE_ROWS(name)	extern const struct guest_row guest_##name##_rows[]

/**
 * struct trap_record - what the trap handler of a MODE_LONG or MODE_USER guest leaves
 * @count: how many traps there were
 * @vector: of the last one
 * @error: its error code, 0 if it has none
 * @rip: where
 * @cs: there
 * @rflags: there
 * @cr2: page-fault address
 * @resume: not 0: where the handler returns to instead of @rip; taken once
 */
struct trap_record {
	uint64_t count;
	uint64_t vector;
	uint64_t error;
	uint64_t rip;
	uint64_t cs;
	uint64_t rflags;
	uint64_t cr2;
	uint64_t resume;
};

/**
 * machine_traps() - catch every interrupt and exception of a 64-bit guest
 * @m: a machine in MODE_LONG or MODE_USER
 *
 * The handler fills in the record and exits to PORT_TRAP with the vector.
 *
 * Return: the record.
 */
struct trap_record *machine_traps(struct machine *m);

/**
 * machine_trap() - RUN until the trap handler exits; bail out on any other exit
 * @m: the machine
 *
 * Return: the vector.
 */
unsigned int machine_trap(struct machine *m);

/**
 * machine_vector() - real mode: set an interrupt vector
 * @m: the machine
 * @vector: number
 * @handler: offset in segment GUEST_CODE >> 4
 */
void machine_vector(struct machine *m, unsigned int vector, uint16_t handler);

/**
 * machine_complete() - do what a VMM does after a read: put the result in place
 * @m: a machine that left for IO_READ, MMIO_READ or SYSREG_READ
 * @value: what was read
 */
void machine_complete(struct machine *m, uint64_t value);

/**
 * machine_past() - report whether the exit of a row left PC behind it
 * @m: the machine
 * @row: the instruction
 * @what: what this is about
 */
void machine_past(struct machine *m, const struct guest_row *row, const char *what);

/* The same with PC at the instruction. */
void machine_at(struct machine *m, const struct guest_row *row, const char *what);

/* The groups as they are, or bail out. */
void get_segments(struct machine *m, struct axvcpu_x86_segments *segs);
void set_segments(struct machine *m, const struct axvcpu_x86_segments *segs);
void get_control(struct machine *m, struct axvcpu_x86_control *ctl);
void set_control(struct machine *m, const struct axvcpu_x86_control *ctl);
void get_events(struct machine *m, struct axvcpu_state_events *ev);
void set_events(struct machine *m, const struct axvcpu_state_events *ev);
/* All records of one group of variable size; bytes in @len. To be freed. */
void *get_table(struct machine *m, uint32_t group, uint32_t *len);
uint64_t get_msr(struct machine *m, uint32_t index);
int set_msr(struct machine *m, uint32_t index, uint64_t value);

/* Is the CPU QEMU's own (TCG)? Its SVM lacks some of the manual. */
bool cpu_is_qemu(void);
/* Is it Bochs'? Its SVM checks less of the guest's state. */
bool cpu_is_bochs(void);

/* SET_CPUID with what the backend supports; bail out if it does not take it */
void machine_cpuid(struct machine *m);

#endif /* AXVCPU_SELFTEST_X86_MACHINE_H */
