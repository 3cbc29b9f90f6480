/* SPDX-License-Identifier: GPL-2.0-only */
/* Where things lie in the guest: for C and for its assembly. */
#ifndef AXVCPU_BENCH_LAYOUT_H
#define AXVCPU_BENCH_LAYOUT_H

#define BENCH_CHOICE	0x5000		/* where the guest goes from its start */
#define BENCH_CODE	0x10000
#define BENCH_RAM_SIZE	0x200000

/* Memory to be touched. */
#define BENCH_AREA	0x4000000
#define BENCH_AREA_SIZE	0x4000000
#define BENCH_PAGES	16384

/* Nothing is here, and nothing there, which stands for a port. */
#define BENCH_DEVICE	0x10000000
#define BENCH_TELL	0x10001000

#define BENCH_INSIDE	64		/* exits for the kernel to one for the VMM */

/* Numbers of shared interrupts, which come from the second register of each kind. */
#define BENCH_VECTOR_WAKE	40
#define BENCH_VECTOR_TELL	41

#endif /* AXVCPU_BENCH_LAYOUT_H */
