// SPDX-License-Identifier: GPL-2.0-only
/* The arithmetic of INS and OUTS. */
#include <linux/bits.h>
#include <linux/minmax.h>
#include <linux/sizes.h>

#include "string_io.h"

/* Elements after the first, upwards: in page, segment and address size. */
static u64 more_up(const struct x86_string *s, u32 in_page)
{
	u64 n = in_page / s->width - 1;

	n = min(n, (s->high - s->offset - (s->width - 1)) / s->width);
	return min(n, (GENMASK_ULL(s->address_bits - 1, 0) - s->offset) / s->width);
}

/* The same downwards; an offset below the segment's lowest ends it. */
static u64 more_down(const struct x86_string *s, u32 in_page)
{
	return min_t(u64, in_page / s->width, (s->offset - s->low) / s->width);
}

/**
 * x86_string_span() - elements that can be moved at once
 * @string: the operand
 * @span: filled in
 *
 * A segment's limit is looked at for whole elements. Where the offset wraps at
 * the address size, the span ends; the next one begins at the other end.
 *
 * Return: false if the first element is outside the segment.
 */
bool x86_string_span(const struct x86_string *string, struct x86_span *span)
{
	const struct x86_string *s = string;
	u32 in_page;
	u64 more;

	if (s->offset < s->low || s->offset > s->high ||
	    s->high - s->offset < s->width - 1)
		return false;
	span->linear = (s->base + s->offset) & GENMASK_ULL(s->linear_bits - 1, 0);
	span->split = 0;
	span->count = 1;

	in_page = SZ_4K - (span->linear & (SZ_4K - 1));
	if (in_page < s->width) {
		span->split = in_page;
		return true;
	}
	more = s->down ? more_down(s, SZ_4K - in_page) : more_up(s, in_page);
	span->count = 1 + min(more, s->count - 1);
	return true;
}

/**
 * x86_string_advance() - RCX, RSI or RDI after elements have been moved
 * @reg: the register
 * @by: what is added
 * @address_bits: 16, 32, 64
 *
 * Return: its new value; of 16 bits the rest stays, 32 clear the upper half.
 */
u64 x86_string_advance(u64 reg, u64 by, unsigned int address_bits)
{
	u64 mask = GENMASK_ULL(address_bits - 1, 0);
	u64 keep = address_bits == 16 ? reg & ~mask : 0;

	return keep | ((reg + by) & mask);
}
