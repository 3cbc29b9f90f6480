/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The benchmark: rows that are measured, two drivers that they are measured through,
 * and the guest that is the same for both.
 */
#ifndef AXVCPU_BENCH_H
#define AXVCPU_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "layout.h"

/* What the guest did, whoever tells it. */
enum event {
	EVENT_WRITE,		/* to a port; where there are none, the same as MMIO_WRITE */
	EVENT_READ,
	EVENT_MMIO_WRITE,
	EVENT_MMIO_READ,
	EVENT_CALL,
	EVENT_STOPPED,		/* kicked */
};

/**
 * struct vm - a virtual machine
 * @fd: its file descriptor
 * @ram: guest memory from 0, BENCH_RAM_SIZE
 * @area: guest memory from BENCH_AREA, or NULL
 * @handle: the driver's
 */
struct vm {
	int fd;
	void *ram;
	void *area;
	void *handle;
};

/**
 * struct vcpu - a virtual CPU
 * @vm: its VM
 * @fd: its file descriptor
 * @value: what the guest wrote last
 * @run: the page shared with the kernel
 * @handle: the driver's
 */
struct vcpu {
	struct vm *vm;
	int fd;
	uint64_t value;
	void *run;
	void *handle;
};

/* A VM whose vCPU waits in the kernel and is interrupted by other threads. */
#define VM_WAKES	1U
/* One that needs no more than memory and vCPUs. */
#define VM_BARE		2U

/**
 * struct driver - how a VMM uses one of the two
 * @name: of the driver
 * @calls: a call of the guest can go to the VMM
 * @open: once
 * @vm_create: an empty VM; @flags are VM_*
 * @vm_map: give it memory
 * @vm_close: after its vCPUs
 * @vcpu_create: a vCPU that starts at BENCH_CODE
 * @vcpu_close: reverses it
 * @configure: let the guest use all there is
 * @run: until something happens
 * @floor: a call of @vcpu's file descriptor that does nothing
 * @answer: a read gives @value
 * @inject: interrupt BENCH_VECTOR_TELL, by the thread that runs the vCPU
 * @wake: interrupt BENCH_VECTOR_WAKE, by another thread
 * @kick: stop it, by another thread; @thread runs it
 * @save: read all of its state into memory of the driver's
 * @restore: write it back
 *
 * Nothing fails: the program ends instead.
 */
struct driver {
	const char *name;
	bool calls;
	void (*open)(void);
	void (*vm_create)(struct vm *vm, unsigned int flags);
	void (*vm_map)(struct vm *vm, uint64_t gpa, void *hva, uint64_t len);
	void (*vm_close)(struct vm *vm);
	void (*vcpu_create)(struct vcpu *vcpu, struct vm *vm, unsigned int id);
	void (*vcpu_close)(struct vcpu *vcpu);
	void (*configure)(struct vcpu *vcpu);
	enum event (*run)(struct vcpu *vcpu);
	void (*floor)(struct vcpu *vcpu);
	void (*answer)(struct vcpu *vcpu, uint64_t value);
	void (*inject)(struct vcpu *vcpu);
	void (*wake)(struct vcpu *vcpu);
	void (*kick)(struct vcpu *vcpu, unsigned long thread);
	void (*save)(struct vcpu *vcpu);
	void (*restore)(struct vcpu *vcpu);
};

extern const struct driver axvcpu_driver, kvm_driver;
/* the one in use */
extern const struct driver *driver;

/* What the guest can be told to do over and over. */
enum loop {
	LOOP_WRITE,
	LOOP_READ,
	LOOP_MMIO_WRITE,
	LOOP_MMIO_READ,
	LOOP_CALL,
	LOOP_INSIDE,		/* BENCH_INSIDE exits for the kernel, then a write */
	LOOP_HALT,		/* halt, then write */
	LOOP_TOUCH,		/* write to each page of the area, then tell */
	LOOP_INTERRUPTED,	/* as LOOP_WRITE; interrupts are on, their handler writes */
	LOOP_NR,
};

/* ARCH/guest.c */
/* the guest with its tables into @ram */
void guest_load(void *ram);
/* where the guest goes from its start */
void guest_choose(void *ram, enum loop loop);
/* is there such a loop here? */
bool guest_has(enum loop loop);
/* a clock that counts instructions where the emulator does */
uint64_t guest_clock(void);

/* measure.c */
void __attribute__((noreturn, format(printf, 1, 2))) die(const char *format, ...);
/* ioctl() that does not fail */
int must_ioctl(int fd, unsigned long cmd, void *arg, const char *what);
void *anonymous(size_t size);

extern bool wall_clock;
/* the names of the rows to measure; none: all of them */
extern char **wanted;
bool wants(const char *row);
uint64_t now(void);
/* what is between them is what a row is about: the profiler counts it too */
uint64_t count_start(void);
double count_stop(uint64_t start);

/**
 * measure() - what one of something costs
 * @name: the row
 * @batch: how many are timed together
 * @op: does it once
 * @arg: for @op
 *
 * Prints the median, without the cost of the loop around it.
 */
void measure(const char *name, unsigned int batch, void (*op)(void *arg), void *arg);

/**
 * measure_above() - the same, less what a part of it costs
 * @name: the row
 * @batch: how many are timed together
 * @op: does it once
 * @arg: for @op
 * @part: does the part once
 * @part_arg: for @part
 * @count: how many of what is asked for there are in one @op
 */
void measure_above(const char *name, unsigned int batch, void (*op)(void *arg), void *arg,
		   void (*part)(void *arg), void *part_arg, double count);

/**
 * report() - print a row that was measured otherwise
 * @name: the row
 * @unit: of the samples
 * @samples: will be sorted
 * @count: how many
 * @rounds: how often it was done in all
 */
void report(const char *name, const char *unit, double *samples, unsigned int count,
	    double rounds);

/* rows.c, wake.c, memory.c */
void rows_exits(void);
void rows_life(void);
void rows_wake(void);
void rows_touch(void);
void rows_memory(void);

/* rows.c: a machine with one vCPU that runs @loop, after its first exit */
void machine_start(struct vm *vm, struct vcpu *vcpu, enum loop loop, unsigned int flags,
		   void *area);
void machine_close(struct vm *vm, struct vcpu *vcpu);
/* run, and see that this came */
void expect(struct vcpu *vcpu, enum event event);

#endif /* AXVCPU_BENCH_H */
