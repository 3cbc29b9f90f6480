// SPDX-License-Identifier: GPL-2.0-only
/* A bound vCPU belongs to its thread, until that is dead. */

#include "harness.h"

DECLARE_GUEST(count, MODE_NATIVE);

static struct machine m;
static pthread_barrier_t bound, leave;

static void *owner(void *arg)
{
	int *ret = arg;

	*ret = vcpu_bind(m.vcpu);
	pthread_barrier_wait(&bound);
	pthread_barrier_wait(&leave);
	return NULL;
}

void test(void)
{
	struct axvcpu_vcpu_info info;
	pthread_t thread;
	int ret;

	machine_init(&m, &guest_count);
	pthread_barrier_init(&bound, NULL, 2);
	pthread_barrier_init(&leave, NULL, 2);
	pthread_create(&thread, NULL, owner, &ret);
	pthread_barrier_wait(&bound);
	tap_is(ret, 0, "a thread binds");

	tap_is(vcpu_run(m.vcpu), -EPERM, "RUN from another");
	tap_is(vcpu_unbind(m.vcpu), -EPERM, "UNBIND from another");
	tap_is(vcpu_bind(m.vcpu), -EBADFD, "BIND from another");
	tap_is(vcpu_reset(m.vcpu), -EBADFD, "RESET from another");
	vcpu_info(m.vcpu, &info);
	tap_is(info.state, AXVCPU_STATE_READY, "it is still READY");
	tap_ok(info.owner && info.owner != (uint32_t)gettid(), "and still the thread's");
	tap_is(vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 0x80), 0, "INJECT is for all");
	tap_is(vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ_CLEAR, 0x80), 0, "so is its reverse");

	pthread_barrier_wait(&leave);
	pthread_join(thread, NULL);
	tap_ok(WAIT_FOR(vcpu_unbind(m.vcpu) == 0, 5000), "a dead owner's vCPU is unbound");
	tap_is(vcpu_state(m.vcpu), AXVCPU_STATE_FREE, "it is FREE");
	tap_is(vcpu_bind(m.vcpu), 0, "and can be bound");
	tap_is(machine_report(&m), 0, "and runs");
	machine_fini(&m);
}
