// SPDX-License-Identifier: GPL-2.0-only
/*
 * PR_SET_TSC on the CPU of a running guest: the kernel writes CR4 at each switch
 * to and from such a thread. Guest and host both have the CR4 they want.
 */

#include <signal.h>
#include <setjmp.h>
#include <sys/prctl.h>
#include <x86intrin.h>

#include "harness.h"

DECLARE_GUEST(rdtsc, MODE_LONG);

static sigjmp_buf fault;
static bool stop;
static unsigned long switches, wrong;

static void segv(int sig)
{
	(void)sig;
	siglongjmp(fault, 1);
}

static bool tsc_faults(void)
{
	if (sigsetjmp(fault, 1))
		return true;
	__rdtsc();
	return false;
}

static void *without_tsc(void *arg)
{
	(void)arg;
	pin(0);
	while (!READ_ONCE(stop)) {
		prctl(PR_SET_TSC, PR_TSC_SIGSEGV);
		usleep(100);
		wrong += !tsc_faults();
		prctl(PR_SET_TSC, PR_TSC_ENABLE);
		usleep(100);
		wrong += tsc_faults();
		WRITE_ONCE(switches, switches + 1);
	}
	return NULL;
}

void test(void)
{
	unsigned long i, n = 0;
	struct machine m;
	pthread_t thread;
	uint64_t end;
	sigset_t set;

	signal(SIGSEGV, segv);
	sigemptyset(&set);
	pin(0);
	machine_ready(&m, &guest_rdtsc);
	pthread_create(&thread, NULL, without_tsc, NULL);
	end = now_ms() + 1500;
	while (now_ms() < end && n < 100000) {
		for (i = 0; i < 20; i++, n++)
			machine_report(&m);
		usleep(50);
	}
	WRITE_ONCE(stop, true);
	pthread_join(thread, NULL);
	tap_ok(n > 0 && switches > 5, "%lu guest RDTSCs, %lu toggles on the same CPU", n,
	       switches);
	tap_is(wrong, 0, "the other thread always had the CR4 it asked for");

	prctl(PR_SET_TSC, PR_TSC_SIGSEGV);
	for (i = 0; i < 10; i++)
		machine_report(&m);
	tap_ok(tsc_faults(), "the VMM without TSC stays without");
	prctl(PR_SET_TSC, PR_TSC_ENABLE);
	tap_ok(i == 10, "and its guest has its own");
	machine_fini(&m);
}
