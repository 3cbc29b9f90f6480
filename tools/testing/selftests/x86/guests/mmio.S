/* SPDX-License-Identifier: GPL-2.0-only */
/* Loads and stores: each instruction a row. RDI, or BX with DS in real mode, is the place. */
#include "guest.inc"

/* MOV in 64-bit code. The order is that of mmio.c. */
GUEST mmio64, 64
	ROW	movb	%al, (%rdi)
	ROW	movw	%ax, (%rdi)
	ROW	movl	%eax, (%rdi)
	ROW	movq	%rax, (%rdi)
	ROW	movb	%ah, (%rdi)
	ROW	movb	%sil, (%rdi)
	ROW	movb	%r9b, (%rdi)
	ROW	movq	%r9, (%rdi)
	ROW	movb	$0x5a, (%rdi)
	ROW	movw	$0x1234, (%rdi)
	ROW	movl	$0x89abcdef, (%rdi)
	ROW	movq	$-2, (%rdi)
	ROW	movabsb	%al, GUEST_DEVICE
	ROW	movabsl	%eax, GUEST_DEVICE
	ROW	movb	(%rdi), %al
	ROW	movw	(%rdi), %ax
	ROW	movl	(%rdi), %eax
	ROW	movq	(%rdi), %rax
	ROW	movb	(%rdi), %ah
	ROW	movb	(%rdi), %bpl
	ROW	movb	(%rdi), %r9b
	ROW	movl	(%rdi), %r9d
	ROW	movzbw	(%rdi), %ax
	ROW	movzbl	(%rdi), %eax
	ROW	movzbq	(%rdi), %rax
	ROW	movzwl	(%rdi), %eax
	ROW	movzwq	(%rdi), %r9
	ROW	movsbw	(%rdi), %ax
	ROW	movsbl	(%rdi), %eax
	ROW	movsbq	(%rdi), %rax
	ROW	movswl	(%rdi), %eax
	ROW	movswq	(%rdi), %rax
	ROW	movslq	(%rdi), %rax
	ROW	movabsw	GUEST_DEVICE, %ax
	ROW	movabsq	GUEST_DEVICE, %rax
	ROW	movl	-8(%rdi, %rbx, 4), %eax
	ROW	movl	%eax, %fs:(%rbx)
	ROW	movl	%eax, (%edi)
	REPORT
END mmio64

GUEST mmio32, 32
	ROW	movb	%al, (%edi)
	ROW	movw	%ax, (%edi)
	ROW	movl	%eax, (%edi)
	ROW	movb	%ah, (%edi)
	ROW	movl	$0x89abcdef, (%edi)
	ROW	movl	%eax, GUEST_DEVICE
	ROW	movb	(%edi), %al
	ROW	movb	(%edi), %ch
	ROW	movw	(%edi), %ax
	ROW	movl	(%edi), %eax
	ROW	movzbl	(%edi), %eax
	ROW	movswl	(%edi), %eax
	ROW	movsbw	(%edi), %ax
	ROW	movb	GUEST_DEVICE, %al
	ROW	movl	-8(%edi, %ebx, 4), %eax
	REPORT
END mmio32

GUEST mmio16, 16
	ROW	movb	%al, (%di)
	ROW	movw	%ax, (%di)
	ROW	movl	%eax, (%di)
	ROW	movb	%ah, (%di)
	ROW	movw	$0x1234, 2(%di)
	ROW	movb	(%di), %al
	ROW	movb	(%di), %ch
	ROW	movw	(%di), %ax
	ROW	movl	(%di), %eax
	ROW	movzbw	(%di), %ax
	ROW	movsbl	(%di), %eax
	ROW	movw	0, %ax
	REPORT
END mmio16

/* What the kernel does not decode. */
GUEST mmio_other, 64
	ROW	addl	%eax, (%rdi)
	ROW	xchgl	%eax, (%rdi)
	ROW	stosl
	ROW	movups	%xmm0, (%rdi)
	ROW	cmpb	$1, (%rdi)
	ROW	orb	$0x80, (%rdi)
	REPORT
END mmio_other

/* A MOV that lies in two pages, one of which is no device's. */
GUEST mmio_cross, 64
	ROW	movq	%rax, (%rdi)
	REPORT
END mmio_cross

/* Jumps to RDI. */
GUEST jump, 64
	ROW	jmp	*%rdi
END jump
