// SPDX-License-Identifier: GPL-2.0-only
/*
 * x86 start states and the tables behind them.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"

#define CR0_PE		0x00000001U
#define CR0_ET		0x00000010U
#define CR0_NE		0x00000020U
#define CR0_PG		0x80000000U
#define CR4_PAE		0x020U
#define CR4_OSFXSR	0x200U
#define CR4_OSXMMEXCPT	0x400U
#define EFER_LME	0x100U
#define EFER_LMA	0x400U

#define PTE_PRESENT	0x01U
#define PTE_WRITE	0x02U
#define PTE_HUGE	0x80U
#define MAPPED_GIB	4

#define SEL_CODE	0x10
#define SEL_DATA	0x18
#define SEL_TSS		0x20
#define TYPE_CODE	0xb	/* execute, read, accessed */
#define TYPE_DATA	0x3	/* read, write, accessed */
#define TYPE_TSS	0xb	/* busy */

/* CPUID bits of the local APIC and what needs one. */
#define CPUID_1_ECX_APIC	(1U << 3 | 1U << 21 | 1U << 24)
#define CPUID_1_EDX_APIC	(1U << 9)
#define CPUID_AMD_EDX_APIC	(1U << 9)
#define CPUID_AMD_ECX_EXTAPIC	(1U << 3)

int boot_cpuid(int dev, struct axvcpu_vcpu *vcpu)
{
	struct axvcpu_x86_cpuid *entries;
	uint32_t count = AXVCPU_X86_MAX_CPUID;
	int ret;

	entries = calloc(count, sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	ret = axvcpu_x86_get_supported_cpuid(dev, entries, &count);
	if (ret)
		goto out;
	for (uint32_t i = 0; i < count; i++) {
		struct axvcpu_x86_cpuid *e = &entries[i];

		if (e->function == 1) {
			e->ecx &= ~CPUID_1_ECX_APIC;
			e->edx &= ~CPUID_1_EDX_APIC;
		} else if (e->function == 0x80000001) {
			e->ecx &= ~CPUID_AMD_ECX_EXTAPIC;
			e->edx &= ~CPUID_AMD_EDX_APIC;
		}
	}
	ret = axvcpu_x86_set_cpuid(vcpu, entries, count);
out:
	free(entries);
	return ret;
}

static struct axvcpu_x86_segment flat_segment(uint16_t selector, uint32_t attr)
{
	return (struct axvcpu_x86_segment){
		.limit = 0xffffffff,
		.attr = attr | AXVCPU_X86_SEG_S | AXVCPU_X86_SEG_P | AXVCPU_X86_SEG_G,
		.selector = selector,
	};
}

/* SDM volume 3, 3.4.5 */
static uint64_t descriptor(const struct axvcpu_x86_segment *seg)
{
	uint64_t attr = seg->attr & 0xf0ff;
	uint64_t limit = seg->attr & AXVCPU_X86_SEG_G ? seg->limit >> 12 : seg->limit;

	return (limit & 0xffff) | (limit & 0xf0000) << 32 | (seg->base & 0xffffff) << 16 |
	       (seg->base & 0xff000000) << 32 | attr << 40;
}

static void segments(struct axvcpu_x86_segments *segs, const struct ram *ram, bool is_long)
{
	struct axvcpu_x86_segment data = flat_segment(SEL_DATA, TYPE_DATA | AXVCPU_X86_SEG_DB);
	uint64_t *gdt = ram_at(ram, LOW_GDT, 0x1000);

	segs->cs = flat_segment(SEL_CODE, TYPE_CODE | (is_long ? AXVCPU_X86_SEG_L :
							       AXVCPU_X86_SEG_DB));
	segs->ds = data;
	segs->es = data;
	segs->fs = data;
	segs->gs = data;
	segs->ss = data;
	segs->tr = (struct axvcpu_x86_segment){
		.limit = 0x67,
		.attr = TYPE_TSS | AXVCPU_X86_SEG_P,
		.selector = SEL_TSS,
	};
	segs->ldtr = (struct axvcpu_x86_segment){ .attr = AXVCPU_X86_SEG_UNUSABLE };
	memset(gdt, 0, 0x1000);
	gdt[SEL_CODE / 8] = descriptor(&segs->cs);
	gdt[SEL_DATA / 8] = descriptor(&segs->ds);
	gdt[SEL_TSS / 8] = descriptor(&segs->tr);
	segs->gdtr = (struct axvcpu_x86_table){ .base = LOW_GDT, .limit = 0x2f };
	segs->idtr = (struct axvcpu_x86_table){ 0 };
}

/* Make one PML4, one PDPT, and for each GiB a page directory of 2 MiB entries. */
static void identity_map(const struct ram *ram)
{
	uint64_t *pml4 = ram_at(ram, LOW_PAGES, LOW_END - LOW_PAGES);
	uint64_t *pdpt = pml4 + 512;
	uint64_t *pd = pdpt + 512;

	memset(pml4, 0, LOW_END - LOW_PAGES);
	pml4[0] = (LOW_PAGES + 0x1000) | PTE_PRESENT | PTE_WRITE;
	for (uint64_t i = 0; i < MAPPED_GIB; i++)
		pdpt[i] = (LOW_PAGES + 0x2000 + i * 0x1000) | PTE_PRESENT | PTE_WRITE;
	for (uint64_t i = 0; i < MAPPED_GIB * 512; i++)
		pd[i] = i << 21 | PTE_PRESENT | PTE_WRITE | PTE_HUGE;
}

static int set_mode(struct axvcpu_vcpu *vcpu, const struct ram *ram, bool is_long)
{
	struct axvcpu_x86_segments segs;
	struct axvcpu_x86_control ctl;
	int ret;

	if (!ram_at(ram, 0, LOW_END))
		return -ENOMEM;
	ret = axvcpu_vcpu_get_group(vcpu, AXVCPU_X86_GROUP_CONTROL, &ctl, sizeof(ctl));
	if (ret < 0)
		return ret;
	ret = axvcpu_vcpu_get_group(vcpu, AXVCPU_X86_GROUP_SEGMENTS, &segs, sizeof(segs));
	if (ret < 0)
		return ret;
	segments(&segs, ram, is_long);
	ctl.cr0 = CR0_PE | CR0_ET | CR0_NE;
	if (is_long) {
		identity_map(ram);
		ctl.cr0 |= CR0_PG;
		ctl.cr3 = LOW_PAGES;
		ctl.cr4 |= CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT;
		ctl.efer |= EFER_LME | EFER_LMA;
	}
	ret = axvcpu_vcpu_set_group(vcpu, AXVCPU_X86_GROUP_CONTROL, &ctl, sizeof(ctl));
	if (ret)
		return ret;
	return axvcpu_vcpu_set_group(vcpu, AXVCPU_X86_GROUP_SEGMENTS, &segs, sizeof(segs));
}

int boot_setup(struct axvcpu_vcpu *vcpu, const struct ram *ram, enum cpu_mode mode, uint64_t entry,
	       uint64_t stack)
{
	int ret;

	if (mode == MODE_REAL) {
		ret = axvcpu_vcpu_setup_at(vcpu, entry);
	} else {
		ret = axvcpu_vcpu_setup(vcpu);
		if (!ret)
			ret = set_mode(vcpu, ram, mode == MODE_LONG);
		if (!ret)
			axvcpu_set_pc(vcpu, entry);
	}
	if (!ret)
		axvcpu_x86_run_regs(vcpu)->gpr[AXVCPU_X86_RSP] = stack;
	return ret;
}
