/* SPDX-License-Identifier: MIT */
/*
 * The library's private parts of its objects.
 */
#ifndef AXVCPU_LIB_OBJECT_H
#define AXVCPU_LIB_OBJECT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <axvcpu.h>

/* As large as the largest CPU set of a kernel: 8192 CPUs. */
#define CPU_SET_BYTES	1024

struct region {
	uint64_t gpa;
	uint64_t len;
	uint8_t *hva;
	uint32_t flags;
};

struct vm {
	struct axvcpu_vm pub;
	struct region *regions;
	size_t nr_regions;
};

/**
 * struct vcpu - a vCPU
 * @pub: what the program sees
 * @favor_phys_cpu: as given at create
 * @phys_cpu_set: as given at create
 * @phys_cpu_set_size: 0: none was given
 * @bound_tid: thread whose affinity axvcpu_vcpu_bind() changed; 0: none
 * @saved_set: its affinity before
 * @saved_size: bytes in @saved_set
 */
struct vcpu {
	struct axvcpu_vcpu pub;
	uint32_t favor_phys_cpu;
	uint8_t phys_cpu_set[CPU_SET_BYTES];
	size_t phys_cpu_set_size;
	pid_t bound_tid;
	uint8_t saved_set[CPU_SET_BYTES];
	size_t saved_size;
};

static inline struct vm *to_vm(const struct axvcpu_vm *pub)
{
	return (struct vm *)pub;
}

static inline struct vcpu *to_vcpu(const struct axvcpu_vcpu *pub)
{
	return (struct vcpu *)pub;
}

#endif /* AXVCPU_LIB_OBJECT_H */
