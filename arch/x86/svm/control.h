/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_SVM_CONTROL_H
#define AXVCPU_X86_SVM_CONTROL_H

#include "svm.h"

/* control registers as the guest sees them */
u64 svm_cr0(const struct svm_vcpu *s);
u64 svm_cr4(const struct svm_vcpu *s);
void svm_load_cr0(struct svm_vcpu *s, u64 cr0);
void svm_close_cr0(struct svm_vcpu *s);
void svm_load_cr4(struct svm_vcpu *s, u64 cr4);
void svm_load_efer(struct svm_vcpu *s, u64 efer);
bool svm_long_mode(const struct svm_vcpu *s);
int svm_load_cr(struct x86_vcpu *x, u64 cr0, u64 cr4, bool may_sleep);
void svm_set_cr8(struct x86_vcpu *x, u64 cr8);
enum axvcpu_next svm_open_cr0(struct x86_vcpu *x);

#endif /* AXVCPU_X86_SVM_CONTROL_H */
