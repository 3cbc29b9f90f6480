/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_STATE_H
#define AXVCPU_X86_STATE_H

#include "x86.h"

extern const struct axvcpu_state_group x86_state_groups[];

#endif /* AXVCPU_X86_STATE_H */
