// SPDX-License-Identifier: GPL-2.0-only
/* The driver for KVM. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kvm.h"

int kvm_fd;
static int run_size;

/* It has nothing to do but to end KVM_RUN. */
static void on_signal(int signal)
{
	(void)signal;
}

static void kvm_open(void)
{
	const struct sigaction action = { .sa_handler = on_signal };

	kvm_fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (kvm_fd < 0)
		die("/dev/kvm: %s", strerror(errno));
	run_size = must_ioctl(kvm_fd, KVM_GET_VCPU_MMAP_SIZE, NULL, "KVM_GET_VCPU_MMAP_SIZE");
	sigaction(SIGUSR1, &action, NULL);
}

static void kvm_vm_create(struct vm *vm, unsigned int flags)
{
	vm->fd = must_ioctl(kvm_fd, KVM_CREATE_VM, NULL, "KVM_CREATE_VM");
	vm->handle = NULL;
	kvm_arch_vm_create(vm, flags);
}

static void kvm_vm_map(struct vm *vm, uint64_t gpa, void *hva, uint64_t len)
{
	struct kvm_userspace_memory_region region = {
		.slot = gpa ? 1 : 0,
		.guest_phys_addr = gpa,
		.memory_size = len,
		.userspace_addr = (uintptr_t)hva,
	};

	must_ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region, "KVM_SET_USER_MEMORY_REGION");
}

static void kvm_vm_close(struct vm *vm)
{
	kvm_arch_vm_close(vm);
	close(vm->fd);
}

static void kvm_vcpu_create(struct vcpu *vcpu, struct vm *vm, unsigned int id)
{
	*vcpu = (struct vcpu){ .vm = vm };
	vcpu->fd = must_ioctl(vm->fd, KVM_CREATE_VCPU, (void *)(uintptr_t)id,
			      "KVM_CREATE_VCPU");
	vcpu->run = mmap(NULL, run_size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu->fd, 0);
	if (vcpu->run == MAP_FAILED)
		die("KVM's run page: %s", strerror(errno));
	kvm_arch_start(vcpu, id);
}

static void kvm_vcpu_close(struct vcpu *vcpu)
{
	munmap(vcpu->run, run_size);
	close(vcpu->fd);
}

static enum event kvm_run(struct vcpu *vcpu)
{
	struct kvm_run *run = vcpu->run;

	if (ioctl(vcpu->fd, KVM_RUN, 0)) {
		if (errno != EINTR)
			die("KVM_RUN: %s", strerror(errno));
		run->immediate_exit = 0;
		return EVENT_STOPPED;
	}
	if (run->exit_reason != KVM_EXIT_MMIO)
		return kvm_arch_exit(vcpu, run);
	if (!run->mmio.is_write)
		return EVENT_MMIO_READ;
	memcpy(&vcpu->value, run->mmio.data, sizeof(vcpu->value));
	return run->mmio.phys_addr == BENCH_TELL ? EVENT_WRITE : EVENT_MMIO_WRITE;
}

/* KVM_RUN takes no argument. */
static void kvm_floor(struct vcpu *vcpu)
{
	ioctl(vcpu->fd, KVM_RUN, 1);
}

static void kvm_answer(struct vcpu *vcpu, uint64_t value)
{
	struct kvm_run *run = vcpu->run;

	if (run->exit_reason == KVM_EXIT_MMIO)
		memcpy(run->mmio.data, &value, sizeof(run->mmio.data));
	else
		kvm_arch_answer(vcpu, run, value);
}

/* As QEMU does: a flag for a KVM_RUN that comes, a signal for one that is there. */
static void kvm_kick(struct vcpu *vcpu, unsigned long thread)
{
	struct kvm_run *run = vcpu->run;

	run->immediate_exit = 1;
	pthread_kill(thread, SIGUSR1);
}

const struct driver kvm_driver = {
	.name = "kvm",
	.calls = KVM_ARCH_CALLS,
	.open = kvm_open,
	.vm_create = kvm_vm_create,
	.vm_map = kvm_vm_map,
	.vm_close = kvm_vm_close,
	.vcpu_create = kvm_vcpu_create,
	.vcpu_close = kvm_vcpu_close,
	.configure = kvm_arch_configure,
	.run = kvm_run,
	.floor = kvm_floor,
	.answer = kvm_answer,
	.inject = kvm_arch_inject,
	.wake = kvm_arch_wake,
	.kick = kvm_kick,
	.save = kvm_arch_save,
	.restore = kvm_arch_restore,
};
