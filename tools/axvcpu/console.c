// SPDX-License-Identifier: GPL-2.0-only
/*
 * The terminal and the clocks of a run.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <unistd.h>

#include "cli.h"
#include "console.h"

#define NS_PER_S	1000000000ULL
#define CTRL_A		0x01
#define CTRL_C		0x03

/* The terminal's settings before the run. They are restored however the process ends. */
static struct termios saved_terminal;
static atomic_bool terminal_changed;

static void restore_terminal(void)
{
	if (!atomic_exchange(&terminal_changed, false))
		return;
	tcsetattr(STDIN_FILENO, TCSANOW, &saved_terminal);
}

static void fatal_signal(int sig)
{
	restore_terminal();
	raise(sig);
}

/* Keys go to the guest one by one and unchanged. Output is still processed. */
static void raw_terminal(struct console *con)
{
	static const int fatal[] = { SIGPIPE, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
	struct sigaction action = { .sa_handler = fatal_signal, .sa_flags = SA_RESETHAND };
	struct termios raw;

	if (!isatty(STDIN_FILENO) || tcgetpgrp(STDIN_FILENO) != getpgrp() ||
	    tcgetattr(STDIN_FILENO, &saved_terminal))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(fatal); i++)
		sigaction(fatal[i], &action, NULL);
	atexit(restore_terminal);
	raw = saved_terminal;
	raw.c_iflag &= ~(ICRNL | INLCR | IGNCR | IXON | ISTRIP | BRKINT | PARMRK);
	raw.c_lflag &= ~(ICANON | ECHO | ISIG | IEXTEN);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	atomic_store(&terminal_changed, true);
	if (tcsetattr(STDIN_FILENO, TCSANOW, &raw)) {
		restore_terminal();
		return;
	}
	con->raw = true;
	fprintf(stderr, "axvcpu: Ctrl-a x ends the run%s\n", con->ctrl_c ? ", Ctrl-C too" : "");
}

static void stop(struct console *con, enum stop why)
{
	int none = STOP_NONE;

	atomic_compare_exchange_strong(&con->stop, &none, why);
	board_stop(con->board);
	axvcpu_vcpu_kick(con->vcpu);
}

static void key(struct console *con, uint8_t byte)
{
	if (con->raw && con->escaped) {
		con->escaped = false;
		if (byte == 'x' || byte == 'X') {
			stop(con, STOP_ESCAPE);
			return;
		}
		if (byte != CTRL_A)
			return;
	} else if (con->raw && byte == CTRL_A) {
		con->escaped = true;
		return;
	} else if (con->raw && byte == CTRL_C && con->ctrl_c) {
		stop(con, STOP_SIGNAL);
		return;
	}
	if (board_key(con->board, byte))
		axvcpu_vcpu_kick(con->vcpu);
}

/* False at the end of the input. */
static bool read_keys(struct console *con)
{
	uint8_t buf[256];
	ssize_t len = read(STDIN_FILENO, buf, sizeof(buf));

	for (ssize_t i = 0; i < len; i++)
		key(con, buf[i]);
	return len > 0 || (len < 0 && (errno == EINTR || errno == EAGAIN));
}

/* Read a descriptor empty. Its data say nothing more than that it was readable. */
static void drain(int fd)
{
	uint8_t buf[sizeof(struct signalfd_siginfo)];

	if (read(fd, buf, sizeof(buf)) < 0)
		return;
}

static void *outside(void *arg)
{
	struct console *con = arg;
	struct pollfd fds[] = {
		{ .fd = con->quit_fd, .events = POLLIN },
		{ .fd = con->timer_fd, .events = POLLIN },
		{ .fd = con->timeout_fd, .events = POLLIN },
		{ .fd = con->signal_fd, .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN },
	};

	/* A process in the background would be stopped if it read the terminal. */
	if (isatty(STDIN_FILENO) && !con->raw)
		fds[4].fd = -1;
	for (;;) {
		if (poll(fds, 5, -1) < 0)
			continue;
		if (fds[0].revents)
			return NULL;
		if (fds[1].revents) {
			drain(con->timer_fd);
			if (board_tick(con->board))
				axvcpu_vcpu_kick(con->vcpu);
		}
		if (fds[2].revents) {
			drain(con->timeout_fd);
			stop(con, STOP_TIMEOUT);
		}
		if (fds[3].revents) {
			drain(con->signal_fd);
			stop(con, STOP_SIGNAL);
		}
		if (fds[4].revents && !read_keys(con))
			fds[4].fd = -1;
	}
}

static int set_timer(int fd, int flags, uint64_t ns)
{
	struct itimerspec spec = {
		.it_value = { .tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S },
	};

	return timerfd_settime(fd, flags, &spec, NULL) ? -errno : 0;
}

void console_timer(void *opaque, uint64_t when)
{
	struct console *con = opaque;

	/* Zero disarms the timer. */
	set_timer(con->timer_fd, TFD_TIMER_ABSTIME, when == BOARD_NEVER ? 0 : when);
}

int console_init(struct console *con)
{
	sigset_t set;

	con->signal_fd = -1;
	con->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	con->timeout_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	con->quit_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	/* All threads inherit the mask, so that only the signal fd sees these signals. */
	if (!sigprocmask(SIG_BLOCK, &set, NULL))
		con->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (con->timer_fd < 0 || con->timeout_fd < 0 || con->quit_fd < 0 || con->signal_fd < 0)
		return -errno;
	return 0;
}

int console_start(struct console *con)
{
	int ret = 0;

	if (con->timeout_ns)
		ret = set_timer(con->timeout_fd, 0, con->timeout_ns);
	if (ret)
		return ret;
	raw_terminal(con);
	ret = -pthread_create(&con->thread, NULL, outside, con);
	con->started = !ret;
	return ret;
}

void console_fini(struct console *con)
{
	uint64_t one = 1;

	if (con->started && write(con->quit_fd, &one, sizeof(one)) == sizeof(one))
		pthread_join(con->thread, NULL);
	con->started = false;
	restore_terminal();
	close(con->signal_fd);
	close(con->quit_fd);
	close(con->timeout_fd);
	close(con->timer_fd);
}
