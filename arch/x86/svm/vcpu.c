// SPDX-License-Identifier: GPL-2.0-only
/* The life of an SVM vCPU, and access to the guest's state in its VMCB. */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mem_encrypt.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <asm/msr-index.h>

#include "../common.h"
#include "control.h"
#include "event.h"
#include "exit.h"
#include "svm.h"
#include "vcpu.h"

/* PAT with write-back in every slot: guest memory is write-back, whatever the
 * guest's tables say (APM 15.25.8 combines this with the nested table's type).
 */
#define PAT_ALL_WB	0x0606060606060606ULL

/* Type bit of a TSS descriptor that says busy; APM 4.8.3. */
#define TSS_BUSY	0x2

static struct svm_vcpu *from_x86(struct x86_vcpu *x)
{
	return container_of(x, struct svm_vcpu, x);
}

/* VMCB attributes have no gap between bits 7 and 12 (APM 15.5.1). */
static void segment_get(const struct vmcb_segment *in, struct axvcpu_x86_segment *out)
{
	*out = (struct axvcpu_x86_segment) {
		.base = in->base,
		.limit = in->limit,
		.attr = (in->attrib & 0xff) | (in->attrib & 0xf00) << 4,
		.selector = in->selector,
	};
	if (!(in->attrib & VMCB_SEG_P))
		out->attr |= AXVCPU_X86_SEG_UNUSABLE;
}

static void segment_set(struct vmcb_segment *out, const struct axvcpu_x86_segment *in)
{
	*out = (struct vmcb_segment) {
		.base = in->base,
		.limit = in->limit,
		.attrib = (in->attr & 0xff) | (in->attr >> 4 & 0xf00),
		.selector = in->selector,
	};
	if (in->attr & AXVCPU_X86_SEG_UNUSABLE)
		out->attrib &= ~VMCB_SEG_P;
}

static void table_get(const struct vmcb_segment *in, struct axvcpu_x86_table *out)
{
	*out = (struct axvcpu_x86_table) { .base = in->base, .limit = in->limit };
}

static void table_set(struct vmcb_segment *out, const struct axvcpu_x86_table *in)
{
	*out = (struct vmcb_segment) { .base = in->base, .limit = in->limit };
}

static void svm_get_segments(struct x86_vcpu *x, struct axvcpu_x86_segments *segs)
{
	const struct svm_vmcb_save *save = &from_x86(x)->vmcb->save;

	segment_get(&save->es, &segs->es);
	segment_get(&save->cs, &segs->cs);
	segment_get(&save->ss, &segs->ss);
	segment_get(&save->ds, &segs->ds);
	segment_get(&save->fs, &segs->fs);
	segment_get(&save->gs, &segs->gs);
	segment_get(&save->ldtr, &segs->ldtr);
	segment_get(&save->tr, &segs->tr);
	table_get(&save->gdtr, &segs->gdtr);
	table_get(&save->idtr, &segs->idtr);

	/* The privilege level is in CPL; DPL of SS may be stale (APM 15.5.1). */
	segs->ss.attr &= ~AXVCPU_X86_SEG_DPL;
	segs->ss.attr |= save->cpl << 5;
	/* A task register that is in use is busy; the processor may not say so. */
	segs->tr.attr |= TSS_BUSY;
}

static void svm_set_segments(struct x86_vcpu *x, const struct axvcpu_x86_segments *segs)
{
	struct svm_vcpu *s = from_x86(x);
	struct svm_vmcb_save *save = &s->vmcb->save;

	segment_set(&save->es, &segs->es);
	segment_set(&save->cs, &segs->cs);
	segment_set(&save->ss, &segs->ss);
	segment_set(&save->ds, &segs->ds);
	segment_set(&save->fs, &segs->fs);
	segment_set(&save->gs, &segs->gs);
	segment_set(&save->ldtr, &segs->ldtr);
	segment_set(&save->tr, &segs->tr);
	table_set(&save->gdtr, &segs->gdtr);
	table_set(&save->idtr, &segs->idtr);
	save->cpl = (segs->ss.attr & AXVCPU_X86_SEG_DPL) >> 5;
	svm_dirty(s, VMCB_CLEAN_SEG | VMCB_CLEAN_DT);
	s->untested = true;
}

static void svm_get_control(struct x86_vcpu *x, struct axvcpu_x86_control *ctl)
{
	const struct svm_vcpu *s = from_x86(x);
	const struct svm_vmcb_save *save = &s->vmcb->save;

	ctl->cr0 = svm_cr0(s);
	ctl->cr2 = save->cr2;
	ctl->cr3 = save->cr3;
	ctl->cr4 = svm_cr4(s);
	ctl->cr8 = s->vmcb->control.vintr & VMCB_V_TPR;
	ctl->efer = save->efer & ~(u64)EFER_SVME;
}

static void svm_set_control(struct x86_vcpu *x, const struct axvcpu_x86_control *ctl)
{
	struct svm_vcpu *s = from_x86(x);
	struct svm_vmcb_save *save = &s->vmcb->save;

	save->cr2 = ctl->cr2;
	save->cr3 = ctl->cr3;
	svm_load_cr4(s, ctl->cr4);
	svm_load_cr0(s, ctl->cr0);
	svm_load_efer(s, ctl->efer);
	svm_set_cr8(x, ctl->cr8);
	svm_dirty(s, VMCB_CLEAN_CR2 | VMCB_CLEAN_CR);
	s->untested = true;
	s->flush_guest = true;
}

static void svm_get_dr6_dr7(struct x86_vcpu *x, u64 *dr6, u64 *dr7)
{
	const struct svm_vmcb_save *save = &from_x86(x)->vmcb->save;

	*dr6 = save->dr6;
	*dr7 = save->dr7;
}

static void svm_set_dr6_dr7(struct x86_vcpu *x, u64 dr6, u64 dr7)
{
	struct svm_vcpu *s = from_x86(x);

	s->vmcb->save.dr6 = dr6;
	s->vmcb->save.dr7 = dr7;
	s->untested = true;
	svm_dirty(s, VMCB_CLEAN_DR);
}

/* Where the VMCB keeps an MSR that VMLOAD and VMSAVE switch, or NULL. */
static u64 *msr_field(struct svm_vcpu *s, u32 index)
{
	struct svm_vmcb_save *save = &s->vmcb->save;

	switch (index) {
	case MSR_FS_BASE:
		return &save->fs.base;
	case MSR_GS_BASE:
		return &save->gs.base;
	case MSR_KERNEL_GS_BASE:
		return &save->kernel_gs_base;
	case MSR_STAR:
		return &save->star;
	case MSR_LSTAR:
		return &save->lstar;
	case MSR_CSTAR:
		return &save->cstar;
	case MSR_SYSCALL_MASK:
		return &save->sfmask;
	case MSR_IA32_SYSENTER_CS:
		return &save->sysenter_cs;
	case MSR_IA32_SYSENTER_ESP:
		return &save->sysenter_esp;
	case MSR_IA32_SYSENTER_EIP:
		return &save->sysenter_eip;
	default:
		return NULL;
	}
}

static bool svm_get_msr(struct x86_vcpu *x, u32 index, u64 *value)
{
	struct svm_vcpu *s = from_x86(x);
	u64 *field = msr_field(s, index);

	if (field)
		*value = *field;
	else if (index == MSR_EFER)
		*value = s->vmcb->save.efer & ~(u64)EFER_SVME;
	else
		return false;
	return true;
}

static bool svm_set_msr(struct x86_vcpu *x, u32 index, u64 value)
{
	struct svm_vcpu *s = from_x86(x);
	u64 *field = msr_field(s, index);

	if (field)
		*field = value;
	else if (index == MSR_EFER)
		svm_load_efer(s, value);
	else
		return false;
	return true;
}

static unsigned int svm_cpl(struct x86_vcpu *x)
{
	return from_x86(x)->vmcb->save.cpl;
}

static unsigned int svm_code_bits(struct x86_vcpu *x)
{
	const struct svm_vcpu *s = from_x86(x);
	u16 attrib = s->vmcb->save.cs.attrib;

	if (svm_long_mode(s) && (attrib & VMCB_SEG_L))
		return 64;
	return attrib & VMCB_SEG_DB ? 32 : 16;
}

static void svm_get_context(struct x86_vcpu *x, struct x86_context *context)
{
	const struct svm_vmcb_save *save = &from_x86(x)->vmcb->save;

	context->cr0 = save->cr0;
	context->cr3 = save->cr3;
	context->cr4 = save->cr4;
	context->efer = save->efer & ~(u64)EFER_SVME;
	context->cpl = save->cpl;
	context->code_bits = svm_code_bits(x);
	context->cs_base = context->code_bits == 64 ? 0 : save->cs.base;
}

static void svm_update(struct x86_vcpu *x)
{
	svm_intercepts_stale(from_x86(x));
}

static const struct x86_vendor svm_vendor = {
	.get_segments = svm_get_segments,
	.set_segments = svm_set_segments,
	.get_control = svm_get_control,
	.set_control = svm_set_control,
	.get_dr6_dr7 = svm_get_dr6_dr7,
	.set_dr6_dr7 = svm_set_dr6_dr7,
	.get_msr = svm_get_msr,
	.set_msr = svm_set_msr,
	.cpl = svm_cpl,
	.code_bits = svm_code_bits,
	.get_context = svm_get_context,
	.update = svm_update,
	.fill_raw = svm_fill_raw,
	.irq_ready = svm_event_irq_ready,
	.load_cr = svm_load_cr,
	.set_cr8 = svm_set_cr8,
	.open_cr0 = svm_open_cr0,
	.handle_db = svm_handle_db,
	.explain = svm_explain,
	.shutdown = svm_shutdown,
	.parse_insn = svm_parse_insn,
	.handle_own = svm_handle_iret,
};

/**
 * svm_control_reset() - what the VMCB says besides the guest's registers, anew
 * @s: the vCPU, not running
 *
 * Intercepts, ASID and TSC offset are filled in by the next svm_run().
 */
void svm_control_reset(struct svm_vcpu *s)
{
	struct svm_vmcb_control *ctl = &s->vmcb->control;
	u64 n_cr3 = ctl->n_cr3;
	u32 tpr = ctl->vintr & VMCB_V_TPR;

	memset(ctl, 0, sizeof(*ctl));
	ctl->n_cr3 = n_cr3;
	ctl->vintr = VMCB_V_INTR_MASKING | tpr;
	ctl->np_control = VMCB_NP_ENABLE;
	ctl->iopm_base_pa = svm_iopm_pa;
	s->vmcb->save.g_pat = PAT_ALL_WB;
	s->asid_generation = 0;
	s->intercept_state = 0;
	s->x.irq_shadow = false;
	s->x.nmi = X86_NMI_OPEN;
	s->cr0_open = false;
}

/**
 * svm_create() - ops->create
 * @vcpu: being made
 *
 * Context: may sleep.
 * Return: 0, -ENOMEM.
 */
int svm_create(struct axvcpu_vcpu *vcpu)
{
	int node = vcpu->fixed.node;
	struct svm_vcpu *s;
	struct page *page;
	int ret;

	s = kzalloc_node(sizeof(*s), GFP_KERNEL_ACCOUNT, node);
	if (!s)
		return -ENOMEM;
	ret = -ENOMEM;
	page = alloc_pages_node(node, GFP_KERNEL_ACCOUNT | __GFP_ZERO, 0);
	if (!page)
		goto free_vcpu;
	ret = x86_vcpu_init(&s->x, vcpu, &svm_vendor);
	if (ret)
		goto free_vmcb;
	s->vmcb = page_address(page);
	s->vmcb_pa = __sme_set(page_to_phys(page));
	s->cpu = -1;
	/* The hardware adds it to the host's: APM vol. 2, 15.37. */
	if (svm_has(AXVCPU_FEATURE_SPEC_CTRL))
		s->x.guest_spec_ctrl = &s->vmcb->save.spec_ctrl;
	vcpu->arch = &s->x;
	svm_reset(vcpu);
	return 0;

free_vmcb:
	__free_page(page);
free_vcpu:
	kfree(s);
	return ret;
}

/**
 * svm_destroy() - ops->destroy: reverses svm_create()
 * @vcpu: loaded nowhere
 */
void svm_destroy(struct axvcpu_vcpu *vcpu)
{
	struct svm_vcpu *s = to_svm(vcpu);

	x86_vcpu_fini(&s->x);
	free_page((unsigned long)s->vmcb);
	kfree(s);
	vcpu->arch = NULL;
}

/**
 * svm_reset() - ops->reset
 * @vcpu: claimed by the caller
 *
 * Context: may sleep.
 */
void svm_reset(struct axvcpu_vcpu *vcpu)
{
	struct svm_vcpu *s = to_svm(vcpu);

	memset(&s->vmcb->save, 0, sizeof(s->vmcb->save));
	svm_control_reset(s);
	x86_vcpu_reset(&s->x);
}

/**
 * svm_set_stage2_root() - ops->set_stage2_root
 * @vcpu: claimed by the caller
 * @root: physical address of the nested page table
 *
 * Return: 0.
 */
int svm_set_stage2_root(struct axvcpu_vcpu *vcpu, phys_addr_t root)
{
	struct svm_vcpu *s = to_svm(vcpu);

	s->vmcb->control.n_cr3 = __sme_set(root);
	svm_dirty(s, VMCB_CLEAN_NP);
	vcpu->flush = true;
	return 0;
}
