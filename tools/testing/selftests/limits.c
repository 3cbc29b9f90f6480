// SPDX-License-Identifier: GPL-2.0-only
/* Too many vCPUs, regions or VMs: -ENOSPC, and room again when some are gone. */

#include <sys/resource.h>

#include "harness.h"

#define PARAMETER "/sys/module/axvcpu/parameters/max_vms_per_user"

static void vcpus(int dev)
{
	struct axvcpu_info info;
	int vm = vm_create(dev), fd;

	dev_info(&info);
	fd = vcpu_create(vm, info.max_vcpus - 1);
	tap_ok(fd >= 0, "vCPU %u is the last", info.max_vcpus - 1);
	tap_is(vcpu_create(vm, info.max_vcpus), -ENOSPC, "there is no vCPU %u",
	       info.max_vcpus);
	close(fd);
	close(vm);
}

static void memory_regions(int dev)
{
	struct axvcpu_info info;
	int vm = vm_create(dev);
	uint8_t *page = host_pages(PAGE_SIZE);
	uint32_t i;

	dev_info(&info);
	for (i = 0; i <= info.max_regions; i++)
		if (vm_map(vm, i * PAGE_SIZE, PAGE_SIZE, page, MEM_RW))
			break;
	tap_is(i, info.max_regions, "as many regions as GET_INFO says");
	tap_is(vm_map(vm, i * PAGE_SIZE, PAGE_SIZE, page, MEM_RW), -ENOSPC, "one too many");
	tap_is(vm_unmap(vm, 0, PAGE_SIZE), 0, "one less");
	tap_is(vm_map(vm, i * PAGE_SIZE, PAGE_SIZE, page, MEM_RW), 0, "makes room");
	close(vm);
	munmap(page, PAGE_SIZE);
}

static void vms(int dev)
{
	char saved[32];
	int vm[4];
	unsigned int i;

	if (file_read(PARAMETER, saved, sizeof(saved)) < 0 || file_write(PARAMETER, "3")) {
		tap_skip("no parameter max_vms_per_user", "too many VMs");
		return;
	}
	for (i = 0; i < 4; i++)
		vm[i] = vm_create(dev);
	tap_ok(vm[0] >= 0 && vm[1] >= 0 && vm[2] >= 0, "three VMs of three");
	tap_is(vm[3], -ENOSPC, "a fourth");
	close(vm[1]);
	vm[1] = vm_create(dev);
	tap_ok(vm[1] >= 0, "one closed, one made");
	for (i = 0; i < 3; i++)
		close(vm[i]);
	file_write(PARAMETER, saved);
}

/* No descriptor left: nothing is made, nothing stays. */
static void descriptors(int dev)
{
	struct rlimit old, none;
	int vm = vm_create(dev), next = dup(dev);

	getrlimit(RLIMIT_NOFILE, &old);
	none = old;
	none.rlim_cur = next;
	close(next);
	setrlimit(RLIMIT_NOFILE, &none);
	tap_is(vm_create(dev), -EMFILE, "no descriptor for a VM");
	tap_is(vcpu_create(vm, 0), -EMFILE, "nor for a vCPU");
	setrlimit(RLIMIT_NOFILE, &old);
	next = vcpu_create(vm, 0);
	tap_ok(next >= 0, "its number was not taken");
	close(next);
	close(vm);
}

void test(void)
{
	int dev = dev_open();

	vcpus(dev);
	memory_regions(dev);
	vms(dev);
	descriptors(dev);
	close(dev);
}
