// SPDX-License-Identifier: GPL-2.0-only
/*
 * The virtual machine monitor of Documentation/tutorial.rst. Its guest prints by
 * storing bytes to a device; only guest.S knows which processor it is for.
 */
#include <axvcpu.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "guest.h"

#define RAM	0x10000		/* where the guest's memory is, and its length */
#define CONSOLE	0x90000		/* a device that prints what is stored to it */

/* The guest stored something where it has no memory. */
static int store(void *unused, uint64_t addr, uint32_t width, uint64_t value)
{
	(void)unused;
	(void)width;
	if (addr == CONSOLE)
		putchar((int)value);
	return 0;
}

int main(void)
{
	struct axvcpu_handlers handlers = { .size = sizeof(handlers), .mmio_write = store };
	uint32_t rwx = AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WRITE | AXVCPU_ACCESS_EXEC;
	struct axvcpu_vcpu *vcpu = NULL;
	struct axvcpu_vm *vm = NULL;
	void *ram = mmap(NULL, RAM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int dev = axvcpu_open(NULL);
	int ret = ram == MAP_FAILED ? -ENOMEM : dev;

	if (ret >= 0) {
		memcpy(ram, guest, guest_end - guest);
		ret = axvcpu_vm_create(dev, &vm);
	}
	if (!ret)
		ret = axvcpu_vm_map(vm, RAM, ram, RAM, rwx);
	if (!ret)
		ret = axvcpu_vcpu_create(vm, 0, &vcpu);
	if (!ret)
		ret = axvcpu_vcpu_setup_at(vcpu, RAM);
	if (!ret)
		ret = axvcpu_vcpu_bind(vcpu);
	if (!ret) {
		vcpu->run->in.flags = AXVCPU_RUN_EXIT_HALT;
		ret = axvcpu_vcpu_loop(vcpu, &handlers, NULL);
	}
	if (ret == AXVCPU_UNHANDLED)
		printf("vmm: exit %s\n", axvcpu_exit_name(vcpu->run->out.reason));
	else
		fprintf(stderr, "vmm: %s\n", strerror(-ret));
	axvcpu_vcpu_close(vcpu);
	axvcpu_vm_close(vm);
	return ret != AXVCPU_UNHANDLED;
}
