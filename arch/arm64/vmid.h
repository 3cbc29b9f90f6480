/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_ARM64_VMID_H
#define AXVCPU_ARM64_VMID_H

#include "arm64.h"

/* VMIDs */
int arm64_vm_create(struct axvcpu_vm *vm);
void arm64_vm_destroy(struct axvcpu_vm *vm);
void arm64_vmid_init(void);
void arm64_vmid_update(struct axvcpu_vm *vm);
extern u64 arm64_vmid_generation;
#define ARM64_VMID_SHIFT	16

/*
 * is the VM's VMID of this generation? Interrupts off from here to the entry, so that the
 * flush that begins the next generation waits for the exit
 */
static inline bool arm64_vmid_current(struct axvcpu_vm *vm)
{
	return READ_ONCE(vm_arm64(vm)->vmid) >> ARM64_VMID_SHIFT ==
	       READ_ONCE(arm64_vmid_generation);
}

#endif /* AXVCPU_ARM64_VMID_H */
