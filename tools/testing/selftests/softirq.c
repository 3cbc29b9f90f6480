// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest that never exits by itself keeps nobody's timer waiting: the host's deferred
 * work goes on under it.
 *
 * A terminal's read timeout is one of the kernel's coarse timers, which expire in
 * deferred work of the CPU that the reader ran on.
 */

#include <fcntl.h>
#include <termios.h>

#include "harness.h"

DECLARE_GUEST(spin, MODE_NATIVE);

#define TIMEOUT_MS	100

/* A terminal whose reads give up after TIMEOUT_MS. */
static int open_terminal(void)
{
	struct termios raw;
	int master = posix_openpt(O_RDWR | O_NOCTTY), fd = -1;

	if (master >= 0 && !unlockpt(master))
		fd = open(ptsname(master), O_RDONLY | O_NOCTTY);
	if (fd < 0 || tcgetattr(fd, &raw))
		tap_bail("no terminal: %s", strerror(errno));
	cfmakeraw(&raw);
	raw.c_cc[VMIN] = 0;
	raw.c_cc[VTIME] = TIMEOUT_MS / 100;
	if (tcsetattr(fd, TCSANOW, &raw))
		tap_bail("tcsetattr: %s", strerror(errno));
	return fd;
}

/* How long a sleep takes on the mean, ms. */
static uint64_t sleeps(int fd, unsigned long rounds, const char *what)
{
	unsigned long i, done = 0;
	uint64_t start = now_ms(), mean;
	char c;

	for (i = 0; i < rounds; i++)
		done += !read(fd, &c, 1);
	mean = (now_ms() - start) / rounds;
	tap_is(done, rounds, "%lu sleeps of %u ms %s", rounds, TIMEOUT_MS, what);
	tap_note("%llu ms on the mean", (unsigned long long)mean);
	return mean;
}

void test(void)
{
	unsigned long rounds = scaled(20);
	struct machine m;
	struct runner r = { .m = &m, .cpu = 0 };
	int fd = open_terminal();
	uint64_t alone;

	machine_init(&m, &guest_spin);
	pin(0);
	alone = sleeps(fd, rounds, "alone");
	runner_start(&r);
	/* Held back they take a second: until somebody else wants the CPU. */
	tap_ok(sleeps(fd, rounds, "on the guest's CPU") < 4 * alone, "take no longer for it");
	runner_stop(&r);
	machine_fini(&m);
}
