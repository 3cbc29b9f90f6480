// SPDX-License-Identifier: GPL-2.0-only
/* What the suites start from: see fixture.h. */
#include <linux/cpumask.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>

#include "fixture.h"

static struct mm_struct *fixture_mm;

int fixture_suite_init(struct kunit_suite *suite)
{
	int ret = axvcpu_core_init();

	if (ret)
		return ret;
	fixture_mm = current->mm;
	mmgrab(fixture_mm);
	return 0;
}

void fixture_suite_exit(struct kunit_suite *suite)
{
	mmdrop(fixture_mm);
	axvcpu_core_fini();
}

int fixture_init_empty(struct kunit *test)
{
	fake_forget();
	return 0;
}

static int make(struct kunit *test, struct mm_struct *mm)
{
	struct axvcpu_vcpu_create create = {
		.size = sizeof(create),
		.favor_phys_cpu = AXVCPU_NO_CPU,
	};
	struct fixture *fixture;

	fixture_init_empty(test);
	fixture = kunit_kzalloc(test, sizeof(*fixture), GFP_KERNEL);
	if (!fixture)
		return -ENOMEM;
	fixture->vm = axvcpu_vm_create(mm);
	if (IS_ERR(fixture->vm))
		return PTR_ERR(fixture->vm);
	fixture->vcpu = axvcpu_vcpu_create(fixture->vm, &create);
	if (IS_ERR(fixture->vcpu)) {
		axvcpu_vm_put(fixture->vm);
		return PTR_ERR(fixture->vcpu);
	}
	test->priv = fixture;
	return 0;
}

/* kthread_use_mm() wants a live address space: what mmget() holds. */
static int use_mm(struct mm_struct *mm)
{
	if (!mmget_not_zero(mm))
		return -ESRCH;
	kthread_use_mm(mm);
	return 0;
}

static void unuse_mm(struct mm_struct *mm)
{
	kthread_unuse_mm(mm);
	mmput(mm);
}

int fixture_init(struct kunit *test)
{
	return make(test, NULL);
}

int fixture_init_mm(struct kunit *test)
{
	int ret = use_mm(fixture_mm);

	if (ret)
		return ret;
	ret = make(test, fixture_mm);
	if (ret)
		unuse_mm(fixture_mm);
	return ret;
}

void fixture_exit(struct kunit *test)
{
	struct fixture *fixture = test->priv;

	if (fixture && !IS_ERR_OR_NULL(fixture->vcpu))
		axvcpu_vcpu_destroy(fixture->vcpu);
	if (fixture)
		axvcpu_vm_put(fixture->vm);
	if (current->flags & PF_KTHREAD && current->mm)
		unuse_mm(current->mm);

	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&fake.broken), 0, "not kept: %s", fake.breach);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake.vms), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake.vcpus), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake.loaded), 0);
	KUNIT_EXPECT_TRUE(test, fake_all_off());
}

void fixture_to(struct kunit *test, u32 state)
{
	static const struct axvcpu_setup setup = { .size = sizeof(setup) };
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);

	KUNIT_ASSERT_EQ(test, axvcpu_vcpu_state(vcpu), AXVCPU_STATE_CREATED);
	if (state == AXVCPU_STATE_CREATED)
		return;
	KUNIT_ASSERT_EQ(test, axvcpu_vcpu_setup(vcpu, &setup), 0);
	if (state == AXVCPU_STATE_FREE)
		return;
	KUNIT_ASSERT_EQ(test, axvcpu_vcpu_bind(vcpu), 0);
	if (state == AXVCPU_STATE_INVALID) {
		fake_fail(FAKE_RUN, 0, -EIO);
		KUNIT_ASSERT_EQ(test, axvcpu_vcpu_run(vcpu), -EIO);
	}
	KUNIT_ASSERT_EQ(test, axvcpu_vcpu_state(vcpu), state);
}

struct axvcpu_vcpu *fixture_add(struct kunit *test, u32 id)
{
	struct axvcpu_vcpu_create create = {
		.size = sizeof(create),
		.id = id,
		.favor_phys_cpu = AXVCPU_NO_CPU,
	};
	struct fixture *fixture = test->priv;

	return axvcpu_vcpu_create(fixture->vm, &create);
}

unsigned long fixture_user(struct kunit *test, size_t size)
{
	unsigned long addr = vm_mmap(NULL, 0, size, PROT_READ | PROT_WRITE,
				     MAP_ANONYMOUS | MAP_PRIVATE, 0);

	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	return addr;
}

static int thread_main(void *data)
{
	struct fixture_thread *thread = data;
	int ret = thread->mm ? use_mm(thread->mm) : 0;

	if (!ret)
		ret = thread->fn(thread->arg);
	if (thread->mm && current->mm)
		unuse_mm(thread->mm);
	complete(&thread->done);
	return ret;
}

void fixture_spawn(struct kunit *test, struct fixture_thread *thread, int cpu,
		   int (*fn)(void *arg), void *arg)
{
	struct task_struct *task;

	thread->fn = fn;
	thread->arg = arg;
	thread->mm = current->mm;
	init_completion(&thread->done);
	task = kthread_create(thread_main, thread, "axvcpu_kunit");
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	if (cpu >= 0)
		kthread_bind(task, cpu);
	thread->task = get_task_struct(task);
	wake_up_process(task);
}

int fixture_join(struct fixture_thread *thread)
{
	int ret;

	/* Nothing can be freed under a thread that hangs: say it, and hang too. */
	if (!wait_for_completion_timeout(&thread->done, FIXTURE_PATIENCE)) {
		pr_err("axvcpu_kunit: %ps hangs\n", thread->fn);
		wait_for_completion(&thread->done);
	}
	ret = kthread_stop(thread->task);
	FIXTURE_WAIT(READ_ONCE(thread->task->exit_state));
	put_task_struct(thread->task);
	return ret;
}

void fixture_cpus(int cpu[2])
{
	cpu[0] = cpumask_first(cpu_online_mask);
	cpu[1] = cpumask_next(cpu[0], cpu_online_mask);
	if (cpu[1] >= nr_cpu_ids)
		cpu[1] = cpu[0];
}
