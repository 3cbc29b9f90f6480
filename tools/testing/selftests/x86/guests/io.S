/* SPDX-License-Identifier: GPL-2.0-only */
/* Port I/O: each instruction a row. */
#include "guest.inc"

GUEST io, 64
	ROW	outb	%al, $PORT_TEST
	ROW	outw	%ax, $PORT_TEST
	ROW	outl	%eax, $PORT_TEST
	ROW	outb	%al, %dx
	ROW	outw	%ax, %dx
	ROW	outl	%eax, %dx
	ROW	inb	$PORT_TEST, %al
	ROW	inw	$PORT_TEST, %ax
	ROW	inl	$PORT_TEST, %eax
	ROW	inb	%dx, %al
	ROW	inw	%dx, %ax
	ROW	inl	%dx, %eax
	REPORT
END io

GUEST io16, 16
	ROW	outb	%al, $PORT_TEST
	ROW	outw	%ax, $PORT_TEST
	ROW	outl	%eax, $PORT_TEST
	ROW	outb	%al, %dx
	ROW	outw	%ax, %dx
	ROW	outl	%eax, %dx
	ROW	inb	$PORT_TEST, %al
	ROW	inw	$PORT_TEST, %ax
	ROW	inl	$PORT_TEST, %eax
	ROW	inb	%dx, %al
	ROW	inw	%dx, %ax
	ROW	inl	%dx, %eax
	REPORT
END io16

GUEST outsb, 64
	ROW	outsb
	REPORT
END outsb

GUEST rep_outsb, 64
	ROW	rep outsb
	REPORT
END rep_outsb

GUEST rep_outsl, 64
	ROW	rep outsl
	REPORT
END rep_outsl

GUEST rep_outsw_fs, 64
	ROW	rep outsw %fs:(%rsi), %dx
	REPORT
END rep_outsw_fs

GUEST rep_outsb_a32, 64
	ROW	rep outsb %ds:(%esi), %dx
	REPORT
END rep_outsb_a32

GUEST insl, 64
	ROW	insl
	REPORT
END insl

GUEST rep_insb, 64
	ROW	rep insb
	REPORT
END rep_insb

GUEST rep_insw, 64
	ROW	rep insw
	REPORT
END rep_insw

GUEST rep_outsb_16, 16
	ROW	rep outsb
	REPORT
END rep_outsb_16

GUEST rep_insw_16, 16
	ROW	rep insw
	REPORT
END rep_insw_16
