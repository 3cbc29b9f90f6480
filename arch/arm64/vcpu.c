// SPDX-License-Identifier: GPL-2.0-only
/* The life of a vCPU, and its registers. */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/stddef.h>
#include <asm/cputype.h>
#include <asm/sysreg.h>

#include "arm64.h"
#include "gic.h"
#include "idreg.h"
#include "run.h"
#include "stage2.h"
#include "timer.h"
#include "vcpu.h"

static_assert(offsetof(struct el2_regs, pc) == R_PC);
static_assert(offsetof(struct axvcpu_arm64_regs, pc) == R_PC);
static_assert(offsetof(struct axvcpu_arm64_regs, sp_el1) == R_SP_EL1);
static_assert(sizeof(struct axvcpu_arm64_regs) == R_PSTATE + sizeof(u64));
static_assert(offsetof(struct el2_regs, amair) == R_AMAIR);
static_assert(offsetof(struct el2_regs, mdscr) == R_MDSCR);
static_assert(offsetof(struct el2_regs, csselr) == R_CSSELR);
static_assert(offsetof(struct el2_regs, cntv_cval) == R_CNTV_CVAL);
static_assert(sizeof(struct el2_regs) == R_AT(REGS_NR));
static_assert(offsetof(struct el2_config, hcr) == CFG_HCR);
static_assert(offsetof(struct el2_config, vsesr) == CFG_VSESR);
static_assert(sizeof(struct el2_config) == R_AT(CFG_NR));
static_assert(offsetof(struct el2_gic, lr) == GIC_LR(0));
static_assert(sizeof(struct el2_gic) == R_AT(GIC_NR));
static_assert(offsetof(struct el2_context, config) == CTX_CONFIG);
static_assert(offsetof(struct el2_context, gic) == CTX_GIC);
static_assert(offsetof(struct el2_context, nr_lr) == CTX_NR_LR);
static_assert(offsetof(struct el2_context, optional) == CTX_OPTIONAL);
static_assert(offsetof(struct el2_context, disr) == CTX_DISR);
static_assert(offsetof(struct el2_context, host) == CTX_SHARED_SIZE);
static_assert(sizeof(struct el2_context) == CTX_SIZE);

/* SCTLR_EL1 out of reset: D17.2.118; all its bits that are one, and no more */
#define SCTLR_RESET	0x30d00800ULL

/* MDCR_EL2: debug, OS lock, PMU, SPE and trace registers trap; D17.2.97 */
#define MDCR_HPMN	GENMASK_ULL(4, 0)
#define MDCR_TPMCR	BIT_ULL(5)
#define MDCR_TPM	BIT_ULL(6)
#define MDCR_TDA	BIT_ULL(9)
#define MDCR_TDOSA	BIT_ULL(10)
#define MDCR_TDRA	BIT_ULL(11)
#define MDCR_TPMS	BIT_ULL(14)
#define MDCR_TTRF	BIT_ULL(19)

/* ICC_SRE_EL2 without Enable: the guest's ICC_SRE_EL1 is the host's; it traps. */
#define ICC_SRE		0x7

#define MPIDR_ONE	BIT_ULL(31)

/* CPUs are numbered 16 to a cluster, as one SGI reaches them. */
static u64 mpidr(u32 id)
{
	return MPIDR_ONE | (u64)(id >> 4) << 8 | (id & 0xf);
}

static void config_reset(struct arm64_vcpu *a)
{
	struct el2_config *config = &a->ctx.config;
	u64 vttbr = config->vttbr;

	*config = (struct el2_config) {
		.vttbr = vttbr,
		.hcr = arm64_hcr(),
		.vtcr = arm64_vtcr(),
		.mdcr = (el2_mode->mdcr() & MDCR_HPMN) | MDCR_TPMCR | MDCR_TPM | MDCR_TDA |
			MDCR_TDOSA | MDCR_TDRA | MDCR_TPMS | MDCR_TTRF,
		.cptr = el2_mode->cptr,
		.cnthctl = el2_mode->cnthctl,
		.vpidr = read_cpuid_id(),
		.vmpidr = mpidr(a->vcpu->fixed.id),
		.icc_sre = ICC_SRE,
	};
}

/**
 * arm64_reset() - ops->reset
 * @vcpu: claimed by the caller
 */
void arm64_reset(struct axvcpu_vcpu *vcpu)
{
	struct arm64_vcpu *a = to_arm64(vcpu);

	memset(&a->ctx.guest, 0, sizeof(a->ctx.guest));
	a->ctx.guest.sctlr = SCTLR_RESET;
	a->ctx.guest.pstate = AXVCPU_ARM64_PSTATE_EL1H | AXVCPU_ARM64_PSTATE_F |
			       AXVCPU_ARM64_PSTATE_I | AXVCPU_ARM64_PSTATE_A |
			       AXVCPU_ARM64_PSTATE_D;
	config_reset(a);
	arm64_gic_reset(a);
	memset(&a->fpsimd, 0, sizeof(a->fpsimd));
	arm64_set_hcr(a, HCR_TVM_BIT, !arm64_stage2_fwb());
	hrtimer_cancel(&a->wake);
	WRITE_ONCE(vcpu->activity, AXVCPU_ACTIVITY_ACTIVE);
	arm64_write_regs(vcpu);
}

/**
 * arm64_create() - ops->create
 * @vcpu: being made
 *
 * Context: may sleep.
 * Return: 0, -ENOMEM.
 */
int arm64_create(struct axvcpu_vcpu *vcpu)
{
	int node = vcpu->fixed.node;
	struct arm64_vcpu *a;

	/* A power of two is aligned to itself: the context shares no cache line. */
	a = kzalloc_node(roundup_pow_of_two(sizeof(*a)), GFP_KERNEL_ACCOUNT, node);
	if (!a)
		return -ENOMEM;
	a->vcpu = vcpu;
	vcpu->arch = a;
	arm64_timer_setup(a);
	arm64_id_default(a);
	arm64_reset(vcpu);
	return 0;
}

/**
 * arm64_destroy() - ops->destroy: reverses arm64_create()
 * @vcpu: loaded nowhere
 */
void arm64_destroy(struct axvcpu_vcpu *vcpu)
{
	struct arm64_vcpu *a = to_arm64(vcpu);

	hrtimer_cancel(&a->wake);
	kfree(a);
	vcpu->arch = NULL;
}

/**
 * arm64_set_entry() - ops->set_entry
 * @vcpu: claimed by the caller
 * @entry: guest physical address: EL1, MMU off
 *
 * Return: 0, -EINVAL.
 */
int arm64_set_entry(struct axvcpu_vcpu *vcpu, u64 entry)
{
	if (entry & 3 || entry >> arm64_stage2_format.gpa_bits)
		return -EINVAL;
	arm64_set_pc(vcpu, entry);
	return 0;
}

/**
 * arm64_set_stage2_root() - ops->set_stage2_root
 * @vcpu: claimed by the caller
 * @root: physical address of the stage-2 table
 *
 * Return: 0.
 */
int arm64_set_stage2_root(struct axvcpu_vcpu *vcpu, phys_addr_t root)
{
	to_arm64(vcpu)->ctx.config.vttbr = root;
	vcpu->flush = true;
	return 0;
}

static struct axvcpu_arm64_regs *run_regs(struct axvcpu_vcpu *vcpu)
{
	return (struct axvcpu_arm64_regs *)vcpu->run->regs;
}

/* The registers of the same names in the context: they come first there. */
static struct axvcpu_arm64_regs *ctx_regs(struct axvcpu_vcpu *vcpu)
{
	return (struct axvcpu_arm64_regs *)&to_arm64(vcpu)->ctx.guest;
}

/**
 * arm64_read_regs() - ops->read_regs
 * @vcpu: claimed by the caller
 *
 * Userspace may write them meanwhile: what counts is what has got here.
 */
void arm64_read_regs(struct axvcpu_vcpu *vcpu)
{
	el2_copy_regs(ctx_regs(vcpu), run_regs(vcpu));
}

/**
 * arm64_write_regs() - ops->write_regs
 * @vcpu: claimed by the caller
 */
void arm64_write_regs(struct axvcpu_vcpu *vcpu)
{
	el2_copy_regs(run_regs(vcpu), ctx_regs(vcpu));
}

/**
 * arm64_set_gpr() - ops->set_gpr
 * @vcpu: claimed by the caller
 * @reg: 0 to 30
 * @value: all 64 bits
 *
 * Return: 0, -EINVAL.
 */
int arm64_set_gpr(struct axvcpu_vcpu *vcpu, unsigned int reg, u64 value)
{
	if (reg >= ARRAY_SIZE(run_regs(vcpu)->x))
		return -EINVAL;
	run_regs(vcpu)->x[reg] = value;
	return 0;
}

/**
 * arm64_set_return_value() - ops->set_return_value
 * @vcpu: claimed by the caller
 * @value: goes to X0
 */
void arm64_set_return_value(struct axvcpu_vcpu *vcpu, u64 value)
{
	run_regs(vcpu)->x[0] = value;
}

/**
 * arm64_set_pc() - ops->set_pc
 * @vcpu: claimed by the caller
 * @pc: program counter
 */
void arm64_set_pc(struct axvcpu_vcpu *vcpu, u64 pc)
{
	run_regs(vcpu)->pc = pc;
}
