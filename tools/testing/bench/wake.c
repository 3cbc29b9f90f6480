// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rows of two threads: one runs the vCPU, whose guest has halted; the other wakes or
 * stops it and waits until it hears about it. The one that runs the vCPU goes first
 * whenever it can, so that the guest has always halted when the other one acts.
 */
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>

#include "bench.h"

#define BATCH	10

struct wake {
	struct vm vm;
	struct vcpu vcpu;
	pthread_t thread;
	sem_t heard;
	enum event event;
	atomic_bool over;
};

static void priority(int level)
{
	struct sched_param param = { .sched_priority = level };
	int ret = pthread_setschedparam(pthread_self(), SCHED_FIFO, &param);

	if (ret)
		die("real-time priority: %s", strerror(ret));
}

static void *runner(void *arg)
{
	struct wake *wake = arg;

	priority(2);
	machine_start(&wake->vm, &wake->vcpu, LOOP_HALT, VM_WAKES, NULL);
	sem_post(&wake->heard);
	for (;;) {
		enum event event = driver->run(&wake->vcpu);

		if (wake->over)
			break;
		if (event != wake->event)
			die("a halted vCPU had event %d instead of %d", event, wake->event);
		sem_post(&wake->heard);
	}
	machine_close(&wake->vm, &wake->vcpu);
	return NULL;
}

static void wait_heard(struct wake *wake)
{
	while (sem_wait(&wake->heard))
		;
}

static void do_wake(void *arg)
{
	struct wake *wake = arg;

	driver->wake(&wake->vcpu);
	wait_heard(wake);
}

static void do_kick(void *arg)
{
	struct wake *wake = arg;

	driver->kick(&wake->vcpu, wake->thread);
	wait_heard(wake);
}

static void row(const char *name, enum event event, void (*op)(void *))
{
	struct wake wake = { .event = event };
	int ret;

	if (!wants(name))
		return;
	sem_init(&wake.heard, 0, 0);
	ret = pthread_create(&wake.thread, NULL, runner, &wake);
	if (ret)
		die("thread: %s", strerror(ret));
	wait_heard(&wake);
	measure(name, BATCH, op, &wake);
	wake.over = true;
	driver->kick(&wake.vcpu, wake.thread);
	pthread_join(wake.thread, NULL);
	sem_destroy(&wake.heard);
}

void rows_wake(void)
{
	struct sched_param none = { 0 };

	priority(1);
	row("wake", EVENT_WRITE, do_wake);
	row("kick", EVENT_STOPPED, do_kick);
	pthread_setschedparam(pthread_self(), SCHED_OTHER, &none);
}
