// SPDX-License-Identifier: MIT
/*
 * SSE and AVX moves between a device and a register. Compilers use them to copy memory
 * and to store floating-point numbers.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../access.h"
#include "operand.h"
#include "vector.h"

/* SDM volume 1, 13.4: layout of the XSAVE area, standard format. */
#define XSAVE_XMM	160
#define XSAVE_BV	512
#define XSAVE_YMM	576
#define XSAVE_BV_SSE	0x2U
#define XSAVE_BV_AVX	0x4U

#define VECTOR_MAX	32

/* Moves that copy as many bytes as their memory operand has. */
static bool is_move(ZydisMnemonic mnemonic)
{
	switch (mnemonic) {
	case ZYDIS_MNEMONIC_MOVAPS: case ZYDIS_MNEMONIC_VMOVAPS:
	case ZYDIS_MNEMONIC_MOVAPD: case ZYDIS_MNEMONIC_VMOVAPD:
	case ZYDIS_MNEMONIC_MOVUPS: case ZYDIS_MNEMONIC_VMOVUPS:
	case ZYDIS_MNEMONIC_MOVUPD: case ZYDIS_MNEMONIC_VMOVUPD:
	case ZYDIS_MNEMONIC_MOVDQA: case ZYDIS_MNEMONIC_VMOVDQA:
	case ZYDIS_MNEMONIC_MOVDQU: case ZYDIS_MNEMONIC_VMOVDQU:
	case ZYDIS_MNEMONIC_LDDQU: case ZYDIS_MNEMONIC_VLDDQU:
	case ZYDIS_MNEMONIC_MOVNTDQ: case ZYDIS_MNEMONIC_VMOVNTDQ:
	case ZYDIS_MNEMONIC_MOVNTPS: case ZYDIS_MNEMONIC_VMOVNTPS:
	case ZYDIS_MNEMONIC_MOVNTPD: case ZYDIS_MNEMONIC_VMOVNTPD:
	case ZYDIS_MNEMONIC_MOVNTDQA: case ZYDIS_MNEMONIC_VMOVNTDQA:
	case ZYDIS_MNEMONIC_MOVD: case ZYDIS_MNEMONIC_VMOVD:
	case ZYDIS_MNEMONIC_MOVQ: case ZYDIS_MNEMONIC_VMOVQ:
	case ZYDIS_MNEMONIC_MOVSS: case ZYDIS_MNEMONIC_VMOVSS:
	case ZYDIS_MNEMONIC_MOVSD: case ZYDIS_MNEMONIC_VMOVSD:
		return true;
	default:
		return false;
	}
}

static int vector_index(const ZydisDecodedOperand *op)
{
	if (op->type != ZYDIS_OPERAND_TYPE_REGISTER)
		return -ENOTSUP;
	if (op->reg.value >= ZYDIS_REGISTER_XMM0 && op->reg.value <= ZYDIS_REGISTER_XMM15)
		return op->reg.value - ZYDIS_REGISTER_XMM0;
	if (op->reg.value >= ZYDIS_REGISTER_YMM0 && op->reg.value <= ZYDIS_REGISTER_YMM15)
		return op->reg.value - ZYDIS_REGISTER_YMM0;
	return -ENOTSUP;
}

/* The vCPU's XSAVE area and its size, or -errno. */
static int get_area(struct insn *in, uint8_t **area, uint32_t *size)
{
	uint32_t len = 0;
	int ret = axvcpu_vcpu_get_state(in->vcpu, AXVCPU_X86_GROUP_XSAVE, NULL, &len);

	if (ret != -ENOSPC)
		return ret ? ret : -ENOTSUP;
	*area = calloc(1, len);
	if (!*area)
		return -ENOMEM;
	ret = axvcpu_vcpu_get_group(in->vcpu, AXVCPU_X86_GROUP_XSAVE, *area, len);
	if (ret < XSAVE_XMM + 16 * 16) {
		free(*area);
		return ret < 0 ? ret : -ENOTSUP;
	}
	*size = ret;
	return 0;
}

static bool component(const uint8_t *area, uint32_t size, uint32_t bit)
{
	uint64_t bv = XSAVE_BV_SSE;

	if (size >= XSAVE_YMM)
		memcpy(&bv, area + XSAVE_BV, sizeof(bv));
	return bv & bit;
}

static void set_component(uint8_t *area, uint32_t size, uint32_t bit)
{
	uint64_t bv;

	if (size < XSAVE_YMM)
		return;
	memcpy(&bv, area + XSAVE_BV, sizeof(bv));
	bv |= bit;
	memcpy(area + XSAVE_BV, &bv, sizeof(bv));
}

/* A component whose bit in XSTATE_BV is clear counts as zero, whatever its bytes are. */
static void get_register(const uint8_t *area, uint32_t size, unsigned int index, uint8_t *data)
{
	memset(data, 0, VECTOR_MAX);
	if (component(area, size, XSAVE_BV_SSE))
		memcpy(data, area + XSAVE_XMM + index * 16, 16);
	if (size >= XSAVE_YMM + 256 && component(area, size, XSAVE_BV_AVX))
		memcpy(data + 16, area + XSAVE_YMM + index * 16, 16);
}

/* SSE leaves the upper half of a YMM register alone, AVX clears what it does not write. */
static int set_register(uint8_t *area, uint32_t size, unsigned int index, const uint8_t *data,
			bool avx)
{
	if (!component(area, size, XSAVE_BV_SSE))
		memset(area + XSAVE_XMM, 0, 16 * 16);
	memcpy(area + XSAVE_XMM + index * 16, data, 16);
	set_component(area, size, XSAVE_BV_SSE);
	if (!avx)
		return 0;
	if (size < XSAVE_YMM + 256)
		return -ENOTSUP;
	if (!component(area, size, XSAVE_BV_AVX))
		memset(area + XSAVE_YMM, 0, 16 * 16);
	memcpy(area + XSAVE_YMM + index * 16, data + 16, 16);
	set_component(area, size, XSAVE_BV_AVX);
	return 0;
}

int insn_vector(struct insn *in)
{
	bool store = in->device == &in->ops[0];
	bool avx = in->zydis.encoding == ZYDIS_INSTRUCTION_ENCODING_VEX;
	uint8_t data[VECTOR_MAX] = { 0 };
	uint32_t size = 0;
	uint8_t *area;
	int index, ret;

	if (!is_move(in->zydis.mnemonic) ||
	    (!avx && in->zydis.encoding != ZYDIS_INSTRUCTION_ENCODING_LEGACY))
		return -ENOTSUP;
	index = vector_index(&in->ops[store ? 1 : 0]);
	if (index < 0)
		return index;
	ret = get_area(in, &area, &size);
	if (ret)
		return ret;
	if (store) {
		get_register(area, size, index, data);
		ret = mmio_write(in->handlers, in->opaque, in->gpa, in->width, data);
		goto out;
	}
	ret = mmio_read(in->handlers, in->opaque, in->gpa, in->width, data);
	if (!ret)
		ret = set_register(area, size, index, data, avx);
	if (!ret)
		ret = axvcpu_vcpu_set_group(in->vcpu, AXVCPU_X86_GROUP_XSAVE, area, size);
out:
	free(area);
	return ret;
}
