// SPDX-License-Identifier: GPL-2.0-only
/*
 * Control registers of an SVM guest.
 *
 * The guest has its CR0 and CR4, but for four bits that would reach beyond it:
 * CR0.CD and NW switch off the caches of a physical core, so the hardware never
 * gets them; without CR0.NE an x87 error is no #MF, but stops the processor and
 * raises the machine's IRQ 13 (APM 8.2.16, 3.1.1), and without CR4.MCE a machine
 * check is a shutdown (APM 9.3), so the hardware always has these. VMX wants NE
 * set, too. While a register differs from what the guest should read, its reads
 * are intercepted.
 */
#include <asm/cpufeature.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>

#include "../fpu.h"
#include "control.h"
#include "svm.h"

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
	return (s->vmcb->save.cr0 | s->cr0_hidden) & ~s->cr0_forced;
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
	s->cr0_forced = X86_CR0_NE & ~cr0;
	cr0 = (cr0 & ~s->cr0_hidden) | s->cr0_forced;
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
 * svm_load_cr() - vendor->load_cr
 * @x: a vCPU in RUN
 * @cr0: valid
 * @cr4: valid
 * @may_sleep: ignored; the hardware reads page-directory pointers itself (APM 15.25.10)
 *
 * Return: 0.
 */
int svm_load_cr(struct x86_vcpu *x, u64 cr0, u64 cr4, bool may_sleep)
{
	struct svm_vcpu *s = container_of(x, struct svm_vcpu, x);

	svm_load_cr4(s, cr4);
	svm_load_cr0(s, cr0);
	return 0;
}

/**
 * svm_open_cr0() - vendor->open_cr0: LMSW or SMSW with a memory operand
 * @x: a vCPU in RUN
 *
 * They see and touch the lower 16 bits: the guest does it by itself, with these as it
 * knows them.
 *
 * Return: AXVCPU_NEXT_RESUME.
 */
enum axvcpu_next svm_open_cr0(struct x86_vcpu *x)
{
	struct svm_vcpu *s = container_of(x, struct svm_vcpu, x);

	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_CONTROL);
	s->cr0_open = true;
	s->vmcb->save.cr0 &= ~s->cr0_forced;
	svm_dirty(s, VMCB_CLEAN_CR);
	svm_intercepts_stale(s);
	return AXVCPU_NEXT_RESUME;
}

/**
 * svm_close_cr0() - after svm_open_cr0(): take out what the guest must not have
 * @s: the vCPU, not running
 */
void svm_close_cr0(struct svm_vcpu *s)
{
	s->cr0_open = false;
	svm_load_cr0(s, svm_cr0(s));
}

/**
 * svm_set_cr8() - vendor->set_cr8: V_TPR stands for it (APM 15.21.1)
 * @x: a vCPU, not running
 * @cr8: 0 to 15
 */
void svm_set_cr8(struct x86_vcpu *x, u64 cr8)
{
	struct svm_vcpu *s = container_of(x, struct svm_vcpu, x);
	struct svm_vmcb_control *ctl = &s->vmcb->control;

	ctl->vintr = (ctl->vintr & ~VMCB_V_TPR) | (cr8 & VMCB_V_TPR);
	svm_dirty(s, VMCB_CLEAN_VINTR);
}
