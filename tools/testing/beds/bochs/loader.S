/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Option ROM that starts an uncompressed Linux which the emulator has put into
 * memory: the BIOS calls it while it scans for ROMs, so neither a disk nor a
 * boot loader is needed, and nothing is unpacked inside the emulator.
 *
 * It fills in a zero page and enters the 64-bit entry point as Linux asks in
 * Documentation/x86/boot.rst: identity mapping, flat segments, RSI = zero page.
 *
 * Given with --defsym: KERNEL, INITRD, INITRD_SIZE: where they are in memory;
 * the command line is in cmdline.bin.
 */
#define ROM_BASE	0xd0000
#define ROM_SIZE	4096

/* Memory of our own, all of it reserved by Linux before it touches any. */
#define PAGE_TABLES	0x80000		/* PML4, PDPT, four PDs: 4 GiB */
#define ZERO_PAGE	0x90000

#define SEL_CODE32	0x08
#define SEL_CODE64	0x10
#define SEL_DATA	0x18

	.code16
rom:
	.byte	0x55, 0xaa, ROM_SIZE / 512
entry:
	cld
	movw	$(ZERO_PAGE >> 4), %ax
	movw	%ax, %es
	xorw	%di, %di
	xorl	%eax, %eax
	movw	$1024, %cx
	rep stosl

	/* e820_table, e820_entries */
	movw	$0x2d0, %di
	xorl	%ebx, %ebx
1:	movl	$0xe820, %eax
	movl	$20, %ecx
	movl	$0x534d4150, %edx		/* SMAP */
	int	$0x15
	jc	2f
	addw	$20, %di
	incb	%es:0x1e8
	testl	%ebx, %ebx
	jnz	1b
2:
	cli
	movw	$0xaa55, %es:0x1fe		/* boot_flag */
	movl	$0x53726448, %es:0x202		/* header: HdrS */
	movw	$0x20f, %es:0x206		/* version */
	movb	$0xff, %es:0x210		/* type_of_loader */
	movb	$0x01, %es:0x211		/* loadflags: LOADED_HIGH */
	movl	$INITRD, %es:0x218		/* ramdisk_image */
	movl	$INITRD_SIZE, %es:0x21c		/* ramdisk_size */
	movl	$cmdline, %es:0x228		/* cmd_line_ptr */

	inb	$0x92, %al			/* A20 */
	orb	$2, %al
	outb	%al, $0x92
	movw	$(ROM_BASE >> 4), %ax
	movw	%ax, %ds
	lgdtl	gdtr - ROM_BASE
	movl	%cr0, %eax
	orb	$1, %al
	movl	%eax, %cr0
	ljmpl	$SEL_CODE32, $start32

	.code32
start32:
	movw	$SEL_DATA, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	movl	$PAGE_TABLES, %edi
	xorl	%eax, %eax
	movl	$(6 * 4096 / 4), %ecx
	rep stosl
	movl	$(PAGE_TABLES + 0x1003), PAGE_TABLES
	movl	$(PAGE_TABLES + 0x2003), PAGE_TABLES + 0x1000
	movl	$(PAGE_TABLES + 0x3003), PAGE_TABLES + 0x1008
	movl	$(PAGE_TABLES + 0x4003), PAGE_TABLES + 0x1010
	movl	$(PAGE_TABLES + 0x5003), PAGE_TABLES + 0x1018
	movl	$(PAGE_TABLES + 0x2000), %edi
	movl	$0x83, %eax			/* 2 MiB, writable */
	movl	$2048, %ecx
4:	movl	%eax, (%edi)
	addl	$8, %edi
	addl	$0x200000, %eax
	loop	4b

	movl	%cr4, %eax
	orl	$0x20, %eax			/* PAE */
	movl	%eax, %cr4
	movl	$PAGE_TABLES, %eax
	movl	%eax, %cr3
	movl	$0xc0000080, %ecx		/* EFER.LME */
	rdmsr
	orl	$0x100, %eax
	wrmsr
	movl	%cr0, %eax
	orl	$0x80000000, %eax		/* PG */
	movl	%eax, %cr0
	ljmpl	$SEL_CODE64, $start64

	.code64
start64:
	movl	$ZERO_PAGE, %esi
	movl	$KERNEL, %eax
	jmp	*%rax

	.balign	8
gdt:	.quad	0
	.quad	0x00cf9b000000ffff
	.quad	0x00af9b000000ffff
	.quad	0x00cf93000000ffff
gdtr:	.word	gdtr - gdt - 1
	.long	gdt
cmdline:
	.incbin	"cmdline.bin"
	.byte	0
	.org	rom + ROM_SIZE
