/* SPDX-License-Identifier: GPL-2.0-only */
/* Flat images for axvcpu run. Real mode, loaded at 0x7c00. */
#include "guest.inc"

#define PORT_EXIT	0xf4
#define COM1		0x3f8
#define PIC		0x20
#define PIT		0x40

/* Exits with AL. */
GUEST cli_exit, 16
	outb	%al, $PORT_EXIT
END cli_exit

/* Halts with interrupts off. */
GUEST cli_halt, 16
	cli
	hlt
END cli_halt

/* Asks the keyboard controller for a reset. */
GUEST cli_reset, 16
	movb	$0xfe, %al
	outb	%al, $0x64
END cli_reset

/* Never ends. */
GUEST cli_spin, 16
1:	jmp	1b
END cli_spin

/* Meets a triple fault: there is no IDT. */
GUEST cli_triple, 16
	call	1f
1:	popw	%bx
	lidtw	%cs:2f - 1b(%bx)
	int3
2:	.word	0, 0, 0
END cli_triple

/* Sends back what it receives, with bit 5 turned over; exits with 1 after a dot. */
GUEST cli_echo, 16
1:	movw	$COM1 + 5, %dx
	inb	%dx, %al
	testb	$1, %al
	jz	1b
	movw	$COM1, %dx
	inb	%dx, %al
	cmpb	$'.', %al
	je	2f
	xorb	$0x20, %al
	outb	%al, %dx
	jmp	1b
2:	movb	$1, %al
	outb	%al, $PORT_EXIT
END cli_echo

/*
 * Halts until the timer, 1000 times a second, has interrupted it 20 times; DL is its vector,
 * 0x20 if it is to arrive.
 */
GUEST cli_timer, 16
	call	1f
1:	popw	%bx
	xorw	%ax, %ax
	movw	%ax, %ds
	addw	$3f - 1b, %bx
	movw	%bx, 0x20 * 4
	movw	%ax, 0x20 * 4 + 2
	movb	$0x11, %al
	outb	%al, $PIC
	movb	%dl, %al
	outb	%al, $PIC + 1
	movb	$4, %al
	outb	%al, $PIC + 1
	movb	$1, %al
	outb	%al, $PIC + 1
	movb	$0xfe, %al
	outb	%al, $PIC + 1
	movb	$0x34, %al
	outb	%al, $PIT + 3
	movb	$1193 & 0xff, %al
	outb	%al, $PIT
	movb	$1193 >> 8, %al
	outb	%al, $PIT
	xorw	%cx, %cx
	sti
2:	hlt
	cmpw	$20, %cx
	jb	2b
	movb	$20, %al
	outb	%al, $PORT_EXIT
3:	incw	%cx
	movb	$0x20, %al
	outb	%al, $PIC
	iretw
END cli_timer
