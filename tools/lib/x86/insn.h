/* SPDX-License-Identifier: MIT */
/*
 * An x86 instruction that met a device, on its way to completion.
 */
#ifndef AXVCPU_LIB_X86_INSN_H
#define AXVCPU_LIB_X86_INSN_H

#include <stdbool.h>
#include <stdint.h>

#include <Zydis/Zydis.h>

#include <axvcpu.h>

#define FLAG_CF		0x001U
#define FLAG_PF		0x004U
#define FLAG_AF		0x010U
#define FLAG_ZF		0x040U
#define FLAG_SF		0x080U
#define FLAG_DF		0x400U
#define FLAG_OF		0x800U
#define FLAG_RF		0x10000U
#define FLAGS_ARITH	(FLAG_CF | FLAG_PF | FLAG_AF | FLAG_ZF | FLAG_SF | FLAG_OF)

/* A result of these files' own, beside -errno and what callbacks return. */
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

#endif /* AXVCPU_LIB_X86_INSN_H */
