/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_VMX_TLB_H
#define AXVCPU_X86_VMX_TLB_H

#include "vmx.h"

/* 0 if there is none left: the vCPU runs without */
int vmx_vpid_get(void);
void vmx_vpid_put(u16 vpid);

#endif /* AXVCPU_X86_VMX_TLB_H */
