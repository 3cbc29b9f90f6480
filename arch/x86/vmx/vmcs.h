/* SPDX-License-Identifier: GPL-2.0-only */
/* Access to the fields of the current VMCS. */
#ifndef AXVCPU_X86_VMX_VMCS_H
#define AXVCPU_X86_VMX_VMCS_H

#include <linux/types.h>
#include <asm/asm.h>

#include "check.h"
#include "decode.h"
#include "vmx.h"

/* vmcs.c */
void vmcs_lost(void);

/**
 * vmcs_fetch() - VMREAD of the current VMCS, to where the value belongs
 * @field: its encoding
 * @to: its value; 0 if it cannot be read
 *
 * Context: preemption off.
 */
static __always_inline void vmcs_fetch(u32 field, u64 *to)
{
	asm goto("1: vmread %[field], %[to]\n\tjbe %l[lost]\n\t" _ASM_EXTABLE(1b, %l[lost])
		 : : [field] "r" ((unsigned long)field), [to] "m" (*to)
		 : "cc", "memory" : lost);
	return;
lost:
	*to = 0;
	vmcs_lost();
}

/**
 * vmcs_read() - VMREAD of the current VMCS
 * @field: its encoding
 *
 * Context: preemption off.
 * Return: its value; 0 if it cannot be read.
 */
static inline u64 vmcs_read(u32 field)
{
	u64 value;

	vmcs_fetch(field, &value);
	return value;
}

/**
 * vmcs_write() - VMWRITE to the current VMCS
 * @field: its encoding
 * @value: the value
 *
 * Context: preemption off.
 */
static __always_inline void vmcs_write(u32 field, u64 value)
{
	asm goto("1: vmwrite %[value], %[field]\n\tjbe %l[lost]\n\t" _ASM_EXTABLE(1b, %l[lost])
		 : : [field] "r" ((unsigned long)field), [value] "rm" (value)
		 : "cc", "memory" : lost);
	return;
lost:
	vmcs_lost();
}

/* Write a field that is not what the hardware has. */
#define vmcs_put(field, want, have)			\
	do {						\
		if ((have) != (want)) {			\
			(have) = (want);		\
			vmcs_write(field, want);	\
		}					\
	} while (0)

int vmx_load(struct axvcpu_vcpu *vcpu);
void vmx_unload(struct axvcpu_vcpu *vcpu);
bool vmx_make_current_slow(struct vmx_vcpu *v);
void vmx_guest_read(struct vmx_vcpu *v, u32 parts);
void vmx_guest_need_slow(struct vmx_vcpu *v, u32 parts);
void vmx_guest_touch(struct vmx_vcpu *v, u32 parts);
void vmx_guest_write(struct vmx_vcpu *v);

/**
 * vmx_guest_need() - bring parts of the guest's state up to date, wherever the VMCS is
 * @v: the vCPU, claimed by the caller
 * @wanted: VMX_PART_*
 *
 * Context: interrupts on.
 */
static inline void vmx_guest_need(struct vmx_vcpu *v, u32 wanted)
{
	if (wanted & ~v->valid)
		vmx_guest_need_slow(v, wanted);
}

/**
 * vmx_make_current() - the vCPU's VMCS is this CPU's current one
 * @v: the vCPU, loaded here
 *
 * Context: interrupts off.
 * Return: did it work?
 */
static inline bool vmx_make_current(struct vmx_vcpu *v)
{
	return likely(this_cpu_read(vmx_cpu.current_pa) == v->vmcs_pa) ||
	       vmx_make_current_slow(v);
}

#endif /* AXVCPU_X86_VMX_VMCS_H */
