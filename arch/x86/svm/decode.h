/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an SVM exit is: a pure function of the VMCB, so that KUnit can feed it
 * recorded ones. In a header, because it is on the path of every exit.
 */
#ifndef AXVCPU_X86_SVM_DECODE_H
#define AXVCPU_X86_SVM_DECODE_H

#include <asm/trapnr.h>

#include "event.h"
#include "svm.h"

/* Exit codes up to the last that are contiguous. */
static const u8 svm_kinds[] __maybe_unused = {
	[VMEXIT_CR0_READ ... VMEXIT_CR15_WRITE] = X86_EXIT_CR,
	[VMEXIT_DR0_READ ... VMEXIT_DR15_WRITE] = X86_EXIT_DR,
	[VMEXIT_EXCP0 ... VMEXIT_MC - 1] = X86_EXIT_EXCEPTION,
	[VMEXIT_MC] = X86_EXIT_MACHINE_CHECK,
	[VMEXIT_MC + 1 ... VMEXIT_EXCP31] = X86_EXIT_EXCEPTION,
	[VMEXIT_INTR] = X86_EXIT_HOST_IRQ,
	[VMEXIT_NMI] = X86_EXIT_HOST_NMI,
	[VMEXIT_SMI] = X86_EXIT_HOST_NMI,
	[VMEXIT_INIT] = X86_EXIT_HOST_NMI,
	[VMEXIT_VINTR] = X86_EXIT_WINDOW,
	[VMEXIT_CR0_SEL_WRITE] = X86_EXIT_CR,
	[VMEXIT_RDPMC] = X86_EXIT_REFUSED_GP,
	[VMEXIT_CPUID] = X86_EXIT_CPUID,
	[VMEXIT_RSM] = X86_EXIT_REFUSED_UD,
	[VMEXIT_IRET] = X86_EXIT_IRET,
	[VMEXIT_INVD] = X86_EXIT_NOP,
	[VMEXIT_HLT] = X86_EXIT_HLT,
	[VMEXIT_INVLPGA] = X86_EXIT_REFUSED_UD,
	[VMEXIT_IOIO] = X86_EXIT_IO,
	[VMEXIT_MSR] = X86_EXIT_RDMSR,
	[VMEXIT_SHUTDOWN] = X86_EXIT_SHUTDOWN,
	[VMEXIT_VMRUN] = X86_EXIT_REFUSED_UD,
	[VMEXIT_VMMCALL] = X86_EXIT_HYPERCALL,
	[VMEXIT_VMLOAD] = X86_EXIT_REFUSED_UD,
	[VMEXIT_VMSAVE] = X86_EXIT_REFUSED_UD,
	[VMEXIT_STGI] = X86_EXIT_REFUSED_UD,
	[VMEXIT_CLGI] = X86_EXIT_REFUSED_UD,
	[VMEXIT_SKINIT] = X86_EXIT_REFUSED_UD,
	[VMEXIT_RDTSCP] = X86_EXIT_REFUSED_UD,
	[VMEXIT_ICEBP] = X86_EXIT_INT1,
	[VMEXIT_WBINVD] = X86_EXIT_NOP,
	[VMEXIT_MONITOR] = X86_EXIT_IDLE,
	[VMEXIT_MWAIT] = X86_EXIT_IDLE,
	[VMEXIT_XSETBV] = X86_EXIT_XSETBV,
	[VMEXIT_RDPRU] = X86_EXIT_REFUSED_UD,
	[VMEXIT_INVLPGB] = X86_EXIT_REFUSED_UD,
	[VMEXIT_INVLPGB_ILLEGAL] = X86_EXIT_REFUSED_UD,
	[VMEXIT_MCOMMIT] = X86_EXIT_REFUSED_UD,
	[VMEXIT_TLBSYNC] = X86_EXIT_REFUSED_UD,
};

static __always_inline enum x86_exit_kind svm_kind_of(u64 code)
{
	if (code < ARRAY_SIZE(svm_kinds))
		return svm_kinds[code];
	if (code == VMEXIT_NPF)
		return X86_EXIT_FAULT;
	return (u32)code == VMEXIT_INVALID ? X86_EXIT_FAIL_ENTRY : X86_EXIT_UNKNOWN;
}

/* APM 15.12 */
static inline void svm_decode_exception(const struct svm_vmcb_control *ctl,
					struct axvcpu_inject *event)
{
	*event = (struct axvcpu_inject) {
		.type = AXVCPU_INJECT_EXCEPTION,
		.vector = ctl->exit_code - VMEXIT_EXCP0,
	};
	if (svm_has_error_code(event->vector)) {
		event->flags |= AXVCPU_EVENT_HAS_ERROR;
		event->error_code = (u32)ctl->exit_info1;
	}
	if (event->vector == X86_TRAP_PF) {
		event->flags |= AXVCPU_EVENT_HAS_ADDRESS;
		event->address = ctl->exit_info2;
	}
}

/* APM 15.8.1, 15.8.2: EXITINFO1 has the operand with decode assists alone. */
static inline void svm_decode_register(const struct svm_vmcb_control *ctl, u64 features,
				       struct x86_exit *exit)
{
	bool assists = features & AXVCPU_FEATURE_DECODE_ASSISTS;
	u64 code = ctl->exit_code;

	if (code == VMEXIT_CR0_SEL_WRITE)
		code = VMEXIT_CR0_WRITE;
	exit->reg = (struct x86_reg) {
		.number = code & 0xf,
		.gpr = ctl->exit_info1 & VMCB_CR_GPR,
		.write = code & 0x10,
		.known = assists && (exit->kind == X86_EXIT_DR ||
				     (ctl->exit_info1 & VMCB_CR_IS_MOV)),
	};
}

/* APM 15.10.2: EXITINFO2 is the next RIP; the segment needs decode assists. */
static inline void svm_decode_io(const struct svm_vmcb_control *ctl, u64 features,
				 struct x86_exit *exit)
{
	u32 info = ctl->exit_info1;
	struct x86_io *io = &exit->io;

	io->port = VMCB_IO_PORT(info);
	io->width = VMCB_IO_SIZE(info);
	io->in = info & VMCB_IO_IN;
	io->string = info & VMCB_IO_STRING;
	exit->next_rip = ctl->exit_info2;
	if (!io->string)
		return;
	io->rep = info & VMCB_IO_REP;
	io->address_bits = 0;
	if (info & VMCB_IO_A64)
		io->address_bits = 64;
	else if (info & VMCB_IO_A32)
		io->address_bits = 32;
	else if (info & VMCB_IO_A16)
		io->address_bits = 16;
	io->segment = X86_SEGMENT_UNKNOWN;
	if (features & AXVCPU_FEATURE_DECODE_ASSISTS)
		io->segment = VMCB_IO_SEGMENT(info);
}

/* APM 15.25.6 */
static inline void svm_decode_npf(const struct svm_vmcb_control *ctl, struct x86_exit *exit)
{
	u64 info = ctl->exit_info1;

	exit->fault.gpa = ctl->exit_info2;
	exit->fault.access = AXVCPU_ACCESS_READ;
	if (info & VMCB_NPF_FETCH)
		exit->fault.access = AXVCPU_ACCESS_EXEC;
	else if (info & VMCB_NPF_WRITE)
		exit->fault.access = AXVCPU_ACCESS_WRITE;
	if (info & VMCB_NPF_WALK)
		exit->fault.access |= AXVCPU_ACCESS_WALK;
	if (info & VMCB_NPF_RESERVED)
		exit->kind = X86_EXIT_CORRUPT;
}

/**
 * svm_exit_decode() - what an exit is
 * @vmcb: as #VMEXIT left it
 * @features: AXVCPU_FEATURE_* of the processor
 * @exit: filled in
 */
static __always_inline void svm_exit_decode(const struct svm_vmcb *vmcb, u64 features,
					    struct x86_exit *exit)
{
	const struct svm_vmcb_control *ctl = &vmcb->control;

	exit->kind = svm_kind_of(ctl->exit_code);
	exit->may_sleep = false;
	exit->rip = vmcb->save.rip;
	/* NEXT_RIP is 0 where it has no meaning (APM 15.7.1). */
	exit->next_rip = features & AXVCPU_FEATURE_NEXT_PC ? ctl->next_rip : 0;

	switch (exit->kind) {
	case X86_EXIT_EXCEPTION:
		svm_decode_exception(ctl, &exit->exception);
		break;
	case X86_EXIT_CR:
	case X86_EXIT_DR:
		svm_decode_register(ctl, features, exit);
		break;
	case X86_EXIT_IO:
		svm_decode_io(ctl, features, exit);
		break;
	case X86_EXIT_FAULT:
		svm_decode_npf(ctl, exit);
		break;
	case X86_EXIT_RDMSR:
		if (ctl->exit_info1 & 1)
			exit->kind = X86_EXIT_WRMSR;
		break;
	default:
		break;
	}
}

#endif /* AXVCPU_X86_SVM_DECODE_H */
