// SPDX-License-Identifier: MIT
/*
 * The device and the VM.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "internal.h"

int do_ioctl(int fd, unsigned long cmd, void *arg)
{
	int ret = ioctl(fd, cmd, arg);

	return ret < 0 ? -errno : ret;
}

int do_ioctl_array(int fd, unsigned long cmd, void *entries, uint32_t *count)
{
	struct axvcpu_array array = {
		.size = sizeof(array),
		.count = *count,
		.addr = (uintptr_t)entries,
	};
	int ret = do_ioctl(fd, cmd, &array);

	if (!ret || ret == -ENOSPC)
		*count = array.count;
	return ret;
}

int axvcpu_open(const char *path)
{
	int fd = open(path ? path : AXVCPU_DEVICE, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int axvcpu_get_info(int dev, struct axvcpu_info *info)
{
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	return do_ioctl(dev, AXVCPU_GET_INFO, info);
}

int axvcpu_get_caps(int dev, struct axvcpu_cap *caps, uint32_t *count)
{
	return do_ioctl_array(dev, AXVCPU_GET_CAPS, caps, count);
}

int axvcpu_get_cap(int dev, uint32_t id, uint64_t *value)
{
	struct axvcpu_cap *caps = NULL;
	uint32_t count = 0;
	int ret;

	*value = 0;
	ret = axvcpu_get_caps(dev, NULL, &count);
	if (ret != -ENOSPC)
		return ret;
	caps = calloc(count, sizeof(*caps));
	if (!caps)
		return -ENOMEM;
	ret = axvcpu_get_caps(dev, caps, &count);
	for (uint32_t i = 0; !ret && i < count; i++)
		if (caps[i].id == id)
			*value = caps[i].value;
	free(caps);
	return ret;
}

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
