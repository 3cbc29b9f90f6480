/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The exception vectors: what happened goes to GUEST_TRAP, an interrupt is
 * acknowledged and ended, the VMM is called, and the guest goes on, where the
 * VMM says if it does. X0 to X3 are kept.
 */
#include "guest.inc"

#define ICC_IAR1	s3_0_c12_c12_0
#define ICC_EOIR1	s3_0_c12_c12_1

GUEST vectors
	.rept	4
	.irp	kind, 0, 1, 2, 3
	.balign	128
	stp	x0, x1, [sp, #-32]!
	mov	x0, #\kind
	b	1f
	.endr
	.endr
	.balign	128
1:	stp	x2, x3, [sp, #16]
	mov	x1, #GUEST_TRAP
	ldr	x2, [x1]
	add	x2, x2, #1
	mrs	x3, esr_el1
	stp	x2, x0, [x1]
	mrs	x2, elr_el1
	stp	x3, x2, [x1, #16]
	mrs	x2, spsr_el1
	mrs	x3, far_el1
	stp	x2, x3, [x1, #32]
	cmp	x0, #1
	b.ne	2f
	mrs	x2, ICC_IAR1
	str	x2, [x1, #48]
	msr	ICC_EOIR1, x2
	isb
2:	hvc	#CALL_TRAP
	ldr	x2, [x1, #56]
	str	xzr, [x1, #56]
	cbz	x2, 3f
	msr	elr_el1, x2
3:	ldp	x2, x3, [sp, #16]
	ldp	x0, x1, [sp], #32
	eret
END vectors
