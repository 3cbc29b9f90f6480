// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices in the guest's physical address space.
 */
#include <stddef.h>

#include "mmio.h"

void mmio_add(struct mmio *mmio, const struct mmio_device *device)
{
	mmio->device[mmio->nr++] = *device;
}

static const struct mmio_device *find(const struct mmio *mmio, uint64_t gpa)
{
	for (unsigned int i = 0; i < mmio->nr; i++)
		if (gpa - mmio->device[i].gpa < mmio->device[i].size)
			return &mmio->device[i];
	return NULL;
}

int mmio_load(const struct mmio *mmio, uint64_t gpa, uint32_t width, uint64_t *value)
{
	const struct mmio_device *device = find(mmio, gpa);

	if (device)
		return device->read(device->opaque, gpa - device->gpa, width, value);
	*value = ~0ULL;
	return 0;
}

int mmio_store(const struct mmio *mmio, uint64_t gpa, uint32_t width, uint64_t value)
{
	const struct mmio_device *device = find(mmio, gpa);

	return device ? device->write(device->opaque, gpa - device->gpa, width, value) : 0;
}
