// SPDX-License-Identifier: MIT
/*
 * MOVS, STOS, LODS, CMPS and SCAS with a device on one side: as many elements as
 * lie in the device's page. SDM volume 1, 7.3.9.
 */
#include <errno.h>

#include "alu.h"
#include "operand.h"
#include "stringop.h"

#define PAGE_SIZE	4096U

/* What the instruction does with each element. */
enum string_kind { MOVS, STOS, LODS, CMPS, SCAS, NO_STRING };

static enum string_kind kind_of(ZydisMnemonic mnemonic)
{
	switch (mnemonic) {
	case ZYDIS_MNEMONIC_MOVSB:
	case ZYDIS_MNEMONIC_MOVSW:
	case ZYDIS_MNEMONIC_MOVSD:
	case ZYDIS_MNEMONIC_MOVSQ:
		return MOVS;
	case ZYDIS_MNEMONIC_STOSB:
	case ZYDIS_MNEMONIC_STOSW:
	case ZYDIS_MNEMONIC_STOSD:
	case ZYDIS_MNEMONIC_STOSQ:
		return STOS;
	case ZYDIS_MNEMONIC_LODSB:
	case ZYDIS_MNEMONIC_LODSW:
	case ZYDIS_MNEMONIC_LODSD:
	case ZYDIS_MNEMONIC_LODSQ:
		return LODS;
	case ZYDIS_MNEMONIC_CMPSB:
	case ZYDIS_MNEMONIC_CMPSW:
	case ZYDIS_MNEMONIC_CMPSD:
	case ZYDIS_MNEMONIC_CMPSQ:
		return CMPS;
	case ZYDIS_MNEMONIC_SCASB:
	case ZYDIS_MNEMONIC_SCASW:
	case ZYDIS_MNEMONIC_SCASD:
	case ZYDIS_MNEMONIC_SCASQ:
		return SCAS;
	default:
		return NO_STRING;
	}
}

/* The memory operand that goes by this index register. */
static const ZydisDecodedOperand *operand(const struct insn *in, unsigned int index)
{
	static const ZydisRegister names[2][3] = {
		{ ZYDIS_REGISTER_SI, ZYDIS_REGISTER_ESI, ZYDIS_REGISTER_RSI },
		{ ZYDIS_REGISTER_DI, ZYDIS_REGISTER_EDI, ZYDIS_REGISTER_RDI },
	};
	const ZydisRegister *name = names[index == AXVCPU_X86_RDI];

	for (unsigned int i = 0; i < in->zydis.operand_count; i++) {
		const ZydisDecodedOperand *op = &in->ops[i];

		if (op->type == ZYDIS_OPERAND_TYPE_MEMORY &&
		    (op->mem.base == name[0] || op->mem.base == name[1] ||
		     op->mem.base == name[2]))
			return op;
	}
	return NULL;
}

static int get(struct insn *in, unsigned int index, uint64_t *value)
{
	const ZydisDecodedOperand *op = operand(in, index);
	uint64_t linear;

	if (!op || insn_linear(in, op, &linear))
		return -ENOTSUP;
	*value = 0;
	return op == in->device ? insn_device_read(in, value) :
				  insn_load(in, linear, in->width, value);
}

static int put(struct insn *in, unsigned int index, uint64_t value)
{
	const ZydisDecodedOperand *op = operand(in, index);
	uint64_t linear;

	if (!op || insn_linear(in, op, &linear))
		return -ENOTSUP;
	return op == in->device ? insn_device_write(in, value) :
				  insn_store(in, linear, in->width, &value);
}

static int movs(struct insn *in)
{
	const ZydisDecodedOperand *to = operand(in, AXVCPU_X86_RDI);
	uint64_t linear, value;
	int ret = 0;

	/* Reading a device can have effects: first check that the element can be stored. */
	if (to && to != in->device && !insn_linear(in, to, &linear))
		ret = insn_probe_write(in, linear);
	if (!ret)
		ret = get(in, AXVCPU_X86_RSI, &value);
	if (!ret)
		ret = put(in, AXVCPU_X86_RDI, value);
	return ret;
}

static void advance(struct insn *in, unsigned int index)
{
	uint64_t mask = insn_mask(in->zydis.address_width / 8);
	uint64_t step = in->regs.rflags & FLAG_DF ? -(uint64_t)in->width : in->width;
	uint64_t value = (in->regs.gpr[index] + step) & mask;

	/* A 16-bit index leaves the rest of its register alone, a 32-bit one clears it. */
	if (in->zydis.address_width == 16)
		value |= in->regs.gpr[index] & ~mask;
	in->regs.gpr[index] = value;
}

/* Carry out one element: first memory, then the registers. */
static int element(struct insn *in, enum string_kind kind)
{
	uint64_t mask = insn_mask(in->width);
	uint64_t rax = in->regs.gpr[AXVCPU_X86_RAX];
	uint64_t a = 0, b;
	int ret;

	switch (kind) {
	case MOVS:
		ret = movs(in);
		break;
	case STOS:
		ret = put(in, AXVCPU_X86_RDI, rax & mask);
		break;
	case LODS:
		ret = get(in, AXVCPU_X86_RSI, &a);
		if (!ret)
			in->regs.gpr[AXVCPU_X86_RAX] = in->width < 4 ? (rax & ~mask) | a : a;
		break;
	default: /* CMPS, SCAS */
		a = rax & mask;
		ret = kind == CMPS ? get(in, AXVCPU_X86_RSI, &a) : 0;
		if (!ret)
			ret = get(in, AXVCPU_X86_RDI, &b);
		if (!ret)
			insn_flags_sub(in, a, b, in->width);
		break;
	}
	if (ret)
		return ret;
	if (kind == MOVS || kind == LODS || kind == CMPS)
		advance(in, AXVCPU_X86_RSI);
	if (kind != LODS)
		advance(in, AXVCPU_X86_RDI);
	return 0;
}

/* Count down. True if the instruction is finished. */
static bool over(struct insn *in)
{
	ZydisInstructionAttributes attr = in->zydis.attributes;
	uint64_t mask = insn_mask(in->zydis.address_width / 8);
	__u64 *rcx = &in->regs.gpr[AXVCPU_X86_RCX];
	uint64_t left;

	if (!(attr & (ZYDIS_ATTRIB_HAS_REP | ZYDIS_ATTRIB_HAS_REPE | ZYDIS_ATTRIB_HAS_REPNE)))
		return true;
	left = (*rcx - 1) & mask;
	*rcx = in->zydis.address_width == 16 ? (*rcx & ~mask) | left : left;
	if (!left)
		return true;
	if (attr & ZYDIS_ATTRIB_HAS_REPE)
		return !(in->regs.rflags & FLAG_ZF);
	if (attr & ZYDIS_ATTRIB_HAS_REPNE)
		return in->regs.rflags & FLAG_ZF;
	return false;
}

/* Does the device's next element lie in the same page? */
static bool next_in_page(struct insn *in)
{
	uint64_t page = in->gpa & ~(uint64_t)(PAGE_SIZE - 1);

	in->gpa += in->regs.rflags & FLAG_DF ? -(uint64_t)in->width : in->width;
	return in->gpa >= page && in->gpa + in->width <= page + PAGE_SIZE;
}

int insn_string(struct insn *in)
{
	enum string_kind kind = kind_of(in->zydis.mnemonic);
	unsigned int count = 0;
	bool done;
	int ret;

	if (kind == NO_STRING)
		return -ENOTSUP;
	do {
		struct axvcpu_x86_regs before = in->regs;

		ret = element(in, kind);
		if (ret) {
			/* The elements before it stay done. This one is tried again. */
			in->regs = before;
			if (count)
				insn_commit(in, false);
			return ret == -ENOTSUP && count ? 0 : ret;
		}
		count++;
		done = over(in);
	} while (!done && next_in_page(in));
	insn_commit(in, done);
	return 0;
}
