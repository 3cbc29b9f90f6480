/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers in registers that the host may leave in the CPU from run to run, and others
 * beside them: X1, and more each round. Reports 0 each round, or which was not kept.
 */
#include "guest.inc"

#define ICC_PMR_EL1	s3_0_c4_c6_0
#define SCTLR_C		(1 << 2)

	/* each_reg BODY: the macro BODY for each register and its number */
	.macro	each_reg	body:req
	\body	tpidr_el1, 1
	\body	tpidr_el0, 2
	\body	tpidrro_el0, 3
	\body	contextidr_el1, 4
	\body	far_el1, 5
	\body	elr_el1, 6
	\body	par_el1, 7
	\body	cntv_cval_el0, 8
	\body	ttbr1_el1, 9
	.endm

	.macro	put		reg:req, n:req
	add	x0, x20, #\n << 8
	msr	\reg, x0
	.endm

	.macro	check		reg:req, n:req
	mov	x0, #\n
	add	x2, x20, #\n << 8
	mrs	x3, \reg
	cmp	x2, x3
	b.ne	wrong
	.endm

	/* Writes trap, and are seen to at once, until caches have been turned on. */
GUEST resident
	mov	x20, x1
	mrs	x0, sctlr_el1
	bic	x1, x0, #SCTLR_C
	msr	sctlr_el1, x1
	isb
	msr	sctlr_el1, x0
	isb
1:	each_reg put
	and	x0, x20, #0xf0
	msr	ICC_PMR_EL1, x0
	mrs	x21, ICC_PMR_EL1
	isb
	mov	x0, #0
	REPORT
	each_reg check
	mov	x0, #10
	mrs	x3, ICC_PMR_EL1
	cmp	x3, x21
	b.ne	wrong
	add	x20, x20, #1
	b	1b
wrong:	REPORT
	b	wrong
END resident
