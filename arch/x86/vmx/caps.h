/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_VMX_CAPS_H
#define AXVCPU_X86_VMX_CAPS_H

#include "vmx.h"

int vmx_caps_init(void);

#endif /* AXVCPU_X86_VMX_CAPS_H */
