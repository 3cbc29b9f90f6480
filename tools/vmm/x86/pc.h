/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small PC: the port map, and the devices behind it. What nothing answers
 * reads as ones and ignores writes, as an empty bus does.
 *
 *	0x20 0x21 0xa0 0xa1 0x4d0 0x4d1	interrupt controllers
 *	0x40-0x43 0x61			timer
 *	0x64 (command 0xfe) 0x92 0xcf9	reset
 *	0x70 0x71			clock
 *	0x3f8-0x3ff			COM1, IRQ 4
 *	0xe9				debug console
 *	0xf4				exit with a value
 */
#ifndef VMM_X86_PC_H
#define VMM_X86_PC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <board.h>

#include "pic.h"
#include "pit.h"
#include "rtc.h"
#include "uart.h"

/* How the guest ended its own run. */
enum pc_end {
	PC_RUNS,
	PC_RESET,
	PC_EXIT,
};

/**
 * struct pc - the devices
 * @board: what every board has
 * @pic: interrupt controllers
 * @pit: timer
 * @rtc: clock
 * @com1: serial port
 * @end: how the run ended
 * @exit_value: PC_EXIT: what the guest wrote
 */
struct pc {
	struct board board;
	struct pic pic;
	struct pit pit;
	struct rtc rtc;
	struct uart com1;
	enum pc_end end;
	uint32_t exit_value;
};

/* The PC around a struct board. */
static inline struct pc *to_pc(struct board *board)
{
	return (struct pc *)((char *)board - offsetof(struct pc, board));
}

/* Set everything but the callbacks of @pc->board. */
void pc_init(struct pc *pc, const struct board_config *config);
void pc_fini(struct pc *pc);

/* The guest's port I/O, @width bytes at a time; each byte goes to its own port. */
uint64_t pc_io_read(struct pc *pc, uint16_t port, uint32_t width);
/* Return: true if this ended the run; @end says how. */
bool pc_io_write(struct pc *pc, uint16_t port, uint32_t width, uint64_t value);

/*
 * Any thread calls these when the timer is due, or when a byte has arrived. Return: true
 * if an interrupt is pending now that was not before.
 */
bool pc_tick(struct pc *pc);
bool pc_key(struct pc *pc, uint8_t byte);

/* The processor's side of the interrupt line. */
bool pc_interrupt_pending(struct pc *pc);
uint8_t pc_interrupt_acknowledge(struct pc *pc);
/* Wait until an interrupt is pending or the run is to end. */
void pc_wait(struct pc *pc);

#endif /* VMM_X86_PC_H */
