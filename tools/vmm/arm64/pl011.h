/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A PrimeCell UART (Arm DDI 0183) without its interrupt: transmission takes no
 * time, the receive queue is deeper than the chip's.
 */
#ifndef VMM_ARM64_PL011_H
#define VMM_ARM64_PL011_H

#include <stdint.h>

#define PL011_QUEUE	4096
#define PL011_REGS	18

/**
 * struct pl011 - a serial port
 * @output: takes each byte the guest sends
 * @opaque: its first argument
 *
 * Set these; everything else starts as zero. The caller serializes all calls.
 */
struct pl011 {
	void (*output)(void *opaque, uint8_t byte);
	void *opaque;

	/* private: */
	uint32_t regs[PL011_REGS];	/* what was written, by register */
	uint8_t queue[PL011_QUEUE];
	unsigned int head, used;
};

/* The register at @offset. */
uint64_t pl011_read(struct pl011 *uart, uint64_t offset);
void pl011_write(struct pl011 *uart, uint64_t offset, uint64_t value);
/* A byte arrives at the port; one that finds no room is lost. */
void pl011_receive(struct pl011 *uart, uint8_t byte);

#endif /* VMM_ARM64_PL011_H */
