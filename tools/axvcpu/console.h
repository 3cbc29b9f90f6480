/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Everything that happens to a guest from outside, on one thread: keys, the
 * board's timer, the time limit, signals.
 */
#ifndef AXVCPU_CONSOLE_H
#define AXVCPU_CONSOLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <axvcpu.h>
#include <board.h>

/* Why a run is to stop. */
enum stop {
	STOP_NONE,
	STOP_TIMEOUT,
	STOP_ESCAPE,		/* Ctrl-a x */
	STOP_SIGNAL,
};

/**
 * struct console - the outside
 * @board: where keys and the timer go
 * @vcpu: kicked when there is something for it
 * @ctrl_c: Ctrl-C stops the run; otherwise it is a key for the guest
 * @timeout_ns: limit; 0: none
 *
 * The caller sets these.
 */
struct console {
	struct board *board;
	struct axvcpu_vcpu *vcpu;
	bool ctrl_c;
	uint64_t timeout_ns;

	/* private: */
	atomic_int stop;
	pthread_t thread;
	int signal_fd, timer_fd, timeout_fd, quit_fd;
	bool started, raw, escaped;
};

/* Make the timer. console_timer() may be called from now on. Return: 0 or -errno. */
int console_init(struct console *console);
/* Put the terminal into raw mode and start the thread. Return: 0 or -errno. */
int console_start(struct console *console);
/* Reverse both. The terminal is as it was before. */
void console_fini(struct console *console);

/* The callback @timer of struct board. @opaque is the console. */
void console_timer(void *opaque, uint64_t when);

static inline enum stop console_stop(struct console *console)
{
	return atomic_load(&console->stop);
}

#endif /* AXVCPU_CONSOLE_H */
