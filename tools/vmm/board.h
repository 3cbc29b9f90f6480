/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small arm64 board: where things are, its serial port, and how Linux is
 * started on it. The layout leaves room for a GICv3 at 0x08000000.
 */
#ifndef VMM_BOARD_H
#define VMM_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BOARD_UART	0x09000000ULL	/* pl011 */
#define BOARD_UART_SIZE	0x1000ULL
#define BOARD_EXIT	0x09010000ULL	/* a write ends the run with the value */
#define BOARD_RAM	0x40000000ULL
#define BOARD_LOAD	0x40080000ULL	/* of a flat image */

/**
 * struct board_ram - the guest's memory
 * @hva: all of it, from BOARD_RAM on
 * @size: bytes
 */
struct board_ram {
	uint8_t *hva;
	uint64_t size;
};

/* Host address of guest memory, or NULL if not all of it is there. */
static inline void *board_at(const struct board_ram *ram, uint64_t gpa, uint64_t len)
{
	if (gpa < BOARD_RAM || gpa - BOARD_RAM > ram->size || len > ram->size - (gpa - BOARD_RAM))
		return NULL;
	return ram->hva + (gpa - BOARD_RAM);
}

/**
 * struct pl011 - a serial port that sends at once and receives nothing
 * @output: takes each byte
 * @opaque: its first argument
 * @regs: what was written, by register
 */
struct pl011 {
	void (*output)(void *opaque, uint8_t byte);
	void *opaque;
	uint32_t regs[18];
};

/* A register at @offset of BOARD_UART. */
uint64_t pl011_read(struct pl011 *uart, uint64_t offset);
void pl011_write(struct pl011 *uart, uint64_t offset, uint64_t value);

/* A file in memory. */
struct board_file {
	const uint8_t *data;
	size_t size;
};

/**
 * struct board_linux - a Linux that has been loaded
 * @entry: where it starts
 * @fdt: address of its device tree, for X0
 */
struct board_linux {
	uint64_t entry;
	uint64_t fdt;
};

/**
 * board_load_linux() - put an arm64 Image, its initrd and a device tree into memory
 * @ram: guest memory
 * @kernel: the file
 * @initrd: the file, or size 0
 * @cmdline: the kernel's command line
 * @linux_image: filled in
 *
 * Documentation/arm64/booting.rst of the kernel.
 *
 * Return: NULL, or what is wrong, in words.
 */
const char *board_load_linux(const struct board_ram *ram, const struct board_file *kernel,
			     const struct board_file *initrd, const char *cmdline,
			     struct board_linux *linux_image);

#endif /* VMM_BOARD_H */
