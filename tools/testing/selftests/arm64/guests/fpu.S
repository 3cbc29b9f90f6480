/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fills the vector registers with what X1 says and watches them: X2 rounds of
 * X3 idle loops each, then a report of how many rounds found them changed.
 */
#include "guest.inc"

	/* every_v BODY: the macro BODY for each vector register's number */
	.macro	every_v	body:req
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	\body	\n
	.endr
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	\body	\n
	.endr
	.endm

	.macro	set_v	n:req
	add	x9, x1, #\n
	dup	v\n\().2d, x9
	.endm

	.macro	check_v	n:req
	add	x9, x1, #\n
	umov	x14, v\n\().d[0]
	cmp	x14, x9
	cinc	x13, x13, ne
	umov	x14, v\n\().d[1]
	cmp	x14, x9
	cinc	x13, x13, ne
	.endm

GUEST fpu
	every_v	set_v
	and	x9, x1, #3
	lsl	x9, x9, #22
	msr	fpcr, x9
	mov	x10, x9
1:	mov	x11, x2
	mov	x0, #0
2:	mov	x12, x3
3:	cbz	x12, 4f
	sub	x12, x12, #1
	b	3b
4:	mov	x13, #0
	every_v	check_v
	mrs	x14, fpcr
	cmp	x14, x10
	cinc	x13, x13, ne
	cmp	x13, #0
	cinc	x0, x0, ne
	sub	x11, x11, #1
	cbnz	x11, 2b
	REPORT
	b	1b
END fpu

	.macro	load_v	n:req
	ldr	q\n, [x2, #16 * \n]
	.endm

	.macro	store_v	n:req
	str	q\n, [x3, #16 * \n]
	.endm

/*
 * long ioctl_with_v(int fd, unsigned long cmd, const void *in, void *out): the
 * host's: an ioctl with the vector registers from @in, and what they hold behind
 * it to @out.
 */
	.text
	.globl	ioctl_with_v
	.type	ioctl_with_v, %function
ioctl_with_v:
	stp	d8, d9, [sp, #-64]!
	stp	d10, d11, [sp, #16]
	stp	d12, d13, [sp, #32]
	stp	d14, d15, [sp, #48]
	every_v	load_v
	mov	x2, #0
	mov	x8, #29			/* ioctl */
	svc	#0
	every_v	store_v
	ldp	d10, d11, [sp, #16]
	ldp	d12, d13, [sp, #32]
	ldp	d14, d15, [sp, #48]
	ldp	d8, d9, [sp], #64
	ret
	.size	ioctl_with_v, . - ioctl_with_v
