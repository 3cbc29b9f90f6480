// SPDX-License-Identifier: GPL-2.0-only
/* phys_cpu_set is enforced, favor_phys_cpu is kept. */

#include <sched.h>
#include <sys/rseq.h>

#include "harness.h"

DECLARE_GUEST(count, MODE_NATIVE);
DECLARE_GUEST(spin, MODE_NATIVE);

static int create_on(int vm, uint32_t id, uint32_t favor, int cpu, size_t size)
{
	cpu_set_t set;
	struct axvcpu_vcpu_create arg = {
		.size = sizeof(arg),
		.id = id,
		.favor_phys_cpu = favor,
		.phys_cpu_set = (uintptr_t)&set,
		.phys_cpu_set_size = size,
	};

	CPU_ZERO(&set);
	if (cpu >= 0)
		CPU_SET(cpu, &set);
	return xioctl(vm, AXVCPU_VM_CREATE_VCPU, &arg);
}

/* Replace a machine's vCPU by one that may run on @cpu only. */
static void use_cpu(struct machine *m, const struct guest *guest, int cpu)
{
	close(m->vcpu);
	munmap(m->run, PAGE_SIZE);
	m->vcpu = create_on(m->vm, 0, cpu, cpu, sizeof(cpu_set_t));
	if (m->vcpu < 0)
		tap_bail("VM_CREATE_VCPU: %s", strerror(-m->vcpu));
	m->run = vcpu_map_run(m->vcpu);
	m->regs = (struct arch_regs *)m->run->regs;
	arch_start(m, guest, GUEST_CODE);
}

static void bad_sets(void)
{
	struct machine m;
	int fd;

	machine_init(&m, &guest_count);
	tap_is(create_on(m.vm, 1, AXVCPU_NO_CPU, -1, sizeof(cpu_set_t)), -EINVAL,
	       "an empty set");
	tap_is(create_on(m.vm, 1, CPU_SETSIZE + 1, 0, sizeof(cpu_set_t)), -EINVAL,
	       "a favoured CPU there is not");
	fd = create_on(m.vm, 1, 0, 0, 1);
	tap_ok(fd >= 0, "a set of one byte");
	close(fd);
	machine_fini(&m);
}

static void off_the_set(void)
{
	struct axvcpu_vcpu_info info;
	struct machine m;

	machine_init(&m, &guest_count);
	use_cpu(&m, &guest_count, 1);
	vcpu_info(m.vcpu, &info);
	tap_is(info.favor_phys_cpu, 1, "the favoured CPU is kept");
	pin(1);
	tap_is(vcpu_bind(m.vcpu), 0, "BIND on a CPU of the set");
	tap_is(machine_report(&m), 0, "RUN there");
	vcpu_info(m.vcpu, &info);
	tap_is(info.cpu, 1, "it ran there");
	pin(0);
	tap_is(vcpu_run(m.vcpu), -EXDEV, "RUN on another");
	tap_is(vcpu_state(m.vcpu), AXVCPU_STATE_READY, "the vCPU is READY");
	pin(1);
	tap_is(machine_report(&m), 1, "and has lost nothing");
	pin(-1);
	machine_fini(&m);
}

static bool until_moved(struct runner *r)
{
	return !r->ret && r->reason == AXVCPU_EXIT_STOPPED;
}

/* The scheduler moves the thread while its guest runs. */
static void migrated_away(void)
{
	struct machine m;
	struct runner r = { .m = &m, .cpu = 1, .on_exit = until_moved };
	cpu_set_t set;
	uint64_t seen;

	machine_init(&m, &guest_spin);
	use_cpu(&m, &guest_spin, 1);
	runner_start(&r);
	if (!WAIT_FOR(READ_ONCE(*(uint64_t *)(m.ram + GUEST_DATA)), 5000))
		tap_bail("the guest does not run");
	CPU_ZERO(&set);
	CPU_SET(0, &set);
	sched_setaffinity(r.tid, sizeof(set), &set);
	tap_is(runner_join(&r), -EXDEV, "moved while it runs");
	seen = *(uint64_t *)(m.ram + GUEST_DATA);
	usleep(10000);
	tap_is(*(uint64_t *)(m.ram + GUEST_DATA), seen, "the guest stands still");
	tap_is(vcpu_state(m.vcpu), AXVCPU_STATE_FREE, "and could be unbound");
	machine_fini(&m);
}

static struct rseq *rseq;

static void *run_and_tell(void *data)
{
	const struct machine *m = data;
	int ret;

	pin(0);
	rseq = (struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset);
	if (vcpu_bind(m->vcpu))
		return NULL;
	do {
		ret = vcpu_run(m->vcpu);
	} while (ret == -EINTR);
	return NULL;
}

/*
 * A thread that is moved is told its new CPU on its way to user mode (rseq), as other work
 * waits for that. A guest that never exits does not keep it from there.
 */
static void told_of_it(void)
{
	struct machine m;
	pthread_t thread;
	cpu_set_t set;

	if (!__rseq_size) {
		tap_skip("no rseq", "work on the way to user mode");
		return;
	}
	machine_init(&m, &guest_spin);
	pthread_create(&thread, NULL, run_and_tell, &m);
	if (!WAIT_FOR(READ_ONCE(*(uint64_t *)(m.ram + GUEST_DATA)), 5000))
		tap_bail("the guest does not run");
	CPU_ZERO(&set);
	CPU_SET(1, &set);
	pthread_setaffinity_np(thread, sizeof(set), &set);
	tap_ok(WAIT_FOR(READ_ONCE(rseq->cpu_id) == 1, 5000), "work on the way to user mode");
	tap_is(vcpu_stat(m.vcpu, AXVCPU_STAT_RUN), 0, "in one and the same RUN");
	vcpu_kick(m.vcpu);
	pthread_join(thread, NULL);
	machine_fini(&m);
}

/* Free to run anywhere: it does, and keeps its state. */
static void migrate(void)
{
	const unsigned long rounds = scaled(400);
	unsigned long i, wrong = 0;
	struct machine m;

	machine_ready(&m, &guest_count);
	for (i = 0; i < rounds; i++) {
		pin(i & 1);
		wrong += machine_report(&m) != i;
	}
	tap_is(wrong, 0, "%lu moves from CPU to CPU", rounds);
	tap_ok(vcpu_stat(m.vcpu, AXVCPU_STAT_MIGRATE) >= rounds - 1, "are counted");
	pin(-1);
	machine_fini(&m);
}

void test(void)
{
	bad_sets();
	if (cpus_online() < 2)
		tap_skip_all("needs two CPUs");
	off_the_set();
	migrated_away();
	told_of_it();
	migrate();
}
