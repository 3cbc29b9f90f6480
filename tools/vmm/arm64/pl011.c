// SPDX-License-Identifier: GPL-2.0-only
/* A PrimeCell UART (Arm DDI 0183), as a program sees it that polls it. */
#include "pl011.h"

#define UARTDR		0x00
#define UARTFR		0x18
#define UARTRIS		0x3c
#define UARTMIS		0x40
#define UARTID		0xfe0

#define FR_RX_EMPTY	(1U << 4)
#define FR_TX_EMPTY	(1U << 7)

/* The identification of a PrimeCell: part 0x011, designer 0x41. */
static const uint8_t id[] = { 0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

void pl011_receive(struct pl011 *uart, uint8_t byte)
{
	if (uart->used < PL011_QUEUE)
		uart->queue[(uart->head + uart->used++) % PL011_QUEUE] = byte;
}

static uint8_t dequeue(struct pl011 *uart)
{
	uint8_t byte;

	if (!uart->used)
		return 0;
	byte = uart->queue[uart->head];
	uart->head = (uart->head + 1) % PL011_QUEUE;
	uart->used--;
	return byte;
}

uint64_t pl011_read(struct pl011 *uart, uint64_t offset)
{
	switch (offset) {
	case UARTDR:
		return dequeue(uart);
	case UARTRIS:
	case UARTMIS:
		return 0;
	case UARTFR:
		return FR_TX_EMPTY | (uart->used ? 0 : FR_RX_EMPTY);
	}
	if (offset >= UARTID && offset < UARTID + 4 * sizeof(id))
		return id[(offset - UARTID) / 4];
	return offset / 4 < PL011_REGS ? uart->regs[offset / 4] : 0;
}

void pl011_write(struct pl011 *uart, uint64_t offset, uint64_t value)
{
	if (offset == UARTDR)
		uart->output(uart->opaque, value);
	else if (offset / 4 < PL011_REGS)
		uart->regs[offset / 4] = value;
}
