// SPDX-License-Identifier: MIT
/*
 * Complete an instruction that met a device and that the kernel did not decode. Zydis
 * decodes it, this file carries it out.
 */
#include <errno.h>
#include <string.h>

#include "../access.h"
#include "../arch.h"
#include "alu.h"
#include "operand.h"
#include "stringop.h"
#include "vector.h"

#define PAGE_SIZE	4096U
#define CR0_PE		0x1U
#define EFER_LMA	0x400U
#define RFLAGS_VM	0x20000U

static int load_mode(struct insn *in)
{
	struct axvcpu_x86_control ctl;
	int ret;

	ret = axvcpu_vcpu_get_group(in->vcpu, AXVCPU_X86_GROUP_SEGMENTS, &in->segs,
				    sizeof(in->segs));
	if (ret < 0)
		return ret;
	ret = axvcpu_vcpu_get_group(in->vcpu, AXVCPU_X86_GROUP_CONTROL, &ctl, sizeof(ctl));
	if (ret < 0)
		return ret;
	if ((ctl.efer & EFER_LMA) && (in->segs.cs.attr & AXVCPU_X86_SEG_L))
		in->bits = 64;
	else if ((ctl.cr0 & CR0_PE) && !(in->regs.rflags & RFLAGS_VM) &&
		 (in->segs.cs.attr & AXVCPU_X86_SEG_DB))
		in->bits = 32;
	else
		in->bits = 16;
	return 0;
}

static int decode(struct insn *in)
{
	const struct axvcpu_raw *raw = &in->vcpu->run->out.raw;
	ZydisMachineMode mode = ZYDIS_MACHINE_MODE_LEGACY_16;
	ZydisStackWidth stack = ZYDIS_STACK_WIDTH_16;
	ZydisDecoder decoder;

	if (!(raw->valid & AXVCPU_RAW_INSN_BYTES) || raw->insn_bytes > sizeof(raw->insn))
		return -ENOTSUP;
	if (in->bits == 64) {
		mode = ZYDIS_MACHINE_MODE_LONG_64;
		stack = ZYDIS_STACK_WIDTH_64;
	} else {
		if (in->bits == 32)
			mode = ZYDIS_MACHINE_MODE_LEGACY_32;
		if (in->segs.ss.attr & AXVCPU_X86_SEG_DB)
			stack = ZYDIS_STACK_WIDTH_32;
	}
	if (!ZYAN_SUCCESS(ZydisDecoderInit(&decoder, mode, stack)) ||
	    !ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, raw->insn, raw->insn_bytes, &in->zydis,
						 in->ops)))
		return -ENOTSUP;
	return 0;
}

/*
 * Is this operand where the device is? The hardware's address decides; the page
 * offset tells two operands apart without a walk of the guest's tables.
 */
static bool is_device(struct insn *in, const ZydisDecodedOperand *op, bool walk)
{
	uint32_t access = in->fault_write ? AXVCPU_ACCESS_WRITE : AXVCPU_ACCESS_READ;
	ZydisOperandActions needs = in->fault_write ? ZYDIS_OPERAND_ACTION_MASK_WRITE :
						      ZYDIS_OPERAND_ACTION_MASK_READ;
	uint64_t linear, gpa;

	if (op->type != ZYDIS_OPERAND_TYPE_MEMORY || !(op->actions & needs) ||
	    insn_linear(in, op, &linear))
		return false;
	if ((linear ^ in->gpa) & (PAGE_SIZE - 1))
		return false;
	return !walk || (!axvcpu_vcpu_translate(in->vcpu, linear, access, &gpa) && gpa == in->gpa);
}

static int find_device(struct insn *in)
{
	bool string = in->zydis.meta.category == ZYDIS_CATEGORY_STRINGOP;
	unsigned int nr = string ? in->zydis.operand_count : in->zydis.operand_count_visible;
	uint64_t linear;

	in->device = NULL;
	for (unsigned int i = 0; i < nr && !in->device; i++)
		if (is_device(in, &in->ops[i], string))
			in->device = &in->ops[i];
	if (!in->device)
		return -ENOTSUP;
	in->width = in->device->size / 8;
	if (!in->width || in->width > 32 || in->width & (in->width - 1) ||
	    (in->gpa & (PAGE_SIZE - 1)) + in->width > PAGE_SIZE)
		return -ENOTSUP;
	/* Before a read that a write follows, check that the write is allowed. */
	if (in->fault_write || !(in->device->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE))
		return 0;
	insn_linear(in, in->device, &linear);
	return insn_probe_write(in, linear);
}

static uint64_t sign_extend(uint64_t value, uint32_t width)
{
	unsigned int shift = 64 - width * 8;

	return (uint64_t)((int64_t)(value << shift) >> shift);
}

static uint64_t swap_bytes(uint64_t value, uint32_t width)
{
	return __builtin_bswap64(value) >> (64 - width * 8);
}

/* Moves from the device to a register, with or without extension. */
static int load(struct insn *in)
{
	uint64_t value;
	int ret;

	if (in->ops[0].type != ZYDIS_OPERAND_TYPE_REGISTER ||
	    insn_get_reg(in, in->ops[0].reg.value, &value))
		return -ENOTSUP;
	ret = insn_device_read(in, &value);
	if (ret)
		return ret;
	switch (in->zydis.mnemonic) {
	case ZYDIS_MNEMONIC_MOVSX:
	case ZYDIS_MNEMONIC_MOVSXD:
		value = sign_extend(value, in->width);
		break;
	case ZYDIS_MNEMONIC_MOVBE:
		value = swap_bytes(value, in->width);
		break;
	default:
		break;
	}
	return insn_set_reg(in, in->ops[0].reg.value, value);
}

static int store(struct insn *in)
{
	uint64_t value;

	if (in->ops[1].type == ZYDIS_OPERAND_TYPE_IMMEDIATE)
		value = in->ops[1].imm.value.u;
	else if (in->ops[1].type != ZYDIS_OPERAND_TYPE_REGISTER ||
		 insn_get_reg(in, in->ops[1].reg.value, &value))
		return -ENOTSUP;
	if (in->zydis.mnemonic == ZYDIS_MNEMONIC_MOVBE)
		value = swap_bytes(value, in->width);
	return insn_device_write(in, value);
}

static int conditional_move(struct insn *in)
{
	uint64_t value, old;
	int ret;

	if (insn_get_reg(in, in->ops[0].reg.value, &old))
		return -ENOTSUP;
	ret = insn_device_read(in, &value);
	if (ret)
		return ret;
	if (!insn_condition(in, in->zydis.opcode & 0xf))
		value = old;
	return insn_set_reg(in, in->ops[0].reg.value, value);
}

/* The stack pointer, moved by @step bytes. */
static uint64_t stack_at(const struct insn *in, int step)
{
	uint64_t sp = (in->regs.gpr[AXVCPU_X86_RSP] + step) & insn_mask(in->zydis.stack_width / 8);

	if (in->bits == 64)
		return sp;
	return (in->segs.ss.base + sp) & 0xffffffff;
}

static void stack_move(struct insn *in, int step)
{
	uint64_t mask = insn_mask(in->zydis.stack_width / 8);
	__u64 *sp = &in->regs.gpr[AXVCPU_X86_RSP];

	*sp = (*sp & ~mask) | ((*sp + step) & mask);
}

static int push(struct insn *in)
{
	uint64_t linear = stack_at(in, -(int)in->width);
	uint64_t value;
	int ret;

	ret = insn_probe_write(in, linear);
	if (!ret)
		ret = insn_device_read(in, &value);
	if (!ret)
		ret = insn_store(in, linear, in->width, &value);
	if (!ret)
		stack_move(in, -(int)in->width);
	return ret;
}

static int pop(struct insn *in)
{
	uint64_t value = 0;
	int ret = insn_load(in, stack_at(in, 0), in->width, &value);

	if (!ret)
		ret = insn_device_write(in, value);
	if (!ret)
		stack_move(in, in->width);
	return ret;
}

static int move(struct insn *in)
{
	switch (in->zydis.mnemonic) {
	case ZYDIS_MNEMONIC_MOV:
	case ZYDIS_MNEMONIC_MOVBE:
	case ZYDIS_MNEMONIC_MOVNTI:
		return in->device == &in->ops[0] ? store(in) : load(in);
	case ZYDIS_MNEMONIC_MOVZX:
	case ZYDIS_MNEMONIC_MOVSX:
	case ZYDIS_MNEMONIC_MOVSXD:
		return load(in);
	case ZYDIS_MNEMONIC_PUSH:
		return push(in);
	case ZYDIS_MNEMONIC_POP:
		return pop(in);
	default:
		break;
	}
	switch (in->zydis.meta.category) {
	case ZYDIS_CATEGORY_CMOV:
		return conditional_move(in);
	case ZYDIS_CATEGORY_SETCC:
		return insn_device_write(in, insn_condition(in, in->zydis.opcode & 0xf));
	default:
		return -ENOTSUP;
	}
}

static int execute(struct insn *in)
{
	int ret;

	if (in->zydis.meta.category == ZYDIS_CATEGORY_STRINGOP)
		return insn_string(in);
	ret = insn_vector(in);
	if (ret == -ENOTSUP && in->width <= 8) {
		ret = move(in);
		if (ret == -ENOTSUP)
			ret = insn_alu(in);
		if (ret == -ENOTSUP)
			ret = insn_bit(in);
	}
	if (!ret)
		insn_commit(in, true);
	return ret;
}

int axvcpu_complete_mmio(struct axvcpu_vcpu *vcpu, const struct axvcpu_handlers *handlers,
			 void *opaque)
{
	const struct axvcpu_run_out *out = &vcpu->run->out;
	struct insn in = {
		.vcpu = vcpu,
		.handlers = handlers,
		.opaque = opaque,
		.regs = *axvcpu_x86_run_regs(vcpu),
	};
	int ret;

	if (out->reason != AXVCPU_EXIT_NESTED_PAGE_FAULT || out->fault.error ||
	    (out->fault.access & (AXVCPU_ACCESS_EXEC | AXVCPU_ACCESS_WALK)) ||
	    !HANDLER(handlers, mmio_read) || !HANDLER(handlers, mmio_write))
		return -ENOTSUP;
	in.gpa = out->fault.addr;
	in.fault_write = out->fault.access & AXVCPU_ACCESS_WRITE;
	ret = load_mode(&in);
	if (!ret)
		ret = decode(&in);
	if (!ret)
		ret = find_device(&in);
	if (!ret)
		ret = execute(&in);
	if (ret == AXVCPU_REFUSE_ACCESS)
		ret = arch_refuse(vcpu);
	return ret == INSN_FAULT ? 0 : ret;
}
