/* SPDX-License-Identifier: GPL-2.0-only */
/* What the suites start from: a VM with one vCPU on the fake backend. */
#ifndef AXVCPU_FIXTURE_H
#define AXVCPU_FIXTURE_H

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/sched.h>

#include "../core/core.h"
#include "fake.h"

/**
 * struct fixture - test->priv of every case
 * @vm: a VM
 * @vcpu: its vCPU 0, CREATED, allowed on every CPU; owned by no one
 */
struct fixture {
	struct axvcpu_vm *vm;
	struct axvcpu_vcpu *vcpu;
};

/* .suite_init and .suite_exit: the core starts and ends with every suite. */
int fixture_suite_init(struct kunit_suite *suite);
void fixture_suite_exit(struct kunit_suite *suite);

/* .init and .exit: a VM that belongs to no mm and has no memory. */
int fixture_init(struct kunit *test);
/*
 * The same for a VM that can have memory. Its mm is that of the process that
 * loads the module, and the test thread's too.
 */
int fixture_init_mm(struct kunit *test);
/* No VM and no vCPU: test->priv is NULL. */
int fixture_init_empty(struct kunit *test);
/* Also looks for broken promises, leaks and hardware left on. */
void fixture_exit(struct kunit *test);

static inline struct axvcpu_vcpu *fixture_vcpu(struct kunit *test)
{
	return ((struct fixture *)test->priv)->vcpu;
}

/* From CREATED to CREATED, FREE, READY or INVALID, as a VMM would; asserts. */
void fixture_to(struct kunit *test, u32 state);

/* Another vCPU of the VM; the caller destroys it. */
struct axvcpu_vcpu *fixture_add(struct kunit *test, u32 id);

/* @size bytes of fresh user memory; with fixture_init_mm() only; asserts. */
unsigned long fixture_user(struct kunit *test, size_t size);

/**
 * struct fixture_thread - a thread that does one thing
 * @task: the thread; a reference is held until fixture_join()
 * @fn: what it does
 * @arg: for @fn
 * @mm: its address space, NULL: none
 * @done: @fn has returned
 */
struct fixture_thread {
	struct task_struct *task;
	int (*fn)(void *arg);
	void *arg;
	struct mm_struct *mm;
	struct completion done;
};

/* Start @fn(@arg) on @cpu, or anywhere if that is -1; asserts. */
void fixture_spawn(struct kunit *test, struct fixture_thread *thread, int cpu,
		   int (*fn)(void *arg), void *arg);
/* Wait for it, dead and buried: what @fn returned. */
int fixture_join(struct fixture_thread *thread);

/* CPUs to put two threads on, the same one if the system has only one. */
void fixture_cpus(int cpu[2]);

/* Become true within a few seconds: sleeps meanwhile. */
#define FIXTURE_WAIT(condition)						\
({									\
	unsigned long fixture_end = jiffies + FIXTURE_PATIENCE;		\
									\
	while (!(condition) && time_before(jiffies, fixture_end))	\
		usleep_range(10, 30);					\
	(condition);							\
})

#define FIXTURE_PATIENCE	(30 * HZ)

#endif /* AXVCPU_FIXTURE_H */
