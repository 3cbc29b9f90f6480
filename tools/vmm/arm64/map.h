/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where things are on the arm64 board. The map leaves room for a GICv3 at
 * 0x08000000.
 */
#ifndef VMM_ARM64_MAP_H
#define VMM_ARM64_MAP_H

#define MAP_UART	0x09000000ULL	/* pl011 */
#define MAP_UART_SIZE	0x1000ULL
#define MAP_EXIT	0x09010000ULL	/* a write ends the run with the value */
#define MAP_EXIT_SIZE	0x1000ULL
#define MAP_RAM		0x40000000ULL
#define MAP_LOAD	0x40080000ULL	/* of a flat image */

#endif /* VMM_ARM64_MAP_H */
