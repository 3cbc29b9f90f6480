// SPDX-License-Identifier: MIT
/*
 * Arithmetic, logic and bit instructions with the device as an operand.
 * Results and flags: SDM volume 2, the instructions' own pages.
 */
#include <errno.h>

#include "alu.h"
#include "operand.h"

static uint64_t sign_bit(uint32_t width)
{
	return 1ULL << (width * 8 - 1);
}

static uint64_t result_flags(uint64_t result, uint32_t width)
{
	uint64_t flags = 0;

	if (!(result & insn_mask(width)))
		flags |= FLAG_ZF;
	if (result & sign_bit(width))
		flags |= FLAG_SF;
	if (!__builtin_parity(result & 0xff))
		flags |= FLAG_PF;
	return flags;
}

static void put_flags(struct insn *in, uint64_t flags, uint64_t which)
{
	in->regs.rflags = (in->regs.rflags & ~which) | (flags & which);
}

static uint64_t flags_add(uint64_t a, uint64_t b, uint64_t carry, uint32_t width, uint64_t *sum)
{
	uint64_t r = (a + b + carry) & insn_mask(width);
	uint64_t flags = result_flags(r, width);

	if (r < a || (carry && r == a))
		flags |= FLAG_CF;
	if ((a ^ b ^ r) & 0x10)
		flags |= FLAG_AF;
	if (~(a ^ b) & (a ^ r) & sign_bit(width))
		flags |= FLAG_OF;
	*sum = r;
	return flags;
}

static uint64_t flags_sub(uint64_t a, uint64_t b, uint64_t borrow, uint32_t width,
			  uint64_t *difference)
{
	uint64_t r = (a - b - borrow) & insn_mask(width);
	uint64_t flags = result_flags(r, width);

	if (a < b || (borrow && a == b))
		flags |= FLAG_CF;
	if ((a ^ b ^ r) & 0x10)
		flags |= FLAG_AF;
	if ((a ^ b) & (a ^ r) & sign_bit(width))
		flags |= FLAG_OF;
	*difference = r;
	return flags;
}

void insn_flags_sub(struct insn *in, uint64_t a, uint64_t b, uint32_t width)
{
	uint64_t r;

	put_flags(in, flags_sub(a, b, 0, width, &r), FLAGS_ARITH);
}

bool insn_condition(const struct insn *in, unsigned int code)
{
	uint64_t f = in->regs.rflags;
	bool less = !(f & FLAG_SF) != !(f & FLAG_OF);
	bool zero = f & FLAG_ZF;
	/* SDM volume 2, B.1.4.7; bit 0 negates */
	const bool holds[8] = {
		f & FLAG_OF, f & FLAG_CF, zero, zero || (f & FLAG_CF),
		f & FLAG_SF, f & FLAG_PF, less, zero || less,
	};

	return holds[code >> 1 & 7] != (code & 1);
}

/* The operand that is not the device. */
static int other_operand(struct insn *in, const ZydisDecodedOperand *op, uint64_t *value)
{
	if (op->type == ZYDIS_OPERAND_TYPE_IMMEDIATE) {
		*value = op->imm.value.u & insn_mask(in->width);
		return 0;
	}
	if (op->type == ZYDIS_OPERAND_TYPE_REGISTER)
		return insn_get_reg(in, op->reg.value, value);
	return -ENOTSUP;
}

static int compute(struct insn *in, uint64_t a, uint64_t b, uint64_t *result)
{
	uint64_t carry = !!(in->regs.rflags & FLAG_CF);
	uint64_t flags;

	switch (in->zydis.mnemonic) {
	case ZYDIS_MNEMONIC_ADD:
		flags = flags_add(a, b, 0, in->width, result);
		break;
	case ZYDIS_MNEMONIC_ADC:
		flags = flags_add(a, b, carry, in->width, result);
		break;
	case ZYDIS_MNEMONIC_SUB:
	case ZYDIS_MNEMONIC_CMP:
		flags = flags_sub(a, b, 0, in->width, result);
		break;
	case ZYDIS_MNEMONIC_SBB:
		flags = flags_sub(a, b, carry, in->width, result);
		break;
	case ZYDIS_MNEMONIC_AND:
	case ZYDIS_MNEMONIC_TEST:
		*result = a & b;
		flags = result_flags(*result, in->width);
		break;
	case ZYDIS_MNEMONIC_OR:
		*result = a | b;
		flags = result_flags(*result, in->width);
		break;
	case ZYDIS_MNEMONIC_XOR:
		*result = a ^ b;
		flags = result_flags(*result, in->width);
		break;
	default:
		return -ENOTSUP;
	}
	put_flags(in, flags, FLAGS_ARITH);
	return 0;
}

static int two_operands(struct insn *in)
{
	bool device_first = in->device == &in->ops[0];
	const ZydisDecodedOperand *other = device_first ? &in->ops[1] : &in->ops[0];
	uint64_t dev, reg, result;
	int ret;

	ret = other_operand(in, other, &reg);
	if (!ret)
		ret = insn_device_read(in, &dev);
	if (!ret)
		ret = compute(in, device_first ? dev : reg, device_first ? reg : dev, &result);
	if (ret || !(in->ops[0].actions & ZYDIS_OPERAND_ACTION_WRITE))
		return ret;
	return device_first ? insn_device_write(in, result) :
			      insn_set_reg(in, other->reg.value, result);
}

static int one_operand(struct insn *in)
{
	uint64_t keep = FLAG_CF;
	uint64_t a, r, flags;
	int ret = insn_device_read(in, &a);

	if (ret)
		return ret;
	switch (in->zydis.mnemonic) {
	case ZYDIS_MNEMONIC_INC:
		flags = flags_add(a, 1, 0, in->width, &r);
		break;
	case ZYDIS_MNEMONIC_DEC:
		flags = flags_sub(a, 1, 0, in->width, &r);
		break;
	case ZYDIS_MNEMONIC_NEG:
		flags = flags_sub(0, a, 0, in->width, &r);
		keep = 0;
		break;
	default: /* NOT */
		r = ~a & insn_mask(in->width);
		flags = 0;
		keep = FLAGS_ARITH;
		break;
	}
	put_flags(in, flags, FLAGS_ARITH & ~keep);
	return insn_device_write(in, r);
}

static int exchange(struct insn *in)
{
	const ZydisDecodedOperand *other = in->device == &in->ops[0] ? &in->ops[1] : &in->ops[0];
	uint64_t dev, reg, sum;
	int ret;

	ret = other_operand(in, other, &reg);
	if (!ret)
		ret = insn_device_read(in, &dev);
	if (ret)
		return ret;
	if (in->zydis.mnemonic == ZYDIS_MNEMONIC_XADD) {
		put_flags(in, flags_add(dev, reg, 0, in->width, &sum), FLAGS_ARITH);
		reg = sum;
	}
	ret = insn_device_write(in, reg);
	return ret ? ret : insn_set_reg(in, other->reg.value, dev);
}

static int compare_exchange(struct insn *in)
{
	static const ZydisRegister accumulator[] = {
		[1] = ZYDIS_REGISTER_AL,
		[2] = ZYDIS_REGISTER_AX,
		[4] = ZYDIS_REGISTER_EAX,
		[8] = ZYDIS_REGISTER_RAX,
	};
	ZydisRegister acc = accumulator[in->width];
	uint64_t dev, reg, value;
	int ret;

	ret = other_operand(in, &in->ops[1], &reg);
	if (!ret)
		ret = insn_get_reg(in, acc, &value);
	if (!ret)
		ret = insn_device_read(in, &dev);
	if (ret)
		return ret;
	insn_flags_sub(in, value, dev, in->width);
	/* The destination is written in both cases. On a mismatch it gets its own value. */
	ret = insn_device_write(in, value == dev ? reg : dev);
	if (ret || value == dev)
		return ret;
	return insn_set_reg(in, acc, dev);
}

int insn_alu(struct insn *in)
{
	switch (in->zydis.mnemonic) {
	case ZYDIS_MNEMONIC_ADD:
	case ZYDIS_MNEMONIC_ADC:
	case ZYDIS_MNEMONIC_SUB:
	case ZYDIS_MNEMONIC_SBB:
	case ZYDIS_MNEMONIC_CMP:
	case ZYDIS_MNEMONIC_AND:
	case ZYDIS_MNEMONIC_TEST:
	case ZYDIS_MNEMONIC_OR:
	case ZYDIS_MNEMONIC_XOR:
		return two_operands(in);
	case ZYDIS_MNEMONIC_INC:
	case ZYDIS_MNEMONIC_DEC:
	case ZYDIS_MNEMONIC_NEG:
	case ZYDIS_MNEMONIC_NOT:
		return one_operand(in);
	case ZYDIS_MNEMONIC_XCHG:
	case ZYDIS_MNEMONIC_XADD:
		return exchange(in);
	case ZYDIS_MNEMONIC_CMPXCHG:
		return compare_exchange(in);
	default:
		return -ENOTSUP;
	}
}

int insn_bit(struct insn *in)
{
	uint64_t value, index, bit;
	int ret;

	switch (in->zydis.mnemonic) {
	case ZYDIS_MNEMONIC_BT:
	case ZYDIS_MNEMONIC_BTS:
	case ZYDIS_MNEMONIC_BTR:
	case ZYDIS_MNEMONIC_BTC:
		break;
	default:
		return -ENOTSUP;
	}
	ret = other_operand(in, &in->ops[1], &index);
	if (!ret)
		ret = insn_device_read(in, &value);
	if (ret)
		return ret;
	bit = 1ULL << (index & (in->width * 8 - 1));
	put_flags(in, value & bit ? FLAG_CF : 0, FLAG_CF);
	switch (in->zydis.mnemonic) {
	case ZYDIS_MNEMONIC_BTS:
		return insn_device_write(in, value | bit);
	case ZYDIS_MNEMONIC_BTR:
		return insn_device_write(in, value & ~bit);
	case ZYDIS_MNEMONIC_BTC:
		return insn_device_write(in, value ^ bit);
	default:
		return 0;
	}
}
