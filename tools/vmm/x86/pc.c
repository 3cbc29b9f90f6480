// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PC's port map.
 */
#include <string.h>
#include <time.h>

#include "pc.h"

#define NS_PER_S	1000000000ULL
#define COM1_IRQ	4
#define DEBUG_CONSOLE	0xe9
#define EXIT_PORT	0xf4
#define PCI_ADDRESS	0xcf8

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static void com1_output(void *opaque, uint8_t byte)
{
	struct pc *pc = opaque;

	pc->board.output(pc->board.opaque, byte);
}

static void com1_irq(void *opaque, bool level)
{
	struct pc *pc = opaque;

	pic_set(&pc->pic, COM1_IRQ, level);
}

void pc_init(struct pc *pc, const struct board_config *config)
{
	memset(pc, 0, sizeof(*pc));
	board_init(&pc->board, config);
	pic_reset(&pc->pic);
	pit_reset(&pc->pit);
	pc->com1.output = com1_output;
	pc->com1.irq = com1_irq;
	pc->com1.opaque = pc;
	uart_reset(&pc->com1);
}

void pc_fini(struct pc *pc)
{
	board_fini(&pc->board);
}

static uint8_t read_port(struct pc *pc, uint16_t port)
{
	switch (port) {
	case 0x20 ... 0x21:
	case 0xa0 ... 0xa1:
	case 0x4d0 ... 0x4d1:
		return pic_read(&pc->pic, port);
	case 0x40 ... 0x43:
	case 0x61:
		return pit_read(&pc->pit, port, now_ns());
	case 0x70 ... 0x71:
		return rtc_read(&pc->rtc, port, time(NULL));
	case 0x92:
		/* A20 is always on. */
		return 0x02;
	case DEBUG_CONSOLE:
		/* A guest finds the debug console by this value. */
		return DEBUG_CONSOLE;
	case 0x3f8 ... 0x3ff:
		return uart_read(&pc->com1, port - 0x3f8);
	}
	return 0xff;
}

uint64_t pc_io_read(struct pc *pc, uint16_t port, uint32_t width)
{
	uint64_t value = 0;

	pthread_mutex_lock(&pc->board.lock);
	for (uint32_t i = 0; i < width; i++)
		value |= (uint64_t)read_port(pc, port + i) << (i * 8);
	pthread_mutex_unlock(&pc->board.lock);
	return value;
}

static void end(struct pc *pc, bool condition, enum pc_end how)
{
	if (condition)
		pc->end = how;
}

static void write_timer(struct pc *pc, uint16_t port, uint8_t value)
{
	uint64_t before = pit_next(&pc->pit);

	pit_write(&pc->pit, port, value, now_ns());
	if (pit_next(&pc->pit) == before)
		return;
	/* When a count starts, the output goes low. */
	pic_set(&pc->pic, 0, false);
	pc->board.timer(pc->board.opaque, pit_next(&pc->pit));
}

static void write_port(struct pc *pc, uint16_t port, uint8_t value)
{
	switch (port) {
	case 0x20 ... 0x21:
	case 0xa0 ... 0xa1:
	case 0x4d0 ... 0x4d1:
		pic_write(&pc->pic, port, value);
		break;
	case 0x40 ... 0x43:
	case 0x61:
		write_timer(pc, port, value);
		break;
	case 0x64:
		end(pc, value == 0xfe, PC_RESET);
		break;
	case 0x70 ... 0x71:
		rtc_write(&pc->rtc, port, value);
		break;
	case 0x92:
		end(pc, value & 1, PC_RESET);
		break;
	case DEBUG_CONSOLE:
		pc->board.output(pc->board.opaque, value);
		break;
	case 0x3f8 ... 0x3ff:
		uart_write(&pc->com1, port - 0x3f8, value);
		break;
	case 0xcf9:
		end(pc, value & 4, PC_RESET);
		break;
	}
}

bool pc_io_write(struct pc *pc, uint16_t port, uint32_t width, uint64_t value)
{
	bool ended;

	pthread_mutex_lock(&pc->board.lock);
	if (port == EXIT_PORT) {
		pc->exit_value = value;
		pc->end = PC_EXIT;
	} else if (port == PCI_ADDRESS && width == 4) {
		/* A 32-bit access is to the PCI address register, not to the reset port. */
	} else {
		for (uint32_t i = 0; i < width; i++)
			write_port(pc, port + i, value >> (i * 8));
	}
	ended = pc->end != PC_RUNS;
	pthread_mutex_unlock(&pc->board.lock);
	return ended;
}

/* True if an interrupt is pending now and was not before. Wakes who waits for it. */
static bool raised(struct pc *pc, bool before)
{
	bool pending = pic_pending(&pc->pic);

	if (pending)
		pthread_cond_broadcast(&pc->board.wake);
	return pending && !before;
}

bool pc_tick(struct pc *pc)
{
	bool before, ret;

	pthread_mutex_lock(&pc->board.lock);
	before = pic_pending(&pc->pic);
	if (pit_expired(&pc->pit, now_ns())) {
		/* The output rises. It was low at least for the last count. */
		pic_set(&pc->pic, 0, false);
		pic_set(&pc->pic, 0, true);
		pc->board.timer(pc->board.opaque, pit_next(&pc->pit));
	}
	ret = raised(pc, before);
	pthread_mutex_unlock(&pc->board.lock);
	return ret;
}

bool pc_key(struct pc *pc, uint8_t byte)
{
	bool before, ret;

	pthread_mutex_lock(&pc->board.lock);
	before = pic_pending(&pc->pic);
	uart_receive(&pc->com1, byte);
	ret = raised(pc, before);
	pthread_mutex_unlock(&pc->board.lock);
	return ret;
}

bool pc_interrupt_pending(struct pc *pc)
{
	bool ret;

	pthread_mutex_lock(&pc->board.lock);
	ret = pic_pending(&pc->pic);
	pthread_mutex_unlock(&pc->board.lock);
	return ret;
}

uint8_t pc_interrupt_acknowledge(struct pc *pc)
{
	uint8_t vector;

	pthread_mutex_lock(&pc->board.lock);
	vector = pic_acknowledge(&pc->pic);
	pthread_mutex_unlock(&pc->board.lock);
	return vector;
}

void pc_wait(struct pc *pc)
{
	pthread_mutex_lock(&pc->board.lock);
	while (!pic_pending(&pc->pic) && !atomic_load(&pc->board.stopping))
		pthread_cond_wait(&pc->board.wake, &pc->board.lock);
	pthread_mutex_unlock(&pc->board.lock);
}
