/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_SVM_EXIT_H
#define AXVCPU_X86_SVM_EXIT_H

#include "svm.h"

u32 svm_fill_raw(struct x86_vcpu *x, struct axvcpu_raw *raw);
enum axvcpu_next svm_handle_db(struct x86_vcpu *x);
void svm_explain(struct x86_vcpu *x, struct axvcpu_exit_fail_entry *out);
void svm_shutdown(struct x86_vcpu *x);
bool svm_parse_insn(struct x86_vcpu *x);
enum axvcpu_next svm_handle_iret(struct x86_vcpu *x);
enum axvcpu_next svm_handle_exit(struct axvcpu_vcpu *vcpu);

#endif /* AXVCPU_X86_SVM_EXIT_H */
