// SPDX-License-Identifier: GPL-2.0-only
/*
 * Debug registers, and what SET_DEBUG asks for.
 *
 * The world switch loads DR6 and DR7 of the guest and leaves DR7 disabled
 * behind; DR0 to DR3 are loaded here, if the guest or the VMM uses them. The
 * host's own come back from copies made right before, interrupts off, since
 * perf changes them from an interrupt.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/percpu.h>
#include <linux/sched.h>

#include <asm/debugreg.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "debug.h"
#include "event.h"
#include "switch.h"

#define NR_BP		4

static void keep_host(struct x86_vcpu *x)
{
	get_debugreg(x->host_dr[0], 0);
	get_debugreg(x->host_dr[1], 1);
	get_debugreg(x->host_dr[2], 2);
	get_debugreg(x->host_dr[3], 3);
}

static void load_dr(const u64 *dr)
{
	set_debugreg(dr[0], 0);
	set_debugreg(dr[1], 1);
	set_debugreg(dr[2], 2);
	set_debugreg(dr[3], 3);
}

static void load_breakpoints(const struct axvcpu_debug *debug)
{
	u64 dr[NR_BP];
	unsigned int i;

	for (i = 0; i < NR_BP; i++)
		dr[i] = debug->bp[i].addr;
	load_dr(dr);
}

/**
 * x86_debug_host_out() - keep the host's debug registers, and switch them off
 * @x: a vCPU about to run
 *
 * Context: interrupts off.
 */
void x86_debug_host_out(struct x86_vcpu *x)
{
	keep_host(x);
	set_debugreg(X86_DR7_ONES, 7);
}

/**
 * x86_debug_host_in() - reverses x86_debug_host_out()
 * @x: the vCPU
 */
void x86_debug_host_in(struct x86_vcpu *x)
{
	load_dr(x->host_dr);
	set_debugreg(x->host_dr7, 7);
}

/**
 * x86_debug_guest_in() - DR0 to DR3 for guest execution: SET_DEBUG's or the guest's
 * @x: a vCPU about to run; either are in use
 *
 * Context: interrupts off.
 */
void x86_debug_guest_in(struct x86_vcpu *x)
{
	if (x->owns_dr) {
		load_breakpoints(&x->vcpu->debug);
	} else {
		load_dr(x->dr);
		x->dr_switched = true;
	}
}

/**
 * x86_debug_guest_out() - the guest has had its DR0 to DR3: keep them
 * @x: the vCPU
 */
void x86_debug_guest_out(struct x86_vcpu *x)
{
	get_debugreg(x->dr[0], 0);
	get_debugreg(x->dr[1], 1);
	get_debugreg(x->dr[2], 2);
	get_debugreg(x->dr[3], 3);
	x->dr_switched = false;
}

/* R/W and LEN of DR7: SDM vol. 3, 18.2.4. */
static u64 bp_control(const struct axvcpu_breakpoint *bp, unsigned int slot)
{
	static const u8 type[] = {
		[AXVCPU_BREAK_EXEC] = 0,
		[AXVCPU_BREAK_WRITE] = 1,
		[AXVCPU_BREAK_ACCESS] = 3,
	};
	static const u8 len[] = { [1] = 0, [2] = 1, [4] = 3, [8] = 2 };
	u64 field = len[bp->len] << 2 | type[bp->type];

	return 2ULL << 2 * slot | field << (16 + 4 * slot);
}

/**
 * x86_debug_dr7() - DR7 while the guest runs
 * @x: a vCPU
 * @guest_dr7: the guest's own
 *
 * Return: that one, or the one that SET_DEBUG's breakpoints need.
 */
u64 x86_debug_dr7(struct x86_vcpu *x, u64 guest_dr7)
{
	const struct axvcpu_debug *debug = &x->vcpu->debug;
	u64 dr7 = X86_DR7_ONES;
	unsigned int i;

	if (!x->owns_dr)
		return guest_dr7;
	for (i = 0; i < NR_BP; i++)
		if (debug->bp[i].type != AXVCPU_BREAK_NONE)
			dr7 |= bp_control(&debug->bp[i], i);
	return dr7;
}

/**
 * x86_debug_causes() - what caused a #DB
 * @dr6: as the hardware tells it, in DR6 or an exit
 * @dr7: as the hardware has it
 *
 * It also tells of breakpoints that match but are not enabled (APM vol. 2,
 * 13.1.1.3; SDM vol. 3, 18.2.3).
 *
 * Return: @dr6 without those.
 */
u64 x86_debug_causes(u64 dr6, u64 dr7)
{
	unsigned int i;

	for (i = 0; i < NR_BP; i++)
		if (!(dr7 >> 2 * i & 3))
			dr6 &= ~BIT_ULL(i);
	return dr6;
}

static bool bp_valid(const struct axvcpu_breakpoint *bp)
{
	if ((u64)sign_extend64(bp->addr, 47) != bp->addr)
		return false;
	switch (bp->type) {
	case AXVCPU_BREAK_NONE:
		return !bp->addr && !bp->len;
	case AXVCPU_BREAK_EXEC:
		return bp->len == 1;
	case AXVCPU_BREAK_WRITE:
	case AXVCPU_BREAK_ACCESS:
		return (bp->len == 1 || bp->len == 2 || bp->len == 4 || bp->len == 8) &&
		       !(bp->addr & (bp->len - 1));
	default:
		return false;
	}
}

/**
 * x86_set_debug() - ops->set_debug
 * @vcpu: claimed by the caller
 * @debug: what to watch
 *
 * Return: 0, -EINVAL.
 */
int x86_set_debug(struct axvcpu_vcpu *vcpu, const struct axvcpu_debug *debug)
{
	struct x86_vcpu *x = to_x86(vcpu);
	unsigned int i;

	if (debug->flags & ~(AXVCPU_DEBUG_STEP | AXVCPU_DEBUG_SW_BREAK))
		return -EINVAL;
	/* 32 vectors, of which 2 is no exception. */
	if (debug->exceptions & ~0xfffffffbULL)
		return -EINVAL;
	for (i = 0; i < NR_BP; i++)
		if (!bp_valid(&debug->bp[i]))
			return -EINVAL;
	vcpu->debug = *debug;
	x->owns_dr = debug->bp[0].type | debug->bp[1].type | debug->bp[2].type |
		     debug->bp[3].type;
	x->vendor->update(x);
	return 0;
}

static bool debug_exit(struct x86_vcpu *x, u32 cause, u32 slots)
{
	struct axvcpu_exit_debug *out = &x->vcpu->run->out.debug;

	*out = (struct axvcpu_exit_debug) {
		.cause = cause,
		.slots = slots,
		.address = x->regs.rip,
	};
	x86_exit(x, AXVCPU_EXIT_DEBUG);
	return true;
}

/**
 * x86_debug_exit() - an intercepted #DB or #BP: is it SET_DEBUG's?
 * @x: the vCPU
 * @vector: X86_TRAP_DB or X86_TRAP_BP
 * @dr6: #DB: what it adds to DR6
 *
 * Return: true: the exit DEBUG is filled in; false: it is the guest's.
 */
bool x86_debug_exit(struct x86_vcpu *x, u8 vector, u64 dr6)
{
	const struct axvcpu_debug *debug = &x->vcpu->debug;
	u32 cause = 0, slots = 0;

	if (vector == X86_TRAP_BP)
		return debug->flags & AXVCPU_DEBUG_SW_BREAK &&
		       debug_exit(x, AXVCPU_DEBUG_CAUSE_SW_BREAK, 0);
	if (debug->flags & AXVCPU_DEBUG_STEP && dr6 & DR_STEP)
		cause |= AXVCPU_DEBUG_CAUSE_STEP;
	if (x->owns_dr)
		slots = dr6 & DR_TRAP_BITS;
	if (slots)
		cause |= AXVCPU_DEBUG_CAUSE_HW_BREAK;
	return cause && debug_exit(x, cause, slots);
}

/**
 * x86_exception_exit() - an intercepted exception: did SET_DEBUG ask for it?
 * @x: the vCPU
 * @event: the exception
 *
 * Return: true: the exit EXCEPTION is filled in; false: it is the guest's.
 */
bool x86_exception_exit(struct x86_vcpu *x, const struct axvcpu_inject *event)
{
	if (!(x->vcpu->debug.exceptions & BIT_ULL(event->vector)))
		return false;
	x->vcpu->run->out.exception = (struct axvcpu_exit_exception) {
		.vector = event->vector,
		.flags = event->flags,
		.error_code = event->error_code,
		.address = event->address,
	};
	x86_exit(x, AXVCPU_EXIT_EXCEPTION);
	return true;
}
