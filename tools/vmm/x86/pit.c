// SPDX-License-Identifier: GPL-2.0-only
/*
 * The 8254. Modes as in its data sheet; the gates of channels 0 and 1 are always
 * high on a PC, that of channel 2 is bit 0 of port 0x61.
 */
#include <string.h>

#include "pit.h"

#define NS_PER_S	1000000000ULL

void pit_reset(struct pit *pit)
{
	memset(pit, 0, sizeof(*pit));
	for (int i = 0; i < 3; i++) {
		pit->ch[i].reload = 0x10000;
		pit->ch[i].access = 3;
	}
	pit->ch[0].gate = true;
	pit->ch[1].gate = true;
	pit->next = PIT_NEVER;
}

static uint64_t to_ticks(uint64_t ns)
{
	return (__uint128_t)ns * PIT_HZ / NS_PER_S;
}

/* Rounded up: the tick has happened by then. */
static uint64_t to_ns(uint64_t ticks)
{
	return ((__uint128_t)ticks * NS_PER_S + PIT_HZ - 1) / PIT_HZ;
}

static uint64_t elapsed(const struct pit_channel *ch, uint64_t now)
{
	return ch->loaded && ch->gate && now > ch->start ? to_ticks(now - ch->start) : 0;
}

static uint16_t count(const struct pit_channel *ch, uint64_t now)
{
	uint64_t ticks = elapsed(ch, now);

	switch (ch->mode) {
	case 2:
		return ch->reload - ticks % ch->reload;
	case 3:
		return ch->reload - 2 * ticks % ch->reload;
	default:
		return ch->reload - ticks;
	}
}

static bool output(const struct pit_channel *ch, uint64_t now)
{
	uint64_t ticks = elapsed(ch, now);

	switch (ch->mode) {
	case 2:
		return ticks % ch->reload != ch->reload - 1;
	case 3:
		return ticks % ch->reload < (ch->reload + 1) / 2;
	case 4:
	case 5:
		return ticks != ch->reload;
	default:
		return ch->loaded && ticks >= ch->reload;
	}
}

static bool periodic(const struct pit_channel *ch)
{
	return ch->mode == 2 || ch->mode == 3;
}

static void load(struct pit *pit, struct pit_channel *ch, uint32_t value, uint64_t now)
{
	ch->reload = value ? value : 0x10000;
	ch->start = now;
	ch->loaded = true;
	if (ch == &pit->ch[0])
		pit->next = now + to_ns(ch->reload);
}

static void write_count(struct pit *pit, struct pit_channel *ch, uint8_t value, uint64_t now)
{
	switch (ch->access) {
	case 1:
		load(pit, ch, value, now);
		return;
	case 2:
		load(pit, ch, value << 8, now);
		return;
	}
	if (ch->write_high)
		load(pit, ch, value << 8 | ch->low, now);
	else
		ch->low = value;
	ch->write_high = !ch->write_high;
}

static void latch_count(struct pit_channel *ch, uint64_t now)
{
	if (ch->latched)
		return;
	ch->latch = count(ch, now);
	ch->latched = true;
}

static void latch_status(struct pit_channel *ch, uint64_t now)
{
	if (ch->status_latched)
		return;
	ch->status = output(ch, now) << 7 | !ch->loaded << 6 | ch->access << 4 | ch->mode << 1;
	ch->status_latched = true;
}

static void read_back(struct pit *pit, uint8_t value, uint64_t now)
{
	for (int i = 0; i < 3; i++) {
		if (!(value & (2U << i)))
			continue;
		if (!(value & 0x20))
			latch_count(&pit->ch[i], now);
		if (!(value & 0x10))
			latch_status(&pit->ch[i], now);
	}
}

static void control(struct pit *pit, uint8_t value, uint64_t now)
{
	struct pit_channel *ch;

	if (value >> 6 == 3) {
		read_back(pit, value, now);
		return;
	}
	ch = &pit->ch[value >> 6];
	if (!(value & 0x30)) {
		latch_count(ch, now);
		return;
	}
	ch->access = value >> 4 & 3;
	ch->mode = value >> 1 & 7;
	if (ch->mode > 5)
		ch->mode -= 4;
	ch->loaded = false;
	ch->write_high = false;
	ch->read_high = false;
	ch->latched = false;
	if (ch == &pit->ch[0])
		pit->next = PIT_NEVER;
}

static uint8_t read_count(struct pit_channel *ch, uint64_t now)
{
	uint16_t value = ch->latched ? ch->latch : count(ch, now);
	bool high = ch->access == 2 || (ch->access == 3 && ch->read_high);

	if (ch->status_latched) {
		ch->status_latched = false;
		return ch->status;
	}
	if (ch->access == 3)
		ch->read_high = !ch->read_high;
	if (ch->access != 3 || high)
		ch->latched = false;
	return high ? value >> 8 : value & 0xff;
}

uint8_t pit_read(struct pit *pit, uint16_t port, uint64_t now)
{
	const struct pit_channel *ch2 = &pit->ch[2];

	if (port >= 0x40 && port <= 0x42)
		return read_count(&pit->ch[port - 0x40], now);
	if (port == 0x61)
		/* Bit 4 is the memory refresh, a square wave of about 15 us a half. */
		return ch2->gate | pit->speaker << 1 | (now / 15085 & 1) << 4 |
		       output(ch2, now) << 5;
	return 0xff;
}

void pit_write(struct pit *pit, uint16_t port, uint8_t value, uint64_t now)
{
	struct pit_channel *ch2 = &pit->ch[2];

	if (port >= 0x40 && port <= 0x42) {
		write_count(pit, &pit->ch[port - 0x40], value, now);
	} else if (port == 0x43) {
		control(pit, value, now);
	} else if (port == 0x61) {
		if ((value & 1) && !ch2->gate)
			ch2->start = now;
		ch2->gate = value & 1;
		pit->speaker = value & 2;
	}
}

uint64_t pit_next(const struct pit *pit)
{
	return pit->next;
}

bool pit_expired(struct pit *pit, uint64_t now)
{
	const struct pit_channel *ch = &pit->ch[0];

	if (now < pit->next)
		return false;
	if (periodic(ch))
		pit->next = ch->start + to_ns((elapsed(ch, now) / ch->reload + 1) * ch->reload);
	else
		pit->next = PIT_NEVER;
	return true;
}
