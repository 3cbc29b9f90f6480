/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_CONTROL_H
#define AXVCPU_X86_CONTROL_H

#include "x86.h"

enum axvcpu_next x86_handle_cr(struct x86_vcpu *x);
enum axvcpu_next x86_handle_dr(struct x86_vcpu *x);

#endif /* AXVCPU_X86_CONTROL_H */
