/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The common part of the trap handler of 64-bit guests. On the stack: vector,
 * error code, then what the CPU pushed. Position independent.
 */
#include "guest.inc"

GUEST trap, 64
	pushq	%rax
	pushq	%rbx
	movl	$GUEST_TRAP, %ebx
	incq	(%rbx)
	movq	16(%rsp), %rax		/* vector */
	movq	%rax, 8(%rbx)
	movq	24(%rsp), %rax		/* error code */
	movq	%rax, 16(%rbx)
	movq	32(%rsp), %rax		/* RIP */
	movq	%rax, 24(%rbx)
	movq	40(%rsp), %rax		/* CS */
	movq	%rax, 32(%rbx)
	movq	48(%rsp), %rax		/* RFLAGS */
	movq	%rax, 40(%rbx)
	movq	%cr2, %rax
	movq	%rax, 48(%rbx)
	movl	8(%rbx), %eax
	outl	%eax, $PORT_TRAP
	xorl	%eax, %eax
	xchgq	%rax, 56(%rbx)
	testq	%rax, %rax
	jz	1f
	movq	%rax, 32(%rsp)
1:	popq	%rbx
	popq	%rax
	addq	$16, %rsp
	iretq
END trap
