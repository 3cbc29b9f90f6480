// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's memory.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>

#include "ram.h"

#define HUGE_SIZE	(2ULL << 20)
#define RAM_ACCESS	(AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WRITE | AXVCPU_ACCESS_EXEC)

void ram_add(struct ram *ram, uint64_t gpa, uint64_t size)
{
	if (!size)
		return;
	ram->range[ram->nr_ranges].gpa = gpa;
	ram->range[ram->nr_ranges].size = size;
	ram->nr_ranges++;
	ram->size += size;
}

static int alloc_reserved(struct ram *ram)
{
	uint64_t mapped = (ram->size + HUGE_SIZE - 1) & ~(HUGE_SIZE - 1);
	void *at = mmap(NULL, mapped, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);

	if (at == MAP_FAILED)
		return -errno;
	ram->hva = at;
	ram->mapped = mapped;
	return 0;
}

/* The address is aligned, so that the host can back it with huge pages by itself. */
static int alloc_ordinary(struct ram *ram)
{
	uint64_t room = ram->size + HUGE_SIZE;
	uint8_t *at, *aligned;

	at = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		  -1, 0);
	if (at == MAP_FAILED)
		return -errno;
	aligned = (uint8_t *)(((uintptr_t)at + HUGE_SIZE - 1) & ~(HUGE_SIZE - 1));
	if (aligned > at)
		munmap(at, aligned - at);
	munmap(aligned + ram->size, at + room - (aligned + ram->size));
	madvise(aligned, ram->size, MADV_HUGEPAGE);
	ram->hva = aligned;
	ram->mapped = ram->size;
	return 0;
}

int ram_alloc(struct ram *ram, bool hugepages)
{
	return hugepages ? alloc_reserved(ram) : alloc_ordinary(ram);
}

void ram_free(struct ram *ram)
{
	if (ram->hva)
		munmap(ram->hva, ram->mapped);
	ram->hva = NULL;
}

int ram_map(const struct ram *ram, struct axvcpu_vm *vm)
{
	uint8_t *hva = ram->hva;
	int ret = 0;

	for (unsigned int i = 0; !ret && i < ram->nr_ranges; i++) {
		ret = axvcpu_vm_map(vm, ram->range[i].gpa, hva, ram->range[i].size, RAM_ACCESS);
		hva += ram->range[i].size;
	}
	return ret;
}

void *ram_at(const struct ram *ram, uint64_t gpa, uint64_t len)
{
	uint8_t *hva = ram->hva;

	for (unsigned int i = 0; i < ram->nr_ranges; i++) {
		uint64_t offset = gpa - ram->range[i].gpa;
		uint64_t size = ram->range[i].size;

		if (gpa >= ram->range[i].gpa && offset <= size && len <= size - offset)
			return hva + offset;
		hva += size;
	}
	return NULL;
}
