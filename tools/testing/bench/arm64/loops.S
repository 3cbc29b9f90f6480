/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest: at EL1 without its MMU. It starts at BENCH_CODE, says so, and goes to what
 * was chosen.
 */
#include "layout.h"

#define PSCI_VERSION	0x84000000

#define AT(label)	(BENCH_CODE + (label - guest_start))

	.section .rodata.guest, "a"
	.balign 16
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

	/* A kick may end WFI, which is for it to say: then again. */
loop_halt:
	wfi
	b	loop_halt

loop_touch:
	mov	x1, #BENCH_AREA
	mov	x2, #BENCH_PAGES
1:	str	w0, [x1]
	add	x1, x1, #4096
	subs	x2, x2, #1
	b.ne	1b
	str	w0, [x21]
	b	loop_touch
guest_end:

	/* By enum loop; 0 for those that are not there. */
	.section .rodata
	.balign 8
	.globl guest_loops
guest_loops:
	.quad	AT(loop_write), 0, AT(loop_mmio_write), AT(loop_mmio_read)
	.quad	AT(loop_call), AT(loop_inside), AT(loop_halt), AT(loop_touch)

	.section .note.GNU-stack, "", @progbits
