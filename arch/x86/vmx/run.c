// SPDX-License-Identifier: GPL-2.0-only
/*
 * Running a VMX guest: fields that changed, TLB flushes, the switch itself, and what an
 * exit left behind.
 *
 * Accesses to the VMCS are what this takes its time for. So a field is written when it is
 * not what the VMCS has, and controls are looked at when something that they follow from
 * has changed; of an exit that is read which its reason has.
 */
#include <linux/errno.h>
#include <linux/mmdebug.h>
#include <linux/percpu.h>
#include <asm/debugreg.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>
#include <asm/special_insns.h>
#include <asm/trapnr.h>

#include "../common.h"
#include "../debug.h"
#include "../entry.h"
#include "../handle.h"
#include "../mitigation.h"
#include "../switch.h"
#include "check.h"
#include "control.h"
#include "decode.h"
#include "event.h"
#include "l1d.h"
#include "pagetable.h"
#include "run.h"
#include "switch.h"
#include "timer.h"
#include "vmcs.h"
#include "vmx.h"

/*
 * Hazardous if left alone: a guest can make #DB and #AC recur for ever inside
 * the processor (CVE-2015-5307, CVE-2015-8104). Machine checks are the host's.
 */
#define ALWAYS_EXCEPTIONS	(BIT(X86_TRAP_DB) | BIT(X86_TRAP_AC) | BIT(X86_TRAP_MC))

#define SHADOW			(GUEST_INTR_STATE_STI | GUEST_INTR_STATE_MOV_SS)

static u32 exceptions(struct vmx_vcpu *v)
{
	const struct axvcpu_debug *debug = &v->x.vcpu->debug;
	u32 mask = ALWAYS_EXCEPTIONS | (u32)debug->exceptions;

	if (debug->flags & AXVCPU_DEBUG_SW_BREAK)
		mask |= BIT(X86_TRAP_BP);
	return mask;
}

static bool dr_closed(struct vmx_vcpu *v)
{
	return !v->x.guest_dr_live || x86_debugged(&v->x);
}

/* What exits follows from the vCPU's state, and from nothing else. */
static void set_controls(struct vmx_vcpu *v)
{
	struct vmx_control *ctl = &v->ctl;
	u32 optional = SECONDARY_EXEC_ENABLE_RDTSCP | SECONDARY_EXEC_ENABLE_INVPCID |
		       SECONDARY_EXEC_ENABLE_VPID;

	ctl->exceptions = exceptions(v);
	ctl->msr_bitmap = vmx_msr_bitmap_pa[v->x.spec_open];
	ctl->cpu &= ~CPU_BASED_MOV_DR_EXITING;
	if (dr_closed(v))
		ctl->cpu |= CPU_BASED_MOV_DR_EXITING;
	/* Instructions that the guest's CPUID has not raise #UD (SDM 26.3). */
	ctl->cpu2 = vmx_caps.ctl.cpu2;
	if (v->x.has_tsc_aux)
		optional &= ~SECONDARY_EXEC_ENABLE_RDTSCP;
	if (v->x.cr4_allowed & X86_CR4_PCIDE)
		optional &= ~SECONDARY_EXEC_ENABLE_INVPCID;
	if (ctl->vpid)
		optional &= ~SECONDARY_EXEC_ENABLE_VPID;
	ctl->cpu2 &= ~optional;
}

static void write_controls(struct vmx_vcpu *v)
{
	const struct vmx_control *ctl = &v->ctl;
	struct vmx_control *hw = &v->ctl_hw;

	vmcs_put(PIN_BASED_VM_EXEC_CONTROL, ctl->pin, hw->pin);
	vmcs_put(CPU_BASED_VM_EXEC_CONTROL, ctl->cpu, hw->cpu);
	vmcs_put(SECONDARY_VM_EXEC_CONTROL, ctl->cpu2, hw->cpu2);
	vmcs_put(EXCEPTION_BITMAP, ctl->exceptions, hw->exceptions);
	vmcs_put(EPT_POINTER, ctl->eptp, hw->eptp);
	vmcs_put(MSR_BITMAP, ctl->msr_bitmap, hw->msr_bitmap);
	vmcs_put(CR0_GUEST_HOST_MASK, ctl->cr0_mask, hw->cr0_mask);
	vmcs_put(CR4_GUEST_HOST_MASK, ctl->cr4_mask, hw->cr4_mask);
	/* An event that an entry did not take is still there. */
	vmcs_put(VM_ENTRY_INTR_INFO_FIELD, ctl->event, hw->event);
}

/* Something that the controls follow from has changed: see @stale. */
static noinline void refresh(struct vmx_vcpu *v)
{
	v->stale = false;
	if (v->ctl.cr4_mask != vmx_cr4_mask(v)) {
		vmx_guest_touch(v, VMX_PART_CR);
		vmx_load_control(v, vmx_cr0(v), vmx_cr4(v), v->guest.efer);
	}
	if (v->guest.efer & EFER_SCE)
		vmx_syscall_enter(v);
	v->debugged = x86_debugged(&v->x);
	set_controls(v);
	write_controls(v);
	v->entry_flags &= X86_ENTRY_RESUME;
	v->entry_flags |= x86_entry_flags(&v->x, false);
	/* DR7 is what it was if the guest cannot write it. */
	v->kept = dr_closed(v) ? VMX_PART_DR7 : 0;
}

/* A kernel with CONFIG_DEBUG_VM finds out who changes something, and does not say so. */
static void controls_in(struct vmx_vcpu *v)
{
	if (unlikely(v->stale)) {
		refresh(v);
		return;
	}
	VM_WARN_ON_ONCE(v->debugged != x86_debugged(&v->x) ||
			v->ctl_hw.exceptions != exceptions(v) ||
			v->ctl_hw.eptp != v->ctl.eptp || v->ctl_hw.pin != v->ctl.pin ||
			v->ctl_hw.cpu != v->ctl.cpu || v->ctl.cr4_mask != vmx_cr4_mask(v) ||
			!(v->ctl.cpu & CPU_BASED_MOV_DR_EXITING) == dr_closed(v));
}

/*
 * What follows the running task. Nobody changes it with interrupts off. An exit leaves LDTR
 * null (SDM 28.5.2): if it is not, another thread has made an LDT since.
 */
static void host_in(struct vmx_vcpu *v)
{
	u64 cr3 = __native_read_cr3(), cr4 = native_read_cr4();
	u16 ldt = x86_read_ldtr();

	if (unlikely(ldt))
		v->host.ldt = ldt;

	vmcs_put(HOST_CR3, cr3, v->host_cr3);
	vmcs_put(HOST_CR4, cr4, v->host_cr4);
}

/* Steps and breakpoints that are not the guest's; RFLAGS with them. */
static noinline u64 debug_in(struct vmx_vcpu *v)
{
	u64 rflags = v->x.regs.rflags;

	v->tf_added = (v->x.vcpu->debug.flags & AXVCPU_DEBUG_STEP) &&
		      !(rflags & X86_EFLAGS_TF);
	vmcs_write(GUEST_DR7, x86_debug_dr7(&v->x, v->guest.dr7));
	return v->tf_added ? rflags | X86_EFLAGS_TF : rflags;
}

/*
 * The shared part says whether something is blocked. Which of the two shadows it is
 * nobody tells; that of MOV SS is always legal.
 *
 * In an interrupt shadow with single-stepping on, the step that is due must be
 * pending, and must not otherwise (SDM 27.3.1.5).
 */
static noinline void blocking_in(struct vmx_vcpu *v, u64 rflags)
{
	u64 blocked = v->hw.interruptibility & ~(u64)(SHADOW | GUEST_INTR_STATE_NMI);
	u64 shadow = v->hw.interruptibility & SHADOW;
	u64 pending = v->guest.pending_debug;

	if (v->x.irq_shadow != !!shadow) {
		shadow = v->x.irq_shadow ? GUEST_INTR_STATE_MOV_SS : 0;
		pending = 0;
	}
	if (shadow)
		pending = rflags & X86_EFLAGS_TF ? pending | DR_STEP : pending & ~(u64)DR_STEP;
	if (v->x.nmi)
		blocked |= GUEST_INTR_STATE_NMI;
	vmcs_put(GUEST_INTERRUPTIBILITY_INFO, blocked | shadow, v->hw.interruptibility);
	vmcs_put(GUEST_PENDING_DBG_EXCEPTIONS, pending, v->hw.pending_debug);
}

static void regs_in(struct vmx_vcpu *v)
{
	const struct axvcpu_x86_regs *regs = &v->x.regs;
	u64 rflags = regs->rflags;

	if (unlikely(v->debugged))
		rflags = debug_in(v);
	/* It has changed, unless an interrupt was all there was. */
	vmcs_write(GUEST_RIP, regs->rip);
	vmcs_put(GUEST_RSP, regs->gpr[AXVCPU_X86_RSP], v->hw.rsp);
	vmcs_put(GUEST_RFLAGS, rflags, v->hw.rflags);
	if (unlikely(v->hw.interruptibility | v->hw.pending_debug | v->x.irq_shadow | v->x.nmi))
		blocking_in(v, rflags);
}

/*
 * SDM 26.8: what can wait is flushed when the guest is entered. Without a VPID the entry
 * flushes the guest's own translations by itself, and INVVPID takes no 0 (SDM 30.4.3.1, 31.3).
 */
static noinline void flush(struct vmx_vcpu *v)
{
	struct axvcpu_vcpu *vcpu = v->x.vcpu;

	if (vcpu->flush)
		vmx_ept_flush(v->ctl.eptp);
	if (v->flush_guest && v->ctl.vpid)
		vmx_vpid_flush(v->ctl.vpid);
	vcpu->flush = false;
	v->flush_guest = false;
}

/* Everything that the VMCS and the CPU do not have yet. */
static void prepare(struct vmx_vcpu *v)
{
	u64 tsc_offset = x86_tsc_offset(&v->x);

	vmx_event_inject(v);
	controls_in(v);
	vmcs_put(TSC_OFFSET, tsc_offset, v->ctl_hw.tsc_offset);
	host_in(v);
	if (unlikely(v->dirty))
		vmx_guest_write(v);
	regs_in(v);
	if (unlikely(v->ctl.pin & PIN_BASED_VMX_PREEMPTION_TIMER))
		vmx_timer_write(v);
	if (unlikely(v->x.vcpu->flush || v->flush_guest))
		flush(v);
}

/*
 * What the exit left pending: something in a shadow only, or for exits that come
 * before debug traps (SDM 28.3.4). Bochs saves more.
 */
static noinline void blocking_out(struct vmx_vcpu *v)
{
	u64 blocked = v->hw.interruptibility;
	bool kept = (blocked & SHADOW) || v->fields.reason == EXIT_REASON_INIT_SIGNAL;

	v->x.irq_shadow = blocked & SHADOW;
	v->x.nmi = blocked & GUEST_INTR_STATE_NMI ? X86_NMI_BLOCKED : X86_NMI_OPEN;
	v->guest.pending_debug = kept ? v->hw.pending_debug : 0;
}

static void regs_out(struct vmx_vcpu *v)
{
	struct axvcpu_x86_regs *regs = &v->x.regs;

	vmcs_fetch(GUEST_RIP, &v->fields.rip);
	vmcs_fetch(GUEST_RSP, &v->hw.rsp);
	vmcs_fetch(GUEST_RFLAGS, &v->hw.rflags);
	vmcs_fetch(GUEST_INTERRUPTIBILITY_INFO, &v->hw.interruptibility);
	vmcs_fetch(GUEST_PENDING_DBG_EXCEPTIONS, &v->hw.pending_debug);
	regs->rip = v->fields.rip;
	regs->gpr[AXVCPU_X86_RSP] = v->hw.rsp;
	regs->rflags = v->hw.rflags;
	v->valid &= v->kept;
	if (unlikely(v->hw.interruptibility | v->hw.pending_debug)) {
		blocking_out(v);
	} else {
		v->x.irq_shadow = false;
		v->x.nmi = X86_NMI_OPEN;
		v->guest.pending_debug = 0;
	}
}

/* The guest's DR7 comes back where SET_DEBUG's was in the hardware. */
static noinline void debug_out(struct vmx_vcpu *v)
{
	if (v->tf_added)
		v->x.regs.rflags &= ~(u64)X86_EFLAGS_TF;
	v->valid |= VMX_PART_DR7;
	v->dirty |= VMX_PART_DR7;
}

/*
 * An IRET that faults has unblocked NMIs before it did: undo that (SDM 28.2.3),
 * but not when the exit interrupted the delivery of an event.
 */
static void block_nmi_again(struct vmx_vcpu *v, u64 unblocked)
{
	if (unlikely((unblocked & INTR_INFO_UNBLOCK_NMI) &&
		     !(v->fields.idt_info & INTR_INFO_VALID_MASK)))
		v->x.nmi = X86_NMI_BLOCKED;
}

/*
 * NMIs and machine checks are the host's. The handler of NMIs is called through the IDT:
 * an exit for one leaves NMIs blocked, and the handler's IRET ends that (SDM 28.2.3).
 * Interrupts are still pending in the interrupt controller, since they are not
 * acknowledged at the exit.
 */
static void hand_over(const struct vmx_exit_fields *f)
{
	u32 info = f->intr_info;

	if ((info & INTR_INFO_INTR_TYPE_MASK) == INTR_TYPE_NMI_INTR)
		asm volatile("int $2");
	else if ((info & INTR_INFO_VECTOR_MASK) == X86_TRAP_MC)
		x86_machine_check();
}

static void idt_info_out(struct vmx_exit_fields *f)
{
	vmcs_fetch(IDT_VECTORING_INFO_FIELD, &f->idt_info);
	if (unlikely(f->idt_info & VECTORING_INFO_DELIVER_CODE_MASK))
		vmcs_fetch(IDT_VECTORING_ERROR_CODE, &f->idt_error);
}

static void insn_out(struct vmx_exit_fields *f, u32 what)
{
	vmcs_fetch(VM_EXIT_INSTRUCTION_LEN, &f->insn_len);
	if (what & VMX_HAS_QUALIFICATION)
		vmcs_fetch(EXIT_QUALIFICATION, &f->qualification);
	if (!(what & VMX_HAS_INSN_INFO) || likely(!vmx_io_is_string(f)))
		return;
	f->insn_info_valid = vmx_caps.basic & VMX_BASIC_INOUT;
	vmcs_fetch(VMX_INSTRUCTION_INFO, &f->insn_info);
}

static void fault_out(struct vmx_vcpu *v)
{
	struct vmx_exit_fields *f = &v->fields;

	vmcs_fetch(EXIT_QUALIFICATION, &f->qualification);
	vmcs_fetch(GUEST_PHYSICAL_ADDRESS, &f->gpa);
	vmcs_fetch(GUEST_LINEAR_ADDRESS, &f->gla);
	/* The instruction will be looked for, and the VMCS is current here. */
	if (axvcpu_is_hole(v->x.vcpu, f->gpa))
		vmx_guest_read(v, VMX_PART_CR | VMX_PART_MODE);
	idt_info_out(f);
	block_nmi_again(v, f->qualification);
}

static noinline void others_out(struct vmx_vcpu *v, u32 what)
{
	struct vmx_exit_fields *f = &v->fields;

	v->host_ran = true;
	if (vmx_reason(f->reason)->kind == X86_EXIT_UNKNOWN)
		what = VMX_HAS_ALL;
	if (what & VMX_HAS_QUALIFICATION)
		vmcs_fetch(EXIT_QUALIFICATION, &f->qualification);
	if (what & VMX_HAS_GPA)
		vmcs_fetch(GUEST_PHYSICAL_ADDRESS, &f->gpa);
	if (what & VMX_HAS_INSN_INFO)
		vmcs_fetch(VMX_INSTRUCTION_INFO, &f->insn_info);
	if (what & VMX_HAS_IDT_INFO)
		idt_info_out(f);
	if (what & VMX_HAS_INTR_INFO)
		vmcs_fetch(VM_EXIT_INTR_INFO, &f->intr_info);
	if (f->intr_info & INTR_INFO_DELIVER_CODE_MASK)
		vmcs_fetch(VM_EXIT_INTR_ERROR_CODE, &f->intr_error);
	if ((u16)f->reason != EXIT_REASON_EXCEPTION_NMI)
		return;
	/* Of INT1 alone the length matters (SDM 28.2.5). */
	if ((f->intr_info & INTR_INFO_INTR_TYPE_MASK) == INTR_TYPE_PRIV_SW_EXCEPTION)
		vmcs_fetch(VM_EXIT_INSTRUCTION_LEN, &f->insn_len);
	if ((f->intr_info & INTR_INFO_VECTOR_MASK) != X86_TRAP_DF)
		block_nmi_again(v, f->intr_info);
	hand_over(f);
}

/*
 * SDM 28.2: what has no meaning for this exit is 0. Events are on their way at exits that
 * their delivery can lead to, which are not those for an instruction (28.2.4).
 */
static void take_exit(struct vmx_vcpu *v)
{
	struct vmx_exit_fields *f = &v->fields;
	u32 what = vmx_reason(f->reason)->fields;
	u32 event = v->ctl.event;

	v->entry_flags |= X86_ENTRY_RESUME;
	v->x.gpr = v->x.regs.gpr;
	regs_out(v);
	f->qualification = 0;
	f->intr_info = 0;
	f->idt_info = 0;
	f->insn_info = 0;
	if (likely(what & VMX_HAS_INSN_LEN)) {
		insn_out(f, what);
	} else {
		f->insn_len = 0;
		if (likely(what & VMX_HAS_GLA))
			fault_out(v);
		else
			others_out(v, what);
		event |= f->idt_info;
	}
	if (unlikely(v->debugged))
		debug_out(v);
	if (unlikely(event & INTR_INFO_VALID_MASK))
		vmx_event_settle(v);
}

/*
 * Nothing was run, and the guest's state is as it was (SDM 27.8): either the instruction
 * failed, or there was an exit all the same.
 */
static noinline void take_failure(struct vmx_vcpu *v, u32 error)
{
	struct vmx_exit_fields *f = &v->fields;

	*f = (struct vmx_exit_fields) {
		.reason = f->reason | VMX_EXIT_REASONS_FAILED_VMENTRY,
		.rip = v->x.regs.rip,
	};
	v->error = error;
	if (!error)
		vmcs_fetch(EXIT_QUALIFICATION, &f->qualification);
	if (v->debugged)
		debug_out(v);
	vmx_event_settle(v);
	v->stale = true;
	/* One that comes during the entry may end it like this (SDM 27.9). */
	if ((u16)f->reason == EXIT_REASON_MCE_DURING_VMENTRY)
		x86_machine_check();
}

/* DR6 is the guest's while it has the registers to itself. */
static bool switches_dr6(struct vmx_vcpu *v)
{
	return unlikely(v->x.guest_dr_live) && !v->debugged;
}

/*
 * Around the switch: what neither VMCS nor stub brings in and back. An entry loads DEBUGCTL
 * (SDM 27.3.2.1), and an exit clears it (28.5.1). XSETBV always exits (26.1.2), and a #DB
 * that does so leaves DR6 alone (28.1).
 */
static int switch_world(struct vmx_vcpu *v)
{
	int ret;

	x86_switch_to_guest(&v->x, true);
	x86_pebs_out(&v->x);
	if (switches_dr6(v))
		x86_write_dr6(v->dr6);
	if (native_read_cr2() != v->cr2)
		native_write_cr2(v->cr2);
	if (static_branch_unlikely(&vmx_l1d_key))
		vmx_l1d_flush(v);
	ret = vmx_world_switch(v->x.regs.gpr, v->entry_flags, &v->host_rsp, v->x.gpr);
	v->cr2 = native_read_cr2();
	if (switches_dr6(v))
		v->dr6 = x86_read_dr6();
	x86_pebs_in(&v->x);
	x86_switch_to_host(&v->x, true);
	return ret;
}

static int fail(struct vmx_vcpu *v, u32 error, const char *text)
{
	axvcpu_vcpu_fail(v->x.vcpu, -EIO, error, native_read_cr4(), "run", text);
	v->fields.reason = VMX_EXIT_REASONS_FAILED_VMENTRY;
	vmx_event_settle(v);
	return -EIO;
}

/* Was the entry refused for the guest's sake? Else the host is to blame. */
static noinline int entry_failed(struct vmx_vcpu *v, int ret)
{
	u32 error = 0;

	if (ret == 1)
		error = vmcs_read(VM_INSTRUCTION_ERROR);
	if (ret == 2 || this_cpu_read(vmx_cpu.lost))
		return fail(v, error, "VMX was switched off on this CPU while a VM exists");
	if (error != VMXERR_ENTRY_INVALID_CONTROL_FIELD &&
	    error != VMXERR_ENTRY_EVENTS_BLOCKED_BY_MOV_SS)
		return fail(v, error,
			    "the CPU refused to enter for the host's state (SDM 27.2.2 to 27.2.4)");
	v->fields.reason = 0;
	take_failure(v, error);
	return 0;
}

/**
 * vmx_run() - ops->run: one entry and one exit
 * @vcpu: loaded and entered here
 *
 * Context: interrupts off.
 * Return: 0, or -EIO after axvcpu_vcpu_fail().
 */
int vmx_run(struct axvcpu_vcpu *vcpu)
{
	struct vmx_vcpu *v = to_vmx(vcpu);
	int ret = 2;

	if (likely(vmx_make_current(v)))
		prepare(v);
	if (likely(!this_cpu_read(vmx_cpu.lost)))
		ret = switch_world(v);
	if (unlikely(ret))
		return entry_failed(v, ret);
	vmcs_fetch(VM_EXIT_REASON, &v->fields.reason);
	if (unlikely(v->fields.reason & VMX_EXIT_REASONS_FAILED_VMENTRY))
		take_failure(v, 0);
	else
		take_exit(v);
	return 0;
}
