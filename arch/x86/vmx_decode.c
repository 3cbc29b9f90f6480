// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a VMX exit is: a pure function of the exit fields, so that KUnit can feed
 * it recorded ones.
 */
#include <linux/minmax.h>
#include <asm/trapnr.h>
#include <uapi/asm/debugreg.h>
#include <uapi/asm/vmx.h>

#include "vmx.h"

/* DR6.BD: an access with DR7.GD set */
#define DR_ACCESS	BIT(13)

#define INSN	VMX_HAS_INSN_LEN
#define QUAL	VMX_HAS_QUALIFICATION
#define INFO	VMX_HAS_INSN_INFO
#define INTR	VMX_HAS_INTR_INFO
#define IDT	VMX_HAS_IDT_INFO
#define GPA	VMX_HAS_GPA
#define GLA	VMX_HAS_GLA

/*
 * Which fields have a meaning: SDM 28.2.1 for the qualification, 28.2.2 and 28.2.4 for events
 * (an interrupt is not acknowledged, and so not told), 28.2.5 for instructions; the length of
 * those that are refused is of no use. Instruction information is for INS and OUTS.
 */
const struct vmx_reason vmx_reasons[VMX_NR_REASONS + 1] = {
	[EXIT_REASON_EXCEPTION_NMI] = { VMX_EXCEPTION, QUAL | INTR | IDT },
	[EXIT_REASON_EXTERNAL_INTERRUPT] = { VMX_HOST_IRQ },
	[EXIT_REASON_TRIPLE_FAULT] = { VMX_SHUTDOWN },
	[EXIT_REASON_INIT_SIGNAL] = { VMX_HOST_NMI },
	[EXIT_REASON_INTERRUPT_WINDOW] = { VMX_WINDOW },
	[EXIT_REASON_NMI_WINDOW] = { VMX_WINDOW },
	[EXIT_REASON_TASK_SWITCH] = { VMX_TASK_SWITCH, QUAL | IDT },
	[EXIT_REASON_CPUID] = { VMX_CPUID, INSN },
	[EXIT_REASON_HLT] = { VMX_HLT, INSN },
	[EXIT_REASON_INVD] = { VMX_NOP, INSN },
	[EXIT_REASON_RDPMC] = { VMX_REFUSED_GP },
	[EXIT_REASON_VMCALL] = { VMX_VMCALL, INSN },
	[EXIT_REASON_VMCLEAR] = { VMX_REFUSED_UD },
	[EXIT_REASON_VMLAUNCH] = { VMX_REFUSED_UD },
	[EXIT_REASON_VMPTRLD] = { VMX_REFUSED_UD },
	[EXIT_REASON_VMPTRST] = { VMX_REFUSED_UD },
	[EXIT_REASON_VMREAD] = { VMX_REFUSED_UD },
	[EXIT_REASON_VMRESUME] = { VMX_REFUSED_UD },
	[EXIT_REASON_VMWRITE] = { VMX_REFUSED_UD },
	[EXIT_REASON_VMOFF] = { VMX_REFUSED_UD },
	[EXIT_REASON_VMON] = { VMX_REFUSED_UD },
	[EXIT_REASON_CR_ACCESS] = { VMX_CR, INSN | QUAL },
	[EXIT_REASON_DR_ACCESS] = { VMX_DR, INSN | QUAL },
	[EXIT_REASON_IO_INSTRUCTION] = { VMX_IO, INSN | QUAL | INFO },
	[EXIT_REASON_MSR_READ] = { VMX_RDMSR, INSN },
	[EXIT_REASON_MSR_WRITE] = { VMX_WRMSR, INSN },
	[EXIT_REASON_MWAIT_INSTRUCTION] = { VMX_IDLE, INSN },
	[EXIT_REASON_MONITOR_INSTRUCTION] = { VMX_IDLE, INSN },
	[EXIT_REASON_EPT_VIOLATION] = { VMX_FAULT, QUAL | IDT | GPA | GLA },
	[EXIT_REASON_EPT_MISCONFIG] = { VMX_CORRUPT, IDT | GPA },
	[EXIT_REASON_INVEPT] = { VMX_REFUSED_UD },
	[EXIT_REASON_PREEMPTION_TIMER] = { VMX_TIMER },
	[EXIT_REASON_INVVPID] = { VMX_REFUSED_UD },
	[EXIT_REASON_WBINVD] = { VMX_NOP, INSN },
	[EXIT_REASON_XSETBV] = { VMX_XSETBV, INSN },
	[EXIT_REASON_VMFUNC] = { VMX_REFUSED_UD },
	[EXIT_REASON_ENCLS] = { VMX_REFUSED_UD },
};

static enum vmx_kind kind_of(const struct vmx_exit_fields *f)
{
	enum vmx_kind kind = vmx_reason(f->reason)->kind;

	if (unlikely(f->reason & VMX_EXIT_REASONS_FAILED_VMENTRY))
		return (u16)f->reason == EXIT_REASON_MCE_DURING_VMENTRY ? VMX_HOST_NMI :
									  VMX_FAIL_ENTRY;
	if (kind != VMX_EXCEPTION)
		return kind;
	if ((f->intr_info & INTR_INFO_INTR_TYPE_MASK) == INTR_TYPE_NMI_INTR ||
	    (f->intr_info & INTR_INFO_VECTOR_MASK) == X86_TRAP_MC)
		return VMX_HOST_NMI;
	return VMX_EXCEPTION;
}

/* SDM 28.2.1, 28.2.2 */
static void decode_exception(const struct vmx_exit_fields *f, struct vmx_exit *exit)
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
		exit->db_bits = f->qualification & (DR_TRAP_BITS | DR_STEP | DR_ACCESS);
}

/* SDM table 28-3: bits 3:0 number, 5:4 type, 11:8 general register. */
static void decode_cr(u64 qualification, struct vmx_exit *exit)
{
	exit->reg.number = qualification & 0xf;
	exit->reg.gpr = qualification >> 8 & 0xf;
	exit->reg.write = !(qualification & BIT(4));
	exit->reg.mov = !(qualification & BIT(5));
}

/* SDM table 28-4: bits 2:0 number, 4 direction, 11:8 general register. */
static void decode_dr(u64 qualification, struct vmx_exit *exit)
{
	exit->reg.number = qualification & 7;
	exit->reg.gpr = qualification >> 8 & 0xf;
	exit->reg.write = !(qualification & BIT(4));
	exit->reg.mov = true;
}

/* SDM table 28-5; 28-9 for the instruction information. */
static void decode_io(const struct vmx_exit_fields *f, struct vmx_exit *exit)
{
	struct x86_io *io = &exit->io;

	io->width = (f->qualification & 7) + 1;
	io->in = f->qualification & BIT(3);
	io->string = vmx_io_is_string(f);
	io->rep = f->qualification & BIT(5);
	io->port = f->qualification >> 16;
	io->segment = X86_SEGMENT_UNKNOWN;
	io->address_bits = 0;
	io->next_rip = exit->next_rip;
	if (!io->string || !f->insn_info_valid)
		return;
	io->address_bits = 16 << (f->insn_info >> 7 & 3);
	if (!io->in)
		io->segment = f->insn_info >> 15 & 7;
}

/* SDM table 28-7 */
static void decode_fault(const struct vmx_exit_fields *f, struct vmx_exit *exit)
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
void vmx_exit_decode(const struct vmx_exit_fields *f, struct vmx_exit *exit)
{
	exit->kind = kind_of(f);
	exit->next_rip = f->rip + f->insn_len;

	switch (exit->kind) {
	case VMX_EXCEPTION:
		decode_exception(f, exit);
		break;
	case VMX_CR:
		decode_cr(f->qualification, exit);
		break;
	case VMX_DR:
		decode_dr(f->qualification, exit);
		break;
	case VMX_IO:
		decode_io(f, exit);
		break;
	case VMX_FAULT:
		decode_fault(f, exit);
		break;
	default:
		break;
	}
}
