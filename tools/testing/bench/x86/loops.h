/* SPDX-License-Identifier: GPL-2.0-only */
/* What loops.S has. */
#ifndef AXVCPU_BENCH_LOOPS_H
#define AXVCPU_BENCH_LOOPS_H

#include "bench.h"

extern const char guest_start[], guest_end[], guest_wake[], guest_tell[];
extern const uint64_t guest_loops[LOOP_NR], guest_loop_vmcall;

#endif /* AXVCPU_BENCH_LOOPS_H */
