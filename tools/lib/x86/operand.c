// SPDX-License-Identifier: MIT
/*
 * Operands of an instruction: registers, addresses, memory.
 */
#include <errno.h>
#include <string.h>

#include "../access.h"
#include "../arch.h"
#include "operand.h"

#define PAGE_SIZE	4096U
#define VECTOR_PF	14
#define PF_PRESENT	0x1U
#define PF_WRITE	0x2U
#define PF_USER		0x4U

uint64_t insn_mask(uint32_t width)
{
	return width < 8 ? (1ULL << (width * 8)) - 1 : ~0ULL;
}

/* Where a register operand lives: index, width in bytes, shift in bits. */
static bool reg_place(ZydisRegister reg, unsigned int *index, uint32_t *width, unsigned int *shift)
{
	*shift = 0;
	if (reg >= ZYDIS_REGISTER_AL && reg <= ZYDIS_REGISTER_BL) {
		*index = reg - ZYDIS_REGISTER_AL;
		*width = 1;
	} else if (reg >= ZYDIS_REGISTER_AH && reg <= ZYDIS_REGISTER_BH) {
		*index = reg - ZYDIS_REGISTER_AH;
		*width = 1;
		*shift = 8;
	} else if (reg >= ZYDIS_REGISTER_SPL && reg <= ZYDIS_REGISTER_R15B) {
		*index = reg - ZYDIS_REGISTER_SPL + AXVCPU_X86_RSP;
		*width = 1;
	} else if (reg >= ZYDIS_REGISTER_AX && reg <= ZYDIS_REGISTER_R15W) {
		*index = reg - ZYDIS_REGISTER_AX;
		*width = 2;
	} else if (reg >= ZYDIS_REGISTER_EAX && reg <= ZYDIS_REGISTER_R15D) {
		*index = reg - ZYDIS_REGISTER_EAX;
		*width = 4;
	} else if (reg >= ZYDIS_REGISTER_RAX && reg <= ZYDIS_REGISTER_R15) {
		*index = reg - ZYDIS_REGISTER_RAX;
		*width = 8;
	} else {
		return false;
	}
	return true;
}

int insn_get_reg(const struct insn *in, ZydisRegister reg, uint64_t *value)
{
	unsigned int index, shift;
	uint32_t width;

	if (!reg_place(reg, &index, &width, &shift))
		return -ENOTSUP;
	*value = (in->regs.gpr[index] >> shift) & insn_mask(width);
	return 0;
}

int insn_set_reg(struct insn *in, ZydisRegister reg, uint64_t value)
{
	unsigned int index, shift;
	uint32_t width;
	uint64_t mask;

	if (!reg_place(reg, &index, &width, &shift))
		return -ENOTSUP;
	mask = insn_mask(width) << shift;
	value = (value << shift) & mask;
	if (width < 4)
		value |= in->regs.gpr[index] & ~mask;
	in->regs.gpr[index] = value;
	return 0;
}

static uint64_t segment_base(const struct insn *in, ZydisRegister segment)
{
	const struct axvcpu_x86_segment *seg;

	switch (segment) {
	case ZYDIS_REGISTER_FS:
		return in->segs.fs.base;
	case ZYDIS_REGISTER_GS:
		return in->segs.gs.base;
	case ZYDIS_REGISTER_ES:
		seg = &in->segs.es;
		break;
	case ZYDIS_REGISTER_CS:
		seg = &in->segs.cs;
		break;
	case ZYDIS_REGISTER_SS:
		seg = &in->segs.ss;
		break;
	default:
		seg = &in->segs.ds;
		break;
	}
	/* SDM volume 1, 3.4.2.1: these have base 0 in 64-bit mode */
	return in->bits == 64 ? 0 : seg->base;
}

static int address_part(const struct insn *in, ZydisRegister reg, uint64_t *value)
{
	*value = 0;
	if (reg == ZYDIS_REGISTER_NONE)
		return 0;
	if (reg == ZYDIS_REGISTER_RIP || reg == ZYDIS_REGISTER_EIP) {
		*value = in->regs.rip + in->zydis.length;
		return 0;
	}
	return insn_get_reg(in, reg, value);
}

/* The bit instructions with a register: the bit may lie far from the operand. */
static int64_t bit_displacement(const struct insn *in, const ZydisDecodedOperand *op)
{
	uint64_t value = 0;
	int64_t bit;

	switch (in->zydis.mnemonic) {
	case ZYDIS_MNEMONIC_BT:
	case ZYDIS_MNEMONIC_BTS:
	case ZYDIS_MNEMONIC_BTR:
	case ZYDIS_MNEMONIC_BTC:
		break;
	default:
		return 0;
	}
	if (in->ops[1].type != ZYDIS_OPERAND_TYPE_REGISTER ||
	    insn_get_reg(in, in->ops[1].reg.value, &value))
		return 0;
	bit = (int64_t)(value << (64 - op->size)) >> (64 - op->size);
	return (bit >> 3) & -(int64_t)(op->size / 8);
}

int insn_linear(const struct insn *in, const ZydisDecodedOperand *op, uint64_t *linear)
{
	uint64_t base, index, offset;

	if (op->mem.type != ZYDIS_MEMOP_TYPE_MEM || address_part(in, op->mem.base, &base) ||
	    address_part(in, op->mem.index, &index))
		return -ENOTSUP;
	/* SDM volume 2, POP: the address is computed after RSP has moved */
	if (in->zydis.mnemonic == ZYDIS_MNEMONIC_POP &&
	    (op->mem.base == ZYDIS_REGISTER_RSP || op->mem.base == ZYDIS_REGISTER_ESP))
		base += op->size / 8;
	offset = base + index * op->mem.scale + bit_displacement(in, op);
	if (op->mem.disp.has_displacement)
		offset += op->mem.disp.value;
	offset &= insn_mask(in->zydis.address_width / 8);
	*linear = segment_base(in, op->mem.segment) + offset;
	if (in->bits != 64)
		*linear &= 0xffffffff;
	return 0;
}

/* Inject the page fault that the guest's own page tables would have raised. */
static int inject_page_fault(struct insn *in, uint64_t linear, uint32_t access)
{
	uint32_t error = 0;
	uint64_t gpa;
	int ret;

	if (access == AXVCPU_ACCESS_WRITE) {
		error |= PF_WRITE;
		if (!axvcpu_vcpu_translate(in->vcpu, linear, AXVCPU_ACCESS_READ, &gpa))
			error |= PF_PRESENT;
	}
	if ((in->segs.ss.attr & AXVCPU_X86_SEG_DPL) == AXVCPU_X86_SEG_DPL)
		error |= PF_USER;
	ret = axvcpu_vcpu_inject(in->vcpu, AXVCPU_INJECT_EXCEPTION, VECTOR_PF,
				 AXVCPU_EVENT_HAS_ERROR | AXVCPU_EVENT_HAS_ADDRESS, error, linear);
	return ret ? ret : INSN_FAULT;
}

static int translate(struct insn *in, uint64_t linear, uint32_t access, uint64_t *gpa)
{
	int ret = axvcpu_vcpu_translate(in->vcpu, linear, access, gpa);

	return ret == -EFAULT ? inject_page_fault(in, linear, access) : ret;
}

int insn_probe_write(struct insn *in, uint64_t linear)
{
	uint64_t gpa;

	return translate(in, linear, AXVCPU_ACCESS_WRITE, &gpa);
}

/* Access a piece within one page. It is guest memory if there is any, else a device. */
static int access_piece(struct insn *in, uint64_t gpa, uint32_t width, void *data, bool write)
{
	uint8_t *hva = axvcpu_vm_hva(in->vcpu->vm, gpa, width, write ? AXVCPU_ACCESS_WRITE : 0);

	if (hva) {
		memcpy(write ? hva : data, write ? data : hva, width);
		return 0;
	}
	if (axvcpu_vm_hva(in->vcpu->vm, gpa, 1, 0) || width & (width - 1))
		return -ENOTSUP;
	if (write ? !HANDLER(in->handlers, mmio_write) : !HANDLER(in->handlers, mmio_read))
		return -ENOTSUP;
	return write ? mmio_write(in->handlers, in->opaque, gpa, width, data) :
		       mmio_read(in->handlers, in->opaque, gpa, width, data);
}

static int access(struct insn *in, uint64_t linear, uint32_t width, void *data, bool write)
{
	uint32_t access = write ? AXVCPU_ACCESS_WRITE : AXVCPU_ACCESS_READ;
	uint32_t first = PAGE_SIZE - (linear & (PAGE_SIZE - 1));
	uint64_t gpa[2];
	int ret;

	if (first > width)
		first = width;
	ret = translate(in, linear, access, &gpa[0]);
	if (!ret && first < width)
		ret = translate(in, linear + first, access, &gpa[1]);
	if (!ret)
		ret = access_piece(in, gpa[0], first, data, write);
	if (!ret && first < width)
		ret = access_piece(in, gpa[1], width - first, (uint8_t *)data + first, write);
	return ret;
}

int insn_load(struct insn *in, uint64_t linear, uint32_t width, void *data)
{
	return access(in, linear, width, data, false);
}

int insn_store(struct insn *in, uint64_t linear, uint32_t width, const void *data)
{
	return access(in, linear, width, (void *)data, true);
}

int insn_device_read(struct insn *in, uint64_t *value)
{
	*value = 0;
	return mmio_read(in->handlers, in->opaque, in->gpa, in->width, value);
}

int insn_device_write(struct insn *in, uint64_t value)
{
	return mmio_write(in->handlers, in->opaque, in->gpa, in->width, &value);
}

void insn_commit(struct insn *in, bool done)
{
	if (done) {
		in->regs.rip += in->zydis.length;
		if (in->bits != 64)
			in->regs.rip &= insn_mask(in->bits / 8);
	}
	in->regs.rflags &= ~(uint64_t)FLAG_RF;
	*axvcpu_x86_run_regs(in->vcpu) = in->regs;
}
