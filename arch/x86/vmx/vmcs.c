// SPDX-License-Identifier: GPL-2.0-only
/*
 * The VMCS: which one is current, and the guest's state in it.
 *
 * A VMCS can be read on the CPU only where it is active, and by instructions
 * only. The rest of the backend sees struct vmx_guest instead. Its parts are
 * read when somebody asks for them and the guest has run since, and written
 * before the next entry if somebody changed them. When the VMCS leaves a CPU,
 * everything is read.
 */
#include <linux/errno.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <asm/asm.h>
#include <asm/desc.h>
#include <asm/msr-index.h>
#include <asm/segment.h>
#include <asm/special_insns.h>
#include <asm/tlbflush.h>

#include "../mitigation.h"
#include "../switch.h"
#include "check.h"
#include "decode.h"
#include "switch.h"
#include "vmcs.h"
#include "vmx.h"

#define NO_VMCS		(~0ULL)

/* A field, and the member of struct vmx_guest that has it. */
struct field {
	u16 encoding;
	u16 offset;
	u16 size;
};

#define F(encoding, member) \
	{ encoding, offsetof(struct vmx_guest, member), sizeof_field(struct vmx_guest, member) }

static const struct field segs_fields[] = {
	F(GUEST_ES_SELECTOR, segs.es.selector), F(GUEST_ES_LIMIT, segs.es.limit),
	F(GUEST_ES_AR_BYTES, segs.es.attr), F(GUEST_ES_BASE, segs.es.base),
	F(GUEST_CS_SELECTOR, segs.cs.selector), F(GUEST_CS_LIMIT, segs.cs.limit),
	F(GUEST_CS_AR_BYTES, segs.cs.attr), F(GUEST_CS_BASE, segs.cs.base),
	F(GUEST_SS_SELECTOR, segs.ss.selector), F(GUEST_SS_LIMIT, segs.ss.limit),
	F(GUEST_SS_AR_BYTES, segs.ss.attr), F(GUEST_SS_BASE, segs.ss.base),
	F(GUEST_DS_SELECTOR, segs.ds.selector), F(GUEST_DS_LIMIT, segs.ds.limit),
	F(GUEST_DS_AR_BYTES, segs.ds.attr), F(GUEST_DS_BASE, segs.ds.base),
	F(GUEST_FS_SELECTOR, segs.fs.selector), F(GUEST_FS_LIMIT, segs.fs.limit),
	F(GUEST_FS_AR_BYTES, segs.fs.attr), F(GUEST_FS_BASE, segs.fs.base),
	F(GUEST_GS_SELECTOR, segs.gs.selector), F(GUEST_GS_LIMIT, segs.gs.limit),
	F(GUEST_GS_AR_BYTES, segs.gs.attr), F(GUEST_GS_BASE, segs.gs.base),
	F(GUEST_LDTR_SELECTOR, segs.ldtr.selector), F(GUEST_LDTR_LIMIT, segs.ldtr.limit),
	F(GUEST_LDTR_AR_BYTES, segs.ldtr.attr), F(GUEST_LDTR_BASE, segs.ldtr.base),
	F(GUEST_TR_SELECTOR, segs.tr.selector), F(GUEST_TR_LIMIT, segs.tr.limit),
	F(GUEST_TR_AR_BYTES, segs.tr.attr), F(GUEST_TR_BASE, segs.tr.base),
	F(GUEST_GDTR_LIMIT, segs.gdtr.limit), F(GUEST_GDTR_BASE, segs.gdtr.base),
	F(GUEST_IDTR_LIMIT, segs.idtr.limit), F(GUEST_IDTR_BASE, segs.idtr.base),
};

static const struct field cr_fields[] = {
	F(GUEST_CR0, cr0), F(CR0_READ_SHADOW, cr0_shadow), F(GUEST_CR3, cr3),
	F(GUEST_CR4, cr4), F(CR4_READ_SHADOW, cr4_shadow), F(GUEST_IA32_EFER, efer),
};

static const struct field pdpte_fields[] = {
	F(GUEST_PDPTR0, pdpte[0]), F(GUEST_PDPTR1, pdpte[1]),
	F(GUEST_PDPTR2, pdpte[2]), F(GUEST_PDPTR3, pdpte[3]),
};

static const struct field dr7_fields[] = { F(GUEST_DR7, dr7) };

static const struct field sysenter_fields[] = {
	F(GUEST_SYSENTER_CS, sysenter_cs), F(GUEST_SYSENTER_ESP, sysenter_esp),
	F(GUEST_SYSENTER_EIP, sysenter_eip),
};

static const struct part {
	u32 bit;
	const struct field *fields;
	unsigned int count;
} parts[] = {
	{ VMX_PART_SEGS, segs_fields, ARRAY_SIZE(segs_fields) },
	{ VMX_PART_CR, cr_fields, ARRAY_SIZE(cr_fields) },
	{ VMX_PART_PDPTE, pdpte_fields, ARRAY_SIZE(pdpte_fields) },
	{ VMX_PART_DR7, dr7_fields, ARRAY_SIZE(dr7_fields) },
	{ VMX_PART_SYSENTER, sysenter_fields, ARRAY_SIZE(sysenter_fields) },
};

/**
 * vmcs_lost() - an instruction on the current VMCS failed
 *
 * vmx_run() makes it a failure.
 */
void vmcs_lost(void)
{
	this_cpu_write(vmx_cpu.lost, true);
}

static bool make_current(u64 pa)
{
	bool failed = true;

	asm volatile("1: vmptrld %[pa]\n\tsetbe %[failed]\n2:" _ASM_EXTABLE(1b, 2b)
		     : [failed] "+q" (failed) : [pa] "m" (pa) : "cc", "memory");
	return !failed;
}

static bool make_clear(u64 pa)
{
	bool failed = true;

	asm volatile("1: vmclear %[pa]\n\tsetbe %[failed]\n2:" _ASM_EXTABLE(1b, 2b)
		     : [failed] "+q" (failed) : [pa] "m" (pa) : "cc", "memory");
	return !failed;
}

static u64 get_member(const struct vmx_guest *guest, const struct field *f)
{
	const void *member = (const char *)guest + f->offset;

	switch (f->size) {
	case sizeof(u64):
		return *(const u64 *)member;
	case sizeof(u32):
		return *(const u32 *)member;
	default:
		return *(const u16 *)member;
	}
}

static void set_member(struct vmx_guest *guest, const struct field *f, u64 value)
{
	void *member = (char *)guest + f->offset;

	switch (f->size) {
	case sizeof(u64):
		*(u64 *)member = value;
		break;
	case sizeof(u32):
		*(u32 *)member = value;
		break;
	default:
		*(u16 *)member = value;
		break;
	}
}

/* What most exits ask for, unless whole parts that are valid have it. */
static void mode_read(struct vmx_vcpu *v)
{
	if (!(v->valid & VMX_PART_SEGS)) {
		vmcs_fetch(GUEST_CS_AR_BYTES, &v->rights);
		v->guest.segs.cs.attr = v->rights;
		vmcs_fetch(GUEST_SS_AR_BYTES, &v->rights);
		v->guest.segs.ss.attr = v->rights;
	}
	if (!(v->valid & VMX_PART_CR))
		vmcs_fetch(GUEST_IA32_EFER, &v->guest.efer);
}

/* The guest cannot change the shadows. */
static void cr_read(struct vmx_guest *guest)
{
	vmcs_fetch(GUEST_CR0, &guest->cr0);
	vmcs_fetch(GUEST_CR3, &guest->cr3);
	vmcs_fetch(GUEST_CR4, &guest->cr4);
	vmcs_fetch(GUEST_IA32_EFER, &guest->efer);
}

static void parts_read(struct vmx_vcpu *v, u32 wanted)
{
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		if (!(wanted & parts[i].bit))
			continue;
		for (j = 0; j < parts[i].count; j++)
			set_member(&v->guest, &parts[i].fields[j],
				   vmcs_read(parts[i].fields[j].encoding));
	}
}

/**
 * vmx_guest_read() - bring parts of the guest's state up to date
 * @v: the vCPU; its VMCS is current
 * @wanted: VMX_PART_*
 *
 * Context: preemption off.
 */
void vmx_guest_read(struct vmx_vcpu *v, u32 wanted)
{
	u32 missing = wanted & ~v->valid;

	if (missing & VMX_PART_CR)
		cr_read(&v->guest);
	v->valid |= missing & VMX_PART_CR;
	if (missing & VMX_PART_MODE)
		mode_read(v);
	if (missing & ~(VMX_PART_CR | VMX_PART_MODE))
		parts_read(v, missing & ~VMX_PART_CR);
	v->valid |= wanted;
}

/**
 * vmx_guest_need_slow() - vmx_guest_need() where a part is not up to date
 * @v: the vCPU, claimed by the caller
 * @wanted: VMX_PART_*
 *
 * Context: interrupts on.
 */
void vmx_guest_need_slow(struct vmx_vcpu *v, u32 wanted)
{
	struct axvcpu_vcpu *vcpu = v->x.vcpu;
	unsigned long flags;

	local_irq_save(flags);
	if (READ_ONCE(vcpu->loaded) == smp_processor_id() && vmx_make_current(v))
		vmx_guest_read(v, wanted);
	local_irq_restore(flags);
	/* If it is elsewhere: leaving that CPU, everything is read. */
	if ((v->valid & wanted) != wanted)
		axvcpu_percpu_unload(vcpu);
}

/**
 * vmx_guest_touch() - the caller is about to change parts of the guest's state
 * @v: the vCPU, claimed by the caller
 * @changed: VMX_PART_*
 */
void vmx_guest_touch(struct vmx_vcpu *v, u32 changed)
{
	vmx_guest_need(v, changed);
	v->dirty |= changed;
}

/**
 * vmx_guest_write() - bring the VMCS up to date, where parts are dirty
 * @v: the vCPU; its VMCS is current
 *
 * The entry control "IA-32e mode guest" goes with EFER.LMA; the hardware keeps
 * it up to date when the guest changes mode (SDM 28.3.1).
 *
 * Context: interrupts off.
 */
void vmx_guest_write(struct vmx_vcpu *v)
{
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		if (!(v->dirty & parts[i].bit))
			continue;
		for (j = 0; j < parts[i].count; j++) {
			vmcs_write(parts[i].fields[j].encoding,
				   get_member(&v->guest, &parts[i].fields[j]));
		}
	}
	if (v->dirty & VMX_PART_CR) {
		v->ctl.entry = vmx_caps.ctl.entry;
		if (v->guest.efer & EFER_LMA)
			v->ctl.entry |= VM_ENTRY_IA32E_MODE;
		vmcs_write(VM_ENTRY_CONTROLS, v->ctl.entry);
	}
	v->dirty = 0;
}

/**
 * vmx_make_current_slow() - vmx_make_current() where it is not yet
 * @v: the vCPU, loaded here
 *
 * Context: interrupts off.
 * Return: did it work?
 */
bool vmx_make_current_slow(struct vmx_vcpu *v)
{
	bool made = make_current(v->vmcs_pa);

	if (!made)
		vmcs_lost();
	this_cpu_write(vmx_cpu.current_pa, made ? v->vmcs_pa : NO_VMCS);
	return made;
}

/* 16 bytes of a system descriptor: SDM figure 8-4. */
static u64 descriptor_base(const struct desc_ptr *gdt, u16 selector)
{
	const u8 *desc = (const u8 *)gdt->address + (selector & ~7);

	return (*(const u64 *)desc >> 16 & 0xffffff) | (u64)desc[7] << 24 |
	       (u64)*(const u32 *)(desc + 8) << 32;
}

/* What differs between CPUs: SDM 25.5. */
static void host_write_cpu(void)
{
	struct desc_ptr gdt, idt;
	u16 tr;

	native_store_gdt(&gdt);
	store_idt(&idt);
	asm volatile("str %0" : "=r" (tr));
	vmcs_write(HOST_TR_SELECTOR, tr);
	vmcs_write(HOST_TR_BASE, descriptor_base(&gdt, tr));
	vmcs_write(HOST_GDTR_BASE, gdt.address);
	vmcs_write(HOST_IDTR_BASE, idt.address);
	vmcs_write(HOST_GS_BASE, x86_host_rdmsr(MSR_GS_BASE));
	vmcs_write(HOST_IA32_SYSENTER_ESP, x86_host_rdmsr(MSR_IA32_SYSENTER_ESP));
}

/*
 * What is the same everywhere. FS, GS, DS, ES are null after an exit, whatever
 * the user has in them; see vmx_switch.c.
 */
static void host_write_fixed(struct vmx_vcpu *v)
{
	vmcs_write(HOST_CS_SELECTOR, __KERNEL_CS);
	vmcs_write(HOST_SS_SELECTOR, __KERNEL_DS);
	vmcs_write(HOST_DS_SELECTOR, 0);
	vmcs_write(HOST_ES_SELECTOR, 0);
	vmcs_write(HOST_FS_SELECTOR, 0);
	vmcs_write(HOST_GS_SELECTOR, 0);
	v->host.fs_base = 0;
	vmcs_write(HOST_FS_BASE, 0);
	vmcs_write(HOST_CR0, read_cr0() & ~X86_CR0_TS);
	vmcs_write(HOST_IA32_EFER, x86_host_rdmsr(MSR_EFER));
	vmcs_write(HOST_IA32_SYSENTER_CS, x86_host_rdmsr(MSR_IA32_SYSENTER_CS));
	vmcs_write(HOST_IA32_SYSENTER_EIP, x86_host_rdmsr(MSR_IA32_SYSENTER_EIP));
	vmcs_write(HOST_RIP, (unsigned long)vmx_exit_point);
	v->host_cr3 = 0;
	v->host_cr4 = 0;
	v->host_rsp = 0;
	vmcs_write(HOST_CR3, 0);
	vmcs_write(HOST_CR4, 0);
	vmcs_write(HOST_RSP, 0);
}

/* Fields that stay as they are, and zeroes that later writes compare with. */
static void control_write_fixed(struct vmx_vcpu *v)
{
	vmcs_write(PAGE_FAULT_ERROR_CODE_MASK, 0);
	vmcs_write(PAGE_FAULT_ERROR_CODE_MATCH, 0);
	vmcs_write(CR3_TARGET_COUNT, 0);
	vmcs_write(VM_EXIT_MSR_STORE_COUNT, 0);
	vmcs_write(VM_EXIT_MSR_LOAD_COUNT, 0);
	vmcs_write(VM_ENTRY_MSR_LOAD_COUNT, 0);
	vmcs_write(VM_EXIT_CONTROLS, v->ctl.exit);
	vmcs_write(VM_ENTRY_CONTROLS, v->ctl.entry);
	vmcs_write(VIRTUAL_PROCESSOR_ID, v->ctl.vpid);
	if (v->ctl.cpu2 & SECONDARY_EXEC_ENCLS_EXITING)
		vmcs_write(ENCLS_EXITING_BITMAP, ~0ULL);
	vmcs_write(GUEST_ACTIVITY_STATE, v->guest.activity);
	vmcs_write(GUEST_IA32_DEBUGCTL, v->guest.debugctl);
	vmcs_write(VMCS_LINK_POINTER, v->guest.link);
}

/* Fields that vmx_run() writes when they change: all of them now. */
static void control_write_all(struct vmx_vcpu *v)
{
	const struct vmx_control *ctl = &v->ctl;

	vmcs_write(PIN_BASED_VM_EXEC_CONTROL, ctl->pin);
	vmcs_write(CPU_BASED_VM_EXEC_CONTROL, ctl->cpu);
	vmcs_write(SECONDARY_VM_EXEC_CONTROL, ctl->cpu2);
	vmcs_write(EXCEPTION_BITMAP, ctl->exceptions);
	vmcs_write(VM_ENTRY_INTR_INFO_FIELD, ctl->event);
	vmcs_write(VM_ENTRY_EXCEPTION_ERROR_CODE, ctl->event_error);
	vmcs_write(VM_ENTRY_INSTRUCTION_LEN, ctl->event_len);
	vmcs_write(EPT_POINTER, ctl->eptp);
	vmcs_write(MSR_BITMAP, ctl->msr_bitmap);
	vmcs_write(TSC_OFFSET, ctl->tsc_offset);
	vmcs_write(CR0_GUEST_HOST_MASK, ctl->cr0_mask);
	vmcs_write(CR4_GUEST_HOST_MASK, ctl->cr4_mask);
	vmcs_write(GUEST_RSP, v->hw.rsp);
	vmcs_write(GUEST_RFLAGS, v->hw.rflags);
	vmcs_write(GUEST_INTERRUPTIBILITY_INFO, v->hw.interruptibility);
	vmcs_write(GUEST_PENDING_DBG_EXCEPTIONS, v->hw.pending_debug);
	v->ctl_hw = *ctl;
}

/**
 * vmx_load() - ops->load: the VMCS becomes active and current on this CPU
 * @vcpu: claimed by the caller, loaded nowhere
 *
 * A CPU that the vCPU comes to may have cached translations under its VPID and
 * its EPT pointer, from a former stay or a former owner (SDM 30.4.3.3).
 *
 * Context: interrupts off.
 * Return: 0, or -EIO after axvcpu_vcpu_fail().
 */
int vmx_load(struct axvcpu_vcpu *vcpu)
{
	struct vmx_vcpu *v = to_vmx(vcpu);
	struct vmx_cpu *pc = this_cpu_ptr(&vmx_cpu);
	int cpu = smp_processor_id();

	pc->lost = false;
	/* The first VMCLEAR makes a VMCS of the page: SDM 25.11.3. */
	if (!make_clear(v->vmcs_pa) || !vmx_make_current(v)) {
		axvcpu_vcpu_fail(vcpu, -EIO, native_read_cr4(), 0, "load",
				 "the CPU did not take the VMCS (VMPTRLD failed): VMX was switched off while a VM exists");
		return -EIO;
	}
	v->entry_flags = x86_entry_flags(&v->x, false);
	if (v->fresh) {
		v->fresh = false;
		host_write_fixed(v);
		control_write_fixed(v);
		control_write_all(v);
		v->dirty = VMX_PART_ALL;
	}
	host_write_cpu();
	vmx_switch_load(&v->host);
	x86_load(&v->x);
	if (v->cpu != cpu) {
		v->cpu = cpu;
		vcpu->flush = true;
		v->flush_guest = true;
		axvcpu_count_event(vcpu, AXVCPU_STAT_FLUSH_SWITCH);
	}
	return 0;
}

/**
 * vmx_unload() - ops->unload: the VMCS leaves this CPU
 * @vcpu: loaded here; another vCPU may be entered
 *
 * Context: interrupts off.
 */
void vmx_unload(struct axvcpu_vcpu *vcpu)
{
	struct vmx_vcpu *v = to_vmx(vcpu);
	struct vmx_cpu *pc = this_cpu_ptr(&vmx_cpu);
	u64 before = pc->current_pa;

	if (vmx_make_current(v))
		vmx_guest_read(v, VMX_PART_ALL);
	/* Whatever was lost, nobody must wait for it for ever. */
	v->valid = VMX_PART_ALL;
	make_clear(v->vmcs_pa);
	pc->current_pa = NO_VMCS;
	if (before != v->vmcs_pa && before != NO_VMCS && make_current(before))
		pc->current_pa = before;
}
