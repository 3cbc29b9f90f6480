/* SPDX-License-Identifier: GPL-2.0-only */
/* Where things lie in the guest: for C and for its assembly. */
#ifndef AXVCPU_BENCH_LAYOUT_H
#define AXVCPU_BENCH_LAYOUT_H

#define BENCH_PML4	0x1000
#define BENCH_PDPT	0x2000
#define BENCH_PD	0x3000		/* the first GiB, one to one, 2 MiB pages */
#define BENCH_IDT	0x4000		/* 256 gates of 16 bytes */
#define BENCH_CHOICE	0x5000		/* where the guest goes from its start */
#define BENCH_STACK	0x8000		/* its top */
#define BENCH_CODE	0x10000
#define BENCH_RAM_SIZE	0x200000

/* Memory to be touched. */
#define BENCH_AREA	0x4000000
#define BENCH_AREA_SIZE	0x4000000
#define BENCH_PAGES	16384

/* Nothing is here. */
#define BENCH_DEVICE	0x10000000
#define BENCH_TELL	0		/* there are ports for that */
#define BENCH_PORT	0x5a

#define BENCH_INSIDE	64		/* exits for the kernel to one for the VMM */

#define BENCH_VECTOR_WAKE	0x40
#define BENCH_VECTOR_TELL	0x41

#define BENCH_SEL_CODE	0x08
#define BENCH_SEL_DATA	0x10

#endif /* AXVCPU_BENCH_LAYOUT_H */
