/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an SVM exit is: a pure function of the VMCB, so that KUnit can feed it
 * recorded ones. In a header, because it is on the path of every exit.
 */
#ifndef AXVCPU_X86_SVM_DECODE_H
#define AXVCPU_X86_SVM_DECODE_H

#include <asm/trapnr.h>

#include "svm.h"

/* Exit codes up to the last that are contiguous. */
static const u8 svm_kinds[] __maybe_unused = {
	[VMEXIT_CR0_READ ... VMEXIT_CR15_WRITE] = SVM_CR,
	[VMEXIT_DR0_READ ... VMEXIT_DR15_WRITE] = SVM_DR,
	[VMEXIT_EXCP0 ... VMEXIT_MC - 1] = SVM_EXCEPTION,
	[VMEXIT_MC] = SVM_MACHINE_CHECK,
	[VMEXIT_MC + 1 ... VMEXIT_EXCP31] = SVM_EXCEPTION,
	[VMEXIT_INTR] = SVM_HOST_IRQ,
	[VMEXIT_NMI] = SVM_HOST_NMI,
	[VMEXIT_SMI] = SVM_HOST_NMI,
	[VMEXIT_INIT] = SVM_HOST_NMI,
	[VMEXIT_VINTR] = SVM_VINTR,
	[VMEXIT_CR0_SEL_WRITE] = SVM_CR,
	[VMEXIT_RDPMC] = SVM_REFUSED_GP,
	[VMEXIT_CPUID] = SVM_CPUID,
	[VMEXIT_RSM] = SVM_REFUSED_UD,
	[VMEXIT_IRET] = SVM_IRET,
	[VMEXIT_INVD] = SVM_NOP,
	[VMEXIT_HLT] = SVM_HLT,
	[VMEXIT_INVLPGA] = SVM_REFUSED_UD,
	[VMEXIT_IOIO] = SVM_IO,
	[VMEXIT_MSR] = SVM_MSR,
	[VMEXIT_SHUTDOWN] = SVM_SHUTDOWN,
	[VMEXIT_VMRUN] = SVM_REFUSED_UD,
	[VMEXIT_VMMCALL] = SVM_VMMCALL,
	[VMEXIT_VMLOAD] = SVM_REFUSED_UD,
	[VMEXIT_VMSAVE] = SVM_REFUSED_UD,
	[VMEXIT_STGI] = SVM_REFUSED_UD,
	[VMEXIT_CLGI] = SVM_REFUSED_UD,
	[VMEXIT_SKINIT] = SVM_REFUSED_UD,
	[VMEXIT_RDTSCP] = SVM_REFUSED_UD,
	[VMEXIT_WBINVD] = SVM_NOP,
	[VMEXIT_MONITOR] = SVM_IDLE,
	[VMEXIT_MWAIT] = SVM_IDLE,
	[VMEXIT_XSETBV] = SVM_XSETBV,
	[VMEXIT_RDPRU] = SVM_REFUSED_UD,
	[VMEXIT_INVLPGB] = SVM_REFUSED_UD,
	[VMEXIT_INVLPGB_ILLEGAL] = SVM_REFUSED_UD,
	[VMEXIT_MCOMMIT] = SVM_REFUSED_UD,
	[VMEXIT_TLBSYNC] = SVM_REFUSED_UD,
};

static __always_inline enum svm_kind svm_kind_of(u64 code)
{
	if (code < ARRAY_SIZE(svm_kinds))
		return svm_kinds[code];
	if (code == VMEXIT_NPF)
		return SVM_NPF;
	return (u32)code == VMEXIT_INVALID ? SVM_INVALID : SVM_UNKNOWN;
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
				       struct svm_exit *exit)
{
	bool assists = features & AXVCPU_FEATURE_DECODE_ASSISTS;
	u64 code = ctl->exit_code;

	if (code == VMEXIT_CR0_SEL_WRITE)
		code = VMEXIT_CR0_WRITE;
	exit->reg.number = code & 0xf;
	exit->reg.write = code & 0x10;
	exit->reg.gpr = ctl->exit_info1 & VMCB_CR_GPR;
	exit->reg.known = assists && (exit->kind == SVM_DR ||
				      (ctl->exit_info1 & VMCB_CR_IS_MOV));
}

/* APM 15.10.2: EXITINFO2 is the next RIP; the segment needs decode assists. */
static inline void svm_decode_io(const struct svm_vmcb_control *ctl, u64 features,
				 struct svm_exit *exit)
{
	u32 info = ctl->exit_info1;
	struct x86_io *io = &exit->io;

	io->port = VMCB_IO_PORT(info);
	io->width = VMCB_IO_SIZE(info);
	io->in = info & VMCB_IO_IN;
	io->string = info & VMCB_IO_STRING;
	io->next_rip = ctl->exit_info2;
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
static inline void svm_decode_npf(const struct svm_vmcb_control *ctl, struct svm_exit *exit)
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
	exit->corrupt = info & VMCB_NPF_RESERVED;
}

/**
 * svm_exit_decode() - what an exit is
 * @vmcb: as #VMEXIT left it
 * @features: AXVCPU_FEATURE_* of the processor
 * @exit: filled in
 */
static __always_inline void svm_exit_decode(const struct svm_vmcb *vmcb, u64 features,
					    struct svm_exit *exit)
{
	const struct svm_vmcb_control *ctl = &vmcb->control;

	exit->code = ctl->exit_code;
	exit->kind = svm_kind_of(ctl->exit_code);
	exit->rip = vmcb->save.rip;
	/* NEXT_RIP is 0 where it has no meaning (APM 15.7.1). */
	exit->next_rip = features & AXVCPU_FEATURE_NEXT_PC ? ctl->next_rip : 0;

	switch (exit->kind) {
	case SVM_EXCEPTION:
		svm_decode_exception(ctl, &exit->exception);
		break;
	case SVM_CR:
	case SVM_DR:
		svm_decode_register(ctl, features, exit);
		break;
	case SVM_IO:
		svm_decode_io(ctl, features, exit);
		break;
	case SVM_NPF:
		svm_decode_npf(ctl, exit);
		break;
	case SVM_MSR:
		exit->write = ctl->exit_info1 & 1;
		break;
	default:
		break;
	}
}

#endif /* AXVCPU_X86_SVM_DECODE_H */
