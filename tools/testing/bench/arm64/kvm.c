// SPDX-License-Identifier: GPL-2.0-only
/* KVM on arm64. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kvm.h"

#define REG_PC	(KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | \
		 offsetof(struct kvm_regs, regs.pc) / sizeof(uint32_t))

#define REGS_MAX	1024

/* Registers of the distributor; those of 32 interrupts, or of 16, from 32 on. */
#define GICD_CTLR		0x000
#define GICD_CTLR_GROUP1	2
#define GICD_IGROUPR1		0x084
#define GICD_ISENABLER1		0x104
#define GICD_ICFGR2		0xc08
#define ALL_EDGES		0xaaaaaaaa

/* Where it is, which the guest does not know, and the redistributor. */
#define GICD_BASE		0x8000000
#define GICR_BASE		0x80a0000

static void set_gic(const struct vm *vm, uint32_t group, uint64_t attr, void *value)
{
	struct kvm_device_attr set = {
		.group = group, .attr = attr, .addr = (uintptr_t)value,
	};

	must_ioctl((int)(intptr_t)vm->handle, KVM_SET_DEVICE_ATTR, &set, "KVM_SET_DEVICE_ATTR");
}

/*
 * Every VMM's guest has an interrupt controller; and without one in the kernel KVM takes
 * longer for every exit.
 */
void kvm_arch_vm_create(struct vm *vm, unsigned int flags)
{
	struct kvm_create_device gic = { .type = KVM_DEV_TYPE_ARM_VGIC_V3 };
	uint64_t gicd = GICD_BASE, gicr = GICR_BASE;

	if (flags & VM_BARE)
		return;
	must_ioctl(vm->fd, KVM_CREATE_DEVICE, &gic, "KVM_CREATE_DEVICE of a GICv3");
	vm->handle = (void *)(intptr_t)gic.fd;
	set_gic(vm, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_DIST, &gicd);
	set_gic(vm, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_REDIST, &gicr);
}

void kvm_arch_vm_close(struct vm *vm)
{
	if (vm->handle)
		close((int)(intptr_t)vm->handle);
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

/* What a guest would do to its distributor. */
void kvm_arch_configure(struct vcpu *vcpu)
{
	uint32_t on = GICD_CTLR_GROUP1, all = ~0U, edges = ALL_EDGES;
	const struct vm *vm = vcpu->vm;

	if (!vm->handle)
		return;
	set_gic(vm, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
	set_gic(vm, KVM_DEV_ARM_VGIC_GRP_DIST_REGS, GICD_IGROUPR1, &all);
	set_gic(vm, KVM_DEV_ARM_VGIC_GRP_DIST_REGS, GICD_ICFGR2, &edges);
	set_gic(vm, KVM_DEV_ARM_VGIC_GRP_DIST_REGS, GICD_ISENABLER1, &all);
	set_gic(vm, KVM_DEV_ARM_VGIC_GRP_DIST_REGS, GICD_CTLR, &on);
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

/* An edge: there is nothing to lower. */
static void pulse(struct vcpu *vcpu, unsigned int intid)
{
	struct kvm_irq_level line = {
		.irq = KVM_ARM_IRQ_TYPE_SPI << KVM_ARM_IRQ_TYPE_SHIFT | intid, .level = 1,
	};

	must_ioctl(vcpu->vm->fd, KVM_IRQ_LINE, &line, "KVM_IRQ_LINE");
}

void kvm_arch_inject(struct vcpu *vcpu)
{
	pulse(vcpu, BENCH_VECTOR_TELL);
}

void kvm_arch_wake(struct vcpu *vcpu)
{
	pulse(vcpu, BENCH_VECTOR_WAKE);
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
