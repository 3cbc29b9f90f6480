/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TAP from a plain C program.
 */
#ifndef UNIT_TAP_H
#define UNIT_TAP_H

#include <stdbool.h>
#include <stdio.h>

static unsigned int tap_count, tap_failed;

/* One line; @fmt names what holds, and on failure what does not. */
#define ok(cond, fmt, ...)							\
	({									\
		bool tap_held = (cond);						\
										\
		tap_failed += !tap_held;					\
		printf("%sok %u - " fmt "\n", tap_held ? "" : "not ", ++tap_count,	\
		       ##__VA_ARGS__);						\
		tap_held;							\
	})

/* Two numbers that have to be the same. */
#define is(got, want, fmt, ...)							\
	({									\
		unsigned long long tap_got = (got), tap_want = (want);		\
										\
		if (!ok(tap_got == tap_want, fmt, ##__VA_ARGS__))		\
			printf("# %s:%d: got 0x%llx, want 0x%llx\n", __FILE__, __LINE__,	\
			       tap_got, tap_want);				\
	})

/* The plan, last; main() returns it. */
static inline int tap_done(void)
{
	printf("1..%u\n", tap_count);
	return tap_failed != 0;
}

#endif /* UNIT_TAP_H */
