// SPDX-License-Identifier: GPL-2.0-only
/* KVM on x86. */
#include <stdlib.h>
#include <string.h>

#include "kvm.h"

#define NR_CPUID	256
#define HYPERCALL_MAP_GPA_RANGE	12

/* Interrupts of the 8259: lines 0 and 1, which end by themselves. */
#define LINE(vector)	((vector) - BENCH_VECTOR_WAKE)

static void set_pic(struct vm *vm)
{
	struct kvm_irqchip chip = { .chip_id = KVM_IRQCHIP_PIC_MASTER };

	must_ioctl(vm->fd, KVM_GET_IRQCHIP, &chip, "KVM_GET_IRQCHIP");
	chip.chip.pic.irq_base = BENCH_VECTOR_WAKE;
	chip.chip.pic.imr = 0;
	chip.chip.pic.auto_eoi = 1;
	must_ioctl(vm->fd, KVM_SET_IRQCHIP, &chip, "KVM_SET_IRQCHIP");
}

void kvm_arch_vm_create(struct vm *vm, unsigned int flags)
{
	struct kvm_enable_cap cap = {
		.cap = KVM_CAP_EXIT_HYPERCALL,
		.args = { 1 << HYPERCALL_MAP_GPA_RANGE },
	};

	must_ioctl(vm->fd, KVM_ENABLE_CAP, &cap, "KVM_CAP_EXIT_HYPERCALL");
	if (!(flags & VM_WAKES))
		return;
	must_ioctl(vm->fd, KVM_CREATE_IRQCHIP, NULL, "KVM_CREATE_IRQCHIP");
	set_pic(vm);
}

void kvm_arch_vm_close(struct vm *vm)
{
	(void)vm;
}

void kvm_arch_start(struct vcpu *vcpu, unsigned int id)
{
	struct kvm_regs regs = { .rflags = 2 };
	struct kvm_sregs sregs;

	(void)id;
	must_ioctl(vcpu->fd, KVM_GET_SREGS, &sregs, "KVM_GET_SREGS");
	sregs.cs.base = BENCH_CODE;
	sregs.cs.selector = BENCH_CODE >> 4;
	must_ioctl(vcpu->fd, KVM_SET_SREGS, &sregs, "KVM_SET_SREGS");
	must_ioctl(vcpu->fd, KVM_SET_REGS, &regs, "KVM_SET_REGS");
}

static struct {
	struct kvm_cpuid2 head;
	struct kvm_cpuid_entry2 entries[NR_CPUID];
} cpuid;

void kvm_arch_configure(struct vcpu *vcpu)
{
	if (!cpuid.head.nent) {
		cpuid.head.nent = NR_CPUID;
		must_ioctl(kvm_fd, KVM_GET_SUPPORTED_CPUID, &cpuid, "KVM_GET_SUPPORTED_CPUID");
	}
	must_ioctl(vcpu->fd, KVM_SET_CPUID2, &cpuid, "KVM_SET_CPUID2");
}

enum event kvm_arch_exit(struct vcpu *vcpu, const struct kvm_run *run)
{
	switch (run->exit_reason) {
	case KVM_EXIT_IO:
		if (run->io.direction == KVM_EXIT_IO_IN)
			return EVENT_READ;
		vcpu->value = *((const uint8_t *)run + run->io.data_offset);
		return EVENT_WRITE;
	case KVM_EXIT_HYPERCALL:
		return EVENT_CALL;
	}
	die("KVM: exit %u", run->exit_reason);
}

void kvm_arch_answer(struct vcpu *vcpu, struct kvm_run *run, uint64_t value)
{
	(void)vcpu;
	if (run->exit_reason == KVM_EXIT_IO)
		*((uint8_t *)run + run->io.data_offset) = value;
	else
		run->hypercall.ret = value;
}

/* An edge, as kvmtool makes it. */
static void pulse(struct vcpu *vcpu, unsigned int vector)
{
	struct kvm_irq_level line = { .irq = LINE(vector), .level = 1 };

	must_ioctl(vcpu->vm->fd, KVM_IRQ_LINE, &line, "KVM_IRQ_LINE");
	line.level = 0;
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

/* All that QEMU saves of a vCPU without a local APIC. */
static struct {
	struct kvm_regs regs;
	struct kvm_sregs sregs;
	struct kvm_xsave xsave;
	struct kvm_xcrs xcrs;
	struct kvm_debugregs debug;
	struct kvm_vcpu_events events;
	struct kvm_mp_state mp_state;
	struct {
		struct kvm_msrs head;
		struct kvm_msr_entry entries[256];
	} msrs;
} state;

/* Those that this vCPU has. */
static void find_msrs(struct vcpu *vcpu)
{
	struct {
		struct kvm_msr_list head;
		uint32_t indices[256];
	} list = { .head.nmsrs = 256 };
	struct {
		struct kvm_msrs head;
		struct kvm_msr_entry entry;
	} one = { .head.nmsrs = 1 };

	must_ioctl(kvm_fd, KVM_GET_MSR_INDEX_LIST, &list, "KVM_GET_MSR_INDEX_LIST");
	for (unsigned int i = 0; i < list.head.nmsrs; i++) {
		one.entry.index = list.indices[i];
		if (must_ioctl(vcpu->fd, KVM_GET_MSRS, &one, "KVM_GET_MSRS") == 1 &&
		    must_ioctl(vcpu->fd, KVM_SET_MSRS, &one, "KVM_SET_MSRS") == 1)
			state.msrs.entries[state.msrs.head.nmsrs++].index = list.indices[i];
	}
}

void kvm_arch_save(struct vcpu *vcpu)
{
	if (!state.msrs.head.nmsrs)
		find_msrs(vcpu);
	must_ioctl(vcpu->fd, KVM_GET_MP_STATE, &state.mp_state, "KVM_GET_MP_STATE");
	must_ioctl(vcpu->fd, KVM_GET_REGS, &state.regs, "KVM_GET_REGS");
	must_ioctl(vcpu->fd, KVM_GET_XSAVE, &state.xsave, "KVM_GET_XSAVE");
	must_ioctl(vcpu->fd, KVM_GET_XCRS, &state.xcrs, "KVM_GET_XCRS");
	must_ioctl(vcpu->fd, KVM_GET_SREGS, &state.sregs, "KVM_GET_SREGS");
	must_ioctl(vcpu->fd, KVM_GET_MSRS, &state.msrs, "KVM_GET_MSRS");
	must_ioctl(vcpu->fd, KVM_GET_VCPU_EVENTS, &state.events, "KVM_GET_VCPU_EVENTS");
	must_ioctl(vcpu->fd, KVM_GET_DEBUGREGS, &state.debug, "KVM_GET_DEBUGREGS");
}

void kvm_arch_restore(struct vcpu *vcpu)
{
	must_ioctl(vcpu->fd, KVM_SET_REGS, &state.regs, "KVM_SET_REGS");
	must_ioctl(vcpu->fd, KVM_SET_XSAVE, &state.xsave, "KVM_SET_XSAVE");
	must_ioctl(vcpu->fd, KVM_SET_XCRS, &state.xcrs, "KVM_SET_XCRS");
	must_ioctl(vcpu->fd, KVM_SET_SREGS, &state.sregs, "KVM_SET_SREGS");
	must_ioctl(vcpu->fd, KVM_SET_MSRS, &state.msrs, "KVM_SET_MSRS");
	must_ioctl(vcpu->fd, KVM_SET_VCPU_EVENTS, &state.events, "KVM_SET_VCPU_EVENTS");
	must_ioctl(vcpu->fd, KVM_SET_DEBUGREGS, &state.debug, "KVM_SET_DEBUGREGS");
	must_ioctl(vcpu->fd, KVM_SET_MP_STATE, &state.mp_state, "KVM_SET_MP_STATE");
}
