/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guest memory and what is put into it before the guest starts.
 */
#ifndef VMM_LOAD_H
#define VMM_LOAD_H

#include <stddef.h>
#include <stdint.h>

/* Where memory makes room for devices. */
#define RAM_HOLE	0xc0000000ULL
#define RAM_HIGH	0x100000000ULL

/**
 * struct ram - the guest's memory
 * @hva: all of it, in one piece
 * @size: bytes
 *
 * Guest physical 0 up to RAM_HOLE, the rest from RAM_HIGH on.
 */
struct ram {
	uint8_t *hva;
	uint64_t size;
};

static inline uint64_t ram_low(const struct ram *ram)
{
	return ram->size < RAM_HOLE ? ram->size : RAM_HOLE;
}

/* Host address of low guest memory, or NULL if not all of it is there. */
static inline void *ram_at(const struct ram *ram, uint64_t gpa, uint64_t len)
{
	if (gpa > ram_low(ram) || len > ram_low(ram) - gpa)
		return NULL;
	return ram->hva + gpa;
}

/* A file in memory. */
struct blob {
	const uint8_t *data;
	size_t size;
};

/*
 * What a loader needs below 1 MiB: a descriptor table and page tables for a
 * guest that starts with them, Linux's boot parameters and command line.
 */
#define LOW_GDT		0x1000
#define LOW_PAGES	0x2000
#define LOW_END		0x8000
#define LOW_PARAMS	0x9000
#define LOW_CMDLINE	0xa000

/**
 * struct linux_image - a Linux that has been loaded
 * @entry: its 64-bit entry point
 * @load: where its code is
 * @initrd: where its initrd is
 * @version: its name for itself, in the file
 */
struct linux_image {
	uint64_t entry;
	uint64_t load;
	uint64_t initrd;
	const char *version;
};

/**
 * linux_load() - load a bzImage by its 64-bit boot protocol
 * @ram: guest memory
 * @kernel: the file
 * @initrd: the file, or size 0
 * @cmdline: the kernel's command line
 * @image: filled in
 *
 * Documentation/x86/boot.rst of the kernel: boot parameters with an e820 map at
 * LOW_PARAMS; the caller provides long mode with memory mapped one to one.
 *
 * Return: NULL, or what is wrong, in words.
 */
const char *linux_load(const struct ram *ram, const struct blob *kernel, const struct blob *initrd,
		       const char *cmdline, struct linux_image *image);

#endif /* VMM_LOAD_H */
