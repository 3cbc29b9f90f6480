// SPDX-License-Identifier: GPL-2.0-only
/* Threads write anything to the run page and the guest's memory all the time: the host lives. */

#include <sched.h>

#include "harness.h"

DECLARE_GUEST(count, MODE_NATIVE);

static struct machine m;
static bool stop;

static uint64_t next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

static void *scribble_page(void *arg)
{
	uint64_t x = (uintptr_t)arg * 0x9e3779b97f4a7c15ULL + 1, r;
	uint64_t *page = (uint64_t *)m.run;

	while (!READ_ONCE(stop)) {
		r = next_random(&x);
		/* Most of the time the flags are ones that RUN takes. */
		if (r % 16)
			WRITE_ONCE(page[(r >> 8) % 512], next_random(&x));
		WRITE_ONCE(m.run->in.flags, r % 64 ? r >> 32 & AXVCPU_RUN_FLAGS : r >> 32);
		WRITE_ONCE(m.run->in.budget_ns, r >> 20 & 0xffff);
		if (r % 64 == 1)
			sched_yield();
	}
	return NULL;
}

static void *scribble_ram(void *arg)
{
	uint64_t x = 0x1234567, *ram = (uint64_t *)m.ram;

	(void)arg;
	while (!READ_ONCE(stop)) {
		WRITE_ONCE(ram[next_random(&x) % (GUEST_RAM_SIZE / 8)], next_random(&x));
		usleep(50);
	}
	return NULL;
}

static void *inject(void *arg)
{
	uint64_t x = 0x7654321;

	(void)arg;
	while (!READ_ONCE(stop)) {
		vcpu_inject(m.vcpu, next_random(&x) % 5, next_random(&x) % 260);
		vcpu_inject_exception(m.vcpu, x % 34, x >> 8 & 3, x >> 16 & 0xffff, x);
		usleep(200);
	}
	return NULL;
}

static void start_over(void)
{
	vcpu_unbind(m.vcpu);
	if (vcpu_reset(m.vcpu))
		tap_bail("RESET in state %s", state_name(vcpu_state(m.vcpu)));
	memcpy(m.ram + GUEST_CODE, guest_count.start, guest_count.end - guest_count.start);
	arch_start(&m, &guest_count, GUEST_CODE);
	if (vcpu_bind(m.vcpu))
		tap_bail("BIND");
}

void test(void)
{
	pthread_t threads[4];
	unsigned long runs = 0, seen[AXVCPU_EXIT_NR + 1] = { 0 }, bad = 0;
	uint64_t end = now_ms() + 3000;
	uint32_t reason;
	unsigned int i;
	int ret;

	machine_ready(&m, &guest_count);
	pthread_create(&threads[0], NULL, scribble_page, (void *)1);
	pthread_create(&threads[1], NULL, scribble_page, (void *)2);
	pthread_create(&threads[2], NULL, scribble_ram, NULL);
	pthread_create(&threads[3], NULL, inject, NULL);
	while (now_ms() < end) {
		ret = vcpu_run(m.vcpu);
		reason = READ_ONCE(m.run->out.reason);
		runs++;
		if (!ret)
			seen[reason < AXVCPU_EXIT_NR ? reason : AXVCPU_EXIT_NR]++;
		else if (ret != -EINVAL)
			bad++;
		if (runs % 64 == 0)
			start_over();
	}
	WRITE_ONCE(stop, true);
	for (i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	tap_ok(true, "the host lives after %lu RUNs", runs);
	for (i = 0; i < AXVCPU_EXIT_NR; i++)
		if (seen[i])
			tap_note("%lu %s", seen[i], reason_name(i));
	tap_is(bad, 0, "RUN never failed but by its flags");
	memset(m.run, 0, PAGE_SIZE);
	memset(m.ram, 0, GUEST_RAM_SIZE);
	start_over();
	tap_is(machine_report(&m), 0, "and the vCPU is as good as new");
	machine_fini(&m);
}
