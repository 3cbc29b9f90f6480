// SPDX-License-Identifier: MIT
/*
 * The VM.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "object.h"

int axvcpu_vm_create(int dev, struct axvcpu_vm **pub)
{
	struct axvcpu_vm_create arg = { .size = sizeof(arg) };
	struct vm *vm;
	int fd;

	*pub = NULL;
	vm = calloc(1, sizeof(*vm));
	if (!vm)
		return -ENOMEM;
	fd = do_ioctl(dev, AXVCPU_CREATE_VM, &arg);
	if (fd < 0) {
		free(vm);
		return fd;
	}
	vm->pub.fd = fd;
	*pub = &vm->pub;
	return 0;
}

void axvcpu_vm_close(struct axvcpu_vm *pub)
{
	if (!pub)
		return;
	close(pub->fd);
	free(to_vm(pub)->regions);
	free(pub);
}

int axvcpu_vm_map(struct axvcpu_vm *pub, uint64_t gpa, void *hva, uint64_t len, uint32_t flags)
{
	struct axvcpu_map arg = {
		.size = sizeof(arg),
		.flags = flags,
		.gpa = gpa,
		.len = len,
		.hva = (uintptr_t)hva,
	};
	struct vm *vm = to_vm(pub);
	struct region *regions;
	int ret;

	regions = realloc(vm->regions, (vm->nr_regions + 1) * sizeof(*regions));
	if (!regions)
		return -ENOMEM;
	vm->regions = regions;
	ret = do_ioctl(pub->fd, AXVCPU_VM_MAP, &arg);
	if (ret)
		return ret;
	regions[vm->nr_regions++] = (struct region){ gpa, len, hva, flags };
	return 0;
}

static struct region *find_region(struct vm *vm, uint64_t gpa)
{
	for (size_t i = 0; i < vm->nr_regions; i++)
		if (vm->regions[i].gpa == gpa)
			return &vm->regions[i];
	return NULL;
}

int axvcpu_vm_unmap(struct axvcpu_vm *pub, uint64_t gpa, uint64_t len)
{
	struct axvcpu_map arg = { .size = sizeof(arg), .gpa = gpa, .len = len };
	int ret = do_ioctl(pub->fd, AXVCPU_VM_UNMAP, &arg);
	struct vm *vm = to_vm(pub);
	struct region *region;

	if (ret)
		return ret;
	region = find_region(vm, gpa);
	if (region)
		*region = vm->regions[--vm->nr_regions];
	return 0;
}

int axvcpu_vm_protect(struct axvcpu_vm *pub, uint64_t gpa, uint64_t len, uint32_t flags)
{
	struct axvcpu_map arg = { .size = sizeof(arg), .flags = flags, .gpa = gpa, .len = len };
	int ret = do_ioctl(pub->fd, AXVCPU_VM_PROTECT, &arg);
	struct region *region;

	if (ret)
		return ret;
	region = find_region(to_vm(pub), gpa);
	if (region)
		region->flags = flags;
	return 0;
}

int axvcpu_vm_get_dirty(struct axvcpu_vm *pub, uint64_t gpa, uint64_t len, uint64_t *bitmap)
{
	struct axvcpu_dirty arg = {
		.size = sizeof(arg),
		.gpa = gpa,
		.len = len,
		.bitmap = (uintptr_t)bitmap,
	};

	return do_ioctl(pub->fd, AXVCPU_VM_GET_DIRTY, &arg);
}

int axvcpu_vm_get_time(struct axvcpu_vm *pub, struct axvcpu_time *time)
{
	memset(time, 0, sizeof(*time));
	time->size = sizeof(*time);
	return do_ioctl(pub->fd, AXVCPU_VM_GET_TIME, time);
}

int axvcpu_vm_set_time(struct axvcpu_vm *pub, uint64_t counter, uint64_t boottime_ns)
{
	struct axvcpu_time arg = {
		.size = sizeof(arg),
		.counter = counter,
		.boottime_ns = boottime_ns,
	};

	return do_ioctl(pub->fd, AXVCPU_VM_SET_TIME, &arg);
}

void *axvcpu_vm_hva(const struct axvcpu_vm *pub, uint64_t gpa, uint64_t len, uint32_t access)
{
	const struct vm *vm = to_vm(pub);

	for (size_t i = 0; i < vm->nr_regions; i++) {
		const struct region *r = &vm->regions[i];

		if (gpa >= r->gpa && gpa - r->gpa < r->len && len <= r->len - (gpa - r->gpa))
			return (r->flags & access) == access ? r->hva + (gpa - r->gpa) : NULL;
	}
	return NULL;
}
