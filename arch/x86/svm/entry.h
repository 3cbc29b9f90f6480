/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_SVM_ENTRY_H
#define AXVCPU_X86_SVM_ENTRY_H

#include "svm.h"

/* 0, or -1 if SVM is off and nothing was run */
int svm_world_switch(u64 *to, u64 vmcb_pa, u64 host_pa, u32 flags, const u64 *from);

#endif /* AXVCPU_X86_SVM_ENTRY_H */
