/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a VMX exit is: a pure function of the exit fields, so that KUnit can feed
 * it recorded ones, and here because it is on the path of each.
 */
#ifndef AXVCPU_X86_VMX_DECODE_H
#define AXVCPU_X86_VMX_DECODE_H

#include <asm/trapnr.h>
#include <uapi/asm/debugreg.h>
#include <uapi/asm/vmx.h>

#include "check.h"
#include "vmcs.h"
#include "vmx.h"

/* the decoder is in vmx_decode.h */
#define VMX_NR_REASONS	(EXIT_REASON_ENCLS + 1)

/* By basic exit reason (SDM appendix C); the last row stands for those not known. */
extern const struct vmx_reason vmx_reasons[VMX_NR_REASONS + 1];

static inline const struct vmx_reason *vmx_reason(u64 reason)
{
	return &vmx_reasons[min_t(u16, reason, VMX_NR_REASONS)];
}

/* SDM table 28-5: INS and OUTS */
static inline bool vmx_io_is_string(const struct vmx_exit_fields *f)
{
	return f->qualification & BIT(4);
}

/* DR6.BD: an access with DR7.GD set */
#define VMX_DR_ACCESS	BIT(13)

static inline enum x86_exit_kind vmx_exit_kind(const struct vmx_exit_fields *f)
{
	enum x86_exit_kind kind = vmx_reason(f->reason)->kind;

	if (unlikely(f->reason & VMX_EXIT_REASONS_FAILED_VMENTRY))
		return (u16)f->reason == EXIT_REASON_MCE_DURING_VMENTRY ? X86_EXIT_MACHINE_CHECK :
									  X86_EXIT_FAIL_ENTRY;
	if (kind != X86_EXIT_EXCEPTION)
		return kind;
	if ((f->intr_info & INTR_INFO_INTR_TYPE_MASK) == INTR_TYPE_NMI_INTR)
		return X86_EXIT_HOST_NMI;
	if ((f->intr_info & INTR_INFO_VECTOR_MASK) == X86_TRAP_MC)
		return X86_EXIT_MACHINE_CHECK;
	if ((f->intr_info & INTR_INFO_INTR_TYPE_MASK) == INTR_TYPE_PRIV_SW_EXCEPTION)
		return X86_EXIT_INT1;
	return X86_EXIT_EXCEPTION;
}

/* SDM 28.2.1, 28.2.2 */
static inline void vmx_decode_exception(const struct vmx_exit_fields *f, struct x86_exit *exit)
{
	struct axvcpu_inject *event = &exit->exception;

	*event = (struct axvcpu_inject) {
		.type = AXVCPU_INJECT_EXCEPTION,
		.vector = f->intr_info & INTR_INFO_VECTOR_MASK,
	};
	if (f->intr_info & INTR_INFO_DELIVER_CODE_MASK) {
		event->flags |= AXVCPU_EVENT_HAS_ERROR;
		event->error_code = f->intr_error;
	}
	if (event->vector == X86_TRAP_PF) {
		event->flags |= AXVCPU_EVENT_HAS_ADDRESS;
		event->address = f->qualification;
	}
	exit->db_bits = 0;
	if (event->vector == X86_TRAP_DB)
		exit->db_bits = f->qualification & (DR_TRAP_BITS | DR_STEP | VMX_DR_ACCESS);
}

/*
 * SDM table 28-3: bits 3:0 number, 5:4 type, 11:8 general register. Of the types the two
 * MOVs exit; CLTS and LMSW write bits that are the guest's own.
 */
static inline void vmx_decode_cr(u64 qualification, struct x86_exit *exit)
{
	exit->reg = (struct x86_reg) {
		.number = qualification & 0xf,
		.gpr = qualification >> 8 & 0xf,
		.write = !(qualification & BIT(4)),
		.known = !(qualification & BIT(5)),
	};
}

/* SDM table 28-4: bits 2:0 number, 4 direction, 11:8 general register. */
static inline void vmx_decode_dr(u64 qualification, struct x86_exit *exit)
{
	exit->reg = (struct x86_reg) {
		.number = qualification & 7,
		.gpr = qualification >> 8 & 0xf,
		.write = !(qualification & BIT(4)),
		.known = true,
	};
}

/* SDM table 28-5; 28-9 for the instruction information. */
static inline void vmx_decode_io(const struct vmx_exit_fields *f, struct x86_exit *exit)
{
	struct x86_io *io = &exit->io;

	io->width = (f->qualification & 7) + 1;
	io->in = f->qualification & BIT(3);
	io->string = vmx_io_is_string(f);
	io->rep = f->qualification & BIT(5);
	io->port = f->qualification >> 16;
	io->segment = X86_SEGMENT_UNKNOWN;
	io->address_bits = 0;
	if (!io->string || !f->insn_info_valid)
		return;
	io->address_bits = 16 << (f->insn_info >> 7 & 3);
	if (!io->in)
		io->segment = f->insn_info >> 15 & 7;
}

/* SDM table 28-7 */
static inline void vmx_decode_fault(const struct vmx_exit_fields *f, struct x86_exit *exit)
{
	exit->fault.gpa = f->gpa;
	exit->fault.access = AXVCPU_ACCESS_READ;
	if (f->qualification & BIT(2))
		exit->fault.access = AXVCPU_ACCESS_EXEC;
	else if (f->qualification & BIT(1))
		exit->fault.access = AXVCPU_ACCESS_WRITE;
	if ((f->qualification & BIT(7)) && !(f->qualification & BIT(8)))
		exit->fault.access |= AXVCPU_ACCESS_WALK;
}

/**
 * vmx_exit_decode() - what an exit is
 * @f: as the hardware tells it
 * @exit: filled in, what its kind has
 */
static __always_inline void vmx_exit_decode(const struct vmx_exit_fields *f, struct x86_exit *exit)
{
	exit->kind = vmx_exit_kind(f);
	exit->may_sleep = false;
	exit->rip = f->rip;
	exit->next_rip = f->rip + f->insn_len;

	switch (exit->kind) {
	case X86_EXIT_EXCEPTION:
		vmx_decode_exception(f, exit);
		break;
	case X86_EXIT_CR:
		vmx_decode_cr(f->qualification, exit);
		break;
	case X86_EXIT_DR:
		vmx_decode_dr(f->qualification, exit);
		break;
	case X86_EXIT_IO:
		vmx_decode_io(f, exit);
		break;
	case X86_EXIT_FAULT:
	case X86_EXIT_CORRUPT:
		vmx_decode_fault(f, exit);
		break;
	default:
		break;
	}
}

#endif /* AXVCPU_X86_VMX_DECODE_H */
