/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_VMX_CONTROL_H
#define AXVCPU_X86_VMX_CONTROL_H

#include "check.h"
#include "vmx.h"

/* control registers as the guest sees them */
u64 vmx_cr0(struct vmx_vcpu *v);
u64 vmx_cr4(struct vmx_vcpu *v);
void vmx_load_control(struct vmx_vcpu *v, u64 cr0, u64 cr4, u64 efer);
bool vmx_long_mode(struct vmx_vcpu *v);
bool vmx_pae_paging(struct vmx_vcpu *v);
int vmx_load_pdpte(struct vmx_vcpu *v);
u64 vmx_cr4_mask(struct vmx_vcpu *v);
int vmx_load_cr(struct x86_vcpu *x, u64 cr0, u64 cr4, bool may_sleep);
void vmx_set_dr7(struct vmx_vcpu *v, u64 value);

#endif /* AXVCPU_X86_VMX_CONTROL_H */
