/* SPDX-License-Identifier: MIT */
/*
 * The guest's accesses to devices, as calls of the program's callbacks.
 */
#ifndef AXVCPU_LIB_ACCESS_H
#define AXVCPU_LIB_ACCESS_H

#include <stddef.h>
#include <stdint.h>

#include <axvcpu.h>

/* Is @member in the program's struct axvcpu_handlers, and set? */
#define HANDLER(handlers, member)						\
	((handlers)->size >= offsetof(struct axvcpu_handlers, member) +		\
			     sizeof((handlers)->member) && (handlers)->member)

/**
 * mmio_read() - read a device
 * @handlers: the program's; has mmio_read
 * @opaque: its argument
 * @addr: guest physical address
 * @width: bytes, up to 32; the callback sees accesses of up to 8
 * @data: filled in
 *
 * Return: 0, or what the callback returned.
 */
int mmio_read(const struct axvcpu_handlers *handlers, void *opaque, uint64_t addr, uint32_t width,
	      void *data);

/**
 * mmio_write() - write a device
 * @handlers: the program's; has mmio_write
 * @opaque: its argument
 * @addr: guest physical address
 * @width: bytes, up to 32; the callback sees accesses of up to 8
 * @data: what to write
 *
 * Return: 0, or what the callback returned. What came before stays written.
 */
int mmio_write(const struct axvcpu_handlers *handlers, void *opaque, uint64_t addr, uint32_t width,
	       const void *data);

#endif /* AXVCPU_LIB_ACCESS_H */
