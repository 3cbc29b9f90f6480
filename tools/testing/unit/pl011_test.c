// SPDX-License-Identifier: GPL-2.0-only
/*
 * The arm64 board's serial port.
 */
#include <stdbool.h>
#include <string.h>

#include "../../vmm/arm64/pl011.h"
#include "tap.h"

#define DR	0x00
#define FR	0x18
#define IBRD	0x24
#define ID	0xfe0
#define RX_EMPTY	0x10
#define TX_EMPTY	0x80

static char printed[8];
static unsigned int nr_printed;

static void output(void *opaque, uint8_t byte)
{
	(void)opaque;
	printed[nr_printed++ % sizeof(printed)] = byte;
}

int main(void)
{
	static struct pl011 uart = { .output = output };
	bool same = true;

	is(pl011_read(&uart, ID), 0x11, "its identity");
	is(pl011_read(&uart, ID + 16), 0x0d, "a PrimeCell");
	is(pl011_read(&uart, FR), RX_EMPTY | TX_EMPTY, "ready, nothing received");
	is(pl011_read(&uart, DR), 0, "nothing to read");
	pl011_write(&uart, DR, 'A');
	pl011_write(&uart, DR, 'b');
	ok(nr_printed == 2 && !memcmp(printed, "Ab", 2), "it sends");
	pl011_receive(&uart, 'x');
	pl011_receive(&uart, 'y');
	is(pl011_read(&uart, FR), TX_EMPTY, "bytes arrived");
	is(pl011_read(&uart, DR), 'x', "the first");
	is(pl011_read(&uart, DR), 'y', "the second");
	is(pl011_read(&uart, FR), RX_EMPTY | TX_EMPTY, "no more");
	for (unsigned int i = 0; i < PL011_QUEUE + 1; i++)
		pl011_receive(&uart, i);
	for (unsigned int i = 0; i < PL011_QUEUE; i++)
		same &= pl011_read(&uart, DR) == (i & 0xff);
	ok(same, "a full queue, in order");
	is(pl011_read(&uart, FR), RX_EMPTY | TX_EMPTY, "one byte too many is lost");
	pl011_write(&uart, IBRD, 13);
	is(pl011_read(&uart, IBRD), 13, "a register keeps what is written");
	pl011_write(&uart, 0xff8, 1);
	is(pl011_read(&uart, 0xf00), 0, "no register there");
	return tap_done();
}
