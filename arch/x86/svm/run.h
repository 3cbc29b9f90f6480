/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_SVM_RUN_H
#define AXVCPU_X86_SVM_RUN_H

#include "svm.h"

int svm_load(struct axvcpu_vcpu *vcpu);
void svm_enter(struct axvcpu_vcpu *vcpu);
void svm_leave(struct axvcpu_vcpu *vcpu);
int svm_run(struct axvcpu_vcpu *vcpu);

#endif /* AXVCPU_X86_SVM_RUN_H */
