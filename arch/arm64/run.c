// SPDX-License-Identifier: GPL-2.0-only
/*
 * Running a guest: VMIDs and TLB flushes, what EL2 traps, the switch itself.
 *
 * What the host does not use of the hardware stays the guest's between runs: the vCPU is
 * resident. It is brought home to its context when another one comes, when somebody wants
 * to see or change it, and before the CPU sleeps. How much that is depends on where the
 * host kernel runs.
 */
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <asm/barrier.h>
#include <asm/cpufeature.h>
#include <asm/cputype.h>
#include <asm/daifflags.h>
#include <asm/neon.h>
#include <asm/sysreg.h>

#include "arm64.h"
#include "cache.h"
#include "decode.h"
#include "errata.h"
#include "event.h"
#include "gic.h"
#include "idreg.h"
#include "mitigation.h"
#include "run.h"
#include "stage2.h"
#include "timer.h"
#include "tlb.h"
#include "vmid.h"

/* HCR_EL2: D17.2.48 */
#define HCR_VM_BIT	BIT_ULL(0)	/* stage 2 */
#define HCR_SWIO_BIT	BIT_ULL(1)	/* invalidate by set/way cleans, too */
#define HCR_FMO_BIT	BIT_ULL(3)	/* FIQ, IRQ, SError come to EL2 */
#define HCR_IMO_BIT	BIT_ULL(4)
#define HCR_AMO_BIT	BIT_ULL(5)
#define HCR_FB_BIT	BIT_ULL(9)	/* local TLB maintenance is broadcast */
#define HCR_BSU_INNER	BIT_ULL(10)	/* barriers reach all CPUs */
#define HCR_TWI_BIT	BIT_ULL(13)
#define HCR_TWE_BIT	BIT_ULL(14)
#define HCR_TID2_BIT	BIT_ULL(17)	/* what caches are like */
#define HCR_TID3_BIT	BIT_ULL(18)	/* ID registers */
#define HCR_TSC_BIT	BIT_ULL(19)	/* SMC */
#define HCR_TIDCP_BIT	BIT_ULL(20)	/* IMPLEMENTATION DEFINED registers */
#define HCR_TACR_BIT	BIT_ULL(21)
#define HCR_TSW_BIT	BIT_ULL(22)	/* cache maintenance by set/way */
#define HCR_RW_BIT	BIT_ULL(31)	/* EL1 is AArch64 */
#define HCR_E2H_BIT	BIT_ULL(34)
#define HCR_TLOR_BIT	BIT_ULL(35)
#define HCR_TERR_BIT	BIT_ULL(36)
#define HCR_TEA_BIT	BIT_ULL(37)	/* external aborts come to EL2 */
#define HCR_FWB_BIT	BIT_ULL(46)
#define HCR_TID5_BIT	BIT_ULL(58)	/* GMID_EL1 */

#define HCR_ALWAYS	(HCR_VM_BIT | HCR_SWIO_BIT | HCR_FMO_BIT | HCR_IMO_BIT | \
			 HCR_AMO_BIT | HCR_FB_BIT | HCR_BSU_INNER | HCR_TWI_BIT | \
			 HCR_TWE_BIT | HCR_TID3_BIT | HCR_TSC_BIT | HCR_TIDCP_BIT | \
			 HCR_TACR_BIT | HCR_TSW_BIT | HCR_RW_BIT | HCR_TLOR_BIT | \
			 HCR_TERR_BIT | HCR_TEA_BIT | HCR_TID5_BIT)

/* MDCR_EL2.TDE: breakpoints and steps come to EL2 */
#define MDCR_TDE_BIT	BIT_ULL(8)
/* MDSCR_EL1.SS, SPSR_EL2.SS */
#define MDSCR_SS_BIT	BIT_ULL(0)
#define SPSR_SS_BIT	BIT_ULL(21)

#define VTTBR_VMID_AT	48
#define VMID_MASK		0xffffULL

#define PSTATE_AARCH32		BIT(4)

/* Fields of ID registers */
#define MMFR1_HCX		40
#define MMFR0_FGT		56
#define MMFR0_FGT2		2	/* value, from which on there are the second ones */
#define PFR0_RAS		28
#define PFR0_MPAM		40
#define PFR0_DIT		48
#define PFR1_MTE		8
#define PFR1_MTE_TAGS		2	/* value, from which on there is PSTATE.TCO */
#define PFR1_MPAM_FRAC		16
#define PFR1_SME		24

/* ISR_EL1.A */
#define ISR_SERROR		BIT(ISR_SERROR_AT)

/**
 * arm64_hcr() - HCR_EL2 of a guest for which nothing special is the case
 */
u64 arm64_hcr(void)
{
	u64 hcr = HCR_ALWAYS;

	if (el2_mode == &el2_vhe)
		hcr |= HCR_E2H_BIT;
	if (arm64_stage2_fwb())
		hcr |= HCR_FWB_BIT;
	return hcr;
}

/* Whose registers this CPU has; touched on it, interrupts off. */
static DEFINE_PER_CPU(struct arm64_vcpu *, resident);

static unsigned int id_field(u64 id_reg, unsigned int at)
{
	return id_reg >> at & 0xf;
}

/*
 * Registers of EL2 by what this CPU says: nothing hides them there. Those that the kernel can
 * be told to leave alone (arm64.nosme, arm64.nompam), or which firmware may keep, by what the
 * kernel says.
 */
static u64 optional_of_cpu(void)
{
	u64 mmfr0 = read_sysreg(id_aa64mmfr0_el1);
	u64 mmfr1 = read_sysreg(id_aa64mmfr1_el1);
	u64 pfr0 = read_sysreg(id_aa64pfr0_el1);
	u64 pfr1 = read_sysreg(id_aa64pfr1_el1);
	u64 optional = arm64_errata(read_cpuid_id()) | arm64_mitigation_here();

	if (id_field(mmfr1, MMFR1_HCX))
		optional |= BIT(OPTIONAL_HCX);
	if (id_field(mmfr0, MMFR0_FGT))
		optional |= BIT(OPTIONAL_FGT);
	if (id_field(mmfr0, MMFR0_FGT) >= MMFR0_FGT2)
		optional |= BIT(OPTIONAL_FGT2);
	if (id_field(read_sanitised_ftr_reg(SYS_ID_AA64PFR0_EL1), PFR0_MPAM) ||
	    id_field(read_sanitised_ftr_reg(SYS_ID_AA64PFR1_EL1), PFR1_MPAM_FRAC))
		optional |= BIT(OPTIONAL_MPAM);
	if (id_field(pfr0, PFR0_RAS))
		optional |= BIT(OPTIONAL_RAS);
	if (id_field(pfr0, PFR0_DIT))
		optional |= BIT(OPTIONAL_DIT);
	if (id_field(pfr1, PFR1_MTE) >= PFR1_MTE_TAGS)
		optional |= BIT(OPTIONAL_TCO);
	if (optional & OPTIONAL_RARE_MASK)
		optional |= BIT(OPTIONAL_RARE);
	if (optional & OPTIONAL_EXIT_MASK)
		optional |= BIT(OPTIONAL_EXIT);
	return optional;
}

/**
 * arm64_load() - ops->load: this CPU is the vCPU's now
 * @vcpu: claimed by the caller
 *
 * Return: 0.
 */
int arm64_load(struct axvcpu_vcpu *vcpu)
{
	struct arm64_vcpu *a = to_arm64(vcpu);

	a->ctx.optional = optional_of_cpu();
	a->has = id_field(read_sanitised_ftr_reg(SYS_ID_AA64PFR1_EL1), PFR1_SME) ?
		 ARM64_HAS_SME : 0;
	arm64_set_hcr(a, HCR_TID2_BIT, arm64_ctr_differs(&arm64_caches, read_cpuid_cachetype()));
	arm64_tlb_moved(vcpu);
	return 0;
}

/**
 * arm64_unload() - ops->unload: this CPU has nothing of the vCPU any more
 * @vcpu: loaded here
 *
 * Context: interrupts off.
 */
void arm64_unload(struct axvcpu_vcpu *vcpu)
{
	struct arm64_vcpu *a = to_arm64(vcpu);

	if (!a->resident)
		return;
	el2_mode->save(a);
	a->resident = false;
	__this_cpu_write(resident, NULL);
}

/**
 * arm64_evict() - nor of any other
 *
 * Context: interrupts off.
 */
void arm64_evict(void)
{
	struct arm64_vcpu *a = __this_cpu_read(resident);

	if (a)
		arm64_unload(a->vcpu);
}

static noinline void make_resident(struct arm64_vcpu *a)
{
	arm64_evict();
	el2_mode->load(a);
	a->resident = true;
	__this_cpu_write(resident, a);
}

/**
 * arm64_bring_home() - have all registers in the context, to look at and to change
 * @a: the vCPU, claimed by the caller
 *
 * Context: any where @a is loaded on this CPU; else interrupts on.
 */
void arm64_bring_home(struct arm64_vcpu *a)
{
	unsigned long flags;
	bool here;

	local_irq_save(flags);
	here = READ_ONCE(a->vcpu->loaded) == smp_processor_id();
	if (here)
		arm64_unload(a->vcpu);
	local_irq_restore(flags);
	if (!here)
		axvcpu_percpu_unload(a->vcpu);
}

/*
 * The registers of EL0 that the kernel does not use by itself, while entered. TPIDR2_EL0
 * came with SME but no trap for it: the guest, which has no SME, must neither see nor
 * change the VMM's.
 */
static void el0_in(struct arm64_vcpu *a)
{
	struct arm64_el0 *host = &a->host;

	host->tpidr = read_sysreg(tpidr_el0);
	host->tpidrro = read_sysreg(tpidrro_el0);
	write_sysreg(a->ctx.guest.tpidr_el0, tpidr_el0);
	write_sysreg(a->ctx.guest.tpidrro_el0, tpidrro_el0);
	if (!(a->has & ARM64_HAS_SME))
		return;
	host->tpidr2 = read_sysreg_s(SYS_TPIDR2_EL0);
	write_sysreg_s(0, SYS_TPIDR2_EL0);
}

static void el0_out(struct arm64_vcpu *a)
{
	const struct arm64_el0 *host = &a->host;

	a->ctx.guest.tpidr_el0 = read_sysreg(tpidr_el0);
	a->ctx.guest.tpidrro_el0 = read_sysreg(tpidrro_el0);
	write_sysreg(host->tpidr, tpidr_el0);
	write_sysreg(host->tpidrro, tpidrro_el0);
	if (a->has & ARM64_HAS_SME)
		write_sysreg_s(host->tpidr2, SYS_TPIDR2_EL0);
}

/**
 * arm64_fp_open() - the guest's vector registers instead of the host's
 * @a: the vCPU, entered
 *
 * Context: preemption off, interrupts on.
 */
void arm64_fp_open(struct arm64_vcpu *a)
{
	kernel_neon_begin();
	el2_fpsimd_load(&a->fpsimd);
	a->ctx.config.cptr = el2_mode->cptr_fp;
	a->fp_open = true;
}

static void fp_close(struct arm64_vcpu *a)
{
	a->fp_open = false;
	a->ctx.config.cptr = el2_mode->cptr;
	el2_fpsimd_save(&a->fpsimd);
	kernel_neon_end();
}

/* What EL2 traps follows from the vCPU's state, and from nothing else. */
static void set_traps(struct arm64_vcpu *a)
{
	struct el2_config *config = &a->ctx.config;

	config->mdcr &= ~MDCR_TDE_BIT;
	if (a->vcpu->debug.flags)
		config->mdcr |= MDCR_TDE_BIT;
}

/**
 * arm64_enter() - ops->enter
 * @vcpu: loaded here
 *
 * The vector registers stay the host's until the guest wants its own.
 *
 * Context: preemption off, interrupts on.
 */
void arm64_enter(struct axvcpu_vcpu *vcpu)
{
	set_traps(to_arm64(vcpu));
	el0_in(to_arm64(vcpu));
}

/**
 * arm64_leave() - ops->leave: reverses arm64_enter()
 * @vcpu: entered
 */
void arm64_leave(struct axvcpu_vcpu *vcpu)
{
	struct arm64_vcpu *a = to_arm64(vcpu);

	el0_out(a);
	if (a->fp_open)
		fp_close(a);
}

static void choose_vmid(struct arm64_vcpu *a)
{
	struct arm64_vm *av = vm_arm64(a->vcpu->vm);
	struct el2_config *config = &a->ctx.config;
	u64 vttbr = config->vttbr & GENMASK_ULL(VTTBR_VMID_AT - 1, 0);

	config->vttbr = vttbr | (av->vmid & VMID_MASK) << VTTBR_VMID_AT;
	if (arm64_tlb_choose(a, this_cpu_ptr(av->last_vcpu)))
		arm64_forget_insn_here();
}

/* Single steps that are not the guest's own: D2.12. */
static void step_in(struct arm64_vcpu *a, const struct axvcpu_vcpu *vcpu)
{
	struct el2_regs *regs = &a->ctx.guest;

	if (!(vcpu->debug.flags & AXVCPU_DEBUG_STEP))
		return;
	regs->mdscr |= MDSCR_SS_BIT;
	regs->pstate |= SPSR_SS_BIT;
	a->step_pstate = regs->pstate;
}

/*
 * Pointer authentication traps before its instruction has changed anything: PSTATE is what it
 * was, whatever Cortex-A510 shows (erratum 2077057: SPSR_EL2 of such a step is not right).
 */
static void step_out(struct arm64_vcpu *a, const struct axvcpu_vcpu *vcpu)
{
	struct el2_regs *regs = &a->ctx.guest;

	if (!(vcpu->debug.flags & AXVCPU_DEBUG_STEP))
		return;
	if (a->ctx.exit == EXIT_SYNC && esr_class(a->ctx.esr) == EC_PAUTH)
		regs->pstate = a->step_pstate;
	regs->mdscr &= ~MDSCR_SS_BIT;
	regs->pstate &= ~SPSR_SS_BIT;
}

/* PSTATE.M: EL0t, EL1t, EL1h */
#define MODES_ALLOWED	(BIT(AXVCPU_ARM64_PSTATE_EL0T) | BIT(AXVCPU_ARM64_PSTATE_EL1T) | \
			 BIT(AXVCPU_ARM64_PSTATE_EL1H))

/*
 * A mode that an ERET from EL2 must not get: EL2 itself above all. The checks
 * are the hardware's for the rest (D1.4.4, illegal exception returns).
 */
static bool mode_refused(struct arm64_vcpu *a)
{
	u32 mode = a->ctx.guest.pstate & AXVCPU_ARM64_PSTATE_MODE;

	if (mode & PSTATE_AARCH32)
		return mode != PSTATE_AARCH32 || !arm64_allows_aarch32(a);
	return !(MODES_ALLOWED & BIT(mode));
}

/**
 * arm64_run() - ops->run: one entry and one exit
 * @vcpu: loaded and entered here
 *
 * Context: interrupts off.
 * Return: 0.
 */
int arm64_run(struct axvcpu_vcpu *vcpu)
{
	struct arm64_vcpu *a = to_arm64(vcpu);
	unsigned long daif;

	if (axvcpu_event_any(vcpu))
		arm64_events_in(a);
	a->called_off = ARM64_ENTERED;
	if (!arm64_vmid_current(vcpu->vm))
		a->called_off = ARM64_STALE;
	else if (mode_refused(a))
		a->called_off = ARM64_REFUSED;
	if (a->called_off)
		return 0;
	if (!a->resident)
		make_resident(a);
	choose_vmid(a);
	a->ctx.config.cntvoff = -axvcpu_counter_offset(vcpu->vm);
	if (axvcpu_event_any(vcpu) || arm64_gic_busy(a))
		arm64_gic_in(a);
	step_in(a, vcpu);

	/*
	 * The vectors are not the host's in between: nothing may come. Where the kernel masks
	 * by priority the GIC must have seen that DAIF does it now, or nothing ends the run.
	 */
	daif = local_daif_save();
	pmr_sync();
	if (likely(!(read_sysreg(isr_el1) & ISR_SERROR)))
		el2_mode->run(&a->ctx);
	else
		a->called_off = ARM64_SERROR;
	local_daif_restore(daif);

	step_out(a, vcpu);
	if (a->ctx.nr_lr)
		arm64_gic_out(a);
	return 0;
}
