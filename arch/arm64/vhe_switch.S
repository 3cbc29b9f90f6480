/* SPDX-License-Identifier: GPL-2.0-only */
/* The world switch with the host kernel at EL2. */
#include <linux/cfi_types.h>
#include <linux/linkage.h>

#include "switch.inc"

/*
 * The vectors while a guest runs. SP is the host's stack with the context's
 * address on top, as el2_vhe_switch() left it. An exception at EL2 itself is a
 * bug of the code below, with the host's state half gone: it stops here, but for the SError
 * that was asked for.
 */
	.text
	.balign	2048
SYM_CODE_START_LOCAL(vhe_vectors)
	.rept	7
	.balign	128
	b	.
	.endr
	.balign	128
	TAKE_SERROR
	.irp	exit, EXIT_SYNC, EXIT_IRQ, EXIT_FIQ, EXIT_SERROR
	.balign	128
	ERROR_BARRIER
	stp	x0, x1, [sp, #-16]!
	mov	x1, #\exit
	b	vhe_exit
	.endr
	.irp	exit, EXIT_SYNC, EXIT_IRQ, EXIT_FIQ, EXIT_SERROR
	.balign	128
	ERROR_BARRIER
	stp	x0, x1, [sp, #-16]!
	mov	x1, #\exit + EXIT_AARCH32
	b	vhe_exit
	.endr
SYM_CODE_END(vhe_vectors)

/*
 * PSTATE of the host that an exception from a guest does not bring back (Arm ARM D1.3.1.4): PAN
 * and DIT stay as the guest had them, as HCR_EL2.TGE is clear then and SCTLR_EL2.SPAN means
 * nothing, and TCO becomes 1. UAO and SSBS become what they are at every entry to the kernel.
 * Every CPU with VHE has PAN, and a kernel that knows it has it set but for its accesses to
 * user memory.
 */
#ifdef CONFIG_ARM64_PAN
#define HOST_PAN	1
#else
#define HOST_PAN	0
#endif

.macro SAVE_PSTATE
	mov	x2, xzr
	tbz	x9, #OPTIONAL_DIT, 790f
	mrs	x2, NAME_DIT
790:	tbz	x9, #OPTIONAL_TCO, 791f
	mrs	x3, NAME_TCO
	orr	x2, x2, x3
791:	str	x2, [x0, #CTX_HOST + R_PSTATE]
.endm

.macro LOAD_PSTATE
	ldr	x2, [x0, #CTX_HOST + R_PSTATE]
	tbz	x9, #OPTIONAL_DIT, 790f
	msr	NAME_DIT, x2
790:	tbz	x9, #OPTIONAL_TCO, 791f
	msr	NAME_TCO, x2
791:
.endm

/*
 * void el2_vhe_switch(struct el2_context *ctx): interrupts are masked by DAIF, ctx is
 * resident. SP_EL0 (current) and TPIDR_EL2 (per-CPU) are the host's at every point where
 * host code could run. Nothing of the host's is in PAR_EL1: it is read with interrupts
 * off, where it is written.
 */
SYM_TYPED_FUNC_START(el2_vhe_switch)
	hint	#34			/* BTI C */
	LOAD_OPTIONAL
	add	x1, x0, #CTX_HOST
	SAVE_CALLEE
	SAVE_REG sp_el0, R_SP_EL0
	SAVE_REG mdscr_el1, R_MDSCR
	add	x1, x0, #CTX_HOST_CONFIG
	SAVE_EL2_CONFIG SAVE_PSTATE
	SAVE_REG vbar_el2, CFG_VBAR
	str	x0, [sp, #-16]!
	adr_l	x2, vhe_vectors
	msr	vbar_el2, x2
	ENTER_CONFIG
	ENTER_GUEST 02
	eret
	sb

SYM_INNER_LABEL(vhe_exit, SYM_L_LOCAL)
	ldr	x0, [sp, #16]
	str	x1, [x0, #CTX_EXIT]
	SAVE_GUEST_GPRS
	ldp	x2, x3, [sp], #32
	stp	x2, x3, [x0, #R_X(0)]
	LEAVE_GUEST 02
	add	x1, x0, #CTX_HOST_CONFIG
	LOAD_REG vbar_el2, CFG_VBAR
	LOAD_EL2_CONFIG LOAD_REG, LOAD_PSTATE
	add	x1, x0, #CTX_HOST
	LOAD_REG sp_el0, R_SP_EL0
	LOAD_REG mdscr_el1, R_MDSCR
	msr	pan, #HOST_PAN
	LOAD_CALLEE
	isb
	ret
SYM_FUNC_END(el2_vhe_switch)

/* void el2_vhe_load(const struct el2_context *ctx): make it resident; interrupts off */
SYM_FUNC_START(el2_vhe_load)
	hint	#34			/* BTI C */
	LOAD_OPTIONAL
	CLEAR_VDISR
	add	x1, x0, #CTX_GUEST
	RESIDENT_REGS LOAD_PAIR, 12
	RESIDENT_GIC LOAD_REG
	add	x1, x0, #CTX_CONFIG
	RESIDENT_CONFIG LOAD_REG, LOAD_PAIR
	ret
SYM_FUNC_END(el2_vhe_load)

/* void el2_vhe_save(struct el2_context *ctx): the reverse */
SYM_FUNC_START(el2_vhe_save)
	hint	#34			/* BTI C */
	add	x1, x0, #CTX_GUEST
	RESIDENT_REGS SAVE_PAIR, 12
	RESIDENT_GIC SAVE_REG
	ret
SYM_FUNC_END(el2_vhe_save)

/* void el2_vhe_clear_lrs(unsigned int count) */
SYM_TYPED_FUNC_START(el2_vhe_clear_lrs)
	hint	#34			/* BTI C */
	mov	w1, w0
	CLEAR_LRS
	ret
SYM_FUNC_END(el2_vhe_clear_lrs)
