/* SPDX-License-Identifier: GPL-2.0-only */
/* No guest, but what kexec starts: 64 bits, memory one to one, no stack. */
#include "guest.inc"

#define COM1		0x3f8
#define COM1_STATUS	(COM1 + 5)
#define COM1_EMPTY	0x20
#define MSR_EFER	0xc0000080
#define EFER_SVME	12
#define PORT_92		0x92
#define PORT_92_RESET	0x01

/* Says whether SVM is on, and resets. VMX cannot be, with CR4 as kexec leaves it. */
GUEST crash, 64
	movl	$MSR_EFER, %ecx
	rdmsr
	btl	$EFER_SVME, %eax
	adcb	$0, 4f - 2(%rip)
	leaq	3f(%rip), %rsi
1:	movw	$COM1_STATUS, %dx
	inb	%dx, %al
	testb	$COM1_EMPTY, %al
	jz	1b
	lodsb
	testb	%al, %al
	jz	2f
	movw	$COM1, %dx
	outb	%al, %dx
	jmp	1b
2:	inb	$PORT_92, %al
	orb	$PORT_92_RESET, %al
	outb	%al, $PORT_92
	jmp	2b
3:	.asciz	"\r\naxvcpu-crash: another kernel runs, SVM is 0\n"
4:
END crash
