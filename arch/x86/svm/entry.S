/* SPDX-License-Identifier: GPL-2.0-only */
/* SVM's world switch. */
#include <linux/linkage.h>
#include <asm/asm.h>
#include <asm/bitsperlong.h>
#include <asm/msr-index.h>
#include <asm/nospec-branch.h>
#include <asm/segment.h>

#include "../entry.h"
#include "../entry.inc"

	.section .rodata
	.balign 2
/* VERW wants a valid selector in memory; the register form does not overwrite. */
SYM_DATA_LOCAL(verw_selector, .word __KERNEL_DS)

	.section .noinstr.text, "ax"

/*
 * int svm_world_switch(u64 *to, u64 vmcb_pa, u64 host_pa, u32 flags, const u64 *from)
 *
 * Runs the guest until the next #VMEXIT.
 *
 *  to (RDI)	takes the guest's general registers, by GPR_*. RAX and RSP are the VMCB's.
 *		It is that of struct x86_vcpu: IA32_SPEC_CTRL follows.
 *  vmcb_pa (RSI)	physical address of the guest's VMCB
 *  host_pa (RDX)	physical address of a page with the host's VMSAVE state
 *  flags (ECX)	X86_ENTRY_*
 *  from (R8)	the guest's general registers
 *
 * Called with interrupts and preemption off, EFER.SVME set, VM_HSAVE_PA valid.
 * Returns 0 with interrupts off, or -1, without having run anything, if SVM was
 * switched off meanwhile: CLGI raises #UD then.
 *
 * From the guest's VMLOAD to the host's, GS is the guest's: no per-CPU data, no
 * stack protector, no tracing. GIF is 0 all that time, so that neither an NMI
 * nor a machine check sees it (APM 15.17). RFLAGS.IF is 1 across VMRUN, because
 * with V_INTR_MASKING it decides whether a physical interrupt ends the guest
 * (APM 15.21.1); not in the instruction right before, or the shadow of STI would
 * reach into the guest.
 */
SYM_FUNC_START(svm_world_switch)
	push	%rbp
	push	%r15
	push	%r14
	push	%r13
	push	%r12
	push	%rbx
	push	%rdx			/* 16(%rsp): host_pa */
	push	%rcx			/*  8(%rsp): flags */
	push	%rdi			/*   (%rsp): to */

.Lclgi:
	clgi
	testl	$X86_ENTRY_SPEC_CTRL, 8(%rsp)
	jnz	.Lspec_ctrl_enter
.Lspec_ctrl_entered:
	mov	%rsi, %rax
	sti
	vmload	%rax

	mov	GPR_RCX(%r8), %rcx
	mov	GPR_RDX(%r8), %rdx
	mov	GPR_RBX(%r8), %rbx
	mov	GPR_RBP(%r8), %rbp
	mov	GPR_RSI(%r8), %rsi
	mov	GPR_RDI(%r8), %rdi
	mov	GPR_R9(%r8), %r9
	mov	GPR_R10(%r8), %r10
	mov	GPR_R11(%r8), %r11
	mov	GPR_R12(%r8), %r12
	mov	GPR_R13(%r8), %r13
	mov	GPR_R14(%r8), %r14
	mov	GPR_R15(%r8), %r15
	mov	GPR_R8(%r8), %r8

	/* Last, so that nothing of the host's is loaded after it. */
	testb	$X86_ENTRY_VERW, 8(%rsp)
	jz	.Lvmrun
	verw	verw_selector(%rip)
.Lvmrun:
	vmrun	%rax
	cli

	/* #VMEXIT brought RAX and RSP back; the rest is still the guest's. */
	vmsave	%rax
	pop	%rax
	mov	%rcx, GPR_RCX(%rax)
	mov	%rdx, GPR_RDX(%rax)
	mov	%rbx, GPR_RBX(%rax)
	mov	%rbp, GPR_RBP(%rax)
	mov	%rsi, GPR_RSI(%rax)
	mov	%rdi, GPR_RDI(%rax)
	mov	%r8, GPR_R8(%rax)
	mov	%r9, GPR_R9(%rax)
	mov	%r10, GPR_R10(%rax)
	mov	%r11, GPR_R11(%rax)
	mov	%r12, GPR_R12(%rax)
	mov	%r13, GPR_R13(%rax)
	mov	%r14, GPR_R14(%rax)
	mov	%r15, GPR_R15(%rax)
	mov	%rax, %rsi
	pop	%rbx			/* flags */
	pop	%rax			/* host_pa */
	vmload	%rax

	/* The guest's return predictions must not serve a RET of the host. */
	testl	$X86_ENTRY_RSB, %ebx
	jz	.Lno_fill
	FILL_RETURN_PREDICTOR
.Lno_fill:
	testl	$X86_ENTRY_RARE, %ebx
	jnz	.Lrare
.Lrare_done:
	CALL_UNTRAIN_RET
	lfence				/* do not guess past the branches above */

	/* Nor may speculation use the guest's values: clear what is not popped. */
	xor	%ecx, %ecx
	xor	%edx, %edx
	xor	%esi, %esi
	xor	%edi, %edi
	xor	%r8d, %r8d
	xor	%r9d, %r9d
	xor	%r10d, %r10d
	xor	%r11d, %r11d
	xor	%ebp, %ebp
	xor	%r12d, %r12d
	xor	%r13d, %r13d
	xor	%r14d, %r14d
	xor	%r15d, %r15d
	stgi
	xor	%eax, %eax
.Lreturn:
	pop	%rbx
	pop	%r12
	pop	%r13
	pop	%r14
	pop	%r15
	pop	%rbp
	RET

.Lspec_ctrl_enter:
	SPEC_CTRL_ENTER %rdi
	jmp	.Lspec_ctrl_entered

.Lrare:
	testl	$X86_ENTRY_ONE_CALL, %ebx
	jz	.Lno_call
	__FILL_ONE_RETURN
.Lno_call:
	testl	$X86_ENTRY_SPEC_CTRL, %ebx
	jz	.Lno_spec_ctrl
	SPEC_CTRL_LEAVE %rsi %ebx
.Lno_spec_ctrl:
	testl	$X86_ENTRY_IBPB, %ebx
	jz	.Lrare_done
	PREDICTOR_BARRIER
	jmp	.Lrare_done

.Lsvm_off:
	add	$24, %rsp
	mov	$-1, %eax
	jmp	.Lreturn

	_ASM_EXTABLE(.Lclgi, .Lsvm_off)
SYM_FUNC_END(svm_world_switch)
