/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest: at EL1 without its MMU. It starts at BENCH_CODE, says so, and goes to what
 * was chosen.
 */
#include "layout.h"

#define PSCI_VERSION	0x84000000

/* The interrupt controller's CPU interface, by encoding. */
#define ICC_PMR_EL1	s3_0_c4_c6_0
#define ICC_IAR1_EL1	s3_0_c12_c12_0
#define ICC_EOIR1_EL1	s3_0_c12_c12_1
#define ICC_IGRPEN1_EL1	s3_0_c12_c12_7
#define NONE_PENDING	1023

#define AT(label)	(BENCH_CODE + (label - guest_start))

	.section .rodata.guest, "a"
	.balign 2048
	.globl guest_start, guest_end
guest_start:
	mov	x20, #BENCH_DEVICE
	mov	x21, #BENCH_TELL & 0xffff
	movk	x21, #BENCH_TELL >> 16, lsl #16
	str	w0, [x21]
	mov	x1, #BENCH_CHOICE
	ldr	x1, [x1]
	br	x1

loop_mmio_write:
	str	w0, [x20]
	b	loop_mmio_write

loop_mmio_read:
	ldr	w0, [x20]
	b	loop_mmio_read

loop_call:
	mov	x0, #1
	hvc	#0
	b	loop_call

	/* A call that both answer by themselves. */
loop_inside:
	mov	x22, #BENCH_INSIDE
1:	mov	x0, #PSCI_VERSION
	hvc	#0
	subs	x22, x22, #1
	b.ne	1b
	str	w0, [x21]
	b	loop_inside

loop_write:
	str	w0, [x21]
	b	loop_write

	/* All priorities, group 1. Only where there is an interrupt controller. */
	.macro	TAKE_INTERRUPTS
	mov	x2, #0xff
	msr	ICC_PMR_EL1, x2
	mov	x2, #1
	msr	ICC_IGRPEN1_EL1, x2
	isb
	.endm

	/* WFI ends for a masked interrupt, too. A kick may end it as well: then again. */
loop_halt:
	TAKE_INTERRUPTS
1:	wfi
	mrs	x3, ICC_IAR1_EL1
	cmp	w3, #NONE_PENDING
	b.eq	1b
	msr	ICC_EOIR1_EL1, x3
	str	w0, [x21]
	b	1b

loop_interrupted:
	adr	x2, vectors
	msr	vbar_el1, x2
	TAKE_INTERRUPTS
	msr	daifclr, #2
	b	loop_write

loop_touch:
	mov	x1, #BENCH_AREA
	mov	x2, #BENCH_PAGES
1:	str	w0, [x1]
	add	x1, x1, #4096
	subs	x2, x2, #1
	b.ne	1b
	str	w0, [x21]
	b	loop_touch

	/* Of the vectors it has the one for an interrupt at EL1. */
	.balign 2048
vectors:
	.skip	0x280
	mrs	x3, ICC_IAR1_EL1
	str	w0, [x21]
	msr	ICC_EOIR1_EL1, x3
	eret
guest_end:

	/* By enum loop; 0 for those that are not there. */
	.section .rodata
	.balign 8
	.globl guest_loops
guest_loops:
	.quad	AT(loop_write), 0, AT(loop_mmio_write), AT(loop_mmio_read)
	.quad	AT(loop_call), AT(loop_inside), AT(loop_halt), AT(loop_touch)
	.quad	AT(loop_interrupted)

	.section .note.GNU-stack, "", @progbits
