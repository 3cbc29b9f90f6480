/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A 16550A serial port, as far as software looks: transmission takes no time,
 * the receive queue is deeper than the chip's.
 */
#ifndef VMM_X86_UART_H
#define VMM_X86_UART_H

#include <stdbool.h>
#include <stdint.h>

#define UART_QUEUE	4096

/**
 * struct uart - a serial port
 * @output: takes each byte the guest sends
 * @irq: takes the interrupt line, on each change
 * @opaque: their first argument
 *
 * Set these and call uart_reset(). The caller serializes all calls.
 */
struct uart {
	void (*output)(void *opaque, uint8_t byte);
	void (*irq)(void *opaque, bool level);
	void *opaque;

	/* private: */
	uint8_t ier, fcr, lcr, mcr, scr;
	uint16_t divisor;
	bool overrun;
	bool thr_empty_pending;
	bool line;
	uint8_t queue[UART_QUEUE];
	unsigned int head, used;
};

void uart_reset(struct uart *uart);
/* Registers 0 to 7. */
uint8_t uart_read(struct uart *uart, unsigned int reg);
void uart_write(struct uart *uart, unsigned int reg, uint8_t value);
/* A byte arrives at the port. */
void uart_receive(struct uart *uart, uint8_t byte);

#endif /* VMM_X86_UART_H */
