// SPDX-License-Identifier: GPL-2.0-only
/*
 * Control and debug registers of a VMX guest.
 *
 * The guest owns its CR0 and CR4 but for the bits of the masks: writes that
 * would change these exit, and reads see the shadow. In CR0 they are CD and NW,
 * which would reach the physical core, and NE, which VMX wants set (SDM 25.8);
 * in CR4 VMXE for the same reason, MCE, without which a machine check is a
 * shutdown, and what the guest's CPUID does not let it have. Entering and
 * leaving paging and long mode is the guest's own affair: the hardware keeps
 * EFER.LMA and the page-directory pointers (SDM 27.3.1.1, 26.3).
 */
#include <linux/percpu.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>
#include <asm/tlbflush.h>
#include <asm/trapnr.h>

#include "switch.h"
#include "vmx.h"

#define CR0_BITS	(X86_CR0_PE | X86_CR0_MP | X86_CR0_EM | X86_CR0_TS | X86_CR0_ET | \
			 X86_CR0_NE | X86_CR0_WP | X86_CR0_AM | X86_CR0_NW | X86_CR0_CD | \
			 X86_CR0_PG)
#define CR0_HOST	(X86_CR0_NE | X86_CR0_NW | X86_CR0_CD)
#define CR0_CACHE	(X86_CR0_NW | X86_CR0_CD)

/* MOV to CR4 loads the page-directory pointers if one of these changes (SDM 4.4.1). */
#define CR4_PDPTE	(X86_CR4_PAE | X86_CR4_PGE | X86_CR4_PSE | X86_CR4_SMEP)

#define PDPTE_PRESENT	BIT_ULL(0)
#define CR3_PAE_TABLE	GENMASK_ULL(31, 5)

/* Reserved in DR6 and DR7: SDM vol. 3, 18.2. */
#define DR6_ONES	0xffff0ff0ULL
#define DR6_CAUSES	0x0000e00fULL
#define DR7_ONES	0x00000400ULL
#define DR7_BITS	0xffff2bffULL

/**
 * vmx_cr0() - CR0 as the guest reads it
 * @v: the vCPU, claimed by the caller
 */
u64 vmx_cr0(struct vmx_vcpu *v)
{
	const u64 mask = v->ctl.cr0_mask;

	vmx_guest_need(v, VMX_PART_CR);
	return (v->guest.cr0 & ~mask) | (v->guest.cr0_shadow & mask);
}

/**
 * vmx_cr4() - CR4 as the guest reads it
 * @v: the vCPU, claimed by the caller
 */
u64 vmx_cr4(struct vmx_vcpu *v)
{
	const u64 mask = v->ctl.cr4_mask;

	vmx_guest_need(v, VMX_PART_CR);
	return (v->guest.cr4 & ~mask) | (v->guest.cr4_shadow & mask);
}

/**
 * vmx_long_mode() - is the guest's EFER.LMA set?
 * @v: the vCPU, claimed by the caller
 */
bool vmx_long_mode(struct vmx_vcpu *v)
{
	vmx_guest_need(v, VMX_PART_MODE);
	return v->guest.efer & EFER_LMA;
}

/**
 * vmx_pae_paging() - does the guest use PAE paging?
 * @v: the vCPU, claimed by the caller
 */
bool vmx_pae_paging(struct vmx_vcpu *v)
{
	vmx_guest_need(v, VMX_PART_CR);
	return (v->guest.cr0 & X86_CR0_PG) && (v->guest.cr4 & X86_CR4_PAE) &&
	       !(v->guest.efer & EFER_LMA);
}

/**
 * vmx_cr4_mask() - bits of CR4 that are not the guest's own
 * @v: a vCPU
 */
u64 vmx_cr4_mask(struct vmx_vcpu *v)
{
	return ~x86_cr4_allowed(&v->x) | vmx_caps.cr4_fixed0 | X86_CR4_MCE | X86_CR4_OSXSAVE;
}

/**
 * vmx_load_control() - give the guest its CR0, CR4 and EFER
 * @v: the vCPU; VMX_PART_CR is touched
 * @cr0: as the guest reads it
 * @cr4: as the guest reads it
 * @efer: as the guest reads it; LMA follows from LME and CR0.PG
 */
void vmx_load_control(struct vmx_vcpu *v, u64 cr0, u64 cr4, u64 efer)
{
	const u64 unrestricted = X86_CR0_PE | X86_CR0_PG;
	struct vmx_guest *guest = &v->guest;

	cr0 |= X86_CR0_ET;
	guest->cr0_shadow = cr0;
	guest->cr4_shadow = cr4;
	v->x.osxsave = (cr4 & X86_CR4_OSXSAVE) && x86_fpu_xcr0_supported();
	guest->cr0 = (cr0 & ~(u64)CR0_CACHE) | (vmx_caps.cr0_fixed0 & ~unrestricted);
	guest->cr4 = cr4 | vmx_caps.cr4_fixed0 | (cr4_read_shadow() & X86_CR4_MCE);
	v->ctl.cr0_mask = CR0_HOST | vmx_caps.cr0_fixed0;
	v->ctl.cr0_mask &= ~unrestricted;
	v->ctl.cr4_mask = vmx_cr4_mask(v);
	v->stale = true;
	guest->efer = efer & ~(u64)EFER_LMA;
	if ((efer & EFER_LME) && (cr0 & X86_CR0_PG))
		guest->efer |= EFER_LMA;
}

/**
 * vmx_load_pdpte() - page-directory pointers from the guest's memory
 * @v: the vCPU, not entered
 *
 * SDM 4.4.1. Entries that are not there count as not present.
 *
 * Context: may sleep.
 * Return: 0; -EINVAL if the guest gets a #GP for them.
 */
int vmx_load_pdpte(struct vmx_vcpu *v)
{
	struct vmx_guest *guest = &v->guest;
	u64 reserved = GENMASK_ULL(63, boot_cpu_data.x86_phys_bits) | 0x1e6;
	u64 entries[4] = {};
	unsigned int i;

	v->pdpte_stale = false;
	if (!vmx_pae_paging(v))
		return 0;
	vmx_guest_touch(v, VMX_PART_PDPTE);
	axvcpu_memory_read(v->x.vcpu->vm, guest->cr3 & CR3_PAE_TABLE, entries, sizeof(entries));
	memcpy(guest->pdpte, entries, sizeof(entries));
	for (i = 0; i < ARRAY_SIZE(entries); i++)
		if ((entries[i] & PDPTE_PRESENT) && (entries[i] & reserved))
			return -EINVAL;
	return 0;
}

/* MOV to CR0: SDM vol. 2, MOV CR; 4.1.2 for what LME adds. */
static bool cr0_allowed(struct vmx_vcpu *v, u64 new)
{
	const struct vmx_guest *guest = &v->guest;

	if (upper_32_bits(new))
		return false;
	if ((new & X86_CR0_NW) && !(new & X86_CR0_CD))
		return false;
	if (!(new & X86_CR0_PG))
		return !((guest->cr0 & X86_CR0_PG) &&
			 (v->x.vendor->code_bits(&v->x) == 64 ||
			  (guest->cr4 & X86_CR4_PCIDE)));
	if (!(new & X86_CR0_PE))
		return false;
	if ((guest->cr0 & X86_CR0_PG) || !(guest->efer & EFER_LME))
		return true;
	vmx_guest_need(v, VMX_PART_SEGS);
	return (guest->cr4 & X86_CR4_PAE) && !(guest->segs.cs.attr & AXVCPU_X86_SEG_L);
}

/* MOV to CR4: SDM vol. 2, and what the guest's CPUID table lets it have. */
static bool cr4_allowed(struct vmx_vcpu *v, u64 new)
{
	u64 old = vmx_cr4(v);
	u64 on = new & ~old;

	if (new & ~x86_cr4_allowed(&v->x))
		return false;
	if ((on & X86_CR4_PCIDE) && (!vmx_long_mode(v) || (v->guest.cr3 & 0xfff)))
		return false;
	if (!vmx_long_mode(v))
		return true;
	return (new & X86_CR4_PAE) && !((new ^ old) & X86_CR4_LA57);
}

/* Does the instruction load page-directory pointers? They are in memory. */
static bool loads_pdpte(struct vmx_vcpu *v, u64 cr0, u64 cr4)
{
	if (!(cr0 & X86_CR0_PG) || !(cr4 & X86_CR4_PAE) || (v->guest.efer & EFER_LME))
		return false;
	return (cr0 ^ vmx_cr0(v)) & (X86_CR0_PG | X86_CR0_CD | X86_CR0_NW) ||
	       (cr4 ^ vmx_cr4(v)) & CR4_PDPTE;
}

static enum axvcpu_next write_cr(struct vmx_vcpu *v, bool may_sleep)
{
	u64 value = v->x.regs.gpr[v->exit.reg.gpr];
	u64 cr0 = vmx_cr0(v), cr4 = vmx_cr4(v);
	struct vmx_guest before;
	bool pdpte;

	if (v->x.vendor->code_bits(&v->x) != 64)
		value = (u32)value;
	if (v->exit.reg.number == 0) {
		if (!cr0_allowed(v, value))
			return x86_fault(&v->x, X86_TRAP_GP, true, 0);
		cr0 = value & CR0_BITS;
	} else {
		if (!cr4_allowed(v, value))
			return x86_fault(&v->x, X86_TRAP_GP, true, 0);
		cr4 = value;
	}
	pdpte = loads_pdpte(v, cr0, cr4);
	if (pdpte && !may_sleep)
		return AXVCPU_NEXT_SLOW;
	vmx_guest_touch(v, VMX_PART_CR | VMX_PART_PDPTE);
	before = v->guest;
	vmx_load_control(v, cr0, cr4, v->guest.efer);
	if (pdpte && vmx_load_pdpte(v)) {
		v->guest = before;
		return x86_fault(&v->x, X86_TRAP_GP, true, 0);
	}
	/* SDM 4.10.4.1: what MOV to CR0 and CR4 invalidates, and more. */
	v->flush_guest = true;
	return x86_complete_insn(&v->x, v->exit.next_rip);
}

/* CR8 is the task priority; SDM vol. 3, 11.8.6. */
static enum axvcpu_next access_cr8(struct vmx_vcpu *v)
{
	u64 *gpr = &v->x.regs.gpr[v->exit.reg.gpr];

	if (v->exit.reg.write && (*gpr & ~0xfULL))
		return x86_fault(&v->x, X86_TRAP_GP, true, 0);
	if (v->exit.reg.write)
		v->cr8 = *gpr;
	else
		*gpr = v->cr8;
	return x86_complete_insn(&v->x, v->exit.next_rip);
}

static enum axvcpu_next access_cr(struct vmx_vcpu *v, bool may_sleep)
{
	const struct vmx_exit *exit = &v->exit;

	if (exit->reg.mov && exit->reg.number == 8)
		return access_cr8(v);
	if (exit->reg.mov && exit->reg.write &&
	    (exit->reg.number == 0 || exit->reg.number == 4))
		return write_cr(v, may_sleep);
	return x86_exit(&v->x, AXVCPU_EXIT_UNKNOWN);
}

/**
 * vmx_handle_cr() - an access to CR0, CR4 or CR8
 * @v: the vCPU
 *
 * Return: what to do next.
 */
enum axvcpu_next vmx_handle_cr(struct vmx_vcpu *v)
{
	axvcpu_count_handled(v->x.vcpu, AXVCPU_STAT_HANDLED_CONTROL);
	return access_cr(v, false);
}

/**
 * vmx_complete_cr() - the same, where memory can be read
 * @v: the vCPU, not entered
 *
 * Context: may sleep.
 * Return: what to do next.
 */
enum axvcpu_next vmx_complete_cr(struct vmx_vcpu *v)
{
	return access_cr(v, true);
}

/* MOV from DRn; DR0 to DR3 are not in the hardware now. */
static u64 read_dr(struct vmx_vcpu *v, unsigned int number)
{
	switch (number) {
	case 6:
		return v->dr6;
	case 7:
		return v->guest.dr7;
	default:
		return v->x.dr[number];
	}
}

/**
 * vmx_set_dr7() - the guest's DR7, from outside of it
 * @v: the vCPU; VMX_PART_DR7 is touched
 * @value: valid
 *
 * DR0 to DR3 are worth switching while it enables any of them.
 */
void vmx_set_dr7(struct vmx_vcpu *v, u64 value)
{
	v->guest.dr7 = value;
	if (!(value & X86_DR7_ENABLES))
		return;
	v->x.guest_dr_live = true;
	v->stale = true;
}

/* MOV to DRn: SDM vol. 3, 18.2. */
static bool write_dr(struct vmx_vcpu *v, unsigned int number, u64 value)
{
	if (number >= 6 && upper_32_bits(value))
		return false;
	if (number == 6)
		v->dr6 = (value & DR6_CAUSES) | DR6_ONES;
	else if (number == 7)
		vmx_set_dr7(v, (value & DR7_BITS) | DR7_ONES);
	else
		v->x.dr[number] = value;
	return true;
}

/**
 * vmx_handle_dr() - an access to a debug register
 * @v: the vCPU
 *
 * Natively, once the guest's values are in the hardware; while SET_DEBUG has
 * them, on the side. General detect and privilege come first in the hardware
 * (SDM 26.1.3).
 *
 * Return: what to do next.
 */
enum axvcpu_next vmx_handle_dr(struct vmx_vcpu *v)
{
	bool wide = v->x.vendor->code_bits(&v->x) == 64;
	u64 *gpr = &v->x.regs.gpr[v->exit.reg.gpr];
	unsigned int number = v->exit.reg.number;

	axvcpu_count_handled(v->x.vcpu, AXVCPU_STAT_HANDLED_CONTROL);
	if (!vmx_debugged(v)) {
		v->x.guest_dr_live = true;
		v->stale = true;
		return AXVCPU_NEXT_RESUME;
	}
	vmx_guest_touch(v, VMX_PART_DR7);
	/* DR4 and DR5 are DR6 and DR7, or nothing (SDM vol. 3, 18.2.2). */
	if (number == 4 || number == 5) {
		if (vmx_cr4(v) & X86_CR4_DE)
			return x86_fault(&v->x, X86_TRAP_UD, false, 0);
		number += 2;
	}
	if (!v->exit.reg.write)
		*gpr = wide ? read_dr(v, number) : (u32)read_dr(v, number);
	else if (!write_dr(v, number, wide ? *gpr : (u32)*gpr))
		return x86_fault(&v->x, X86_TRAP_GP, true, 0);
	return x86_complete_insn(&v->x, v->exit.next_rip);
}
