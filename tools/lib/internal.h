/* SPDX-License-Identifier: MIT */
/*
 * The library's private parts of its objects, and what an architecture provides.
 */
#ifndef AXVCPU_INTERNAL_H
#define AXVCPU_INTERNAL_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/types.h>

#include "axvcpu.h"

/* Sized for every CPU number that the kernel's own sets can hold. */
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

/* ioctl(2) with the error in the return value */
int do_ioctl(int fd, unsigned long cmd, void *arg);
int do_ioctl_array(int fd, unsigned long cmd, void *entries, uint32_t *count);

/* Is @member in the program's struct axvcpu_handlers, and set? */
#define HANDLER(handlers, member)						\
	((handlers)->size >= offsetof(struct axvcpu_handlers, member) +		\
			     sizeof((handlers)->member) && (handlers)->member)

/* MMIO of up to 32 bytes, in accesses of up to 8 */
int mmio_read(const struct axvcpu_handlers *handlers, void *opaque, uint64_t addr, uint32_t width,
	      void *data);
int mmio_write(const struct axvcpu_handlers *handlers, void *opaque, uint64_t addr, uint32_t width,
	       const void *data);

/* A register of the run page, or NULL. */
__u64 *arch_gpr(const struct axvcpu_vcpu *vcpu, uint32_t reg);
/* SYSREG_READ into something that is no general register. */
int arch_complete_sysreg(struct axvcpu_vcpu *vcpu, uint32_t reg, uint64_t value);
/* Raise the fault that an access of this exit kind gets if nobody answers. */
int arch_refuse(struct axvcpu_vcpu *vcpu);

#endif /* AXVCPU_INTERNAL_H */
