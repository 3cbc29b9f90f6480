// SPDX-License-Identifier: GPL-2.0-only
/* The arithmetic of INS and OUTS, and what a partial register write does. */
#include "../../arch/x86/common.h"
#include "../../arch/x86/insn/string_io.h"
#include "../../arch/x86/x86.h"
#include "../suites.h"

#define FLAT(off)	.offset = (off), .address_bits = 64, .high = U64_MAX, .linear_bits = 64
#define SEG16(off)	.offset = (off), .address_bits = 16, .high = 0xffff, .linear_bits = 32
#define UP(w, n)	.width = (w), .count = (n)
#define DOWN(w, n)	UP(w, n), .down = true

static const struct {
	const char *what;
	struct x86_string in;
	struct x86_span out;	/* count 0: outside the segment */
} spans[] = {
	{ "one byte", { FLAT(0x1000), UP(1, 1) }, { 0x1000, 1 } },
	{ "a page of bytes", { FLAT(0x1000), UP(1, 4096) }, { 0x1000, 4096 } },
	{ "more than a page", { FLAT(0x1000), UP(1, 1 << 20) }, { 0x1000, 4096 } },
	{ "up to the page's end", { FLAT(0x1ffc), UP(2, 10) }, { 0x1ffc, 2 } },
	{ "not aligned", { FLAT(0x1ff9), UP(4, 10) }, { 0x1ff9, 1 } },
	{ "across pages", { FLAT(0x1ffd), UP(4, 10) }, { 0x1ffd, 1, 3 } },
	{ "across pages by a byte", { FLAT(0x1fff), UP(2, 10) }, { 0x1fff, 1, 1 } },
	{ "the last element of a page", { FLAT(0x1ffc), UP(4, 10) }, { 0x1ffc, 1 } },
	{ "down", { FLAT(0x1010), DOWN(4, 100) }, { 0x1010, 5 } },
	{ "down, few", { FLAT(0x1010), DOWN(4, 2) }, { 0x1010, 2 } },
	{ "down from the page's start", { FLAT(0x1000), DOWN(4, 100) }, { 0x1000, 1 } },
	{ "down, not aligned", { FLAT(0x1003), DOWN(4, 100) }, { 0x1003, 1 } },
	{ "down, across pages", { FLAT(0x1ffe), DOWN(4, 100) }, { 0x1ffe, 1, 2 } },
	{ "the top of 64 bits", { FLAT(-4ULL), UP(4, 9) }, { -4ULL, 1 } },
	{ "beyond the top of 64 bits", { FLAT(-2ULL), UP(4, 9) }, { 0, 0 } },
	{ "the bottom, down", { FLAT(2), DOWN(2, 9) }, { 2, 2 } },
	{ "every count there is", { FLAT(0x1000), UP(1, U64_MAX) }, { 0x1000, 4096 } },
	{ "32-bit addresses wrap", { .offset = 0xfffffffe, .address_bits = 32, .base = 0x4000,
	  .high = U64_MAX, .linear_bits = 64, UP(1, 9) }, { 0x100003ffe, 2 } },
	{ "16-bit addresses wrap", { SEG16(0xfffe), .base = 0x100, UP(1, 9) }, { 0x100fe, 2 } },
	{ "16-bit addresses wrap down", { SEG16(1), .base = 0x100, DOWN(1, 9) }, { 0x101, 2 } },
	{ "at the limit", { SEG16(0xfffe), UP(2, 9) }, { 0xfffe, 1 } },
	{ "over the limit", { SEG16(0xffff), UP(2, 9) }, { 0, 0 } },
	{ "up to the limit", { .offset = 0x10, .address_bits = 16, .high = 0x17,
	  .linear_bits = 32, UP(2, 9) }, { 0x10, 4 } },
	{ "beyond the limit", { .offset = 0x18, .address_bits = 16, .high = 0x17,
	  .linear_bits = 32, UP(1, 9) }, { 0, 0 } },
	{ "below an expand-down segment", { .offset = 0xfff, .address_bits = 16, .low = 0x1000,
	  .high = 0xffff, .linear_bits = 32, UP(1, 9) }, { 0, 0 } },
	{ "down to its lowest byte", { .offset = 0x1004, .address_bits = 16, .low = 0x1001,
	  .high = 0xffff, .linear_bits = 32, DOWN(2, 9) }, { 0x1004, 2 } },
	{ "linear addresses wrap", { .offset = 0x2000, .address_bits = 32, .base = 0xfffff000,
	  .high = U32_MAX, .linear_bits = 32, UP(4, 2) }, { 0x1000, 2 } },
	{ "an empty expand-down segment", { .offset = 0xffff, .address_bits = 16,
	  .low = 0x10000, .high = 0xffff, .linear_bits = 32, UP(1, 1) }, { 0, 0 } },
};

static void x86_string_spans(struct kunit *test)
{
	struct x86_span span;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(spans); i++) {
		bool inside = x86_string_span(&spans[i].in, &span);

		KUNIT_EXPECT_EQ_MSG(test, inside, !!spans[i].out.count, "%s", spans[i].what);
		if (!inside)
			continue;
		KUNIT_EXPECT_EQ_MSG(test, span.linear, spans[i].out.linear, "%s", spans[i].what);
		KUNIT_EXPECT_EQ_MSG(test, span.count, spans[i].out.count, "%s", spans[i].what);
		KUNIT_EXPECT_EQ_MSG(test, span.split, spans[i].out.split, "%s", spans[i].what);
	}
}

/* Whatever is asked for, the elements are in the page that the first one is in. */
static void x86_string_stays_in_page(struct kunit *test)
{
	struct x86_string s = { .address_bits = 64, .high = U64_MAX, .linear_bits = 64 };
	u64 first, last, lowest;
	struct x86_span span;

	for (s.offset = 0x1000; s.offset < 0x2000; s.offset++)
		for (s.width = 1; s.width <= 4; s.width *= 2)
			for (s.count = 1; s.count <= 8192; s.count *= 8) {
				s.down = s.count & 8;
				KUNIT_ASSERT_TRUE(test, x86_string_span(&s, &span));
				KUNIT_ASSERT_LE(test, (u64)span.count, s.count);
				if (span.split)
					continue;
				lowest = span.linear -
					 (s.down ? (u64)(span.count - 1) * s.width : 0);
				first = lowest >> 12;
				last = (lowest + (u64)span.count * s.width - 1) >> 12;
				KUNIT_ASSERT_EQ(test, first, 1ULL);
				KUNIT_ASSERT_EQ(test, last, 1ULL);
			}
}

static void x86_string_advances(struct kunit *test)
{
	u64 reg = 0x1122334455667788;

	KUNIT_EXPECT_EQ(test, x86_string_advance(reg, 8, 64), 0x1122334455667790);
	KUNIT_EXPECT_EQ(test, x86_string_advance(reg, -8LL, 64), 0x1122334455667780);
	KUNIT_EXPECT_EQ(test, x86_string_advance(reg, 8, 32), 0x55667790);
	KUNIT_EXPECT_EQ(test, x86_string_advance(0xfffffffc, 8, 32), 4);
	KUNIT_EXPECT_EQ(test, x86_string_advance(reg, 0x9000, 16), 0x1122334455660788);
	KUNIT_EXPECT_EQ(test, x86_string_advance(0, -1LL, 16), 0xffff);
}

/* SDM vol. 1, 3.4.1.1 */
static void x86_register_merges(struct kunit *test)
{
	static const struct {
		unsigned int width;
		u64 want;
	} rows[] = {
		{ 1, 0x11223344556677ff },
		{ 2, 0x112233445566eeff },
		{ 4, 0xccddeeff },
		{ 8, 0x8899aabbccddeeff },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		u64 reg = 0x1122334455667788;

		x86_write_gpr(&reg, 0x8899aabbccddeeff, rows[i].width);
		KUNIT_EXPECT_EQ_MSG(test, reg, rows[i].want, "%u bytes", rows[i].width);
	}
}

static struct kunit_case x86_string_cases[] = {
	KUNIT_CASE(x86_string_spans),
	KUNIT_CASE(x86_string_stays_in_page),
	KUNIT_CASE(x86_string_advances),
	KUNIT_CASE(x86_register_merges),
	{}
};

struct kunit_suite axvcpu_x86_string_suite = {
	.name = "axvcpu_x86_string",
	.test_cases = x86_string_cases,
};
