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

#include "../cpuid.h"
#include "../fpu.h"
#include "../switch.h"
#include "check.h"
#include "control.h"
#include "decode.h"
#include "vmcs.h"
#include "vmx.h"

#define CR0_HOST	(X86_CR0_NE | X86_CR0_NW | X86_CR0_CD)
#define CR0_CACHE	(X86_CR0_NW | X86_CR0_CD)

/* MOV to CR4 loads the page-directory pointers if one of these changes (SDM 4.4.1). */
#define CR4_PDPTE	(X86_CR4_PAE | X86_CR4_PGE | X86_CR4_PSE | X86_CR4_SMEP)

#define PDPTE_PRESENT	BIT_ULL(0)
#define CR3_PAE_TABLE	GENMASK_ULL(31, 5)

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

/* Does the instruction load page-directory pointers? They are in memory. */
static bool loads_pdpte(struct vmx_vcpu *v, u64 cr0, u64 cr4)
{
	if (!(cr0 & X86_CR0_PG) || !(cr4 & X86_CR4_PAE) || (v->guest.efer & EFER_LME))
		return false;
	return (cr0 ^ vmx_cr0(v)) & (X86_CR0_PG | X86_CR0_CD | X86_CR0_NW) ||
	       (cr4 ^ vmx_cr4(v)) & CR4_PDPTE;
}

/**
 * vmx_load_cr() - vendor->load_cr
 * @x: a vCPU in RUN
 * @cr0: valid
 * @cr4: valid
 * @may_sleep: page-directory pointers may be read
 *
 * Return: 0; -EAGAIN: they have to be read; -EINVAL: they are not valid.
 */
int vmx_load_cr(struct x86_vcpu *x, u64 cr0, u64 cr4, bool may_sleep)
{
	struct vmx_vcpu *v = container_of(x, struct vmx_vcpu, x);
	bool pdpte = loads_pdpte(v, cr0, cr4);
	struct vmx_guest before;

	if (pdpte && !may_sleep)
		return -EAGAIN;
	vmx_guest_touch(v, VMX_PART_CR | VMX_PART_PDPTE);
	before = v->guest;
	vmx_load_control(v, cr0, cr4, v->guest.efer);
	if (pdpte && vmx_load_pdpte(v)) {
		v->guest = before;
		return -EINVAL;
	}
	/* SDM 4.10.4.1: what MOV to CR0 and CR4 invalidates, and more. */
	v->flush_guest = true;
	return 0;
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
