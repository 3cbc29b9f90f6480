// SPDX-License-Identifier: GPL-2.0-only
/* Exits: what is handled here, what the core does, what the VMM is told. */
#include <linux/panic.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include "arm64.h"
#include "decode.h"
#include "event.h"
#include "exit.h"
#include "idreg.h"
#include "paging.h"
#include "psci.h"
#include "run.h"
#include "sysreg.h"
#include "vcpu.h"
#include "vmid.h"

#define WFX_IS_WFE	BIT(0)
#define WFX_HAS_TIMEOUT	BIT(1)		/* WFIT, WFET (FEAT_WFxT) */

static const char mode_rule[] =
	"PSTATE.M must be EL0t, EL1t or EL1h in AArch64 state (Arm ARM D1.4.4)";

static __always_inline void raw_write(struct arm64_vcpu *a)
{
	struct axvcpu_raw *raw = &a->vcpu->run->out.raw;
	const struct el2_context *ctx = &a->ctx;
	u32 known = a->known;

	/* Member by member: cleared first it would take twice as long. */
	raw->reason = ctx->esr;
	raw->info[0] = ctx->esr;
	raw->info[1] = ctx->far;
	raw->info[2] = ctx->hpfar;
	raw->info[3] = 0;
	raw->gpa = known & AXVCPU_RAW_GPA ? a->vcpu->fault.gpa : 0;
	raw->gva = known & AXVCPU_RAW_GVA ? ctx->far : 0;
	raw->insn_pc = a->insn_pc;
	raw->valid = known;
	raw->events = arm64_event_flags(a);
	raw->insn_len = known & AXVCPU_RAW_INSN_LEN ? ARM64_INSN_LEN : 0;
	raw->insn_bytes = known & AXVCPU_RAW_INSN_BYTES ? ARM64_INSN_LEN : 0;
	memset(raw->reserved, 0, sizeof(raw->reserved));
	memset(raw->insn, 0, sizeof(raw->insn));
	if (known & AXVCPU_RAW_INSN_BYTES)
		memcpy(raw->insn, &a->insn, ARM64_INSN_LEN);
}

/**
 * arm64_exit() - leave RUN with an exit of the hardware
 * @a: the vCPU; the payload is written
 * @reason: AXVCPU_EXIT_*
 *
 * Return: AXVCPU_NEXT_EXIT.
 */
enum axvcpu_next arm64_exit(struct arm64_vcpu *a, u32 reason)
{
	raw_write(a);
	return axvcpu_exit(a->vcpu, reason);
}

static enum axvcpu_next exit_debug(struct arm64_vcpu *a, u32 cause)
{
	a->vcpu->run->out.debug = (struct axvcpu_exit_debug) {
		.cause = cause,
		.address = a->ctx.guest.pc,
	};
	return arm64_exit(a, AXVCPU_EXIT_DEBUG);
}

/**
 * arm64_stepped() - leave RUN after an instruction that was handled here
 * @a: the vCPU; PC is behind it
 *
 * Return: AXVCPU_NEXT_EXIT.
 */
enum axvcpu_next arm64_stepped(struct arm64_vcpu *a)
{
	return exit_debug(a, AXVCPU_DEBUG_CAUSE_STEP);
}

static enum axvcpu_next exit_refused(struct arm64_vcpu *a)
{
	struct axvcpu_exit_fail_entry *fail = &a->vcpu->run->out.fail_entry;

	memset(fail, 0, sizeof(*fail));
	fail->reason = a->ctx.guest.pstate;
	memcpy(fail->rule, mode_rule, sizeof(mode_rule));
	arm64_fill_raw(a->vcpu, &a->vcpu->run->out.raw);
	return axvcpu_exit(a->vcpu, AXVCPU_EXIT_FAIL_ENTRY);
}

static enum axvcpu_next handle_interrupt(struct arm64_vcpu *a)
{
	axvcpu_count_handled(a->vcpu, AXVCPU_STAT_HANDLED_IRQ);
	if (!(a->vcpu->flags & AXVCPU_RUN_EXIT_HOST_IRQ))
		return AXVCPU_NEXT_RESUME;
	/* An interrupt has no syndrome. */
	a->ctx.esr = 0;
	return arm64_exit(a, AXVCPU_EXIT_EXTERNAL_INTERRUPT);
}

static enum axvcpu_next handle_wfx(struct arm64_vcpu *a)
{
	if (a->ctx.esr & WFX_HAS_TIMEOUT)
		return arm64_undefined(a);
	if (a->ctx.esr & WFX_IS_WFE)
		return AXVCPU_NEXT_SLOW;
	arm64_advance(a);
	axvcpu_vcpu_refusable(a->vcpu, a->insn_pc);
	arm64_exit(a, AXVCPU_EXIT_HALT);
	return AXVCPU_NEXT_HALT;
}

/* PC is past an HVC already, and at an SMC (D1.3.5). */
static enum axvcpu_next handle_call(struct arm64_vcpu *a)
{
	struct el2_regs *regs = &a->ctx.guest;

	if (esr_class(a->ctx.esr) == EC_HVC64) {
		a->insn_pc -= ARM64_INSN_LEN;
		regs->pc -= ARM64_INSN_LEN;
	}
	return arm64_call(a);
}

/* Has the switch had FAR_EL2 translated? See TRANSLATE_FAR in switch.inc. */
static bool was_translated(struct arm64_vcpu *a, const struct arm64_access *abort)
{
	return !abort->walk && (abort->kind == ARM64_ABORT_PERMISSION ||
				arm64_has(a, OPTIONAL_STAGE1_FIRST));
}

static enum axvcpu_next handle_abort(struct arm64_vcpu *a)
{
	const struct el2_context *ctx = &a->ctx;
	struct axvcpu_vcpu *vcpu = a->vcpu;
	struct arm64_access abort;

	arm64_decode_abort(ctx->esr, &abort);
	if (abort.far_valid)
		a->known |= AXVCPU_RAW_GVA;
	/* A broken memory system is nobody's to repair: the VMM decides. */
	if (abort.kind == ARM64_ABORT_OTHER)
		return arm64_exit(a, AXVCPU_EXIT_UNKNOWN);
	if (abort.kind == ARM64_ABORT_PERMISSION)
		/* The TLB keeps what it had until it is told. */
		vcpu->flush = true;
	/* The guest has changed its tables meanwhile, or it is a fault of theirs: again. */
	if (was_translated(a, &abort) && arm64_par_failed(ctx->at))
		return AXVCPU_NEXT_RESUME;
	vcpu->fault.gpa = arm64_abort_gpa(&abort, ctx->hpfar, ctx->far, ctx->at);
	vcpu->fault.access = abort.access;
	a->known |= AXVCPU_RAW_GPA;
	return AXVCPU_NEXT_FAULT;
}

/* The guest's first since it was entered: until then the host's registers stay. */
static enum axvcpu_next handle_fp(struct arm64_vcpu *a)
{
	if (a->fp_open)
		return arm64_undefined(a);
	arm64_fp_open(a);
	axvcpu_count_handled(a->vcpu, AXVCPU_STAT_HANDLED_INSN);
	return AXVCPU_NEXT_RESUME;
}

static enum axvcpu_next handle_rare(struct arm64_vcpu *a)
{
	switch (esr_class(a->ctx.esr)) {
	case EC_WFX:
		return handle_wfx(a);
	case EC_FP_ACCESS:
		return handle_fp(a);
	case EC_STEP:
		return exit_debug(a, AXVCPU_DEBUG_CAUSE_STEP);
	case EC_BRK64:
		return exit_debug(a, AXVCPU_DEBUG_CAUSE_SW_BREAK);
	case EC_UNKNOWN:
	case EC_CP15_32:
	case EC_CP15_64:
	case EC_CP14_32:
	case EC_CP14_LS:
	case EC_CP14_64:
	case EC_CP10_ID:
	case EC_PAUTH:
	case EC_LS64:
	case EC_SVE:
	case EC_SME:
	case EC_SYSREG128:
	case EC_TSTART:
		/* What the ID registers do not offer is not there. */
		return arm64_undefined(a);
	}
	return arm64_exit(a, AXVCPU_EXIT_UNKNOWN);
}

/* The most frequent first. */
static enum axvcpu_next handle_sync(struct arm64_vcpu *a)
{
	u32 class = esr_class(a->ctx.esr);

	if (class == EC_DABT || class == EC_IABT)
		return handle_abort(a);
	if (class == EC_HVC64 || class == EC_SMC64)
		return handle_call(a);
	if (class == EC_SYSREG)
		return arm64_sysreg(a);
	return handle_rare(a);
}

static noinline enum axvcpu_next handle_called_off(struct arm64_vcpu *a)
{
	if (a->called_off == ARM64_REFUSED)
		return exit_refused(a);
	if (a->called_off == ARM64_STALE)
		arm64_vmid_update(a->vcpu->vm);
	return AXVCPU_NEXT_RESUME;
}

/*
 * The guest has caused an asynchronous abort. One that cannot be contained may be in anybody's
 * data already: as for the host's own there is no way on. Else its EL1 is told, without a
 * syndrome, as it has no RAS.
 */
static void charge_serror(struct arm64_vcpu *a, u64 syndrome)
{
	switch (arm64_serror_kind(syndrome, arm64_has(a, OPTIONAL_RAS))) {
	case ARM64_SERROR_FATAL:
		panic("axvcpu: an SError of a guest that cannot be contained, syndrome %#llx\n",
		      syndrome);
	case ARM64_SERROR_GUEST:
		arm64_serror(a, SERROR_IDS);
		break;
	case ARM64_SERROR_PAST:
		break;
	}
	axvcpu_count_handled(a->vcpu, AXVCPU_STAT_HANDLED_EXCEPTION);
}

/*
 * It comes first: what else has ended the run, the guest does again. PC is past an HVC, and
 * nothing else.
 */
static noinline enum axvcpu_next handle_serror(struct arm64_vcpu *a)
{
	u64 vector = a->ctx.exit & ~(EXIT_AARCH32 | EXIT_DEFERRED);

	if (a->ctx.exit & EXIT_DEFERRED)
		charge_serror(a, a->ctx.disr);
	if (vector == EXIT_SERROR)
		charge_serror(a, a->ctx.esr);
	else if (vector == EXIT_SYNC && esr_class(a->ctx.esr) == EC_HVC64)
		a->ctx.guest.pc -= ARM64_INSN_LEN;
	return AXVCPU_NEXT_RESUME;
}

/* By its ID registers the guest may have no AArch32; it went there itself. */
static bool from_aarch32(struct arm64_vcpu *a)
{
	return a->ctx.exit == (EXIT_SYNC | EXIT_AARCH32) && arm64_allows_aarch32(a);
}

/* Interrupts, SErrors, and what should not be. */
static noinline enum axvcpu_next handle_other(struct arm64_vcpu *a)
{
	if (a->ctx.exit & EXIT_DEFERRED)
		return handle_serror(a);
	switch (a->ctx.exit & ~EXIT_AARCH32) {
	case EXIT_IRQ:
	case EXIT_FIQ:
		return handle_interrupt(a);
	case EXIT_SERROR:
		return handle_serror(a);
	}
	return arm64_exit(a, AXVCPU_EXIT_UNKNOWN);
}

/**
 * arm64_handle_exit() - ops->handle_exit
 * @vcpu: in RUN, entered
 *
 * Context: preemption off, interrupts on.
 */
enum axvcpu_next arm64_handle_exit(struct axvcpu_vcpu *vcpu)
{
	struct arm64_vcpu *a = to_arm64(vcpu);

	if (a->called_off)
		return handle_called_off(a);
	a->insn_pc = a->ctx.guest.pc;
	a->known = 0;
	if (a->ctx.exit != EXIT_SYNC && !from_aarch32(a))
		return handle_other(a);
	return handle_sync(a);
}

/**
 * arm64_complete() - ops->complete: WFE, behind which the core lets others have
 *	the CPU, and what cleans memory
 * @vcpu: in RUN, not entered
 *
 * Context: may sleep.
 */
enum axvcpu_next arm64_complete(struct axvcpu_vcpu *vcpu)
{
	struct arm64_vcpu *a = to_arm64(vcpu);

	if (esr_class(a->ctx.esr) == EC_SYSREG)
		return arm64_sysreg_slow(a);
	axvcpu_count_handled(vcpu, AXVCPU_STAT_HANDLED_HALT);
	return arm64_complete_insn(a);
}

static void mmio_write(struct arm64_vcpu *a, const struct arm64_access *access)
{
	u64 value = arm64_read_gpr(a, access->reg);

	a->vcpu->run->out.mmio_write = (struct axvcpu_exit_mmio_write) {
		.addr = a->vcpu->fault.gpa,
		.width = access->width,
		.data = value & (~0ULL >> (64 - 8 * access->width)),
	};
}

static void mmio_read(struct arm64_vcpu *a, const struct arm64_access *access)
{
	a->vcpu->run->out.mmio_read = (struct axvcpu_exit_mmio_read) {
		.addr = a->vcpu->fault.gpa,
		.width = access->width,
		.reg = access->reg,
		.reg_width = access->reg_width,
		.signed_ext = access->signed_ext,
	};
}

static enum axvcpu_next exit_mmio(struct arm64_vcpu *a, const struct arm64_access *access)
{
	if (access->write)
		mmio_write(a, access);
	else
		mmio_read(a, access);
	arm64_advance(a);
	axvcpu_vcpu_refusable(a->vcpu, a->insn_pc);
	raw_write(a);
	return axvcpu_exit(a->vcpu, access->write ? AXVCPU_EXIT_MMIO_WRITE : AXVCPU_EXIT_MMIO_READ);
}

/* Memory that could not be had, or an access whose syndrome does not say what it is. */
static noinline enum axvcpu_next exit_fault(struct arm64_vcpu *a, int error)
{
	struct axvcpu_vcpu *vcpu = a->vcpu;

	if (!(vcpu->fault.access & AXVCPU_ACCESS_EXEC))
		arm64_fetch_insn(a);
	vcpu->run->out.fault = (struct axvcpu_exit_fault) {
		.addr = vcpu->fault.gpa,
		.access = vcpu->fault.access,
		.error = error,
	};
	return arm64_exit(a, AXVCPU_EXIT_NESTED_PAGE_FAULT);
}

/**
 * arm64_explain_fault() - ops->explain_fault
 * @vcpu: in RUN; @vcpu->fault is what could not be served
 * @error: 0: no region covers it; else why not, an errno, positive
 *
 * Context: may sleep.
 */
enum axvcpu_next arm64_explain_fault(struct axvcpu_vcpu *vcpu, int error)
{
	struct arm64_vcpu *a = to_arm64(vcpu);
	struct arm64_access access;

	arm64_decode_abort(a->ctx.esr, &access);
	if (!error && access.decoded)
		return exit_mmio(a, &access);
	/* Nothing is cached of what is not there. */
	if (!error && access.maintenance)
		return arm64_complete_insn(a);
	return exit_fault(a, error);
}
