// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pair of interrupt controllers.
 */
#include <pic.h>

#include "tap.h"

static struct pic pic;

/* As Linux does it: vectors 0x30 and 0x38, everything masked but @mask. */
static void init(uint16_t mask)
{
	pic_reset(&pic);
	pic_write(&pic, 0x20, 0x11);
	pic_write(&pic, 0x21, 0x30);
	pic_write(&pic, 0x21, 0x04);
	pic_write(&pic, 0x21, 0x01);
	pic_write(&pic, 0xa0, 0x11);
	pic_write(&pic, 0xa1, 0x38);
	pic_write(&pic, 0xa1, 0x02);
	pic_write(&pic, 0xa1, 0x01);
	pic_write(&pic, 0x21, mask & 0xff);
	pic_write(&pic, 0xa1, mask >> 8);
}

static void pulse(unsigned int irq)
{
	pic_set(&pic, irq, false);
	pic_set(&pic, irq, true);
}

static void first_chip(void)
{
	init(0xffff);
	pulse(0);
	ok(!pic_pending(&pic), "masked");
	init(0xfffa);
	pulse(0);
	ok(pic_pending(&pic), "an edge is pending");
	is(pic_acknowledge(&pic), 0x30, "its vector");
	ok(!pic_pending(&pic), "in service, and taken");
	pulse(0);
	ok(!pic_pending(&pic), "again only after its end");
	pic_write(&pic, 0x20, 0x60);
	ok(pic_pending(&pic), "a specific end");
	is(pic_acknowledge(&pic), 0x30, "the second edge");
	pic_write(&pic, 0x20, 0x20);
	pic_set(&pic, 0, true);
	ok(!pic_pending(&pic), "a line that stays up is no edge");
	pulse(0);
	pic_set(&pic, 0, false);
	ok(!pic_pending(&pic), "a line that goes away takes its request with it");
	is(pic_acknowledge(&pic), 0x37, "what is acknowledged then is spurious");
}

static void priorities(void)
{
	init(0x0000);
	pulse(4);
	pulse(1);
	is(pic_acknowledge(&pic), 0x31, "the lower number first");
	ok(!pic_pending(&pic), "a lower priority waits");
	pulse(0);
	is(pic_acknowledge(&pic), 0x30, "a higher one does not");
	pic_write(&pic, 0x20, 0x20);
	ok(!pic_pending(&pic), "an end is that of the highest in service");
	pic_write(&pic, 0x20, 0x20);
	is(pic_acknowledge(&pic), 0x34, "and then the next");
}

static void second_chip(void)
{
	init(0x0000);
	pulse(8);
	pulse(12);
	ok(pic_pending(&pic), "the second chip's");
	is(pic_acknowledge(&pic), 0x38, "its vector");
	ok(!pic_pending(&pic), "the first chip has its input in service");
	pic_write(&pic, 0xa0, 0x20);
	pic_write(&pic, 0x20, 0x62);
	is(pic_acknowledge(&pic), 0x3c, "both ends, and the next");
	pic_write(&pic, 0xa0, 0x20);
	pic_write(&pic, 0x20, 0x62);
	ok(!pic_pending(&pic), "no more");
}

static void levels(void)
{
	init(0x0000);
	pic_write(&pic, 0x4d1, 0x08);
	is(pic_read(&pic, 0x4d1), 0x08, "ELCR");
	pic_set(&pic, 11, true);
	is(pic_acknowledge(&pic), 0x3b, "a level");
	pic_write(&pic, 0xa0, 0x20);
	pic_write(&pic, 0x20, 0x62);
	ok(pic_pending(&pic), "again as long as it is there");
	pic_set(&pic, 11, false);
	ok(!pic_pending(&pic), "and not when it is not");
}

static void reads(void)
{
	init(0xff00);
	is(pic_read(&pic, 0x21), 0x00, "mask of the first chip");
	is(pic_read(&pic, 0xa1), 0xff, "mask of the second chip");
	pulse(4);
	is(pic_read(&pic, 0x20), 0x10, "IRR");
	pic_acknowledge(&pic);
	pic_write(&pic, 0x20, 0x0b);
	is(pic_read(&pic, 0x20), 0x10, "ISR");
	init(0x0000);
	pic_write(&pic, 0x20, 0x11);
	pic_write(&pic, 0x21, 0x30);
	pic_write(&pic, 0x21, 0x04);
	pic_write(&pic, 0x21, 0x03);
	pulse(3);
	pic_acknowledge(&pic);
	pulse(3);
	ok(pic_pending(&pic), "automatic end");
}

int main(void)
{
	first_chip();
	priorities();
	second_chip();
	levels();
	reads();
	return tap_done();
}
