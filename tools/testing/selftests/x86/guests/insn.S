/* SPDX-License-Identifier: GPL-2.0-only */
/* Single instructions that exit, or are handled in the kernel. */
#include "guest.inc"

GUEST cpuid, 64
1:	ROW	cpuid
	REPORT
	jmp	1b
END cpuid

GUEST rdmsr, 64
1:	ROW	rdmsr
	REPORT
	jmp	1b
END rdmsr

GUEST wrmsr, 64
1:	ROW	wrmsr
	REPORT
	jmp	1b
END wrmsr

GUEST rdtsc, 64
1:	ROW	rdtsc
	REPORT
	jmp	1b
END rdtsc

GUEST rdtscp, 64
1:	ROW	rdtscp
	REPORT
	jmp	1b
END rdtscp

GUEST vmcall, 64
1:	ROW	vmcall
	REPORT
	jmp	1b
END vmcall

GUEST vmmcall, 64
1:	ROW	vmmcall
	REPORT
	jmp	1b
END vmmcall

GUEST vmmcall16, 16
1:	ROW	vmmcall
	REPORT
	jmp	1b
END vmmcall16

GUEST vmcall16, 16
1:	ROW	vmcall
	REPORT
	jmp	1b
END vmcall16

GUEST hlt, 64
1:	ROW	hlt
	REPORT
	jmp	1b
END hlt

GUEST xsetbv, 64
1:	ROW	xsetbv
	REPORT
	jmp	1b
END xsetbv

GUEST xgetbv, 64
1:	xorl	%ecx, %ecx
	ROW	xgetbv
	REPORT
	jmp	1b
END xgetbv

GUEST ud2, 64
1:	ROW	ud2
	REPORT
	jmp	1b
END ud2

/* INT1, and what comes behind it. */
GUEST int1, 64
1:	ROW	.byte 0xf1
	ROW	REPORT
	jmp	1b
END int1

/*
 * Turns CR0.NE off and reports CR0, as MOV, SMSW to memory and SMSW show it; then an x87
 * instruction that waits for the error of the one before.
 */
GUEST x87_error, 64
	movq	%cr0, %rax
	andl	$~0x20, %eax
	movq	%rax, %cr0
	movq	%cr0, %rax
	REPORT
	smsww	GUEST_DATA
	movzwl	GUEST_DATA, %eax
	REPORT
	smswl	%eax
	REPORT
	fninit
	movw	$0x37b, GUEST_DATA	/* divisions by zero are not masked */
	fldcw	GUEST_DATA
	fld1
	fldz
	fdivrp
	ROW	fwait
	REPORT
END x87_error

/* No IDT, then an invalid instruction: a triple fault. */
GUEST triple, 16
	lidtl	%cs:2f - guest_base
1:	ROW	ud2
2:	.short	0
	.long	0
END triple

/* Nothing but NOPs with the interrupt flag off, on and off again. */
GUEST window, 64
1:	ROW	nop
	ROW	sti
	ROW	nop
	ROW	nop
	ROW	cli
	REPORT
	jmp	1b
END window

/* Counts in RAX; a step is one row. */
GUEST steps, 64
	ROW	incq	%rax
	ROW	incq	%rax
	ROW	int3
	ROW	incq	%rax
	ROW	movq	%rax, GUEST_DATA
	ROW	movl	GUEST_DATA + 8, %ebx
	ROW	incq	%rax
	REPORT
END steps

/* A control register, a debug register, and back. */
GUEST control, 64
	movq	%cr0, %rbx
	movq	%cr4, %rcx
	movq	%rdi, %cr4
	movq	%rsi, %cr0
	movq	%cr0, %r8
	movq	%cr4, %r9
	REPORT
END control

/* Real mode to protected mode to long mode, all by itself. */
GUEST climb, 16
	cli
	xorw	%ax, %ax
	movw	%ax, %ds
	movl	%cr4, %eax
	orl	$0x20, %eax
	movl	%eax, %cr4
	movl	$GUEST_PML4, %eax
	movl	%eax, %cr3
	movl	$0xc0000080, %ecx
	rdmsr
	orl	$0x100, %eax
	wrmsr
	lgdtl	%cs:2f - guest_base
	movl	%cr0, %eax
	orl	$0x80000001, %eax
	movl	%eax, %cr0
	ljmpl	$SEL_CODE, $(1f - guest_base + GUEST_CODE)
	.code64
1:	movl	$SEL_DATA, %eax
	movl	%eax, %ss
	movl	%eax, %ds
	movl	$GUEST_STACK, %esp
	movabsq	$0x123456789abcdef0, %rax
	pushq	%rax
	popq	%rbx
	shrq	$32, %rbx
	movl	%ebx, %eax
	REPORT
2:	.short	SEL_DATA16 + 7
	.long	GUEST_GDT
END climb

/* An instruction that the test rewrites, and the NOPs that it may take for it. */
GUEST rewrite, 64
	ROW	cpuid
	.rept	14
	nop
	.endr
	REPORT
	jmp	guest_base
END rewrite
