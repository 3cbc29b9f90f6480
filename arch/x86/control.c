// SPDX-License-Identifier: GPL-2.0-only
/* What the guest's instructions do to its control and debug registers. */
#include <linux/errno.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "common.h"
#include "control.h"
#include "cpuid.h"
#include "debug.h"
#include "event.h"
#include "fpu.h"
#include "x86.h"

/* Bits that CR0 has; the others are ignored when written (SDM vol. 3, 2.5; APM 3.1.1). */
#define CR0_BITS	(X86_CR0_PE | X86_CR0_MP | X86_CR0_EM | X86_CR0_TS | X86_CR0_ET | \
			 X86_CR0_NE | X86_CR0_WP | X86_CR0_AM | X86_CR0_NW | X86_CR0_CD | \
			 X86_CR0_PG)
/* What LMSW writes, and CLTS and SMSW can show. */
#define CR0_LMSW	(X86_CR0_PE | X86_CR0_MP | X86_CR0_EM | X86_CR0_TS)
/* Bits that CR8 has; a MOV with others raises #GP (SDM vol. 3, 11.8.6; APM 3.1.5). */
#define CR8_BITS	0xfULL

static enum axvcpu_next done(struct x86_vcpu *x)
{
	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_CONTROL);
	return x86_complete_insn(x, x->exit.next_rip);
}

static enum axvcpu_next refuse(struct x86_vcpu *x, u8 vector)
{
	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_CONTROL);
	return x86_fault(x, vector, vector == X86_TRAP_GP, 0);
}

static unsigned int width(struct x86_vcpu *x)
{
	if (x->exit.reg.width)
		return x->exit.reg.width;
	return x->vendor->code_bits(x) == 64 ? 8 : 4;
}

static bool in_64_bit_segment(struct x86_vcpu *x)
{
	struct axvcpu_x86_segments segs;

	x->vendor->get_segments(x, &segs);
	return segs.cs.attr & AXVCPU_X86_SEG_L;
}

/* MOV to CR0: SDM vol. 2, MOV CR, and vol. 3, 4.1.2 for LME; APM 3.1.1 and 14.6. */
static bool cr0_permitted(struct x86_vcpu *x, const struct axvcpu_x86_control *old, u64 new)
{
	if (upper_32_bits(new))
		return false;
	if ((new & X86_CR0_NW) && !(new & X86_CR0_CD))
		return false;
	if (!(new & X86_CR0_PG))
		return !((old->cr0 & X86_CR0_PG) &&
			 ((old->cr4 & X86_CR4_PCIDE) || x->vendor->code_bits(x) == 64));
	if (!(new & X86_CR0_PE))
		return false;
	if ((old->cr0 & X86_CR0_PG) || !(old->efer & EFER_LME))
		return true;
	return (old->cr4 & X86_CR4_PAE) && !in_64_bit_segment(x);
}

/* MOV to CR4: SDM vol. 2, MOV CR; APM 3.1.3; and what the guest's CPUID lets it have. */
static bool cr4_permitted(struct x86_vcpu *x, const struct axvcpu_x86_control *old, u64 new)
{
	bool long_mode = old->efer & EFER_LMA;

	if (new & ~x86_cr4_allowed(x))
		return false;
	if ((new & ~old->cr4 & X86_CR4_PCIDE) && (!long_mode || (old->cr3 & 0xfff)))
		return false;
	if (!long_mode)
		return true;
	return (new & X86_CR4_PAE) && !((new ^ old->cr4) & X86_CR4_LA57);
}

/* What the instruction writes to the control register. */
static u64 operand(struct x86_vcpu *x, u64 cr0)
{
	const struct x86_reg *reg = &x->exit.reg;
	u64 gpr = x->regs.gpr[reg->gpr];

	switch (reg->op) {
	case X86_REG_CLTS:
		return cr0 & ~(u64)X86_CR0_TS;
	case X86_REG_LMSW:
		/* It cannot clear PE (SDM vol. 2 and APM vol. 3, LMSW). */
		return (cr0 & ~(u64)(CR0_LMSW & ~X86_CR0_PE)) | (gpr & CR0_LMSW);
	default:
		return width(x) == 8 ? gpr : (u32)gpr;
	}
}

static enum axvcpu_next write_cr8(struct x86_vcpu *x, u64 value)
{
	if (value & ~CR8_BITS)
		return refuse(x, X86_TRAP_GP);
	x->vendor->set_cr8(x, value);
	return done(x);
}

static enum axvcpu_next write_cr(struct x86_vcpu *x, const struct axvcpu_x86_control *old)
{
	u64 value = operand(x, old->cr0);
	u64 cr0 = old->cr0, cr4 = old->cr4;
	bool permitted;
	int ret;

	if (x->exit.reg.number == 8)
		return write_cr8(x, value);
	if (x->exit.reg.number == 0) {
		permitted = cr0_permitted(x, old, value);
		cr0 = value & CR0_BITS;
	} else {
		permitted = cr4_permitted(x, old, value);
		cr4 = value;
	}
	if (!permitted)
		return refuse(x, X86_TRAP_GP);
	ret = x->vendor->load_cr(x, cr0, cr4, x->exit.may_sleep);
	if (ret == -EAGAIN)
		return AXVCPU_NEXT_SLOW;
	return ret ? refuse(x, X86_TRAP_GP) : done(x);
}

static enum axvcpu_next read_cr(struct x86_vcpu *x, u64 value)
{
	x86_write_gpr(&x->regs.gpr[x->exit.reg.gpr], value, width(x));
	return done(x);
}

/**
 * x86_handle_cr() - an access to CR0, CR4 or CR8
 * @x: the vCPU
 *
 * Return: what to do next.
 */
enum axvcpu_next x86_handle_cr(struct x86_vcpu *x)
{
	const struct x86_reg *reg = &x->exit.reg;
	struct axvcpu_x86_control ctl;
	u64 value;

	if (!reg->known)
		return x86_exit(x, AXVCPU_EXIT_UNKNOWN);
	if (reg->memory)
		return x->vendor->open_cr0(x);
	x->vendor->get_control(x, &ctl);
	switch (reg->number) {
	case 0:
		value = ctl.cr0;
		break;
	case 4:
		value = ctl.cr4;
		break;
	case 8:
		value = ctl.cr8;
		break;
	default:
		return x86_exit(x, AXVCPU_EXIT_UNKNOWN);
	}
	return reg->write ? write_cr(x, &ctl) : read_cr(x, value);
}

/* MOV from DRn; DR0 to DR3 are not in the hardware now. */
static u64 read_dr(struct x86_vcpu *x, unsigned int number)
{
	u64 dr6, dr7;

	if (number < 4)
		return x->dr[number];
	x->vendor->get_dr6_dr7(x, &dr6, &dr7);
	return number == 6 ? dr6 : dr7;
}

/* MOV to DRn: SDM vol. 3, 18.2; APM 13.1.1. */
static bool write_dr(struct x86_vcpu *x, unsigned int number, u64 value)
{
	u64 dr6, dr7;

	if (number < 4) {
		x->dr[number] = value;
		return true;
	}
	if (upper_32_bits(value))
		return false;
	x->vendor->get_dr6_dr7(x, &dr6, &dr7);
	if (number == 6)
		x->vendor->set_dr6_dr7(x, (value & X86_DR6_CAUSES) | X86_DR6_ONES, dr7);
	else
		x->vendor->set_dr6_dr7(x, dr6, (value & X86_DR7_BITS) | X86_DR7_ONES);
	return true;
}

/* The guest does it by itself, once its debug registers are in the hardware. */
static enum axvcpu_next open_dr(struct x86_vcpu *x)
{
	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_CONTROL);
	x->guest_dr_live = true;
	x->vendor->update(x);
	return AXVCPU_NEXT_RESUME;
}

static bool has_debug_extensions(struct x86_vcpu *x)
{
	struct axvcpu_x86_control ctl;

	x->vendor->get_control(x, &ctl);
	return ctl.cr4 & X86_CR4_DE;
}

/**
 * x86_handle_dr() - an access to a debug register
 * @x: the vCPU; while SET_DEBUG has the registers the operand is known
 *
 * General detect and privilege come first in the hardware (SDM 26.1.3; APM 15.7).
 *
 * Return: what to do next.
 */
enum axvcpu_next x86_handle_dr(struct x86_vcpu *x)
{
	const struct x86_reg *reg = &x->exit.reg;
	u64 *gpr = &x->regs.gpr[reg->gpr];
	unsigned int number = reg->number;

	if (!x86_debugged(x))
		return open_dr(x);
	/* DR4 and DR5 are DR6 and DR7, or nothing (SDM vol. 3, 18.2.2; APM 13.1.1.5). */
	if (number == 4 || number == 5) {
		if (has_debug_extensions(x))
			return refuse(x, X86_TRAP_UD);
		number += 2;
	}
	if (number > 7)
		return refuse(x, X86_TRAP_UD);
	if (!reg->write)
		x86_write_gpr(gpr, read_dr(x, number), width(x));
	else if (!write_dr(x, number, width(x) == 8 ? *gpr : (u32)*gpr))
		return refuse(x, X86_TRAP_GP);
	return done(x);
}
