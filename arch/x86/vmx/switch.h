/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_VMX_SWITCH_H
#define AXVCPU_X86_VMX_SWITCH_H

#include "vmx.h"

void vmx_switch_load(struct vmx_host *host);
void vmx_syscall_enter(struct vmx_vcpu *v);
void vmx_syscall_set(struct vmx_vcpu *v, enum vmx_syscall_msr msr, u64 value);
void vmx_enter(struct axvcpu_vcpu *vcpu);
void vmx_leave(struct axvcpu_vcpu *vcpu);

#endif /* AXVCPU_X86_VMX_SWITCH_H */
