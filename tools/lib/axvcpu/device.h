/* SPDX-License-Identifier: MIT */
/*
 * libaxvcpu: the device. Programs include <axvcpu.h>.
 */
#ifndef AXVCPU_DEVICE_H
#define AXVCPU_DEVICE_H

#include <stdint.h>

#include <linux/axvcpu.h>

#ifdef __cplusplus
extern "C" {
#endif

#define AXVCPU_DEVICE	"/dev/axvcpu"

/**
 * axvcpu_open() - open the device
 * @path: its node; NULL: AXVCPU_DEVICE
 *
 * Return: a file descriptor, close-on-exec, for close(2); -ENOENT where the
 * module is not loaded, -EACCES without permission for the node.
 */
int axvcpu_open(const char *path);

/**
 * axvcpu_get_info() - GET_INFO
 * @dev: the device
 * @info: filled in
 */
int axvcpu_get_info(int dev, struct axvcpu_info *info);

/**
 * axvcpu_get_caps() - GET_CAPS
 * @dev: the device
 * @caps: filled in
 * @count: in: room at @caps; out: capabilities there are, also with -ENOSPC
 */
int axvcpu_get_caps(int dev, struct axvcpu_cap *caps, uint32_t *count);

/**
 * axvcpu_get_cap() - value of one capability
 * @dev: the device
 * @id: AXVCPU_CAP_*
 * @value: its value; 0 if the device does not list it
 */
int axvcpu_get_cap(int dev, uint32_t id, uint64_t *value);

#ifdef __cplusplus
}
#endif

#endif /* AXVCPU_DEVICE_H */
