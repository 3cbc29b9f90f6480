// SPDX-License-Identifier: MIT
/*
 * arm64: registers and faults.
 */
#include <errno.h>
#include <stdlib.h>

#include "../arch.h"

#define CLASS_UNKNOWN	0x00
#define CLASS_DABT	0x24
/* ISS of a synchronous external abort, which an access gets that nobody answers. */
#define ISS_EXTERNAL	0x10

/* Register 31 reads as zero. What is written to it is dropped. */
static __thread __u64 zero;

__u64 *arch_gpr(const struct axvcpu_vcpu *vcpu, uint32_t reg)
{
	if (reg == AXVCPU_ARM64_REG_ZERO) {
		zero = 0;
		return &zero;
	}
	return reg < 31 ? &axvcpu_arm64_run_regs(vcpu)->x[reg] : NULL;
}

int arch_complete_sysreg(struct axvcpu_vcpu *vcpu, uint32_t reg, uint64_t value)
{
	(void)vcpu;
	(void)reg;
	(void)value;
	return -EINVAL;
}

/* Rewind to the instruction and inject an abort. REFUSE could not give its syndrome. */
static int raise_abort(struct axvcpu_vcpu *vcpu)
{
	const struct axvcpu_raw *raw = &vcpu->run->out.raw;
	uint32_t flags = AXVCPU_EVENT_HAS_ERROR;

	if (raw->valid & AXVCPU_RAW_GVA)
		flags |= AXVCPU_EVENT_HAS_ADDRESS;
	axvcpu_set_pc(vcpu, raw->insn_pc);
	return axvcpu_vcpu_inject(vcpu, AXVCPU_INJECT_EXCEPTION, CLASS_DABT, flags, ISS_EXTERNAL,
				  raw->valid & AXVCPU_RAW_GVA ? raw->gva : 0);
}

int arch_refuse(struct axvcpu_vcpu *vcpu)
{
	switch (vcpu->run->out.reason) {
	case AXVCPU_EXIT_MMIO_READ:
	case AXVCPU_EXIT_MMIO_WRITE:
	case AXVCPU_EXIT_NESTED_PAGE_FAULT:
		return raise_abort(vcpu);
	}
	return axvcpu_vcpu_refuse(vcpu, CLASS_UNKNOWN, 0, 0);
}

uint64_t axvcpu_get_gpr(const struct axvcpu_vcpu *vcpu, uint32_t reg)
{
	const __u64 *gpr = arch_gpr(vcpu, reg);

	return gpr ? *gpr : 0;
}

int axvcpu_set_gpr(struct axvcpu_vcpu *vcpu, uint32_t reg, uint64_t value)
{
	__u64 *gpr = arch_gpr(vcpu, reg);

	if (!gpr || gpr == &zero)
		return -EINVAL;
	*gpr = value;
	return 0;
}

uint64_t axvcpu_get_pc(const struct axvcpu_vcpu *vcpu)
{
	return axvcpu_arm64_run_regs(vcpu)->pc;
}

void axvcpu_set_pc(struct axvcpu_vcpu *vcpu, uint64_t pc)
{
	axvcpu_arm64_run_regs(vcpu)->pc = pc;
}

void axvcpu_set_return_value(struct axvcpu_vcpu *vcpu, uint64_t value)
{
	axvcpu_arm64_run_regs(vcpu)->x[0] = value;
}

const char *axvcpu_gpr_name(uint32_t reg)
{
	static const char names[31][4] = {
		"x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10",
		"x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20",
		"x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x29", "x30",
	};

	return reg < 31 ? names[reg] : NULL;
}

/* Read the list of a group. The caller frees it. NULL: @error says why. */
static struct axvcpu_state_record *list_get(struct axvcpu_vcpu *vcpu, uint32_t group, int *error)
{
	struct axvcpu_state_record *rec;
	uint32_t len = 0;

	*error = axvcpu_vcpu_get_state(vcpu, group, NULL, &len);
	if (*error != -ENOSPC)
		return NULL;
	rec = malloc(len);
	*error = rec ? axvcpu_vcpu_get_state(vcpu, group, rec, &len) : -ENOMEM;
	if (!*error)
		return rec;
	free(rec);
	return NULL;
}

int axvcpu_arm64_get_sysreg(struct axvcpu_vcpu *vcpu, uint32_t id, uint64_t *value)
{
	const struct axvcpu_arm64_sysreg *reg;
	struct axvcpu_state_record *rec;
	int ret;

	rec = list_get(vcpu, AXVCPU_ARM64_GROUP_SYSREGS, &ret);
	if (!rec)
		return ret;
	ret = -ENOENT;
	reg = (const struct axvcpu_arm64_sysreg *)(rec + 1);
	for (uint32_t i = 0; i < rec->size / sizeof(*reg); i++) {
		if (reg[i].id == id) {
			*value = reg[i].value;
			ret = 0;
			break;
		}
	}
	free(rec);
	return ret;
}

int axvcpu_arm64_set_sysreg(struct axvcpu_vcpu *vcpu, uint32_t id, uint64_t value)
{
	struct axvcpu_arm64_sysreg reg = { .id = id, .value = value };

	return axvcpu_vcpu_set_group(vcpu, AXVCPU_ARM64_GROUP_SYSREGS, &reg, sizeof(reg));
}
