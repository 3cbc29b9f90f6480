/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_EMERGENCY_H
#define AXVCPU_X86_EMERGENCY_H

#include "x86.h"

int x86_emergency_init(void (*off)(void), const char *kvm);
void x86_emergency_fini(void);

#endif /* AXVCPU_X86_EMERGENCY_H */
