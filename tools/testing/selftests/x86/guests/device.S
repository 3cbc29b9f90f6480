/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Instructions beyond MOV on the 256 bytes at RDI, which are a device in the
 * guest and memory for the host. After each, the flags, RAX and RDX go to RSI.
 * R9: the processor has MOVBE.
 */
#include "guest.inc"

.macro BEFORE
	movabsq	$0x1122334455667788, %rax
	movabsq	$0x99aabbccddeeff02, %rdx
	movl	$3, %ecx
.endm

.macro AFTER
	pushfq
	popq	(%rsi)
	movq	%rax, 8(%rsi)
	movq	%rdx, 16(%rsi)
	leaq	24(%rsi), %rsi
.endm

.macro OP insn:vararg
	BEFORE
	\insn
	AFTER
.endm

/* For those that define CF alone: what comes after is made of it. */
.macro OPC insn:vararg
	BEFORE
	\insn
	sbbl	%ecx, %ecx
	AFTER
.endm

.macro BODY
	clc
	OP	addb	%al, (%rdi)
	OP	addw	%ax, 2(%rdi)
	OP	addl	%eax, 4(%rdi)
	OP	addq	%rax, 8(%rdi)
	OP	adcl	%edx, 4(%rdi)
	OP	subl	$0x1234, 4(%rdi)
	OP	subq	$-5, 8(%rdi)
	OP	sbbb	$0x7f, (%rdi)
	OP	andl	%edx, 12(%rdi)
	OP	orb	$0x80, 1(%rdi)
	OP	xorq	%rdx, 16(%rdi)
	OP	cmpl	%eax, 4(%rdi)
	OP	cmpb	$1, (%rdi)
	OP	testl	$0x80000001, 4(%rdi)
	OP	testb	%dl, 3(%rdi)
	OP	addl	4(%rdi), %eax
	OP	subq	8(%rdi), %rdx
	OP	cmpw	2(%rdi), %ax
	OP	andq	16(%rdi), %rax
	OP	orl	20(%rdi), %edx
	OP	xorb	(%rdi), %ah
	OP	incl	24(%rdi)
	OP	decw	28(%rdi)
	OP	notq	32(%rdi)
	OP	negl	40(%rdi)
	OP	xchgl	%eax, 44(%rdi)
	OP	xchgb	%dh, 48(%rdi)
	OP	lock xaddq %rdx, 56(%rdi)
	OP	lock cmpxchgl %edx, 64(%rdi)
	OP	lock addl $1, 68(%rdi)
	OPC	btsl	$5, 72(%rdi)
	OPC	btrl	$0, 72(%rdi)
	OPC	btl	$7, 72(%rdi)
	testl	%r9d, %r9d
	jz	.Lno_movbe\@
	OP	movbel	%eax, 76(%rdi)
.Lno_movbe\@:
	OP	movnti	%rdx, 80(%rdi)
	OP	movq	%xmm1, 88(%rdi)
	OP	movups	%xmm1, 96(%rdi)
	OP	movdqa	96(%rdi), %xmm2
	OP	movq	%xmm2, %rax
	OP	movd	100(%rdi), %xmm2
	OP	movq	%xmm2, %rdx
	pushq	%rdi
	leaq	112(%rdi), %rdi
	OP	stosb
	OP	stosq
	OP	rep stosl
	popq	%rdi
	pushq	%rsi
	pushq	%rdi
	movq	%rdi, %r8
	leaq	8(%rdi), %rsi
	leaq	160(%r8), %rdi
	movl	$5, %ecx
	rep movsw
	popq	%rdi
	popq	%rsi
	pushq	16(%rdi)
	popq	176(%rdi)
.endm

GUEST device, 64
	BODY
	REPORT
END device

/* In RDI the device, in RSI the results, R9 as above. */
	.text
	.code64
	.globl	native_device
native_device:
	BODY
	ret
