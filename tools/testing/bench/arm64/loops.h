/* SPDX-License-Identifier: GPL-2.0-only */
/* What loops.S has. */
#ifndef AXVCPU_BENCH_LOOPS_H
#define AXVCPU_BENCH_LOOPS_H

#include "bench.h"

extern const char guest_start[], guest_end[];
extern const uint64_t guest_loops[LOOP_NR];

#endif /* AXVCPU_BENCH_LOOPS_H */
