// SPDX-License-Identifier: GPL-2.0-only
/*
 * VMIDs. A VM has one on all CPUs, because the guest's broadcast TLB
 * maintenance names no other. They are given out once in a generation; when
 * they are used up, every CPU drops the TLB entries of all guests and the next
 * generation begins. VMID 0 is the host's.
 */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

#include "arm64.h"
#include "stage2.h"
#include "vmid.h"

#define VTCR_16BIT_VMID	BIT_ULL(19)

/*
 * Guards what follows; readers of the generation alone do without. Raw, since it is taken
 * with preemption off.
 */
static DEFINE_RAW_SPINLOCK(vmid_lock);
u64 arm64_vmid_generation __read_mostly = 1;
static u32 vmid_next = 1;
static u32 vmid_limit = 256;

/**
 * arm64_vmid_init() - how many there are; once, at load
 */
void __init arm64_vmid_init(void)
{
	vmid_limit = arm64_vtcr() & VTCR_16BIT_VMID ? 65536 : 256;
}

static void flush_all(void *unused)
{
	el2_mode->flush_all();
}

/**
 * arm64_vmid_update() - give the VM a VMID of this generation
 * @vm: the VM
 *
 * The lock is held while the CPUs flush, so nobody gets a new VMID before. A CPU
 * that waits for it answers interrupts meanwhile.
 *
 * Context: preemption off, interrupts on.
 */
void arm64_vmid_update(struct axvcpu_vm *vm)
{
	struct arm64_vm *av = vm_arm64(vm);

	raw_spin_lock(&vmid_lock);
	if (arm64_vmid_current(vm))
		goto unlock;
	if (vmid_next == vmid_limit) {
		WRITE_ONCE(arm64_vmid_generation, arm64_vmid_generation + 1);
		/* A CPU that misses the new generation is in its guest, and waited for. */
		smp_mb();
		on_each_cpu(flush_all, NULL, 1);
		vmid_next = 1;
	}
	WRITE_ONCE(av->vmid, arm64_vmid_generation << ARM64_VMID_SHIFT | vmid_next++);
unlock:
	raw_spin_unlock(&vmid_lock);
}

/**
 * arm64_vm_create() - ops->vm_create
 * @vm: being made
 *
 * Return: 0, -ENOMEM.
 */
int arm64_vm_create(struct axvcpu_vm *vm)
{
	struct arm64_vm *av = kzalloc(sizeof(*av), GFP_KERNEL_ACCOUNT);

	if (!av)
		return -ENOMEM;
	av->last_vcpu = alloc_percpu_gfp(u32, GFP_KERNEL_ACCOUNT);
	if (!av->last_vcpu) {
		kfree(av);
		return -ENOMEM;
	}
	vm->arch = av;
	return 0;
}

/**
 * arm64_vm_destroy() - ops->vm_destroy
 * @vm: no vCPU is left
 */
void arm64_vm_destroy(struct axvcpu_vm *vm)
{
	struct arm64_vm *av = vm_arm64(vm);

	free_percpu(av->last_vcpu);
	kfree(av);
	vm->arch = NULL;
}
