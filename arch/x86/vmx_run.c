// SPDX-License-Identifier: GPL-2.0-only
/*
 * Running a VMX guest: what is switched besides the VMCS, fields that changed,
 * TLB flushes, the switch itself.
 */
#include <linux/errno.h>
#include <linux/smp.h>
#include <asm/debugreg.h>
#include <asm/desc.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>
#include <asm/segment.h>
#include <asm/trapnr.h>

#include "entry.h"
#include "mitigation.h"
#include "switch.h"
#include "vmx.h"

/*
 * Hazardous if left alone: a guest can make #DB and #AC recur for ever inside
 * the processor (CVE-2015-5307, CVE-2015-8104). Machine checks are the host's.
 */
#define ALWAYS_EXCEPTIONS	(BIT(X86_TRAP_DB) | BIT(X86_TRAP_AC) | BIT(X86_TRAP_MC))

#define DR7_ENABLES		0xffULL

#define SHADOW			(GUEST_INTR_STATE_STI | GUEST_INTR_STATE_MOV_SS)

static const u32 msrs[VMX_NR_MSRS] = {
	[VMX_STAR] = MSR_STAR,
	[VMX_LSTAR] = MSR_LSTAR,
	[VMX_CSTAR] = MSR_CSTAR,
	[VMX_SFMASK] = MSR_SYSCALL_MASK,
	[VMX_KERNEL_GS_BASE] = MSR_KERNEL_GS_BASE,
};

/* What a VM exit replaces, and what the guest has to itself (SDM 28.5). */
static void host_save(struct vmx_host *host)
{
	unsigned int i;

	store_ldt(host->ldt);
	savesegment(ds, host->ds);
	savesegment(es, host->es);
	savesegment(fs, host->fs);
	savesegment(gs, host->gs);
	host->fs_base = x86_host_rdmsr(MSR_FS_BASE);
	for (i = 0; i < VMX_NR_MSRS; i++)
		host->msr[i] = x86_host_rdmsr(msrs[i]);
}

/*
 * Limits of GDT and TSS are 64 KiB and 103 bytes after an exit (SDM 28.5.2): the
 * former would reach past the table, the latter hides the I/O permission bitmap.
 * Loading a selector changes a base, so the bases come last.
 */
static void host_restore(const struct vmx_host *host)
{
	unsigned int i;

	load_fixmap_gdt(smp_processor_id());
	invalidate_tss_limit();
	if (host->ldt)
		asm volatile("lldt %0" : : "rm" (host->ldt));
	if (host->ds)
		loadsegment(ds, host->ds);
	if (host->es)
		loadsegment(es, host->es);
	if (host->fs)
		loadsegment(fs, host->fs);
	if (host->gs)
		load_gs_index(host->gs);
	x86_host_wrmsr(MSR_FS_BASE, host->fs_base);
	for (i = 0; i < VMX_NR_MSRS; i++)
		x86_host_wrmsr(msrs[i], host->msr[i]);
}

/**
 * vmx_enter() - ops->enter: the part of the guest's state that stays between runs
 * @vcpu: loaded here
 *
 * Context: preemption off, interrupts on.
 */
void vmx_enter(struct axvcpu_vcpu *vcpu)
{
	struct vmx_vcpu *v = to_vmx(vcpu);
	unsigned int i;

	/* DR0 to DR3 are worth switching while DR7 enables any of them. */
	vmx_guest_need(v, VMX_PART_DR7);
	v->x.guest_dr_live = v->guest.dr7 & DR7_ENABLES;
	x86_mitigation_switch(this_cpu_ptr(&vmx_cpu.last_vm), vcpu->vm->id);
	x86_enter(&v->x);
	vmx_timer_start(v);
	host_save(&v->host);
	for (i = 0; i < VMX_NR_MSRS; i++)
		x86_host_wrmsr(msrs[i], v->msr[i]);
}

/**
 * vmx_leave() - ops->leave: reverses vmx_enter()
 * @vcpu: entered
 */
void vmx_leave(struct axvcpu_vcpu *vcpu)
{
	struct vmx_vcpu *v = to_vmx(vcpu);
	unsigned int i;

	for (i = 0; i < VMX_NR_MSRS; i++)
		v->msr[i] = x86_host_rdmsr(msrs[i]);
	host_restore(&v->host);
	x86_leave(&v->x);
	x86_mitigation_leave();
}

/**
 * vmx_debugged() - are debug registers SET_DEBUG's, and not the guest's?
 * @v: a vCPU
 */
bool vmx_debugged(struct vmx_vcpu *v)
{
	return (v->x.vcpu->debug.flags & AXVCPU_DEBUG_STEP) || v->x.owns_dr;
}

static u32 exceptions(struct vmx_vcpu *v)
{
	const struct axvcpu_debug *debug = &v->x.vcpu->debug;
	u32 mask = ALWAYS_EXCEPTIONS | (u32)debug->exceptions;

	if (debug->flags & AXVCPU_DEBUG_SW_BREAK)
		mask |= BIT(X86_TRAP_BP);
	return mask;
}

/* What exits follows from the vCPU's state, and from nothing else. */
static void set_controls(struct vmx_vcpu *v)
{
	struct vmx_control *ctl = &v->ctl;
	u32 optional = SECONDARY_EXEC_ENABLE_RDTSCP | SECONDARY_EXEC_ENABLE_INVPCID;

	ctl->exceptions = exceptions(v);
	ctl->cpu &= ~CPU_BASED_MOV_DR_EXITING;
	if (!v->x.guest_dr_live || vmx_debugged(v))
		ctl->cpu |= CPU_BASED_MOV_DR_EXITING;
	/* Instructions that the guest's CPUID has not raise #UD (SDM 26.3). */
	ctl->cpu2 = vmx_caps.ctl.cpu2;
	if (v->x.has_tsc_aux)
		optional &= ~SECONDARY_EXEC_ENABLE_RDTSCP;
	if (v->x.cr4_allowed & X86_CR4_PCIDE)
		optional &= ~SECONDARY_EXEC_ENABLE_INVPCID;
	ctl->cpu2 &= ~optional;
	ctl->tsc_offset = x86_tsc_offset(&v->x);
}

/* Write a field that is not what the hardware has. */
#define put(field, want, have)				\
	do {						\
		if ((have) != (want)) {			\
			(have) = (want);		\
			vmcs_write(field, want);	\
		}					\
	} while (0)

static void write_controls(struct vmx_vcpu *v)
{
	const struct vmx_control *ctl = &v->ctl;
	struct vmx_control *hw = &v->ctl_hw;

	put(PIN_BASED_VM_EXEC_CONTROL, ctl->pin, hw->pin);
	put(CPU_BASED_VM_EXEC_CONTROL, ctl->cpu, hw->cpu);
	put(SECONDARY_VM_EXEC_CONTROL, ctl->cpu2, hw->cpu2);
	put(EXCEPTION_BITMAP, ctl->exceptions, hw->exceptions);
	put(EPT_POINTER, ctl->eptp, hw->eptp);
	put(TSC_OFFSET, ctl->tsc_offset, hw->tsc_offset);
	put(CR0_GUEST_HOST_MASK, ctl->cr0_mask, hw->cr0_mask);
	put(CR4_GUEST_HOST_MASK, ctl->cr4_mask, hw->cr4_mask);
	put(VM_ENTRY_INTR_INFO_FIELD, ctl->event, hw->event);
	put(VM_ENTRY_EXCEPTION_ERROR_CODE, ctl->event_error, hw->event_error);
	put(VM_ENTRY_INSTRUCTION_LEN, ctl->event_len, hw->event_len);
}

/* Steps and breakpoints that are not the guest's. */
static void debug_in(struct vmx_vcpu *v)
{
	bool step = v->x.vcpu->debug.flags & AXVCPU_DEBUG_STEP;

	v->tf_added = step && !(v->x.regs.rflags & X86_EFLAGS_TF);
	if (v->tf_added)
		v->guest.rflags |= X86_EFLAGS_TF;
	if (vmx_debugged(v))
		vmcs_write(GUEST_DR7, x86_debug_dr7(&v->x, v->guest.dr7));
}

/*
 * The shared part says whether something is blocked. Which of the two shadows it is
 * nobody tells; that of MOV SS is always legal.
 */
static void blocking_in(struct vmx_vcpu *v)
{
	struct vmx_guest *guest = &v->guest;

	if (v->x.irq_shadow != !!(guest->interruptibility & SHADOW)) {
		guest->interruptibility &= ~SHADOW;
		guest->pending_debug = 0;
		if (v->x.irq_shadow)
			guest->interruptibility |= GUEST_INTR_STATE_MOV_SS;
	}
	guest->interruptibility &= ~GUEST_INTR_STATE_NMI;
	if (v->x.nmi)
		guest->interruptibility |= GUEST_INTR_STATE_NMI;
}

static void blocking_out(struct vmx_vcpu *v)
{
	v->x.irq_shadow = v->guest.interruptibility & SHADOW;
	v->x.nmi = v->guest.interruptibility & GUEST_INTR_STATE_NMI ?
		   X86_NMI_BLOCKED : X86_NMI_OPEN;
}

/*
 * In an interrupt shadow with single-stepping on, the step that is due must be
 * pending, and must not otherwise (SDM 27.3.1.5).
 */
static void settle_pending_debug(struct vmx_guest *guest)
{
	if (!(guest->interruptibility & SHADOW))
		return;
	if (guest->rflags & X86_EFLAGS_TF)
		guest->pending_debug |= DR_STEP;
	else
		guest->pending_debug &= ~(u64)DR_STEP;
}

static void regs_in(struct vmx_vcpu *v)
{
	struct vmx_guest *guest = &v->guest;

	guest->rip = v->x.regs.rip;
	guest->rsp = v->x.regs.gpr[AXVCPU_X86_RSP];
	guest->rflags = v->x.regs.rflags;
	debug_in(v);
	settle_pending_debug(guest);
	put(GUEST_RIP, guest->rip, v->hw.rip);
	put(GUEST_RSP, guest->rsp, v->hw.rsp);
	put(GUEST_RFLAGS, guest->rflags, v->hw.rflags);
	put(GUEST_INTERRUPTIBILITY_INFO, guest->interruptibility, v->hw.interruptibility);
	put(GUEST_PENDING_DBG_EXCEPTIONS, guest->pending_debug, v->hw.pending_debug);
}

/*
 * What the exit left pending: something in a shadow only, or for exits that come
 * before debug traps (SDM 28.3.4). Bochs saves more.
 */
static u64 pending_debug(const struct vmx_vcpu *v)
{
	if ((v->guest.interruptibility & SHADOW) || v->fields.reason == EXIT_REASON_INIT_SIGNAL)
		return v->hw.pending_debug;
	return 0;
}

static void regs_out(struct vmx_vcpu *v)
{
	struct vmx_guest *guest = &v->guest;

	guest->rip = vmcs_read(GUEST_RIP);
	guest->rsp = vmcs_read(GUEST_RSP);
	guest->rflags = vmcs_read(GUEST_RFLAGS);
	guest->interruptibility = vmcs_read(GUEST_INTERRUPTIBILITY_INFO);
	v->hw.rip = guest->rip;
	v->hw.rsp = guest->rsp;
	v->hw.rflags = guest->rflags;
	v->hw.interruptibility = guest->interruptibility;
	v->hw.pending_debug = vmcs_read(GUEST_PENDING_DBG_EXCEPTIONS);
	guest->pending_debug = pending_debug(v);
	v->x.regs.rip = guest->rip;
	v->x.regs.gpr[AXVCPU_X86_RSP] = guest->rsp;
	v->x.regs.rflags = guest->rflags;
	if (v->tf_added)
		v->x.regs.rflags &= ~(u64)X86_EFLAGS_TF;
	/* DR7 is what it was if the guest cannot write it. */
	v->valid &= v->ctl.cpu & CPU_BASED_MOV_DR_EXITING ? VMX_PART_DR7 : 0;
}

/* The guest's DR7 comes back where SET_DEBUG's was in the hardware. */
static void debug_out(struct vmx_vcpu *v)
{
	if (!vmx_debugged(v))
		return;
	v->valid |= VMX_PART_DR7;
	v->dirty |= VMX_PART_DR7;
}

static void fields_read(struct vmx_vcpu *v)
{
	struct vmx_exit_fields *f = &v->fields;

	f->reason = vmcs_read(VM_EXIT_REASON);
	f->qualification = vmcs_read(EXIT_QUALIFICATION);
	if (f->reason & VMX_EXIT_REASONS_FAILED_VMENTRY)
		return;
	/* SDM 28.2: what has no meaning for this exit stays 0. */
	if ((u16)f->reason == EXIT_REASON_EPT_VIOLATION ||
	    (u16)f->reason == EXIT_REASON_EPT_MISCONFIG) {
		f->gpa = vmcs_read(GUEST_PHYSICAL_ADDRESS);
		f->gla = vmcs_read(GUEST_LINEAR_ADDRESS);
	}
	f->intr_info = vmcs_read(VM_EXIT_INTR_INFO);
	if (f->intr_info & INTR_INFO_DELIVER_CODE_MASK)
		f->intr_error = vmcs_read(VM_EXIT_INTR_ERROR_CODE);
	f->idt_info = vmcs_read(IDT_VECTORING_INFO_FIELD);
	if (f->idt_info & VECTORING_INFO_DELIVER_CODE_MASK)
		f->idt_error = vmcs_read(IDT_VECTORING_ERROR_CODE);
	f->insn_len = vmcs_read(VM_EXIT_INSTRUCTION_LEN);
	f->insn_info = vmcs_read(VMX_INSTRUCTION_INFO);
}

/*
 * An IRET that faults has unblocked NMIs before it did: undo that (SDM 28.2.3),
 * but not when the exit interrupted the delivery of an event.
 */
static void block_nmi_again(struct vmx_vcpu *v)
{
	const struct vmx_exit_fields *f = &v->fields;
	bool unblocked = false;

	if (f->idt_info & INTR_INFO_VALID_MASK)
		return;
	if ((u16)f->reason == EXIT_REASON_EPT_VIOLATION)
		unblocked = f->qualification & INTR_INFO_UNBLOCK_NMI;
	else if ((u16)f->reason == EXIT_REASON_EXCEPTION_NMI &&
		 (f->intr_info & INTR_INFO_VECTOR_MASK) != X86_TRAP_DF)
		unblocked = f->intr_info & INTR_INFO_UNBLOCK_NMI;
	if (unblocked)
		v->guest.interruptibility |= GUEST_INTR_STATE_NMI;
}

static void take_exit(struct vmx_vcpu *v)
{
	struct vmx_exit_fields *f = &v->fields;

	memset(f, 0, sizeof(*f));
	f->rip = v->guest.rip;
	f->insn_info_valid = vmx_caps.basic & VMX_BASIC_INOUT;
	if (v->error) {
		debug_out(v);
		vmx_event_settle(v);
		blocking_out(v);
		return;
	}
	fields_read(v);
	/* If the entry failed, the guest's state is as it was (SDM 27.8). */
	if (!(f->reason & VMX_EXIT_REASONS_FAILED_VMENTRY)) {
		v->launched = true;
		regs_out(v);
		block_nmi_again(v);
	}
	debug_out(v);
	f->rip = v->x.regs.rip;
	f->cr2 = v->cr2;
	vmx_event_settle(v);
	blocking_out(v);
}

/* SDM 26.8: what can wait is flushed when the guest is entered. */
static void flush(struct vmx_vcpu *v)
{
	struct axvcpu_vcpu *vcpu = v->x.vcpu;

	if (vcpu->flush)
		vmx_ept_flush(v->ctl.eptp);
	if (v->flush_guest)
		vmx_vpid_flush(v->ctl.vpid);
	vcpu->flush = false;
	v->flush_guest = false;
}

/* Everything that the VMCS and the CPU do not have yet. */
static void prepare(struct vmx_vcpu *v)
{
	if (v->ctl.cr4_mask != vmx_cr4_mask(v)) {
		vmx_guest_touch(v, VMX_PART_CR);
		vmx_load_control(v, vmx_cr0(v), vmx_cr4(v), v->guest.efer);
	}
	vmx_host_write(v);
	blocking_in(v);
	vmx_event_inject(v);
	set_controls(v);
	vmx_guest_write(v);
	regs_in(v);
	write_controls(v);
	vmx_timer_write(v);
	flush(v);
}

/* Around the switch: what neither VMCS nor stub brings in and back. */
static int switch_world(struct vmx_vcpu *v)
{
	u32 flags = x86_mitigation.entry_flags | (v->launched ? X86_ENTRY_RESUME : 0);
	bool dr6 = v->x.guest_dr_live && !vmx_debugged(v);
	u64 debugctl = x86_host_rdmsr(MSR_IA32_DEBUGCTLMSR);
	unsigned long value;
	int ret;

	x86_switch_to_guest(&v->x);
	if (dr6)
		set_debugreg(v->dr6, 6);
	if (native_read_cr2() != v->cr2)
		native_write_cr2(v->cr2);
	ret = vmx_world_switch(v->x.regs.gpr, flags, &v->host_rsp);
	v->cr2 = native_read_cr2();
	if (dr6) {
		get_debugreg(value, 6);
		v->dr6 = value;
	}
	x86_switch_to_host(&v->x);
	/* An exit clears it (SDM 28.5.1). */
	if (debugctl)
		x86_host_wrmsr(MSR_IA32_DEBUGCTLMSR, debugctl);
	return ret;
}

/*
 * NMIs and machine checks are the host's: its handlers are called through its
 * IDT. An exit for an NMI leaves NMIs blocked, and the handler's IRET ends that
 * (SDM 28.2.3). Interrupts are still pending in the interrupt controller, since
 * they are not acknowledged at the exit.
 */
static void hand_over(const struct vmx_exit_fields *f)
{
	u32 info = f->intr_info;

	if (f->reason != EXIT_REASON_EXCEPTION_NMI) {
		if ((u16)f->reason == EXIT_REASON_MCE_DURING_VMENTRY)
			asm volatile("int $18");
		return;
	}
	if ((info & INTR_INFO_INTR_TYPE_MASK) == INTR_TYPE_NMI_INTR)
		asm volatile("int $2");
	else if ((info & INTR_INFO_VECTOR_MASK) == X86_TRAP_MC)
		asm volatile("int $18");
}

static int fail(struct vmx_vcpu *v, const char *text)
{
	axvcpu_vcpu_fail(v->x.vcpu, -EIO, v->error, v->vmcs_pa, "run", text);
	return -EIO;
}

/* Was the entry refused for the guest's sake? Else the host is to blame. */
static int entry_error(struct vmx_vcpu *v, int ret)
{
	if (ret == 2 || this_cpu_read(vmx_cpu.lost))
		return fail(v, "VMX was switched off on this CPU while a VM exists");
	v->error = vmcs_read(VM_INSTRUCTION_ERROR);
	if (v->error == VMXERR_ENTRY_INVALID_CONTROL_FIELD ||
	    v->error == VMXERR_ENTRY_EVENTS_BLOCKED_BY_MOV_SS)
		return 0;
	return fail(v, "the CPU refused to enter for the host's state (SDM 27.2.2 to 27.2.4)");
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
	int ret;

	this_cpu_write(vmx_cpu.lost, false);
	v->error = 0;
	if (!vmx_make_current(v))
		return fail(v, "VMX was switched off on this CPU while a VM exists");
	prepare(v);
	ret = this_cpu_read(vmx_cpu.lost) ? 2 : switch_world(v);
	if (ret)
		ret = entry_error(v, ret);
	if (ret) {
		v->fields.reason = VMX_EXIT_REASONS_FAILED_VMENTRY;
		vmx_event_settle(v);
		return ret;
	}
	take_exit(v);
	hand_over(&v->fields);
	return 0;
}
