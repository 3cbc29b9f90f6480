/* SPDX-License-Identifier: GPL-2.0-only */
/* Measures against side channels; see mitigation.c. */
#ifndef AXVCPU_X86_MITIGATION_H
#define AXVCPU_X86_MITIGATION_H

#include <linux/types.h>
#include <linux/axvcpu.h>

void x86_mitigation_init(void);
u32 x86_mitigations(void);
u32 x86_mitigation_entry_flags(void);
void x86_mitigation_switch(u32 *last_vm, u32 vm);
void x86_mitigation_leave(void);

#endif /* AXVCPU_X86_MITIGATION_H */
