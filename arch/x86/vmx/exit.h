/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_VMX_EXIT_H
#define AXVCPU_X86_VMX_EXIT_H

#include "vmx.h"

u32 vmx_fill_raw(struct x86_vcpu *x, struct axvcpu_raw *raw);
enum axvcpu_next vmx_handle_db(struct x86_vcpu *x);
void vmx_explain(struct x86_vcpu *x, struct axvcpu_exit_fail_entry *out);
enum axvcpu_next vmx_handle_exit(struct axvcpu_vcpu *vcpu);

#endif /* AXVCPU_X86_VMX_EXIT_H */
