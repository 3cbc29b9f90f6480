/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_VMX_TIMER_H
#define AXVCPU_X86_VMX_TIMER_H

#include "check.h"
#include "vmx.h"

bool vmx_ends_budget(void);
void vmx_timer_start(struct vmx_vcpu *v);
void vmx_timer_write(struct vmx_vcpu *v);
enum axvcpu_next vmx_handle_timer(struct x86_vcpu *x);

#endif /* AXVCPU_X86_VMX_TIMER_H */
