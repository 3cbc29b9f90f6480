/* SPDX-License-Identifier: GPL-2.0-only */
/* Single instructions that exit, or are handled in the kernel. */
#include "guest.inc"

GUEST hvc
1:	ROW	hvc	#0
	REPORT
	b	1b
END hvc

GUEST smc
1:	ROW	smc	#0x77
	REPORT
	b	1b
END smc

GUEST wfi
1:	ROW	wfi
	REPORT
	b	1b
END wfi

GUEST wfe
1:	ROW	wfe
	ROW	wfe
	REPORT
	b	1b
END wfe

GUEST udf
1:	ROW	udf	#0
	REPORT
	b	1b
END udf

/* Counts in X0; a step is one row. */
GUEST steps
	ROW	add	x0, x0, #1
	ROW	add	x0, x0, #1
	ROW	brk	#5
	ROW	mrs	x2, id_aa64pfr0_el1
	ROW	add	x0, x0, #1
	REPORT
END steps

/* System registers: X0 is the value read or written. */
GUEST sysregs
	ROW	mrs	x0, id_aa64pfr0_el1
	REPORT
	ROW	mrs	x0, id_aa64dfr0_el1
	REPORT
	ROW	mrs	x0, mpidr_el1
	REPORT
	ROW	mrs	x0, s3_0_c12_c12_5	/* ICC_SRE_EL1 */
	REPORT
	ROW	mrs	x0, cntpct_el0
	REPORT
	mov	x0, #0x8001			/* MDE, SS */
	ROW	msr	mdscr_el1, x0
	ROW	msr	oslar_el1, xzr
	mrs	x0, mdscr_el1
	REPORT
END sysregs

GUEST sysreg_user
	ROW	msr	s3_3_c14_c2_1, x0	/* CNTP_CTL_EL0 */
	ROW	mrs	x7, s3_3_c14_c2_1
	REPORT
END sysreg_user

/* What the ID registers do not offer, one row each; SVE and SME as a guest would use them. */
GUEST hidden
	mrs	x0, cpacr_el1
	orr	x0, x0, #3 << 16		/* ZEN */
	orr	x0, x0, #3 << 24		/* SMEN */
	msr	cpacr_el1, x0
	isb
	ROW	mrs	x0, pmccntr_el0
	ROW	mrs	x0, s3_0_c9_c14_1	/* PMINTENSET_EL1 */
	ROW	mrs	x0, s3_0_c9_c9_0	/* PMSCR_EL1: SPE */
	ROW	mrs	x0, s3_0_c9_c11_0	/* TRBLIMITR_EL1 */
	ROW	mrs	x0, s3_0_c1_c2_1	/* TRFCR_EL1 */
	ROW	mrs	x0, s2_1_c0_c1_0	/* TRCPRGCTLR */
	ROW	mrs	x0, s3_3_c13_c2_0	/* AMCR_EL0 */
	ROW	mrs	x0, s3_0_c5_c3_0	/* ERRIDR_EL1: RAS */
	ROW	mrs	x0, s3_0_c10_c4_3	/* LORC_EL1 */
	ROW	mrs	x0, s3_0_c2_c1_0	/* APIAKeyLo_EL1 */
	ROW	msr	s3_0_c2_c3_0, x0	/* APGAKeyLo_EL1 */
	ROW	mrs	x0, s3_0_c1_c2_0	/* ZCR_EL1: SVE */
	ROW	.inst	0x04bf5020		/* RDVL X0, #1 */
	ROW	mrs	x0, s3_0_c1_c2_6	/* SMCR_EL1: SME */
	ROW	mrs	x0, s3_3_c4_c2_2	/* SVCR */
	ROW	mrs	x0, s3_0_c1_c0_6	/* GCR_EL1: MTE */
	ROW	mrs	x0, s3_0_c5_c6_0	/* TFSR_EL1 */
	ROW	mrs	x0, s3_0_c2_c0_3	/* TCR2_EL1 */
	ROW	mrs	x0, s3_0_c13_c0_7	/* SCXTNUM_EL1 */
	mov	x0, #0
	REPORT
END hidden

/* TPIDR2_EL0: what is in it, and then what is in X0. */
GUEST tpidr2
1:	ROW	mrs	x1, s3_3_c13_c0_5
	ROW	msr	s3_3_c13_c0_5, x0
	mov	x0, x1
	REPORT
	b	1b
END tpidr2

/* DISR_EL1, which no trap hides: the same. */
GUEST disr
1:	ROW	mrs	x1, s3_0_c12_c1_1
	ROW	msr	s3_0_c12_c1_1, x0
	mov	x0, x1
	REPORT
	b	1b
END disr

/* From EL0, over and over. */
GUEST user
1:	svc	#0
	b	1b
END user

/* PSTATE as no host has it: PAN off, and DIT on where X1 is 1. */
GUEST pstate
	msr	s3_0_c4_c2_3, xzr		/* PAN */
	tbz	x1, #0, 1f
	mov	x0, #1 << 24
	msr	s3_3_c4_c2_5, x0		/* DIT */
1:	REPORT
	b	1b
END pstate

GUEST sgi
	ROW	msr	s3_0_c12_c11_5, x0	/* ICC_SGI1R_EL1 */
	REPORT
END sgi

/* Turns the GIC's CPU interface on, unmasks, then counts at GUEST_DATA. */
GUEST irq
	mov	x0, #0xf0
	msr	s3_0_c4_c6_0, x0		/* ICC_PMR_EL1 */
	mov	x0, #1
	msr	s3_0_c12_c12_7, x0		/* ICC_IGRPEN1_EL1 */
	isb
	mov	x9, #GUEST_DATA
	REPORT
	msr	daifclr, #6			/* A and I */
1:	ldr	x8, [x9]
	add	x8, x8, #1
	str	x8, [x9]
	b	1b
END irq

/* The same, and waits instead; each wake-up is counted. */
GUEST irq_wait
	mov	x0, #0xf0
	msr	s3_0_c4_c6_0, x0
	mov	x0, #1
	msr	s3_0_c12_c12_7, x0
	isb
	mov	x9, #GUEST_DATA
	REPORT
	msr	daifclr, #2
1:	wfi
	ldr	x8, [x9]
	add	x8, x8, #1
	str	x8, [x9]
	b	1b
END irq_wait

/*
 * The virtual timer: fires arg 0 ticks from now, then the guest waits. The
 * vectors call; X4 is what the counter said before, the VMM masks the timer.
 */
GUEST timer
	mov	x0, #0xf0
	msr	s3_0_c4_c6_0, x0
	mov	x0, #1
	msr	s3_0_c12_c12_7, x0
	isb
	mov	x9, #GUEST_TRAP
1:	ldr	x10, [x9]			/* interrupts until now */
	mrs	x4, cntvct_el0
	add	x5, x4, x1
	msr	cntv_cval_el0, x5
	mov	x0, #1
	msr	cntv_ctl_el0, x0
	isb
	msr	daifclr, #2
	cbnz	x2, 3f
2:	wfi
	mrs	x6, cntvct_el0
	cmp	x6, x5
	b.lo	2b
	b	4f
3:	ldr	x11, [x9]
	cmp	x11, x10
	b.eq	3b
	mrs	x6, cntvct_el0
4:	msr	cntv_ctl_el0, xzr
	isb
	msr	daifset, #2
	sub	x0, x6, x4
	REPORT
	b	1b
END timer

/* Loads from arg 0. */
GUEST load
	ROW	ldr	x0, [x1]
	REPORT
END load

/* No guest: a new kernel's first instructions, see kexec.c for the words at the end. */
GUEST boot
	ldr	x0, 1f
	ldr	x4, 2f
	mov	x1, xzr
	mov	x2, xzr
	mov	x3, xzr
	br	x4
1:	.quad	0
2:	.quad	0
END boot
