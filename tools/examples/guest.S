/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest of vmm.c: stores a line to the console at 0x90000, byte by byte, and
 * halts. It starts at 0x10000 in the state that SETUP gives it.
 */
	.section .rodata
	.globl	guest, guest_end

#ifdef __x86_64__
	/* 16-bit real mode, CS 0x1000 */
	.code16
guest:	movw	%cs, %ax
	movw	%ax, %ds
	movw	$0x9000, %ax
	movw	%ax, %es
	movw	$line - guest, %si
1:	lodsb
	testb	%al, %al
	jz	2f
	movb	%al, %es:0
	jmp	1b
2:	hlt
	.code64
#endif

#ifdef __aarch64__
	/* EL1, MMU off */
	.balign	4
guest:	adr	x0, line
	mov	w1, #0x90000
1:	ldrb	w2, [x0], #1
	cbz	w2, 2f
	strb	w2, [x1]
	b	1b
2:	wfi
	b	2b
#endif

line:	.asciz	"Hello from the guest\n"
guest_end:

	.section .note.GNU-stack, "", %progbits
