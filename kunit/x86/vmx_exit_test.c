// SPDX-License-Identifier: GPL-2.0-only
/* Decoding of VMX exits from recorded exit fields. */
#include <linux/string.h>
#include <asm/trapnr.h>
#include <uapi/asm/vmx.h>

#include "../../arch/x86/vmx/check.h"
#include "../../arch/x86/vmx/decode.h"
#include "../suites.h"

#define RIP	0x1000ULL
#define FAILED	VMX_EXIT_REASONS_FAILED_VMENTRY
#define VALID	INTR_INFO_VALID_MASK

static struct x86_exit decode(struct vmx_exit_fields fields)
{
	struct x86_exit exit;

	fields.rip = RIP;
	vmx_exit_decode(&fields, &exit);
	return exit;
}

static void decode_kinds(struct kunit *test)
{
	static const struct {
		u32 reason;
		enum x86_exit_kind kind;
	} rows[] = {
		{ EXIT_REASON_EXTERNAL_INTERRUPT, X86_EXIT_HOST_IRQ },
		{ EXIT_REASON_TRIPLE_FAULT, X86_EXIT_SHUTDOWN },
		{ EXIT_REASON_INIT_SIGNAL, X86_EXIT_HOST_NMI },
		{ EXIT_REASON_INTERRUPT_WINDOW, X86_EXIT_WINDOW },
		{ EXIT_REASON_NMI_WINDOW, X86_EXIT_NMI_WINDOW },
		{ EXIT_REASON_TASK_SWITCH, X86_EXIT_TASK_SWITCH },
		{ EXIT_REASON_CPUID, X86_EXIT_CPUID },
		{ EXIT_REASON_HLT, X86_EXIT_HLT },
		{ EXIT_REASON_INVD, X86_EXIT_NOP },
		{ EXIT_REASON_RDPMC, X86_EXIT_REFUSED_GP },
		{ EXIT_REASON_VMCALL, X86_EXIT_HYPERCALL },
		{ EXIT_REASON_VMCLEAR, X86_EXIT_REFUSED_UD },
		{ EXIT_REASON_VMON, X86_EXIT_REFUSED_UD },
		{ EXIT_REASON_CR_ACCESS, X86_EXIT_CR },
		{ EXIT_REASON_DR_ACCESS, X86_EXIT_DR },
		{ EXIT_REASON_IO_INSTRUCTION, X86_EXIT_IO },
		{ EXIT_REASON_MSR_READ, X86_EXIT_RDMSR },
		{ EXIT_REASON_MSR_WRITE, X86_EXIT_WRMSR },
		{ EXIT_REASON_MWAIT_INSTRUCTION, X86_EXIT_IDLE },
		{ EXIT_REASON_MONITOR_INSTRUCTION, X86_EXIT_IDLE },
		{ EXIT_REASON_EPT_VIOLATION, X86_EXIT_FAULT },
		{ EXIT_REASON_EPT_MISCONFIG, X86_EXIT_CORRUPT },
		{ EXIT_REASON_INVEPT, X86_EXIT_REFUSED_UD },
		{ EXIT_REASON_PREEMPTION_TIMER, X86_EXIT_TIMER },
		{ EXIT_REASON_WBINVD, X86_EXIT_NOP },
		{ EXIT_REASON_XSETBV, X86_EXIT_XSETBV },
		{ EXIT_REASON_ENCLS, X86_EXIT_REFUSED_UD },
		{ FAILED | EXIT_REASON_INVALID_STATE, X86_EXIT_FAIL_ENTRY },
		{ FAILED | EXIT_REASON_MSR_LOAD_FAIL, X86_EXIT_FAIL_ENTRY },
		{ FAILED | EXIT_REASON_MCE_DURING_VMENTRY, X86_EXIT_MACHINE_CHECK },
		/* not asked for, or not known */
		{ EXIT_REASON_INVLPG, X86_EXIT_UNKNOWN },
		{ 1000, X86_EXIT_UNKNOWN },
		{ 0xffff, X86_EXIT_UNKNOWN },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct x86_exit exit = decode((struct vmx_exit_fields) {
			.reason = rows[i].reason, .insn_len = 2,
		});

		KUNIT_EXPECT_EQ_MSG(test, exit.kind, rows[i].kind, "reason %x", rows[i].reason);
		KUNIT_EXPECT_EQ(test, exit.next_rip, RIP + 2);
	}
}

/* What is read of an exit: SDM 28.2. A VMREAD for nothing is harmless, the reverse is not. */
static void reasons_have_fields(struct kunit *test)
{
	static const struct {
		u32 reason;
		u32 fields;
	} rows[] = {
		{ EXIT_REASON_EXCEPTION_NMI,
		  VMX_HAS_QUALIFICATION | VMX_HAS_INTR_INFO | VMX_HAS_IDT_INFO },
		{ EXIT_REASON_EPT_VIOLATION,
		  VMX_HAS_QUALIFICATION | VMX_HAS_GPA | VMX_HAS_GLA | VMX_HAS_IDT_INFO },
		{ EXIT_REASON_EPT_MISCONFIG, VMX_HAS_GPA | VMX_HAS_IDT_INFO },
		{ EXIT_REASON_TASK_SWITCH, VMX_HAS_QUALIFICATION | VMX_HAS_IDT_INFO },
		{ EXIT_REASON_IO_INSTRUCTION,
		  VMX_HAS_INSN_LEN | VMX_HAS_QUALIFICATION | VMX_HAS_INSN_INFO },
		{ EXIT_REASON_CR_ACCESS, VMX_HAS_INSN_LEN | VMX_HAS_QUALIFICATION },
		{ EXIT_REASON_DR_ACCESS, VMX_HAS_INSN_LEN | VMX_HAS_QUALIFICATION },
		{ EXIT_REASON_CPUID, VMX_HAS_INSN_LEN },
		{ EXIT_REASON_MSR_READ, VMX_HAS_INSN_LEN },
		{ EXIT_REASON_HLT, VMX_HAS_INSN_LEN },
		{ EXIT_REASON_VMCALL, VMX_HAS_INSN_LEN },
		{ EXIT_REASON_XSETBV, VMX_HAS_INSN_LEN },
		{ EXIT_REASON_EXTERNAL_INTERRUPT, 0 },
		{ EXIT_REASON_PREEMPTION_TIMER, 0 },
		{ EXIT_REASON_INTERRUPT_WINDOW, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ_MSG(test, vmx_reason(rows[i].reason)->fields, rows[i].fields,
				    "reason %u", rows[i].reason);
	for (i = 0; i <= VMX_NR_REASONS; i++)
		KUNIT_EXPECT_FALSE_MSG(test, vmx_reasons[i].kind == X86_EXIT_UNKNOWN &&
				       vmx_reasons[i].fields, "reason %u", i);
}

static void decode_exceptions(struct kunit *test)
{
	struct x86_exit exit;

	exit = decode((struct vmx_exit_fields) { .intr_info = VALID | 0x202 });
	KUNIT_EXPECT_EQ_MSG(test, exit.kind, X86_EXIT_HOST_NMI, "an NMI");
	exit = decode((struct vmx_exit_fields) { .intr_info = VALID | 0x312 });
	KUNIT_EXPECT_EQ_MSG(test, exit.kind, X86_EXIT_MACHINE_CHECK, "a machine check");

	exit = decode((struct vmx_exit_fields) {
		.intr_info = VALID | 0xb0e, .intr_error = 6, .qualification = 0x1234567,
	});
	KUNIT_EXPECT_EQ(test, exit.kind, X86_EXIT_EXCEPTION);
	KUNIT_EXPECT_EQ(test, exit.exception.type, AXVCPU_INJECT_EXCEPTION);
	KUNIT_EXPECT_EQ(test, exit.exception.vector, X86_TRAP_PF);
	KUNIT_EXPECT_EQ(test, exit.exception.flags,
			AXVCPU_EVENT_HAS_ERROR | AXVCPU_EVENT_HAS_ADDRESS);
	KUNIT_EXPECT_EQ(test, exit.exception.error_code, 6);
	KUNIT_EXPECT_EQ(test, exit.exception.address, 0x1234567);

	exit = decode((struct vmx_exit_fields) { .intr_info = VALID | 0xb11 });
	KUNIT_EXPECT_EQ_MSG(test, exit.exception.vector, X86_TRAP_AC, "#AC");
	KUNIT_EXPECT_EQ(test, exit.exception.flags, AXVCPU_EVENT_HAS_ERROR);

	exit = decode((struct vmx_exit_fields) {
		.intr_info = VALID | 0x301, .qualification = 0x14005,
	});
	KUNIT_EXPECT_EQ_MSG(test, exit.exception.vector, X86_TRAP_DB, "#DB");
	KUNIT_EXPECT_EQ(test, exit.exception.flags, 0);
	KUNIT_EXPECT_EQ_MSG(test, exit.db_bits, 0x4005, "a step and slots 0 and 2");

	exit = decode((struct vmx_exit_fields) { .intr_info = VALID | 0x501, .insn_len = 1 });
	KUNIT_EXPECT_EQ_MSG(test, exit.kind, X86_EXIT_INT1, "INT1");
	KUNIT_EXPECT_EQ(test, exit.next_rip, RIP + 1);

	exit = decode((struct vmx_exit_fields) { .intr_info = VALID | 0x603 });
	KUNIT_EXPECT_EQ_MSG(test, exit.exception.vector, X86_TRAP_BP, "#BP");
}

static void decode_registers(struct kunit *test)
{
	struct x86_exit exit;

	exit = decode((struct vmx_exit_fields) {
		.reason = EXIT_REASON_CR_ACCESS, .qualification = 0xf04,
	});
	KUNIT_EXPECT_TRUE_MSG(test, exit.reg.known && exit.reg.write, "MOV CR4, R15");
	KUNIT_EXPECT_EQ(test, exit.reg.number, 4);
	KUNIT_EXPECT_EQ(test, exit.reg.gpr, 15);
	exit = decode((struct vmx_exit_fields) {
		.reason = EXIT_REASON_CR_ACCESS, .qualification = 0x318,
	});
	KUNIT_EXPECT_TRUE_MSG(test, exit.reg.known && !exit.reg.write, "MOV RBX, CR8");
	KUNIT_EXPECT_EQ(test, exit.reg.number, 8);
	KUNIT_EXPECT_EQ(test, exit.reg.gpr, 3);
	exit = decode((struct vmx_exit_fields) {
		.reason = EXIT_REASON_CR_ACCESS, .qualification = 0x20,
	});
	KUNIT_EXPECT_FALSE_MSG(test, exit.reg.known, "CLTS");
	exit = decode((struct vmx_exit_fields) {
		.reason = EXIT_REASON_DR_ACCESS, .qualification = 0x817,
	});
	KUNIT_EXPECT_FALSE_MSG(test, exit.reg.write, "MOV R8, DR7");
	KUNIT_EXPECT_EQ(test, exit.reg.number, 7);
	KUNIT_EXPECT_EQ(test, exit.reg.gpr, 8);
}

static void decode_io(struct kunit *test)
{
	struct x86_exit exit;

	exit = decode((struct vmx_exit_fields) {
		.reason = EXIT_REASON_IO_INSTRUCTION, .qualification = 0x3f80003, .insn_len = 1,
	});
	KUNIT_EXPECT_EQ_MSG(test, exit.io.port, 0x3f8, "OUT DX, EAX");
	KUNIT_EXPECT_EQ(test, exit.io.width, 4);
	KUNIT_EXPECT_FALSE(test, exit.io.in || exit.io.string || exit.io.rep);
	KUNIT_EXPECT_EQ(test, exit.next_rip, RIP + 1);

	exit = decode((struct vmx_exit_fields) {
		.reason = EXIT_REASON_IO_INSTRUCTION, .qualification = 0x600030 | 1,
		.insn_info_valid = true, .insn_info = 2 << 7 | 4 << 15,
	});
	KUNIT_EXPECT_TRUE_MSG(test, exit.io.string && exit.io.rep && !exit.io.in, "REP OUTSW");
	KUNIT_EXPECT_EQ(test, exit.io.width, 2);
	KUNIT_EXPECT_EQ(test, exit.io.address_bits, 64);
	KUNIT_EXPECT_EQ(test, exit.io.segment, 4);

	exit = decode((struct vmx_exit_fields) {
		.reason = EXIT_REASON_IO_INSTRUCTION, .qualification = 0x600018,
		.insn_info_valid = true, .insn_info = 3 << 15,
	});
	KUNIT_EXPECT_TRUE_MSG(test, exit.io.string && exit.io.in, "INSB, 16 bits");
	KUNIT_EXPECT_EQ(test, exit.io.address_bits, 16);
	KUNIT_EXPECT_EQ_MSG(test, exit.io.segment, X86_SEGMENT_UNKNOWN, "always ES");

	exit = decode((struct vmx_exit_fields) {
		.reason = EXIT_REASON_IO_INSTRUCTION, .qualification = 0x600010, .insn_info = ~0U,
	});
	KUNIT_EXPECT_EQ_MSG(test, exit.io.address_bits, 0, "not told");
	KUNIT_EXPECT_EQ(test, exit.io.segment, X86_SEGMENT_UNKNOWN);
}

static void decode_faults(struct kunit *test)
{
	static const struct {
		u64 qualification;
		u32 access;
	} rows[] = {
		{ 0x181, AXVCPU_ACCESS_READ },
		{ 0x182, AXVCPU_ACCESS_WRITE },
		{ 0x184, AXVCPU_ACCESS_EXEC },
		{ 0x183, AXVCPU_ACCESS_WRITE },
		{ 0x081, AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WALK },
		{ 0x083, AXVCPU_ACCESS_WRITE | AXVCPU_ACCESS_WALK },
		/* no linear address: a load of page-directory pointers */
		{ 0x001, AXVCPU_ACCESS_READ },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct x86_exit exit = decode((struct vmx_exit_fields) {
			.reason = EXIT_REASON_EPT_VIOLATION,
			.qualification = rows[i].qualification, .gpa = 0xfee00020,
		});

		KUNIT_EXPECT_EQ(test, exit.kind, X86_EXIT_FAULT);
		KUNIT_EXPECT_EQ(test, exit.fault.gpa, 0xfee00020);
		KUNIT_EXPECT_EQ_MSG(test, exit.fault.access, rows[i].access, "row %u", i);
	}
}

static struct kunit_case vmx_exit_cases[] = {
	KUNIT_CASE(decode_kinds),
	KUNIT_CASE(reasons_have_fields),
	KUNIT_CASE(decode_exceptions),
	KUNIT_CASE(decode_registers),
	KUNIT_CASE(decode_io),
	KUNIT_CASE(decode_faults),
	{}
};

struct kunit_suite axvcpu_vmx_exit_suite = {
	.name = "axvcpu_vmx_exit",
	.test_cases = vmx_exit_cases,
};
