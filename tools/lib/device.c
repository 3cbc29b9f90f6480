// SPDX-License-Identifier: MIT
/*
 * The device.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <axvcpu.h>

#include "device.h"

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
