/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every selftest stands on: TAP output, the commands of /dev/axvcpu as
 * functions that return a negative errno, and a machine: a VM with memory, a
 * guest and a vCPU to run it.
 *
 * A test is one program about one behaviour. It defines test(); main() is the
 * harness's. Exit status: 0 passed, 1 failed, 77 skipped.
 */
#ifndef AXVCPU_SELFTEST_HARNESS_H
#define AXVCPU_SELFTEST_HARNESS_H

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>

#include <linux/axvcpu.h>

#include "arch.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define READ_ONCE(x)	__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v) __atomic_store_n(&(x), v, __ATOMIC_RELAXED)
#define __printf(a, b)	__attribute__((__format__(__printf__, a, b)))

#define PAGE_SIZE	4096UL

/* The program's own: the test. */
void test(void);

/* TAP. Only the main thread calls these. */

/**
 * tap_ok() - report one result
 * @pass: did it hold?
 * @fmt: what was tested, in words
 *
 * Return: @pass.
 */
bool __printf(2, 3) tap_ok(bool pass, const char *fmt, ...);

/**
 * tap_is() - report whether two numbers are equal, show both if not
 * @got: what there is; a negative errno is shown by name
 * @want: what there should be
 * @fmt: what was tested, in words
 *
 * Return: are they equal?
 */
bool __printf(3, 4) tap_is(long long got, long long want, const char *fmt, ...);

/**
 * tap_skip() - report a result that cannot be had here
 * @why: the reason
 * @fmt: what would have been tested
 */
void __printf(2, 3) tap_skip(const char *why, const char *fmt, ...);

/**
 * tap_skip_all() - leave: the whole program makes no sense here
 * @fmt: the reason
 */
_Noreturn void __printf(1, 2) tap_skip_all(const char *fmt, ...);

/**
 * tap_bail() - leave: what the test needs does not work
 * @fmt: what failed
 */
_Noreturn void __printf(1, 2) tap_bail(const char *fmt, ...);

/**
 * tap_note() - a line for the reader
 * @fmt: the line
 */
void __printf(1, 2) tap_note(const char *fmt, ...);

/* Time and size. */

/**
 * scaled() - a repeat count, smaller where everything is slower
 * @count: the count for a plain kernel
 *
 * AXVCPU_TEST_SCALE divides it; a kernel with kmemleak counts as 10.
 *
 * Return: at least 1.
 */
unsigned long scaled(unsigned long count);

/** now_ns() - CLOCK_MONOTONIC in ns */
uint64_t now_ns(void);

/** now_ms() - CLOCK_MONOTONIC in ms */
uint64_t now_ms(void);

/* Is @cond true within @ms (more on a slow kernel)? Sleeps in between. */
#define WAIT_FOR(cond, ms) ({						\
	uint64_t end__ = now_ms() + (ms) * (1000 / scaled(1000));	\
	bool hit__;							\
									\
	while (!(hit__ = (cond)) && now_ms() < end__)			\
		usleep(200);						\
	hit__;								\
})

/**
 * watchdog() - how long the program may take from here
 * @seconds: on a plain kernel; the default is 60
 */
void watchdog(unsigned int seconds);

/* The host. */

/** cpus_online() - how many CPUs this process may use */
int cpus_online(void);

/**
 * pin() - run the calling thread on one CPU
 * @cpu: which; -1: on any
 */
void pin(int cpu);

/**
 * file_write() - write a string to a file of the kernel's
 * @path: the file
 * @text: the string
 *
 * Return: 0 or a negative errno.
 */
int file_write(const char *path, const char *text);

/**
 * file_read() - read a file of the kernel's from its beginning
 * @path: the file
 * @buf: NUL-terminated result
 * @size: room in @buf
 *
 * Return: bytes or a negative errno.
 */
ssize_t file_read(const char *path, char *buf, size_t size);

/**
 * run_command() - run a program and wait for it
 * @argv: its arguments, NULL last
 *
 * Return: its exit status; 127 if there is no such program.
 */
int run_command(char *const argv[]);

/* The module, where a bed leaves it. */
#define MODULE_FILE	"/axvcpu.ko"

/**
 * module_load() - load MODULE_FILE
 * @parameters: as insmod takes them
 *
 * Return: 0 or a negative errno.
 */
int module_load(const char *parameters);

/**
 * module_unload() - unload a module that nobody uses
 * @name: its name
 *
 * Return: 0 or a negative errno, -EWOULDBLOCK if it is in use.
 */
int module_unload(const char *name);

/**
 * struct memory_usage - the host's memory, in KiB
 * @free: free pages
 * @slab: the kernel's objects that cannot be reclaimed
 * @secondary: second-stage page tables
 * @percpu: per-CPU memory
 */
struct memory_usage {
	long free, slab, secondary, percpu;
};

/** memory_usage() - as it is once the caches are emptied */
struct memory_usage memory_usage(void);

/* Memory from the host, or bail out. */
void *host_pages(size_t len);

/* Commands. All return a negative errno, 0, or what the command gives. */

int xioctl(int fd, unsigned long cmd, const void *arg);
int dev_open(void);
int dev_info(struct axvcpu_info *info);
int vm_create(int dev);
int vm_map(int vm, uint64_t gpa, uint64_t len, const void *hva, uint32_t flags);
int vm_unmap(int vm, uint64_t gpa, uint64_t len);
int vm_protect(int vm, uint64_t gpa, uint64_t len, uint32_t flags);
int vcpu_create(int vm, uint32_t id);
int vcpu_setup(int vcpu);
int vcpu_setup_entry(int vcpu, uint64_t entry);
int vcpu_bind(int vcpu);
int vcpu_unbind(int vcpu);
int vcpu_run(int vcpu);
int vcpu_kick(int vcpu);
int vcpu_reset(int vcpu);
int vcpu_info(int vcpu, struct axvcpu_vcpu_info *info);
int vcpu_inject(int vcpu, uint32_t type, uint32_t vector);
int vcpu_inject_exception(int vcpu, uint32_t vector, uint32_t flags,
			  uint64_t error, uint64_t address);
int vcpu_refuse(int vcpu, uint32_t vector, uint32_t flags, uint64_t error);
int vcpu_set_debug(int vcpu, const struct axvcpu_debug *debug);
int vcpu_get_group(int vcpu, uint32_t id, void *data, uint32_t size);
int vcpu_set_group(int vcpu, uint32_t id, const void *data, uint32_t size);
int vcpu_get_state(int vcpu, uint32_t group, void *buf, uint32_t *len);
int vcpu_set_state(int vcpu, const void *buf, uint32_t len);
struct axvcpu_run *vcpu_map_run(int vcpu);

/* AXVCPU_STATE_*, or bail out */
uint32_t vcpu_state(int vcpu);
/* one counter of GET_STATS, or bail out */
uint64_t vcpu_stat(int vcpu, uint32_t id);

const char *reason_name(uint32_t reason);
const char *state_name(uint32_t state);

#define MEM_RW	(AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WRITE)
#define MEM_RWX	(MEM_RW | AXVCPU_ACCESS_EXEC)

/**
 * struct guest - a piece of guest code, from a .S file
 * @start: first byte
 * @end: behind the last
 * @mode: how it wants the CPU, MODE_* of arch.h
 */
struct guest {
	const char *start;
	const char *end;
	enum guest_mode mode;
};

/* The guest between the labels that GUEST and END made in a .S file. */
#define DECLARE_GUEST(name, how)					\
	extern const char guest_##name##_start[], guest_##name##_end[];	\
	static const struct guest guest_##name = {			\
		guest_##name##_start, guest_##name##_end, how		\
	}

/**
 * struct machine - a VM with RAM at 0, a vCPU 0 and a guest
 * @dev: /dev/axvcpu
 * @vm: its VM
 * @vcpu: its vCPU
 * @run: run page
 * @regs: register block of it
 * @ram: GUEST_RAM_SIZE bytes from guest physical 0
 * @mode: the guest's
 */
struct machine {
	int dev;
	int vm;
	int vcpu;
	struct axvcpu_run *run;
	struct arch_regs *regs;
	uint8_t *ram;
	enum guest_mode mode;
};

/**
 * machine_init() - a machine with the guest loaded, its vCPU FREE; or bail out
 * @m: the machine
 * @guest: the guest
 */
void machine_init(struct machine *m, const struct guest *guest);

/**
 * machine_ready() - the same, with the vCPU bound to this thread
 * @m: the machine
 * @guest: the guest
 */
void machine_ready(struct machine *m, const struct guest *guest);

/**
 * machine_vcpu() - another vCPU of a machine, FREE, its guest loaded at @code
 * @m: filled in: the vCPU; the rest is that of @of
 * @of: machine it belongs to
 * @id: its number
 * @guest: guest
 * @code: where it goes in RAM
 */
void machine_vcpu(struct machine *m, const struct machine *of, uint32_t id,
		  const struct guest *guest, uint64_t code);

/** machine_fini() - close everything; legal in every state */
void machine_fini(struct machine *m);

/**
 * machine_memory() - more memory, read, write and execute; or bail out
 * @m: the machine
 * @gpa: where
 * @len: how much
 *
 * Return: the host's view of it.
 */
uint8_t *machine_memory(struct machine *m, uint64_t gpa, size_t len);

/**
 * machine_run() - RUN until there is something to see; bail out on an error
 * @m: the machine
 *
 * Return: the exit reason, never NOTHING.
 */
uint32_t machine_run(struct machine *m);

/**
 * machine_halts() - RUN until the guest has halted; bail out if it does not
 * @m: the machine; its budget is 0 after
 */
void machine_halts(struct machine *m);

/**
 * machine_exits() - RUN once and report whether it left for @reason
 * @m: the machine
 * @reason: AXVCPU_EXIT_*
 * @what: what this is about
 *
 * Return: did it?
 */
bool machine_exits(struct machine *m, uint32_t reason, const char *what);

/**
 * machine_report() - RUN until the guest says something; bail out on any other exit
 * @m: the machine
 *
 * Return: what the guest gave to REPORT.
 */
uint64_t machine_report(struct machine *m);

/* A guest's own view of the last exit: did it REPORT, and what? */
bool arch_is_report(const struct machine *m, uint64_t *value);
/* Put a vCPU that was set up into the guest's mode, PC at @code. */
void arch_start(struct machine *m, const struct guest *guest, uint64_t code);
/* Guest's argument registers, 0 to 5; PC. */
void arch_set_arg(struct machine *m, unsigned int i, uint64_t value);
uint64_t arch_arg(const struct machine *m, unsigned int i);
uint64_t arch_pc(const struct machine *m);

/**
 * struct runner - a thread that runs a machine's vCPU
 * @m: the machine
 * @cpu: CPU it is pinned to, -1: none
 * @on_exit: called after each RUN, in the thread; true: go on. NULL: go on after
 *	STOPPED and NOTHING until runner_stop(), end at anything else.
 * @data: for @on_exit
 * @thread: the thread
 * @tid: its thread ID, 0 before it has bound the vCPU
 * @stop: set by runner_stop()
 * @ret: what the last RUN returned
 * @reason: the reason of the last exit
 * @stops: how often RUN left with STOPPED
 * @done: the loop has ended
 */
struct runner {
	struct machine *m;
	int cpu;
	bool (*on_exit)(struct runner *r);
	void *data;
	pthread_t thread;
	pid_t tid;
	bool stop;
	int ret;
	uint32_t reason;
	unsigned long stops;
	bool done;
};

/** runner_start() - bind and run in a thread of its own; returns once it is bound */
void runner_start(struct runner *r);

/** runner_stop() - kick until it ends; unbound when this returns what RUN returned last */
int runner_stop(struct runner *r);

/** runner_join() - wait for it to end by itself */
int runner_join(struct runner *r);

#endif /* AXVCPU_SELFTEST_HARNESS_H */
