/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Devices in the guest's physical address space. What nobody answers reads as
 * ones and ignores writes, as an empty bus does.
 */
#ifndef VMM_MMIO_H
#define VMM_MMIO_H

#include <stdint.h>

#define MMIO_MAX_DEVICES	16

/**
 * struct mmio_device - a device
 * @gpa: its first guest physical address
 * @size: bytes
 * @read: reads @width bytes (a power of two up to 8) at @offset
 * @write: writes them
 * @opaque: their first argument
 *
 * Both return what a callback of struct axvcpu_handlers returns. An access that
 * begins in the device belongs to it.
 */
struct mmio_device {
	uint64_t gpa;
	uint64_t size;
	int (*read)(void *opaque, uint64_t offset, uint32_t width, uint64_t *value);
	int (*write)(void *opaque, uint64_t offset, uint32_t width, uint64_t value);
	void *opaque;
};

/**
 * struct mmio - all of them
 * @nr: entries of @device
 * @device: none overlaps another
 */
struct mmio {
	unsigned int nr;
	struct mmio_device device[MMIO_MAX_DEVICES];
};

/* Add a device; there is room for MMIO_MAX_DEVICES. */
void mmio_add(struct mmio *mmio, const struct mmio_device *device);

/* The accesses of the guest. */
int mmio_load(const struct mmio *mmio, uint64_t gpa, uint32_t width, uint64_t *value);
int mmio_store(const struct mmio *mmio, uint64_t gpa, uint32_t width, uint64_t value);

#endif /* VMM_MMIO_H */
