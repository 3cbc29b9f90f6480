/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A little of everything that depends on the state of the CPU, and a sum that only comes
 * right if nothing went wrong: 2 * (1 + 2 + ... + 100).
 */
#include "guest.inc"

GUEST wild
1:	mov	x0, #0
	mov	x1, #100
2:	add	x0, x0, x1
	subs	x1, x1, #1
	b.ne	2b
	dup	v0.2d, x0
	add	v0.2d, v0.2d, v0.2d
	umov	x0, v0.d[1]
	mrs	x2, id_aa64pfr0_el1
	REPORT
	b	1b
END wild
