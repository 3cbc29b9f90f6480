// SPDX-License-Identifier: GPL-2.0-only
/* Decoding of SVM exits from recorded VMCBs, and of the instructions behind them. */
#include <linux/string.h>

#include "../../arch/x86/insn/decode.h"
#include "../../arch/x86/svm/decode.h"
#include "../../arch/x86/svm/insn.h"
#include "../suites.h"

#define ALL_FEATURES \
	(AXVCPU_FEATURE_NEXT_PC | AXVCPU_FEATURE_DECODE_ASSISTS | \
	 AXVCPU_FEATURE_FLUSH_BY_ASID | AXVCPU_FEATURE_VMCB_CLEAN)
#define RIP	0x1000ULL

/* What #VMEXIT wrote. */
struct record {
	u64 code, info1, info2, next_rip;
};

static struct x86_exit decode(struct kunit *test, struct record record, u64 features)
{
	struct svm_vmcb *vmcb = kunit_kzalloc(test, sizeof(*vmcb), GFP_KERNEL);
	struct x86_exit exit;

	KUNIT_ASSERT_NOT_NULL(test, vmcb);
	vmcb->control.exit_code = record.code;
	vmcb->control.exit_info1 = record.info1;
	vmcb->control.exit_info2 = record.info2;
	vmcb->control.next_rip = record.next_rip;
	vmcb->save.rip = RIP;
	svm_exit_decode(vmcb, features, &exit);
	kunit_kfree(test, vmcb);
	return exit;
}

static void decode_kinds(struct kunit *test)
{
	static const struct {
		u64 code;
		enum x86_exit_kind kind;
	} rows[] = {
		{ VMEXIT_CR0_READ, X86_EXIT_CR },
		{ VMEXIT_CR0_WRITE + 4, X86_EXIT_CR },
		{ VMEXIT_CR15_WRITE, X86_EXIT_CR },
		{ VMEXIT_DR0_READ, X86_EXIT_DR },
		{ VMEXIT_DR15_WRITE, X86_EXIT_DR },
		{ VMEXIT_EXCP0, X86_EXIT_EXCEPTION },
		{ VMEXIT_EXCP0 + 17, X86_EXIT_EXCEPTION },
		{ VMEXIT_EXCP0 + 18, X86_EXIT_MACHINE_CHECK },
		{ VMEXIT_EXCP0 + 19, X86_EXIT_EXCEPTION },
		{ VMEXIT_EXCP31, X86_EXIT_EXCEPTION },
		{ VMEXIT_INTR, X86_EXIT_HOST_IRQ },
		{ VMEXIT_NMI, X86_EXIT_HOST_NMI },
		{ VMEXIT_SMI, X86_EXIT_HOST_NMI },
		{ VMEXIT_INIT, X86_EXIT_HOST_NMI },
		{ VMEXIT_VINTR, X86_EXIT_WINDOW },
		{ VMEXIT_CR0_SEL_WRITE, X86_EXIT_CR },
		{ VMEXIT_RDPMC, X86_EXIT_REFUSED_GP },
		{ VMEXIT_CPUID, X86_EXIT_CPUID },
		{ VMEXIT_RSM, X86_EXIT_REFUSED_UD },
		{ VMEXIT_IRET, X86_EXIT_IRET },
		{ VMEXIT_INVD, X86_EXIT_NOP },
		{ VMEXIT_HLT, X86_EXIT_HLT },
		{ VMEXIT_IOIO, X86_EXIT_IO },
		{ VMEXIT_MSR, X86_EXIT_RDMSR },
		{ VMEXIT_SHUTDOWN, X86_EXIT_SHUTDOWN },
		{ VMEXIT_VMRUN, X86_EXIT_REFUSED_UD },
		{ VMEXIT_VMMCALL, X86_EXIT_HYPERCALL },
		{ VMEXIT_SKINIT, X86_EXIT_REFUSED_UD },
		{ VMEXIT_ICEBP, X86_EXIT_INT1 },
		{ VMEXIT_WBINVD, X86_EXIT_NOP },
		{ VMEXIT_MWAIT, X86_EXIT_IDLE },
		{ VMEXIT_XSETBV, X86_EXIT_XSETBV },
		{ VMEXIT_TLBSYNC, X86_EXIT_REFUSED_UD },
		{ VMEXIT_NPF, X86_EXIT_FAULT },
		{ ~0ULL, X86_EXIT_FAIL_ENTRY },
		{ 0xffffffffULL, X86_EXIT_FAIL_ENTRY },
		/* not asked for, not known, or of no such processor */
		{ 0x07e, X86_EXIT_UNKNOWN },
		{ 0x066, X86_EXIT_UNKNOWN },
		{ 0x0a5, X86_EXIT_UNKNOWN },
		{ 0x401, X86_EXIT_UNKNOWN },
		{ 0x1fffffffeULL, X86_EXIT_UNKNOWN },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ_MSG(test, decode(test, (struct record) { rows[i].code },
						 ALL_FEATURES).kind,
				    rows[i].kind, "exit code %#llx", rows[i].code);
}

/* Every code there is decodes to some kind and to nothing beyond its tables. */
static void decode_total(struct kunit *test)
{
	u64 code;

	for (code = 0; code < 0x500; code++) {
		struct x86_exit exit = decode(test, (struct record) { code, ~0ULL, ~0ULL, ~0ULL },
					      code & 1 ? ALL_FEATURES : 0);

		KUNIT_EXPECT_LT(test, exit.kind, X86_EXIT_KINDS);
		if (exit.kind == X86_EXIT_CR || exit.kind == X86_EXIT_DR) {
			KUNIT_EXPECT_LT(test, exit.reg.gpr, 16);
			KUNIT_EXPECT_LT(test, exit.reg.number, 16);
		}
	}
}

/* in al, dx / out dx, eax / rep insb / outsw, as QEMU and as hardware tell them */
static void decode_io(struct kunit *test)
{
	struct x86_exit exit;

	exit = decode(test, (struct record) { VMEXIT_IOIO, 0x03f80011, RIP + 1 }, 0);
	KUNIT_EXPECT_EQ(test, exit.io.port, 0x3f8);
	KUNIT_EXPECT_EQ(test, exit.io.width, 1);
	KUNIT_EXPECT_TRUE(test, exit.io.in);
	KUNIT_EXPECT_FALSE(test, exit.io.string);
	KUNIT_EXPECT_EQ(test, exit.next_rip, RIP + 1);

	exit = decode(test, (struct record) { VMEXIT_IOIO, 0x0cf80040, RIP + 1 }, ALL_FEATURES);
	KUNIT_EXPECT_EQ(test, exit.io.port, 0xcf8);
	KUNIT_EXPECT_EQ(test, exit.io.width, 4);
	KUNIT_EXPECT_FALSE(test, exit.io.in);

	exit = decode(test, (struct record) { VMEXIT_IOIO, 0x01f0021d, RIP + 2 }, 0);
	KUNIT_EXPECT_TRUE(test, exit.io.in && exit.io.string && exit.io.rep);
	KUNIT_EXPECT_EQ(test, exit.io.address_bits, 64);
	KUNIT_EXPECT_EQ(test, exit.io.segment, X86_SEGMENT_UNKNOWN);

	exit = decode(test, (struct record) { VMEXIT_IOIO, 0x01f01124, RIP + 2 }, ALL_FEATURES);
	KUNIT_EXPECT_FALSE(test, exit.io.in || exit.io.rep);
	KUNIT_EXPECT_EQ(test, exit.io.width, 2);
	KUNIT_EXPECT_EQ(test, exit.io.address_bits, 32);
	KUNIT_EXPECT_EQ(test, exit.io.segment, 4);

	exit = decode(test, (struct record) { VMEXIT_IOIO, 0x01f0001d, RIP + 2 }, 0);
	KUNIT_EXPECT_EQ_MSG(test, exit.io.address_bits, 0, "not told: to be asked");
}

static void decode_fault(struct kunit *test)
{
	static const struct {
		u64 info;
		u32 access;
	} rows[] = {
		{ 0x100000004, AXVCPU_ACCESS_READ },
		{ 0x100000006, AXVCPU_ACCESS_WRITE },
		{ 0x100000007, AXVCPU_ACCESS_WRITE },
		{ 0x100000014, AXVCPU_ACCESS_EXEC },
		{ 0x200000006, AXVCPU_ACCESS_WRITE | AXVCPU_ACCESS_WALK },
		{ 0x200000004, AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WALK },
	};
	struct x86_exit exit;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		exit = decode(test, (struct record) { VMEXIT_NPF, rows[i].info, 0xfee00030 }, 0);
		KUNIT_EXPECT_EQ(test, exit.fault.gpa, 0xfee00030);
		KUNIT_EXPECT_EQ(test, exit.fault.access, rows[i].access);
		KUNIT_EXPECT_EQ(test, exit.kind, X86_EXIT_FAULT);
	}
	exit = decode(test, (struct record) { VMEXIT_NPF, 0x10000000d, 0x1000 }, 0);
	KUNIT_EXPECT_EQ_MSG(test, exit.kind, X86_EXIT_CORRUPT, "reserved bits");
}

static void decode_exceptions(struct kunit *test)
{
	struct x86_exit exit;

	exit = decode(test, (struct record) { VMEXIT_EXCP0 + 14, 0x6, 0xdeadbeef }, 0);
	KUNIT_EXPECT_EQ(test, exit.exception.type, AXVCPU_INJECT_EXCEPTION);
	KUNIT_EXPECT_EQ(test, exit.exception.vector, 14);
	KUNIT_EXPECT_EQ(test, exit.exception.flags,
			AXVCPU_EVENT_HAS_ERROR | AXVCPU_EVENT_HAS_ADDRESS);
	KUNIT_EXPECT_EQ(test, exit.exception.error_code, 6);
	KUNIT_EXPECT_EQ(test, exit.exception.address, 0xdeadbeef);

	exit = decode(test, (struct record) { VMEXIT_EXCP0 + 17 }, 0);
	KUNIT_EXPECT_EQ(test, exit.exception.flags, AXVCPU_EVENT_HAS_ERROR);

	exit = decode(test, (struct record) { VMEXIT_EXCP0 + 1, 0x77, 0x88 }, 0);
	KUNIT_EXPECT_EQ(test, exit.exception.vector, 1);
	KUNIT_EXPECT_EQ(test, exit.exception.flags, 0);
	KUNIT_EXPECT_EQ(test, exit.exception.error_code, 0);
}

/* The operand is known with decode assists alone, and for CR only of a MOV. */
static void decode_registers(struct kunit *test)
{
	struct x86_exit exit;

	exit = decode(test, (struct record) { VMEXIT_CR0_WRITE + 4, BIT_ULL(63) | 11 },
		      ALL_FEATURES);
	KUNIT_EXPECT_TRUE(test, exit.reg.write && exit.reg.known);
	KUNIT_EXPECT_EQ(test, exit.reg.number, 4);
	KUNIT_EXPECT_EQ(test, exit.reg.gpr, 11);

	exit = decode(test, (struct record) { VMEXIT_CR0_SEL_WRITE, BIT_ULL(63) | 3 }, 0);
	KUNIT_EXPECT_TRUE(test, exit.reg.write);
	KUNIT_EXPECT_EQ(test, exit.reg.number, 0);
	KUNIT_EXPECT_FALSE_MSG(test, exit.reg.known, "no decode assists");

	exit = decode(test, (struct record) { VMEXIT_CR0_WRITE }, ALL_FEATURES);
	KUNIT_EXPECT_FALSE_MSG(test, exit.reg.known, "CLTS or LMSW");

	exit = decode(test, (struct record) { VMEXIT_DR0_READ + 7, 5 }, ALL_FEATURES);
	KUNIT_EXPECT_FALSE(test, exit.reg.write);
	KUNIT_EXPECT_TRUE(test, exit.reg.known);
	KUNIT_EXPECT_EQ(test, exit.reg.number, 7);
	KUNIT_EXPECT_EQ(test, exit.reg.gpr, 5);
}

static void decode_next_rip(struct kunit *test)
{
	struct record cpuid = { VMEXIT_CPUID, 0, 0, RIP + 2 };
	struct x86_exit exit;

	KUNIT_EXPECT_EQ(test, decode(test, cpuid, ALL_FEATURES).next_rip, RIP + 2);
	KUNIT_EXPECT_EQ_MSG(test, decode(test, cpuid, 0).next_rip, 0, "without NRIPS");
	exit = decode(test, (struct record) { VMEXIT_MSR, 1 }, 0);
	KUNIT_EXPECT_EQ(test, exit.kind, X86_EXIT_WRMSR);
	KUNIT_EXPECT_EQ(test, decode(test, (struct record) { VMEXIT_MSR }, 0).kind,
			X86_EXIT_RDMSR);
	KUNIT_EXPECT_EQ(test, exit.rip, RIP);
}

#define INSN(bits, code, text, len, ...) \
	{ bits, code, text, sizeof(text) - 1, len, { __VA_ARGS__ } }

/* Found at length @len, or not at all if that is 0. */
static const struct {
	u8 bits;
	u64 code;
	const char *bytes;
	u8 count;
	u8 len;
	struct x86_reg reg;
} insns[] = {
	INSN(16, VMEXIT_CPUID, "\x0f\xa2", 2),
	INSN(64, VMEXIT_CPUID, "\x48\x0f\xa2\x90\x90", 3),
	INSN(32, VMEXIT_CPUID, "\x66\xf3\x2e\x0f\xa2", 5),
	INSN(32, VMEXIT_CPUID, "\x48\x0f\xa2", 0),	/* DEC EAX */
	INSN(64, VMEXIT_CPUID, "\x0f", 0),
	INSN(64, VMEXIT_CPUID, "", 0),
	INSN(64, VMEXIT_CPUID, "\x0f\xa3", 0),
	INSN(64, VMEXIT_CPUID, "\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x0f\xa2", 15),
	INSN(64, VMEXIT_CPUID,
	     "\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x0f\xa2", 0),
	INSN(64, VMEXIT_HLT, "\xf4", 1),
	INSN(64, VMEXIT_ICEBP, "\xf1", 1),
	INSN(64, VMEXIT_VMMCALL, "\x0f\x01\xd9", 3),
	INSN(64, VMEXIT_VMMCALL, "\x0f\x01\xc1", 0),	/* VMCALL */
	INSN(64, VMEXIT_XSETBV, "\x0f\x01\xd1", 3),
	INSN(64, VMEXIT_WBINVD, "\xf3\x0f\x09", 3),	/* WBNOINVD */
	INSN(64, VMEXIT_WBINVD, "\x0f\x08", 2),
	INSN(64, VMEXIT_INVD, "\x0f\x08", 2),
	INSN(64, VMEXIT_MONITOR, "\x67\x0f\x01\xc8", 4),
	INSN(64, VMEXIT_MWAIT, "\x0f\x01\xc9", 3),
	INSN(64, VMEXIT_MSR, "\x0f\x32", 2),
	INSN(64, VMEXIT_MSR, "\x0f\x30", 0),		/* WRMSR where RDMSR was */
	INSN(64, VMEXIT_NPF, "\x0f\x32", 0),
	/* mov cr4, rax / mov cr4, r15 / mov ecx, cr0 / mov cr8, rdx, twice */
	INSN(64, VMEXIT_CR0_WRITE + 4, "\x0f\x22\xe0", 3, .op = X86_REG_MOV, .width = 8),
	INSN(64, VMEXIT_CR0_WRITE + 4, "\x41\x0f\x22\xe7", 4,
	     .op = X86_REG_MOV, .width = 8, .gpr = 15),
	INSN(32, VMEXIT_CR0_READ, "\x0f\x20\xc1", 3, .op = X86_REG_MOV, .width = 4, .gpr = 1),
	INSN(64, VMEXIT_CR0_WRITE + 8, "\x44\x0f\x22\xc2", 4,
	     .op = X86_REG_MOV, .width = 8, .gpr = 2),
	INSN(32, VMEXIT_CR0_WRITE + 8, "\xf0\x0f\x22\xc2", 4,
	     .op = X86_REG_MOV, .width = 4, .gpr = 2),
	INSN(64, VMEXIT_CR0_WRITE + 4, "\x0f\x22\xc0", 0),	/* CR0, not CR4 */
	INSN(64, VMEXIT_CR0_WRITE, "\x0f\x20\xc0", 0),		/* read, not write */
	INSN(16, VMEXIT_CR0_SEL_WRITE, "\x0f\x01\xf0", 3, .op = X86_REG_LMSW, .width = 2),
	INSN(64, VMEXIT_CR0_SEL_WRITE, "\x0f\x01\x30", 3,
	     .op = X86_REG_LMSW, .width = 4, .memory = true),
	INSN(64, VMEXIT_CR0_WRITE, "\x0f\x06", 2, .op = X86_REG_CLTS),
	INSN(64, VMEXIT_CR0_READ, "\x0f\x06", 0),
	INSN(64, VMEXIT_CR0_READ, "\x48\x0f\x01\xe3", 4,
	     .op = X86_REG_SMSW, .width = 8, .gpr = 3),
	INSN(32, VMEXIT_CR0_READ, "\x66\x0f\x01\xe3", 4,
	     .op = X86_REG_SMSW, .width = 2, .gpr = 3),
	INSN(64, VMEXIT_CR0_READ + 4, "\x0f\x01\xe3", 0),	/* no SMSW of CR4 */
	/* mov dr7, rax / mov r9, dr6 */
	INSN(64, VMEXIT_DR0_WRITE + 7, "\x0f\x23\xf8", 3, .op = X86_REG_MOV, .width = 8),
	INSN(64, VMEXIT_DR0_READ + 6, "\x41\x0f\x21\xf1", 4,
	     .op = X86_REG_MOV, .width = 8, .gpr = 9),
};

static void insn_rows(struct kunit *test)
{
	struct svm_insn insn;
	struct x86_exit exit;
	unsigned int i;
	bool found;

	for (i = 0; i < ARRAY_SIZE(insns); i++) {
		exit = decode(test, (struct record) { insns[i].code }, 0);
		found = svm_insn_parse(&exit, insns[i].code, insns[i].bytes, insns[i].count,
				       insns[i].bits, &insn);
		KUNIT_EXPECT_EQ_MSG(test, found, insns[i].len != 0, "row %u", i);
		if (!found)
			continue;
		KUNIT_EXPECT_EQ_MSG(test, insn.len, insns[i].len, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, insn.reg.op, insns[i].reg.op, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, insn.reg.gpr, insns[i].reg.gpr, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, insn.reg.width, insns[i].reg.width, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, insn.reg.memory, insns[i].reg.memory, "row %u", i);
	}
}

/* Cut anywhere, no row is found, and nothing past the end is read. */
static void insn_truncated(struct kunit *test)
{
	struct svm_insn insn;
	struct x86_exit exit;
	unsigned int i, n;
	u8 *bytes;

	for (i = 0; i < ARRAY_SIZE(insns); i++) {
		exit = decode(test, (struct record) { insns[i].code }, 0);
		for (n = 0; n < insns[i].len; n++) {
			bytes = kmemdup(insns[i].bytes, n, GFP_KERNEL);
			KUNIT_ASSERT_NOT_NULL(test, bytes);
			KUNIT_EXPECT_FALSE_MSG(test,
					       svm_insn_parse(&exit, insns[i].code, bytes, n,
							      insns[i].bits, &insn),
					       "row %u, %u bytes", i, n);
			kfree(bytes);
		}
	}
}

static void insn_address_size(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, x86_insn_address_bits("\x6c", 1, 16), 16);
	KUNIT_EXPECT_EQ(test, x86_insn_address_bits("\x67\x6c", 2, 16), 32);
	KUNIT_EXPECT_EQ(test, x86_insn_address_bits("\x67\x6c", 2, 32), 16);
	KUNIT_EXPECT_EQ(test, x86_insn_address_bits("\xf3\x67\x6c", 3, 64), 32);
	KUNIT_EXPECT_EQ(test, x86_insn_address_bits("\xf3\x6c", 2, 64), 64);
}

static struct kunit_case svm_exit_cases[] = {
	KUNIT_CASE(decode_kinds),
	KUNIT_CASE(decode_total),
	KUNIT_CASE(decode_io),
	KUNIT_CASE(decode_fault),
	KUNIT_CASE(decode_exceptions),
	KUNIT_CASE(decode_registers),
	KUNIT_CASE(decode_next_rip),
	KUNIT_CASE(insn_rows),
	KUNIT_CASE(insn_truncated),
	KUNIT_CASE(insn_address_size),
	{}
};

struct kunit_suite axvcpu_svm_exit_suite = {
	.name = "axvcpu_svm_exit",
	.test_cases = svm_exit_cases,
};
