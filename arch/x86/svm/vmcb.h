/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The virtual machine control block: AMD64 Architecture Programmer's Manual
 * (APM) volume 2, appendix B; exit codes: appendix C. Names are the manual's.
 */
#ifndef AXVCPU_X86_SVM_VMCB_H
#define AXVCPU_X86_SVM_VMCB_H

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>

/* Intercepts of misc1, offset 00Ch. */
#define VMCB_INTR		BIT(0)
#define VMCB_NMI		BIT(1)
#define VMCB_SMI		BIT(2)
#define VMCB_INIT		BIT(3)
#define VMCB_VINTR		BIT(4)
#define VMCB_CR0_SEL_WRITE	BIT(5)
#define VMCB_RDPMC		BIT(15)
#define VMCB_CPUID		BIT(18)
#define VMCB_RSM		BIT(19)
#define VMCB_IRET		BIT(20)
#define VMCB_INVD		BIT(22)
#define VMCB_HLT		BIT(24)
#define VMCB_INVLPGA		BIT(26)
#define VMCB_IOIO		BIT(27)
#define VMCB_MSR		BIT(28)
#define VMCB_SHUTDOWN		BIT(31)

/* Intercepts of misc2, offset 010h. */
#define VMCB_VMRUN		BIT(0)
#define VMCB_VMMCALL		BIT(1)
#define VMCB_VMLOAD		BIT(2)
#define VMCB_VMSAVE		BIT(3)
#define VMCB_STGI		BIT(4)
#define VMCB_CLGI		BIT(5)
#define VMCB_SKINIT		BIT(6)
#define VMCB_RDTSCP		BIT(7)
#define VMCB_ICEBP		BIT(8)	/* INT1 */
#define VMCB_WBINVD		BIT(9)
#define VMCB_MONITOR		BIT(10)
#define VMCB_MWAIT		BIT(11)
#define VMCB_XSETBV		BIT(13)
#define VMCB_RDPRU		BIT(14)

/* Intercepts of misc3, offset 014h. */
#define VMCB_INVLPGB		BIT(0)
#define VMCB_INVLPGB_ILLEGAL	BIT(1)
#define VMCB_MCOMMIT		BIT(3)
#define VMCB_TLBSYNC		BIT(4)

/* TLB_CONTROL, APM 15.16.1 */
#define VMCB_TLB_KEEP		0
#define VMCB_TLB_FLUSH_ALL	1
#define VMCB_TLB_FLUSH_ASID	3

/* Virtual interrupts, offset 060h */
#define VMCB_V_TPR		GENMASK(3, 0)
#define VMCB_V_IRQ		BIT(8)
#define VMCB_V_IGN_TPR		BIT(20)
#define VMCB_V_INTR_MASKING	BIT(24)
#define VMCB_V_WINDOW		(VMCB_V_IRQ | VMCB_V_IGN_TPR)

/* INTERRUPT_SHADOW, offset 068h */
#define VMCB_SHADOW		BIT(0)

/* NP_ENABLE, offset 090h */
#define VMCB_NP_ENABLE		BIT(0)

/* EVENTINJ and EXITINTINFO, APM 15.20 */
#define VMCB_EVENT_VECTOR	GENMASK_ULL(7, 0)
#define VMCB_EVENT_TYPE		GENMASK_ULL(10, 8)
#define VMCB_EVENT_INTR		(0ULL << 8)
#define VMCB_EVENT_NMI		(2ULL << 8)
#define VMCB_EVENT_EXCEPTION	(3ULL << 8)
#define VMCB_EVENT_SOFT		(4ULL << 8)
#define VMCB_EVENT_HAS_ERROR	BIT_ULL(11)
#define VMCB_EVENT_VALID	BIT_ULL(31)
#define VMCB_EVENT_ERROR_SHIFT	32

/* VMCB clean bits, APM 15.15.3 */
#define VMCB_CLEAN_INTERCEPTS	BIT(0)	/* intercepts, TSC offset, pause filter */
#define VMCB_CLEAN_PERMISSIONS	BIT(1)	/* IOPM_BASE_PA, MSRPM_BASE_PA */
#define VMCB_CLEAN_ASID		BIT(2)
#define VMCB_CLEAN_VINTR	BIT(3)	/* offset 060h */
#define VMCB_CLEAN_NP		BIT(4)	/* nested paging, G_PAT */
#define VMCB_CLEAN_CR		BIT(5)	/* CR0, CR3, CR4, EFER */
#define VMCB_CLEAN_DR		BIT(6)	/* DR6, DR7 */
#define VMCB_CLEAN_DT		BIT(7)	/* GDTR, IDTR */
#define VMCB_CLEAN_SEG		BIT(8)	/* CS, DS, SS, ES, CPL */
#define VMCB_CLEAN_CR2		BIT(9)
#define VMCB_CLEAN_ALL		GENMASK(9, 0)

/* Segment attributes: bits 55 to 52 and 47 to 40 of the descriptor. */
#define VMCB_SEG_P		BIT(7)
#define VMCB_SEG_L		BIT(9)
#define VMCB_SEG_DB		BIT(10)

/* EXITCODE, appendix C */
#define VMEXIT_CR0_READ		0x000
#define VMEXIT_CR15_READ	0x00f
#define VMEXIT_CR0_WRITE	0x010
#define VMEXIT_CR15_WRITE	0x01f
#define VMEXIT_DR0_READ		0x020
#define VMEXIT_DR0_WRITE	0x030
#define VMEXIT_DR15_WRITE	0x03f
#define VMEXIT_EXCP0		0x040
#define VMEXIT_MC		0x052
#define VMEXIT_EXCP31		0x05f
#define VMEXIT_INTR		0x060
#define VMEXIT_NMI		0x061
#define VMEXIT_SMI		0x062
#define VMEXIT_INIT		0x063
#define VMEXIT_VINTR		0x064
#define VMEXIT_CR0_SEL_WRITE	0x065
#define VMEXIT_RDPMC		0x06f
#define VMEXIT_CPUID		0x072
#define VMEXIT_RSM		0x073
#define VMEXIT_IRET		0x074
#define VMEXIT_INVD		0x076
#define VMEXIT_HLT		0x078
#define VMEXIT_INVLPGA		0x07a
#define VMEXIT_IOIO		0x07b
#define VMEXIT_MSR		0x07c
#define VMEXIT_SHUTDOWN		0x07f
#define VMEXIT_VMRUN		0x080
#define VMEXIT_VMMCALL		0x081
#define VMEXIT_VMLOAD		0x082
#define VMEXIT_VMSAVE		0x083
#define VMEXIT_STGI		0x084
#define VMEXIT_CLGI		0x085
#define VMEXIT_SKINIT		0x086
#define VMEXIT_RDTSCP		0x087
#define VMEXIT_ICEBP		0x088
#define VMEXIT_WBINVD		0x089
#define VMEXIT_MONITOR		0x08a
#define VMEXIT_MWAIT		0x08b
#define VMEXIT_XSETBV		0x08d
#define VMEXIT_RDPRU		0x08e
#define VMEXIT_INVLPGB		0x0a0
#define VMEXIT_INVLPGB_ILLEGAL	0x0a1
#define VMEXIT_MCOMMIT		0x0a3
#define VMEXIT_TLBSYNC		0x0a4
#define VMEXIT_NPF		0x400
/* -1 in 64 bits; some implementations write only the lower half. */
#define VMEXIT_INVALID		0xffffffffU

/* EXITINFO1 of CR accesses with decode assists, APM 15.8.1 */
#define VMCB_CR_IS_MOV		BIT_ULL(63)
#define VMCB_CR_GPR		GENMASK_ULL(3, 0)

/* EXITINFO1 of IOIO, APM 15.10.2 */
#define VMCB_IO_IN		BIT(0)
#define VMCB_IO_STRING		BIT(2)
#define VMCB_IO_REP		BIT(3)
#define VMCB_IO_SIZE(info)	(((info) >> 4) & 7)	/* bytes: 1, 2, 4 */
#define VMCB_IO_A16		BIT(7)
#define VMCB_IO_A32		BIT(8)
#define VMCB_IO_A64		BIT(9)
#define VMCB_IO_SEGMENT(info)	(((info) >> 10) & 7)
#define VMCB_IO_PORT(info)	(((info) >> 16) & 0xffff)

/* EXITINFO1 of NPF, APM 15.25.6 */
#define VMCB_NPF_WRITE		BIT_ULL(1)
#define VMCB_NPF_RESERVED	BIT_ULL(3)
#define VMCB_NPF_FETCH		BIT_ULL(4)
#define VMCB_NPF_FINAL		BIT_ULL(32)
#define VMCB_NPF_WALK		BIT_ULL(33)

/* DR6.BS: a single step */
#define VMCB_DR6_STEP		BIT_ULL(14)

/**
 * struct vmcb_segment - a segment register with its hidden part
 * @selector: selector
 * @attrib: VMCB_SEG_* bits
 * @limit: in bytes
 * @base: linear base
 */
struct vmcb_segment {
	u16 selector;
	u16 attrib;
	u32 limit;
	u64 base;
};

/* The control area, table B-1. */
struct svm_vmcb_control {
	u16 cr_read;
	u16 cr_write;
	u16 dr_read;
	u16 dr_write;
	u32 exceptions;
	u32 misc1;
	u32 misc2;
	u32 misc3;
	u8 reserved_018[0x3c - 0x18];
	u16 pause_threshold;
	u16 pause_count;
	u64 iopm_base_pa;
	u64 msrpm_base_pa;
	u64 tsc_offset;
	u32 asid;
	u8 tlb_control;
	u8 reserved_05d[3];
	u32 vintr;
	u32 vintr_vector;
	u64 int_state;
	u64 exit_code;
	u64 exit_info1;
	u64 exit_info2;
	u64 exit_int_info;
	u64 np_control;
	u64 avic_bar;
	u64 ghcb_pa;
	u64 event_inj;
	u64 n_cr3;
	u64 virt_ext;
	u32 clean;
	u32 reserved_0c4;
	u64 next_rip;
	u8 insn_bytes;
	u8 insn[15];
	u8 reserved_0e0[0x400 - 0xe0];
};

/* The state save area, table B-2; offsets there are from its start. */
struct svm_vmcb_save {
	struct vmcb_segment es, cs, ss, ds, fs, gs;
	struct vmcb_segment gdtr, ldtr, idtr, tr;
	u8 reserved_0a0[0xcb - 0xa0];
	u8 cpl;
	u8 reserved_0cc[4];
	u64 efer;
	u8 reserved_0d8[0x148 - 0xd8];
	u64 cr4;
	u64 cr3;
	u64 cr0;
	u64 dr7;
	u64 dr6;
	u64 rflags;
	u64 rip;
	u8 reserved_180[0x1d8 - 0x180];
	u64 rsp;
	u64 s_cet;
	u64 ssp;
	u64 isst_addr;
	u64 rax;
	u64 star;
	u64 lstar;
	u64 cstar;
	u64 sfmask;
	u64 kernel_gs_base;
	u64 sysenter_cs;
	u64 sysenter_esp;
	u64 sysenter_eip;
	u64 cr2;
	u8 reserved_248[0x268 - 0x248];
	u64 g_pat;
	u64 dbgctl;
	u64 br_from;
	u64 br_to;
	u64 last_excp_from;
	u64 last_excp_to;
	u8 reserved_298[0x2e0 - 0x298];
	u64 spec_ctrl;
	u8 reserved_2e8[0xc00 - 0x2e8];
};

/**
 * struct svm_vmcb - one page that VMRUN reads and #VMEXIT writes
 * @control: what the guest may not do, and why it stopped
 * @save: its registers
 */
struct svm_vmcb {
	struct svm_vmcb_control control;
	struct svm_vmcb_save save;
};

static_assert(sizeof(struct svm_vmcb) == 4096);
static_assert(offsetof(struct svm_vmcb, control.pause_threshold) == 0x03c);
static_assert(offsetof(struct svm_vmcb, control.iopm_base_pa) == 0x040);
static_assert(offsetof(struct svm_vmcb, control.asid) == 0x058);
static_assert(offsetof(struct svm_vmcb, control.vintr) == 0x060);
static_assert(offsetof(struct svm_vmcb, control.exit_code) == 0x070);
static_assert(offsetof(struct svm_vmcb, control.exit_int_info) == 0x088);
static_assert(offsetof(struct svm_vmcb, control.event_inj) == 0x0a8);
static_assert(offsetof(struct svm_vmcb, control.n_cr3) == 0x0b0);
static_assert(offsetof(struct svm_vmcb, control.clean) == 0x0c0);
static_assert(offsetof(struct svm_vmcb, control.next_rip) == 0x0c8);
static_assert(offsetof(struct svm_vmcb, control.insn_bytes) == 0x0d0);
static_assert(offsetof(struct svm_vmcb, save) == 0x400);
static_assert(offsetof(struct svm_vmcb_save, gdtr) == 0x060);
static_assert(offsetof(struct svm_vmcb_save, tr) == 0x090);
static_assert(offsetof(struct svm_vmcb_save, cpl) == 0x0cb);
static_assert(offsetof(struct svm_vmcb_save, efer) == 0x0d0);
static_assert(offsetof(struct svm_vmcb_save, cr4) == 0x148);
static_assert(offsetof(struct svm_vmcb_save, rip) == 0x178);
static_assert(offsetof(struct svm_vmcb_save, rsp) == 0x1d8);
static_assert(offsetof(struct svm_vmcb_save, rax) == 0x1f8);
static_assert(offsetof(struct svm_vmcb_save, cr2) == 0x240);
static_assert(offsetof(struct svm_vmcb_save, g_pat) == 0x268);
static_assert(offsetof(struct svm_vmcb_save, spec_ctrl) == 0x2e0);

#endif /* AXVCPU_X86_SVM_VMCB_H */
