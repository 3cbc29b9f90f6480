// SPDX-License-Identifier: GPL-2.0-only
/* The life of a VMX vCPU, and access to the guest's state for the shared code. */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>

#include "../common.h"
#include "check.h"
#include "control.h"
#include "decode.h"
#include "event.h"
#include "exit.h"
#include "pagetable.h"
#include "switch.h"
#include "timer.h"
#include "tlb.h"
#include "vcpu.h"
#include "vmcs.h"
#include "vmx.h"

static struct vmx_vcpu *from_x86(struct x86_vcpu *x)
{
	return container_of(x, struct vmx_vcpu, x);
}

static struct axvcpu_x86_segment *segment(struct axvcpu_x86_segments *segs, unsigned int i)
{
	return &segs->es + i;
}

#define NR_SEGMENTS	8

/* A segment that is not present is not usable, on either vendor. */
static void mark_unusable(struct axvcpu_x86_segments *segs)
{
	unsigned int i;

	for (i = 0; i < NR_SEGMENTS; i++)
		if (!(segment(segs, i)->attr & AXVCPU_X86_SEG_P))
			segment(segs, i)->attr |= AXVCPU_X86_SEG_UNUSABLE;
}

static void vmx_get_segments(struct x86_vcpu *x, struct axvcpu_x86_segments *segs)
{
	struct vmx_vcpu *v = from_x86(x);

	vmx_guest_need(v, VMX_PART_SEGS);
	*segs = v->guest.segs;
	mark_unusable(segs);
}

static void vmx_set_segments(struct x86_vcpu *x, const struct axvcpu_x86_segments *segs)
{
	struct vmx_vcpu *v = from_x86(x);

	vmx_guest_touch(v, VMX_PART_SEGS);
	v->guest.segs = *segs;
	mark_unusable(&v->guest.segs);
}

static void vmx_get_control(struct x86_vcpu *x, struct axvcpu_x86_control *ctl)
{
	struct vmx_vcpu *v = from_x86(x);

	ctl->cr0 = vmx_cr0(v);
	ctl->cr2 = v->cr2;
	ctl->cr3 = v->guest.cr3;
	ctl->cr4 = vmx_cr4(v);
	ctl->cr8 = v->cr8;
	ctl->efer = v->guest.efer;
}

static void vmx_set_control(struct x86_vcpu *x, const struct axvcpu_x86_control *ctl)
{
	struct vmx_vcpu *v = from_x86(x);

	bool pae = vmx_pae_paging(v);
	u64 cr3 = v->guest.cr3;

	vmx_guest_touch(v, VMX_PART_CR);
	v->cr2 = ctl->cr2;
	v->guest.cr3 = ctl->cr3;
	v->cr8 = ctl->cr8;
	vmx_load_control(v, ctl->cr0, ctl->cr4, ctl->efer);
	if (vmx_pae_paging(v) != pae || cr3 != ctl->cr3)
		v->pdpte_stale = true;
	v->flush_guest = true;
}

static void vmx_get_dr6_dr7(struct x86_vcpu *x, u64 *dr6, u64 *dr7)
{
	struct vmx_vcpu *v = from_x86(x);

	vmx_guest_need(v, VMX_PART_DR7);
	*dr6 = v->dr6;
	*dr7 = v->guest.dr7;
}

static void vmx_set_dr6_dr7(struct x86_vcpu *x, u64 dr6, u64 dr7)
{
	struct vmx_vcpu *v = from_x86(x);

	vmx_guest_touch(v, VMX_PART_DR7);
	v->dr6 = dr6;
	vmx_set_dr7(v, dr7);
}

/* The MSRs of SYSCALL; false: it is none of them. */
static bool syscall_msr(u32 index, enum vmx_syscall_msr *msr)
{
	switch (index) {
	case MSR_STAR:
		*msr = VMX_STAR;
		return true;
	case MSR_LSTAR:
		*msr = VMX_LSTAR;
		return true;
	case MSR_CSTAR:
		*msr = VMX_CSTAR;
		return true;
	case MSR_SYSCALL_MASK:
		*msr = VMX_SFMASK;
		return true;
	default:
		return false;
	}
}

/* Where any other MSR of the guest is kept, and the part of the VMCS it belongs to. */
static u64 *msr_place(struct vmx_vcpu *v, u32 index, u32 *part)
{
	*part = 0;
	switch (index) {
	case MSR_KERNEL_GS_BASE:
		return &v->kernel_gs_base;
	case MSR_IA32_CR_PAT:
		return &v->pat;
	case MSR_FS_BASE:
		*part = VMX_PART_SEGS;
		return &v->guest.segs.fs.base;
	case MSR_GS_BASE:
		*part = VMX_PART_SEGS;
		return &v->guest.segs.gs.base;
	case MSR_IA32_SYSENTER_CS:
		*part = VMX_PART_SYSENTER;
		return &v->guest.sysenter_cs;
	case MSR_IA32_SYSENTER_ESP:
		*part = VMX_PART_SYSENTER;
		return &v->guest.sysenter_esp;
	case MSR_IA32_SYSENTER_EIP:
		*part = VMX_PART_SYSENTER;
		return &v->guest.sysenter_eip;
	default:
		return NULL;
	}
}

static bool vmx_get_msr(struct x86_vcpu *x, u32 index, u64 *value)
{
	struct vmx_vcpu *v = from_x86(x);
	enum vmx_syscall_msr msr;
	u64 *place;
	u32 part;

	if (syscall_msr(index, &msr)) {
		*value = v->syscall[msr];
		return true;
	}
	place = msr_place(v, index, &part);
	if (!place)
		return false;
	vmx_guest_need(v, part);
	*value = *place;
	return true;
}

static bool vmx_set_msr(struct x86_vcpu *x, u32 index, u64 value)
{
	struct vmx_vcpu *v = from_x86(x);
	enum vmx_syscall_msr msr;
	u64 *place;
	u32 part;

	if (syscall_msr(index, &msr)) {
		vmx_syscall_set(v, msr, value);
		return true;
	}
	place = msr_place(v, index, &part);
	if (!place)
		return false;
	vmx_guest_touch(v, part);
	*place = value;
	return true;
}

static unsigned int vmx_cpl(struct x86_vcpu *x)
{
	struct vmx_vcpu *v = from_x86(x);

	vmx_guest_need(v, VMX_PART_MODE);
	return (v->guest.segs.ss.attr & AXVCPU_X86_SEG_DPL) >> 5;
}

static unsigned int vmx_code_bits(struct x86_vcpu *x)
{
	struct vmx_vcpu *v = from_x86(x);
	u32 attr;

	vmx_guest_need(v, VMX_PART_MODE);
	attr = v->guest.segs.cs.attr;
	if ((v->guest.efer & EFER_LMA) && (attr & AXVCPU_X86_SEG_L))
		return 64;
	return attr & AXVCPU_X86_SEG_DB ? 32 : 16;
}

static void vmx_get_context(struct x86_vcpu *x, struct x86_context *context)
{
	struct vmx_vcpu *v = from_x86(x);

	vmx_guest_need(v, VMX_PART_CR | VMX_PART_MODE);
	context->cr0 = v->guest.cr0;
	context->cr3 = v->guest.cr3;
	context->cr4 = v->guest.cr4;
	context->efer = v->guest.efer;
	context->cpl = vmx_cpl(x);
	context->code_bits = vmx_code_bits(x);
	context->cs_base = 0;
	if (context->code_bits != 64) {
		vmx_guest_need(v, VMX_PART_SEGS);
		context->cs_base = v->guest.segs.cs.base;
	}
}

static void vmx_set_cr8(struct x86_vcpu *x, u64 cr8)
{
	from_x86(x)->cr8 = cr8;
}

static void vmx_update(struct x86_vcpu *x)
{
	from_x86(x)->stale = true;
}

static const struct x86_vendor vmx_vendor = {
	.get_segments = vmx_get_segments,
	.set_segments = vmx_set_segments,
	.get_control = vmx_get_control,
	.set_control = vmx_set_control,
	.get_dr6_dr7 = vmx_get_dr6_dr7,
	.set_dr6_dr7 = vmx_set_dr6_dr7,
	.get_msr = vmx_get_msr,
	.set_msr = vmx_set_msr,
	.cpl = vmx_cpl,
	.code_bits = vmx_code_bits,
	.get_context = vmx_get_context,
	.update = vmx_update,
	.fill_raw = vmx_fill_raw,
	.irq_ready = vmx_event_irq_ready,
	.load_cr = vmx_load_cr,
	.set_cr8 = vmx_set_cr8,
	.handle_db = vmx_handle_db,
	.explain = vmx_explain,
	.handle_own = vmx_handle_timer,
};

/**
 * vmx_create() - ops->create
 * @vcpu: being made
 *
 * Context: may sleep.
 * Return: 0, -ENOMEM.
 */
int vmx_create(struct axvcpu_vcpu *vcpu)
{
	int node = vcpu->fixed.node;
	struct vmx_vcpu *v;
	struct page *page;
	int ret;

	v = kzalloc_node(sizeof(*v), GFP_KERNEL_ACCOUNT, node);
	if (!v)
		return -ENOMEM;
	ret = vmx_vpid_get();
	if (ret < 0)
		goto free_vcpu;
	v->ctl.vpid = ret;
	ret = -ENOMEM;
	page = alloc_pages_node(node, GFP_KERNEL_ACCOUNT | __GFP_ZERO, 0);
	if (!page)
		goto put_vpid;
	ret = x86_vcpu_init(&v->x, vcpu, &vmx_vendor);
	if (ret)
		goto free_vmcs;
	v->vmcs = page_address(page);
	v->vmcs_pa = page_to_phys(page);
	*(u32 *)v->vmcs = vmx_basic_vmcs_revision_id(vmx_caps.basic);
	v->cpu = -1;
	vcpu->arch = &v->x;
	vmx_reset(vcpu);
	return 0;

free_vmcs:
	__free_page(page);
put_vpid:
	vmx_vpid_put(v->ctl.vpid);
free_vcpu:
	kfree(v);
	return ret;
}

/**
 * vmx_destroy() - ops->destroy: reverses vmx_create()
 * @vcpu: loaded nowhere
 */
void vmx_destroy(struct axvcpu_vcpu *vcpu)
{
	struct vmx_vcpu *v = to_vmx(vcpu);

	x86_vcpu_fini(&v->x);
	free_page((unsigned long)v->vmcs);
	vmx_vpid_put(v->ctl.vpid);
	kfree(v);
	vcpu->arch = NULL;
}

/**
 * vmx_reset() - ops->reset
 * @vcpu: claimed by the caller
 *
 * All fields are written anew when the vCPU is next loaded.
 *
 * Context: may sleep.
 */
void vmx_reset(struct axvcpu_vcpu *vcpu)
{
	struct vmx_vcpu *v = to_vmx(vcpu);
	u64 eptp = v->ctl.eptp;
	u32 vpid = v->ctl.vpid;

	axvcpu_percpu_unload(vcpu);
	memset(&v->guest, 0, sizeof(v->guest));
	memset(&v->hw, 0, sizeof(v->hw));
	v->guest.link = ~0ULL;
	v->ctl = vmx_caps.ctl;
	v->ctl.eptp = eptp;
	v->ctl.vpid = vpid;
	v->valid = VMX_PART_ALL;
	v->dirty = VMX_PART_ALL;
	v->fresh = true;
	v->stale = true;
	x86_vcpu_reset(&v->x);
}

/**
 * vmx_set_stage2_root() - ops->set_stage2_root
 * @vcpu: claimed by the caller
 * @root: physical address of the extended page table
 *
 * Return: 0.
 */
int vmx_set_stage2_root(struct axvcpu_vcpu *vcpu, phys_addr_t root)
{
	struct vmx_vcpu *v = to_vmx(vcpu);

	v->ctl.eptp = vmx_eptp(root);
	v->stale = true;
	vcpu->flush = true;
	return 0;
}

/**
 * vmx_read_regs() - ops->read_regs
 * @vcpu: in RUN
 *
 * With PAE paging, what CR3 points to is part of the VMCS. If SET_STATE has
 * changed it, read it here, where the guest's memory can be reached; if it is
 * not there, the guest finds nothing mapped.
 *
 * Context: may sleep.
 */
void vmx_read_regs(struct axvcpu_vcpu *vcpu)
{
	struct vmx_vcpu *v = to_vmx(vcpu);

	x86_read_regs(vcpu);
	if (v->pdpte_stale)
		vmx_load_pdpte(v);
}
