/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_ARM64_PSCI_H
#define AXVCPU_ARM64_PSCI_H

#include "arm64.h"

enum axvcpu_next arm64_call(struct arm64_vcpu *a);

#endif /* AXVCPU_ARM64_PSCI_H */
