// SPDX-License-Identifier: GPL-2.0-only
/*
 * A vCPU gets and loses its owner while others look who it is. On a kernel with PREEMPT_RT
 * the two wait for each other, and one that may not sleep then is found out.
 */

#include "harness.h"

DECLARE_GUEST(count, MODE_NATIVE);

#define ROUNDS	30000

static struct machine m;
static unsigned int owner;
static bool stop;
static unsigned long looks, strangers, failed;

static void *look(void *arg)
{
	struct axvcpu_vcpu_info info;

	while (!READ_ONCE(stop)) {
		failed += !!vcpu_info(m.vcpu, &info);
		strangers += info.owner && info.owner != owner;
		WRITE_ONCE(looks, looks + 1);
	}
	return arg;
}

void test(void)
{
	unsigned long i, rounds = scaled(ROUNDS), wrong = 0;
	pthread_t thread;

	machine_init(&m, &guest_count);
	owner = gettid();
	pthread_create(&thread, NULL, look, NULL);
	for (i = 0; i < rounds; i++)
		wrong += vcpu_bind(m.vcpu) || vcpu_unbind(m.vcpu);
	tap_ok(WAIT_FOR(READ_ONCE(looks), 5000), "another thread looks");
	WRITE_ONCE(stop, true);
	pthread_join(thread, NULL);
	tap_is(wrong, 0, "%lu times BIND and UNBIND", rounds);
	tap_is(failed, 0, "%lu times VCPU_INFO", looks);
	tap_is(strangers, 0, "the owner is this thread or nobody");
	machine_fini(&m);
}
