// SPDX-License-Identifier: GPL-2.0-only
/*
 * The MC146818. It runs in BCD and 24-hour mode.
 */
#include "rtc.h"

#define REG_A		0x0a
#define REG_B		0x0b
#define REG_C		0x0c
#define REG_D		0x0d
#define REG_CENTURY	0x32
#define A_DIVIDER	0x26
#define B_24H		0x02
#define D_VALID		0x80

static uint8_t bcd(int value)
{
	return (value / 10 % 10) << 4 | value % 10;
}

uint8_t rtc_read(const struct rtc *rtc, uint16_t port, time_t now)
{
	struct tm tm;

	if (port != 0x71 || !gmtime_r(&now, &tm))
		return 0xff;
	switch (rtc->index) {
	case 0x00:
		return bcd(tm.tm_sec);
	case 0x02:
		return bcd(tm.tm_min);
	case 0x04:
		return bcd(tm.tm_hour);
	case 0x06:
		return bcd(tm.tm_wday + 1);
	case 0x07:
		return bcd(tm.tm_mday);
	case 0x08:
		return bcd(tm.tm_mon + 1);
	case 0x09:
		return bcd(tm.tm_year % 100);
	case REG_CENTURY:
		return bcd((tm.tm_year + 1900) / 100);
	case REG_A:
		return A_DIVIDER;
	case REG_B:
		return B_24H;
	case REG_C:
		return 0;
	case REG_D:
		return D_VALID;
	}
	return rtc->ram[rtc->index];
}

void rtc_write(struct rtc *rtc, uint16_t port, uint8_t value)
{
	if (port == 0x70)
		rtc->index = value & 0x7f;
	else if (port == 0x71)
		rtc->ram[rtc->index] = value;
}
