/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The loader of a Linux kernel. Each architecture has its own, with this
 * interface.
 */
#ifndef VMM_LINUX_H
#define VMM_LINUX_H

#include <stdint.h>

#include "file.h"
#include "ram.h"

/**
 * struct linux_image - a Linux that has been loaded
 * @entry: where it starts
 * @params: address of what it is told at the start: the boot parameters on x86, the
 *	device tree on arm64
 * @load: where its code is
 * @initrd: where its initrd is
 * @version: x86: its name for itself, in the file; NULL: it has none
 */
struct linux_image {
	uint64_t entry;
	uint64_t params;
	uint64_t load;
	uint64_t initrd;
	const char *version;
};

/**
 * linux_load() - put a kernel, its initrd and its parameters into guest memory
 * @ram: guest memory
 * @kernel: the file
 * @initrd: the file, or size 0
 * @cmdline: the kernel's command line
 * @image: filled in
 *
 * On x86 it loads a bzImage by the 64-bit boot protocol (Documentation/x86/boot.rst
 * of the kernel); the caller provides long mode with memory mapped one to one. On
 * arm64 it loads an Image (Documentation/arm64/booting.rst of the kernel).
 *
 * Return: NULL, or what is wrong, in words.
 */
const char *linux_load(const struct ram *ram, const struct file *kernel,
		       const struct file *initrd, const char *cmdline,
		       struct linux_image *image);

#endif /* VMM_LINUX_H */
