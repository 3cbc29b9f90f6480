/* SPDX-License-Identifier: MIT */
/*
 * libaxvcpu: a VM and its memory. Programs include <axvcpu.h>.
 */
#ifndef AXVCPU_VM_H
#define AXVCPU_VM_H

#include <stdint.h>

#include <linux/axvcpu.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct axvcpu_vm - a virtual machine, made by axvcpu_vm_create()
 * @fd: its file descriptor; what follows is the library's
 */
struct axvcpu_vm {
	int fd;
};

/**
 * axvcpu_vm_create() - CREATE_VM
 * @dev: the device; may be closed afterwards
 * @vm: the new VM, for axvcpu_vm_close()
 */
int axvcpu_vm_create(int dev, struct axvcpu_vm **vm);

/**
 * axvcpu_vm_close() - close a VM
 * @vm: the VM or NULL; its vCPUs are closed already
 */
void axvcpu_vm_close(struct axvcpu_vm *vm);

/**
 * axvcpu_vm_map() - VM_MAP
 * @vm: the VM
 * @gpa: first guest physical address, page aligned
 * @hva: this process's memory behind it, page aligned; stays the caller's and
 *	must stay mapped while the region exists
 * @len: bytes, page aligned
 * @flags: AXVCPU_ACCESS_* and AXVCPU_MAP_LOG_DIRTY
 */
int axvcpu_vm_map(struct axvcpu_vm *vm, uint64_t gpa, void *hva, uint64_t len, uint32_t flags);

/**
 * axvcpu_vm_unmap() - VM_UNMAP
 * @vm: the VM
 * @gpa: address of a region as mapped
 * @len: its length
 */
int axvcpu_vm_unmap(struct axvcpu_vm *vm, uint64_t gpa, uint64_t len);

/**
 * axvcpu_vm_protect() - VM_PROTECT
 * @vm: the VM
 * @gpa: address of a region as mapped
 * @len: its length
 * @flags: new AXVCPU_ACCESS_* and AXVCPU_MAP_LOG_DIRTY
 */
int axvcpu_vm_protect(struct axvcpu_vm *vm, uint64_t gpa, uint64_t len, uint32_t flags);

/**
 * axvcpu_vm_get_dirty() - VM_GET_DIRTY
 * @vm: the VM
 * @gpa: address of a region as mapped
 * @len: its length
 * @bitmap: one bit a page, in words of 64
 */
int axvcpu_vm_get_dirty(struct axvcpu_vm *vm, uint64_t gpa, uint64_t len, uint64_t *bitmap);

/**
 * axvcpu_vm_get_time() - VM_GET_TIME
 * @vm: the VM
 * @time: filled in
 */
int axvcpu_vm_get_time(struct axvcpu_vm *vm, struct axvcpu_time *time);

/**
 * axvcpu_vm_set_time() - VM_SET_TIME
 * @vm: the VM
 * @counter: guest counter
 * @boottime_ns: CLOCK_BOOTTIME at which it has that value
 */
int axvcpu_vm_set_time(struct axvcpu_vm *vm, uint64_t counter, uint64_t boottime_ns);

/**
 * axvcpu_vm_hva() - this process's address of guest memory
 * @vm: the VM
 * @gpa: guest physical address
 * @len: bytes
 * @access: AXVCPU_ACCESS_* that the region must allow; 0: any
 *
 * Knows what was mapped by axvcpu_vm_map().
 *
 * Return: the address, or NULL if no one region covers all of it.
 */
void *axvcpu_vm_hva(const struct axvcpu_vm *vm, uint64_t gpa, uint64_t len, uint32_t access);

#ifdef __cplusplus
}
#endif

#endif /* AXVCPU_VM_H */
