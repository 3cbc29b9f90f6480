// SPDX-License-Identifier: MIT
/*
 * arm64: loads and stores whose syndrome the hardware does not describe: pairs,
 * pre- and post-indexed ones, and those of vector registers. Arm ARM C4.1.88.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../access.h"
#include "../arch.h"

#define PAGE_MASK	0xfffULL
#define PAGE_BYTES	4096
#define INSN_LEN	4
#define SP		31

/**
 * struct access - a load or store
 * @load: it is a load
 * @vector: of vector registers
 * @sign: sign-extend to 64 bits (LDPSW, LDRS*)
 * @sign32: ... to 32 bits
 * @width: bytes of one register: 1 to 16
 * @count: registers: 1 or 2
 * @reg: which
 * @base: register with the address; 31: SP
 * @offset: added to it for the access
 * @writeback: added to it for good
 */
struct access {
	bool load;
	bool vector;
	bool sign;
	bool sign32;
	uint32_t width;
	uint32_t count;
	uint32_t reg[2];
	uint32_t base;
	int64_t offset;
	int64_t writeback;
};

static int64_t sign_extend(uint64_t value, unsigned int bits)
{
	return (int64_t)(value << (64 - bits)) >> (64 - bits);
}

/* opc:2 101 V:1 0 mode:2 L:1 imm:7 Rt2:5 Rn:5 Rt:5 */
static int decode_pair(uint32_t insn, struct access *a)
{
	uint32_t opc = insn >> 30, mode = insn >> 23 & 3;
	int64_t offset;

	a->vector = insn >> 26 & 1;
	a->load = insn >> 22 & 1;
	a->count = 2;
	a->reg[0] = insn & 31;
	a->reg[1] = insn >> 10 & 31;
	if (opc == 3)
		return -ENOTSUP;
	if (a->vector) {
		a->width = 4 << opc;
	} else {
		a->width = opc == 2 ? 8 : 4;
		a->sign = opc == 1;
		if (a->sign && !a->load)
			return -ENOTSUP;
	}
	offset = sign_extend(insn >> 15 & 0x7f, 7) * a->width;
	a->offset = mode == 1 ? 0 : offset;
	a->writeback = mode == 1 || mode == 3 ? offset : 0;
	return 0;
}

/* size:2 111 V:1 0 U:1 opc:2 ... Rn:5 Rt:5 */
static int decode_single(uint32_t insn, struct access *a)
{
	uint32_t size = insn >> 30, opc = insn >> 22 & 3, mode = insn >> 10 & 3;
	int64_t offset = sign_extend(insn >> 12 & 0x1ff, 9);

	a->vector = insn >> 26 & 1;
	a->count = 1;
	a->reg[0] = insn & 31;
	if (a->vector) {
		a->load = opc & 1;
		a->width = opc & 2 ? 16 : 1 << size;
		if (opc & 2 && size)
			return -ENOTSUP;
	} else {
		a->load = opc;
		a->width = 1 << size;
		a->sign = opc == 2;
		a->sign32 = opc == 3;
		if ((opc == 2 && size == 3) || (opc == 3 && size >= 2))
			return -ENOTSUP;
	}
	if (insn >> 24 & 1) {
		a->offset = (int64_t)(insn >> 10 & 0xfff) * a->width;
		return 0;
	}
	/* With a register offset the hardware gives a syndrome, but not for vector registers. */
	if (insn >> 21 & 1 || mode == 2)
		return -ENOTSUP;
	a->offset = mode == 1 ? 0 : offset;
	a->writeback = mode == 1 || mode == 3 ? offset : 0;
	return 0;
}

static int decode(uint32_t insn, struct access *a)
{
	*a = (struct access){ .base = insn >> 5 & 31 };
	if ((insn >> 27 & 7) == 5 && !(insn >> 25 & 1))
		return decode_pair(insn, a);
	if ((insn >> 27 & 7) == 7 && !(insn >> 25 & 1))
		return decode_single(insn, a);
	return -ENOTSUP;
}

static __u64 *base_reg(struct axvcpu_arm64_regs *regs, uint32_t base)
{
	if (base != SP)
		return &regs->x[base];
	return regs->pstate & 1 ? &regs->sp_el1 : &regs->sp_el0;
}

static void load_gpr(struct axvcpu_arm64_regs *regs, const struct access *a, uint32_t reg,
		     uint64_t value)
{
	if (reg == AXVCPU_ARM64_REG_ZERO)
		return;
	if (a->sign || a->sign32)
		value = sign_extend(value, a->width * 8);
	if (a->sign32)
		value = (uint32_t)value;
	regs->x[reg] = value;
}

/* Copy the one or two registers between @data and the vCPU. */
static void registers(struct axvcpu_arm64_regs *regs, struct axvcpu_arm64_fpsimd *fp,
		      const struct access *a, uint8_t *data)
{
	for (uint32_t i = 0; i < a->count; i++, data += a->width) {
		uint64_t value = 0;

		if (a->vector && a->load) {
			memset(fp->v[a->reg[i]], 0, sizeof(fp->v[0]));
			memcpy(fp->v[a->reg[i]], data, a->width);
		} else if (a->vector) {
			memcpy(data, fp->v[a->reg[i]], a->width);
		} else if (a->load) {
			memcpy(&value, data, a->width);
			load_gpr(regs, a, a->reg[i], value);
		} else {
			value = a->reg[i] < 31 ? regs->x[a->reg[i]] : 0;
			memcpy(data, &value, a->width);
		}
	}
}

/* The device sees one access for each register. */
static int transfer(const struct axvcpu_handlers *handlers, void *opaque, uint64_t gpa,
		    const struct access *a, uint8_t *data)
{
	int ret = 0;

	for (uint32_t i = 0; !ret && i < a->count; i++) {
		if (a->load)
			ret = mmio_read(handlers, opaque, gpa + i * a->width, a->width,
					data + i * a->width);
		else
			ret = mmio_write(handlers, opaque, gpa + i * a->width, a->width,
					 data + i * a->width);
	}
	return ret;
}

static int carry_out(struct axvcpu_vcpu *vcpu, const struct axvcpu_handlers *handlers,
		     void *opaque, const struct access *a)
{
	struct axvcpu_arm64_regs *regs = axvcpu_arm64_run_regs(vcpu);
	__u64 *base = base_reg(regs, a->base);
	uint64_t gpa = vcpu->run->out.fault.addr;
	uint64_t address = *base + a->offset;
	struct axvcpu_arm64_fpsimd fp;
	uint8_t data[32];
	int ret;

	if ((address & PAGE_MASK) != (gpa & PAGE_MASK) ||
	    (gpa & PAGE_MASK) + a->width * a->count > PAGE_BYTES)
		return -ENOTSUP;
	if (a->vector) {
		ret = axvcpu_vcpu_get_group(vcpu, AXVCPU_ARM64_GROUP_FPSIMD, &fp, sizeof(fp));
		if (ret < 0)
			return ret;
	}
	if (!a->load)
		registers(regs, &fp, a, data);
	ret = transfer(handlers, opaque, gpa, a, data);
	if (ret)
		return ret;
	*base += a->writeback;
	if (a->load)
		registers(regs, &fp, a, data);
	regs->pc += INSN_LEN;
	if (!a->load || !a->vector)
		return 0;
	return axvcpu_vcpu_set_group(vcpu, AXVCPU_ARM64_GROUP_FPSIMD, &fp, sizeof(fp));
}

int axvcpu_complete_mmio(struct axvcpu_vcpu *vcpu, const struct axvcpu_handlers *handlers,
			 void *opaque)
{
	const struct axvcpu_run_out *out = &vcpu->run->out;
	struct access a;
	uint32_t insn;
	int ret;

	if (out->reason != AXVCPU_EXIT_NESTED_PAGE_FAULT || out->fault.error ||
	    out->fault.access & (AXVCPU_ACCESS_EXEC | AXVCPU_ACCESS_WALK) ||
	    out->raw.insn_bytes < sizeof(insn) ||
	    !HANDLER(handlers, mmio_read) || !HANDLER(handlers, mmio_write))
		return -ENOTSUP;
	memcpy(&insn, out->raw.insn, sizeof(insn));
	ret = decode(insn, &a);
	if (!ret && a.load != !(out->fault.access & AXVCPU_ACCESS_WRITE))
		ret = -ENOTSUP;
	if (!ret)
		ret = carry_out(vcpu, handlers, opaque, &a);
	return ret == AXVCPU_REFUSE_ACCESS ? arch_refuse(vcpu) : ret;
}
