// SPDX-License-Identifier: GPL-2.0-only
/* The driver for axvcpu: the library, but RUN by its plain ioctl as a VMM would. */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include <axvcpu.h>

#include "bench.h"

static int dev;

static void must(int ret, const char *what)
{
	if (ret < 0)
		die("%s: %s", what, strerror(-ret));
}

static void ax_open(void)
{
	dev = axvcpu_open(NULL);
	must(dev, AXVCPU_DEVICE);
}

static void ax_vm_create(struct vm *vm, unsigned int flags)
{
	struct axvcpu_vm *handle;

	(void)flags;
	must(axvcpu_vm_create(dev, &handle), "CREATE_VM");
	vm->fd = handle->fd;
	vm->handle = handle;
}

static void ax_vm_map(struct vm *vm, uint64_t gpa, void *hva, uint64_t len)
{
	must(axvcpu_vm_map(vm->handle, gpa, hva, len,
			   AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WRITE | AXVCPU_ACCESS_EXEC),
	     "VM_MAP");
}

static void ax_vm_close(struct vm *vm)
{
	axvcpu_vm_close(vm->handle);
}

static void ax_vcpu_create(struct vcpu *vcpu, struct vm *vm, unsigned int id)
{
	struct axvcpu_vcpu *handle;

	must(axvcpu_vcpu_create(vm->handle, id, &handle), "VM_CREATE_VCPU");
	*vcpu = (struct vcpu){
		.vm = vm, .fd = handle->fd, .run = handle->run, .handle = handle,
	};
	must(axvcpu_vcpu_setup_at(handle, BENCH_CODE), "SETUP");
	must(axvcpu_vcpu_bind(handle), "BIND");
}

static void ax_vcpu_close(struct vcpu *vcpu)
{
	axvcpu_vcpu_close(vcpu->handle);
}

/* A new vCPU has all there is. */
static void ax_configure(struct vcpu *vcpu)
{
	(void)vcpu;
}

static enum event ax_run(struct vcpu *vcpu)
{
	const struct axvcpu_run_out *out = &((struct axvcpu_run *)vcpu->run)->out;

	if (ioctl(vcpu->fd, AXVCPU_RUN, 0))
		die("RUN: %s", strerror(errno));
	switch (out->reason) {
	case AXVCPU_EXIT_IO_WRITE:
		vcpu->value = out->io.data;
		return EVENT_WRITE;
	case AXVCPU_EXIT_IO_READ:
		return EVENT_READ;
	case AXVCPU_EXIT_MMIO_WRITE:
		vcpu->value = out->mmio_write.data;
		return out->mmio_write.addr == BENCH_TELL ? EVENT_WRITE : EVENT_MMIO_WRITE;
	case AXVCPU_EXIT_MMIO_READ:
		return EVENT_MMIO_READ;
	case AXVCPU_EXIT_HYPERCALL:
		return EVENT_CALL;
	case AXVCPU_EXIT_STOPPED:
		return EVENT_STOPPED;
	}
	die("axvcpu: exit %u at %#lx", out->reason, (unsigned long)out->raw.insn_pc);
}

/* RUN takes no argument. */
static void ax_floor(struct vcpu *vcpu)
{
	ioctl(vcpu->fd, AXVCPU_RUN, 1);
}

/* The register that the exit names, which here is always the first. */
static void ax_answer(struct vcpu *vcpu, uint64_t value)
{
	((struct axvcpu_run *)vcpu->run)->regs[0] = value;
}

static void ax_inject(struct vcpu *vcpu)
{
	must(axvcpu_vcpu_inject_interrupt(vcpu->handle, BENCH_VECTOR_TELL), "INJECT");
}

static void ax_wake(struct vcpu *vcpu)
{
	must(axvcpu_vcpu_inject_interrupt(vcpu->handle, BENCH_VECTOR_WAKE), "INJECT");
}

static void ax_kick(struct vcpu *vcpu, unsigned long thread)
{
	(void)thread;
	must(axvcpu_vcpu_kick(vcpu->handle), "KICK");
}

static char state[65536];
static uint32_t state_size;

static void ax_save(struct vcpu *vcpu)
{
	state_size = sizeof(state);
	must(axvcpu_vcpu_get_state(vcpu->handle, AXVCPU_GROUP_ALL, state, &state_size),
	     "GET_STATE");
}

static void ax_restore(struct vcpu *vcpu)
{
	must(axvcpu_vcpu_set_state(vcpu->handle, state, state_size), "SET_STATE");
}

const struct driver axvcpu_driver = {
	.name = "axvcpu",
	.calls = true,
	.open = ax_open,
	.vm_create = ax_vm_create,
	.vm_map = ax_vm_map,
	.vm_close = ax_vm_close,
	.vcpu_create = ax_vcpu_create,
	.vcpu_close = ax_vcpu_close,
	.configure = ax_configure,
	.run = ax_run,
	.floor = ax_floor,
	.answer = ax_answer,
	.inject = ax_inject,
	.wake = ax_wake,
	.kick = ax_kick,
	.save = ax_save,
	.restore = ax_restore,
};
