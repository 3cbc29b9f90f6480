// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest that never exits by itself keeps nobody's timer waiting: the host's deferred
 * work goes on under it.
 *
 * A receive timeout is one of the kernel's coarse timers, which expire in deferred work
 * of the CPU that the sleeper ran on.
 */

#include <sched.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "harness.h"

DECLARE_GUEST(spin, MODE_NATIVE);

#define TIMEOUT_MS	20

/* How long the sleep took, ms; 0: it failed. */
static uint64_t sleep_once(int fd)
{
	uint64_t start = now_ms();
	char c;

	if (recv(fd, &c, 1, 0) != -1 || errno != EAGAIN)
		return 0;
	return now_ms() - start;
}

void test(void)
{
	struct timeval timeout = { .tv_usec = TIMEOUT_MS * 1000 };
	unsigned long i, rounds = scaled(50), done = 0;
	uint64_t took, longest = 0, total = 0;
	struct machine m;
	struct runner r = { .m = &m, .cpu = 0 };
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) ||
	    setsockopt(fd[0], SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)))
		tap_bail("no socket: %s", strerror(errno));
	machine_init(&m, &guest_spin);
	pin(0);
	runner_start(&r);
	for (i = 0; i < rounds; i++) {
		took = sleep_once(fd[0]);
		done += took >= TIMEOUT_MS;
		total += took;
		if (took > longest)
			longest = took;
	}
	tap_note("mean %llu ms, longest %llu ms", (unsigned long long)(total / rounds),
		 (unsigned long long)longest);
	tap_is(done, rounds, "%lu sleeps of %u ms on the guest's CPU", rounds, TIMEOUT_MS);
	runner_stop(&r);
	machine_fini(&m);
}
