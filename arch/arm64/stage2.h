/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_ARM64_STAGE2_H
#define AXVCPU_ARM64_STAGE2_H

#include "arm64.h"

extern struct axvcpu_pt_format arm64_stage2_format;
int arm64_stage2_init(void);
u64 arm64_vtcr(void);
bool arm64_stage2_fwb(void);

#endif /* AXVCPU_ARM64_STAGE2_H */
