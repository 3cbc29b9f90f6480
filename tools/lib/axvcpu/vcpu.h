/* SPDX-License-Identifier: MIT */
/*
 * libaxvcpu: a vCPU, its life and its events. Programs include <axvcpu.h>.
 */
#ifndef AXVCPU_VCPU_H
#define AXVCPU_VCPU_H

#include <stddef.h>
#include <stdint.h>

#include <axvcpu/vm.h>
#include <linux/axvcpu.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct axvcpu_vcpu - a vCPU, made by axvcpu_vcpu_create()
 * @fd: its file descriptor
 * @id: its number in the VM
 * @run: its run page
 * @vm: the VM it belongs to; what follows is the library's
 */
struct axvcpu_vcpu {
	int fd;
	uint32_t id;
	struct axvcpu_run *run;
	struct axvcpu_vm *vm;
};

/**
 * axvcpu_vcpu_create() - VM_CREATE_VCPU on any CPU
 * @vm: the VM; outlives the vCPU
 * @id: number in the VM; 0 is the boot CPU
 * @vcpu: the new vCPU, for axvcpu_vcpu_close(); its run page is mapped
 */
int axvcpu_vcpu_create(struct axvcpu_vm *vm, uint32_t id, struct axvcpu_vcpu **vcpu);

/**
 * axvcpu_vcpu_create_on() - VM_CREATE_VCPU with placement
 * @vm: the VM; outlives the vCPU
 * @id: number in the VM
 * @favor_phys_cpu: the CPU it should run on, or AXVCPU_NO_CPU
 * @phys_cpu_set: CPUs it may run on, a mask as sched_setaffinity(2) takes it
 * @phys_cpu_set_size: its size in bytes; 0: any CPU
 * @vcpu: the new vCPU
 */
int axvcpu_vcpu_create_on(struct axvcpu_vm *vm, uint32_t id, uint32_t favor_phys_cpu,
			  const void *phys_cpu_set, size_t phys_cpu_set_size,
			  struct axvcpu_vcpu **vcpu);

/**
 * axvcpu_vcpu_close() - close a vCPU
 * @vcpu: the vCPU or NULL; in any state, and not inside RUN
 *
 * Restores the affinity that axvcpu_vcpu_bind() changed, if the calling thread
 * is the one that bound.
 */
void axvcpu_vcpu_close(struct axvcpu_vcpu *vcpu);

/**
 * axvcpu_vcpu_setup() - SETUP, starting at the reset vector
 * @vcpu: the vCPU
 */
int axvcpu_vcpu_setup(struct axvcpu_vcpu *vcpu);

/**
 * axvcpu_vcpu_setup_at() - SETUP with an entry point
 * @vcpu: the vCPU
 * @entry: guest physical address where the guest starts
 */
int axvcpu_vcpu_setup_at(struct axvcpu_vcpu *vcpu, uint64_t entry);

/**
 * axvcpu_vcpu_bind() - BIND the vCPU to the calling thread
 * @vcpu: the vCPU
 *
 * Moves the thread first: to favor_phys_cpu, if there is one, it is in
 * phys_cpu_set and the thread may run there; else to phys_cpu_set, if there is
 * one; else nowhere. A program that places its threads itself uses the ioctl
 * AXVCPU_BIND instead.
 *
 * Return: 0 or -errno; the thread's affinity is unchanged on an error.
 */
int axvcpu_vcpu_bind(struct axvcpu_vcpu *vcpu);

/**
 * axvcpu_vcpu_unbind() - UNBIND
 * @vcpu: the vCPU
 *
 * Gives the thread the affinity it had before axvcpu_vcpu_bind().
 */
int axvcpu_vcpu_unbind(struct axvcpu_vcpu *vcpu);

/**
 * axvcpu_vcpu_run() - RUN
 * @vcpu: the vCPU; @vcpu->run->out says what the guest did
 *
 * Return: 0 or -errno; -EINTR if a signal arrived.
 */
int axvcpu_vcpu_run(struct axvcpu_vcpu *vcpu);

/**
 * axvcpu_vcpu_kick() - KICK: the next exit is STOPPED
 * @vcpu: the vCPU; any thread
 */
int axvcpu_vcpu_kick(struct axvcpu_vcpu *vcpu);

/**
 * axvcpu_vcpu_reset() - RESET
 * @vcpu: the vCPU
 *
 * Restores the affinity as axvcpu_vcpu_unbind() does.
 */
int axvcpu_vcpu_reset(struct axvcpu_vcpu *vcpu);

/**
 * axvcpu_vcpu_get_info() - VCPU_INFO
 * @vcpu: the vCPU; any thread
 * @info: filled in
 */
int axvcpu_vcpu_get_info(struct axvcpu_vcpu *vcpu, struct axvcpu_vcpu_info *info);

/**
 * axvcpu_vcpu_get_stats() - GET_STATS
 * @vcpu: the vCPU; any thread
 * @stats: filled in
 * @count: in: room at @stats; out: counters there are, also with -ENOSPC
 */
int axvcpu_vcpu_get_stats(struct axvcpu_vcpu *vcpu, struct axvcpu_stat *stats, uint32_t *count);

/**
 * axvcpu_vcpu_get_failure() - GET_FAILURE: why the vCPU is Invalid
 * @vcpu: the vCPU
 * @failure: filled in
 */
int axvcpu_vcpu_get_failure(struct axvcpu_vcpu *vcpu, struct axvcpu_failure *failure);

/* Events */

/**
 * axvcpu_vcpu_inject() - INJECT
 * @vcpu: the vCPU; any thread
 * @type: AXVCPU_INJECT_*
 * @vector: vector, INTID or exception class; NMI: 0
 * @flags: EXCEPTION: AXVCPU_EVENT_*
 * @error_code: with AXVCPU_EVENT_HAS_ERROR
 * @address: with AXVCPU_EVENT_HAS_ADDRESS
 */
int axvcpu_vcpu_inject(struct axvcpu_vcpu *vcpu, uint32_t type, uint32_t vector, uint32_t flags,
		       uint64_t error_code, uint64_t address);

/**
 * axvcpu_vcpu_inject_interrupt() - INJECT an external interrupt
 * @vcpu: the vCPU; any thread
 * @vector: vector or INTID
 */
int axvcpu_vcpu_inject_interrupt(struct axvcpu_vcpu *vcpu, uint32_t vector);

/**
 * axvcpu_vcpu_refuse() - REFUSE: fail the instruction of the last exit
 * @vcpu: the vCPU
 * @vector: exception to raise instead
 * @flags: AXVCPU_EVENT_HAS_ERROR or 0
 * @error_code: its error code
 */
int axvcpu_vcpu_refuse(struct axvcpu_vcpu *vcpu, uint32_t vector, uint32_t flags,
		       uint64_t error_code);

/**
 * axvcpu_vcpu_set_debug() - SET_DEBUG
 * @vcpu: the vCPU
 * @debug: the settings; @debug->size is filled in
 */
int axvcpu_vcpu_set_debug(struct axvcpu_vcpu *vcpu, struct axvcpu_debug *debug);

/**
 * axvcpu_vcpu_translate() - TRANSLATE: walk the guest's own page tables
 * @vcpu: the vCPU
 * @gva: guest linear address
 * @access: AXVCPU_ACCESS_* wanted
 * @gpa: guest physical address
 *
 * Return: 0 or -errno; -EFAULT if the tables do not allow the access.
 */
int axvcpu_vcpu_translate(struct axvcpu_vcpu *vcpu, uint64_t gva, uint32_t access, uint64_t *gpa);

#ifdef __cplusplus
}
#endif

#endif /* AXVCPU_VCPU_H */
