// SPDX-License-Identifier: GPL-2.0-only
/*
 * The decoder of moves. Instruction format: SDM vol. 2, chapter 2; APM vol. 3,
 * chapter 1.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "decode.h"

#define INSN_MAX	15U

#define REX_W	BIT(3)
#define REX_R	BIT(2)
#define REX_X	BIT(1)
#define REX_B	BIT(0)

/* What is left of an instruction. */
struct cursor {
	const u8 *at;
	const u8 *end;
};

/* The next @n bytes, at most 8, as a little-endian number. */
static bool take(struct cursor *c, unsigned int n, u64 *value)
{
	unsigned int i;

	if (c->end - c->at < n)
		return false;
	*value = 0;
	for (i = 0; i < n; i++)
		*value |= (u64)c->at[i] << (8 * i);
	c->at += n;
	return true;
}

static bool take_signed(struct cursor *c, unsigned int n, u64 *value)
{
	if (!take(c, n, value))
		return false;
	*value = sign_extend64(*value, 8 * n - 1);
	return true;
}

/* One legacy prefix. Overrides by ES to DS mean nothing in 64-bit mode. */
static bool decode_legacy(u8 byte, unsigned int code_bits, struct x86_prefixes *p)
{
	switch (byte) {
	case 0x26:
	case 0x2e:
	case 0x36:
	case 0x3e:
		if (code_bits != 64)
			p->segment = (byte - 0x26) / 8;
		return true;
	case 0x64:
	case 0x65:
		p->segment = X86_FS + (byte - 0x64);
		return true;
	case 0x66:
		p->operand = true;
		return true;
	case 0x67:
		p->address = true;
		return true;
	case 0xf0:
		p->lock = true;
		return true;
	case 0xf2:
	case 0xf3:
		p->repeat = true;
		return true;
	default:
		return false;
	}
}

/**
 * x86_decode_prefixes() - the prefixes of an instruction
 * @insn: its bytes
 * @bytes: how many are known
 * @code_bits: 16, 32 or 64
 * @prefixes: filled in
 *
 * A REX prefix that is not the last one does not count (SDM vol. 2, 2.2.1).
 *
 * Return: 0; -ENODATA if the bytes end before the opcode.
 */
int x86_decode_prefixes(const u8 *insn, unsigned int bytes, unsigned int code_bits,
			struct x86_prefixes *prefixes)
{
	unsigned int i;

	memset(prefixes, 0, sizeof(*prefixes));
	prefixes->segment = X86_SEGMENT_NONE;
	for (i = 0; i < min(bytes, INSN_MAX); i++) {
		if (decode_legacy(insn[i], code_bits, prefixes)) {
			prefixes->rex = 0;
		} else if (code_bits == 64 && (insn[i] & 0xf0) == 0x40) {
			prefixes->rex = insn[i];
		} else {
			prefixes->length = i;
			return 0;
		}
	}
	return -ENODATA;
}

/* Bytes of an operand that is neither a byte nor fixed. */
static u8 operand_width(const struct x86_prefixes *p, unsigned int code_bits)
{
	if (p->rex & REX_W)
		return 8;
	return (code_bits == 16) == p->operand ? 4 : 2;
}

static u8 address_bits(const struct x86_prefixes *p, unsigned int code_bits)
{
	if (!p->address)
		return code_bits;
	return code_bits == 32 ? 16 : 32;
}

/* SDM vol. 2, table 2-1: 16-bit addressing forms. */
static int decode_mem16(struct cursor *c, u8 mod, u8 rm, struct x86_operand *mem)
{
	static const u8 base[] = {
		AXVCPU_X86_RBX, AXVCPU_X86_RBX, AXVCPU_X86_RBP, AXVCPU_X86_RBP,
		AXVCPU_X86_RSI, AXVCPU_X86_RDI, AXVCPU_X86_RBP, AXVCPU_X86_RBX,
	};

	mem->base = base[rm];
	if (rm < 4)
		mem->index = rm & 1 ? AXVCPU_X86_RDI : AXVCPU_X86_RSI;
	if (mod == 0 && rm == 6) {
		mem->base = X86_NO_REG;
		mod = 2;
	}
	if (mod == 0)
		return 0;
	return take_signed(c, mod, &mem->disp) ? 0 : -ENODATA;
}

static int decode_sib(struct cursor *c, u8 mod, u8 rex, struct x86_operand *mem)
{
	u64 sib;
	u8 index;

	if (!take(c, 1, &sib))
		return -ENODATA;
	index = (sib >> 3 & 7) | (rex & REX_X ? 8 : 0);
	if (index != AXVCPU_X86_RSP) {
		mem->index = index;
		mem->scale = sib >> 6;
	}
	mem->base = (sib & 7) | (rex & REX_B ? 8 : 0);
	if (mod == 0 && (sib & 7) == 5)
		mem->base = X86_NO_REG;
	return 0;
}

/* SDM vol. 2, tables 2-2 and 2-3, and 2.2.1.6 for RIP-relative addresses. */
static int decode_mem32(struct cursor *c, u8 mod, u8 rm, u8 rex, bool long_mode,
			struct x86_operand *mem)
{
	bool disp32 = mod == 2;
	int ret;

	if (rm == 4) {
		ret = decode_sib(c, mod, rex, mem);
		if (ret)
			return ret;
		disp32 |= mem->base == X86_NO_REG;
	} else if (mod == 0 && rm == 5) {
		mem->rip_relative = long_mode;
		disp32 = true;
	} else {
		mem->base = rm | (rex & REX_B ? 8 : 0);
	}
	if (disp32)
		return take_signed(c, 4, &mem->disp) ? 0 : -ENODATA;
	if (mod == 1)
		return take_signed(c, 1, &mem->disp) ? 0 : -ENODATA;
	return 0;
}

/*
 * The ModRM byte and what belongs to it. @reg: its middle field, unextended.
 * -EOPNOTSUPP if it names no memory.
 */
static int decode_modrm(struct cursor *c, const struct x86_prefixes *p,
			unsigned int code_bits, u8 *reg, struct x86_operand *mem)
{
	u64 modrm;
	u8 mod, rm;
	int ret;

	if (!take(c, 1, &modrm))
		return -ENODATA;
	mod = modrm >> 6;
	rm = modrm & 7;
	*reg = modrm >> 3 & 7;
	if (mod == 3)
		return -EOPNOTSUPP;

	if (mem->bits == 16)
		ret = decode_mem16(c, mod, rm, mem);
	else
		ret = decode_mem32(c, mod, rm, p->rex, code_bits == 64, mem);
	if (!ret && p->segment == X86_SEGMENT_NONE &&
	    (mem->base == AXVCPU_X86_RSP || mem->base == AXVCPU_X86_RBP))
		mem->segment = X86_SS;
	return ret;
}

/* The register operand; a byte register without REX may be AH, CH, DH, BH. */
static void set_reg(struct x86_mov *mov, u8 reg, u8 rex, u8 width)
{
	mov->reg = reg | (rex & REX_R ? 8 : 0);
	mov->reg_width = width;
	if (width == 1 && !rex && reg >= 4) {
		mov->reg = reg - 4;
		mov->shift = 8;
	}
}

/* 88, 89, 8A, 8B: bit 0 the size, bit 1 the direction. */
static int decode_plain(struct cursor *c, u8 opcode, const struct x86_prefixes *p,
			unsigned int code_bits, struct x86_mov *mov)
{
	u8 reg;
	int ret;

	mov->write = !(opcode & 2);
	mov->width = opcode & 1 ? operand_width(p, code_bits) : 1;
	ret = decode_modrm(c, p, code_bits, &reg, &mov->mem);
	if (!ret)
		set_reg(mov, reg, p->rex, mov->width);
	return ret;
}

/* A0 to A3: AL, AX, EAX, RAX and an absolute address; bit 1 says store. */
static int decode_absolute(struct cursor *c, u8 opcode, const struct x86_prefixes *p,
			   unsigned int code_bits, struct x86_mov *mov)
{
	mov->write = opcode & 2;
	mov->width = opcode & 1 ? operand_width(p, code_bits) : 1;
	set_reg(mov, AXVCPU_X86_RAX, 0, mov->width);
	return take(c, mov->mem.bits / 8, &mov->mem.disp) ? 0 : -ENODATA;
}

/* C6 /0, C7 /0: an immediate, of 4 bytes at most. */
static int decode_immediate(struct cursor *c, u8 opcode, const struct x86_prefixes *p,
			    unsigned int code_bits, struct x86_mov *mov)
{
	u8 reg;
	int ret;

	mov->write = true;
	mov->has_imm = true;
	mov->width = opcode & 1 ? operand_width(p, code_bits) : 1;
	ret = decode_modrm(c, p, code_bits, &reg, &mov->mem);
	if (ret)
		return ret;
	if (reg)
		return -EOPNOTSUPP;
	return take_signed(c, min_t(u8, mov->width, 4), &mov->imm) ? 0 : -ENODATA;
}

/* 0F B6, B7, BE, BF, and 63 in 64-bit mode: loads that extend from @width. */
static int decode_extend(struct cursor *c, u8 width, bool is_signed,
			 const struct x86_prefixes *p, unsigned int code_bits,
			 struct x86_mov *mov)
{
	u8 reg;
	int ret;

	mov->width = width;
	mov->signed_ext = is_signed;
	ret = decode_modrm(c, p, code_bits, &reg, &mov->mem);
	if (ret)
		return ret;
	mov->reg = reg | (p->rex & REX_R ? 8 : 0);
	mov->reg_width = operand_width(p, code_bits);
	return 0;
}

static int decode_0f(struct cursor *c, const struct x86_prefixes *p,
		     unsigned int code_bits, struct x86_mov *mov)
{
	u64 opcode;

	if (!take(c, 1, &opcode))
		return -ENODATA;
	switch (opcode) {
	case 0xb6:
	case 0xb7:
		return decode_extend(c, opcode == 0xb7 ? 2 : 1, false, p, code_bits, mov);
	case 0xbe:
	case 0xbf:
		return decode_extend(c, opcode == 0xbf ? 2 : 1, true, p, code_bits, mov);
	default:
		return -EOPNOTSUPP;
	}
}

static int decode_opcode(struct cursor *c, const struct x86_prefixes *p,
			 unsigned int code_bits, struct x86_mov *mov)
{
	u64 opcode;

	if (!take(c, 1, &opcode))
		return -ENODATA;
	switch (opcode) {
	case 0x88 ... 0x8b:
		return decode_plain(c, opcode, p, code_bits, mov);
	case 0xa0 ... 0xa3:
		return decode_absolute(c, opcode, p, code_bits, mov);
	case 0xc6:
	case 0xc7:
		return decode_immediate(c, opcode, p, code_bits, mov);
	case 0x63:
		/* ARPL elsewhere; with 66, vendors disagree on the width. */
		if (code_bits != 64 || (p->operand && !(p->rex & REX_W)))
			return -EOPNOTSUPP;
		return decode_extend(c, 4, true, p, code_bits, mov);
	case 0x0f:
		return decode_0f(c, p, code_bits, mov);
	default:
		return -EOPNOTSUPP;
	}
}

/**
 * x86_decode_mov() - decode a move
 * @insn: its bytes
 * @bytes: how many are known
 * @code_bits: 16, 32 or 64
 * @mov: filled in
 *
 * Return: 0; -ENODATA if the instruction goes on past @bytes or is longer than
 * the architecture's 15; -EOPNOTSUPP if it is another one, or a move with a
 * LOCK or repeat prefix, or one between registers.
 */
int x86_decode_mov(const u8 *insn, unsigned int bytes, unsigned int code_bits,
		   struct x86_mov *mov)
{
	struct x86_prefixes p;
	struct cursor c;
	int ret;

	memset(mov, 0, sizeof(*mov));
	ret = x86_decode_prefixes(insn, bytes, code_bits, &p);
	if (ret)
		return ret;
	if (p.lock || p.repeat)
		return -EOPNOTSUPP;

	mov->mem.base = X86_NO_REG;
	mov->mem.index = X86_NO_REG;
	mov->mem.bits = address_bits(&p, code_bits);
	mov->mem.segment = p.segment == X86_SEGMENT_NONE ? X86_DS : p.segment;
	c.at = insn + p.length;
	c.end = insn + min(bytes, INSN_MAX);
	ret = decode_opcode(&c, &p, code_bits, mov);
	mov->length = c.at - insn;
	return ret;
}

/**
 * x86_insn_address_bits() - the address size of an instruction
 * @bytes: from the instruction on
 * @count: how many are known
 * @code_bits: 16, 32 or 64
 *
 * Return: 16, 32 or 64.
 */
unsigned int x86_insn_address_bits(const u8 *bytes, unsigned int count, unsigned int code_bits)
{
	struct x86_prefixes prefixes;

	if (x86_decode_prefixes(bytes, count, code_bits, &prefixes) || !prefixes.address)
		return code_bits;
	return code_bits == 32 ? 16 : 32;
}
