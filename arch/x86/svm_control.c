// SPDX-License-Identifier: GPL-2.0-only
/*
 * Control and debug registers of an SVM guest.
 *
 * The guest has its CR0 and CR4, but for three bits that would reach beyond it:
 * CR0.CD and NW switch off the caches of a physical core, so the hardware never
 * gets them; without CR4.MCE a machine check is a shutdown (APM 9.3), so the
 * hardware always has it. While a register differs from what the guest should
 * read, its reads are intercepted.
 */
#include <asm/cpufeature.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "svm.h"

/* Bits that CR0 has; the others are ignored when written (APM 3.1.1). */
#define CR0_BITS	(X86_CR0_PE | X86_CR0_MP | X86_CR0_EM | X86_CR0_TS | X86_CR0_ET | \
			 X86_CR0_NE | X86_CR0_WP | X86_CR0_AM | X86_CR0_NW | X86_CR0_CD | \
			 X86_CR0_PG)
/* What LMSW writes and CLTS and SMSW can show. */
#define CR0_LMSW	(X86_CR0_PE | X86_CR0_MP | X86_CR0_EM | X86_CR0_TS)
#define CR0_CACHE	(X86_CR0_CD | X86_CR0_NW)

/* A change of these means translations may be stale (APM 5.5.2). */
#define CR0_FLUSH	(X86_CR0_PE | X86_CR0_WP | X86_CR0_PG)
#define CR4_FLUSH	(X86_CR4_PSE | X86_CR4_PAE | X86_CR4_PGE | X86_CR4_PCIDE | \
			 X86_CR4_SMEP | X86_CR4_SMAP | X86_CR4_PKE | X86_CR4_LA57)

/**
 * svm_cr0() - CR0 as the guest reads it
 * @s: the vCPU, not running
 */
u64 svm_cr0(const struct svm_vcpu *s)
{
	return s->vmcb->save.cr0 | s->cr0_hidden;
}

/**
 * svm_cr4() - CR4 as the guest reads it
 * @s: the vCPU, not running
 */
u64 svm_cr4(const struct svm_vcpu *s)
{
	return s->vmcb->save.cr4 & ~s->cr4_forced;
}

/**
 * svm_long_mode() - is the guest's EFER.LMA set?
 * @s: the vCPU, not running
 */
bool svm_long_mode(const struct svm_vcpu *s)
{
	return s->vmcb->save.efer & EFER_LMA;
}

/**
 * svm_load_efer() - give the guest its EFER; LMA follows from LME and CR0.PG
 * @s: the vCPU, not running
 * @efer: as the guest reads it
 *
 * The hardware wants SVME set (APM 15.5.1); the guest never sees it.
 */
void svm_load_efer(struct svm_vcpu *s, u64 efer)
{
	struct svm_vmcb_save *save = &s->vmcb->save;

	efer = (efer & ~(u64)EFER_LMA) | EFER_SVME;
	if ((efer & EFER_LME) && (save->cr0 & X86_CR0_PG))
		efer |= EFER_LMA;
	if ((efer ^ save->efer) & EFER_NX)
		s->flush_guest = true;
	save->efer = efer;
	s->untested = true;
	svm_dirty(s, VMCB_CLEAN_CR);
}

/**
 * svm_load_cr0() - give the guest its CR0
 * @s: the vCPU, not running
 * @cr0: as the guest reads it
 *
 * NW without CD is not hidden: the hardware refuses it and svm_check() says so.
 */
void svm_load_cr0(struct svm_vcpu *s, u64 cr0)
{
	struct svm_vmcb_save *save = &s->vmcb->save;

	cr0 |= X86_CR0_ET;
	s->cr0_hidden = (cr0 & X86_CR0_CD) ? cr0 & CR0_CACHE : 0;
	cr0 &= ~s->cr0_hidden;
	svm_intercepts_stale(s);
	if ((cr0 ^ save->cr0) & CR0_FLUSH)
		s->flush_guest = true;
	save->cr0 = cr0;
	svm_load_efer(s, save->efer);
}

/**
 * svm_load_cr4() - give the guest its CR4
 * @s: the vCPU, not running
 * @cr4: as the guest reads it
 */
void svm_load_cr4(struct svm_vcpu *s, u64 cr4)
{
	struct svm_vmcb_save *save = &s->vmcb->save;

	s->x.osxsave = (cr4 & X86_CR4_OSXSAVE) && x86_fpu_xcr0_supported();
	s->cr4_forced = 0;
	if (boot_cpu_has(X86_FEATURE_MCE))
		s->cr4_forced = X86_CR4_MCE & ~cr4;
	cr4 |= s->cr4_forced;
	svm_intercepts_stale(s);
	if ((cr4 ^ save->cr4) & CR4_FLUSH)
		s->flush_guest = true;
	save->cr4 = cr4;
	s->untested = true;
	svm_dirty(s, VMCB_CLEAN_CR);
}

/**
 * svm_load_cr8() - give the guest its CR8, which V_TPR stands for (APM 15.21.1)
 * @s: the vCPU, not running
 * @cr8: 0 to 15
 */
void svm_load_cr8(struct svm_vcpu *s, u64 cr8)
{
	struct svm_vmcb_control *ctl = &s->vmcb->control;

	ctl->vintr = (ctl->vintr & ~VMCB_V_TPR) | (cr8 & VMCB_V_TPR);
	svm_dirty(s, VMCB_CLEAN_VINTR);
}

/* MOV to CR0: APM 3.1.1, and 14.6 for what LME adds. */
static bool cr0_allowed(const struct svm_vcpu *s, u64 new)
{
	const struct svm_vmcb_save *save = &s->vmcb->save;

	if (upper_32_bits(new))
		return false;
	if ((new & X86_CR0_NW) && !(new & X86_CR0_CD))
		return false;
	if (!(new & X86_CR0_PG))
		return !((save->cr0 & X86_CR0_PG) &&
			 ((svm_long_mode(s) && (save->cs.attrib & VMCB_SEG_L)) ||
			  (save->cr4 & X86_CR4_PCIDE)));
	if (!(new & X86_CR0_PE))
		return false;
	if ((save->cr0 & X86_CR0_PG) || !(save->efer & EFER_LME))
		return true;
	return (save->cr4 & X86_CR4_PAE) && !(save->cs.attrib & VMCB_SEG_L);
}

/* MOV to CR4: APM 3.1.3, and what the guest's CPUID table lets it have. */
static bool cr4_allowed(struct svm_vcpu *s, u64 new)
{
	u64 old = svm_cr4(s);
	u64 on = new & ~old;

	if (new & ~x86_cr4_allowed(&s->x))
		return false;
	if ((on & X86_CR4_PCIDE) &&
	    (!svm_long_mode(s) || (s->vmcb->save.cr3 & 0xfff)))
		return false;
	if (!svm_long_mode(s))
		return true;
	return (new & X86_CR4_PAE) && !((new ^ old) & X86_CR4_LA57);
}

static bool write_cr(struct svm_vcpu *s, u64 value)
{
	switch (s->exit.reg.number) {
	case 0:
		if (!cr0_allowed(s, value))
			return false;
		svm_load_cr0(s, value & CR0_BITS);
		return true;
	case 4:
		if (!cr4_allowed(s, value))
			return false;
		svm_load_cr4(s, value);
		return true;
	default:
		if (value & ~(u64)VMCB_V_TPR)
			return false;
		svm_load_cr8(s, value);
		return true;
	}
}

/*
 * LMSW and SMSW with a memory operand, which never touch what is intercepted
 * for: let the guest do it by itself.
 */
static enum axvcpu_next open_cr0(struct svm_vcpu *s)
{
	s->cr0_open = true;
	svm_intercepts_stale(s);
	return AXVCPU_NEXT_RESUME;
}

/* What the instruction writes to the control register. */
static u64 cr_operand(struct svm_vcpu *s)
{
	const struct svm_insn *insn = &s->insn;
	u64 gpr = s->x.regs.gpr[insn->gpr];
	u64 cr0 = svm_cr0(s);

	switch (insn->op) {
	case SVM_OP_CLTS:
		return cr0 & ~(u64)X86_CR0_TS;
	case SVM_OP_LMSW:
		/* It cannot clear PE (APM vol. 3, LMSW). */
		return (cr0 & ~(u64)(CR0_LMSW & ~X86_CR0_PE)) | (gpr & CR0_LMSW);
	default:
		return insn->width == 8 ? gpr : (u32)gpr;
	}
}

/**
 * svm_handle_cr() - an access to CR0, CR4 or CR8; the operand is known
 * @s: the vCPU
 *
 * Return: what to do next.
 */
enum axvcpu_next svm_handle_cr(struct svm_vcpu *s)
{
	const struct svm_insn *insn = &s->insn;
	const struct svm_exit *exit = &s->exit;
	u64 *gpr = &s->x.regs.gpr[insn->gpr];

	axvcpu_count_handled(s->x.vcpu, AXVCPU_STAT_HANDLED_CONTROL);
	if (insn->memory)
		return open_cr0(s);
	if (exit->reg.write) {
		if (!write_cr(s, cr_operand(s)))
			return x86_fault(&s->x, X86_TRAP_GP, true, 0);
	} else {
		x86_write_gpr(gpr, exit->reg.number ? svm_cr4(s) : svm_cr0(s), insn->width);
	}
	return x86_complete_insn(&s->x, exit->next_rip);
}

/* MOV from DRn; DR0 to DR3 are not in the hardware now. */
static u64 read_dr(struct svm_vcpu *s, unsigned int number)
{
	switch (number) {
	case 6:
		return s->vmcb->save.dr6;
	case 7:
		return s->vmcb->save.dr7;
	default:
		return s->x.dr[number];
	}
}

/* MOV to DRn: APM 13.1.1. */
static bool write_dr(struct svm_vcpu *s, unsigned int number, u64 value)
{
	struct svm_vmcb_save *save = &s->vmcb->save;

	if (number >= 6 && upper_32_bits(value))
		return false;
	if (number == 6)
		save->dr6 = (value & VMCB_DR6_CAUSES) | VMCB_DR6_ONES;
	else if (number == 7)
		save->dr7 = (value & VMCB_DR7_BITS) | VMCB_DR7_ONES;
	else
		s->x.dr[number] = value;
	svm_dirty(s, VMCB_CLEAN_DR);
	return true;
}

/**
 * svm_handle_dr() - an access to a debug register while SET_DEBUG has them
 * @s: the vCPU, not entered; the operand is known
 *
 * Return: what to do next.
 */
enum axvcpu_next svm_handle_dr(struct svm_vcpu *s)
{
	const struct svm_insn *insn = &s->insn;
	unsigned int number = s->exit.reg.number;
	u64 *gpr = &s->x.regs.gpr[insn->gpr];

	axvcpu_count_handled(s->x.vcpu, AXVCPU_STAT_HANDLED_CONTROL);
	/* DR4 and DR5 are DR6 and DR7, or nothing (APM 13.1.1.5). */
	if (number == 4 || number == 5) {
		if (s->vmcb->save.cr4 & X86_CR4_DE)
			return x86_fault(&s->x, X86_TRAP_UD, false, 0);
		number += 2;
	}
	if (number > 7)
		return x86_fault(&s->x, X86_TRAP_UD, false, 0);
	if (!s->exit.reg.write)
		x86_write_gpr(gpr, read_dr(s, number), insn->width);
	else if (!write_dr(s, number, insn->width == 8 ? *gpr : (u32)*gpr))
		return x86_fault(&s->x, X86_TRAP_GP, true, 0);
	return x86_complete_insn(&s->x, s->exit.next_rip);
}
