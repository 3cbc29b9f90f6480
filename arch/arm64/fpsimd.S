/* SPDX-License-Identifier: GPL-2.0-only */
/* Copies of registers: the vector registers, and those in the run page. */
#include <linux/linkage.h>

	.arch_extension simd

/* void el2_fpsimd_save(struct axvcpu_arm64_fpsimd *state) */
SYM_FUNC_START(el2_fpsimd_save)
	hint	#34			/* BTI C */
	stp	q0, q1, [x0, #0]
	stp	q2, q3, [x0, #32]
	stp	q4, q5, [x0, #64]
	stp	q6, q7, [x0, #96]
	stp	q8, q9, [x0, #128]
	stp	q10, q11, [x0, #160]
	stp	q12, q13, [x0, #192]
	stp	q14, q15, [x0, #224]
	stp	q16, q17, [x0, #256]
	stp	q18, q19, [x0, #288]
	stp	q20, q21, [x0, #320]
	stp	q22, q23, [x0, #352]
	stp	q24, q25, [x0, #384]
	stp	q26, q27, [x0, #416]
	stp	q28, q29, [x0, #448]
	stp	q30, q31, [x0, #480]
	mrs	x1, fpsr
	mrs	x2, fpcr
	str	w1, [x0, #512]
	str	w2, [x0, #516]
	ret
SYM_FUNC_END(el2_fpsimd_save)

/* void el2_fpsimd_load(const struct axvcpu_arm64_fpsimd *state) */
SYM_FUNC_START(el2_fpsimd_load)
	hint	#34			/* BTI C */
	ldp	q0, q1, [x0, #0]
	ldp	q2, q3, [x0, #32]
	ldp	q4, q5, [x0, #64]
	ldp	q6, q7, [x0, #96]
	ldp	q8, q9, [x0, #128]
	ldp	q10, q11, [x0, #160]
	ldp	q12, q13, [x0, #192]
	ldp	q14, q15, [x0, #224]
	ldp	q16, q17, [x0, #256]
	ldp	q18, q19, [x0, #288]
	ldp	q20, q21, [x0, #320]
	ldp	q22, q23, [x0, #352]
	ldp	q24, q25, [x0, #384]
	ldp	q26, q27, [x0, #416]
	ldp	q28, q29, [x0, #448]
	ldp	q30, q31, [x0, #480]
	ldr	w1, [x0, #512]
	ldr	w2, [x0, #516]
	msr	fpsr, x1
	msr	fpcr, x2
	ret
SYM_FUNC_END(el2_fpsimd_load)

/*
 * void el2_copy_regs(struct axvcpu_arm64_regs *to, const struct axvcpu_arm64_regs *from):
 * each word is read once.
 */
SYM_FUNC_START(el2_copy_regs)
	hint	#34			/* BTI C */
	.irp	at, 0, 32, 64, 96, 128, 160, 192, 224
	ldp	x2, x3, [x1, #\at]
	ldp	x4, x5, [x1, #\at + 16]
	stp	x2, x3, [x0, #\at]
	stp	x4, x5, [x0, #\at + 16]
	.endr
	ldp	x2, x3, [x1, #256]
	ldr	x4, [x1, #272]
	stp	x2, x3, [x0, #256]
	str	x4, [x0, #272]
	ret
SYM_FUNC_END(el2_copy_regs)
