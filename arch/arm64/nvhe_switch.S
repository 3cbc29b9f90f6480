/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * EL2 below a host kernel at EL1: vectors that stand in for the kernel's stub,
 * and the world switch.
 *
 * This is a blob that el2_nvhe copies to a page of its own and runs from its
 * physical address with EL2's translation off. So it is position independent,
 * uses no stack, and its data accesses are Device accesses past all caches:
 * aligned, and the kernel cleans and invalidates the context on either side of
 * a call. SP holds the context's address while a guest runs.
 */
#include <linux/linkage.h>

#include "switch.inc"

	.section .rodata, "a"
	.balign	4096
SYM_DATA_START(el2_nvhe_blob)
/* The vectors while the host runs. */
	.rept	8
	.balign	128
	b	.
	.endr
	.balign	128
	b	host_call
	.rept	7
	.balign	128
	b	.
	.endr
/* ... and while a guest does. */
	.balign	2048
guest_vectors:
	.rept	7
	.balign	128
	b	.
	.endr
	.balign	128
	TAKE_SERROR
	.irp	exit, EXIT_SYNC, EXIT_IRQ, EXIT_FIQ, EXIT_SERROR
	.balign	128
	ERROR_BARRIER
	stp	x0, x1, [sp, #R_X(0)]
	mov	x1, #\exit
	b	guest_exit
	.endr
	.irp	exit, EXIT_SYNC, EXIT_IRQ, EXIT_FIQ, EXIT_SERROR
	.balign	128
	ERROR_BARRIER
	stp	x0, x1, [sp, #R_X(0)]
	mov	x1, #\exit + EXIT_AARCH32
	b	guest_exit
	.endr
	.balign	128

/*
 * HVC from the host: the stub's calls, answered as it does, and ours. X0 is the
 * number, X1 to X4 are arguments, and X1 to X17 are the caller's to lose.
 */
host_call:
	movz	x5, #CALL_RUN >> 16, lsl #16
	sub	x5, x0, x5
	cmp	x5, #CALL_RUN & 0xffff
	b.eq	run
	cmp	x0, #STUB_SET_VECTORS
	b.eq	set_vectors
	cmp	x0, #STUB_SOFT_RESTART
	b.eq	soft_restart
	cmp	x0, #STUB_RESET_VECTORS
	b.eq	reset_vectors
	cmp	x5, #CALL_FLUSH & 0xffff
	b.eq	flush_all
	cmp	x5, #CALL_CLEAR_LRS & 0xffff
	b.eq	clear_lrs
	cmp	x5, #CALL_LOAD & 0xffff
	b.eq	load
	cmp	x5, #CALL_SAVE & 0xffff
	b.eq	save
	movz	x0, #STUB_ERROR >> 16, lsl #16
	movk	x0, #STUB_ERROR & 0xffff
	eret
	sb

set_vectors:
	msr	vbar_el2, x1
	isb
	mov	x0, xzr
	eret
	sb

/* The kernel leaves for another one: EL2 goes where X1 says, with X2 to X4. */
soft_restart:
	mov	x5, x1
	mov	x0, x2
	mov	x1, x3
	mov	x2, x4
	br	x5

reset_vectors:
	adr	x2, el2_nvhe_stub
	ldr	x2, [x2]
	msr	vbar_el2, x2
	isb
	mov	x0, xzr
	eret
	sb

flush_all:
	dsb	ishst
	tlbi	alle1
	dsb	nsh
	isb
	mov	x0, xzr
	eret
	sb

clear_lrs:
	CLEAR_LRS
	mov	x0, xzr
	eret
	sb

/* What stays goes in. EL2's settings for the host, which it cannot change, are kept. */
load:
	mov	x0, x1
	LOAD_OPTIONAL
	CLEAR_VDISR
	RESIDENT_GIC LOAD_REG
	add	x1, x0, #CTX_HOST_CONFIG
	SAVE_PAIR vttbr_el2, cntvoff_el2, CFG_VTTBR
	RESIDENT_CONFIG SAVE_REG, SAVE_PAIR
	SAVE_EL2_CONFIG
	mov	x0, xzr
	eret
	sb

save:
	mov	x0, x1
	RESIDENT_GIC SAVE_REG
	mov	x0, xzr
	eret
	sb

/*
 * Errata of speculative AT instructions set the order (Cortex-A57 1319537, A72 1319367, A55
 * 1530923, A76 1165522): from here to the guest's TCR_EL1 stage 1 is on, without walks. Then
 * stage 2, and only behind it the guest's SCTLR_EL1 and TCR_EL1. Back, walks go first, then
 * the host's SCTLR_EL1 has the MMU on whatever the guest had, and the guest's VMID goes before
 * stage 2 is off.
 */
run:
	mov	x0, x1
	mov	sp, x0
	LOAD_OPTIONAL
	add	x1, x0, #CTX_HOST
	SAVE_CALLEE
	SAVE_PAIR elr_el2, spsr_el2, R_PC
	SAVE_PAIR sp_el0, sp_el1, R_SP_EL0
	SAVE_REG mdscr_el1, R_MDSCR
	SAVE_REG sctlr_el1, R_SCTLR
	HOST_REGS SAVE_REG, SAVE_PAIR
	adr	x2, guest_vectors
	msr	vbar_el2, x2
	STAGE1_OFF
	add	x1, x0, #CTX_CONFIG
	RESIDENT_CONFIG LOAD_REG, LOAD_PAIR
	ENTER_CONFIG
	isb
	add	x1, x0, #CTX_GUEST
	RESIDENT_REGS LOAD_PAIR, 1
	ENTER_GUEST 0
	eret
	sb

/*
 * What the guest has stored comes to an end before anything is loaded here, past the caches:
 * Cortex-A57 may not bear both at a time (erratum 832075).
 */
guest_exit:
	mov	x0, sp
	str	x1, [x0, #CTX_EXIT]
	SAVE_GUEST_GPRS
	dsb	sy
	LEAVE_GUEST 0
	add	x1, x0, #CTX_GUEST
	RESIDENT_REGS SAVE_PAIR, 1
	STAGE1_OFF
	add	x1, x0, #CTX_HOST
	LOAD_REG sctlr_el1, R_SCTLR
	adr	x2, el2_nvhe_blob
	msr	vbar_el2, x2
	add	x1, x0, #CTX_HOST_CONFIG
	isb
	LOAD_PAIR vttbr_el2, cntvoff_el2, CFG_VTTBR
	isb
	LOAD_EL2_CONFIG LOAD_REG
	RESIDENT_CONFIG LOAD_REG, LOAD_PAIR
	isb
	add	x1, x0, #CTX_HOST
	HOST_REGS LOAD_REG, LOAD_PAIR
	LOAD_REG mdscr_el1, R_MDSCR
	LOAD_PAIR sp_el0, sp_el1, R_SP_EL0
	LOAD_PAIR elr_el2, spsr_el2, R_PC
	LOAD_CALLEE
	eret				/* also synchronizes what was written */
	sb

/* Where el2_nvhe jumps through the stub: what are the vectors now? */
	.balign	8
SYM_INNER_LABEL(el2_nvhe_probe, SYM_L_GLOBAL)
	mrs	x0, vbar_el2
	mrs	x1, s3_4_c12_c11_1	/* ICH_VTR_EL2 */
	mrs	x2, mdcr_el2
	mrs	x3, hcr_el2
	mrs	x4, vttbr_el2
	eret
	sb

	.balign	64
SYM_INNER_LABEL(el2_nvhe_stub, SYM_L_GLOBAL)
	.quad	0
	.balign	64
SYM_INNER_LABEL(el2_nvhe_end, SYM_L_GLOBAL)
SYM_DATA_END(el2_nvhe_blob)
