// SPDX-License-Identifier: GPL-2.0-only
/* KVM on arm64. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "kvm.h"

#define REG_PC	(KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | \
		 offsetof(struct kvm_regs, regs.pc) / sizeof(uint32_t))

#define REGS_MAX	1024

void kvm_arch_vm_create(struct vm *vm, unsigned int flags)
{
	(void)vm;
	(void)flags;
}

void kvm_arch_start(struct vcpu *vcpu, unsigned int id)
{
	struct kvm_vcpu_init init;
	uint64_t pc = BENCH_CODE;
	struct kvm_one_reg reg = { .id = REG_PC, .addr = (uintptr_t)&pc };

	(void)id;
	must_ioctl(vcpu->vm->fd, KVM_ARM_PREFERRED_TARGET, &init, "KVM_ARM_PREFERRED_TARGET");
	init.features[0] |= 1U << KVM_ARM_VCPU_PSCI_0_2;
	must_ioctl(vcpu->fd, KVM_ARM_VCPU_INIT, &init, "KVM_ARM_VCPU_INIT");
	must_ioctl(vcpu->fd, KVM_SET_ONE_REG, &reg, "KVM_SET_ONE_REG of PC");
}

void kvm_arch_configure(struct vcpu *vcpu)
{
	(void)vcpu;
}

enum event kvm_arch_exit(struct vcpu *vcpu, const struct kvm_run *run)
{
	(void)vcpu;
	die("KVM: exit %u", run->exit_reason);
}

void kvm_arch_answer(struct vcpu *vcpu, struct kvm_run *run, uint64_t value)
{
	(void)vcpu;
	(void)run;
	(void)value;
}

void kvm_arch_inject(struct vcpu *vcpu)
{
	(void)vcpu;
	die("KVM's guest has no interrupt controller");
}

void kvm_arch_wake(struct vcpu *vcpu)
{
	kvm_arch_inject(vcpu);
}

/* Every register it lists that can be written back. */
static struct {
	unsigned int count;
	uint64_t id[REGS_MAX];
	/* the largest is a vector register of 2048 bits */
	uint64_t value[REGS_MAX][32];
} state;

static void find_regs(struct vcpu *vcpu)
{
	static struct {
		struct kvm_reg_list head;
		uint64_t ids[REGS_MAX];
	} list = { .head.n = REGS_MAX };

	must_ioctl(vcpu->fd, KVM_GET_REG_LIST, &list, "KVM_GET_REG_LIST");
	for (unsigned int i = 0; i < list.head.n; i++) {
		struct kvm_one_reg reg = {
			.id = list.ids[i], .addr = (uintptr_t)state.value[state.count],
		};

		if (!ioctl(vcpu->fd, KVM_GET_ONE_REG, &reg) &&
		    !ioctl(vcpu->fd, KVM_SET_ONE_REG, &reg))
			state.id[state.count++] = list.ids[i];
	}
}

static void each_reg(struct vcpu *vcpu, unsigned long cmd, const char *what)
{
	for (unsigned int i = 0; i < state.count; i++) {
		struct kvm_one_reg reg = {
			.id = state.id[i], .addr = (uintptr_t)state.value[i],
		};

		must_ioctl(vcpu->fd, cmd, &reg, what);
	}
}

void kvm_arch_save(struct vcpu *vcpu)
{
	if (!state.count)
		find_regs(vcpu);
	each_reg(vcpu, KVM_GET_ONE_REG, "KVM_GET_ONE_REG");
}

void kvm_arch_restore(struct vcpu *vcpu)
{
	each_reg(vcpu, KVM_SET_ONE_REG, "KVM_SET_ONE_REG");
}
