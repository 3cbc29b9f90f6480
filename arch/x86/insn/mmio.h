/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_INSN_MMIO_H
#define AXVCPU_X86_INSN_MMIO_H

#include "../x86.h"

/* ops->explain_fault */
enum axvcpu_next x86_explain_fault(struct axvcpu_vcpu *vcpu, int error);
enum axvcpu_next x86_exit_fault(struct x86_vcpu *x, u64 gpa, u32 access, int error);

#endif /* AXVCPU_X86_INSN_MMIO_H */
