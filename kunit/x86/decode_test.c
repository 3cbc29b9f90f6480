// SPDX-License-Identifier: GPL-2.0-only
/* The decoder of moves, on a table of encodings. */
#include <linux/string.h>

#include "../../arch/x86/insn/decode.h"
#include "../suites.h"

#define INSN_MAX	15
#define NONE		X86_NO_REG

/* Registers by their numbers, as an assembler names them. */
enum { AX, CX, DX, BX, SP, BP, SI, DI, R8, R9, R12 = 12, R13, R14, R15 };

/* What a move between memory and a register looks like. */
#define LOAD(w, r, rw)		.width = (w), .reg = (r), .reg_width = (rw)
#define LOAD_HIGH(r)		.width = 1, .reg = (r), .reg_width = 1, .shift = 8
#define STORE(w, r)		.write = true, .width = (w), .reg = (r), .reg_width = (w)
#define STORE_HIGH(r)		STORE(1, r), .shift = 8
#define STORE_IMM(w, value)	.write = true, .width = (w), .has_imm = true, .imm = (value)
#define SIGNED			.signed_ext = true
#define MEM(b, i, s, d)		.mem.base = (b), .mem.index = (i), .mem.scale = (s), .mem.disp = (d)
#define ABS(d)			MEM(NONE, NONE, 0, d)
#define RIP_REL(d)		ABS(d), .mem.rip_relative = true
#define SEG(s)			.mem.segment = X86_##s
#define ADDR(n)			.mem.bits = (n)

struct row {
	u8 bits;
	const char *insn;
	u8 length;
	struct x86_mov mov;
};

#define ROW(bits, insn, ...) \
	{ bits, insn, sizeof(insn) - 1, { __VA_ARGS__, .length = sizeof(insn) - 1 } }

static const struct row rows[] = {
	/* mov between r and r/m, 64-bit mode */
	ROW(64, "\x88\x03", STORE(1, AX), MEM(BX, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x89\x03", STORE(4, AX), MEM(BX, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x8a\x03", LOAD(1, AX, 1), MEM(BX, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x8b\x03", LOAD(4, AX, 4), MEM(BX, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x48\x8b\x03", LOAD(8, AX, 8), MEM(BX, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x66\x8b\x03", LOAD(2, AX, 2), MEM(BX, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x66\x48\x89\x03", STORE(8, AX), MEM(BX, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x67\x8b\x03", LOAD(4, AX, 4), MEM(BX, NONE, 0, 0), SEG(DS), ADDR(32)),
	ROW(64, "\x4d\x89\x3e", STORE(8, R15), MEM(R14, NONE, 0, 0), SEG(DS), ADDR(64)),
	/* a REX prefix that is not the last one does not count */
	ROW(64, "\x48\x66\x89\x03", STORE(2, AX), MEM(BX, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x41\x40\x88\x23", STORE(1, SP), MEM(BX, NONE, 0, 0), SEG(DS), ADDR(64)),
	/* AH, CH, DH, BH, and what a REX prefix makes of them */
	ROW(64, "\x88\x20", STORE_HIGH(AX), MEM(AX, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x88\x28", STORE_HIGH(CX), MEM(AX, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x8a\x30", LOAD_HIGH(DX), MEM(AX, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x8a\x38", LOAD_HIGH(BX), MEM(AX, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x40\x8a\x38", LOAD(1, DI, 1), MEM(AX, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x44\x8a\x20", LOAD(1, R12, 1), MEM(AX, NONE, 0, 0), SEG(DS), ADDR(64)),
	/* addressing forms with 32 and 64 bits */
	ROW(64, "\x8b\x43\x80", LOAD(4, AX, 4), MEM(BX, NONE, 0, -128), SEG(DS), ADDR(64)),
	ROW(64, "\x8b\x83\x00\x00\x00\x80", LOAD(4, AX, 4), MEM(BX, NONE, 0, -0x80000000LL),
	    SEG(DS), ADDR(64)),
	ROW(64, "\x8b\x05\x10\x00\x00\x00", LOAD(4, AX, 4), RIP_REL(16), SEG(DS), ADDR(64)),
	ROW(64, "\x67\x8b\x05\x10\x00\x00\x00", LOAD(4, AX, 4), RIP_REL(16), SEG(DS), ADDR(32)),
	ROW(64, "\x8b\x04\x25\x00\x00\xe0\xfe", LOAD(4, AX, 4), ABS(-0x1200000LL), SEG(DS),
	    ADDR(64)),
	ROW(64, "\x8b\x04\x24", LOAD(4, AX, 4), MEM(SP, NONE, 0, 0), SEG(SS), ADDR(64)),
	ROW(64, "\x8b\x45\x00", LOAD(4, AX, 4), MEM(BP, NONE, 0, 0), SEG(SS), ADDR(64)),
	ROW(64, "\x41\x8b\x04\x24", LOAD(4, AX, 4), MEM(R12, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x41\x8b\x45\x00", LOAD(4, AX, 4), MEM(R13, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x42\x8b\x04\xa3", LOAD(4, AX, 4), MEM(BX, R12, 2, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x8b\x04\xcb", LOAD(4, AX, 4), MEM(BX, CX, 3, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x8b\x44\x8b\x04", LOAD(4, AX, 4), MEM(BX, CX, 2, 4), SEG(DS), ADDR(64)),
	ROW(64, "\x8b\x84\x4b\x04\x03\x02\x01", LOAD(4, AX, 4), MEM(BX, CX, 1, 0x01020304),
	    SEG(DS), ADDR(64)),
	ROW(64, "\x8b\x04\x8d\x04\x00\x00\x00", LOAD(4, AX, 4), MEM(NONE, CX, 2, 4), SEG(DS),
	    ADDR(64)),
	ROW(64, "\x8b\x44\x0d\x00", LOAD(4, AX, 4), MEM(BP, CX, 0, 0), SEG(SS), ADDR(64)),
	ROW(32, "\x8b\x05\x00\x00\x00\xfe", LOAD(4, AX, 4), ABS(-0x2000000LL), SEG(DS), ADDR(32)),
	ROW(32, "\x89\x14\x24", STORE(4, DX), MEM(SP, NONE, 0, 0), SEG(SS), ADDR(32)),
	ROW(32, "\x66\x89\x0b", STORE(2, CX), MEM(BX, NONE, 0, 0), SEG(DS), ADDR(32)),
	ROW(32, "\x88\x63\x01", STORE_HIGH(AX), MEM(BX, NONE, 0, 1), SEG(DS), ADDR(32)),
	/* addressing forms with 16 bits */
	ROW(16, "\x8b\x00", LOAD(2, AX, 2), MEM(BX, SI, 0, 0), SEG(DS), ADDR(16)),
	ROW(16, "\x8b\x01", LOAD(2, AX, 2), MEM(BX, DI, 0, 0), SEG(DS), ADDR(16)),
	ROW(16, "\x8b\x02", LOAD(2, AX, 2), MEM(BP, SI, 0, 0), SEG(SS), ADDR(16)),
	ROW(16, "\x8b\x03", LOAD(2, AX, 2), MEM(BP, DI, 0, 0), SEG(SS), ADDR(16)),
	ROW(16, "\x8b\x04", LOAD(2, AX, 2), MEM(SI, NONE, 0, 0), SEG(DS), ADDR(16)),
	ROW(16, "\x8b\x05", LOAD(2, AX, 2), MEM(DI, NONE, 0, 0), SEG(DS), ADDR(16)),
	ROW(16, "\x8b\x06\x34\x12", LOAD(2, AX, 2), ABS(0x1234), SEG(DS), ADDR(16)),
	ROW(16, "\x8b\x07", LOAD(2, AX, 2), MEM(BX, NONE, 0, 0), SEG(DS), ADDR(16)),
	ROW(16, "\x8b\x46\xfe", LOAD(2, AX, 2), MEM(BP, NONE, 0, -2), SEG(SS), ADDR(16)),
	ROW(16, "\x8b\x87\x00\x80", LOAD(2, AX, 2), MEM(BX, NONE, 0, -0x8000LL), SEG(DS),
	    ADDR(16)),
	ROW(16, "\x66\x8b\x07", LOAD(4, AX, 4), MEM(BX, NONE, 0, 0), SEG(DS), ADDR(16)),
	ROW(16, "\x67\x8b\x03", LOAD(2, AX, 2), MEM(BX, NONE, 0, 0), SEG(DS), ADDR(32)),
	ROW(16, "\x67\x66\x89\x04\x24", STORE(4, AX), MEM(SP, NONE, 0, 0), SEG(SS), ADDR(32)),
	ROW(32, "\x67\x8b\x07", LOAD(4, AX, 4), MEM(BX, NONE, 0, 0), SEG(DS), ADDR(16)),
	/* segment overrides; the last one counts, but in 64-bit mode FS and GS only */
	ROW(16, "\x26\x8b\x07", LOAD(2, AX, 2), MEM(BX, NONE, 0, 0), SEG(ES), ADDR(16)),
	ROW(16, "\x2e\x8b\x07", LOAD(2, AX, 2), MEM(BX, NONE, 0, 0), SEG(CS), ADDR(16)),
	ROW(16, "\x36\x8b\x07", LOAD(2, AX, 2), MEM(BX, NONE, 0, 0), SEG(SS), ADDR(16)),
	ROW(16, "\x3e\x8b\x46\x00", LOAD(2, AX, 2), MEM(BP, NONE, 0, 0), SEG(DS), ADDR(16)),
	ROW(32, "\x64\x8b\x03", LOAD(4, AX, 4), MEM(BX, NONE, 0, 0), SEG(FS), ADDR(32)),
	ROW(32, "\x65\x26\x8b\x03", LOAD(4, AX, 4), MEM(BX, NONE, 0, 0), SEG(ES), ADDR(32)),
	ROW(64, "\x65\x8b\x03", LOAD(4, AX, 4), MEM(BX, NONE, 0, 0), SEG(GS), ADDR(64)),
	ROW(64, "\x65\x26\x8b\x03", LOAD(4, AX, 4), MEM(BX, NONE, 0, 0), SEG(GS), ADDR(64)),
	ROW(64, "\x2e\x8b\x03", LOAD(4, AX, 4), MEM(BX, NONE, 0, 0), SEG(DS), ADDR(64)),
	/* immediates */
	ROW(64, "\xc6\x03\x80", STORE_IMM(1, -128), MEM(BX, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x66\xc7\x03\x34\x12", STORE_IMM(2, 0x1234), MEM(BX, NONE, 0, 0), SEG(DS),
	    ADDR(64)),
	ROW(64, "\xc7\x03\x78\x56\x34\x12", STORE_IMM(4, 0x12345678), MEM(BX, NONE, 0, 0),
	    SEG(DS), ADDR(64)),
	ROW(64, "\x48\xc7\x03\x00\x00\x00\x80", STORE_IMM(8, -0x80000000LL),
	    MEM(BX, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x48\xc7\x84\x8b\x04\x03\x02\x01\x05\x00\x00\x00", STORE_IMM(8, 5),
	    MEM(BX, CX, 2, 0x01020304), SEG(DS), ADDR(64)),
	ROW(64, "\xc7\x05\x10\x00\x00\x00\x01\x00\x00\x00", STORE_IMM(4, 1), RIP_REL(16),
	    SEG(DS), ADDR(64)),
	ROW(16, "\xc7\x06\x00\x10\x34\x12", STORE_IMM(2, 0x1234), ABS(0x1000), SEG(DS),
	    ADDR(16)),
	ROW(16, "\x66\xc7\x07\x78\x56\x34\x12", STORE_IMM(4, 0x12345678), MEM(BX, NONE, 0, 0),
	    SEG(DS), ADDR(16)),
	/* absolute addresses */
	ROW(64, "\xa0\x00\x00\x00\xfe\x00\x00\x00\x00", LOAD(1, AX, 1), ABS(0xfe000000), SEG(DS),
	    ADDR(64)),
	ROW(64, "\x48\xa1\x88\x77\x66\x55\x44\x33\x22\x11", LOAD(8, AX, 8),
	    ABS(0x1122334455667788), SEG(DS), ADDR(64)),
	ROW(64, "\x67\xa1\x00\x00\x00\xfe", LOAD(4, AX, 4), ABS(0xfe000000), SEG(DS), ADDR(32)),
	ROW(32, "\xa2\x00\x00\x00\xfe", STORE(1, AX), ABS(0xfe000000), SEG(DS), ADDR(32)),
	ROW(32, "\x66\xa3\x00\x00\x00\xfe", STORE(2, AX), ABS(0xfe000000), SEG(DS), ADDR(32)),
	ROW(16, "\xa1\x34\x12", LOAD(2, AX, 2), ABS(0x1234), SEG(DS), ADDR(16)),
	ROW(16, "\x64\xa3\x34\x12", STORE(2, AX), ABS(0x1234), SEG(FS), ADDR(16)),
	/* a register byte has no high half under A0 and A2, with REX or not */
	ROW(64, "\x44\xa0\x00\x00\x00\xfe\x00\x00\x00\x00", LOAD(1, AX, 1), ABS(0xfe000000),
	    SEG(DS), ADDR(64)),
	/* extending loads */
	ROW(64, "\x0f\xb6\x03", LOAD(1, AX, 4), MEM(BX, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x0f\xb6\x23", LOAD(1, SP, 4), MEM(BX, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x48\x0f\xb7\x03", LOAD(2, AX, 8), MEM(BX, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x66\x0f\xb6\x03", LOAD(1, AX, 2), MEM(BX, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x0f\xbe\x03", LOAD(1, AX, 4), SIGNED, MEM(BX, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x4c\x0f\xbf\x0b", LOAD(2, R9, 8), SIGNED, MEM(BX, NONE, 0, 0), SEG(DS),
	    ADDR(64)),
	ROW(64, "\x48\x63\x03", LOAD(4, AX, 8), SIGNED, MEM(BX, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(64, "\x63\x03", LOAD(4, AX, 4), SIGNED, MEM(BX, NONE, 0, 0), SEG(DS), ADDR(64)),
	ROW(32, "\x0f\xb7\x03", LOAD(2, AX, 4), MEM(BX, NONE, 0, 0), SEG(DS), ADDR(32)),
	ROW(16, "\x0f\xb6\x07", LOAD(1, AX, 2), MEM(BX, NONE, 0, 0), SEG(DS), ADDR(16)),
	ROW(16, "\x66\x0f\xbf\x07", LOAD(2, AX, 4), SIGNED, MEM(BX, NONE, 0, 0), SEG(DS),
	    ADDR(16)),
};

struct bad {
	u8 bits;
	const char *insn;
	u8 length;
	const char *why;
};

#define BAD(bits, insn, why)	{ bits, insn, sizeof(insn) - 1, why }

static const struct bad bad[] = {
	BAD(64, "\x89\xc3", "between registers"),
	BAD(64, "\xc6\xc0\x01", "immediate to a register"),
	BAD(64, "\x0f\xb6\xc0", "movzx from a register"),
	BAD(64, "\xc7\x0b\x00\x00\x00\x00", "C7 /1"),
	BAD(64, "\xc6\x3b\x00", "C6 /7"),
	BAD(64, "\xf0\x89\x03", "lock"),
	BAD(64, "\xf3\x89\x03", "xrelease"),
	BAD(64, "\xf2\xc7\x03\x00\x00\x00\x00", "xacquire"),
	BAD(64, "\xa4", "movsb"),
	BAD(64, "\xf3\xa5", "rep movsd"),
	BAD(64, "\xaa", "stosb"),
	BAD(64, "\x01\x03", "add"),
	BAD(64, "\x87\x03", "xchg"),
	BAD(64, "\x8c\x03", "mov from a segment register"),
	BAD(64, "\x8e\x03", "mov to a segment register"),
	BAD(64, "\xff\x33", "push"),
	BAD(64, "\x0f\x6f\x03", "movq"),
	BAD(64, "\x0f\xb0\x0b", "cmpxchg"),
	BAD(64, "\x0f\x38\xf0\x03", "movbe"),
	BAD(64, "\xc5\xfe\x6f\x03", "vmovdqu"),
	BAD(64, "\x66\x63\x03", "movsxd of 16 bits"),
	BAD(32, "\x63\x03", "arpl"),
	BAD(32, "\x48", "dec eax, no REX"),
	BAD(16, "\x40\x8b\x07", "inc ax, no REX"),
};

static void expect_same(struct kunit *test, const char *what, const struct x86_mov *got,
			const struct x86_mov *want)
{
	KUNIT_EXPECT_EQ_MSG(test, got->length, want->length, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, got->write, want->write, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, got->width, want->width, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, got->has_imm, want->has_imm, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, got->imm, want->imm, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, got->reg, want->reg, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, got->reg_width, want->reg_width, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, got->shift, want->shift, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, got->signed_ext, want->signed_ext, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, got->mem.base, want->mem.base, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, got->mem.index, want->mem.index, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, got->mem.scale, want->mem.scale, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, got->mem.bits, want->mem.bits, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, got->mem.segment, want->mem.segment, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, got->mem.rip_relative, want->mem.rip_relative, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, got->mem.disp, want->mem.disp, "%s", what);
}

/* The bytes of a row, for a message. */
static const char *name(const struct row *row, char *buf, size_t size)
{
	snprintf(buf, size, "%u bits: %*phN", row->bits, row->length, row->insn);
	return buf;
}

static void x86_decode_moves(struct kunit *test)
{
	struct x86_mov mov;
	char buf[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		KUNIT_EXPECT_EQ_MSG(test, 0, x86_decode_mov((const u8 *)rows[i].insn,
							    rows[i].length, rows[i].bits, &mov),
				    "%s", name(&rows[i], buf, sizeof(buf)));
		expect_same(test, name(&rows[i], buf, sizeof(buf)), &mov, &rows[i].mov);
	}
}

/* What follows the instruction is not its business. */
static void x86_decode_stops(struct kunit *test)
{
	u8 insn[INSN_MAX];
	struct x86_mov mov;
	char buf[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		memset(insn, 0xff, sizeof(insn));
		memcpy(insn, rows[i].insn, rows[i].length);
		x86_decode_mov(insn, sizeof(insn), rows[i].bits, &mov);
		expect_same(test, name(&rows[i], buf, sizeof(buf)), &mov, &rows[i].mov);
	}
}

/* Cut off anywhere, an instruction is not decoded. */
static void x86_decode_truncated(struct kunit *test)
{
	struct x86_mov mov;
	char buf[64];
	size_t i;
	u8 n;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		for (n = 0; n < rows[i].length; n++)
			KUNIT_EXPECT_EQ_MSG(test, -ENODATA,
					    x86_decode_mov((const u8 *)rows[i].insn, n,
							   rows[i].bits, &mov),
					    "%s at %u", name(&rows[i], buf, sizeof(buf)), n);
}

/*
 * One more prefix that changes nothing, again and again: up to 15 bytes it is
 * the same instruction, beyond it is none.
 */
static void x86_decode_padded(struct kunit *test)
{
	u8 insn[2 * INSN_MAX];
	struct x86_mov mov, want;
	const struct row *row;
	char buf[64];
	u8 pad;

	for (row = rows; row < rows + ARRAY_SIZE(rows); row++) {
		/* DS, where the default is DS and nothing overrides it. */
		if (row->mov.mem.segment != X86_DS)
			continue;
		for (pad = 1; pad <= INSN_MAX; pad++) {
			memset(insn, 0x3e, sizeof(insn));
			memcpy(insn + pad, row->insn, row->length);
			want = row->mov;
			want.length += pad;
			if (want.length > INSN_MAX) {
				KUNIT_EXPECT_EQ(test, -ENODATA,
						x86_decode_mov(insn, sizeof(insn), row->bits,
							       &mov));
				break;
			}
			KUNIT_EXPECT_EQ(test, 0, x86_decode_mov(insn, want.length, row->bits,
								&mov));
			expect_same(test, name(row, buf, sizeof(buf)), &mov, &want);
		}
	}
}

static void x86_decode_others(struct kunit *test)
{
	struct x86_mov mov;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ_MSG(test, -EOPNOTSUPP,
				    x86_decode_mov((const u8 *)bad[i].insn, bad[i].length,
						   bad[i].bits, &mov),
				    "%s", bad[i].why);
}

static void x86_decode_prefixes_alone(struct kunit *test)
{
	static const u8 insn[] = { 0x66, 0x67, 0xf0, 0xf3, 0x65, 0x2e, 0x48, 0x6f };
	struct x86_prefixes p;
	u8 n;

	for (n = 0; n < ARRAY_SIZE(insn); n++)
		KUNIT_EXPECT_EQ(test, -ENODATA, x86_decode_prefixes(insn, n, 64, &p));
	KUNIT_EXPECT_EQ(test, 0, x86_decode_prefixes(insn, sizeof(insn), 64, &p));
	KUNIT_EXPECT_EQ(test, p.length, 7);
	KUNIT_EXPECT_EQ(test, p.rex, 0x48);
	KUNIT_EXPECT_EQ(test, p.segment, X86_GS);
	KUNIT_EXPECT_TRUE(test, p.operand && p.address && p.lock && p.repeat);

	KUNIT_EXPECT_EQ(test, 0, x86_decode_prefixes(insn, sizeof(insn), 32, &p));
	KUNIT_EXPECT_EQ(test, p.length, 6);
	KUNIT_EXPECT_EQ(test, p.rex, 0);
	KUNIT_EXPECT_EQ(test, p.segment, X86_CS);
}

static void x86_decode_values(struct kunit *test)
{
	static const u64 gpr[16] = { [BX] = 0x1122334455667788 };
	struct x86_mov mov = { .write = true, .reg = BX };

	mov.width = 8;
	KUNIT_EXPECT_EQ(test, x86_mov_value(&mov, gpr), 0x1122334455667788);
	mov.width = 4;
	KUNIT_EXPECT_EQ(test, x86_mov_value(&mov, gpr), 0x55667788);
	mov.width = 2;
	KUNIT_EXPECT_EQ(test, x86_mov_value(&mov, gpr), 0x7788);
	mov.width = 1;
	KUNIT_EXPECT_EQ(test, x86_mov_value(&mov, gpr), 0x88);
	mov.shift = 8;
	KUNIT_EXPECT_EQ(test, x86_mov_value(&mov, gpr), 0x77);
	mov.has_imm = true;
	mov.imm = -2;
	mov.width = 8;
	KUNIT_EXPECT_EQ(test, x86_mov_value(&mov, gpr), ~0ULL - 1);
	mov.width = 4;
	KUNIT_EXPECT_EQ(test, x86_mov_value(&mov, gpr), 0xfffffffe);
}

static void x86_decode_offsets(struct kunit *test)
{
	static const u64 gpr[16] = {
		[BX] = 0xffffffff00001000, [CX] = 0x10, [SI] = 0xfff8, [DI] = 0xfffffffc,
	};
	struct x86_operand mem = { .base = BX, .index = CX, .scale = 3, .bits = 64, .disp = -8 };

	KUNIT_EXPECT_EQ(test, x86_operand_offset(&mem, gpr, 0), 0xffffffff00001078);
	mem.bits = 32;
	KUNIT_EXPECT_EQ(test, x86_operand_offset(&mem, gpr, 0), 0x1078);
	mem = (struct x86_operand) { .base = BX, .index = SI, .bits = 16, .disp = 0x10 };
	KUNIT_EXPECT_EQ(test, x86_operand_offset(&mem, gpr, 0), 0x1008);
	mem = (struct x86_operand) { .base = NONE, .index = DI, .scale = 1, .bits = 32 };
	KUNIT_EXPECT_EQ(test, x86_operand_offset(&mem, gpr, 0), 0xfffffff8);
	mem = (struct x86_operand) {
		.base = NONE, .index = NONE, .bits = 64, .rip_relative = true, .disp = -0x100,
	};
	KUNIT_EXPECT_EQ(test, x86_operand_offset(&mem, gpr, 0x80), ~0ULL - 0x7f);
}

static struct kunit_case x86_decode_cases[] = {
	KUNIT_CASE(x86_decode_moves),
	KUNIT_CASE(x86_decode_stops),
	KUNIT_CASE(x86_decode_truncated),
	KUNIT_CASE(x86_decode_padded),
	KUNIT_CASE(x86_decode_others),
	KUNIT_CASE(x86_decode_prefixes_alone),
	KUNIT_CASE(x86_decode_values),
	KUNIT_CASE(x86_decode_offsets),
	{}
};

struct kunit_suite axvcpu_x86_decode_suite = {
	.name = "axvcpu_x86_decode",
	.test_cases = x86_decode_cases,
};
