/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_VMX_PAGETABLE_H
#define AXVCPU_X86_VMX_PAGETABLE_H

#include "vmx.h"

extern struct axvcpu_pt_format vmx_ept_format;
void vmx_ept_init(void);
u64 vmx_eptp(phys_addr_t root);
void vmx_ept_flush(u64 eptp);
void vmx_vpid_flush(u16 vpid);
void vmx_flush_all(void);

#endif /* AXVCPU_X86_VMX_PAGETABLE_H */
