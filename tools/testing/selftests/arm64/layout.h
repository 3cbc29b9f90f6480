/* SPDX-License-Identifier: GPL-2.0-only */
/* Where things lie in a guest's memory: for C and for the guests' assembly. */
#ifndef AXVCPU_SELFTEST_ARM64_LAYOUT_H
#define AXVCPU_SELFTEST_ARM64_LAYOUT_H

#define GUEST_TABLE	0x4000		/* level 1: 512 GiB one to one, in blocks */
#define GUEST_TRAP	0xe000		/* struct trap_record */
#define GUEST_STACK	0xe000		/* its top */
#define GUEST_CODE	0x10000		/* where a guest is loaded */
#define GUEST_TRAPS	0x1c000		/* exception vectors */
#define GUEST_DATA	0x20000
#define GUEST_RAM_SIZE	0xa0000

/* Nothing is here. */
#define GUEST_DEVICE	0xa0000

/* Immediates of HVC. */
#define CALL_TEST	0
#define CALL_REPORT	0xe0
#define CALL_TRAP	0xe1

#endif /* AXVCPU_SELFTEST_ARM64_LAYOUT_H */
