/* SPDX-License-Identifier: MIT */
/*
 * An x86 instruction that met a device, on its way to completion.
 */
#ifndef AXVCPU_X86_INSN_H
#define AXVCPU_X86_INSN_H

#include <Zydis/Zydis.h>

#include "internal.h"

#define FLAG_CF		0x001U
#define FLAG_PF		0x004U
#define FLAG_AF		0x010U
#define FLAG_ZF		0x040U
#define FLAG_SF		0x080U
#define FLAG_DF		0x400U
#define FLAG_OF		0x800U
#define FLAG_RF		0x10000U
#define FLAGS_ARITH	(FLAG_CF | FLAG_PF | FLAG_AF | FLAG_ZF | FLAG_SF | FLAG_OF)

/* Own results beside -errno and those of callbacks. */
#define INSN_FAULT	0x20000000	/* a page fault has been injected */

/**
 * struct insn - the instruction
 * @vcpu: the vCPU
 * @handlers: the program's callbacks
 * @opaque: their argument
 * @regs: registers as they will be; the run page has them after insn_commit()
 * @segs: segment registers
 * @bits: 16, 32 or 64: the mode it runs in
 * @gpa: where the device is, as the hardware said
 * @fault_write: the access that faulted was a write
 * @zydis: the decoded instruction
 * @ops: its operands
 * @device: the operand that is the device
 * @width: its bytes
 */
struct insn {
	struct axvcpu_vcpu *vcpu;
	const struct axvcpu_handlers *handlers;
	void *opaque;
	struct axvcpu_x86_regs regs;
	struct axvcpu_x86_segments segs;
	unsigned int bits;
	uint64_t gpa;
	bool fault_write;
	ZydisDecodedInstruction zydis;
	ZydisDecodedOperand ops[ZYDIS_MAX_OPERAND_COUNT];
	const ZydisDecodedOperand *device;
	uint32_t width;
};

/* x86_operand.c */
uint64_t insn_mask(uint32_t width);
/* a general register operand, by its width's rules; -ENOTSUP if it is none */
int insn_get_reg(const struct insn *in, ZydisRegister reg, uint64_t *value);
int insn_set_reg(struct insn *in, ZydisRegister reg, uint64_t value);
/* linear address of a memory operand */
int insn_linear(const struct insn *in, const ZydisDecodedOperand *op, uint64_t *linear);
/*
 * The memory behind a linear address, for the operand that is not the device:
 * -ENOTSUP, INSN_FAULT after injecting #PF, or what a callback returned.
 */
int insn_load(struct insn *in, uint64_t linear, uint32_t width, void *data);
int insn_store(struct insn *in, uint64_t linear, uint32_t width, const void *data);
/* may the guest write there? 0 or as above */
int insn_probe_write(struct insn *in, uint64_t linear);
/* the device */
int insn_device_read(struct insn *in, uint64_t *value);
int insn_device_write(struct insn *in, uint64_t value);
/* registers, with RIP behind the instruction if @done, to the run page */
void insn_commit(struct insn *in, bool done);

/* x86_alu.c: each changes the arithmetic flags of in->regs */
int insn_alu(struct insn *in);
int insn_bit(struct insn *in);
void insn_flags_sub(struct insn *in, uint64_t a, uint64_t b, uint32_t width);
bool insn_condition(const struct insn *in, unsigned int code);

/* x86_string.c, x86_vector.c; -ENOTSUP: not one of these */
int insn_string(struct insn *in);
int insn_vector(struct insn *in);

#endif /* AXVCPU_X86_INSN_H */
