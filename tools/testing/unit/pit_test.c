// SPDX-License-Identifier: GPL-2.0-only
/*
 * The timer, on a clock of the test's own.
 */
#include <pit.h>

#include "tap.h"

#define S	1000000000ULL

static struct pit pit;

static void program(unsigned int channel, unsigned int mode, uint16_t count, uint64_t now)
{
	pit_write(&pit, 0x43, channel << 6 | 0x30 | mode << 1, now);
	pit_write(&pit, 0x40 + channel, count & 0xff, now);
	pit_write(&pit, 0x40 + channel, count >> 8, now);
}

static uint16_t read_count(unsigned int channel, uint64_t now)
{
	uint8_t low;

	pit_write(&pit, 0x43, channel << 6, now);
	low = pit_read(&pit, 0x40 + channel, now);
	return low | pit_read(&pit, 0x40 + channel, now + S / 2) << 8;
}

static void periodic(void)
{
	uint64_t next;
	unsigned int edges = 0;

	pit_reset(&pit);
	ok(pit_next(&pit) == PIT_NEVER && !pit_expired(&pit, S), "nothing after reset");
	program(0, 2, 11932, S);
	next = pit_next(&pit);
	is(next - S, 11932 * S / PIT_HZ + 1, "a period, rounded up");
	ok(!pit_expired(&pit, next - 1), "not before");
	ok(pit_expired(&pit, next), "then");
	ok(!pit_expired(&pit, next), "once");
	for (uint64_t now = next; now < 11 * S; now = pit_next(&pit))
		edges += pit_expired(&pit, now);
	is(edges, 998, "100 a second, without drift");
	ok(pit_expired(&pit, 20 * S), "missed edges");
	ok(!pit_expired(&pit, 20 * S), "count as one");
	is(pit_next(&pit) > 20 * S && pit_next(&pit) < 20 * S + S / 99, 1, "and then goes on");
}

static void one_shot(void)
{
	pit_reset(&pit);
	program(0, 0, 0, S);
	is(pit_next(&pit) - S, 65536 * S / PIT_HZ + 1, "0 is 65536");
	ok(pit_expired(&pit, 2 * S), "one shot");
	is(pit_next(&pit), PIT_NEVER, "and no more");
	program(0, 4, 100, 3 * S);
	ok(pit_next(&pit) != PIT_NEVER, "strobe");
	pit_write(&pit, 0x43, 0x30, 3 * S);
	is(pit_next(&pit), PIT_NEVER, "a control word stops it");
}

static void counting(void)
{
	pit_reset(&pit);
	program(0, 2, 1000, 0);
	is(read_count(0, 0), 1000, "at the start");
	is(read_count(0, S / PIT_HZ * 10 + 10), 990, "ten ticks later, latched");
	is(read_count(0, 1005 * S / PIT_HZ + 1), 995, "in the second period");
	pit_write(&pit, 0x43, 0x14, 0);
	pit_write(&pit, 0x40, 50, 0);
	is(pit_read(&pit, 0x40, 20 * S / PIT_HZ + 1), 30, "low byte alone");
	pit_write(&pit, 0x43, 0xe2, 0);
	is(pit_read(&pit, 0x40, 0), 0x94, "status: output, access, mode");
}

/* What Linux does to measure its clock: channel 2, mode 0, the gate by port 0x61. */
static void calibration(void)
{
	pit_reset(&pit);
	pit_write(&pit, 0x61, 0x01, 0);
	program(2, 0, 11931, 0);
	is(pit_read(&pit, 0x61, 0) & 0x21, 0x01, "output low");
	is(pit_read(&pit, 0x61, S / 200) & 0x20, 0x00, "still low after 5 ms");
	is(pit_read(&pit, 0x61, S / 100) & 0x20, 0x20, "high after 10 ms");
	pit_write(&pit, 0x61, 0x00, S);
	is(pit_read(&pit, 0x61, 2 * S) & 0x20, 0x00, "no counting without the gate");
	is(pit_next(&pit), PIT_NEVER, "no interrupt from channel 2");
	ok((pit_read(&pit, 0x61, 0) ^ pit_read(&pit, 0x61, 15085)) & 0x10, "refresh toggles");
}

int main(void)
{
	periodic();
	one_shot();
	counting();
	calibration();
	return tap_done();
}
