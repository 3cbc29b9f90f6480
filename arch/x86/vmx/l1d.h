/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_VMX_L1D_H
#define AXVCPU_X86_VMX_L1D_H

#include "vmx.h"

DECLARE_STATIC_KEY_FALSE(vmx_l1d_key);
int vmx_l1d_init(void);
void vmx_l1d_fini(void);
void vmx_l1d_flush(struct vmx_vcpu *v);

#endif /* AXVCPU_X86_VMX_L1D_H */
