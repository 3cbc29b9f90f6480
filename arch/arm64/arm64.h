/* SPDX-License-Identifier: GPL-2.0-only */
/* The EL2 backend: a vCPU, what EL2 switches, and the two modes of the host kernel. */
#ifndef AXVCPU_ARM64_ARM64_H
#define AXVCPU_ARM64_ARM64_H

#include <linux/hrtimer.h>
#include <linux/percpu.h>
#include <linux/types.h>
#include <linux/axvcpu_arm64.h>

#include "../../core/ops.h"
#include "entry.h"

/**
 * struct el2_regs - registers of the guest or the host; entry.h has the offsets
 * @x: general registers; up to @pstate as in struct axvcpu_arm64_regs
 * @pc: program counter
 * @pstate: process state, as in SPSR_EL2
 * @sp_el0: and so on: the registers of these names, without _EL1
 * @mdscr: the one that the hardware has is ours
 * @own_mdscr: MDSCR_EL1 as the guest wrote it; without effect, as there are no
 *	breakpoints for it
 */
struct el2_regs {
	u64 x[31], sp_el0, sp_el1, pc, pstate;
	u64 sctlr, cpacr, ttbr0, ttbr1, tcr;
	u64 esr, afsr0, afsr1, far, mair, amair;
	u64 vbar, contextidr, cntkctl, elr, spsr, par, mdscr;
	u64 tpidr_el0, tpidrro_el0, tpidr_el1, csselr;
	u64 cntv_ctl, cntv_cval;
	u64 own_mdscr;
};

/**
 * struct el2_config - what EL2 does for a guest: the registers of these names
 * @vttbr: and so on
 * @vsesr: VSESR_EL2, where there is one (FEAT_RAS): syndrome of the virtual SError
 */
struct el2_config {
	u64 vttbr, cntvoff, mdcr, cptr, cnthctl, hcr;
	u64 vtcr, vpidr, vmpidr, hstr, icc_sre, vsesr;
};

/**
 * struct el2_gic - the virtual CPU interface
 * @hcr: ICH_HCR_EL2
 * @vmcr: ICH_VMCR_EL2
 * @ap0r: ICH_AP0R0_EL2
 * @ap1r: ICH_AP1R0_EL2; the one priority we give needs no others
 * @lr: list registers
 */
struct el2_gic {
	u64 hcr, vmcr, ap0r, ap1r;
	u64 lr[GIC_MAX_LR];
};

/**
 * struct el2_context - what the world switch takes and gives
 * @guest: the guest's registers
 * @config: EL2's settings for this guest
 * @gic: the virtual CPU interface
 * @nr_lr: list registers in use, from the first; the hardware's others are 0
 * @flush: not 0: drop this VMID's TLB entries on this CPU
 * @exit: EXIT_*
 * @esr: ESR_EL2 of a synchronous exit
 * @far: FAR_EL2
 * @hpfar: HPFAR_EL2
 * @at: PAR_EL1 of a translation of @far, after a permission fault
 * @optional: OPTIONAL_* of the CPU this runs on
 * @disr: with EXIT_DEFERRED: an SError was pending when the guest left, with this syndrome
 * @host: the host's registers and settings, while the guest runs; not for C
 *
 * While the vCPU is resident the hardware may have what @guest and @gic have for others
 * (el2_vhe.c): see arm64_bring_home().
 */
struct el2_context {
	struct el2_regs guest;
	struct el2_config config;
	struct el2_gic gic;
	u64 nr_lr, flush, exit, esr, far, hpfar, at, optional, disr;
	u64 host[HOST_LAST + 1 - HOST_FIRST + HOST_CFG_NR] __aligned(ARCH_DMA_MINALIGN);
} __aligned(ARCH_DMA_MINALIGN);

#define ARM64_INSN_LEN		4
#define ARM64_PSTATE_BTYPE	GENMASK_ULL(11, 10)
#define ARM64_NR_ID_REGS	9	/* those that have something in them */

/**
 * struct arm64_vm - the backend's part of a VM
 * @vmid: generation and VMID; 0: none yet
 * @last_vcpu: on each CPU, 1 + number of the vCPU that ran there last
 */
struct arm64_vm {
	u64 vmid;
	u32 __percpu *last_vcpu;
};

/* What is switched by C, and not every CPU has. */
#define ARM64_HAS_SME	BIT(0)	/* TPIDR2_EL0 (FEAT_SME) */
#define ARM64_HAS_SPE	BIT(1)	/* a profiling buffer, and it is the host's */
#define ARM64_HAS_TRBE	BIT(2)	/* a trace buffer, likewise */

/**
 * struct arm64_el0 - registers of EL0 that user programs see
 * @tpidr: TPIDR_EL0
 * @tpidrro: TPIDRRO_EL0
 * @tpidr2: TPIDR2_EL0, where there is one
 */
struct arm64_el0 {
	u64 tpidr, tpidrro, tpidr2;
};

enum arm64_called_off {
	ARM64_ENTERED,
	ARM64_STALE,	/* the VMID is of an old generation */
	ARM64_REFUSED,	/* PSTATE is none that a guest may have */
	ARM64_SERROR,	/* an SError waits, and it is the host's */
};

/**
 * struct arm64_vcpu - the backend's part of a vCPU
 * @ctx: what the switch takes; physically contiguous, in cache lines of its own
 * @ctx_pa: its physical address (nVHE)
 * @vcpu: the core's object
 * @insn_pc: address of the instruction that exited
 * @insn: the instruction itself, with AXVCPU_RAW_INSN_BYTES
 * @known: AXVCPU_RAW_* bits of the last exit: what is known about it
 * @fpsimd: guest's vector registers
 * @fp_open: the hardware has them now, in place of the host's
 * @id: what the guest reads from its ID registers
 * @wake: ends a WFI when the virtual timer expires
 * @host: the host's registers of EL0, while entered
 * @has: ARM64_HAS_* of the CPU where it is loaded
 * @resident: the CPU where it is loaded has what stays in the hardware
 * @called_off: why the last entry was, or ENTERED
 * @step_pstate: PSTATE at the last entry, if that was a single step
 */
struct arm64_vcpu {
	struct el2_context ctx;
	phys_addr_t ctx_pa;
	struct axvcpu_vcpu *vcpu;
	u64 insn_pc;
	u32 insn;
	u32 known;
	struct axvcpu_arm64_fpsimd fpsimd;
	bool fp_open;
	u64 id[ARM64_NR_ID_REGS];
	struct hrtimer wake;
	struct arm64_el0 host;
	u32 has;
	bool resident;
	enum arm64_called_off called_off;
	u64 step_pstate;
};

/**
 * struct el2_mode - what depends on where the host kernel runs
 * @name: backend's name
 * @backend: AXVCPU_BACKEND_*
 * @cptr: CPTR_EL2 for a guest: FP, SVE, SME, trace and AMU trap
 * @cptr_fp: the same, and FP does not
 * @cnthctl: CNTHCTL_EL2 for a guest: the physical counter and timer trap
 * @init: is EL2 ours to take? -ENODEV, -EBUSY with a log line
 * @fini: reverses it
 * @enable: take EL2 on this CPU, interrupts off
 * @disable: give it back
 * @is_enabled: is it taken?
 * @vtr: ICH_VTR_EL2; any CPU
 * @mdcr: MDCR_EL2 of the host
 * @wake: this CPU has slept, interrupts off. NULL: it has lost nothing
 * @load: have in the hardware what stays there of a vCPU from run to run; interrupts off
 * @save: take it from there; interrupts off
 * @run: switch to the guest, which is resident, and back; interrupts off
 * @flush_all: drop all guests' TLB entries on this CPU; preemption off
 * @clear_lrs: empty the first @count list registers; preemption off
 */
struct el2_mode {
	const char *name;
	u32 backend;
	u64 cptr;
	u64 cptr_fp;
	u64 cnthctl;
	int (*init)(void);
	void (*fini)(void);
	int (*enable)(void);
	void (*disable)(void);
	bool (*is_enabled)(void);
	u64 (*vtr)(void);
	u64 (*mdcr)(void);
	void (*wake)(void);
	void (*load)(struct arm64_vcpu *a);
	void (*save)(struct arm64_vcpu *a);
	void (*run)(struct el2_context *ctx);
	void (*flush_all)(void);
	void (*clear_lrs)(unsigned int count);
};

extern const struct el2_mode el2_vhe, el2_nvhe;
extern const struct el2_mode *el2_mode;

static inline struct arm64_vcpu *to_arm64(struct axvcpu_vcpu *vcpu)
{
	return vcpu->arch;
}

static inline struct arm64_vm *vm_arm64(struct axvcpu_vm *vm)
{
	return vm->arch;
}

/* HCR_EL2: what follows from the vCPU's state, and stays there from exit to entry */
#define HCR_VSE_BIT	BIT_ULL(HCR_VSE_AT)	/* a virtual SError waits for delivery */
#define HCR_TVM_BIT	BIT_ULL(26)		/* writes to translation registers trap */

static inline bool arm64_vserror(const struct arm64_vcpu *a)
{
	return a->ctx.config.hcr & HCR_VSE_BIT;
}

/* are the guest's caches watched, to clean memory when they go on or off? */
static inline bool arm64_watches_caches(const struct arm64_vcpu *a)
{
	return a->ctx.config.hcr & HCR_TVM_BIT;
}

static inline bool arm64_has(const struct arm64_vcpu *a, unsigned int optional)
{
	return a->ctx.optional >> optional & 1;
}

static inline void arm64_set_hcr(struct arm64_vcpu *a, u64 bit, bool set)
{
	a->ctx.config.hcr &= ~bit;
	if (set)
		a->ctx.config.hcr |= bit;
}

/* assembly */
void el2_vhe_switch(struct el2_context *ctx);
void el2_vhe_load(const struct el2_context *ctx);
void el2_vhe_save(struct el2_context *ctx);
void el2_vhe_clear_lrs(unsigned int count);
extern const char el2_nvhe_blob[], el2_nvhe_end[], el2_nvhe_probe[], el2_nvhe_stub[];
void el2_fpsimd_save(struct axvcpu_arm64_fpsimd *state);
void el2_fpsimd_load(const struct axvcpu_arm64_fpsimd *state);
void el2_copy_regs(struct axvcpu_arm64_regs *to, const struct axvcpu_arm64_regs *from);

#endif /* AXVCPU_ARM64_ARM64_H */
