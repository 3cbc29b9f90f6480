/* SPDX-License-Identifier: GPL-2.0-only */
/* Access to the fields of the current VMCS. */
#ifndef AXVCPU_X86_VMX_VMCS_H
#define AXVCPU_X86_VMX_VMCS_H

#include <linux/types.h>
#include <asm/asm.h>

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

#endif /* AXVCPU_X86_VMX_VMCS_H */
