/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_SVM_CHECK_H
#define AXVCPU_X86_SVM_CHECK_H

#include "svm.h"

/**
 * struct svm_limits - what svm_check() must know about the processor
 * @pa_bits: width of a physical address
 * @cr4: bits that CR4 has
 * @efer: bits that EFER has
 */
struct svm_limits {
	unsigned int pa_bits;
	u64 cr4;
	u64 efer;
};

const char *svm_check(const struct svm_vmcb *vmcb, const struct svm_limits *limits);

#endif /* AXVCPU_X86_SVM_CHECK_H */
