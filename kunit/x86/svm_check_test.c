// SPDX-License-Identifier: GPL-2.0-only
/* The rules behind a refused VMCB: one broken at a time is the one that is named. */
#include <linux/string.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>

#include "../../arch/x86/debug.h"
#include "../../arch/x86/svm/check.h"
#include "../../arch/x86/svm/svm.h"
#include "../suites.h"

static const struct svm_limits limits = {
	.pa_bits = 40,
	.cr4 = 0x7ff,
	.efer = EFER_SCE | EFER_LME | EFER_LMA | EFER_NX | EFER_SVME,
};

/* A VMCB in 64-bit mode that the hardware takes. */
static struct svm_vmcb *good(struct kunit *test)
{
	struct svm_vmcb *vmcb = kunit_kzalloc(test, sizeof(*vmcb), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, vmcb);
	vmcb->control.misc2 = VMCB_VMRUN;
	vmcb->control.asid = 1;
	vmcb->control.np_control = VMCB_NP_ENABLE;
	vmcb->control.n_cr3 = 0x1000;
	vmcb->save.cr0 = X86_CR0_PG | X86_CR0_PE | X86_CR0_ET;
	vmcb->save.cr3 = 0x2000;
	vmcb->save.cr4 = X86_CR4_PAE;
	vmcb->save.efer = EFER_SVME | EFER_LME | EFER_LMA;
	vmcb->save.cs.attrib = VMCB_SEG_P | VMCB_SEG_L;
	vmcb->save.dr6 = X86_DR6_ONES;
	vmcb->save.dr7 = X86_DR7_ONES;
	vmcb->save.g_pat = 0x0007040600070406ULL;
	return vmcb;
}

/* One field of the VMCB: bits to set, bits to clear, and the rule that breaks. */
#define ROW(field, set, clear, rule) \
	{ offsetof(struct svm_vmcb, field), sizeof_field(struct svm_vmcb, field), set, clear, rule }

static const struct {
	size_t offset, size;
	u64 set, clear;
	const char *rule;
} rows[] = {
	ROW(save.cr0, X86_CR0_NW, 0, "CR0.NW"),
	ROW(save.cr0, BIT_ULL(32), 0, "CR0 bits 63"),
	ROW(save.cr0, 0, X86_CR0_PE, "CR0.PE is clear"),
	ROW(save.cr4, 0, X86_CR4_PAE, "CR4.PAE is clear"),
	ROW(save.cs.attrib, VMCB_SEG_DB, 0, "CS.L and CS.D"),
	ROW(save.cr3, BIT_ULL(40), 0, "CR3 has bits"),
	ROW(save.cr4, BIT_ULL(13), 0, "CR4 has bits"),
	ROW(save.efer, BIT_ULL(1), 0, "EFER has bits"),
	ROW(save.dr6, BIT_ULL(32), 0, "DR6 bits"),
	ROW(save.dr7, BIT_ULL(63), 0, "DR7 bits"),
	ROW(save.efer, 0, EFER_SVME, "EFER.SVME is clear"),
	ROW(save.g_pat, 0x02, 0xff, "G_PAT"),
	ROW(save.g_pat, 0x08ULL << 56, 0xffULL << 56, "G_PAT"),
	ROW(control.misc2, 0, VMCB_VMRUN, "VMRUN intercept"),
	ROW(control.asid, 0, 1, "ASID is zero"),
	ROW(control.iopm_base_pa, 0xffffffe000ULL, 0, "I/O permission map"),
	ROW(control.msrpm_base_pa, 0xfffffff000ULL, 0, "MSR permission map"),
	ROW(control.n_cr3, BIT_ULL(40), 0, "nCR3"),
	ROW(control.event_inj, VMCB_EVENT_VALID | VMCB_EVENT_EXCEPTION | 2, 0, "injected event"),
	ROW(control.event_inj, VMCB_EVENT_VALID | VMCB_EVENT_EXCEPTION | 32, 0, "injected event"),
	ROW(control.event_inj, VMCB_EVENT_VALID | (1 << 8), 0, "injected event"),
	ROW(control.event_inj, VMCB_EVENT_VALID | (7 << 8), 0, "injected event"),
	/* near misses */
	ROW(save.cr0, X86_CR0_NW | X86_CR0_CD, 0, NULL),
	ROW(save.cr3, BIT_ULL(39) | 0xfff, 0, NULL),
	ROW(control.iopm_base_pa, 0xffffffd000ULL, 0, NULL),
	ROW(control.msrpm_base_pa, 0xffffffe000ULL, 0, NULL),
	ROW(control.event_inj, VMCB_EVENT_EXCEPTION | 2, 0, NULL),
	ROW(control.event_inj, VMCB_EVENT_VALID | VMCB_EVENT_INTR | 255, 0, NULL),
	ROW(control.event_inj, VMCB_EVENT_VALID | VMCB_EVENT_NMI | 2, 0, NULL),
	ROW(control.event_inj, VMCB_EVENT_VALID | VMCB_EVENT_EXCEPTION | 13, 0, NULL),
	ROW(save.cs.attrib, VMCB_SEG_DB, VMCB_SEG_L, NULL),
};

static void change(struct svm_vmcb *vmcb, unsigned int row)
{
	void *field = (u8 *)vmcb + rows[row].offset;
	u64 value = 0;

	memcpy(&value, field, rows[row].size);
	value = (value & ~rows[row].clear) | rows[row].set;
	memcpy(field, &value, rows[row].size);
}

static void check_good(struct kunit *test)
{
	KUNIT_EXPECT_NULL(test, svm_check(good(test), &limits));
}

static void check_rows(struct kunit *test)
{
	struct svm_vmcb *vmcb;
	const char *rule;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		vmcb = good(test);
		change(vmcb, i);
		rule = svm_check(vmcb, &limits);
		if (!rows[i].rule) {
			KUNIT_EXPECT_NULL_MSG(test, rule, "row %u: %s", i, rule);
			continue;
		}
		KUNIT_EXPECT_NOT_NULL_MSG(test, rule, "row %u", i);
		if (!rule)
			continue;
		KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(rule, rows[i].rule), "row %u: %s", i, rule);
		KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(rule, "(APM vol. 2, "), "row %u", i);
		KUNIT_EXPECT_LT(test, strlen(rule), AXVCPU_RULE_MAX);
	}
}

/* Outside long mode its rules do not hold. */
static void check_legacy(struct kunit *test)
{
	struct svm_vmcb *vmcb = good(test);

	vmcb->save.efer = EFER_SVME;
	vmcb->save.cr4 = 0;
	vmcb->save.cs.attrib |= VMCB_SEG_DB;
	vmcb->save.cr3 = ~0ULL;
	KUNIT_EXPECT_NULL(test, svm_check(vmcb, &limits));
	vmcb->save.cr0 = X86_CR0_ET;
	KUNIT_EXPECT_NULL(test, svm_check(vmcb, &limits));
	vmcb->save.cr0 = X86_CR0_ET | X86_CR0_PG;
	KUNIT_EXPECT_NOT_NULL_MSG(test, svm_check(vmcb, &limits), "PG without PE");
}

static struct kunit_case svm_check_cases[] = {
	KUNIT_CASE(check_good),
	KUNIT_CASE(check_rows),
	KUNIT_CASE(check_legacy),
	{}
};

struct kunit_suite axvcpu_svm_check_suite = {
	.name = "axvcpu_svm_check",
	.test_cases = svm_check_cases,
};
