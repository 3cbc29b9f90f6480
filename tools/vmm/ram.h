/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest's memory: one piece of this process's memory, which the guest sees
 * in one or two ranges.
 */
#ifndef VMM_RAM_H
#define VMM_RAM_H

#include <stdbool.h>
#include <stdint.h>

#include <axvcpu.h>

#define RAM_MAX_RANGES	2

/**
 * struct ram - the guest's memory
 * @hva: this process's address of all of it, or NULL
 * @size: its bytes
 * @mapped: bytes of this process's memory that are mapped at @hva
 * @nr_ranges: entries of @range
 * @range: where the guest sees it; the first range is the first part of @hva
 */
struct ram {
	uint8_t *hva;
	uint64_t size;
	uint64_t mapped;
	unsigned int nr_ranges;
	struct {
		uint64_t gpa;
		uint64_t size;
	} range[RAM_MAX_RANGES];
};

/**
 * ram_add() - say where the guest sees the next part of its memory
 * @ram: the memory; ram_alloc() has not been called yet
 * @gpa: first guest physical address
 * @size: bytes, whole pages; 0 adds nothing
 */
void ram_add(struct ram *ram, uint64_t gpa, uint64_t size);

/**
 * ram_alloc() - take the memory that ram_add() described from the host
 * @ram: the memory
 * @hugepages: take it from the huge pages that the host has reserved
 *
 * Return: 0 or -errno.
 */
int ram_alloc(struct ram *ram, bool hugepages);

/**
 * ram_free() - give the memory back to the host
 * @ram: the memory; no VM maps it any more. Does nothing without ram_alloc().
 */
void ram_free(struct ram *ram);

/**
 * ram_map() - give the memory to a VM
 * @ram: the memory
 * @vm: the VM
 *
 * Return: 0 or -errno of VM_MAP.
 */
int ram_map(const struct ram *ram, struct axvcpu_vm *vm);

/**
 * ram_at() - this process's address of guest memory
 * @ram: the memory
 * @gpa: guest physical address
 * @len: bytes
 *
 * Return: the address, or NULL if no range has all of it.
 */
void *ram_at(const struct ram *ram, uint64_t gpa, uint64_t len);

#endif /* VMM_RAM_H */
