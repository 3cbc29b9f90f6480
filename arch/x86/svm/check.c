// SPDX-License-Identifier: GPL-2.0-only
/*
 * Why the hardware refused a VMCB: the conditions that APM vol. 2 lists for
 * VMEXIT_INVALID, most telling first. A pure function.
 */
#include <asm/msr-index.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "check.h"
#include "svm.h"

/* Space that the permission maps take: 15.10.1, 15.11. */
#define IOPM_SIZE	(12 * 1024)
#define MSRPM_SIZE	(8 * 1024)

struct check {
	const struct svm_vmcb_control *ctl;
	const struct svm_vmcb_save *save;
	const struct svm_limits *limits;
};

static bool beyond(const struct check *c, u64 pa, u64 size)
{
	return (pa + size - 1) >> c->limits->pa_bits;
}

static bool cr0_nw(const struct check *c)
{
	return (c->save->cr0 & X86_CR0_NW) && !(c->save->cr0 & X86_CR0_CD);
}

static bool cr0_high(const struct check *c)
{
	return upper_32_bits(c->save->cr0);
}

static bool efer_svme(const struct check *c)
{
	return !(c->save->efer & EFER_SVME);
}

static bool efer_reserved(const struct check *c)
{
	return c->save->efer & ~c->limits->efer;
}

/* LME and paging on: what long mode needs. */
static bool long_paging(const struct check *c)
{
	return (c->save->efer & EFER_LME) && (c->save->cr0 & X86_CR0_PG);
}

static bool long_pae(const struct check *c)
{
	return long_paging(c) && !(c->save->cr4 & X86_CR4_PAE);
}

static bool long_pe(const struct check *c)
{
	return long_paging(c) && !(c->save->cr0 & X86_CR0_PE);
}

static bool long_cs(const struct check *c)
{
	return long_paging(c) && (c->save->cr4 & X86_CR4_PAE) &&
	       (c->save->cs.attrib & VMCB_SEG_L) && (c->save->cs.attrib & VMCB_SEG_DB);
}

static bool pg_pe(const struct check *c)
{
	return (c->save->cr0 & X86_CR0_PG) && !(c->save->cr0 & X86_CR0_PE);
}

/* Bits 63 to 52 are reserved in long mode, and those past the address width. */
static bool cr3_reserved(const struct check *c)
{
	return long_paging(c) && c->save->cr3 >> c->limits->pa_bits;
}

static bool cr4_reserved(const struct check *c)
{
	return c->save->cr4 & ~c->limits->cr4;
}

static bool dr6_high(const struct check *c)
{
	return upper_32_bits(c->save->dr6);
}

static bool dr7_high(const struct check *c)
{
	return upper_32_bits(c->save->dr7);
}

static bool vmrun_open(const struct check *c)
{
	return !(c->ctl->misc2 & VMCB_VMRUN);
}

static bool asid_zero(const struct check *c)
{
	return !c->ctl->asid;
}

static bool iopm_high(const struct check *c)
{
	return beyond(c, c->ctl->iopm_base_pa, IOPM_SIZE);
}

static bool msrpm_high(const struct check *c)
{
	return beyond(c, c->ctl->msrpm_base_pa, MSRPM_SIZE);
}

static bool ncr3_high(const struct check *c)
{
	return (c->ctl->np_control & VMCB_NP_ENABLE) && beyond(c, c->ctl->n_cr3, 1);
}

/* Memory types of PAT: UC, WC, WT, WP, WB, UC-. */
static bool pat_type(const struct check *c)
{
	const u8 valid = BIT(0) | BIT(1) | BIT(4) | BIT(5) | BIT(6) | BIT(7);
	unsigned int slot, type;

	if (!(c->ctl->np_control & VMCB_NP_ENABLE))
		return false;
	for (slot = 0; slot < 8; slot++) {
		type = c->save->g_pat >> (8 * slot) & 0xff;
		if (type > 7 || !(valid & BIT(type)))
			return true;
	}
	return false;
}

/* Vectors that are no exception of this processor generation or have no fault. */
static bool event_illegal(const struct check *c)
{
	u64 event = c->ctl->event_inj;
	u64 type = event & VMCB_EVENT_TYPE;
	u8 vector = event & VMCB_EVENT_VECTOR;

	if (!(event & VMCB_EVENT_VALID))
		return false;
	if (type == VMCB_EVENT_EXCEPTION)
		return vector > 31 || vector == X86_TRAP_NMI;
	return type != VMCB_EVENT_INTR && type != VMCB_EVENT_NMI && type != VMCB_EVENT_SOFT;
}

static const struct {
	bool (*broken)(const struct check *c);
	const char *rule;
} rules[] = {
	{ cr0_nw, "CR0.NW is set while CR0.CD is clear (APM vol. 2, 15.5.1)" },
	{ cr0_high, "CR0 bits 63 to 32 are not zero (APM vol. 2, 15.5.1)" },
	{ long_pe, "EFER.LME and CR0.PG are set while CR0.PE is clear (APM vol. 2, 15.5.1)" },
	{ long_pae, "EFER.LME and CR0.PG are set while CR4.PAE is clear (APM vol. 2, 15.5.1)" },
	{ long_cs, "CS.L and CS.D are both set in long mode (APM vol. 2, 15.5.1)" },
	{ pg_pe, "CR0.PG is set while CR0.PE is clear (APM vol. 2, 3.1.1)" },
	{ cr3_reserved, "CR3 has bits set that must be zero (APM vol. 2, 15.5.1)" },
	{ cr4_reserved, "CR4 has bits set that must be zero (APM vol. 2, 15.5.1)" },
	{ efer_reserved, "EFER has bits set that must be zero (APM vol. 2, 15.5.1)" },
	{ dr6_high, "DR6 bits 63 to 32 are not zero (APM vol. 2, 15.5.1)" },
	{ dr7_high, "DR7 bits 63 to 32 are not zero (APM vol. 2, 15.5.1)" },
	{ event_illegal, "the injected event has an illegal type or vector (APM vol. 2, 15.20)" },
	{ efer_svme, "EFER.SVME is clear (APM vol. 2, 15.5.1)" },
	{ vmrun_open, "the VMRUN intercept is clear (APM vol. 2, 15.5.1)" },
	{ asid_zero, "ASID is zero (APM vol. 2, 15.5.1)" },
	{ iopm_high, "the I/O permission map ends past physical memory (APM vol. 2, 15.10.1)" },
	{ msrpm_high, "the MSR permission map ends past physical memory (APM vol. 2, 15.11)" },
	{ ncr3_high, "nCR3 has bits set that must be zero (APM vol. 2, 15.25.3)" },
	{ pat_type, "G_PAT names a memory type that does not exist (APM vol. 2, 15.25.3)" },
};

/**
 * svm_check() - the first rule that a VMCB breaks
 * @vmcb: refused by the hardware
 * @limits: of the processor
 *
 * Return: the rule in words, NULL if none is found broken.
 */
const char *svm_check(const struct svm_vmcb *vmcb, const struct svm_limits *limits)
{
	const struct check c = { &vmcb->control, &vmcb->save, limits };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rules); i++)
		if (rules[i].broken(&c))
			return rules[i].rule;
	return NULL;
}
