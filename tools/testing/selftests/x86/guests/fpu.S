/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fills the x87, SSE and, if RDX says so, AVX registers with what RDI says, and
 * watches them: RCX rounds of R10 idle loops each, then a report of how many
 * rounds found them changed; and so on. Two areas of 1024 bytes are at RSI. RBP
 * keeps the rounds.
 */
#include "guest.inc"

.macro SAVE at
	testl	%edx, %edx
	jnz	1f
	fxsave64 \at
	jmp	2f
1:	pushq	%rdx
	movl	$7, %eax
	xorl	%edx, %edx
	xsave64	\at
	popq	%rdx
2:
.endm

GUEST fpu, 64
	movq	%rcx, %rbp
	fninit
	pushq	%rdi
	.rept 7
	fildq	(%rsp)
	.endr
	popq	%rax
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	leaq	\n(%rdi), %rax
	testl	%edx, %edx
	jz	1f
	vmovq	%rax, %xmm\n
	vpunpcklqdq %xmm\n, %xmm\n, %xmm\n
	vinsertf128 $1, %xmm\n, %ymm\n, %ymm\n
	jmp	2f
1:	movq	%rax, %xmm\n
	punpcklqdq %xmm\n, %xmm\n
2:
	.endr
	movl	%edi, %eax		/* a rounding mode in MXCSR, too */
	andl	$3, %eax
	shll	$13, %eax
	orl	$0x1f80, %eax
	pushq	%rax
	ldmxcsr	(%rsp)
	popq	%rax
	SAVE	(%rsi)
3:	movq	%rbp, %r8
	xorl	%ebx, %ebx
4:	movq	%r10, %rcx
	jrcxz	6f
5:	loop	5b
6:	SAVE	1024(%rsi)
	pushq	%rsi
	pushq	%rdi
	leaq	1024(%rsi), %rdi
	movl	$64, %ecx
	testl	%edx, %edx
	jz	7f
	movl	$104, %ecx
7:	repe cmpsq
	je	8f
	incl	%ebx
8:	popq	%rdi
	popq	%rsi
	decq	%r8
	jnz	4b
	movl	%ebx, %eax
	REPORT
	jmp	3b
END fpu
