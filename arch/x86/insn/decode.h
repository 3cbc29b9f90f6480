/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A decoder for the moves between a register or an immediate and memory: MOV,
 * MOVZX, MOVSX, MOVSXD. Pure functions: bytes in, description out.
 */
#ifndef AXVCPU_X86_INSN_DECODE_H
#define AXVCPU_X86_INSN_DECODE_H

#include <linux/bits.h>
#include <linux/types.h>
#include <linux/axvcpu_x86.h>

/* Segment registers in the hardware's order, as in struct axvcpu_x86_segments. */
enum x86_segment {
	X86_ES,
	X86_CS,
	X86_SS,
	X86_DS,
	X86_FS,
	X86_GS,
	X86_SEGMENT_NONE,
};

static inline const struct axvcpu_x86_segment *
x86_segment(const struct axvcpu_x86_segments *segs, enum x86_segment number)
{
	return &segs->es + number;
}

/**
 * struct x86_prefixes - what stands before an opcode
 * @length: bytes
 * @rex: the REX prefix, 0 if there is none that counts
 * @segment: override, or X86_SEGMENT_NONE
 * @operand: 66
 * @address: 67
 * @lock: F0
 * @repeat: F2 or F3
 */
struct x86_prefixes {
	u8 length;
	u8 rex;
	u8 segment;
	bool operand;
	bool address;
	bool lock;
	bool repeat;
};

/* No base or index register. */
#define X86_NO_REG	0xff

/**
 * struct x86_operand - a memory operand
 * @base: register, or X86_NO_REG
 * @index: register, or X86_NO_REG
 * @scale: the index counts 1 << @scale times
 * @bits: address size: 16, 32, 64
 * @segment: segment register, default rules applied
 * @rip_relative: relative to the next instruction
 * @disp: displacement, sign-extended
 */
struct x86_operand {
	u8 base;
	u8 index;
	u8 scale;
	u8 bits;
	u8 segment;
	bool rip_relative;
	u64 disp;
};

/**
 * struct x86_mov - a move
 * @length: bytes of the instruction
 * @width: bytes of the memory operand
 * @reg: the register, if not @has_imm
 * @reg_width: bytes of @reg that a load writes
 * @shift: 8 for AH, CH, DH, BH; else 0
 * @write: a store
 * @signed_ext: a load sign-extends from @width to @reg_width
 * @has_imm: a store of @imm
 * @imm: sign-extended to 64 bits
 * @mem: where
 */
struct x86_mov {
	u8 length;
	u8 width;
	u8 reg;
	u8 reg_width;
	u8 shift;
	bool write;
	bool signed_ext;
	bool has_imm;
	u64 imm;
	struct x86_operand mem;
};

int x86_decode_prefixes(const u8 *insn, unsigned int bytes, unsigned int code_bits,
			struct x86_prefixes *prefixes);
int x86_decode_mov(const u8 *insn, unsigned int bytes, unsigned int code_bits,
		   struct x86_mov *mov);

/**
 * x86_mov_value() - what a store writes
 * @mov: a store
 * @gpr: general registers
 *
 * Return: the value, zero-extended from the operand's width.
 */
static inline u64 x86_mov_value(const struct x86_mov *mov, const u64 *gpr)
{
	u64 value = mov->has_imm ? mov->imm : gpr[mov->reg] >> mov->shift;

	return value & GENMASK_ULL(8 * mov->width - 1, 0);
}

/**
 * x86_operand_offset() - effective address of a memory operand
 * @mem: the operand
 * @gpr: general registers
 * @next_rip: RIP of the next instruction
 *
 * Return: the offset in its segment, wrapped to the address size.
 */
static inline u64 x86_operand_offset(const struct x86_operand *mem, const u64 *gpr, u64 next_rip)
{
	u64 offset = mem->disp;

	if (mem->rip_relative)
		offset += next_rip;
	if (mem->base != X86_NO_REG)
		offset += gpr[mem->base];
	if (mem->index != X86_NO_REG)
		offset += gpr[mem->index] << mem->scale;
	return offset & GENMASK_ULL(mem->bits - 1, 0);
}

unsigned int x86_insn_address_bits(const u8 *bytes, unsigned int count, unsigned int code_bits);

#endif /* AXVCPU_X86_INSN_DECODE_H */
