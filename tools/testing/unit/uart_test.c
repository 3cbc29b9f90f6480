// SPDX-License-Identifier: GPL-2.0-only
/*
 * The serial port as drivers use it.
 */
#include <string.h>
#include <uart.h>

#include "tap.h"

static char sent[64];
static unsigned int nr_sent;
static bool line;

static void output(void *opaque, uint8_t byte)
{
	(void)opaque;
	sent[nr_sent++ % sizeof(sent)] = byte;
}

static void irq(void *opaque, bool level)
{
	(void)opaque;
	line = level;
}

static struct uart uart = { .output = output, .irq = irq };

static void polling(void)
{
	uart_reset(&uart);
	is(uart_read(&uart, 5), 0x60, "LSR: empty transmitter, nothing received");
	uart_write(&uart, 0, 'A');
	is(sent[0], 'A', "a byte is sent");
	is(uart_read(&uart, 5), 0x60, "LSR: ready at once");
	uart_receive(&uart, 'b');
	is(uart_read(&uart, 5), 0x61, "LSR: data ready");
	is(uart_read(&uart, 0), 'b', "a byte is received");
	is(uart_read(&uart, 5), 0x60, "LSR: and no more");
}

static void registers(void)
{
	uart_reset(&uart);
	uart_write(&uart, 3, 0x83);
	uart_write(&uart, 0, 0x34);
	uart_write(&uart, 1, 0x12);
	is(uart_read(&uart, 0), 0x34, "divisor, low");
	is(uart_read(&uart, 1), 0x12, "divisor, high");
	uart_write(&uart, 3, 0x03);
	is(uart_read(&uart, 1), 0, "IER is another register");
	uart_write(&uart, 7, 0x5a);
	is(uart_read(&uart, 7), 0x5a, "scratch");
	is(uart_read(&uart, 6), 0xb0, "MSR: CTS, DSR, carrier");
	is(uart_read(&uart, 2), 0x01, "IIR: no FIFO, no interrupt");
	uart_write(&uart, 2, 0x01);
	is(uart_read(&uart, 2), 0xc1, "IIR: FIFO on");
}

/* What Linux's autoconfiguration does to find out whether there is a port. */
static void loopback(void)
{
	uart_reset(&uart);
	nr_sent = 0;
	uart_write(&uart, 4, 0x10 | 0x0a);
	is(uart_read(&uart, 6) & 0xf0, 0x90, "loop-back: OUT2 and RTS come back");
	uart_write(&uart, 0, 'x');
	is(uart_read(&uart, 0), 'x', "loop-back: data comes back");
	is(nr_sent, 0, "loop-back: and does not go out");
}

static void interrupts(void)
{
	uart_reset(&uart);
	uart_write(&uart, 4, 0x08);
	uart_write(&uart, 1, 0x02);
	ok(line, "enabling THRE asks for an interrupt");
	is(uart_read(&uart, 2), 0x02, "IIR: THRE");
	ok(!line, "reading it answers that");
	is(uart_read(&uart, 2), 0x01, "IIR: none");
	uart_write(&uart, 0, 'q');
	ok(line, "a sent byte asks for the next");
	uart_write(&uart, 1, 0x00);
	ok(!line, "disabled");
	uart_receive(&uart, '1');
	ok(!line, "nothing on reception");
	uart_write(&uart, 1, 0x01);
	ok(line, "until it is enabled");
	is(uart_read(&uart, 2), 0x04, "IIR: received data");
	uart_read(&uart, 0);
	ok(!line, "reading it answers that");
	uart_receive(&uart, '2');
	uart_write(&uart, 4, 0);
	ok(!line, "OUT2 gates the line");
}

static void overrun(void)
{
	uart_reset(&uart);
	for (int i = 0; i <= UART_QUEUE; i++)
		uart_receive(&uart, i);
	is(uart_read(&uart, 5) & 0x03, 0x03, "LSR: overrun");
	is(uart_read(&uart, 5) & 0x03, 0x01, "LSR: told once");
	uart_write(&uart, 2, 0x03);
	is(uart_read(&uart, 5) & 0x01, 0, "FCR empties the queue");
}

int main(void)
{
	polling();
	registers();
	loopback();
	interrupts();
	overrun();
	return tap_done();
}
