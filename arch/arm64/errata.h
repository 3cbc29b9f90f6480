/* SPDX-License-Identifier: GPL-2.0-only */
/* Errata of CPUs that a world switch has to know; Documentation/backends.rst lists all. */
#ifndef AXVCPU_ARM64_ERRATA_H
#define AXVCPU_ARM64_ERRATA_H

#include <linux/types.h>

u64 arm64_errata(u32 midr);
const char *arm64_errata_refusal(u32 midr);

#endif /* AXVCPU_ARM64_ERRATA_H */
