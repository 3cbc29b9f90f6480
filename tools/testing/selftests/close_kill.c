// SPDX-License-Identifier: GPL-2.0-only
/* kill -9 and close in every state: nothing is left behind. */

#include <signal.h>
#include <sys/wait.h>

#include "harness.h"

DECLARE_GUEST(spin, MODE_NATIVE);
DECLARE_GUEST(halt, MODE_NATIVE);
DECLARE_GUEST(count, MODE_NATIVE);

#define VMS	"/sys/kernel/debug/axvcpu/vms"

/* How many hold the module; -1: not known. */
static long users(void)
{
	char buf[65536], *p;
	long n;

	if (file_read("/proc/modules", buf, sizeof(buf)) < 0)
		return -1;
	p = strstr(buf, "axvcpu ");
	return p && sscanf(p, "axvcpu %*u %ld", &n) == 1 ? n : -1;
}

static bool no_vms(void)
{
	char buf[4096];

	return file_read(VMS, buf, sizeof(buf)) <= 0;
}

enum how { CREATED, FREE, READY, EXITED, RUNNING, BLOCKED, NR_HOW };

static const char * const names[NR_HOW] = {
	"Created", "Free", "Ready", "Ready after RUN", "Running", "Blocked",
};

static void *run(void *arg)
{
	struct machine *m = arg;

	vcpu_bind(m->vcpu);
	vcpu_run(m->vcpu);
	return NULL;
}

/* A process that has got so far; the byte to its parent says so. */
static void child(enum how how, int ready)
{
	struct machine m;
	pthread_t thread;
	uint32_t want = how == RUNNING ? AXVCPU_STATE_RUNNING : AXVCPU_STATE_BLOCKED;

	machine_init(&m, how == BLOCKED ? &guest_halt : how == RUNNING ? &guest_spin :
		     &guest_count);
	if (how == CREATED)
		vcpu_reset(m.vcpu);
	if (how == READY || how == EXITED)
		vcpu_bind(m.vcpu);
	if (how == EXITED)
		machine_run(&m);
	if (how == RUNNING || how == BLOCKED) {
		pthread_create(&thread, NULL, run, &m);
		WAIT_FOR(vcpu_state(m.vcpu) == want, 5000);
	}
	if (write(ready, "x", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static void kill_one(enum how how)
{
	int fds[2];
	pid_t pid;
	char c;

	if (pipe(fds))
		tap_bail("pipe: %s", strerror(errno));
	pid = fork();
	if (!pid)
		child(how, fds[1]);
	close(fds[1]);
	if (read(fds[0], &c, 1) != 1)
		tap_bail("the child did not come so far");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(fds[0]);
}

/* The descriptors are closed under the feet of a thread in RUN. */
static void close_under_run(const struct guest *guest, uint32_t state)
{
	struct machine m;
	pthread_t thread;
	int copy;

	machine_init(&m, guest);
	pthread_create(&thread, NULL, run, &m);
	WAIT_FOR(vcpu_state(m.vcpu) == state, 5000);
	copy = dup(m.vcpu);
	close(m.vcpu);
	close(m.vm);
	close(m.dev);
	munmap(m.ram, GUEST_RAM_SIZE);
	vcpu_kick(copy);
	close(copy);
	/* Whatever it was doing, without memory it cannot stay in the guest. */
	WRITE_ONCE(m.run->in.kick, 1);
	pthread_join(thread, NULL);
	munmap(m.run, PAGE_SIZE);
}

void test(void)
{
	unsigned long i, n = scaled(20);
	struct memory_usage a, b;
	long before = users();
	int how;

	/* What is made once is made before. */
	for (how = 0; how < NR_HOW; how++)
		kill_one(how);
	WAIT_FOR(no_vms(), 5000);
	a = memory_usage();
	for (how = 0; how < NR_HOW; how++) {
		for (i = 0; i < n; i++)
			kill_one(how);
		if (before >= 0)
			tap_ok(WAIT_FOR(users() == before, 5000),
			       "%s: %lu times killed, the module's users are back to %ld",
			       names[how], n, before);
		else
			tap_ok(true, "%s: %lu times killed", names[how], n);
		if (access(VMS, R_OK))
			tap_skip("no debugfs", "%s: no VM is left", names[how]);
		else
			tap_ok(WAIT_FOR(no_vms(), 5000), "%s: no VM is left", names[how]);
	}
	for (i = 0; i < n; i++) {
		close_under_run(&guest_spin, AXVCPU_STATE_RUNNING);
		close_under_run(&guest_halt, AXVCPU_STATE_BLOCKED);
	}
	tap_ok(WAIT_FOR(users() == before && no_vms(), 5000), "closed under RUN: nothing left");
	b = memory_usage();
	tap_note("KiB before and after: free %ld %ld, slab %ld %ld", a.free, b.free, a.slab,
		 b.slab);
	/* A VM leaves the list before its table goes. */
	tap_ok(WAIT_FOR(memory_usage().secondary == a.secondary, 10000),
	       "no second-stage table is left");
	if (n < 20)
		tap_skip("a debug kernel keeps freed objects", "memory is where it was");
	else
		/* A page for each of the processes would be 4 KiB times 8 n. */
		tap_ok(a.free - b.free < 20 * (long)n && b.slab - a.slab < 20 * (long)n,
		       "memory is where it was");
}
