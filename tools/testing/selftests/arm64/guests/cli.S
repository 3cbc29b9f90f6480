/* SPDX-License-Identifier: GPL-2.0-only */
/* Flat images for axvcpu run. */
#include "guest.inc"

#define PSCI_SYSTEM_OFF		0x84000008
#define PSCI_SYSTEM_RESET	0x84000009
#define UART			0x09000000
#define UART_FR			0x18
#define EXIT			0x09010000

/* Exits with X1. */
GUEST cli_exit
	mov	x9, #EXIT
	str	w1, [x9]
END cli_exit

/* Turns the machine off. */
GUEST cli_off
	mov	w0, #PSCI_SYSTEM_OFF & 0xffff
	movk	w0, #PSCI_SYSTEM_OFF >> 16, lsl #16
	hvc	#0
END cli_off

/* Resets it. */
GUEST cli_reset
	mov	w0, #PSCI_SYSTEM_RESET & 0xffff
	movk	w0, #PSCI_SYSTEM_RESET >> 16, lsl #16
	hvc	#0
END cli_reset

/* Never ends. */
GUEST cli_spin
1:	b	1b
END cli_spin

/* Sends back what it receives, with bit 5 turned over; exits with 3 after a dot. */
GUEST cli_echo
	mov	x9, #UART
1:	ldr	w0, [x9, #UART_FR]
	tbnz	w0, #4, 1b
	ldr	w0, [x9]
	cmp	w0, #'.'
	b.eq	2f
	eor	w0, w0, #0x20
	str	w0, [x9]
	b	1b
2:	mov	x9, #EXIT
	mov	w1, #3
	str	w1, [x9]
END cli_echo

/* Calls what is not there, and starts a CPU that is not there: exits with 7 if both fail. */
GUEST cli_calls
	mov	w0, #0x1234
	movk	w0, #0x8600, lsl #16
	hvc	#0
	cmn	x0, #1
	b.ne	1f
	mov	w0, #3
	movk	w0, #0xc400, lsl #16
	mov	x1, #1
	mov	x2, #0x40000000
	hvc	#0
	cmn	x0, #1
	b.ne	1f
	mov	w1, #7
1:	mov	x9, #EXIT
	str	w1, [x9]
END cli_calls
