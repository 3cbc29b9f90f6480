// SPDX-License-Identifier: GPL-2.0-only
/* MSRs, state groups, events and completed instructions, on a vendor of memory. */
#include <linux/string.h>
#include <asm/msr-index.h>
#include <asm/processor.h>
#include <asm/trapnr.h>
#include <uapi/asm/debugreg.h>

#include "../../arch/x86/common.h"
#include "../../arch/x86/cpuid.h"
#include "../../arch/x86/event.h"
#include "../../arch/x86/fpu.h"
#include "../../arch/x86/handle.h"
#include "../../arch/x86/msr.h"
#include "../suites.h"
#include "fixture.h"

#define NONCANONICAL	0x8000000000000000ULL
#define WB_ALL		0x0606060606060606ULL

/* What a write does to an MSR that reads back. */
static void x86_msr_values(struct kunit *test)
{
	static const struct {
		u32 index;
		u64 value;
		bool ok;
	} rows[] = {
		{ MSR_LSTAR, 0xffffffff81000000, true },
		{ MSR_LSTAR, NONCANONICAL, false },
		{ MSR_CSTAR, 0x800000000000, false },
		{ MSR_KERNEL_GS_BASE, 0xffff800000000000, true },
		{ MSR_KERNEL_GS_BASE, 0xffff7fffffffffff, false },
		{ MSR_FS_BASE, NONCANONICAL, false },
		{ MSR_GS_BASE, NONCANONICAL, false },
		{ MSR_IA32_SYSENTER_ESP, NONCANONICAL, false },
		{ MSR_IA32_SYSENTER_EIP, NONCANONICAL, false },
		{ MSR_STAR, ~0ULL, true },
		{ MSR_SYSCALL_MASK, 0xffffffff, true },
		{ MSR_SYSCALL_MASK, BIT_ULL(32), false },
		{ MSR_IA32_CR_PAT, WB_ALL, true },
		{ MSR_IA32_CR_PAT, 0x0007040100070406, true },
		{ MSR_IA32_CR_PAT, 0x0206060606060606, false },
		{ MSR_IA32_CR_PAT, 0x0606060606060603, false },
		{ MSR_IA32_CR_PAT, 0x0606080606060606, false },
		{ 0x2ff, 0xc06, true },
		{ 0x2ff, 0xc07, false },
		{ 0x2ff, 0x1006, false },
		{ 0x250, WB_ALL, true },
		{ 0x26f, 0x0707070707070707, false },
		{ 0x200, 0x80000006, true },
		{ 0x200, 0x80000106, false },
		{ 0x201, 0x80000800, true },
		{ 0x201, 0x80000400, false },
		{ 0x20e, BIT_ULL(63) | 6, false },
		{ MSR_IA32_MISC_ENABLE, 0x850089, true },
		{ MSR_IA32_MCG_STATUS, 0, true },
		{ MSR_IA32_MCG_STATUS, 1, false },
		{ MSR_IA32_TSC_ADJUST, 0x123456789abcdef0, true },
	};
	struct x86_vcpu *x = &x86_fixture(test)->x;
	u64 before, after;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		KUNIT_EXPECT_EQ(test, X86_MSR_DONE, x86_rdmsr(x, rows[i].index, &before));
		KUNIT_EXPECT_EQ_MSG(test, rows[i].ok ? X86_MSR_DONE : X86_MSR_FAULT,
				    x86_wrmsr(x, rows[i].index, rows[i].value),
				    "MSR %x, value %llx", rows[i].index, rows[i].value);
		KUNIT_EXPECT_EQ(test, X86_MSR_DONE, x86_rdmsr(x, rows[i].index, &after));
		KUNIT_EXPECT_EQ(test, after, rows[i].ok ? rows[i].value : before);
	}
}

static void x86_msr_others(struct kunit *test)
{
	struct x86_vcpu *x = &x86_fixture(test)->x;
	u64 value;

	KUNIT_EXPECT_EQ(test, X86_MSR_USER, x86_rdmsr(x, 0x12345678, &value));
	KUNIT_EXPECT_EQ(test, X86_MSR_USER, x86_wrmsr(x, 0x12345678, 0));
	KUNIT_EXPECT_EQ(test, X86_MSR_USER, x86_rdmsr(x, MSR_IA32_APICBASE, &value));
	/* Beside what is kept. */
	KUNIT_EXPECT_EQ(test, X86_MSR_USER, x86_rdmsr(x, 0x210, &value));
	KUNIT_EXPECT_EQ(test, X86_MSR_USER, x86_rdmsr(x, 0x25a, &value));
	KUNIT_EXPECT_EQ(test, X86_MSR_USER, x86_rdmsr(x, 0x270, &value));
	/* Constants. */
	KUNIT_EXPECT_EQ(test, X86_MSR_DONE, x86_rdmsr(x, 0xfe, &value));
	KUNIT_EXPECT_EQ(test, value, 0x508ULL);
	KUNIT_EXPECT_EQ(test, X86_MSR_FAULT, x86_wrmsr(x, 0xfe, 0x508));
	KUNIT_EXPECT_EQ(test, X86_MSR_DONE, x86_wrmsr(x, MSR_IA32_UCODE_REV, 5));
	KUNIT_EXPECT_EQ(test, X86_MSR_DONE, x86_rdmsr(x, MSR_IA32_UCODE_REV, &value));
	KUNIT_EXPECT_EQ(test, value, 0ULL);
	/* Not without CPUID. */
	x->has_tsc_aux = true;
	KUNIT_EXPECT_EQ(test, X86_MSR_DONE, x86_wrmsr(x, MSR_TSC_AUX, 7));
	KUNIT_EXPECT_EQ(test, X86_MSR_DONE, x86_rdmsr(x, MSR_TSC_AUX, &value));
	KUNIT_EXPECT_EQ(test, value, 7ULL);
	KUNIT_EXPECT_EQ(test, X86_MSR_FAULT, x86_wrmsr(x, MSR_TSC_AUX, BIT_ULL(32)));
	x86_cpuid_set(x, NULL, 0);
	KUNIT_EXPECT_EQ(test, X86_MSR_FAULT, x86_rdmsr(x, MSR_TSC_AUX, &value));
	KUNIT_EXPECT_EQ(test, X86_MSR_FAULT, x86_wrmsr(x, MSR_TSC_AUX, 1));
	KUNIT_EXPECT_EQ(test, X86_MSR_FAULT, x86_wrmsr(x, MSR_IA32_PRED_CMD, 1));
}

static void x86_msr_efer(struct kunit *test)
{
	struct x86_fixture *f = x86_fixture(test);
	struct x86_vcpu *x = &f->x;
	u64 value;

	x->efer_allowed = EFER_SCE | EFER_LME | EFER_LMA | EFER_NX;
	KUNIT_EXPECT_EQ(test, X86_MSR_DONE, x86_wrmsr(x, MSR_EFER, EFER_LME | EFER_LMA));
	KUNIT_EXPECT_EQ(test, f->ctl.efer, (u64)EFER_LME);
	KUNIT_EXPECT_EQ(test, X86_MSR_FAULT, x86_wrmsr(x, MSR_EFER, EFER_SVME));
	KUNIT_EXPECT_EQ(test, X86_MSR_FAULT, x86_wrmsr(x, MSR_EFER, BIT_ULL(63)));
	/* With paging on LME stays, LMA is the hardware's. */
	f->ctl.cr0 |= X86_CR0_PG;
	f->ctl.efer |= EFER_LMA;
	KUNIT_EXPECT_EQ(test, X86_MSR_FAULT, x86_wrmsr(x, MSR_EFER, 0));
	KUNIT_EXPECT_EQ(test, X86_MSR_DONE, x86_wrmsr(x, MSR_EFER, EFER_LME | EFER_NX));
	KUNIT_EXPECT_EQ(test, X86_MSR_DONE, x86_rdmsr(x, MSR_EFER, &value));
	KUNIT_EXPECT_EQ(test, value, (u64)(EFER_LME | EFER_LMA | EFER_NX));
}

/* SDM vol. 3, 18.17.3: TSC and TSC_ADJUST move together. */
static void x86_msr_tsc(struct kunit *test)
{
	struct x86_fixture *f = x86_fixture(test);
	u64 value, later;

	f->vm.counter_offset = 1ULL << 60;
	KUNIT_EXPECT_EQ(test, X86_MSR_DONE, x86_wrmsr(&f->x, MSR_IA32_TSC, 1ULL << 50));
	x86_rdmsr(&f->x, MSR_IA32_TSC, &value);
	KUNIT_EXPECT_GE(test, value, 1ULL << 50);
	KUNIT_EXPECT_LT(test, value, 1ULL << 51);
	axvcpu_counter_lost += 12345;
	KUNIT_EXPECT_EQ(test, x86_tsc_offset(&f->x),
			f->vm.counter_offset + f->x.tsc_adjust + axvcpu_counter_lost);
	x86_wrmsr(&f->x, MSR_IA32_TSC_ADJUST, f->x.tsc_adjust + (1ULL << 40));
	x86_rdmsr(&f->x, MSR_IA32_TSC, &later);
	KUNIT_EXPECT_GE(test, later - value, 1ULL << 40);
}

/* Each MSR of the group once, and each can be set to what it was. */
static void x86_msr_group(struct kunit *test)
{
	const struct axvcpu_state_group *group =
		x86_fixture_group(test, AXVCPU_X86_GROUP_MSRS);
	struct x86_fixture *f = x86_fixture(test);
	u32 size = group->size(&f->vcpu), i, j;
	struct axvcpu_x86_msr *list;

	list = kunit_kzalloc(test, size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, list);
	f->x.tsc_adjust = 77;
	f->x.msr[3] = 0x80000006;
	group->get(&f->vcpu, list);
	for (i = 0; i < size / sizeof(*list); i++)
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_NE(test, list[i].index, list[j].index);
	KUNIT_EXPECT_EQ(test, group->check(&f->vcpu, list, size), 0);
	x86_vcpu_reset(&f->x);
	KUNIT_EXPECT_EQ(test, f->x.tsc_adjust, 0ULL);
	group->set(&f->vcpu, list, size);
	KUNIT_EXPECT_EQ(test, f->x.tsc_adjust, 77ULL);
	KUNIT_EXPECT_EQ(test, f->x.msr[3], 0x80000006ULL);

	KUNIT_EXPECT_EQ(test, group->check(&f->vcpu, list, size - 8), -EINVAL);
	list[0].reserved = 1;
	KUNIT_EXPECT_EQ(test, group->check(&f->vcpu, list, size), -EINVAL);
	list[0] = (struct axvcpu_x86_msr) { .index = 0x12345678 };
	KUNIT_EXPECT_EQ(test, group->check(&f->vcpu, list, size), -EINVAL);
	list[0] = (struct axvcpu_x86_msr) { .index = MSR_FS_BASE };
	KUNIT_EXPECT_EQ(test, group->check(&f->vcpu, list, size), -EINVAL);
	list[0] = (struct axvcpu_x86_msr) { .index = MSR_LSTAR, .value = NONCANONICAL };
	KUNIT_EXPECT_EQ(test, group->check(&f->vcpu, list, size), -EINVAL);
}

static void x86_group_control(struct kunit *test)
{
	const struct axvcpu_state_group *group =
		x86_fixture_group(test, AXVCPU_X86_GROUP_CONTROL);
	struct axvcpu_vcpu *vcpu = &x86_fixture(test)->vcpu;
	struct axvcpu_x86_control good, ctl;

	group->get(vcpu, &good);
	KUNIT_EXPECT_EQ(test, good.cr0, 0x60000010ULL);
	KUNIT_EXPECT_EQ(test, good.xcr0, 1ULL);
	KUNIT_EXPECT_EQ(test, group->check(vcpu, &good, sizeof(good)), 0);
	KUNIT_EXPECT_EQ(test, group->check(vcpu, &good, sizeof(good) - 8), -EINVAL);

#define EXPECT_CHECK(member, value, ret) do {					\
	ctl = good;								\
	ctl.member = (value);							\
	KUNIT_EXPECT_EQ(test, group->check(vcpu, &ctl, sizeof(ctl)), ret);	\
} while (0)
	EXPECT_CHECK(cr8, 15, 0);
	EXPECT_CHECK(cr8, 16, -EINVAL);
	EXPECT_CHECK(cr4, X86_CR4_PAE, 0);
	EXPECT_CHECK(cr4, X86_CR4_VMXE, -EINVAL);
	EXPECT_CHECK(cr4, BIT_ULL(63), -EINVAL);
	EXPECT_CHECK(efer, EFER_LME | EFER_LMA, 0);
	EXPECT_CHECK(efer, EFER_SVME, -EINVAL);
	EXPECT_CHECK(xcr0, 0, -EINVAL);
	EXPECT_CHECK(xcr0, 2, -EINVAL);
	EXPECT_CHECK(xcr0, 5, -EINVAL);
	EXPECT_CHECK(xcr0, BIT_ULL(9) | 3, -EINVAL);
	EXPECT_CHECK(xcr0, BIT_ULL(63) | 3, -EINVAL);
	/* What only the guest suffers from is for the entry to refuse. */
	EXPECT_CHECK(cr0, X86_CR0_PG, 0);
	EXPECT_CHECK(cr0, ~0ULL, 0);
	EXPECT_CHECK(cr3, ~0ULL, 0);
#undef EXPECT_CHECK
}

static void x86_group_segments(struct kunit *test)
{
	const struct axvcpu_state_group *group =
		x86_fixture_group(test, AXVCPU_X86_GROUP_SEGMENTS);
	struct axvcpu_vcpu *vcpu = &x86_fixture(test)->vcpu;
	struct axvcpu_x86_segments good, segs;
	unsigned int i;

	group->get(vcpu, &good);
	KUNIT_EXPECT_EQ(test, good.cs.base, 0xffff0000ULL);
	KUNIT_EXPECT_EQ(test, good.cs.selector, 0xf000);
	KUNIT_EXPECT_EQ(test, group->check(vcpu, &good, sizeof(good)), 0);
	for (i = 0; i < 8; i++) {
		segs = good;
		(&segs.es)[i].base = NONCANONICAL;
		KUNIT_EXPECT_EQ(test, group->check(vcpu, &segs, sizeof(segs)), -EINVAL);
		segs = good;
		(&segs.es)[i].reserved[2] = 1;
		KUNIT_EXPECT_EQ(test, group->check(vcpu, &segs, sizeof(segs)), -EINVAL);
		segs = good;
		(&segs.es)[i].attr = 0x100;
		KUNIT_EXPECT_EQ(test, group->check(vcpu, &segs, sizeof(segs)), -EINVAL);
		segs = good;
		(&segs.es)[i].attr = 0x1f0ff;
		KUNIT_EXPECT_EQ(test, group->check(vcpu, &segs, sizeof(segs)), 0);
	}
	segs = good;
	segs.gdtr.base = NONCANONICAL;
	KUNIT_EXPECT_EQ(test, group->check(vcpu, &segs, sizeof(segs)), -EINVAL);
	segs = good;
	segs.idtr.reserved[0] = 1;
	KUNIT_EXPECT_EQ(test, group->check(vcpu, &segs, sizeof(segs)), -EINVAL);
}

static void x86_group_xsave(struct kunit *test)
{
	const struct axvcpu_state_group *group =
		x86_fixture_group(test, AXVCPU_X86_GROUP_XSAVE);
	struct axvcpu_vcpu *vcpu = &x86_fixture(test)->vcpu;
	u32 size = group->size(vcpu);
	struct xregs_state *area;

	area = kunit_kzalloc(test, size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, area);
	group->get(vcpu, area);
	/* SDM vol. 3, table 10-1 */
	KUNIT_EXPECT_EQ(test, area->i387.cwd, 0x40);
	KUNIT_EXPECT_EQ(test, area->i387.mxcsr, 0x1f80U);
	KUNIT_EXPECT_EQ(test, group->check(vcpu, area, size), 0);
	KUNIT_EXPECT_EQ(test, group->check(vcpu, area, size - 8), -EINVAL);
	area->i387.mxcsr = BIT(31);
	KUNIT_EXPECT_EQ(test, group->check(vcpu, area, size), -EINVAL);
	area->i387.mxcsr = 0;
	if (!x86_fpu_xcr0_supported())
		return;
	area->header.xfeatures = BIT_ULL(9);
	KUNIT_EXPECT_EQ(test, group->check(vcpu, area, size), -EINVAL);
	area->header.xfeatures = x86_fpu_xcr0_supported();
	KUNIT_EXPECT_EQ(test, group->check(vcpu, area, size), 0);
	area->header.xcomp_bv = BIT_ULL(63);
	KUNIT_EXPECT_EQ(test, group->check(vcpu, area, size), -EINVAL);
	area->header.xcomp_bv = 0;
	area->header.reserved[5] = 1;
	KUNIT_EXPECT_EQ(test, group->check(vcpu, area, size), -EINVAL);
}

static void x86_inject_checks(struct kunit *test)
{
	static const struct {
		struct axvcpu_inject event;
		int ret;
	} rows[] = {
		{ { .type = AXVCPU_INJECT_IRQ, .vector = 16 }, 0 },
		{ { .type = AXVCPU_INJECT_IRQ, .vector = 255 }, 0 },
		{ { .type = AXVCPU_INJECT_IRQ, .vector = 15 }, -EINVAL },
		{ { .type = AXVCPU_INJECT_IRQ, .vector = 256 }, -EINVAL },
		{ { .type = AXVCPU_INJECT_IRQ, .vector = 32, .flags = 1 }, -EINVAL },
		{ { .type = AXVCPU_INJECT_IRQ, .vector = 32, .error_code = 1 }, -EINVAL },
		{ { .type = AXVCPU_INJECT_IRQ_CLEAR, .vector = 32 }, 0 },
		{ { .type = AXVCPU_INJECT_IRQ_CLEAR, .vector = 3 }, -EINVAL },
		{ { .type = AXVCPU_INJECT_NMI }, 0 },
		{ { .type = AXVCPU_INJECT_NMI, .vector = 2 }, -EINVAL },
		{ { .type = 4 }, -EINVAL },
		{ { .type = AXVCPU_INJECT_EXCEPTION, .vector = X86_TRAP_UD }, 0 },
		{ { .type = AXVCPU_INJECT_EXCEPTION, .vector = X86_TRAP_UD, .flags = 1 }, -EINVAL },
		{ { .type = AXVCPU_INJECT_EXCEPTION, .vector = X86_TRAP_NMI }, -EINVAL },
		{ { .type = AXVCPU_INJECT_EXCEPTION, .vector = 32 }, -EINVAL },
		{ { .type = AXVCPU_INJECT_EXCEPTION, .vector = X86_TRAP_GP }, -EINVAL },
		{ { .type = AXVCPU_INJECT_EXCEPTION, .vector = X86_TRAP_GP, .flags = 1 }, 0 },
		{ { .type = AXVCPU_INJECT_EXCEPTION, .vector = X86_TRAP_GP, .flags = 1,
		    .error_code = 0x10000 }, -EINVAL },
		{ { .type = AXVCPU_INJECT_EXCEPTION, .vector = X86_TRAP_GP, .flags = 3 }, -EINVAL },
		{ { .type = AXVCPU_INJECT_EXCEPTION, .vector = X86_TRAP_PF, .flags = 3,
		    .error_code = 7, .address = ~0ULL }, 0 },
		{ { .type = AXVCPU_INJECT_EXCEPTION, .vector = X86_TRAP_PF, .flags = 1 }, 0 },
		{ { .type = AXVCPU_INJECT_EXCEPTION, .vector = X86_TRAP_PF, .flags = 1,
		    .address = 1 }, -EINVAL },
		{ { .type = AXVCPU_INJECT_EXCEPTION, .vector = X86_TRAP_PF, .flags = 7 }, -EINVAL },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ_MSG(test, x86_check_event(&rows[i].event), rows[i].ret,
				    "row %zu", i);
}

/* RIP wraps to the width of the code segment; RF and the shadow end. */
static void x86_insn_ends(struct kunit *test)
{
	struct x86_fixture *f = x86_fixture(test);

	f->x.regs.rflags = X86_EFLAGS_FIXED | X86_EFLAGS_RF;
	f->x.irq_shadow = true;
	x86_advance(&f->x, 0x123456789);
	KUNIT_EXPECT_EQ(test, f->x.regs.rip, 0x123456789ULL);
	KUNIT_EXPECT_EQ(test, f->x.regs.rflags, (u64)X86_EFLAGS_FIXED);
	KUNIT_EXPECT_FALSE(test, f->x.irq_shadow);
	f->code_bits = 32;
	x86_advance(&f->x, 0x100000002);
	KUNIT_EXPECT_EQ(test, f->x.regs.rip, 2ULL);
	f->code_bits = 16;
	x86_advance(&f->x, 0x10001);
	KUNIT_EXPECT_EQ(test, f->x.regs.rip, 1ULL);
}

/* INT1: its #DB comes behind it, and no step does. */
static void x86_int1(struct kunit *test)
{
	struct x86_fixture *f = x86_fixture(test);
	struct axvcpu_inject event;
	u64 dr6 = f->dr6;

	f->x.regs.rip = 0x1000;
	f->x.regs.rflags |= X86_EFLAGS_TF;
	f->x.exit = (struct x86_exit) { .kind = X86_EXIT_INT1, .next_rip = 0x1001 };
	KUNIT_EXPECT_EQ(test, x86_handle_any(&f->x), AXVCPU_NEXT_RESUME);
	KUNIT_EXPECT_EQ(test, f->x.regs.rip, 0x1001ULL);
	KUNIT_EXPECT_TRUE(test, axvcpu_event_exception_take(&f->vcpu, &event));
	KUNIT_EXPECT_EQ(test, event.vector, (u32)X86_TRAP_DB);
	KUNIT_EXPECT_FALSE(test, f->x.trap_pending);
	KUNIT_EXPECT_EQ(test, f->dr6, dr6);
}

/* The guest's own TF: a trap after each instruction done for it. */
static void x86_insn_traps(struct kunit *test)
{
	struct x86_fixture *f = x86_fixture(test);
	struct axvcpu_state_events events = {};
	struct axvcpu_inject event;

	f->x.regs.rflags |= X86_EFLAGS_TF;
	KUNIT_EXPECT_EQ(test, x86_complete_insn(&f->x, 0x1000), AXVCPU_NEXT_RESUME);
	KUNIT_EXPECT_TRUE(test, axvcpu_event_exception_take(&f->vcpu, &event));
	KUNIT_EXPECT_EQ(test, event.vector, (u32)X86_TRAP_DB);
	KUNIT_EXPECT_TRUE(test, f->dr6 & DR_STEP);
	/* After an exit it comes with the next RUN, unless the VMM refuses. */
	x86_advance(&f->x, 0x1001);
	x86_get_events(&f->vcpu, &events);
	KUNIT_EXPECT_EQ(test, events.exception_vector, (u32)X86_TRAP_DB);
	KUNIT_EXPECT_FALSE(test, axvcpu_event_exception_take(&f->vcpu, &event));
	x86_write_regs(&f->vcpu);
	x86_read_regs(&f->vcpu);
	KUNIT_EXPECT_TRUE(test, axvcpu_event_exception_take(&f->vcpu, &event));
	x86_advance(&f->x, 0x1002);
	x86_set_pc(&f->vcpu, 0x1001);
	x86_read_regs(&f->vcpu);
	KUNIT_EXPECT_FALSE(test, axvcpu_event_exception_take(&f->vcpu, &event));
	KUNIT_EXPECT_EQ(test, f->x.regs.rip, 0x1001ULL);
}

/* The run page gets registers back from a guest that was entered. */
static void x86_regs_back(struct kunit *test)
{
	struct x86_fixture *f = x86_fixture(test);
	struct axvcpu_x86_regs *page = x86_run_regs(&f->vcpu);

	page->gpr[AXVCPU_X86_RBX] = 5;
	page->rflags = X86_EFLAGS_IF | BIT(1) | BIT(3);
	x86_read_regs(&f->vcpu);
	KUNIT_EXPECT_PTR_EQ(test, f->x.gpr, (const u64 *)page->gpr);
	f->x.regs.gpr[AXVCPU_X86_RBX] = 6;
	x86_write_regs(&f->vcpu);
	KUNIT_EXPECT_EQ(test, page->gpr[AXVCPU_X86_RBX], 5ULL);
	KUNIT_EXPECT_EQ(test, page->rflags, (u64)(X86_EFLAGS_IF | BIT(1)));
	f->x.gpr = f->x.regs.gpr;
	x86_write_regs(&f->vcpu);
	KUNIT_EXPECT_EQ(test, page->gpr[AXVCPU_X86_RBX], 6ULL);
}

/* What ends a halt: an exception, an NMI, an interrupt that the guest takes. */
static void x86_halt_ends(struct kunit *test)
{
	const struct axvcpu_inject exception = {
		.type = AXVCPU_INJECT_EXCEPTION, .vector = X86_TRAP_UD,
	};
	struct x86_fixture *f = x86_fixture(test);
	struct axvcpu_inject event;

	KUNIT_EXPECT_FALSE(test, x86_has_wakeup(&f->vcpu));
	axvcpu_event_exception_put(&f->vcpu, &exception);
	KUNIT_EXPECT_TRUE(test, x86_has_wakeup(&f->vcpu));
	axvcpu_event_exception_take(&f->vcpu, &event);

	f->x.nmi = X86_NMI_BLOCKED;
	axvcpu_event_nmi_put(&f->vcpu);
	KUNIT_EXPECT_FALSE(test, x86_has_wakeup(&f->vcpu));
	f->x.nmi = X86_NMI_OPEN;
	KUNIT_EXPECT_TRUE(test, x86_has_wakeup(&f->vcpu));
	axvcpu_event_nmi_take(&f->vcpu);

	axvcpu_event_irq_put(&f->vcpu, 0x9f);
	KUNIT_EXPECT_FALSE(test, x86_has_wakeup(&f->vcpu));
	f->x.regs.rflags |= X86_EFLAGS_IF;
	KUNIT_EXPECT_TRUE(test, x86_has_wakeup(&f->vcpu));
	f->ctl.cr8 = 9;
	KUNIT_EXPECT_FALSE(test, x86_has_wakeup(&f->vcpu));
	axvcpu_event_irq_put(&f->vcpu, 0xa0);
	KUNIT_EXPECT_TRUE(test, x86_has_wakeup(&f->vcpu));
}

/* struct axvcpu_setup: CS is the entry's paragraph, low 12 bits clear. */
static void x86_entry_points(struct kunit *test)
{
	static const struct {
		u64 entry;
		u16 selector, ip;
	} rows[] = {
		{ 0, 0, 0 },
		{ 0x7c00, 0, 0x7c00 },
		{ 0x10000, 0x1000, 0 },
		{ 0x12345, 0x1000, 0x2345 },
		{ 0xfffff, 0xf000, 0xffff },
	};
	struct x86_fixture *f = x86_fixture(test);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		KUNIT_EXPECT_EQ(test, x86_set_entry(&f->vcpu, rows[i].entry), 0);
		x86_read_regs(&f->vcpu);
		KUNIT_EXPECT_EQ(test, f->segs.cs.selector, rows[i].selector);
		KUNIT_EXPECT_EQ(test, f->segs.cs.base, (u64)rows[i].selector << 4);
		KUNIT_EXPECT_EQ(test, f->x.regs.rip, (u64)rows[i].ip);
		KUNIT_EXPECT_EQ(test, f->segs.cs.base + rows[i].ip, rows[i].entry);
	}
	KUNIT_EXPECT_EQ(test, x86_set_entry(&f->vcpu, 0x100000), -EINVAL);
	KUNIT_EXPECT_EQ(test, x86_set_entry(&f->vcpu, ~0ULL), -EINVAL);
}

static struct kunit_case x86_state_cases[] = {
	KUNIT_CASE(x86_msr_values),
	KUNIT_CASE(x86_msr_others),
	KUNIT_CASE(x86_msr_efer),
	KUNIT_CASE(x86_msr_tsc),
	KUNIT_CASE(x86_msr_group),
	KUNIT_CASE(x86_group_control),
	KUNIT_CASE(x86_group_segments),
	KUNIT_CASE(x86_group_xsave),
	KUNIT_CASE(x86_inject_checks),
	KUNIT_CASE(x86_insn_ends),
	KUNIT_CASE(x86_int1),
	KUNIT_CASE(x86_insn_traps),
	KUNIT_CASE(x86_regs_back),
	KUNIT_CASE(x86_halt_ends),
	KUNIT_CASE(x86_entry_points),
	{}
};

struct kunit_suite axvcpu_x86_state_suite = {
	.name = "axvcpu_x86_state",
	.init = x86_fixture_init,
	.exit = x86_fixture_exit,
	.test_cases = x86_state_cases,
};
