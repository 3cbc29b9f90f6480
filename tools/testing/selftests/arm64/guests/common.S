/* SPDX-License-Identifier: GPL-2.0-only */
/* Guests that tests of every architecture use. */
#include "guest.inc"

/* Counts at GUEST_DATA for ever. */
GUEST spin
	mov	x9, #GUEST_DATA
1:	ldr	x8, [x9]
	add	x8, x8, #1
	str	x8, [x9]
	b	1b
END spin

/* The same in four bytes of code that touch no memory. */
GUEST loop
1:	b	1b
END loop

/* Halts for ever; counts at GUEST_DATA what wakes it. */
GUEST halt
	mov	x9, #GUEST_DATA
1:	wfi
	ldr	x8, [x9]
	add	x8, x8, #1
	str	x8, [x9]
	b	1b
END halt

/* The same with interrupts enabled. */
GUEST halt_open
	mov	x9, #GUEST_DATA
	msr	daifclr, #2
1:	wfi
	ldr	x8, [x9]
	add	x8, x8, #1
	str	x8, [x9]
	b	1b
END halt_open

/* Reports 0, 1, 2 and so on. */
GUEST count
	mov	x0, #0
1:	REPORT
	add	x0, x0, #1
	b	1b
END count

/* Reads the byte at arg 0 and reports it, for ever. */
GUEST peek
1:	ldrb	w0, [x1]
	REPORT
	b	1b
END peek

/* Writes arg 1 to the 8 bytes at arg 0 and reports 1, for ever. */
GUEST poke
1:	str	x2, [x1]
	mov	x0, #1
	REPORT
	b	1b
END poke

/*
 * Walks the pages of [arg 0, arg 0 + arg 1) for ever. The first word of each
 * must hold what the last round left there, the round's number; then it gets
 * the new one. The number of the round that is complete goes to GUEST_DATA. A
 * wrong word is reported as 1, with its address in arg 2, what was found at
 * GUEST_DATA + 8 and what was wanted at GUEST_DATA + 16.
 */
GUEST rounds
	mov	x9, #GUEST_DATA
	mov	x10, #0			/* the last round */
1:	add	x11, x10, #1
	mov	x3, x1
	add	x12, x1, x2
2:	ldr	x0, [x3]
	cmp	x0, x10
	b.ne	3f
	str	x11, [x3]
	add	x3, x3, #4096
	cmp	x3, x12
	b.lo	2b
	mov	x10, x11
	str	x10, [x9]
	b	1b
3:	str	x0, [x9, #8]
	str	x10, [x9, #16]
	mov	x0, #1
	REPORT
	b	3b
END rounds

/*
 * Fills [arg 0, arg 0 + arg 1) with words that depend on their address and on
 * arg 2, and reports 0.
 */
GUEST fill
1:	mov	x9, x1
	add	x10, x1, x2
2:	eor	x11, x9, x3
	str	x11, [x9], #8
	cmp	x9, x10
	b.lo	2b
	mov	x0, #0
	REPORT
	b	1b
END fill

/* Counts the words of [arg 0, arg 0 + arg 1) that are not what fill left; reports it. */
GUEST check
1:	mov	x9, x1
	add	x10, x1, x2
	mov	x0, #0
2:	eor	x11, x9, x3
	ldr	x12, [x9], #8
	cmp	x11, x12
	cinc	x0, x0, ne
	cmp	x9, x10
	b.lo	2b
	REPORT
	b	1b
END check

/* Copies the word at arg 0 to GUEST_DATA + 8 and counts at GUEST_DATA, for ever. */
GUEST mirror
	mov	x9, #GUEST_DATA
	mov	x10, #0
1:	ldr	x11, [x1]
	add	x10, x10, #1
	str	x11, [x9, #8]
	str	x10, [x9]
	b	1b
END mirror

/* Counts at GUEST_DATA and writes the number to arg 0, for ever. */
GUEST stamp
	mov	x9, #GUEST_DATA
1:	add	x0, x0, #1
	str	x0, [x1]
	str	x0, [x9]
	b	1b
END stamp
