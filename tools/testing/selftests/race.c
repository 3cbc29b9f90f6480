// SPDX-License-Identifier: GPL-2.0-only
/* Threads call everything on one vCPU at once: each gets an answer that is allowed. */

#include <sched.h>

#include "harness.h"

DECLARE_GUEST(spin, MODE_NATIVE);

#define THREADS	4
#define FAR	0x10000000UL

static struct machine m;
static uint8_t *page;
static bool stop;
static unsigned long calls, done, busy, odd;

static int do_get_state(void)
{
	static char buf[THREADS][65536];
	static unsigned int next;
	uint32_t len = sizeof(buf[0]);

	return vcpu_get_state(m.vcpu, AXVCPU_GROUP_ALL, buf[next++ % THREADS], &len);
}

static int do_set_state(void)
{
	struct axvcpu_state_events events = { 0 };

	return vcpu_set_group(m.vcpu, AXVCPU_GROUP_EVENTS, &events, sizeof(events));
}

static int do_memory(void)
{
	int ret = vm_map(m.vm, FAR, PAGE_SIZE, page, MEM_RW);

	vm_protect(m.vm, FAR, PAGE_SIZE, AXVCPU_ACCESS_READ);
	vm_unmap(m.vm, FAR, PAGE_SIZE);
	return ret == -EINVAL ? 0 : ret;
}

static int do_run(void)
{
	m.run->in.budget_ns = 200000;
	return vcpu_run(m.vcpu);
}

static int do_info(void)
{
	struct axvcpu_vcpu_info info;

	return vcpu_info(m.vcpu, &info);
}

static int do_debug(void)
{
	struct axvcpu_debug debug = { 0 };

	return vcpu_set_debug(m.vcpu, &debug);
}

static int call(unsigned int what)
{
	switch (what) {
	case 0:
		return vcpu_setup(m.vcpu);
	case 1:
		return vcpu_bind(m.vcpu);
	case 2:
		return vcpu_unbind(m.vcpu);
	case 3:
		return vcpu_reset(m.vcpu);
	case 4:
		return vcpu_kick(m.vcpu);
	case 5:
		return vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 40);
	case 6:
		return do_get_state();
	case 7:
		return do_set_state();
	case 8:
		return do_memory();
	case 9:
		return do_info();
	case 10:
		return do_debug();
	default:
		return do_run();
	}
}

static bool allowed(int ret)
{
	return ret >= 0 || ret == -EBADFD || ret == -EBUSY || ret == -EPERM;
}

static void *worker(void *arg)
{
	uint64_t x = (uintptr_t)arg * 0x9e3779b97f4a7c15ULL + 1;
	int ret;

	while (!READ_ONCE(stop)) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		ret = call((x >> 8) % 16);
		__atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED);
		if (!ret)
			__atomic_fetch_add(&done, 1, __ATOMIC_RELAXED);
		if (ret == -EBUSY)
			__atomic_fetch_add(&busy, 1, __ATOMIC_RELAXED);
		if (!allowed(ret)) {
			__atomic_fetch_add(&odd, 1, __ATOMIC_RELAXED);
			printf("# call %u: %s\n", (unsigned int)(x >> 8) % 16,
			       strerrorname_np(-ret));
		}
		if ((x >> 16) % 8 == 0)
			sched_yield();
	}
	vcpu_unbind(m.vcpu);
	return NULL;
}

void test(void)
{
	pthread_t threads[THREADS];
	unsigned long i;

	page = host_pages(PAGE_SIZE);
	machine_init(&m, &guest_spin);
	for (i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, worker, (void *)(i + 1));
	usleep(3000000);
	/* Two in the kernel at once: on a slow machine that takes its time. */
	if (cpus_online() > 1)
		WAIT_FOR(READ_ONCE(busy), 10000);
	WRITE_ONCE(stop, true);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	tap_is(odd, 0, "%lu calls, %lu of them done: no answer that is not allowed", calls,
	       done);
	if (cpus_online() > 1)
		tap_ok(busy, "two at once are not let in: %lu", busy);
	WAIT_FOR(vcpu_state(m.vcpu) <= AXVCPU_STATE_FREE || !vcpu_unbind(m.vcpu), 5000);
	tap_is(vcpu_reset(m.vcpu), 0, "RESET");
	m.run->in.kick = 0;
	m.run->in.budget_ns = 1000000;
	arch_start(&m, &guest_spin, GUEST_CODE);
	tap_is(vcpu_bind(m.vcpu), 0, "BIND");
	machine_exits(&m, AXVCPU_EXIT_DEADLINE, "the vCPU is as good as new");
	machine_fini(&m);
}
