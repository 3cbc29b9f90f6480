/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_MSR_H
#define AXVCPU_X86_MSR_H

#include "x86.h"

enum x86_msr_result {
	X86_MSR_DONE,
	X86_MSR_FAULT,		/* #GP(0) */
	X86_MSR_USER,		/* SYSREG_READ, SYSREG_WRITE */
};

void x86_msr_reset(struct x86_vcpu *x);
enum x86_msr_result x86_rdmsr(struct x86_vcpu *x, u32 index, u64 *value);
enum x86_msr_result x86_wrmsr(struct x86_vcpu *x, u32 index, u64 value);
/* the whole RDMSR or WRMSR exit: registers, counters, payload */
enum axvcpu_next x86_handle_rdmsr(struct x86_vcpu *x);
enum axvcpu_next x86_handle_wrmsr(struct x86_vcpu *x);

/* AXVCPU_X86_GROUP_MSRS */
u32 x86_msr_count(void);
void x86_msr_list(struct x86_vcpu *x, struct axvcpu_x86_msr *list);
int x86_msr_check(const struct axvcpu_x86_msr *msr);
void x86_msr_set(struct x86_vcpu *x, const struct axvcpu_x86_msr *msr);

#endif /* AXVCPU_X86_MSR_H */
