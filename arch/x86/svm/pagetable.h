/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_SVM_PAGETABLE_H
#define AXVCPU_X86_SVM_PAGETABLE_H

#include "svm.h"

extern struct axvcpu_pt_format svm_npt_format;
void svm_npt_init(void);

#endif /* AXVCPU_X86_SVM_PAGETABLE_H */
