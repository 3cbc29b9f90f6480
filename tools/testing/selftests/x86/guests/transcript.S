/* SPDX-License-Identifier: GPL-2.0-only */
/* A guest that uses every kind of exit, one after the other. */
#include "guest.inc"

/*
 * Entered with RBX at a device, RSI and RDI in memory, and the rest zero. The
 * hypercall's last byte is the test's to fill in.
 */
GUEST transcript, 64
	movl	$0x12345678, %eax
	ROW outb %al, $PORT_TEST
	movl	$PORT_TEST, %edx
	ROW outl %eax, %dx
	ROW inw %dx, %ax
	ROW inb %dx, %al
	movl	$5, %ecx
	ROW rep outsb
	movl	$3, %ecx
	ROW rep insw
	ROW movl %eax, (%rbx)
	ROW movb %ah, 1(%rbx)
	ROW movzbl 3(%rbx), %ecx
	ROW movsbq 4(%rbx), %r8
	ROW movw 6(%rbx), %ax
	ROW movq 8(%rbx), %r9
	ROW addl (%rbx), %r10d
	movl	$0x12345, %ecx
	ROW rdmsr
	ROW wrmsr
	ROW .byte 0x0f, 0x01, 0x00
	ROW hlt
	ROW ud2
	ROW int3
	ROW cpuid
	ROW nop
	sti
	nop
	ROW nop
	cli
	ROW pause
	ROW jmp guest_base
	lidt	(%rsi)
	ud2
END transcript
