/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_IOCTL_H
#define AXVCPU_X86_IOCTL_H

#include "x86.h"

long x86_ioctl(struct axvcpu_vm *vm, struct axvcpu_vcpu *vcpu, unsigned int nr,
	       unsigned long arg);

#endif /* AXVCPU_X86_IOCTL_H */
