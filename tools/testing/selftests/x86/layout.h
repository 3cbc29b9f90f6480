/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where things lie in a guest's memory: for C and for the guests' assembly.
 *
 * RAM is the PC's first 640 KiB. Above it nothing is mapped, so that a real
 * mode guest too has somewhere to find a device.
 */
#ifndef AXVCPU_SELFTEST_X86_LAYOUT_H
#define AXVCPU_SELFTEST_X86_LAYOUT_H

#define GUEST_IVT	0x0000		/* real mode: interrupt vectors */
#define GUEST_GDT	0x1000
#define GUEST_IDT	0x2000		/* 256 gates of 16 bytes */
#define GUEST_TSS	0x3000
#define GUEST_PML4	0x4000
#define GUEST_PDPT	0x5000
#define GUEST_PD	0x6000		/* the first GiB, 2 MiB pages */
#define GUEST_PD_ALIAS	0x7000
#define GUEST_PT_ALIAS	0x8000		/* GUEST_ALIAS, 4 KiB pages */
#define GUEST_PD32	0x9000		/* the same without PAE */
#define GUEST_PT32	0xa000
#define GUEST_STACK	0xf000		/* its top */
#define GUEST_USTACK	0xd000		/* the same at CPL 3 */
#define GUEST_TRAP	0xf000		/* struct trap_record */
#define GUEST_CODE	0x10000		/* where a guest is loaded */
#define GUEST_TRAPS	0x1c000		/* entry points of the trap handler */
#define GUEST_DATA	0x20000
#define GUEST_RAM_SIZE	0xa0000

/* Nothing is here. */
#define GUEST_DEVICE	0xa0000

/*
 * With paging the first GiB is mapped one to one, and the first 2 MiB of
 * memory once more from here, in 4 KiB pages.
 */
#define GUEST_ALIAS	0x40000000

#define SEL_CODE	0x08
#define SEL_DATA	0x10
#define SEL_UCODE	0x18
#define SEL_UDATA	0x20
#define SEL_TSS		0x28
#define SEL_CODE16	0x38
#define SEL_DATA16	0x40

#define PORT_REPORT	0xe0
#define PORT_TRAP	0xe1
#define PORT_TEST	0x5a

#endif /* AXVCPU_SELFTEST_X86_LAYOUT_H */
