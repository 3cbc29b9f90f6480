/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The PC's 8254 timer and port 0x61, run by a clock that the caller reads:
 * nothing happens by itself. Binary counting only.
 */
#ifndef VMM_X86_PIT_H
#define VMM_X86_PIT_H

#include <stdbool.h>
#include <stdint.h>

#define PIT_HZ		1193182U
#define PIT_NEVER	UINT64_MAX

struct pit_channel {
	uint64_t start;		/* ns at which the count was loaded */
	uint32_t reload;	/* 1 to 65536 */
	uint8_t mode;
	uint8_t access;		/* 1: low byte, 2: high byte, 3: low, then high */
	uint8_t low;		/* written, waiting for the high byte */
	uint16_t latch;
	uint8_t status;
	bool loaded;
	bool write_high, read_high;
	bool latched, status_latched;
	bool gate;
};

/**
 * struct pit - the timer
 *
 * The caller serializes all calls and gives them the time, in ns.
 */
struct pit {
	/* private: */
	struct pit_channel ch[3];
	bool speaker;
	uint64_t next;		/* channel 0's next edge */
};

void pit_reset(struct pit *pit);
/* Ports 0x40 to 0x43 and 0x61. */
uint8_t pit_read(struct pit *pit, uint16_t port, uint64_t now);
void pit_write(struct pit *pit, uint16_t port, uint8_t value, uint64_t now);
/* When channel 0 raises IRQ 0 next; PIT_NEVER. */
uint64_t pit_next(const struct pit *pit);
/* Has it since the last call? Edges that were missed count as one. */
bool pit_expired(struct pit *pit, uint64_t now);

#endif /* VMM_X86_PIT_H */
