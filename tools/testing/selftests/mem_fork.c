// SPDX-License-Identifier: GPL-2.0-only
/* fork under a running guest: the child has a still picture, the guest goes on. */

#include <sys/wait.h>

#include "memtest.h"

DECLARE_GUEST(rounds, MODE_NATIVE);

#define PAGES	128

static uint64_t sum(const struct memtest *t)
{
	uint64_t s = 0;
	size_t at;

	for (at = 0; at < t->len; at += PAGE_SIZE)
		s = s * 31 + READ_ONCE(*(uint64_t *)(t->hva + at));
	return s;
}

/* The guest's writes do not reach the child, nor the child's the guest. */
static int child(const struct memtest *t)
{
	uint64_t first = sum(t);
	size_t at;

	usleep(10000);
	if (sum(t) != first)
		return 1;
	for (at = 0; at < t->len; at += PAGE_SIZE)
		*(uint64_t *)(t->hva + at) = ~0ULL;
	usleep(5000);
	return sum(t) == first ? 2 : 0;
}

void test(void)
{
	unsigned long i, forks = scaled(50), moved = 0;
	struct memtest t = { .len = PAGES * PAGE_SIZE };
	int status;
	pid_t pid;

	t.hva = host_pages(t.len);
	memtest_start(&t, &guest_rounds);
	for (i = 0; i < forks && !memtest_failed(&t); i++) {
		if (!memtest_progress(&t, 1))
			break;
		pid = fork();
		if (!pid)
			_exit(child(&t));
		waitpid(pid, &status, 0);
		moved += status != 0;
	}
	tap_is(i, forks, "the guest went on through %lu forks", forks);
	tap_is(moved, 0, "no child saw its memory change");
	memtest_stop(&t, "fork");
	memtest_rounds(&t, "fork");
	memtest_fini(&t);
}
