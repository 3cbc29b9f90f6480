/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Loads and stores without a syndrome at X1, 256 bytes; what was loaded and where
 * X1 went is left at X2. Reports 0.
 */
#include "guest.inc"

.macro KEEP a, b
	stp	\a, \b, [x2], #16
.endm

/* How far X1 has gone from X5. */
.macro MOVED
	sub	x6, x1, x5
	KEEP	x6, x3
.endm

GUEST device
	mov	x5, x1
	ldp	x3, x4, [x1]
	KEEP	x3, x4
	ldp	w3, w4, [x1, #16]
	KEEP	x3, x4
	ldpsw	x3, x4, [x1, #24]
	KEEP	x3, x4
	ldp	x3, xzr, [x1], #32
	MOVED
	ldp	x3, x4, [x1, #-16]!
	KEEP	x3, x4
	MOVED
	ldr	x3, [x1], #8
	MOVED
	ldr	w3, [x1, #-8]!
	MOVED
	ldrsb	x3, [x1, #2]!
	MOVED
	ldrsh	w3, [x1], #-2
	MOVED
	ldrsw	x3, [x1], #4
	MOVED
	ldrb	w3, [x1, #-4]!
	MOVED
	ldr	q0, [x1]
	ldr	d1, [x1, #16]
	KEEP	q0, q1
	ldr	s0, [x1, #24]
	ldr	h1, [x1, #30]
	KEEP	q0, q1
	ldr	b0, [x1, #1]
	ldur	q1, [x1, #-16]
	KEEP	q0, q1
	ldp	q0, q1, [x1, #32]
	KEEP	q0, q1
	ldp	d0, d1, [x1], #16
	KEEP	q0, q1
	ldp	s0, s1, [x1, #-16]!
	KEEP	q0, q1
	mov	x1, x5
	mov	x3, #0x1234
	movk	x3, #0xfedc, lsl #48
	mvn	x4, x3
	dup	v0.2d, x3
	dup	v1.2d, x4
	stp	x3, x4, [x1, #64]
	stp	w3, w4, [x1, #80]!
	MOVED
	str	x3, [x1], #16
	MOVED
	str	w4, [x1, #4]!
	strh	w3, [x1], #4
	strb	w4, [x1, #1]!
	MOVED
	add	x1, x5, #128
	str	q0, [x1]
	str	d1, [x1, #16]!
	str	s0, [x1, #8]
	str	h1, [x1, #12]
	str	b0, [x1, #14]
	stp	q0, q1, [x1, #16]!
	stp	xzr, x3, [x1], #32
	stp	d0, d1, [x1, #16]
	stur	q1, [x1, #48]
	MOVED
	mov	x0, #0
	REPORT
END device
