/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A little of everything that depends on the state of the CPU, and a sum that only comes
 * right if nothing went wrong: 2 * (1 + 2 + ... + 100).
 */
#include "guest.inc"

GUEST wild64, 64
1:	xorl	%eax, %eax
	cpuid
	xorl	%ebx, %ebx
	movl	$100, %ecx
2:	addl	%ecx, %ebx
	loop	2b
	fninit
	pushq	%rbx
	fildl	(%rsp)
	fadd	%st(0), %st(0)
	fistpl	(%rsp)
	popq	%rbx
	movd	%ebx, %xmm0
	movdqa	%xmm0, %xmm1
	movd	%xmm1, %eax
	REPORT
	jmp	1b
END wild64

GUEST wild32, 32
1:	xorl	%ebx, %ebx
	movl	$100, %ecx
2:	addl	%ecx, %ebx
	loop	2b
	pushl	%ebx
	addl	(%esp), %ebx
	popl	%ecx
	movl	%ebx, %eax
	REPORT
	jmp	1b
END wild32

GUEST wild16, 16
1:	xorl	%ebx, %ebx
	movl	$100, %ecx
2:	addl	%ecx, %ebx
	loopl	2b
	pushl	%ebx
	popl	%ecx
	addl	%ecx, %ebx
	movl	%ebx, %eax
	REPORT
	jmp	1b
END wild16
