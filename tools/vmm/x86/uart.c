// SPDX-License-Identifier: GPL-2.0-only
/*
 * The 16550A. Names of registers and bits are those of its data sheet.
 */
#include "uart.h"

enum { RBR_THR = 0, IER = 1, IIR_FCR = 2, LCR = 3, MCR = 4, LSR = 5, MSR = 6, SCR = 7 };

#define IER_RX		0x01
#define IER_THRE	0x02
#define IER_LINE	0x04
#define IER_MASK	0x0f
#define IIR_NONE	0x01
#define IIR_THRE	0x02
#define IIR_RX		0x04
#define IIR_LINE	0x06
#define IIR_FIFO	0xc0
#define FCR_ENABLE	0x01
#define FCR_CLEAR_RX	0x02
#define LCR_DLAB	0x80
#define MCR_DTR		0x01
#define MCR_RTS		0x02
#define MCR_OUT1	0x04
#define MCR_OUT2	0x08
#define MCR_LOOP	0x10
#define LSR_DR		0x01
#define LSR_OE		0x02
#define LSR_THRE	0x20
#define LSR_TEMT	0x40
#define MSR_CTS		0x10
#define MSR_DSR		0x20
#define MSR_RI		0x40
#define MSR_DCD		0x80

/* The highest-ranking reason for an interrupt. */
static uint8_t reason(const struct uart *uart)
{
	if ((uart->ier & IER_LINE) && uart->overrun)
		return IIR_LINE;
	if ((uart->ier & IER_RX) && uart->used)
		return IIR_RX;
	if ((uart->ier & IER_THRE) && uart->thr_empty_pending)
		return IIR_THRE;
	return IIR_NONE;
}

/* On a PC, OUT2 gates the interrupt line. */
static void update_irq(struct uart *uart)
{
	bool line = reason(uart) != IIR_NONE && (uart->mcr & MCR_OUT2) && !(uart->mcr & MCR_LOOP);

	if (line == uart->line)
		return;
	uart->line = line;
	if (uart->irq)
		uart->irq(uart->opaque, line);
}

void uart_reset(struct uart *uart)
{
	uart->ier = 0;
	uart->fcr = 0;
	uart->lcr = 0;
	uart->mcr = 0;
	uart->scr = 0;
	uart->divisor = 12;
	uart->overrun = false;
	uart->thr_empty_pending = false;
	uart->head = 0;
	uart->used = 0;
	update_irq(uart);
}

static void enqueue(struct uart *uart, uint8_t byte)
{
	if (uart->used == UART_QUEUE)
		uart->overrun = true;
	else
		uart->queue[(uart->head + uart->used++) % UART_QUEUE] = byte;
}

static uint8_t dequeue(struct uart *uart)
{
	uint8_t byte;

	if (!uart->used)
		return 0;
	byte = uart->queue[uart->head];
	uart->head = (uart->head + 1) % UART_QUEUE;
	uart->used--;
	return byte;
}

void uart_receive(struct uart *uart, uint8_t byte)
{
	if (!(uart->mcr & MCR_LOOP))
		enqueue(uart, byte);
	update_irq(uart);
}

/* Modem lines: a carrier is always there; in loop-back the outputs come back. */
static uint8_t modem_status(const struct uart *uart)
{
	uint8_t status = 0;

	if (!(uart->mcr & MCR_LOOP))
		return MSR_DCD | MSR_DSR | MSR_CTS;
	if (uart->mcr & MCR_RTS)
		status |= MSR_CTS;
	if (uart->mcr & MCR_DTR)
		status |= MSR_DSR;
	if (uart->mcr & MCR_OUT1)
		status |= MSR_RI;
	if (uart->mcr & MCR_OUT2)
		status |= MSR_DCD;
	return status;
}

static uint8_t read_register(struct uart *uart, unsigned int reg)
{
	bool dlab = uart->lcr & LCR_DLAB;
	uint8_t value;

	switch (reg) {
	case RBR_THR:
		return dlab ? uart->divisor & 0xff : dequeue(uart);
	case IER:
		return dlab ? uart->divisor >> 8 : uart->ier;
	case IIR_FCR:
		value = reason(uart);
		if (value == IIR_THRE)
			uart->thr_empty_pending = false;
		return value | (uart->fcr & FCR_ENABLE ? IIR_FIFO : 0);
	case LCR:
		return uart->lcr;
	case MCR:
		return uart->mcr;
	case LSR:
		value = LSR_THRE | LSR_TEMT | (uart->used ? LSR_DR : 0) |
			(uart->overrun ? LSR_OE : 0);
		uart->overrun = false;
		return value;
	case MSR:
		return modem_status(uart);
	case SCR:
		return uart->scr;
	}
	return 0xff;
}

uint8_t uart_read(struct uart *uart, unsigned int reg)
{
	uint8_t value = read_register(uart, reg);

	update_irq(uart);
	return value;
}

static void transmit(struct uart *uart, uint8_t byte)
{
	if (uart->mcr & MCR_LOOP)
		enqueue(uart, byte);
	else if (uart->output)
		uart->output(uart->opaque, byte);
	uart->thr_empty_pending = true;
}

void uart_write(struct uart *uart, unsigned int reg, uint8_t value)
{
	bool dlab = uart->lcr & LCR_DLAB;

	switch (reg) {
	case RBR_THR:
		if (dlab)
			uart->divisor = (uart->divisor & 0xff00) | value;
		else
			transmit(uart, value);
		break;
	case IER:
		if (dlab) {
			uart->divisor = (uart->divisor & 0xff) | value << 8;
			break;
		}
		/* Enabling it with an empty transmitter asks for one at once. */
		if ((value & IER_THRE) && !(uart->ier & IER_THRE))
			uart->thr_empty_pending = true;
		uart->ier = value & IER_MASK;
		break;
	case IIR_FCR:
		if (value & FCR_CLEAR_RX)
			uart->used = 0;
		uart->fcr = value & FCR_ENABLE;
		break;
	case LCR:
		uart->lcr = value;
		break;
	case MCR:
		uart->mcr = value & 0x1f;
		break;
	case SCR:
		uart->scr = value;
		break;
	}
	update_irq(uart);
}
