/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_VMX_RUN_H
#define AXVCPU_X86_VMX_RUN_H

#include "vmx.h"

int vmx_run(struct axvcpu_vcpu *vcpu);

#endif /* AXVCPU_X86_VMX_RUN_H */
