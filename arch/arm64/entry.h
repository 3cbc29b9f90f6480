/* SPDX-License-Identifier: GPL-2.0-only */
/* What C and assembly share: struct el2_context by offset, and EL2's calls. */
#ifndef AXVCPU_ARM64_ENTRY_H
#define AXVCPU_ARM64_ENTRY_H

/*
 * Registers of one side, guest or host; struct el2_regs. Those that are switched together
 * lie side by side, so that one instruction takes two.
 */
#define R_AT(n)			((n) * 8)
#define R_X(n)			R_AT(n)
#define R_SP_EL0		R_AT(31)
#define R_SP_EL1		R_AT(32)
#define R_PC			R_AT(33)
#define R_PSTATE		R_AT(34)
#define R_SCTLR			R_AT(35)
#define R_CPACR			R_AT(36)
#define R_TTBR0			R_AT(37)
#define R_TTBR1			R_AT(38)
#define R_TCR			R_AT(39)
#define R_ESR			R_AT(40)
#define R_AFSR0			R_AT(41)
#define R_AFSR1			R_AT(42)
#define R_FAR			R_AT(43)
#define R_MAIR			R_AT(44)
#define R_AMAIR			R_AT(45)
#define R_VBAR			R_AT(46)
#define R_CONTEXTIDR		R_AT(47)
#define R_CNTKCTL		R_AT(48)
#define R_ELR			R_AT(49)
#define R_SPSR			R_AT(50)
#define R_PAR			R_AT(51)
#define R_MDSCR			R_AT(52)
#define R_TPIDR_EL0		R_AT(53)
#define R_TPIDRRO_EL0		R_AT(54)
#define R_TPIDR_EL1		R_AT(55)
#define R_CSSELR		R_AT(56)
#define R_CNTV_CTL		R_AT(57)
#define R_CNTV_CVAL		R_AT(58)
#define REGS_NR			60

/* Of the host nothing below X18 is kept, nor behind CSSELR_EL1. */
#define HOST_FIRST		18
#define HOST_LAST		56

/* What EL2 is set to; struct el2_config. */
#define CFG_VTTBR		R_AT(0)
#define CFG_CNTVOFF		R_AT(1)
#define CFG_MDCR		R_AT(2)
#define CFG_CPTR		R_AT(3)
#define CFG_CNTHCTL		R_AT(4)
#define CFG_HCR			R_AT(5)
#define CFG_VTCR		R_AT(6)
#define CFG_VPIDR		R_AT(7)
#define CFG_VMPIDR		R_AT(8)
#define CFG_HSTR		R_AT(9)
#define CFG_ICC_SRE		R_AT(10)
#define CFG_VSESR		R_AT(11)
#define CFG_NR			12
/* Of the host there is more: what a guest has no value of its own for. */
#define CFG_VBAR		R_AT(11)
#define CFG_HCRX		R_AT(12)
#define CFG_HFGRTR		R_AT(13)
#define CFG_HFGWTR		R_AT(14)
#define CFG_HFGITR		R_AT(15)
#define CFG_HDFGRTR		R_AT(16)
#define CFG_HDFGWTR		R_AT(17)
#define CFG_HFGRTR2		R_AT(18)
#define CFG_HFGWTR2		R_AT(19)
#define CFG_HFGITR2		R_AT(20)
#define CFG_HDFGRTR2		R_AT(21)
#define CFG_HDFGWTR2		R_AT(22)
#define CFG_MPAM2		R_AT(23)
#define HOST_CFG_NR		24

/* The virtual CPU interface; struct el2_gic. */
#define GIC_HCR			R_AT(0)
#define GIC_VMCR		R_AT(1)
#define GIC_AP0R		R_AT(2)
#define GIC_AP1R		R_AT(3)
#define GIC_LR(n)		R_AT(4 + (n))
#define GIC_MAX_LR		4
#define GIC_NR			8

/* struct el2_context: what both the kernel and EL2 use, and what EL2 alone does */
#define CTX_GUEST		R_AT(0)
#define CTX_CONFIG		R_AT(REGS_NR)
#define CTX_GIC			(CTX_CONFIG + R_AT(CFG_NR))
#define CTX_MISC		(CTX_GIC + R_AT(GIC_NR))
#define CTX_NR_LR		(CTX_MISC + R_AT(0))
#define CTX_FLUSH		(CTX_MISC + R_AT(1))
#define CTX_EXIT		(CTX_MISC + R_AT(2))
#define CTX_ESR			(CTX_MISC + R_AT(3))
#define CTX_FAR			(CTX_MISC + R_AT(4))
#define CTX_HPFAR		(CTX_MISC + R_AT(5))
#define CTX_AT			(CTX_MISC + R_AT(6))
#define CTX_OPTIONAL		(CTX_MISC + R_AT(7))
#define CTX_DISR		(CTX_MISC + R_AT(8))
#define CTX_SHARED_SIZE		768
#define CTX_HOST		(CTX_SHARED_SIZE - R_AT(HOST_FIRST))
#define CTX_HOST_CONFIG		(CTX_HOST + R_AT(HOST_LAST + 1))
#define CTX_SIZE		1280

/* HCR_EL2.VSE: a virtual SError is pending. TCR_EL1.EPD0, EPD1: no walks. */
#define HCR_VSE_AT		8
#define TCR_EPD0		0x80
#define TCR_EPD1		0x800000

/* ISR_EL1.A: an SError is pending. PSTATE.A: SErrors are masked; in the immediate of DAIF. */
#define ISR_SERROR_AT		8
#define PSTATE_SERROR		0x100
#define DAIF_SERROR		4

/* @optional of struct el2_context: what this CPU has, and which errata (errata.h). */
#define OPTIONAL_HCX		0	/* HCRX_EL2 (FEAT_HCX) */
#define OPTIONAL_FGT		1	/* fine-grained traps (FEAT_FGT) */
#define OPTIONAL_FGT2		2	/* more of them (FEAT_FGT2) */
#define OPTIONAL_MPAM		3	/* MPAM2_EL2 (FEAT_MPAM) */
#define OPTIONAL_RAS		4	/* DISR_EL1, VSESR_EL2, VDISR_EL2 (FEAT_RAS) */
#define OPTIONAL_DIT		5	/* PSTATE.DIT (FEAT_DIT) */
#define OPTIONAL_TCO		6	/* PSTATE.TCO (FEAT_MTE2) */
#define OPTIONAL_HCR_SYNC	7	/* barriers around writes of HCR_EL2 */
#define OPTIONAL_PAR_SYNC	8	/* barriers around reads of PAR_EL1 */
#define OPTIONAL_STAGE1_FIRST	9	/* stage 1's fault may come as stage 2's */
#define OPTIONAL_CLRBHB		10	/* at exits: CLRBHB */
#define OPTIONAL_LOOP		11	/* OPTIONAL_BRANCHES branches */
#define OPTIONAL_FIRMWARE_1	12	/* SMCCC_WORKAROUND_1 */
#define OPTIONAL_FIRMWARE_3	13	/* SMCCC_WORKAROUND_3 */
#define OPTIONAL_RARE		14	/* any of OPTIONAL_RARE_MASK: few CPUs */
#define OPTIONAL_RARE_MASK	0xef	/* settings of EL2, PSTATE, HCR_SYNC */
#define OPTIONAL_EXIT		15	/* any of OPTIONAL_EXIT_MASK: at exits */
#define OPTIONAL_EXIT_MASK	0x3d00	/* branch predictors, PAR_SYNC */
#define OPTIONAL_BRANCHES_AT	16	/* 8 bits */

/* MPAM2_EL2.TRAPMPAM0EL1, TRAPMPAM1EL1: MPAM0_EL1, MPAM1_EL1 trap. */
#define MPAM2_TRAPS		0x3000000000000

/* @exit of struct el2_context: the vector that was taken. */
#define EXIT_SYNC		0
#define EXIT_IRQ		1
#define EXIT_FIQ		2
#define EXIT_SERROR		3
#define EXIT_AARCH32		4	/* added: the guest was in AArch32 */
#define EXIT_DEFERRED		8	/* added: there is an SError besides, in @disr */

/* Calls of the kernel's stub (Documentation/virt/kvm/arm/hyp-abi.rst). */
#define STUB_SET_VECTORS	0
#define STUB_SOFT_RESTART	1
#define STUB_RESET_VECTORS	2
#define STUB_ERROR		0xbadca11
/* A number that the stub does not know, and ours. */
#define STUB_PROBE		0xfff
#define CALL_RUN		0xa8000001	/* X1: physical address of the context */
#define CALL_FLUSH		0xa8000002	/* every guest's TLB entries on this CPU */
#define CALL_CLEAR_LRS		0xa8000003	/* X1: how many */
#define CALL_LOAD		0xa8000004	/* X1: as of CALL_RUN; before the first */
#define CALL_SAVE		0xa8000005	/* X1: likewise; after the last */

#endif /* AXVCPU_ARM64_ENTRY_H */
