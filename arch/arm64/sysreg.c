// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trapped accesses to system registers: what is answered here, what is not
 * there, and what the VMM is asked.
 */
#include <linux/bits.h>
#include <asm/sysreg.h>

#include "arm64.h"
#include "cache.h"
#include "decode.h"
#include "event.h"
#include "exit.h"
#include "idreg.h"
#include "run.h"
#include "stage2.h"
#include "state.h"
#include "sysreg.h"
#include "timer.h"
#include "vcpu.h"

#define REG_NAME(op0, op1, crn, crm, op2) AXVCPU_ARM64_SYSREG(op0, op1, crn, crm, op2)

#define ICC_SGI1R	REG_NAME(3, 0, 12, 11, 5)
#define ICC_ASGI1R	REG_NAME(3, 0, 12, 11, 6)
#define ICC_SGI0R	REG_NAME(3, 0, 12, 11, 7)
#define ICC_SRE		REG_NAME(3, 0, 12, 12, 5)
#define ICC_SRE_VALUE	7
#define SCTLR		REG_NAME(3, 0, 1, 0, 0)
#define SCTLR_CACHES	(BIT(0) | BIT(2))	/* M, C: only with both on */
#define ACTLR		REG_NAME(3, 0, 1, 0, 1)
#define MDSCR		REG_NAME(2, 0, 0, 2, 2)
#define OSLAR		REG_NAME(2, 0, 1, 0, 4)
#define OSLSR		REG_NAME(2, 0, 1, 1, 4)
#define OSLSR_VALUE	BIT(3)			/* an OS lock, open */
/* those of HCR_EL2.TID2 */
#define CCSIDR		REG_NAME(3, 1, 0, 0, 0)
#define CLIDR		REG_NAME(3, 1, 0, 0, 1)
#define CSSELR		REG_NAME(3, 2, 0, 0, 0)
#define CTR		REG_NAME(3, 3, 0, 0, 1)
#define CNTPCT		REG_NAME(3, 3, 14, 0, 1)

/* Debug registers (D19.3): all but MDSCR_EL1 read as zero and take no write. */
static bool is_debug(u32 id)
{
	return SYSREG_OP0(id) == 2 && (SYSREG_OP1(id) == 0 || SYSREG_OP1(id) == 3) &&
	       SYSREG_CRN(id) <= 7;
}

/* Cache maintenance by set/way, which reaches one CPU's caches: we do it all over. */
static bool is_set_way(u32 id)
{
	u32 crm = SYSREG_CRM(id);

	return SYSREG_OP0(id) == 1 && SYSREG_OP1(id) == 0 && SYSREG_CRN(id) == 7 &&
	       SYSREG_OP2(id) == 2 && (crm == 6 || crm == 10 || crm == 14);
}

/*
 * What caches are like, on a CPU where they are not like those of all: a guest that reads it
 * here and cleans elsewhere must miss no line.
 */
static bool read_cache_reg(struct arm64_vcpu *a, u32 id, u64 *value)
{
	switch (id) {
	case CTR:
		*value = arm64_caches.ctr;
		return true;
	case CLIDR:
		*value = read_sysreg(clidr_el1);
		return true;
	case CCSIDR:
		*value = arm64_ccsidr(&arm64_caches);
		return true;
	case CSSELR:
		arm64_bring_home(a);
		*value = a->ctx.guest.csselr;
		return true;
	}
	return false;
}

static bool read_here(struct arm64_vcpu *a, u32 id, u64 *value)
{
	*value = 0;
	if (arm64_is_id_reg(id))
		*value = arm64_id_read(a, id);
	else if (id == ICC_SRE)
		*value = ICC_SRE_VALUE;
	else if (id == MDSCR)
		*value = a->ctx.guest.own_mdscr;
	else if (id == OSLSR)
		*value = OSLSR_VALUE;
	else if (id == CNTPCT)
		*value = arm64_read_counter() + axvcpu_counter_offset(a->vcpu->vm);
	else
		return id == ACTLR || is_debug(id) || read_cache_reg(a, id, value);
	return true;
}

static bool caches_on(u64 sctlr)
{
	return (sctlr & SCTLR_CACHES) == SCTLR_CACHES;
}

/* A translation register, while HCR_EL2.TVM is set. */
static bool write_watched(struct arm64_vcpu *a, u32 id, u64 value)
{
	u64 *reg = arm64_watches_caches(a) ? arm64_kept_sysreg(a, id) : NULL;

	if (!reg)
		return false;
	arm64_bring_home(a);
	*reg = value;
	return true;
}

/*
 * Does the write make the guest look at memory through other caches than before?
 * While its caches are off it goes past those that hold what others have written
 * and read (Arm ARM D7.4.5, B2.8). By set/way it says that it is about to.
 */
static bool needs_clean(struct arm64_vcpu *a, u32 id, u64 value)
{
	if (arm64_stage2_fwb())
		return false;
	if (is_set_way(id))
		return !arm64_watches_caches(a);
	if (id != SCTLR || !arm64_watches_caches(a))
		return false;
	arm64_bring_home(a);
	return caches_on(a->ctx.guest.sctlr) != caches_on(value);
}

static bool write_here(struct arm64_vcpu *a, u32 id, u64 value)
{
	if (id == CSSELR) {
		arm64_bring_home(a);
		a->ctx.guest.csselr = value;
	} else if (id == MDSCR) {
		a->ctx.guest.own_mdscr = value;
	} else {
		return id == ICC_SRE || id == ACTLR || is_debug(id) || is_set_way(id) ||
		       write_watched(a, id, value);
	}
	return true;
}

static enum axvcpu_next exit_sgi(struct arm64_vcpu *a, u64 value)
{
	struct arm64_sgi sgi;

	arm64_decode_sgi(value, &sgi);
	a->vcpu->run->out.send_ipi = (struct axvcpu_exit_send_ipi) {
		.target = sgi.affinity,
		.target_aux = (u64)sgi.range << 16 | sgi.list,
		.send_to_all = sgi.all,
		.vector = sgi.intid,
	};
	arm64_advance(a);
	return arm64_exit(a, AXVCPU_EXIT_SEND_IPI);
}

static enum axvcpu_next exit_sysreg(struct arm64_vcpu *a, u32 id, bool read, unsigned int rt)
{
	a->vcpu->run->out.sysreg = (struct axvcpu_exit_sysreg) {
		.addr = id,
		.value = read ? 0 : arm64_read_gpr(a, rt),
		.reg = read ? rt : 0,
	};
	arm64_advance(a);
	axvcpu_vcpu_refusable(a->vcpu, a->insn_pc);
	return arm64_exit(a, read ? AXVCPU_EXIT_SYSREG_READ : AXVCPU_EXIT_SYSREG_WRITE);
}

/**
 * arm64_sysreg() - handle a trapped MSR, MRS or system instruction
 * @a: the vCPU, in RUN
 */
enum axvcpu_next arm64_sysreg(struct arm64_vcpu *a)
{
	u64 esr = a->ctx.esr, value;
	u32 id = arm64_iss_sysreg(esr);
	unsigned int rt = arm64_iss_rt(esr);
	bool read = arm64_iss_is_read(esr);
	bool done;

	if (!read && (id == ICC_SGI1R || id == ICC_ASGI1R || id == ICC_SGI0R))
		return exit_sgi(a, arm64_read_gpr(a, rt));
	if (arm64_sysreg_hidden(id))
		return arm64_undefined(a);
	if (!read && needs_clean(a, id, arm64_read_gpr(a, rt)))
		return AXVCPU_NEXT_SLOW;
	done = read ? read_here(a, id, &value) : write_here(a, id, arm64_read_gpr(a, rt));
	if (!done)
		return exit_sysreg(a, id, read, rt);
	if (read)
		arm64_write_gpr(a, rt, value);
	axvcpu_count_handled(a->vcpu, arm64_is_id_reg(id) ? AXVCPU_STAT_HANDLED_CPUID :
							    AXVCPU_STAT_HANDLED_SYSREG);
	return arm64_complete_insn(a);
}

/**
 * arm64_sysreg_slow() - the same for a write that needs memory cleaned
 * @a: the vCPU, in RUN, not entered
 *
 * Once the caches are on there is nothing to watch, until the guest cleans by
 * set/way: then it may turn them off. A fatal signal leaves the instruction undone.
 *
 * Context: may sleep.
 */
enum axvcpu_next arm64_sysreg_slow(struct arm64_vcpu *a)
{
	u64 value = arm64_read_gpr(a, arm64_iss_rt(a->ctx.esr));
	u32 id = arm64_iss_sysreg(a->ctx.esr);

	if (axvcpu_memory_clean(a->vcpu->vm))
		return AXVCPU_NEXT_RESUME;
	write_here(a, id, value);
	arm64_set_hcr(a, HCR_TVM_BIT, id != SCTLR || !caches_on(value));
	axvcpu_count_handled(a->vcpu, AXVCPU_STAT_HANDLED_SYSREG);
	return arm64_complete_insn(a);
}
