/* SPDX-License-Identifier: GPL-2.0-only */
/* VMX's world switch. */
#include <linux/linkage.h>
#include <linux/objtool.h>
#include <asm/asm.h>
#include <asm/bitsperlong.h>
#include <asm/msr-index.h>
#include <asm/nospec-branch.h>
#include <asm/segment.h>
#include <asm/unwind_hints.h>

#include "../entry.h"
#include "../entry.inc"

/* HOST_RSP of asm/vmx.h, which is not for assembly */
#define HOST_RSP	0x6c14

	.section .rodata
	.balign 2
SYM_DATA_LOCAL(verw_selector, .word __KERNEL_DS)

	.section .noinstr.text, "ax"

/*
 * int vmx_world_switch(u64 *to, u32 flags, u64 *host_rsp, const u64 *from)
 *
 * Runs the guest of the current VMCS until the next VM exit.
 *
 *  to (RDI)	takes the guest's general registers, by GPR_*. RSP is the VMCS's. It is
 *		that of struct x86_vcpu: IA32_SPEC_CTRL follows.
 *  flags (ESI)	X86_ENTRY_*
 *  host_rsp (RDX)	HOST_RSP as the VMCS has it; written when it changes
 *  from (RCX)	the guest's general registers
 *
 * Called with interrupts and preemption off, the VMCS current and its HOST_RIP
 * vmx_exit_point. Returns with interrupts off: 0 after a VM exit, 1 after
 * VMfailValid, 2 after VMfailInvalid or a fault, which means that VMX was
 * switched off behind our back.
 *
 * A VM exit brings back RSP, RIP, CR0, CR3, CR4, the segment registers and
 * RFLAGS with all flags clear (SDM 28.5); all other registers are the guest's.
 */
SYM_FUNC_START(vmx_world_switch)
	push	%rbp
	push	%r15
	push	%r14
	push	%r13
	push	%r12
	push	%rbx
	push	%rsi			/* 8(%rsp): flags */
	push	%rdi			/*  (%rsp): to */

	cmp	%rsp, (%rdx)
	je	.Lhost_rsp_is_set
	mov	%rsp, (%rdx)
	mov	$HOST_RSP, %eax
.Lvmwrite:
	vmwrite	%rsp, %rax
	jbe	.Lnot_entered
.Lhost_rsp_is_set:
	testl	$X86_ENTRY_SPEC_CTRL, %esi
	jnz	.Lspec_ctrl_enter
.Lspec_ctrl_entered:
	mov	GPR_RAX(%rcx), %rax
	mov	GPR_RDX(%rcx), %rdx
	mov	GPR_RBX(%rcx), %rbx
	mov	GPR_RBP(%rcx), %rbp
	mov	GPR_RSI(%rcx), %rsi
	mov	GPR_RDI(%rcx), %rdi
	mov	GPR_R8(%rcx), %r8
	mov	GPR_R9(%rcx), %r9
	mov	GPR_R10(%rcx), %r10
	mov	GPR_R11(%rcx), %r11
	mov	GPR_R12(%rcx), %r12
	mov	GPR_R13(%rcx), %r13
	mov	GPR_R14(%rcx), %r14
	mov	GPR_R15(%rcx), %r15
	mov	GPR_RCX(%rcx), %rcx

	/* Last, so that nothing of the host's is loaded after it. */
	testb	$X86_ENTRY_VERW, 8(%rsp)
	jz	.Lno_verw
	verw	verw_selector(%rip)
.Lno_verw:
	UNWIND_HINT_SAVE
	testb	$X86_ENTRY_RESUME, 8(%rsp)
	jz	.Lvmlaunch
.Lvmresume:
	vmresume
	jmp	.Lfailed
.Lvmlaunch:
	vmlaunch
.Lfailed:
	mov	$1, %ebx
	jnc	.Lprotect
.Lfail_invalid:
	mov	$2, %ebx
	jmp	.Lprotect

SYM_INNER_LABEL(vmx_exit_point, SYM_L_GLOBAL)
	/* The stack is what it was at the entry. */
	UNWIND_HINT_RESTORE
	ENDBR
	push	%rdi
	mov	8(%rsp), %rdi		/* to */
	mov	%rax, GPR_RAX(%rdi)
	mov	%rcx, GPR_RCX(%rdi)
	mov	%rdx, GPR_RDX(%rdi)
	mov	%rbx, GPR_RBX(%rdi)
	mov	%rbp, GPR_RBP(%rdi)
	mov	%rsi, GPR_RSI(%rdi)
	mov	%r8, GPR_R8(%rdi)
	mov	%r9, GPR_R9(%rdi)
	mov	%r10, GPR_R10(%rdi)
	mov	%r11, GPR_R11(%rdi)
	mov	%r12, GPR_R12(%rdi)
	mov	%r13, GPR_R13(%rdi)
	mov	%r14, GPR_R14(%rdi)
	mov	%r15, GPR_R15(%rdi)
	pop	%rax
	mov	%rax, GPR_RDI(%rdi)

	xor	%ebx, %ebx

.Lprotect:
	/* The guest's return predictions must not serve a RET of the host. */
	testl	$X86_ENTRY_RSB, 8(%rsp)
	jz	.Lno_fill
	FILL_RETURN_PREDICTOR
.Lno_fill:
	testl	$X86_ENTRY_RARE, 8(%rsp)
	jnz	.Lrare
.Lrare_done:
	lfence				/* do not guess past the branches above */
	mov	%ebx, %eax

	/* Nor may speculation use the guest's values: clear what is not popped. */
.Lreturn:
	xor	%ecx, %ecx
	xor	%edx, %edx
	xor	%esi, %esi
	xor	%edi, %edi
	xor	%r8d, %r8d
	xor	%r9d, %r9d
	xor	%r10d, %r10d
	xor	%r11d, %r11d
	add	$16, %rsp
	pop	%rbx
	pop	%r12
	pop	%r13
	pop	%r14
	pop	%r15
	pop	%rbp
	RET

.Lnot_entered:
	mov	$2, %eax
	jmp	.Lreturn

.Lspec_ctrl_enter:
	mov	%rcx, %rsi
	SPEC_CTRL_ENTER %rdi
	mov	%rsi, %rcx
	jmp	.Lspec_ctrl_entered

.Lrare:
	testl	$X86_ENTRY_ONE_CALL, 8(%rsp)
	jz	.Lno_call
	__FILL_ONE_RETURN
.Lno_call:
	testl	$X86_ENTRY_SPEC_CTRL, 8(%rsp)
	jz	.Lno_spec_ctrl
	mov	(%rsp), %rsi
	SPEC_CTRL_LEAVE %rsi 8(%rsp)
.Lno_spec_ctrl:
	testl	$X86_ENTRY_IBPB, 8(%rsp)
	jz	.Lno_ibpb
	PREDICTOR_BARRIER
.Lno_ibpb:
	testl	$X86_ENTRY_HISTORY, 8(%rsp)
	jz	.Lrare_done
	call	clear_history
	jmp	.Lrare_done

	_ASM_EXTABLE(.Lvmwrite, .Lnot_entered)
	_ASM_EXTABLE(.Lvmresume, .Lfail_invalid)
	_ASM_EXTABLE(.Lvmlaunch, .Lfail_invalid)
SYM_FUNC_END(vmx_world_switch)

/* How often, to be sure that nothing older is in the history. */
#define HISTORY_ROUNDS	5
#define HISTORY_JUMPS	5

/*
 * Push the guest's branches out of the branch history by many of the host's. This is the
 * sequence that Intel gives for processors without BHI_DIS_S ("Branch History Injection
 * and Intra-mode Branch Target Injection", software sequence): rounds of taken jumps, each
 * called by the one before, because a plain loop would run from a buffer that the history
 * does not see. All rounds return at the end, so the stack cannot be unwound by its
 * pointer.
 *
 * Changes EAX and ECX.
 */
SYM_FUNC_START_LOCAL(clear_history)
	push	%rbp
	mov	%rsp, %rbp
	mov	$HISTORY_ROUNDS, %ecx
	ANNOTATE_INTRA_FUNCTION_CALL
	call	.Lround
	jmp	.Lcleared
	.balign	64, 0xcc
.Lround:
	ANNOTATE_INTRA_FUNCTION_CALL
	call	.Ljumps
	RET
	.balign	64, 0xcc
.Ljumps:
	mov	$HISTORY_JUMPS, %eax
.Ljump:
	jmp	.Ljumped
	nop
.Ljumped:
	dec	%eax
	jnz	.Ljump
	dec	%ecx
	jnz	.Lround
	RET
.Lcleared:
	lfence
	pop	%rbp
	RET
SYM_FUNC_END(clear_history)
STACK_FRAME_NON_STANDARD(clear_history)
