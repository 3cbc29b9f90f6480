/* SPDX-License-Identifier: GPL-2.0-only */
/* Prints a line to the pl011 and ends the run. */
	.text
	.globl	_start
_start:
	adr	x0, text
	mov	x1, #0x09000000
1:	ldrb	w2, [x0], #1
	cbz	w2, 2f
	str	w2, [x1]
	b	1b
2:	movz	w0, #0x0008		/* PSCI SYSTEM_OFF */
	movk	w0, #0x8400, lsl #16
	hvc	#0
text:	.asciz	"Hello from EL1.\n"
