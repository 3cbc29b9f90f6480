/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_SVM_VCPU_H
#define AXVCPU_X86_SVM_VCPU_H

#include "svm.h"

int svm_create(struct axvcpu_vcpu *vcpu);
void svm_destroy(struct axvcpu_vcpu *vcpu);
void svm_reset(struct axvcpu_vcpu *vcpu);
int svm_set_stage2_root(struct axvcpu_vcpu *vcpu, phys_addr_t root);
void svm_control_reset(struct svm_vcpu *s);

#endif /* AXVCPU_X86_SVM_VCPU_H */
