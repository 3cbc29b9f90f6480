/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_ARM64_PAGING_H
#define AXVCPU_ARM64_PAGING_H

#include "arm64.h"

int arm64_translate(struct axvcpu_vcpu *vcpu, struct axvcpu_translate *tr);
void arm64_fetch_insn(struct arm64_vcpu *a);

#endif /* AXVCPU_ARM64_PAGING_H */
