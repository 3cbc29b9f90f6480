/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Instructions whose completion is compared with what the processor does: a
 * table of where each begins and ends, its text, and how it meets the device at
 * RDI: r, w, or m for read and write. s: the device is at RSI.
 */
	.macro	insn how, text:vararg
	.pushsection .text
7001:	\text
7002:	ret
	.popsection
	.pushsection .rodata.str
7003:	.asciz	"\text"
	.popsection
	.quad	7001b, 7002b, 7003b, \how
	.endm

	.section .data.rel.ro, "aw"
	.globl	insn_list, insn_list_end
	.balign	8
insn_list:
	.irp	op, add, adc, sub, sbb, and, or, xor
	insn	'm', \op\()b %al, (%rdi)
	insn	'm', \op\()b %ah, (%rdi)
	insn	'm', \op\()w %cx, 4(%rdi)
	insn	'm', \op\()l %edx, (%rdi,%rcx,2)
	insn	'm', \op\()q %r9, 8(%rdi)
	insn	'm', lock \op\()l $-5, (%rdi)
	insn	'm', \op\()q $0x7fffffff, (%rdi)
	insn	'r', \op\()b (%rdi), %bh
	insn	'r', \op\()w (%rdi), %r10w
	insn	'r', \op\()l (%rdi), %eax
	insn	'r', \op\()q 16(%rdi), %r15
	.endr
	.irp	op, cmp, test
	insn	'r', \op\()b %al, (%rdi)
	insn	'r', \op\()w %r8w, (%rdi)
	insn	'r', \op\()l %edx, (%rdi)
	insn	'r', \op\()q %rbp, (%rdi)
	insn	'r', \op\()b $0x80, (%rdi)
	insn	'r', \op\()l $0x80000000, (%rdi)
	.endr
	insn	'r', cmpl (%rdi), %eax
	insn	'r', cmpq (%rdi), %r11
	.irp	op, inc, dec, neg, not
	insn	'm', \op\()b (%rdi)
	insn	'm', \op\()w (%rdi)
	insn	'm', \op\()l 12(%rdi)
	insn	'm', lock \op\()q (%rdi)
	.endr
	.irp	op, xchg, xadd, cmpxchg
	insn	'm', \op\()b %ch, (%rdi)
	insn	'm', \op\()w %dx, (%rdi)
	insn	'm', \op\()l %eax, (%rdi)
	insn	'm', \op\()l %r12d, (%rdi)
	insn	'm', \op\()q %r13, (%rdi)
	.endr
	.irp	op, bts, btr, btc
	insn	'm', \op\()w $3, (%rdi)
	insn	'm', lock \op\()l $31, (%rdi)
	insn	'm', \op\()q $63, (%rdi)
	insn	'm', \op\()w %cx, (%rdi)
	insn	'm', \op\()l %ecx, (%rdi)
	insn	'm', \op\()q %rcx, (%rdi)
	.endr
	insn	'r', btl $7, (%rdi)
	insn	'r', btq %rcx, 1024(%rdi)
	insn	'r', movb (%rdi), %ah
	insn	'r', movw (%rdi), %ax
	insn	'r', movl (%rdi), %eax
	insn	'r', movq (%rdi), %rax
	insn	'r', movzbl (%rdi), %eax
	insn	'r', movzwq (%rdi), %rcx
	insn	'r', movsbw (%rdi), %cx
	insn	'r', movsbl (%rdi), %ecx
	insn	'r', movslq (%rdi), %rcx
	insn	'r', movbel (%rdi), %ecx
	insn	'r', movbeq (%rdi), %r14
	insn	'w', movbew %bx, (%rdi)
	insn	'w', movb %dh, (%rdi)
	insn	'w', movw %ax, (%rdi)
	insn	'w', movl $0x12345678, (%rdi)
	insn	'w', movq $-2, (%rdi)
	insn	'w', movq %r8, (%rdi)
	insn	'w', movntil %edx, (%rdi)
	insn	'w', movntiq %rdx, (%rdi)
	.irp	cc, o, no, b, ae, e, ne, be, a, s, ns, p, np, l, ge, le, g
	insn	'w', set\cc (%rdi)
	insn	'r', cmov\cc\()l (%rdi), %eax
	insn	'r', cmov\cc\()q (%rdi), %rdx
	.endr
	insn	'w', movsb
	insn	'w', movsq
	insn	'w', rep movsb
	insn	'w', rep movsw
	insn	'w', rep movsl
	insn	'w', rep movsq
	insn	'w', addr32 rep movsl
	insn	'w', stosb
	insn	'w', rep stosw
	insn	'w', rep stosl
	insn	'w', rep stosq
	insn	'r', scasb
	insn	'r', repe scasb
	insn	'r', repne scasl
	insn	's', lodsb
	insn	's', lodsw
	insn	's', lodsl
	insn	's', rep lodsq
	insn	's', movsw
	insn	's', rep movsb
	insn	's', rep movsl
	insn	's', cmpsb
	insn	's', repe cmpsb
	insn	's', repne cmpsq
insn_list_end:

/* void insn_native(struct axvcpu_x86_regs *regs, const void *insn) */
	.text
	.globl	insn_native
	.type	insn_native, @function
insn_native:
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	pushq	%rdi
	pushq	%rsi
	pushq	136(%rdi)
	popfq
	movq	0(%rdi), %rax
	movq	8(%rdi), %rcx
	movq	16(%rdi), %rdx
	movq	24(%rdi), %rbx
	movq	40(%rdi), %rbp
	movq	48(%rdi), %rsi
	movq	64(%rdi), %r8
	movq	72(%rdi), %r9
	movq	80(%rdi), %r10
	movq	88(%rdi), %r11
	movq	96(%rdi), %r12
	movq	104(%rdi), %r13
	movq	112(%rdi), %r14
	movq	120(%rdi), %r15
	movq	56(%rdi), %rdi
	call	*(%rsp)
	/* The flags first, then a register to work with. */
	pushfq
	pushq	%rdi
	movq	24(%rsp), %rdi
	popq	56(%rdi)
	popq	136(%rdi)
	cld
	movq	%rax, 0(%rdi)
	movq	%rcx, 8(%rdi)
	movq	%rdx, 16(%rdi)
	movq	%rbx, 24(%rdi)
	movq	%rbp, 40(%rdi)
	movq	%rsi, 48(%rdi)
	movq	%r8, 64(%rdi)
	movq	%r9, 72(%rdi)
	movq	%r10, 80(%rdi)
	movq	%r11, 88(%rdi)
	movq	%r12, 96(%rdi)
	movq	%r13, 104(%rdi)
	movq	%r14, 112(%rdi)
	movq	%r15, 120(%rdi)
	popq	%rsi
	popq	%rdi
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	ret

	.section .note.GNU-stack, "", @progbits
