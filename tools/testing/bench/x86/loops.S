/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest. It starts in real mode with CS:IP at BENCH_CODE, says so, and goes to
 * 64-bit mode with the tables that guest.c has made, then to what was chosen.
 */
#include "layout.h"

#define CR0_PE_PG	0x80000001
#define CR4_PAE		0x20
#define MSR_EFER	0xc0000080
#define EFER_LME	0x100

/* A call of KVM's that goes to its VMM; it wants a page, a number, attributes. */
#define CALL_MAP_GPA_RANGE	12

#define AT(label)	(BENCH_CODE + (label - guest_start))

	.section .rodata.guest, "a"
	.balign 16
	.globl guest_start, guest_end, guest_wake, guest_tell
	.code16
guest_start:
	outb	%al, $BENCH_PORT
	lgdtl	%cs:gdt_pointer - guest_start
	mov	$BENCH_PML4, %eax
	mov	%eax, %cr3
	mov	$CR4_PAE, %eax
	mov	%eax, %cr4
	mov	$MSR_EFER, %ecx
	mov	$EFER_LME, %eax
	xor	%edx, %edx
	wrmsr
	mov	$CR0_PE_PG, %eax
	mov	%eax, %cr0
	ljmpl	$BENCH_SEL_CODE, $AT(long_mode)

	.code64
long_mode:
	mov	$BENCH_SEL_DATA, %eax
	mov	%eax, %ss
	mov	%eax, %ds
	mov	%eax, %es
	mov	$BENCH_STACK, %esp
	lidt	idt_pointer(%rip)
	mov	$BENCH_DEVICE, %ebx
	sti
	jmp	*BENCH_CHOICE

	.balign 8
gdt:
	.quad	0
	.quad	0x00af9b000000ffff
	.quad	0x00cf93000000ffff
gdt_pointer:
	.short	. - gdt - 1
	.long	AT(gdt)
idt_pointer:
	.short	256 * 16 - 1
	.quad	BENCH_IDT

guest_wake:
	iretq

guest_tell:
	outb	%al, $BENCH_PORT
	iretq

loop_write:
	outb	%al, $BENCH_PORT
	jmp	loop_write

loop_read:
	inb	$BENCH_PORT, %al
	jmp	loop_read

loop_mmio_write:
	mov	%eax, (%rbx)
	jmp	loop_mmio_write

loop_mmio_read:
	mov	(%rbx), %eax
	jmp	loop_mmio_read

	/* One loop for each vendor's instruction. */
	.macro	CALL_LOOP insn
1:	mov	$CALL_MAP_GPA_RANGE, %eax
	mov	$1, %ecx
	xor	%edx, %edx
	\insn
	jmp	1b
	.endm
loop_vmcall:
	CALL_LOOP vmcall
loop_vmmcall:
	CALL_LOOP vmmcall

loop_inside:
	mov	$BENCH_INSIDE, %esi
1:	xor	%eax, %eax
	cpuid
	dec	%esi
	jnz	1b
	outb	%al, $BENCH_PORT
	jmp	loop_inside

loop_halt:
	sti
	hlt
	cli
	outb	%al, $BENCH_PORT
	jmp	loop_halt

loop_touch:
	mov	$BENCH_AREA, %edi
	mov	$BENCH_PAGES, %ecx
1:	movb	%al, (%rdi)
	add	$4096, %edi
	dec	%ecx
	jnz	1b
	outb	%al, $BENCH_PORT
	jmp	loop_touch
guest_end:

	/* By enum loop, for AMD; Intel's hypercall comes last. */
	.section .rodata
	.balign 8
	.globl guest_loops, guest_loop_vmcall
guest_loops:
	.quad	AT(loop_write), AT(loop_read), AT(loop_mmio_write), AT(loop_mmio_read)
	.quad	AT(loop_vmmcall), AT(loop_inside), AT(loop_halt), AT(loop_touch)
	.quad	AT(loop_write)
guest_loop_vmcall:
	.quad	AT(loop_vmcall)

	.section .note.GNU-stack, "", @progbits
