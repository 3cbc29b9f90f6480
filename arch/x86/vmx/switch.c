// SPDX-License-Identifier: GPL-2.0-only
/*
 * Entering and leaving RUN's loop: what the host's kernel can do without while guests run,
 * and the VMM's user mode cannot.
 *
 * A VM exit loads selectors, bases and limits from the VMCS (SDM 28.5.2, 28.5.3): selectors
 * of user mode cannot be there (27.2.3 wants RPL 0), the base of FS is there. The MSRs of
 * SYSCALL are the guest's only if it has SYSCALL, and the host's never change; that of
 * SWAPGS both sides change without being asked.
 */
#include <linux/irqflags.h>
#include <linux/smp.h>
#include <asm/cpufeature.h>
#include <asm/desc.h>
#include <asm/fsgsbase.h>
#include <asm/msr-index.h>
#include <asm/segment.h>

#include "../mitigation.h"
#include "../switch.h"
#include "check.h"
#include "decode.h"
#include "switch.h"
#include "timer.h"
#include "vmcs.h"
#include "vmx.h"

static const u32 syscall_msrs[VMX_NR_SYSCALL_MSRS] = {
	[VMX_STAR] = MSR_STAR,
	[VMX_LSTAR] = MSR_LSTAR,
	[VMX_CSTAR] = MSR_CSTAR,
	[VMX_SFMASK] = MSR_SYSCALL_MASK,
};

/**
 * vmx_switch_load() - what is the same in every process of this CPU
 * @host: filled in
 *
 * Context: preemption off.
 */
void vmx_switch_load(struct vmx_host *host)
{
	unsigned int i;

	native_store_gdt(&host->gdt);
	for (i = 0; i < VMX_NR_SYSCALL_MSRS; i++)
		host->syscall[i] = x86_host_rdmsr(syscall_msrs[i]);
}

static u64 read_fs_base(void)
{
	return static_cpu_has(X86_FEATURE_FSGSBASE) ? rdfsbase() : x86_host_rdmsr(MSR_FS_BASE);
}

static noinline void put_fs_base(struct vmx_vcpu *v, u64 base)
{
	unsigned long flags;

	local_irq_save(flags);
	if (vmx_make_current(v)) {
		vmcs_write(HOST_FS_BASE, base);
		v->host.fs_base = base;
	}
	local_irq_restore(flags);
}

/* All of them are null in 64-bit processes, but for rare ones. */
static void selectors_save(struct vmx_host *host)
{
	u16 ds, es, fs, gs;

	host->ldt = x86_read_ldtr();
	savesegment(ds, ds);
	savesegment(es, es);
	savesegment(fs, fs);
	savesegment(gs, gs);
	host->selectors = ds | es | fs | gs;
	if (likely(!host->selectors))
		return;
	host->ds = ds;
	host->es = es;
	host->fs = fs;
	host->gs = gs;
}

/* The descriptor is in the GDT, and has the LDT that the process uses now. */
static noinline void ldt_restore(u16 selector)
{
	asm volatile("lldt %0" : : "rm" (selector));
}

/* Loading a selector changes a base, so the bases come last. */
static noinline void selectors_restore(const struct vmx_host *host)
{
	if (host->ds)
		loadsegment(ds, host->ds);
	if (host->es)
		loadsegment(es, host->es);
	if (host->fs) {
		loadsegment(fs, host->fs);
		x86_host_wrmsr(MSR_FS_BASE, host->fs_base);
	}
	if (host->gs) {
		load_gs_index(host->gs);
		x86_host_wrmsr(MSR_KERNEL_GS_BASE, host->kernel_gs_base);
	}
}

static void gs_base_enter(struct vmx_vcpu *v)
{
	v->host.kernel_gs_base = x86_host_rdmsr(MSR_KERNEL_GS_BASE);
	if (v->kernel_gs_base != v->host.kernel_gs_base)
		x86_host_wrmsr(MSR_KERNEL_GS_BASE, v->kernel_gs_base);
}

static void gs_base_leave(struct vmx_vcpu *v)
{
	v->kernel_gs_base = x86_host_rdmsr(MSR_KERNEL_GS_BASE);
	if (v->kernel_gs_base != v->host.kernel_gs_base)
		x86_host_wrmsr(MSR_KERNEL_GS_BASE, v->host.kernel_gs_base);
}

static void syscall_switch(const u64 *from, const u64 *to)
{
	unsigned int i;

	for (i = 0; i < VMX_NR_SYSCALL_MSRS; i++)
		if (to[i] != from[i])
			x86_host_wrmsr(syscall_msrs[i], to[i]);
}

/**
 * vmx_syscall_enter() - the guest has SYSCALL: its MSRs, if they are not there yet
 * @v: the vCPU, entered
 *
 * Accesses to them exit, so that nobody else changes them.
 *
 * Context: preemption off.
 */
void vmx_syscall_enter(struct vmx_vcpu *v)
{
	if (v->syscall_loaded)
		return;
	syscall_switch(v->host.syscall, v->syscall);
	v->syscall_loaded = true;
}

static void syscall_leave(struct vmx_vcpu *v)
{
	syscall_switch(v->syscall, v->host.syscall);
	v->syscall_loaded = false;
}

/**
 * vmx_syscall_set() - WRMSR, or SET_STATE
 * @v: the vCPU, claimed by the caller
 * @msr: which one
 * @value: valid
 */
void vmx_syscall_set(struct vmx_vcpu *v, enum vmx_syscall_msr msr, u64 value)
{
	if (v->syscall_loaded)
		x86_host_wrmsr(syscall_msrs[msr], value);
	v->syscall[msr] = value;
}

/* DR0 to DR3 are worth switching while DR7 enables any of them. */
static noinline void look_at_dr7(struct vmx_vcpu *v)
{
	vmx_guest_need(v, VMX_PART_DR7);
	if (v->guest.dr7 & X86_DR7_ENABLES)
		return;
	v->x.guest_dr_live = false;
	v->stale = true;
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
	u64 fs_base;

	if (unlikely(v->x.guest_dr_live))
		look_at_dr7(v);
	x86_mitigation_switch(this_cpu_ptr(&vmx_cpu.last_vm), vcpu->vm->id);
	v->host_ran = true;
	x86_enter(&v->x);
	if (unlikely(vcpu->deadline != KTIME_MAX ||
		     (v->ctl.pin & PIN_BASED_VMX_PREEMPTION_TIMER)))
		vmx_timer_start(v);

	fs_base = read_fs_base();
	if (unlikely(fs_base != v->host.fs_base))
		put_fs_base(v, fs_base);
	selectors_save(&v->host);
	gs_base_enter(v);
	if (v->guest.efer & EFER_SCE)
		vmx_syscall_enter(v);
}

static noinline void tss_limit_restore(void)
{
	invalidate_tss_limit();
}

/**
 * vmx_leave() - ops->leave: reverses vmx_enter()
 * @vcpu: entered
 *
 * Limits of GDT and TSS are 64 KiB and 103 bytes after an exit (SDM 28.5.2): the
 * former would reach past the table, the latter hides the I/O permission bitmap.
 */
void vmx_leave(struct axvcpu_vcpu *vcpu)
{
	struct vmx_vcpu *v = to_vmx(vcpu);

	if (v->syscall_loaded)
		syscall_leave(v);
	gs_base_leave(v);
	native_load_gdt(&v->host.gdt);
	/* While it is known that the limit is not right, no task uses the bitmap. */
	if (unlikely(!this_cpu_read(__tss_limit_invalid)))
		tss_limit_restore();
	if (unlikely(v->host.ldt))
		ldt_restore(v->host.ldt);
	if (unlikely(v->host.selectors))
		selectors_restore(&v->host);
	x86_leave(&v->x);
	x86_mitigation_leave();
}
