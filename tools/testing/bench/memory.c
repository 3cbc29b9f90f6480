// SPDX-License-Identifier: GPL-2.0-only
/* What guest memory costs when it is touched first, and what the objects weigh. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench.h"

#define PAGE		4096UL
#define HUGE		(2UL << 20)
#define TOUCH_SAMPLES	3

/* Memory aligned to huge pages, from the middle of twice as much. */
static void *area_get(int advice, bool present)
{
	char *area = anonymous(BENCH_AREA_SIZE + HUGE);

	area += HUGE - ((uintptr_t)area & (HUGE - 1));
	madvise(area, BENCH_AREA_SIZE, advice);
	for (size_t i = 0; present && i < BENCH_AREA_SIZE; i += PAGE)
		area[i] = 1;
	return area;
}

/* Per page of 4 KiB, whatever size the pages are. */
static void touch(const char *name, int advice, bool present)
{
	double samples[TOUCH_SAMPLES];

	if (!wants(name))
		return;
	for (unsigned int i = 0; i < TOUCH_SAMPLES; i++) {
		void *area = area_get(advice, present);
		struct vcpu vcpu;
		struct vm vm;
		uint64_t start;

		machine_start(&vm, &vcpu, LOOP_TOUCH, 0, area);
		start = count_start();
		expect(&vcpu, EVENT_WRITE);
		samples[i] = count_stop(start) / (BENCH_AREA_SIZE / PAGE);
		machine_close(&vm, &vcpu);
		munmap(area, BENCH_AREA_SIZE);
	}
	report(name, wall_clock ? "ns" : "insns", samples, TOUCH_SAMPLES,
	       TOUCH_SAMPLES * (BENCH_AREA_SIZE / PAGE));
}

void rows_touch(void)
{
	touch("touch_new", MADV_NOHUGEPAGE, false);
	touch("touch_present", MADV_NOHUGEPAGE, true);
	touch("touch_new_huge", MADV_HUGEPAGE, false);
	touch("touch_present_huge", MADV_HUGEPAGE, true);
}

/*
 * Free memory of the machine in bytes, at rest, with what each CPU keeps at hand, and with
 * what programs have for themselves, such as the library's handles.
 */
static double free_memory(void)
{
	unsigned long pages = 0, count;
	char line[256];
	FILE *file;

	usleep(300000);
	file = fopen("/proc/zoneinfo", "r");
	if (!file)
		die("no /proc/zoneinfo");
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, " nr_free_pages %lu", &count) == 1 ||
		    sscanf(line, " nr_anon_pages %lu", &count) == 1 ||
		    sscanf(line, " count: %lu", &count) == 1)
			pages += count;
	fclose(file);
	return (double)pages * PAGE;
}

/* Enough that what the allocators keep for themselves does not count. */
#define VMS	64
#define VCPUS	250

static void weigh_vms(void *ram)
{
	struct vm vms[VMS];
	double before, weight;

	before = free_memory();
	for (unsigned int i = 0; i < VMS; i++) {
		vms[i] = (struct vm){ .ram = ram };
		driver->vm_create(&vms[i], VM_BARE);
	}
	weight = (before - free_memory()) / VMS;
	report("vm_memory", "bytes", &weight, 1, VMS);
	for (unsigned int i = 0; i < VMS; i++)
		driver->vm_close(&vms[i]);
}

static void weigh_vcpus(void *ram)
{
	struct vcpu vcpus[VCPUS];
	struct vm vm = { .ram = ram };
	double before, weight;

	driver->vm_create(&vm, VM_BARE);
	driver->vm_map(&vm, 0, ram, BENCH_RAM_SIZE);
	before = free_memory();
	for (unsigned int i = 0; i < VCPUS; i++) {
		driver->vcpu_create(&vcpus[i], &vm, i);
		driver->configure(&vcpus[i]);
		expect(&vcpus[i], EVENT_WRITE);
	}
	weight = (before - free_memory()) / VCPUS;
	report("vcpu_memory", "bytes", &weight, 1, VCPUS);
	for (unsigned int i = 0; i < VCPUS; i++)
		driver->vcpu_close(&vcpus[i]);
	driver->vm_close(&vm);
}

void rows_memory(void)
{
	void *ram = anonymous(BENCH_RAM_SIZE);

	guest_load(ram);
	if (wants("vm_memory"))
		weigh_vms(ram);
	if (wants("vcpu_memory"))
		weigh_vcpus(ram);
	munmap(ram, BENCH_RAM_SIZE);
}
