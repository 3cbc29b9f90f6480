/* SPDX-License-Identifier: GPL-2.0-only */
/* Loads and stores at X1: each instruction a row, in the order of mmio.c. */
#include "guest.inc"

GUEST mmio
	ROW	strb	w0, [x1]
	ROW	strh	w0, [x1]
	ROW	str	w0, [x1]
	ROW	str	x0, [x1]
	ROW	str	xzr, [x1]
	ROW	stlr	w0, [x1]
	ROW	str	w9, [x1, #8]
	ROW	ldrb	w0, [x1]
	ROW	ldrh	w0, [x1]
	ROW	ldr	w0, [x1]
	ROW	ldr	x0, [x1]
	ROW	ldrsb	w0, [x1]
	ROW	ldrsb	x0, [x1]
	ROW	ldrsh	w0, [x1]
	ROW	ldrsh	x0, [x1]
	ROW	ldrsw	x0, [x1]
	ROW	ldr	xzr, [x1]
	ROW	ldar	x0, [x1]
	REPORT
END mmio

/* What has no syndrome. */
GUEST mmio_other
	ROW	ldp	x0, x2, [x1]
	ROW	stp	w0, w2, [x1, #16]!
	ROW	ldr	x0, [x1], #8
	ROW	str	q0, [x1]
	REPORT
END mmio_other

/* Jumps to X1. */
GUEST jump
	ROW	br	x1
END jump
