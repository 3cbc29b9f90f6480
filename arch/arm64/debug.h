/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_ARM64_DEBUG_H
#define AXVCPU_ARM64_DEBUG_H

#include "arm64.h"

int arm64_set_debug(struct axvcpu_vcpu *vcpu, const struct axvcpu_debug *debug);

#endif /* AXVCPU_ARM64_DEBUG_H */
