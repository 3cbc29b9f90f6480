// SPDX-License-Identifier: GPL-2.0-only
/*
 * Running an SVM guest: intercepts, the switch itself.
 *
 * What the guest shares with its VMM and what the hardware must do about it is
 * computed here before each entry from the vCPU's state, in one place, and
 * written only where it changed, so that the VMCB clean bits stay set.
 */
#include <linux/errno.h>
#include <linux/mmdebug.h>
#include <linux/smp.h>
#include <asm/asm.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "../common.h"
#include "../debug.h"
#include "../entry.h"
#include "../handle.h"
#include "../mitigation.h"
#include "../switch.h"
#include "control.h"
#include "entry.h"
#include "event.h"
#include "run.h"
#include "svm.h"
#include "tlb.h"

static_assert(GPR_RCX == AXVCPU_X86_RCX * 8 && GPR_RDX == AXVCPU_X86_RDX * 8);
static_assert(GPR_RBX == AXVCPU_X86_RBX * 8 && GPR_RBP == AXVCPU_X86_RBP * 8);
static_assert(GPR_RSI == AXVCPU_X86_RSI * 8 && GPR_RDI == AXVCPU_X86_RDI * 8);
static_assert(GPR_R8 == AXVCPU_X86_R8 * 8 && GPR_R15 == AXVCPU_X86_R15 * 8);

/*
 * Hazardous if left alone: a guest can make #DB and #AC recur for ever inside
 * the processor (CVE-2015-5307, CVE-2015-8104). Machine checks are the host's.
 */
#define ALWAYS_EXCEPTIONS	(BIT(X86_TRAP_DB) | BIT(X86_TRAP_AC) | BIT(X86_TRAP_MC))

/*
 * The host's events, and instructions that reach beyond the guest. And INT1, since its #DB,
 * intercepted as an exception, does not say that it is INT1's (APM 15.12.2).
 */
#define ALWAYS_MISC1	(VMCB_INTR | VMCB_NMI | VMCB_SMI | VMCB_INIT | VMCB_RDPMC | \
			 VMCB_CPUID | VMCB_RSM | VMCB_INVD | VMCB_HLT | VMCB_INVLPGA | \
			 VMCB_IOIO | VMCB_MSR | VMCB_SHUTDOWN)
#define ALWAYS_MISC2	(VMCB_VMRUN | VMCB_VMMCALL | VMCB_VMLOAD | VMCB_VMSAVE | \
			 VMCB_STGI | VMCB_CLGI | VMCB_SKINIT | VMCB_ICEBP | \
			 VMCB_WBINVD | VMCB_MONITOR | VMCB_MWAIT | VMCB_XSETBV | VMCB_RDPRU)
#define ALWAYS_MISC3	(VMCB_INVLPGB | VMCB_INVLPGB_ILLEGAL | VMCB_MCOMMIT | VMCB_TLBSYNC)

#define CR_BIT(n)	BIT(n)
#define DR_ALL		GENMASK(15, 0)

/**
 * svm_load() - ops->load: this CPU is the vCPU's now
 * @vcpu: claimed by the caller
 *
 * What another CPU cached of the VMCB and under its ASID is of no use here, and
 * what this one may have from an earlier stay is stale (APM 15.15.1, 15.16).
 *
 * Context: interrupts off.
 * Return: 0.
 */
int svm_load(struct axvcpu_vcpu *vcpu)
{
	struct svm_vcpu *s = to_svm(vcpu);
	int cpu = smp_processor_id();

	if (s->cpu != cpu) {
		s->cpu = cpu;
		s->asid_generation = 0;
	}
	x86_load(&s->x);
	return 0;
}

/*
 * FS, GS, TR, LDTR and the system call MSRs of the host. User processes change
 * them, so they are taken anew each time. Once that is done no other thread changes
 * them, but for LDTR: see svm_run(). If SVM was switched off behind our back,
 * svm_world_switch() will find out.
 */
static void save_host(u64 pa)
{
	asm volatile("1: vmsave %%rax\n2:\n" _ASM_EXTABLE(1b, 2b)
		     : : "a" (pa) : "memory");
}

/**
 * svm_enter() - ops->enter: the part of the guest's state that stays between runs
 * @vcpu: loaded here
 *
 * Context: preemption off, interrupts on.
 */
void svm_enter(struct axvcpu_vcpu *vcpu)
{
	struct svm_vcpu *s = to_svm(vcpu);
	struct svm_cpu *pc = this_cpu_ptr(&svm_cpu);

	/* DR0 to DR3 are worth switching while DR7 enables any of them. */
	if (unlikely(s->x.guest_dr_live != !!(s->vmcb->save.dr7 & X86_DR7_ENABLES))) {
		s->x.guest_dr_live = !s->x.guest_dr_live;
		svm_intercepts_stale(s);
	}
	x86_mitigation_switch(&pc->last_vm, vcpu->vm->id);
	x86_enter(&s->x);
	save_host(pc->host_pa);
}

/**
 * svm_leave() - ops->leave: reverses svm_enter()
 * @vcpu: entered
 */
void svm_leave(struct axvcpu_vcpu *vcpu)
{
	x86_leave(to_x86(vcpu));
	x86_mitigation_leave();
}

static u32 exceptions(struct svm_vcpu *s)
{
	const struct axvcpu_debug *debug = &s->x.vcpu->debug;
	u32 mask = ALWAYS_EXCEPTIONS | (u32)debug->exceptions;

	if (debug->flags & AXVCPU_DEBUG_SW_BREAK)
		mask |= BIT(X86_TRAP_BP);
	return mask;
}

/* What of the vCPU's state decides what exits, besides the exceptions. */
enum intercept_state {
	ANY		= BIT(0),	/* so that 0 stands for none chosen yet */
	DR_CLOSED	= BIT(1),
	CR0_OPEN	= BIT(2),
	CR0_DIFFERS	= BIT(3),
	CR4_FORCED	= BIT(4),
	IRQ_WINDOW	= BIT(5),
	IRQ_WAITS	= BIT(6),
	IRET_AWAITED	= BIT(7),
	HAS_TSC_AUX	= BIT(8),
	SPEC_OPEN	= BIT(9),
};

static u32 intercept_state(struct svm_vcpu *s)
{
	u32 state = ANY;

	if (!s->x.guest_dr_live || x86_debugged(&s->x))
		state |= DR_CLOSED;
	if (s->cr0_open)
		state |= CR0_OPEN;
	if (s->cr0_hidden | s->cr0_forced)
		state |= CR0_DIFFERS;
	if (s->cr4_forced)
		state |= CR4_FORCED;
	if (s->vmcb->control.vintr & VMCB_V_IRQ)
		state |= IRQ_WINDOW;
	if (s->irq_waits)
		state |= IRQ_WAITS;
	if (s->x.nmi == X86_NMI_BLOCKED)
		state |= IRET_AWAITED;
	if (s->x.has_tsc_aux)
		state |= HAS_TSC_AUX;
	if (s->x.spec_open)
		state |= SPEC_OPEN;
	return state;
}

static void set_intercepts(struct svm_vmcb_control *ctl, u32 state)
{
	u16 dr = state & DR_CLOSED ? DR_ALL : 0;
	u32 misc1 = ALWAYS_MISC1, misc2 = ALWAYS_MISC2;
	u16 cr_read = 0, cr_write = CR_BIT(4);

	if (!(state & CR0_OPEN)) {
		misc1 |= VMCB_CR0_SEL_WRITE;
		if (state & CR0_DIFFERS) {
			cr_read |= CR_BIT(0);
			cr_write |= CR_BIT(0);
		}
	}
	if (state & CR4_FORCED)
		cr_read |= CR_BIT(4);
	if (state & IRQ_WINDOW)
		misc1 |= VMCB_VINTR;
	if (state & IRQ_WAITS)
		cr_write |= CR_BIT(8);
	if (state & IRET_AWAITED)
		misc1 |= VMCB_IRET;
	if (!(state & HAS_TSC_AUX))
		misc2 |= VMCB_RDTSCP;

	ctl->cr_read = cr_read;
	ctl->cr_write = cr_write;
	ctl->dr_read = dr;
	ctl->dr_write = dr;
	ctl->misc1 = misc1;
	ctl->misc2 = misc2;
	ctl->misc3 = ALWAYS_MISC3;
	ctl->msrpm_base_pa = svm_msrpm_pa[!!(state & SPEC_OPEN)];
}

/*
 * What exits follows from the vCPU's state, and from nothing else. Who changes that
 * calls svm_intercepts_stale(); a kernel with CONFIG_DEBUG_VM finds out who does not.
 */
static void choose_intercepts(struct svm_vcpu *s)
{
	struct svm_vmcb_control *ctl = &s->vmcb->control;

	if (likely(s->intercept_state)) {
		VM_WARN_ON_ONCE(s->intercept_state != intercept_state(s) ||
				ctl->exceptions != exceptions(s));
		return;
	}
	s->intercept_state = intercept_state(s);
	set_intercepts(ctl, s->intercept_state);
	ctl->exceptions = exceptions(s);
	svm_dirty(s, VMCB_CLEAN_INTERCEPTS | VMCB_CLEAN_PERMISSIONS);
	s->entry_flags = x86_entry_flags(&s->x, svm_has(AXVCPU_FEATURE_SPEC_CTRL));
}

static void regs_in(struct svm_vcpu *s)
{
	struct svm_vmcb_control *ctl = &s->vmcb->control;
	struct svm_vmcb_save *save = &s->vmcb->save;
	u64 offset = x86_tsc_offset(&s->x);

	save->rax = s->x.regs.gpr[AXVCPU_X86_RAX];
	save->rsp = s->x.regs.gpr[AXVCPU_X86_RSP];
	save->rip = s->x.regs.rip;
	save->rflags = s->x.regs.rflags;
	ctl->int_state = s->x.irq_shadow ? VMCB_SHADOW : 0;
	if (ctl->tsc_offset != offset) {
		ctl->tsc_offset = offset;
		svm_dirty(s, VMCB_CLEAN_INTERCEPTS);
	}
}

static void regs_out(struct svm_vcpu *s)
{
	const struct svm_vmcb_save *save = &s->vmcb->save;

	s->x.regs.gpr[AXVCPU_X86_RAX] = save->rax;
	s->x.regs.gpr[AXVCPU_X86_RSP] = save->rsp;
	s->x.regs.rip = save->rip;
	s->x.regs.rflags = save->rflags;
	s->x.irq_shadow = s->vmcb->control.int_state & VMCB_SHADOW;
}

/* Steps and breakpoints that are not the guest's: into the hardware. */
static noinline void debug_begin(struct svm_vcpu *s)
{
	struct svm_vmcb_save *save = &s->vmcb->save;
	bool step = s->stepping || (s->x.vcpu->debug.flags & AXVCPU_DEBUG_STEP);

	s->tf_added = step && !(save->rflags & X86_EFLAGS_TF);
	if (step)
		save->rflags |= X86_EFLAGS_TF;
	s->dr_ours = true;
	s->dr6 = save->dr6;
	s->dr7 = save->dr7;
	save->dr6 = X86_DR6_ONES;
	save->dr7 = x86_debug_dr7(&s->x, save->dr7);
	svm_dirty(s, VMCB_CLEAN_DR);
}

static void debug_in(struct svm_vcpu *s)
{
	s->tf_added = false;
	s->dr_ours = false;
	if (unlikely(s->stepping || x86_debugged(&s->x)))
		debug_begin(s);
}

static noinline void debug_end(struct svm_vcpu *s, bool trapped)
{
	struct svm_vmcb_save *save = &s->vmcb->save;

	/* The flags behind a stepped IRET are those that it has popped. */
	if (s->tf_added && !(trapped && s->stepping && s->x.nmi == X86_NMI_IRET))
		s->x.regs.rflags &= ~(u64)X86_EFLAGS_TF;
	if (trapped)
		s->db_bits = x86_debug_causes(save->dr6, save->dr7) & X86_DR6_CAUSES;
	if (!s->dr_ours)
		return;
	save->dr6 = s->dr6;
	if (x86_debugged(&s->x))
		save->dr7 = s->dr7;
	svm_dirty(s, VMCB_CLEAN_DR);
}

static void debug_out(struct svm_vcpu *s)
{
	bool trapped = s->vmcb->control.exit_code == VMEXIT_EXCP0 + X86_TRAP_DB;

	if (unlikely(s->dr_ours || trapped))
		debug_end(s, trapped);
}

static bool refused(const struct svm_vcpu *s)
{
	return (u32)s->vmcb->control.exit_code == VMEXIT_INVALID;
}

/* Nothing was run: the registers are what they were, and the event waits again. */
static void undo_entry(struct svm_vcpu *s)
{
	svm_asid_undo(s, this_cpu_ptr(&svm_cpu));
	if (s->untested)
		memcpy(&s->vmcb->save, s->backup, SVM_SAVE_USED);
	s->vmcb->save.rip = s->x.regs.rip;
	s->vmcb->control.clean = 0;
	s->soft_len = 0;
	debug_out(s);
	svm_event_settle(s, s->injected);
}

static void take_exit(struct svm_vcpu *s)
{
	struct svm_vmcb_control *ctl = &s->vmcb->control;

	if (unlikely(refused(s))) {
		undo_entry(s);
		return;
	}
	s->untested = false;
	s->x.gpr = s->x.regs.gpr;
	regs_out(s);
	debug_out(s);
	if (unlikely(s->cr0_open))
		svm_close_cr0(s);
	svm_event_settle(s, ctl->exit_int_info);
}

/**
 * svm_run() - ops->run: one entry and one exit
 * @vcpu: loaded and entered here
 *
 * Context: interrupts off.
 * Return: 0, or -EIO after axvcpu_vcpu_fail().
 */
int svm_run(struct axvcpu_vcpu *vcpu)
{
	struct svm_vcpu *s = to_svm(vcpu);
	struct svm_cpu *pc = this_cpu_ptr(&svm_cpu);
	struct svm_vmcb_control *ctl = &s->vmcb->control;
	int ret;

	regs_in(s);
	svm_asid_choose(s, pc);
	svm_event_inject(s);
	debug_in(s);
	choose_intercepts(s);
	if (unlikely(s->untested))
		memcpy(s->backup, &s->vmcb->save, SVM_SAVE_USED);

	/*
	 * VMLOAD would bring back the base and limit of an LDT that modify_ldt() has
	 * replaced meanwhile, and freed.
	 */
	if (unlikely(x86_read_ldtr()))
		save_host(pc->host_pa);
	x86_switch_to_guest(&s->x, false);
	ret = svm_world_switch(s->x.regs.gpr, s->vmcb_pa, pc->host_pa, s->entry_flags,
			       s->x.gpr);
	x86_switch_to_host(&s->x, false);
	if (unlikely(ret)) {
		undo_entry(s);
		axvcpu_vcpu_fail(vcpu, -EIO, x86_host_rdmsr(MSR_EFER), 0, "run",
				 "SVM was switched off on this CPU (EFER.SVME is clear) while a VM exists");
		return -EIO;
	}
	ctl->clean = svm_clean_all;
	take_exit(s);

	/* Intercepted before anybody has handled it (APM 15.12.15). */
	if (unlikely(ctl->exit_code == VMEXIT_MC))
		x86_machine_check();
	return 0;
}
