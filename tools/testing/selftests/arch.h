/* SPDX-License-Identifier: GPL-2.0-only */
/* The architecture's half of the harness. */
#ifndef AXVCPU_SELFTEST_ARCH_H
#define AXVCPU_SELFTEST_ARCH_H

#if defined(__x86_64__)
#include "x86/machine.h"
#elif defined(__aarch64__)
#include "arm64/machine.h"
#else
#error "no selftest guests for this architecture"
#endif

#endif /* AXVCPU_SELFTEST_ARCH_H */
