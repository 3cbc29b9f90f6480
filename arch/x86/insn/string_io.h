/* SPDX-License-Identifier: GPL-2.0-only */
/* How far a string instruction gets in one page. Pure arithmetic. */
#ifndef AXVCPU_X86_INSN_STRING_IO_H
#define AXVCPU_X86_INSN_STRING_IO_H

#include <linux/types.h>

/**
 * struct x86_string - a string operand
 * @offset: RSI or RDI, cut to the address size
 * @address_bits: 16, 32, 64
 * @base: linear base of the segment
 * @low: lowest offset the segment has
 * @high: highest offset the segment has
 * @linear_bits: width of a linear address: 32 or 64
 * @width: bytes an element
 * @down: RFLAGS.DF
 * @count: elements wanted, at least 1
 */
struct x86_string {
	u64 offset;
	u8 address_bits;
	u64 base;
	u64 low, high;
	u8 linear_bits;
	u8 width;
	bool down;
	u64 count;
};

/**
 * struct x86_span - elements that can be moved at once
 * @linear: linear address of the first
 * @count: how many; all in one page, unless @split
 * @split: bytes of the only element that lie on its first page; 0: all of it
 */
struct x86_span {
	u64 linear;
	u32 count;
	u8 split;
};

bool x86_string_span(const struct x86_string *string, struct x86_span *span);
u64 x86_string_advance(u64 reg, u64 by, unsigned int address_bits);

#endif /* AXVCPU_X86_INSN_STRING_IO_H */
