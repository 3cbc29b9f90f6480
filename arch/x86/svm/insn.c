// SPDX-License-Identifier: GPL-2.0-only
/*
 * The instructions that exit, read from their bytes: for processors that do not
 * tell where the next one starts (NRIPS) or what the operand is (decode
 * assists). Encodings: APM vol. 3, appendix A. Pure functions.
 */
#include <linux/string.h>

#include "../insn/decode.h"
#include "insn.h"
#include "svm.h"

#define REX_W		BIT(3)
#define REX_R		BIT(2)
#define REX_B		BIT(0)

/* What is left of an instruction behind its prefixes. */
struct tail {
	const u8 *at;
	unsigned int count;
	struct x86_prefixes prefixes;
	unsigned int code_bits;
};

/* One of the instructions that are always the same bytes. */
struct fixed {
	u16 code;
	u8 count;
	u8 bytes[3];
};

static const struct fixed fixed[] = {
	{ VMEXIT_CPUID, 2, { 0x0f, 0xa2 } },
	{ VMEXIT_HLT, 1, { 0xf4 } },
	{ VMEXIT_VMMCALL, 3, { 0x0f, 0x01, 0xd9 } },
	{ VMEXIT_XSETBV, 3, { 0x0f, 0x01, 0xd1 } },
	{ VMEXIT_ICEBP, 1, { 0xf1 } },
	{ VMEXIT_INVD, 2, { 0x0f, 0x08 } },
	{ VMEXIT_WBINVD, 2, { 0x0f, 0x09 } },
	/* QEMU's CPU (7.2) has one exit for both. */
	{ VMEXIT_WBINVD, 2, { 0x0f, 0x08 } },
	{ VMEXIT_MONITOR, 3, { 0x0f, 0x01, 0xc8 } },
	{ VMEXIT_MWAIT, 3, { 0x0f, 0x01, 0xc9 } },
};

static bool starts_with(const struct tail *tail, const u8 *bytes, unsigned int count)
{
	return tail->count >= count && !memcmp(tail->at, bytes, count);
}

static bool parse_fixed(const struct tail *tail, u64 code, struct svm_insn *insn)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fixed); i++) {
		if (fixed[i].code != code ||
		    !starts_with(tail, fixed[i].bytes, fixed[i].count))
			continue;
		insn->len = fixed[i].count;
		return true;
	}
	return false;
}

static bool parse_msr(const struct tail *tail, bool write, struct svm_insn *insn)
{
	const u8 opcode[] = { 0x0f, write ? 0x30 : 0x32 };

	insn->len = sizeof(opcode);
	return starts_with(tail, opcode, sizeof(opcode));
}

/* MOV to and from CRn and DRn: ModRM.mod does not count, both are registers. */
static bool parse_mov(const struct tail *tail, const struct x86_exit *exit,
		      struct svm_insn *insn)
{
	u8 rex = tail->prefixes.rex;
	u8 opcode = exit->kind == X86_EXIT_DR ? 0x21 : 0x20;
	u8 modrm;

	if (exit->reg.write)
		opcode += 2;
	if (tail->count < 3 || tail->at[0] != 0x0f || tail->at[1] != opcode)
		return false;
	modrm = tail->at[2];
	insn->len = 3;
	insn->reg = (struct x86_reg) {
		.number = (modrm >> 3 & 7) | (rex & REX_R ? 8 : 0),
		.gpr = (modrm & 7) | (rex & REX_B ? 8 : 0),
		.width = tail->code_bits == 64 ? 8 : 4,
		.op = X86_REG_MOV,
		.write = exit->reg.write,
		.known = true,
	};
	/* LOCK MOV CR0 is CR8 outside 64-bit mode (APM vol. 3, MOV CRn). */
	if (exit->kind == X86_EXIT_CR && tail->prefixes.lock)
		insn->reg.number |= 8;
	return insn->reg.number == exit->reg.number;
}

/* LMSW and SMSW: group 7 of 0F 01, a register or a word in memory. */
static bool parse_msw(const struct tail *tail, bool write, struct svm_insn *insn)
{
	u8 modrm;

	if (tail->count < 3 || tail->at[0] != 0x0f || tail->at[1] != 0x01)
		return false;
	modrm = tail->at[2];
	if ((modrm >> 3 & 7) != (write ? 6 : 4))
		return false;
	insn->len = 3;
	insn->reg = (struct x86_reg) {
		.gpr = (modrm & 7) | (tail->prefixes.rex & REX_B ? 8 : 0),
		.op = write ? X86_REG_LMSW : X86_REG_SMSW,
		.write = write,
		.memory = modrm >> 6 != 3,
		.known = true,
	};
	if (tail->prefixes.rex & REX_W)
		insn->reg.width = 8;
	else
		insn->reg.width = (tail->code_bits == 16) == tail->prefixes.operand ? 4 : 2;
	return true;
}

static bool parse_cr(const struct tail *tail, const struct x86_exit *exit,
		     struct svm_insn *insn)
{
	static const u8 clts[] = { 0x0f, 0x06 };

	if (parse_mov(tail, exit, insn))
		return true;
	if (exit->reg.number)
		return false;
	if (exit->reg.write && starts_with(tail, clts, sizeof(clts))) {
		insn->len = sizeof(clts);
		insn->reg = (struct x86_reg) {
			.op = X86_REG_CLTS,
			.write = true,
			.known = true,
		};
		return true;
	}
	return parse_msw(tail, exit->reg.write, insn);
}

/**
 * svm_insn_parse() - read the instruction that exited
 * @exit: the exit
 * @code: EXITCODE
 * @bytes: from the instruction on
 * @count: how many are known
 * @code_bits: 16, 32 or 64
 * @insn: filled in
 *
 * Return: is it the instruction that the exit is about? It may not be: another
 * CPU of the guest may have written over it, or the bytes ran out.
 */
bool svm_insn_parse(const struct x86_exit *exit, u64 code, const u8 *bytes,
		    unsigned int count, unsigned int code_bits, struct svm_insn *insn)
{
	struct tail tail = { .code_bits = code_bits };
	bool found;

	memset(insn, 0, sizeof(*insn));
	if (x86_decode_prefixes(bytes, count, code_bits, &tail.prefixes))
		return false;
	tail.at = bytes + tail.prefixes.length;
	tail.count = count - tail.prefixes.length;

	switch (exit->kind) {
	case X86_EXIT_CR:
		found = parse_cr(&tail, exit, insn);
		break;
	case X86_EXIT_DR:
		found = parse_mov(&tail, exit, insn);
		break;
	case X86_EXIT_RDMSR:
	case X86_EXIT_WRMSR:
		found = parse_msr(&tail, exit->kind == X86_EXIT_WRMSR, insn);
		break;
	default:
		found = parse_fixed(&tail, code, insn);
		break;
	}
	insn->len += tail.prefixes.length;
	return found && insn->len <= X86_INSN_MAX;
}
