// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hardware virtualization per CPU, from the first VM to the last, with CPUs that
 * refuse, go and come; and the VM itself.
 */
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/math64.h>
#include <linux/smp.h>

#include "fixture.h"
#include "suites.h"

#define SECOND	1000000000ULL	/* in ns */

/* An emulator may be stopped between the looks at two clocks. */
#define SLACK	(SECOND / 10)

static struct axvcpu_vm *vm_new(struct kunit *test)
{
	struct axvcpu_vm *vm = axvcpu_vm_create(NULL);

	KUNIT_ASSERT_FALSE(test, IS_ERR(vm));
	return vm;
}

static struct axvcpu_vcpu *vcpu_new(struct kunit *test, struct axvcpu_vm *vm)
{
	static const struct axvcpu_vcpu_create create = { .favor_phys_cpu = AXVCPU_NO_CPU };
	static const struct axvcpu_setup setup;
	struct axvcpu_vcpu *vcpu = axvcpu_vcpu_create(vm, &create);

	KUNIT_ASSERT_FALSE(test, IS_ERR(vcpu));
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_setup(vcpu, &setup), 0);
	return vcpu;
}

static void percpu_first_to_last(struct kunit *test)
{
	const int cpus = num_online_cpus();
	struct axvcpu_vm *vm[3];
	unsigned int i;

	KUNIT_EXPECT_TRUE(test, fake_all_off());
	for (i = 0; i < ARRAY_SIZE(vm); i++) {
		vm[i] = vm_new(test);
		KUNIT_EXPECT_EQ(test, fake_count(FAKE_HARDWARE_ENABLE), cpus);
	}
	for (i = 0; i < ARRAY_SIZE(vm); i++) {
		KUNIT_EXPECT_EQ(test, fake_count(FAKE_HARDWARE_DISABLE), 0);
		axvcpu_vm_put(vm[i]);
	}
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_HARDWARE_DISABLE), cpus);
	KUNIT_EXPECT_TRUE(test, fake_all_off());
	/* And again. */
	axvcpu_vm_put(vm_new(test));
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_HARDWARE_ENABLE), 2 * cpus);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_HARDWARE_DISABLE), 2 * cpus);
}

/* One CPU says no: no VM, and the others are off again. */
static void percpu_one_refuses(struct kunit *test)
{
	const int cpus = num_online_cpus();
	struct axvcpu_vm *vm;
	int cpu;

	for_each_online_cpu(cpu) {
		fake_forget();
		fake.fail_cpu = cpu;
		fake_fail(FAKE_HARDWARE_ENABLE, 0, -EBUSY);
		vm = axvcpu_vm_create(NULL);
		KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(vm), -EBUSY);
		KUNIT_EXPECT_EQ(test, fake_count(FAKE_HARDWARE_DISABLE), cpus - 1);
		KUNIT_EXPECT_TRUE(test, fake_all_off());
		KUNIT_EXPECT_EQ(test, fake_count(FAKE_VM_CREATE), 0);
	}
	axvcpu_vm_put(vm_new(test));
}

/* Whoever has turned it on keeps it: the core asks, and touches nothing. */
static void percpu_somebody_else(struct kunit *test)
{
	fake_forget();
	fake.somebody = true;
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(axvcpu_vm_create(NULL)), -EBUSY);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_HARDWARE_ENABLE), 0);
	fake.somebody = false;
	axvcpu_vm_put(vm_new(test));
}

static void percpu_backend_refuses_vm(struct kunit *test)
{
	struct axvcpu_vm *vm;

	fake_fail(FAKE_VM_CREATE, 0, -ENOMEM);
	vm = axvcpu_vm_create(NULL);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(vm), -ENOMEM);
	KUNIT_EXPECT_TRUE(test, fake_all_off());
	KUNIT_EXPECT_TRUE(test, list_empty(&axvcpu_vms));
	/* A VM that is there already keeps it on. */
	vm = vm_new(test);
	fake_fail(FAKE_VM_CREATE, 0, -ENOMEM);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(axvcpu_vm_create(NULL)), -ENOMEM);
	KUNIT_EXPECT_FALSE(test, fake_all_off());
	axvcpu_vm_put(vm);
}

/* A CPU to take down, or the case is skipped. */
static int spare_cpu(struct kunit *test)
{
	int cpu[2];

	fixture_cpus(cpu);
	if (cpu[0] == cpu[1])
		kunit_skip(test, "needs two CPUs");
	return cpu[1];
}

static void percpu_hotplug(struct kunit *test)
{
	int cpu = spare_cpu(test);
	struct axvcpu_vm *vm = vm_new(test);
	struct axvcpu_vcpu *vcpu = vcpu_new(test, vm);

	/* Its state is in that CPU as it goes. */
	KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(cpu)), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_bind(vcpu), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, fake_of(vcpu)->loaded, cpu);
	KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(current, cpu_possible_mask), 0);
	fake_forget();
	KUNIT_ASSERT_EQ(test, remove_cpu(cpu), 0);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_UNLOAD), 1);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_HARDWARE_DISABLE), 1);
	KUNIT_EXPECT_EQ(test, fake_of(vcpu)->loaded, -1);
	KUNIT_EXPECT_EQ(test, vcpu->loaded, -1);
	/* It goes on elsewhere. */
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_NE(test, vcpu->cpu, cpu);

	KUNIT_ASSERT_EQ(test, add_cpu(cpu), 0);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_HARDWARE_ENABLE), 1);
	KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(cpu)), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	axvcpu_vcpu_destroy(vcpu);
	axvcpu_vm_put(vm);
}

/* Without a VM nothing is on, and a CPU that comes stays off. */
static void percpu_hotplug_without_vm(struct kunit *test)
{
	int cpu = spare_cpu(test);

	KUNIT_ASSERT_EQ(test, remove_cpu(cpu), 0);
	KUNIT_ASSERT_EQ(test, add_cpu(cpu), 0);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_HARDWARE_ENABLE), 0);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_HARDWARE_DISABLE), 0);
}

/* The last VM goes while a CPU is away: it comes back off. */
static void percpu_vm_ends_without_cpu(struct kunit *test)
{
	int cpu = spare_cpu(test);
	struct axvcpu_vm *vm = vm_new(test);

	KUNIT_ASSERT_EQ(test, remove_cpu(cpu), 0);
	axvcpu_vm_put(vm);
	KUNIT_ASSERT_EQ(test, add_cpu(cpu), 0);
	KUNIT_EXPECT_TRUE(test, fake_all_off());
	/* The first VM comes while it is away: it comes back on. */
	KUNIT_ASSERT_EQ(test, remove_cpu(cpu), 0);
	vm = vm_new(test);
	fake_forget();
	KUNIT_ASSERT_EQ(test, add_cpu(cpu), 0);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_HARDWARE_ENABLE), 1);
	axvcpu_vm_put(vm);
}

/* A CPU that comes online without it is no place to run. */
static void percpu_cpu_comes_without(struct kunit *test)
{
	int cpu = spare_cpu(test);
	struct axvcpu_vm *vm = vm_new(test);
	struct axvcpu_vcpu *vcpu = vcpu_new(test, vm);

	KUNIT_ASSERT_EQ(test, remove_cpu(cpu), 0);
	fake_fail(FAKE_HARDWARE_ENABLE, 0, -EBUSY);
	KUNIT_ASSERT_EQ(test, add_cpu(cpu), 0);
	KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(cpu)), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_bind(vcpu), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), -EXDEV);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_state(vcpu), AXVCPU_STATE_READY);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_LOAD), 0);
	KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(0)), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	axvcpu_vcpu_destroy(vcpu);
	axvcpu_vm_put(vm);
}

/* BIND looks whether the set has a CPU that is there. */
static void percpu_bind_without_cpu(struct kunit *test)
{
	int cpu = spare_cpu(test);
	struct axvcpu_vm *vm = vm_new(test);
	struct axvcpu_vcpu *vcpu = vcpu_new(test, vm);

	cpumask_copy(vcpu->fixed.phys_cpu_set, cpumask_of(cpu));
	KUNIT_ASSERT_EQ(test, remove_cpu(cpu), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_bind(vcpu), -EXDEV);
	KUNIT_EXPECT_EQ(test, atomic_read(&vcpu->state), AXVCPU_STATE_FREE);
	KUNIT_EXPECT_PTR_EQ(test, vcpu->owner, (struct task_struct *)NULL);
	KUNIT_ASSERT_EQ(test, add_cpu(cpu), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_bind(vcpu), 0);
	axvcpu_vcpu_destroy(vcpu);
	axvcpu_vm_put(vm);
}

/* Hardware virtualization goes off on a CPU, as at a reboot: from an interrupt. */
static atomic_t off_done;

static void off_here(void *unused)
{
	axvcpu_percpu_suspend();
	atomic_set(&off_done, 1);
}

static void on_here(void *unused)
{
	axvcpu_percpu_resume();
}

/* Interrupts are off here: that of the other CPU cannot be waited for as usual. */
static void off_there(void *csd)
{
	ktime_t end = ktime_add_ms(ktime_get(), 10 * MSEC_PER_SEC);
	int *cpu = ((call_single_data_t *)csd)->info;

	if (smp_call_function_single_async(*cpu, csd))
		return;
	while (!atomic_read(&off_done) && ktime_before(ktime_get(), end))
		cpu_relax();
}

/*
 * A vCPU moves to a CPU that is turned off while the former one is asked to let go of it.
 * Nothing is loaded where nothing is on.
 */
static void percpu_off_in_load(struct kunit *test)
{
	int cpu = spare_cpu(test);
	static call_single_data_t csd;
	struct axvcpu_vm *vm = vm_new(test);
	struct axvcpu_vcpu *vcpu = vcpu_new(test, vm);

	KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(0)), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_bind(vcpu), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(cpu)), 0);
	atomic_set(&off_done, 0);
	INIT_CSD(&csd, off_here, &cpu);
	fake_on(FAKE_UNLOAD, off_there, &csd);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), -EXDEV);
	KUNIT_EXPECT_EQ(test, atomic_read(&off_done), 1);
	KUNIT_EXPECT_EQ(test, vcpu->loaded, -1);
	KUNIT_EXPECT_EQ(test, fake_count(FAKE_LOAD), 1);
	KUNIT_EXPECT_EQ(test, smp_call_function_single(cpu, on_here, NULL, 1), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->cpu, cpu);
	axvcpu_vcpu_destroy(vcpu);
	axvcpu_vm_put(vm);
}

/* The VM. */

static void percpu_vm_limit(struct kunit *test)
{
	const unsigned int limit = axvcpu_max_vms_per_user;
	struct axvcpu_vm *vm[2];

	axvcpu_max_vms_per_user = 0;
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(axvcpu_vm_create(NULL)), -ENOSPC);
	KUNIT_EXPECT_TRUE(test, fake_all_off());
	axvcpu_max_vms_per_user = 2;
	vm[0] = vm_new(test);
	vm[1] = vm_new(test);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(axvcpu_vm_create(NULL)), -ENOSPC);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake.vms), 2);
	axvcpu_vm_put(vm[0]);
	vm[0] = vm_new(test);
	axvcpu_vm_put(vm[0]);
	axvcpu_vm_put(vm[1]);
	axvcpu_max_vms_per_user = limit;
}

static void percpu_vm_numbers(struct kunit *test)
{
	struct axvcpu_vm *vm = vm_new(test);
	u32 id = vm->id;

	KUNIT_EXPECT_NE(test, id, 0);
	axvcpu_vm_put(vm);
	vm = vm_new(test);
	KUNIT_EXPECT_GT(test, vm->id, id);
	axvcpu_vm_put(vm);
}

/* A vCPU keeps its VM: the VM's own descriptor may be closed first. */
static void percpu_vcpu_keeps_vm(struct kunit *test)
{
	struct axvcpu_vm *vm = vm_new(test);
	struct axvcpu_vcpu *vcpu = vcpu_new(test, vm);

	axvcpu_vm_put(vm);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake.vms), 1);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_bind(vcpu), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	axvcpu_vcpu_destroy(vcpu);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake.vms), 0);
}

static void percpu_vm_time(struct kunit *test)
{
	struct axvcpu_vm *vm = vm_new(test);
	struct axvcpu_time time = {}, set;
	u64 ahead;

	/* From 0 at the start, at the backend's rate. */
	KUNIT_EXPECT_EQ(test, axvcpu_vm_get_time(vm, &time), 0);
	KUNIT_EXPECT_EQ(test, time.counter_hz, FAKE_HZ);
	KUNIT_EXPECT_LT(test, time.counter, 10 * FAKE_HZ);
	/* What is set is what is read, later by the time between. */
	set = (struct axvcpu_time){ .counter = 1000, .boottime_ns = time.boottime_ns };
	KUNIT_EXPECT_EQ(test, axvcpu_vm_set_time(vm, &set), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vm_get_time(vm, &time), 0);
	ahead = time.boottime_ns - set.boottime_ns;
	KUNIT_EXPECT_GE(test, time.counter + SLACK, 1000 + ahead);
	KUNIT_EXPECT_LE(test, time.counter, 1000 + ahead + SLACK);
	/* Also for a time ahead, and one long ago. */
	set.boottime_ns = time.boottime_ns + 100 * SECOND;
	set.counter = 500 * FAKE_HZ;
	KUNIT_EXPECT_EQ(test, axvcpu_vm_set_time(vm, &set), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vm_get_time(vm, &time), 0);
	KUNIT_EXPECT_EQ(test, div64_u64(time.counter + FAKE_HZ / 2, FAKE_HZ),
			div64_u64(400 * SECOND + time.boottime_ns + 100 * SECOND -
				  set.boottime_ns + SECOND / 2, SECOND));
	axvcpu_vm_put(vm);
}

static void percpu_vm_time_refused(struct kunit *test)
{
	struct axvcpu_vm *vm = vm_new(test);
	const u64 offset = vm->counter_offset;
	struct axvcpu_time time = { .flags = 1 };

	KUNIT_EXPECT_EQ(test, axvcpu_vm_get_time(vm, &time), -EINVAL);
	KUNIT_EXPECT_EQ(test, axvcpu_vm_set_time(vm, &time), -EINVAL);
	time = (struct axvcpu_time){ .counter_hz = 1 };
	KUNIT_EXPECT_EQ(test, axvcpu_vm_set_time(vm, &time), -EINVAL);
	time = (struct axvcpu_time){ .boottime_ns = ~0ULL };
	KUNIT_EXPECT_EQ(test, axvcpu_vm_set_time(vm, &time), -EINVAL);
	KUNIT_EXPECT_EQ(test, vm->counter_offset, offset);
	axvcpu_vm_put(vm);
}

/* The system sleeps; meanwhile the counter gets to be @shift ahead of CLOCK_MONOTONIC. */
static void sleep_with_counter(u64 shift)
{
	local_irq_disable();
	axvcpu_percpu_suspend();
	fake.counter_shift = shift;
	axvcpu_percpu_resume();
	local_irq_enable();
}

/* Since @from the guest's counter has gone on like CLOCK_BOOTTIME, in both directions. */
static void expect_in_step(struct kunit *test, struct axvcpu_vm *vm,
			   const struct axvcpu_time *from)
{
	struct axvcpu_time now = {};
	u64 ns;

	KUNIT_EXPECT_EQ(test, axvcpu_vm_get_time(vm, &now), 0);
	ns = now.boottime_ns - from->boottime_ns;
	KUNIT_EXPECT_GE(test, now.counter, from->counter);
	KUNIT_EXPECT_GE(test, now.counter - from->counter + SLACK, ns);
	KUNIT_EXPECT_LE(test, now.counter - from->counter, ns + SLACK);
}

static void percpu_counter_falls(struct kunit *test)
{
	struct axvcpu_vm *vm[2] = { vm_new(test) };
	struct axvcpu_time from = {}, time = {};
	int round;

	KUNIT_EXPECT_EQ(test, axvcpu_vm_get_time(vm[0], &from), 0);
	for (round = 0; round < 3; round++) {
		/* It starts at 0 again. */
		sleep_with_counter(-ktime_get_ns());
		expect_in_step(test, vm[0], &from);
	}
	/* It falls behind by two hours. */
	sleep_with_counter(fake.counter_shift - 7200 * SECOND);
	expect_in_step(test, vm[0], &from);
	/* A VM made since starts at 0, and goes on likewise. */
	vm[1] = vm_new(test);
	KUNIT_EXPECT_EQ(test, axvcpu_vm_get_time(vm[1], &time), 0);
	KUNIT_EXPECT_LT(test, time.counter, 10 * FAKE_HZ);
	sleep_with_counter(fake.counter_shift - 3600 * SECOND);
	expect_in_step(test, vm[0], &from);
	expect_in_step(test, vm[1], &time);
	/* What is set afterwards is what is read. */
	time.counter = 5;
	time.counter_hz = 0;
	KUNIT_EXPECT_EQ(test, axvcpu_vm_set_time(vm[0], &time), 0);
	expect_in_step(test, vm[0], &time);
	axvcpu_vm_put(vm[0]);
	axvcpu_vm_put(vm[1]);
}

/* A counter that ran on has lost nothing, and guests keep theirs to the tick. */
static void percpu_counter_runs_on(struct kunit *test)
{
	struct axvcpu_vm *vm = vm_new(test);
	const u64 offset = axvcpu_counter_offset(vm);

	sleep_with_counter(0);
	KUNIT_EXPECT_EQ(test, axvcpu_counter_offset(vm), offset);
	axvcpu_vm_put(vm);
}

static struct kunit_case percpu_cases[] = {
	KUNIT_CASE(percpu_first_to_last),
	KUNIT_CASE(percpu_one_refuses),
	KUNIT_CASE(percpu_somebody_else),
	KUNIT_CASE(percpu_backend_refuses_vm),
	KUNIT_CASE(percpu_hotplug),
	KUNIT_CASE(percpu_hotplug_without_vm),
	KUNIT_CASE(percpu_vm_ends_without_cpu),
	KUNIT_CASE(percpu_cpu_comes_without),
	KUNIT_CASE(percpu_bind_without_cpu),
	KUNIT_CASE(percpu_off_in_load),
	KUNIT_CASE(percpu_vm_limit),
	KUNIT_CASE(percpu_vm_numbers),
	KUNIT_CASE(percpu_vcpu_keeps_vm),
	KUNIT_CASE(percpu_vm_time),
	KUNIT_CASE(percpu_vm_time_refused),
	KUNIT_CASE(percpu_counter_falls),
	KUNIT_CASE(percpu_counter_runs_on),
	{}
};

struct kunit_suite axvcpu_percpu_suite = {
	.name = "axvcpu_percpu",
	.suite_init = fixture_suite_init,
	.suite_exit = fixture_suite_exit,
	.init = fixture_init_empty,
	.exit = fixture_exit,
	.test_cases = percpu_cases,
};
