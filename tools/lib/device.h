/* SPDX-License-Identifier: MIT */
/*
 * Calls of the device.
 */
#ifndef AXVCPU_LIB_DEVICE_H
#define AXVCPU_LIB_DEVICE_H

#include <stdint.h>

/**
 * do_ioctl() - ioctl(2) with the error in the return value
 * @fd: the device, a VM or a vCPU
 * @cmd: the command
 * @arg: its argument
 *
 * Return: what ioctl(2) returns, or -errno.
 */
int do_ioctl(int fd, unsigned long cmd, void *arg);

/**
 * do_ioctl_array() - a command that takes struct axvcpu_array
 * @fd: the device or a vCPU
 * @cmd: the command
 * @entries: the array
 * @count: in: its entries; out: the device's number, also with -ENOSPC
 *
 * Return: 0 or -errno.
 */
int do_ioctl_array(int fd, unsigned long cmd, void *entries, uint32_t *count);

#endif /* AXVCPU_LIB_DEVICE_H */
