/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The PC's pair of 8259A interrupt controllers: fixed priority, no polling, no
 * buffered mode.
 */
#ifndef VMM_X86_PIC_H
#define VMM_X86_PIC_H

#include <stdbool.h>
#include <stdint.h>

/* One of the two chips. */
struct pic_chip {
	uint8_t irr, imr, isr;
	uint8_t lines;		/* inputs as they are */
	uint8_t level;		/* 1: level-triggered (ELCR) */
	uint8_t base;		/* first vector */
	uint8_t init_step;	/* ICW expected next; 0: none */
	bool needs_icw4;
	bool auto_eoi;
	bool read_isr;
};

/**
 * struct pic - both chips
 * @chip: the second is on input 2 of the first
 *
 * The caller serializes all calls.
 */
struct pic {
	struct pic_chip chip[2];
};

void pic_reset(struct pic *pic);
/* Ports 0x20, 0x21, 0xa0, 0xa1, and 0x4d0, 0x4d1 (ELCR). */
uint8_t pic_read(struct pic *pic, uint16_t port);
void pic_write(struct pic *pic, uint16_t port, uint8_t value);
/* Set the level of an input: 0 to 15, but not 2. */
void pic_set(struct pic *pic, unsigned int irq, bool level);
/* Return: true if an interrupt for the processor is pending. */
bool pic_pending(const struct pic *pic);
/* The processor takes the interrupt. Return: its vector. */
uint8_t pic_acknowledge(struct pic *pic);

#endif /* VMM_X86_PIC_H */
