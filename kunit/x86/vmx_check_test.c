// SPDX-License-Identifier: GPL-2.0-only
/* The rules behind a refused VMCS: one broken at a time is the one that is named. */
#include <linux/string.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>

#include "../../arch/x86/vmx/check.h"
#include "../../arch/x86/vmx/decode.h"
#include "../../arch/x86/vmx/vmcs.h"
#include "../../arch/x86/vmx/vmx.h"
#include "../suites.h"

#define VALID		INTR_INFO_VALID_MASK
#define CODE_64		0xa09b	/* 64-bit code, G, accessed, readable */
#define DATA		0xc093
#define TSS		0x008b
#define LDT		0x0082

static const struct vmx_caps caps = {
	.cr0_fixed0 = X86_CR0_PE | X86_CR0_NE | X86_CR0_PG,
	.cr0_fixed1 = 0xffffffff,
	.cr4_fixed0 = X86_CR4_VMXE,
	.cr4_fixed1 = 0x1fffff,
	.allowed = {
		.pin = PIN_BASED_EXT_INTR_MASK | PIN_BASED_NMI_EXITING | PIN_BASED_VIRTUAL_NMIS,
		.cpu = CPU_BASED_HLT_EXITING | CPU_BASED_NMI_WINDOW_EXITING,
		.cpu2 = SECONDARY_EXEC_ENABLE_EPT | SECONDARY_EXEC_ENABLE_VPID |
			SECONDARY_EXEC_UNRESTRICTED_GUEST,
		.exit = VM_EXIT_HOST_ADDR_SPACE_SIZE,
		.entry = VM_ENTRY_IA32E_MODE | VM_ENTRY_LOAD_IA32_EFER,
	},
};

static const struct vmx_limits limits = {
	.caps = &caps,
	.pa_bits = 40,
	.la_bits = 48,
	.efer = EFER_SCE | EFER_LME | EFER_LMA | EFER_NX,
};

/**
 * struct vmcs - what is checked
 * @g: guest state
 * @c: control fields
 */
struct vmcs {
	struct vmx_guest g;
	struct vmx_control c;
};

static const struct axvcpu_x86_segment data = { .limit = ~0U, .attr = DATA, .selector = 0x10 };

/* A 64-bit guest that the hardware takes. */
static const struct vmcs good = {
	.g = {
		.segs = {
			.es = data, .ss = data, .ds = data, .fs = data, .gs = data,
			.cs = { .limit = ~0U, .attr = CODE_64, .selector = 8 },
			.ldtr = { .limit = 0xffff, .attr = LDT, .selector = 0x18 },
			.tr = { .limit = 0x67, .attr = TSS, .selector = 0x20 },
		},
		.cr0 = X86_CR0_PG | X86_CR0_PE | X86_CR0_NE | X86_CR0_ET | X86_CR0_WP,
		.cr3 = 0x1000,
		.cr4 = X86_CR4_PAE | X86_CR4_VMXE,
		.efer = EFER_LME | EFER_LMA,
		.dr7 = 0x400,
		.rflags = X86_EFLAGS_FIXED,
		.link = ~0ULL,
	},
	.c = {
		.pin = PIN_BASED_EXT_INTR_MASK | PIN_BASED_NMI_EXITING | PIN_BASED_VIRTUAL_NMIS,
		.cpu2 = SECONDARY_EXEC_ENABLE_EPT | SECONDARY_EXEC_ENABLE_VPID |
			SECONDARY_EXEC_UNRESTRICTED_GUEST,
		.exit = VM_EXIT_HOST_ADDR_SPACE_SIZE,
		.entry = VM_ENTRY_IA32E_MODE | VM_ENTRY_LOAD_IA32_EFER,
		.vpid = 1,
		.eptp = 0x1e | 0x2000,
	},
};

/* One field: bits to set, bits to clear before that. */
struct change {
	u16 offset, size;
	u64 set, clear;
};

#define SET(field, set, clear) \
	{ offsetof(struct vmcs, field), sizeof_field(struct vmcs, field), set, clear }

/* What makes another good guest of the good one. */
static const struct change legacy[] = {
	SET(g.efer, 0, ~0ULL), SET(c.entry, 0, VM_ENTRY_IA32E_MODE),
	SET(g.segs.cs.attr, 0xc09b, ~0ULL), {}
};

static const struct change real[] = {
	SET(g.efer, 0, ~0ULL), SET(c.entry, 0, VM_ENTRY_IA32E_MODE),
	SET(g.segs.cs.attr, 0xc09b, ~0ULL), SET(g.cr0, 0, X86_CR0_PE | X86_CR0_PG), {}
};

static const struct change v86[] = {
	SET(g.efer, 0, ~0ULL), SET(c.entry, 0, VM_ENTRY_IA32E_MODE),
	SET(g.rflags, X86_EFLAGS_VM, 0),
	SET(g.segs.es.attr, 0xf3, ~0ULL), SET(g.segs.es.limit, 0xffff, ~0ULL),
	SET(g.segs.es.selector, 0, ~0ULL),
	SET(g.segs.cs.attr, 0xf3, ~0ULL), SET(g.segs.cs.limit, 0xffff, ~0ULL),
	SET(g.segs.cs.selector, 0, ~0ULL),
	SET(g.segs.ss.attr, 0xf3, ~0ULL), SET(g.segs.ss.limit, 0xffff, ~0ULL),
	SET(g.segs.ss.selector, 0, ~0ULL),
	SET(g.segs.ds.attr, 0xf3, ~0ULL), SET(g.segs.ds.limit, 0xffff, ~0ULL),
	SET(g.segs.ds.selector, 0, ~0ULL),
	SET(g.segs.fs.attr, 0xf3, ~0ULL), SET(g.segs.fs.limit, 0xffff, ~0ULL),
	SET(g.segs.fs.selector, 0, ~0ULL),
	SET(g.segs.gs.attr, 0xf3, ~0ULL), SET(g.segs.gs.limit, 0xffff, ~0ULL),
	SET(g.segs.gs.selector, 0, ~0ULL),
	{}
};

struct row {
	const struct change *base;
	struct change change[3];
	const char *rule;	/* NULL: none is broken */
};

#define ROW(base, rule, ...)	{ base, { __VA_ARGS__ }, rule }

#define EVENT(info)	SET(c.event, VALID | (info), 0)

static const struct row rows[] = {
	/* 27.3.1.1 */
	ROW(legacy, "CR0.PG is set", SET(g.cr0, 0, X86_CR0_PE)),
	ROW(NULL, "CR0 has bits clear", SET(g.cr0, 0, X86_CR0_NE)),
	ROW(NULL, "CR0 has bits set", SET(g.cr0, BIT_ULL(32), 0)),
	ROW(NULL, "CR4 has bits clear", SET(g.cr4, 0, X86_CR4_VMXE)),
	ROW(NULL, "CR4 has bits set", SET(g.cr4, BIT_ULL(21), 0)),
	ROW(NULL, "IA32_DEBUGCTL", SET(g.debugctl, BIT_ULL(16), 0)),
	ROW(real, "while CR0.PG is clear", SET(c.entry, VM_ENTRY_IA32E_MODE, 0)),
	ROW(NULL, "CR4.PAE is clear", SET(g.cr4, 0, X86_CR4_PAE)),
	ROW(legacy, "CR4.PCIDE", SET(g.cr4, X86_CR4_PCIDE, 0)),
	ROW(NULL, "CR3 has bits", SET(g.cr3, BIT_ULL(40), 0)),
	ROW(NULL, "DR7 bits", SET(g.dr7, BIT_ULL(32), 0)),
	ROW(NULL, "SYSENTER_ESP", SET(g.sysenter_esp, BIT_ULL(47), 0)),
	ROW(NULL, "SYSENTER_EIP", SET(g.sysenter_eip, BIT_ULL(63), 0)),
	ROW(NULL, "IA32_EFER has bits", SET(g.efer, BIT_ULL(1), 0)),
	ROW(NULL, "entry control says", SET(g.efer, 0, EFER_LMA)),
	ROW(legacy, "LMA and LME differ", SET(g.efer, EFER_LME, 0)),
	/* 27.3.1.4 */
	ROW(NULL, "RFLAGS has reserved", SET(g.rflags, BIT_ULL(3), 0)),
	ROW(NULL, "RFLAGS has reserved", SET(g.rflags, 0, X86_EFLAGS_FIXED)),
	ROW(NULL, "RFLAGS.VM is set in long", SET(g.rflags, X86_EFLAGS_VM, 0)),
	ROW(real, "RFLAGS.VM is set while", SET(g.rflags, X86_EFLAGS_VM, 0)),
	ROW(NULL, "while RFLAGS.IF is clear (SDM vol. 3, 27.3.1.4)", EVENT(0x20)),
	ROW(legacy, "RIP bits", SET(g.rip, BIT_ULL(32), 0)),
	ROW(NULL, "RIP bits above", SET(g.rip, BIT_ULL(48), 0)),
	/* 27.3.1.2 */
	ROW(v86, "16 times", SET(g.segs.ds.base, 0x10, 0)),
	ROW(v86, "limit is not 0xffff", SET(g.segs.ss.limit, 0xfffff, 0)),
	ROW(v86, "0xf3", SET(g.segs.gs.attr, 0x93, ~0ULL)),
	ROW(NULL, "CS is not usable", SET(g.segs.cs.attr, AXVCPU_X86_SEG_UNUSABLE, 0)),
	ROW(NULL, "CS has a type", SET(g.segs.cs.attr, 0, 1)),
	ROW(NULL, "SS has a type", SET(g.segs.ss.attr, 0, 2)),
	ROW(NULL, "is not accessed", SET(g.segs.fs.attr, 0, 1)),
	ROW(NULL, "cannot be read", SET(g.segs.ds.attr, 9, 0xf)),
	ROW(NULL, "S is clear", SET(g.segs.es.attr, 0, AXVCPU_X86_SEG_S)),
	ROW(legacy, "CS is data", SET(g.segs.cs.attr, 0x63, 0x6f), SET(g.segs.ss.attr, 0x60, 0)),
	ROW(NULL, "CS is non-conforming", SET(g.segs.cs.attr, 0x60, 0)),
	ROW(NULL, "CS is conforming", SET(g.segs.cs.attr, 0x6f, 0x6f)),
	ROW(real, "the DPL of SS is not 0", SET(g.segs.ss.attr, 0x60, 0),
	    SET(g.segs.cs.attr, 0x60, 0)),
	ROW(NULL, "usable segment is not present", SET(g.segs.gs.attr, 0, AXVCPU_X86_SEG_P)),
	ROW(NULL, "access rights have", SET(g.segs.ds.attr, BIT(8), 0)),
	ROW(NULL, "CS.L and CS.D", SET(g.segs.cs.attr, AXVCPU_X86_SEG_DB, 0)),
	ROW(NULL, "granularity does not", SET(g.segs.ds.limit, 0xffff0fff, ~0ULL),
	    SET(g.segs.ds.attr, 0, AXVCPU_X86_SEG_G)),
	ROW(NULL, "granularity does not", SET(g.segs.es.limit, 0, 0xfff)),
	ROW(NULL, "the base of CS", SET(g.segs.cs.base, BIT_ULL(32), 0)),
	ROW(NULL, "the base of SS, DS", SET(g.segs.ss.base, BIT_ULL(32), 0)),
	ROW(NULL, "the base of FS", SET(g.segs.gs.base, BIT_ULL(47), 0)),
	ROW(NULL, "TR is not usable", SET(g.segs.tr.attr, AXVCPU_X86_SEG_UNUSABLE, 0)),
	ROW(NULL, "TR is not a busy", SET(g.segs.tr.attr, 9, 0xf)),
	ROW(NULL, "TR is not a busy", SET(g.segs.tr.attr, 3, 0xf)),
	ROW(NULL, "TR is not a system", SET(g.segs.tr.attr, AXVCPU_X86_SEG_S, 0)),
	ROW(NULL, "TR is not present", SET(g.segs.tr.attr, 0, AXVCPU_X86_SEG_P)),
	ROW(NULL, "rights of TR", SET(g.segs.tr.attr, BIT(8), 0)),
	ROW(NULL, "granularity of TR", SET(g.segs.tr.limit, BIT(20), 0)),
	ROW(NULL, "selector of TR", SET(g.segs.tr.selector, 4, 0)),
	ROW(NULL, "base of TR", SET(g.segs.tr.base, BIT_ULL(47), 0)),
	ROW(NULL, "LDTR has a type", SET(g.segs.ldtr.attr, 3, 0)),
	ROW(NULL, "LDTR is not a system", SET(g.segs.ldtr.attr, AXVCPU_X86_SEG_S, 0)),
	ROW(NULL, "LDTR is usable and not", SET(g.segs.ldtr.attr, 0, AXVCPU_X86_SEG_P)),
	ROW(NULL, "rights of LDTR", SET(g.segs.ldtr.attr, BIT(9), 0)),
	ROW(NULL, "granularity of LDTR", SET(g.segs.ldtr.attr, AXVCPU_X86_SEG_G, 0),
	    SET(g.segs.ldtr.limit, 0, 1)),
	ROW(NULL, "selector of LDTR", SET(g.segs.ldtr.selector, 4, 0)),
	ROW(NULL, "base of LDTR", SET(g.segs.ldtr.base, BIT_ULL(50), 0)),
	/* 27.3.1.3 */
	ROW(NULL, "base of GDTR", SET(g.segs.gdtr.base, BIT_ULL(47), 0)),
	ROW(NULL, "base of IDTR", SET(g.segs.idtr.base, BIT_ULL(47), 0)),
	/* 27.3.1.5 */
	ROW(NULL, "activity state", SET(g.activity, 4, 0)),
	ROW(NULL, "halted while", SET(g.activity, 1, 0), SET(g.segs.ss.attr, 0x60, 0),
	    SET(g.segs.cs.attr, 0x60, 0)),
	ROW(NULL, "not active in", SET(g.activity, 1, 0), SET(g.interruptibility, 2, 0)),
	ROW(NULL, "interruptibility state has", SET(g.interruptibility, BIT(5), 0)),
	ROW(NULL, "by STI and by MOV SS", SET(g.interruptibility, 3, 0),
	    SET(g.rflags, X86_EFLAGS_IF, 0)),
	ROW(NULL, "by STI while", SET(g.interruptibility, 1, 0)),
	ROW(NULL, "interrupt is injected in", SET(g.interruptibility, 1, 0),
	    SET(g.rflags, X86_EFLAGS_IF, 0), EVENT(0x20)),
	ROW(NULL, "NMI is injected in", SET(g.interruptibility, 2, 0), EVENT(0x202)),
	ROW(NULL, "SMIs", SET(g.interruptibility, 4, 0)),
	ROW(NULL, "NMI is injected while", SET(g.interruptibility, 8, 0), EVENT(0x202)),
	ROW(NULL, "pending debug exceptions", SET(g.pending_debug, BIT(4), 0)),
	ROW(NULL, "due in an interrupt shadow and not", SET(g.interruptibility, 2, 0),
	    SET(g.rflags, X86_EFLAGS_TF, 0)),
	ROW(NULL, "shadow and not due", SET(g.interruptibility, 2, 0),
	    SET(g.pending_debug, BIT(14), 0)),
	ROW(NULL, "link pointer", SET(g.link, 0, 1)),
	/* 27.3.1.6 */
	ROW(legacy, "page-directory-pointer", SET(g.pdpte[2], 3, 0)),
	/* 27.2.1.3 */
	ROW(NULL, "has a type that does not exist", EVENT(0x120)),
	ROW(NULL, "vector that is not 2", EVENT(0x203)),
	ROW(NULL, "vector above 31", EVENT(0x320)),
	ROW(real, "error code is injected while", EVENT(0xb0d)),
	ROW(NULL, "what is no exception", EVENT(0xe0d), SET(c.event_len, 1, 0)),
	ROW(NULL, "that has none", EVENT(0xb06)),
	ROW(NULL, "without its error code", EVENT(0x30d)),
	ROW(NULL, "event has reserved", EVENT(0x1306)),
	ROW(NULL, "error code has bits", EVENT(0xb0d), SET(c.event_error, BIT(16), 0)),
	ROW(NULL, "no instruction length", EVENT(0x603)),
	/* 27.2.1.1 */
	ROW(NULL, "pin-based", SET(c.pin, BIT(6), 0)),
	ROW(NULL, "primary", SET(c.cpu, BIT(0), 0)),
	ROW(NULL, "secondary", SET(c.cpu2, BIT(31), 0)),
	ROW(NULL, "VM-exit control", SET(c.exit, BIT(31), 0)),
	ROW(NULL, "VM-entry control", SET(c.entry, BIT(31), 0)),
	ROW(NULL, "without NMI exiting", SET(c.pin, 0, PIN_BASED_NMI_EXITING)),
	ROW(NULL, "without virtual NMIs", SET(c.pin, 0, PIN_BASED_VIRTUAL_NMIS),
	    SET(c.cpu, CPU_BASED_NMI_WINDOW_EXITING, 0)),
	ROW(NULL, "without EPT", SET(c.cpu2, 0, SECONDARY_EXEC_ENABLE_EPT)),
	ROW(NULL, "VPID is zero", SET(c.vpid, 0, 1)),
	ROW(NULL, "memory type", SET(c.eptp, 0, 7)),
	ROW(NULL, "4 levels", SET(c.eptp, 0x20, 0x38)),
	ROW(NULL, "accessed bits", SET(c.eptp, 0x40, 0)),
	ROW(NULL, "EPT pointer has", SET(c.eptp, BIT_ULL(40), 0)),
	ROW(NULL, "64-bit mode after", SET(c.exit, 0, VM_EXIT_HOST_ADDR_SPACE_SIZE)),
	/* near misses */
	ROW(legacy, NULL),
	ROW(real, NULL),
	ROW(v86, NULL),
	ROW(NULL, NULL, SET(g.cr0, X86_CR0_NW, 0)),
	ROW(NULL, NULL, SET(g.cr3, BIT_ULL(39), 0)),
	ROW(NULL, NULL, SET(g.rip, BIT_ULL(47), 0)),
	ROW(NULL, NULL, SET(g.segs.ds.attr, AXVCPU_X86_SEG_UNUSABLE, ~0ULL)),
	ROW(NULL, NULL, SET(g.segs.ldtr.attr, AXVCPU_X86_SEG_UNUSABLE, ~0ULL)),
	ROW(legacy, NULL, SET(g.segs.tr.attr, 3, 0xf)),
	ROW(NULL, NULL, SET(g.segs.gs.base, ~0ULL << 47, 0)),
	ROW(NULL, NULL, SET(g.interruptibility, 1, 0), SET(g.rflags, X86_EFLAGS_IF, 0)),
	ROW(NULL, NULL, SET(g.interruptibility, 8, 0)),
	ROW(NULL, NULL, EVENT(0xb0d), SET(c.event_error, 0xffff, 0)),
	ROW(NULL, NULL, EVENT(0x603), SET(c.event_len, 1, 0)),
	ROW(NULL, NULL, EVENT(0x202)),
	ROW(real, NULL, EVENT(0x30d)),
	ROW(NULL, NULL, SET(g.pdpte[0], 3, 0)),
	ROW(legacy, NULL, SET(g.pdpte[0], 2, 0)),
};

static void apply(struct vmcs *vmcs, const struct change *change)
{
	u8 *field = (u8 *)vmcs + change->offset;
	u64 value = 0;

	memcpy(&value, field, change->size);
	value = (value & ~change->clear) | change->set;
	memcpy(field, &value, change->size);
}

static const char *check(const struct row *row)
{
	struct vmcs vmcs = good;
	const struct change *change;
	unsigned int i;

	for (change = row->base; change && change->size; change++)
		apply(&vmcs, change);
	for (i = 0; i < ARRAY_SIZE(row->change) && row->change[i].size; i++)
		apply(&vmcs, &row->change[i]);
	return vmx_check(&vmcs.g, &vmcs.c, &limits);
}

static void check_good(struct kunit *test)
{
	KUNIT_EXPECT_NULL(test, vmx_check(&good.g, &good.c, &limits));
}

static void check_rows(struct kunit *test)
{
	const char *rule;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		rule = check(&rows[i]);
		if (!rows[i].rule) {
			KUNIT_EXPECT_NULL_MSG(test, rule, "row %u: %s", i, rule);
			continue;
		}
		KUNIT_EXPECT_NOT_NULL_MSG(test, rule, "row %u: %s", i, rows[i].rule);
		if (!rule)
			continue;
		KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(rule, rows[i].rule), "row %u: %s, not %s",
					  i, rule, rows[i].rule);
		KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(rule, "(SDM vol. 3, 27."), "row %u: %s",
					  i, rule);
		KUNIT_EXPECT_LT(test, strlen(rule), AXVCPU_RULE_MAX);
	}
}

static struct kunit_case vmx_check_cases[] = {
	KUNIT_CASE(check_good),
	KUNIT_CASE(check_rows),
	{}
};

struct kunit_suite axvcpu_vmx_check_suite = {
	.name = "axvcpu_vmx_check",
	.test_cases = vmx_check_cases,
};
