/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_SVM_INSN_H
#define AXVCPU_X86_SVM_INSN_H

#include "svm.h"

bool svm_insn_parse(const struct x86_exit *exit, u64 code, const u8 *bytes,
		    unsigned int count, unsigned int code_bits, struct svm_insn *insn);

#endif /* AXVCPU_X86_SVM_INSN_H */
