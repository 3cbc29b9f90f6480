// SPDX-License-Identifier: GPL-2.0-only
/* The CPU under a bound vCPU goes away and comes back. */

#include <sched.h>

#include "harness.h"

DECLARE_GUEST(spin, MODE_NATIVE);
DECLARE_GUEST(count, MODE_NATIVE);

#define CPU1	"/sys/devices/system/cpu/cpu1/online"

static uint64_t counter(struct machine *m)
{
	return READ_ONCE(*(uint64_t *)(m->ram + GUEST_DATA));
}

static bool moves_on(struct machine *m)
{
	uint64_t before = counter(m);

	return WAIT_FOR(counter(m) > before + 1000, 10000);
}

static int online(bool on)
{
	return file_write(CPU1, on ? "1" : "0");
}

/* The thread is moved, the guest with it. */
static void while_it_runs(void)
{
	unsigned long i, n = scaled(10), stuck = 0, wrong = 0;
	struct axvcpu_vcpu_info info;
	struct machine m;
	struct runner r = { .m = &m, .cpu = 1 };
	cpu_set_t set;

	machine_init(&m, &guest_spin);
	runner_start(&r);
	for (i = 0; i < n; i++) {
		stuck += !moves_on(&m);
		if (online(false))
			tap_bail("CPU 1 cannot be taken offline");
		stuck += !moves_on(&m);
		vcpu_info(m.vcpu, &info);
		wrong += info.cpu != 0;
		if (online(true))
			tap_bail("CPU 1 cannot be brought online");
		CPU_ZERO(&set);
		CPU_SET(1, &set);
		sched_setaffinity(r.tid, sizeof(set), &set);
	}
	stuck += !moves_on(&m);
	tap_is(stuck, 0, "%lu times offline and online, the guest goes on", n);
	tap_is(wrong, 0, "on the CPU that is left");
	tap_is(runner_stop(&r), 0, "RUN never failed");
	machine_fini(&m);
}

/* Not running, its hardware state still on that CPU. */
static void while_ready(void)
{
	struct machine m;

	machine_ready(&m, &guest_count);
	pin(1);
	tap_is(machine_report(&m), 0, "run on CPU 1");
	pin(0);
	tap_is(online(false), 0, "CPU 1 goes");
	tap_is(machine_report(&m), 1, "run on CPU 0, nothing lost");
	tap_is(online(true), 0, "CPU 1 comes");
	pin(1);
	tap_is(machine_report(&m), 2, "run on it");
	pin(-1);
	machine_fini(&m);
}

/* Bound to that CPU alone. */
static void only_there(void)
{
	cpu_set_t set;
	struct axvcpu_vcpu_create arg = {
		.size = sizeof(arg),
		.favor_phys_cpu = AXVCPU_NO_CPU,
		.phys_cpu_set = (uintptr_t)&set,
		.phys_cpu_set_size = sizeof(set),
	};
	struct machine m;

	CPU_ZERO(&set);
	CPU_SET(1, &set);
	machine_init(&m, &guest_count);
	close(m.vcpu);
	munmap(m.run, PAGE_SIZE);
	m.vcpu = xioctl(m.vm, AXVCPU_VM_CREATE_VCPU, &arg);
	m.run = vcpu_map_run(m.vcpu);
	m.regs = (struct arch_regs *)m.run->regs;
	arch_start(&m, &guest_count, GUEST_CODE);
	pin(1);
	tap_is(vcpu_bind(m.vcpu), 0, "bound to CPU 1 alone");
	tap_is(machine_report(&m), 0, "run there");
	online(false);
	tap_is(vcpu_run(m.vcpu), -EXDEV, "CPU 1 gone: -EXDEV");
	tap_is(vcpu_state(m.vcpu), AXVCPU_STATE_READY, "READY");
	vcpu_unbind(m.vcpu);
	tap_is(vcpu_bind(m.vcpu), -EXDEV, "BIND: -EXDEV");
	online(true);
	tap_is(vcpu_bind(m.vcpu), 0, "CPU 1 back: BIND");
	pin(1);
	tap_is(machine_report(&m), 1, "run, nothing lost");
	pin(-1);
	machine_fini(&m);
}

static void bring_back(void)
{
	online(true);
}

void test(void)
{
	watchdog(90);
	if (cpus_online() < 2 || access(CPU1, W_OK))
		tap_skip_all("needs a second CPU that can go offline");
	atexit(bring_back);
	while_it_runs();
	while_ready();
	only_there();
}
