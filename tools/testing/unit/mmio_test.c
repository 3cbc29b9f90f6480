// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices by their address.
 */
#include <mmio.h>
#include <stddef.h>

#include "tap.h"

static uint64_t written, at;

static int dev_read(void *opaque, uint64_t offset, uint32_t width, uint64_t *value)
{
	*value = *(uint64_t *)opaque + offset * 0x100 + width;
	return 0;
}

static int dev_write(void *opaque, uint64_t offset, uint32_t width, uint64_t value)
{
	(void)opaque;
	(void)width;
	at = offset;
	written = value;
	return 7;
}

int main(void)
{
	static uint64_t first = 0x10000, second = 0x20000;
	struct mmio_device device = { 0x9000, 0x1000, dev_read, dev_write, &first };
	struct mmio mmio = { 0 };
	uint64_t value = 0;

	is(mmio_load(&mmio, 0x9000, 4, &value), 0, "an empty bus");
	is(value, ~0ULL, "reads as ones");
	is(mmio_store(&mmio, 0x9000, 4, 1), 0, "and ignores writes");
	mmio_add(&mmio, &device);
	device.gpa = 0xb000;
	device.opaque = &second;
	mmio_add(&mmio, &device);
	is(mmio_load(&mmio, 0x9004, 2, &value), 0, "the first device");
	is(value, 0x10402, "sees offset and width");
	is(mmio_load(&mmio, 0xbfff, 1, &value), 0, "the last byte of the second");
	is(value, 0x20000 + 0xfff01, "is its own");
	is(mmio_load(&mmio, 0xa000, 4, &value), 0, "between them");
	is(value, ~0ULL, "is nobody");
	is(mmio_load(&mmio, 0x8fff, 4, &value), 0, "an access that begins before a device");
	is(value, ~0ULL, "is not its");
	is(mmio_store(&mmio, 0x9008, 4, 0x55), 7, "a write returns what the device returns");
	ok(at == 8 && written == 0x55, "and arrives there");
	return tap_done();
}
