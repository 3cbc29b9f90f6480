/* SPDX-License-Identifier: GPL-2.0-only */
/* Guests that tests of every architecture use. 64 bits, arguments in RDI, RSI, RDX. */
#include "guest.inc"

/* Counts at GUEST_DATA for ever. */
GUEST spin, 64
1:	incq	GUEST_DATA
	jmp	1b
END spin

/* The same in four bytes of code that touch no memory. */
GUEST loop, 64
1:	jmp	1b
END loop

/* Halts for ever; counts at GUEST_DATA what wakes it. */
GUEST halt, 64
1:	hlt
	incq	GUEST_DATA
	jmp	1b
END halt

/* The same with interrupts enabled. */
GUEST halt_open, 64
1:	sti
	hlt
	incq	GUEST_DATA
	jmp	1b
END halt_open

/* Reports 0, 1, 2 and so on. */
GUEST count, 64
	xorl	%eax, %eax
1:	REPORT
	incl	%eax
	jmp	1b
END count

/* Reads the byte at arg 0 and reports it, for ever. */
GUEST peek, 64
1:	movzbl	(%rdi), %eax
	REPORT
	jmp	1b
END peek

/* Writes arg 1 to the 8 bytes at arg 0 and reports 1, for ever. */
GUEST poke, 64
1:	movq	%rsi, (%rdi)
	movl	$1, %eax
	REPORT
	jmp	1b
END poke

/*
 * Walks the pages of [arg 0, arg 0 + arg 1) for ever. The first word of each
 * must hold what the last round left there, the round's number; then it gets
 * the new one. The number of the round that is complete goes to GUEST_DATA. A
 * wrong word is reported as 1, with its address in arg 2, what was found in
 * RAX of GUEST_DATA + 8 and what was wanted at GUEST_DATA + 16.
 */
GUEST rounds, 64
	xorl	%ebx, %ebx		/* the last round */
1:	leaq	1(%rbx), %r8
	movq	%rdi, %rdx
	leaq	(%rdi, %rsi), %rcx
2:	movq	(%rdx), %rax
	cmpq	%rbx, %rax
	jne	3f
	movq	%r8, (%rdx)
	addq	$4096, %rdx
	cmpq	%rcx, %rdx
	jb	2b
	movq	%r8, %rbx
	movq	%rbx, GUEST_DATA
	jmp	1b
3:	movq	%rax, GUEST_DATA + 8
	movq	%rbx, GUEST_DATA + 16
	movl	$1, %eax
	REPORT
	jmp	3b
END rounds

/*
 * Fills [arg 0, arg 0 + arg 1) with words that depend on their address and on
 * arg 2, and reports 0.
 */
GUEST fill, 64
1:	movq	%rdi, %r8
	leaq	(%rdi, %rsi), %rcx
2:	movq	%r8, %rax
	xorq	%rdx, %rax
	movq	%rax, (%r8)
	addq	$8, %r8
	cmpq	%rcx, %r8
	jb	2b
	xorl	%eax, %eax
	REPORT
	jmp	1b
END fill

/* Counts the words of [arg 0, arg 0 + arg 1) that are not what fill left; reports it. */
GUEST check, 64
1:	movq	%rdi, %r8
	leaq	(%rdi, %rsi), %rcx
	xorl	%ebx, %ebx
2:	movq	%r8, %rax
	xorq	%rdx, %rax
	cmpq	%rax, (%r8)
	je	3f
	incl	%ebx
3:	addq	$8, %r8
	cmpq	%rcx, %r8
	jb	2b
	movl	%ebx, %eax
	REPORT
	jmp	1b
END check

/* Copies the word at arg 0 to GUEST_DATA + 8 and counts at GUEST_DATA, for ever. */
GUEST mirror, 64
1:	movq	(%rdi), %rax
	movq	%rax, GUEST_DATA + 8
	incq	GUEST_DATA
	jmp	1b
END mirror

/* Counts at GUEST_DATA and writes the number to arg 0, for ever. */
GUEST stamp, 64
1:	incq	%rax
	movq	%rax, (%rdi)
	movq	%rax, GUEST_DATA
	jmp	1b
END stamp
