// SPDX-License-Identifier: MIT
/*
 * The guest's accesses to devices.
 */
#include <string.h>

#include "access.h"

int mmio_read(const struct axvcpu_handlers *handlers, void *opaque, uint64_t addr, uint32_t width,
	      void *data)
{
	for (uint32_t done = 0; done < width; done += 8) {
		uint32_t part = width - done < 8 ? width - done : 8;
		uint64_t value = 0;
		int ret = handlers->mmio_read(opaque, addr + done, part, &value);

		if (ret)
			return ret;
		memcpy((uint8_t *)data + done, &value, part);
	}
	return 0;
}

int mmio_write(const struct axvcpu_handlers *handlers, void *opaque, uint64_t addr, uint32_t width,
	       const void *data)
{
	for (uint32_t done = 0; done < width; done += 8) {
		uint32_t part = width - done < 8 ? width - done : 8;
		uint64_t value = 0;
		int ret;

		memcpy(&value, (const uint8_t *)data + done, part);
		ret = handlers->mmio_write(opaque, addr + done, part, value);
		if (ret)
			return ret;
	}
	return 0;
}
