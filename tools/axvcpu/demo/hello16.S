/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Real mode, loaded at 0x7c00 as a boot sector would be: prints a line over COM1
 * and halts.
 */
#define COM1	0x3f8
#define LSR	5
#define THRE	0x20

	.code16
	.globl	_start
_start:
	cli
	xorw	%ax, %ax
	movw	%ax, %ds
	movw	$line, %si
1:	movw	$COM1 + LSR, %dx
2:	inb	%dx, %al
	testb	$THRE, %al
	jz	2b
	lodsb
	testb	%al, %al
	jz	3f
	movw	$COM1, %dx
	outb	%al, %dx
	jmp	1b
3:	hlt

line:	.asciz	"Hello from 16-bit real mode\n"
