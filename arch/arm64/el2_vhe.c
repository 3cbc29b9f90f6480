// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host kernel at EL2 (VHE, Arm ARM D8.7): a run swaps what EL2 has.
 *
 * The registers of EL1 are nobody's but the guests' while HCR_EL2.TGE is set, which it is
 * whenever a guest does not run; and so are the virtual CPU interface and those of EL2's
 * settings that concern EL1 alone. What a CPU has of them stays there when a run ends.
 */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <asm/barrier.h>
#include <asm/sysreg.h>

#include "arm64.h"

/* CPTR_EL2 where HCR_EL2.E2H is set: D17.2.30 */
#define VHE_CPTR_FPEN	(3ULL << 20)	/* FP does not trap; ZEN, SMEN: 0, trap */
#define VHE_CPTR	(VHE_CPTR_TTA | VHE_CPTR_TAM)
#define VHE_CPTR_TTA	BIT_ULL(28)
#define VHE_CPTR_TAM	BIT_ULL(30)

/* CNTHCTL_EL2 where HCR_EL2.E2H is set: EL1PCTEN, EL1PTEN (10, 11) are 0. */
#define VHE_CNTHCTL	0

#define VTTBR_CNP	1ULL

/* ID_AA64DFR0_EL1.PMSVer, PMBIDR_EL1.P, and the guest's PMSCR_EL1 */
#define DFR0_SPE	GENMASK_ULL(35, 32)
#define PMBIDR_P	BIT(4)
#define PMSCR_EL12	sys_reg(3, 5, 9, 9, 0)

/* What the host had where guests now leave theirs. */
struct vhe_host {
	u64 vttbr, cntvoff, vtcr, vpidr, vmpidr, hstr, icc_sre;
};

static DEFINE_PER_CPU(bool, enabled);
static DEFINE_PER_CPU(struct vhe_host, vhe_host);

static bool vhe_is_enabled(void)
{
	return __this_cpu_read(enabled);
}

static void host_save(struct vhe_host *host)
{
	*host = (struct vhe_host) {
		.vttbr = read_sysreg(vttbr_el2),
		.cntvoff = read_sysreg(cntvoff_el2),
		.vtcr = read_sysreg(vtcr_el2),
		.vpidr = read_sysreg(vpidr_el2),
		.vmpidr = read_sysreg(vmpidr_el2),
		.hstr = read_sysreg(hstr_el2),
		.icc_sre = read_sysreg_s(SYS_ICC_SRE_EL2),
	};
}

static void host_restore(const struct vhe_host *host)
{
	write_sysreg(host->vttbr, vttbr_el2);
	write_sysreg(host->cntvoff, cntvoff_el2);
	write_sysreg(host->vtcr, vtcr_el2);
	write_sysreg(host->vpidr, vpidr_el2);
	write_sysreg(host->vmpidr, vmpidr_el2);
	write_sysreg(host->hstr, hstr_el2);
	write_sysreg_s(host->icc_sre, SYS_ICC_SRE_EL2);
	isb();
}

static int vhe_enable(void)
{
	if (read_sysreg(vttbr_el2) & ~VTTBR_CNP)
		return -EBUSY;
	host_save(this_cpu_ptr(&vhe_host));
	/* Not known out of reset: a guest must not be recorded (Arm ARM D17.7.6). */
	if (read_sysreg(id_aa64dfr0_el1) & DFR0_SPE &&
	    !(read_sysreg_s(SYS_PMBIDR_EL1) & PMBIDR_P))
		write_sysreg_s(0, PMSCR_EL12);
	__this_cpu_write(enabled, true);
	return 0;
}

static void vhe_disable(void)
{
	host_restore(this_cpu_ptr(&vhe_host));
	__this_cpu_write(enabled, false);
}

static void vhe_load(struct arm64_vcpu *a)
{
	el2_vhe_load(&a->ctx);
}

static void vhe_save(struct arm64_vcpu *a)
{
	el2_vhe_save(&a->ctx);
}

static u64 vhe_vtr(void)
{
	return read_sysreg_s(SYS_ICH_VTR_EL2);
}

static u64 vhe_mdcr(void)
{
	return read_sysreg(mdcr_el2);
}

static void vhe_flush_all(void)
{
	dsb(ishst);
	asm volatile("tlbi alle1" : : : "memory");
	dsb(nsh);
	isb();
}

/* KVM at work leaves a table in VTTBR_EL2 on the CPUs its guests ran on. */
static int __init vhe_init(void)
{
	if (!(read_sysreg(vttbr_el2) & ~VTTBR_CNP))
		return 0;
	pr_err("axvcpu: el2-vhe: EL2 is in use already (VTTBR_EL2 is set), probably by KVM: boot with kvm-arm.mode=none\n");
	return -EBUSY;
}

static void vhe_fini(void)
{
}

const struct el2_mode el2_vhe = {
	.name = "el2-vhe",
	.backend = AXVCPU_BACKEND_EL2_VHE,
	.cptr = VHE_CPTR,
	.cptr_fp = VHE_CPTR | VHE_CPTR_FPEN,
	.cnthctl = VHE_CNTHCTL,
	.init = vhe_init,
	.fini = vhe_fini,
	.enable = vhe_enable,
	.disable = vhe_disable,
	.is_enabled = vhe_is_enabled,
	.vtr = vhe_vtr,
	.mdcr = vhe_mdcr,
	.load = vhe_load,
	.save = vhe_save,
	.run = el2_vhe_switch,
	.flush_all = vhe_flush_all,
	.clear_lrs = el2_vhe_clear_lrs,
};
