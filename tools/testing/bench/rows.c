// SPDX-License-Identifier: GPL-2.0-only
/* Rows of one thread: exits, injection, the life of a vCPU, its state. */
#include <stdlib.h>
#include <sys/mman.h>

#include "bench.h"

#define BATCH	40

void expect(struct vcpu *vcpu, enum event event)
{
	enum event got = driver->run(vcpu);

	if (got != event)
		die("expected event %d, got %d", event, got);
}

void machine_start(struct vm *vm, struct vcpu *vcpu, enum loop loop, unsigned int flags,
		   void *area)
{
	*vm = (struct vm){ .ram = anonymous(BENCH_RAM_SIZE), .area = area };
	guest_load(vm->ram);
	guest_choose(vm->ram, loop);
	driver->vm_create(vm, flags);
	driver->vm_map(vm, 0, vm->ram, BENCH_RAM_SIZE);
	if (area)
		driver->vm_map(vm, BENCH_AREA, area, BENCH_AREA_SIZE);
	driver->vcpu_create(vcpu, vm, 0);
	driver->configure(vcpu);
	expect(vcpu, EVENT_WRITE);
}

void machine_close(struct vm *vm, struct vcpu *vcpu)
{
	driver->vcpu_close(vcpu);
	driver->vm_close(vm);
	munmap(vm->ram, BENCH_RAM_SIZE);
}

static void do_floor(void *vcpu)
{
	driver->floor(vcpu);
}

static void do_write(void *vcpu)
{
	expect(vcpu, EVENT_WRITE);
}

static void do_read(void *vcpu)
{
	expect(vcpu, EVENT_READ);
	driver->answer(vcpu, 0x55);
}

static void do_mmio_write(void *vcpu)
{
	expect(vcpu, EVENT_MMIO_WRITE);
}

static void do_mmio_read(void *vcpu)
{
	expect(vcpu, EVENT_MMIO_READ);
	driver->answer(vcpu, 0x55);
}

static void do_call(void *vcpu)
{
	expect(vcpu, EVENT_CALL);
	driver->answer(vcpu, 0);
}

static void exits(const char *name, enum loop loop, void (*op)(void *))
{
	struct vcpu vcpu;
	struct vm vm;

	if (!guest_has(loop) || !wants(name))
		return;
	machine_start(&vm, &vcpu, loop, 0, NULL);
	measure(name, BATCH, op, &vcpu);
	machine_close(&vm, &vcpu);
}

/*
 * What @op costs above a write, which is part of it, shared by @count.
 */
static void above_write(const char *name, enum loop loop, void (*op)(void *), double count)
{
	struct vcpu vcpu, plain;
	struct vm vm, vm2;

	if (!wants(name))
		return;
	machine_start(&vm, &vcpu, loop, VM_WAKES, NULL);
	machine_start(&vm2, &plain, LOOP_WRITE, 0, NULL);
	measure_above(name, BATCH, op, &vcpu, do_write, &plain, count);
	machine_close(&vm, &vcpu);
	machine_close(&vm2, &plain);
}

/* The handler's write, then the loop's. */
static void do_inject(void *vcpu)
{
	driver->inject(vcpu);
	expect(vcpu, EVENT_WRITE);
	expect(vcpu, EVENT_WRITE);
}

void rows_exits(void)
{
	exits("floor", LOOP_WRITE, do_floor);
	if (!BENCH_TELL)
		exits("port_write", LOOP_WRITE, do_write);
	exits("port_read", LOOP_READ, do_read);
	exits("mmio_write", LOOP_MMIO_WRITE, do_mmio_write);
	exits("mmio_read", LOOP_MMIO_READ, do_mmio_read);
	if (driver->calls)
		exits("hypercall", LOOP_CALL, do_call);
	above_write("inside", LOOP_INSIDE, do_write, BENCH_INSIDE);
	above_write("inject", LOOP_INTERRUPTED, do_inject, 1);
}

static void do_life(void *ram)
{
	struct vcpu vcpu;
	struct vm vm = { .ram = ram };

	driver->vm_create(&vm, VM_BARE);
	driver->vm_map(&vm, 0, ram, BENCH_RAM_SIZE);
	driver->vcpu_create(&vcpu, &vm, 0);
	expect(&vcpu, EVENT_WRITE);
	driver->vcpu_close(&vcpu);
	driver->vm_close(&vm);
}

static void do_state(void *vcpu)
{
	driver->save(vcpu);
	driver->restore(vcpu);
}

void rows_life(void)
{
	void *ram = anonymous(BENCH_RAM_SIZE);

	guest_load(ram);
	if (wants("life"))
		measure("life", 1, do_life, ram);
	munmap(ram, BENCH_RAM_SIZE);
	exits("state", LOOP_WRITE, do_state);
}
