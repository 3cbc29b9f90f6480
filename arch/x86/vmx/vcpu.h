/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_VMX_VCPU_H
#define AXVCPU_X86_VMX_VCPU_H

#include "vmx.h"

int vmx_create(struct axvcpu_vcpu *vcpu);
void vmx_destroy(struct axvcpu_vcpu *vcpu);
void vmx_reset(struct axvcpu_vcpu *vcpu);
int vmx_set_stage2_root(struct axvcpu_vcpu *vcpu, phys_addr_t root);
void vmx_read_regs(struct axvcpu_vcpu *vcpu);

#endif /* AXVCPU_X86_VMX_VCPU_H */
