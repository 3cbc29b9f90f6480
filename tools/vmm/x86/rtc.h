/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The PC's clock and its CMOS memory: the time can be read, nothing is kept.
 */
#ifndef VMM_X86_RTC_H
#define VMM_X86_RTC_H

#include <stdint.h>
#include <time.h>

/**
 * struct rtc - the clock
 * @index: register that port 0x71 shows
 * @ram: registers above the clock's own
 */
struct rtc {
	uint8_t index;
	uint8_t ram[128];
};

/* Ports 0x70 and 0x71; @now is the time that the clock shows, in UTC. */
uint8_t rtc_read(const struct rtc *rtc, uint16_t port, time_t now);
void rtc_write(struct rtc *rtc, uint16_t port, uint8_t value);

#endif /* VMM_X86_RTC_H */
