// SPDX-License-Identifier: MIT
/*
 * x86: registers, faults, CPUID and MSRs.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../arch.h"
#include "../device.h"

#define VECTOR_UD	6
#define VECTOR_GP	13

__u64 *arch_gpr(const struct axvcpu_vcpu *vcpu, uint32_t reg)
{
	return reg < 16 ? &axvcpu_x86_run_regs(vcpu)->gpr[reg] : NULL;
}

int arch_complete_sysreg(struct axvcpu_vcpu *vcpu, uint32_t reg, uint64_t value)
{
	struct axvcpu_x86_regs *regs = axvcpu_x86_run_regs(vcpu);

	if (reg != AXVCPU_X86_REG_EDX_EAX)
		return -EINVAL;
	regs->gpr[AXVCPU_X86_RAX] = (uint32_t)value;
	regs->gpr[AXVCPU_X86_RDX] = value >> 32;
	return 0;
}

int arch_refuse(struct axvcpu_vcpu *vcpu)
{
	switch (vcpu->run->out.reason) {
	case AXVCPU_EXIT_HYPERCALL:
		return axvcpu_vcpu_refuse(vcpu, VECTOR_UD, 0, 0);
	case AXVCPU_EXIT_NESTED_PAGE_FAULT:
		/* The instruction was not completed, so RIP is still at it. */
		return axvcpu_vcpu_inject(vcpu, AXVCPU_INJECT_EXCEPTION, VECTOR_GP,
					  AXVCPU_EVENT_HAS_ERROR, 0, 0);
	}
	return axvcpu_vcpu_refuse(vcpu, VECTOR_GP, AXVCPU_EVENT_HAS_ERROR, 0);
}

uint64_t axvcpu_get_gpr(const struct axvcpu_vcpu *vcpu, uint32_t reg)
{
	const __u64 *gpr = arch_gpr(vcpu, reg);

	return gpr ? *gpr : 0;
}

int axvcpu_set_gpr(struct axvcpu_vcpu *vcpu, uint32_t reg, uint64_t value)
{
	__u64 *gpr = arch_gpr(vcpu, reg);

	if (!gpr)
		return -EINVAL;
	*gpr = value;
	return 0;
}

uint64_t axvcpu_get_pc(const struct axvcpu_vcpu *vcpu)
{
	return axvcpu_x86_run_regs(vcpu)->rip;
}

void axvcpu_set_pc(struct axvcpu_vcpu *vcpu, uint64_t pc)
{
	axvcpu_x86_run_regs(vcpu)->rip = pc;
}

void axvcpu_set_return_value(struct axvcpu_vcpu *vcpu, uint64_t value)
{
	axvcpu_x86_run_regs(vcpu)->gpr[AXVCPU_X86_RAX] = value;
}

const char *axvcpu_gpr_name(uint32_t reg)
{
	static const char names[16][4] = {
		"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
		"r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
	};

	return reg < 16 ? names[reg] : NULL;
}

int axvcpu_x86_get_supported_cpuid(int dev, struct axvcpu_x86_cpuid *entries, uint32_t *count)
{
	return do_ioctl_array(dev, AXVCPU_X86_GET_SUPPORTED_CPUID, entries, count);
}

int axvcpu_x86_set_cpuid(struct axvcpu_vcpu *vcpu, const struct axvcpu_x86_cpuid *entries,
			 uint32_t count)
{
	return do_ioctl_array(vcpu->fd, AXVCPU_X86_SET_CPUID, (void *)entries, &count);
}

int axvcpu_x86_get_msr(struct axvcpu_vcpu *vcpu, uint32_t index, uint64_t *value)
{
	const struct axvcpu_state_record *rec;
	const struct axvcpu_x86_msr *msr;
	uint32_t len = 0;
	int ret;
	void *buf;

	ret = axvcpu_vcpu_get_state(vcpu, AXVCPU_X86_GROUP_MSRS, NULL, &len);
	if (ret != -ENOSPC)
		return ret ? ret : -ENOENT;
	buf = malloc(len);
	if (!buf)
		return -ENOMEM;
	ret = axvcpu_vcpu_get_state(vcpu, AXVCPU_X86_GROUP_MSRS, buf, &len);
	if (ret)
		goto out;
	ret = -ENOENT;
	rec = axvcpu_state_next(buf, len, NULL);
	if (!rec)
		goto out;
	msr = (const struct axvcpu_x86_msr *)(rec + 1);
	for (uint32_t i = 0; i < rec->size / sizeof(*msr); i++) {
		if (msr[i].index == index) {
			*value = msr[i].value;
			ret = 0;
			break;
		}
	}
out:
	free(buf);
	return ret;
}

int axvcpu_x86_set_msr(struct axvcpu_vcpu *vcpu, uint32_t index, uint64_t value)
{
	struct axvcpu_x86_msr msr = { .index = index, .value = value };

	return axvcpu_vcpu_set_group(vcpu, AXVCPU_X86_GROUP_MSRS, &msr, sizeof(msr));
}
