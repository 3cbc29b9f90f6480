// SPDX-License-Identifier: GPL-2.0-only
/*
 * A vCPU's CPUID table: checking and setting it, answering from it, and what
 * follows from it for control registers.
 *
 * A leaf or index that the table lacks reads as zeroes, in range or not.
 */
#include <linux/errno.h>
#include <linux/sort.h>
#include <linux/string.h>

#include <asm/cpufeature.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>

#include "cpuid.h"
#include "x86.h"

#define F(name)		(1U << (X86_FEATURE_##name & 31))

/* Where an answer stands. */
enum reg { EAX, EBX, ECX, EDX };

/* A feature, and the bits of a control register or MSR that it allows. */
struct control_feature {
	u64 bits;
	u32 function;
	enum reg reg;
	u32 feature;
	u32 index;
};

static const struct control_feature cr4_features[] = {
	{ X86_CR4_VME | X86_CR4_PVI,	1, EDX, F(VME) },
	{ X86_CR4_TSD,			1, EDX, F(TSC) },
	{ X86_CR4_DE,			1, EDX, F(DE) },
	{ X86_CR4_PSE,			1, EDX, F(PSE) },
	{ X86_CR4_PAE,			1, EDX, F(PAE) },
	{ X86_CR4_MCE,			1, EDX, F(MCE) },
	{ X86_CR4_PGE,			1, EDX, F(PGE) },
	{ X86_CR4_OSFXSR,		1, EDX, F(FXSR) },
	{ X86_CR4_OSXMMEXCPT,		1, EDX, F(XMM) },
	{ X86_CR4_PCIDE,		1, ECX, F(PCID) },
	{ X86_CR4_OSXSAVE,		1, ECX, F(XSAVE) },
	{ X86_CR4_FSGSBASE,		7, EBX, F(FSGSBASE) },
	{ X86_CR4_SMEP,			7, EBX, F(SMEP) },
	{ X86_CR4_SMAP,			7, EBX, F(SMAP) },
	{ X86_CR4_UMIP,			7, ECX, F(UMIP) },
	{ X86_CR4_LA57,			7, ECX, F(LA57) },
};

static const struct control_feature efer_features[] = {
	{ EFER_SCE,		0x80000001, EDX, F(SYSCALL) },
	{ EFER_LME | EFER_LMA,	0x80000001, EDX, F(LM) },
	{ EFER_NX,		0x80000001, EDX, F(NX) },
	{ EFER_FFXSR,		0x80000001, EDX, F(FXSR_OPT) },
	{ EFER_AIBRSE,		0x80000021, EAX, BIT(8) },
};

/*
 * IA32_SPEC_CTRL: SDM vol. 4, table 2-2, by leaf 7; APM vol. 2, 3.2.9, by leaf 8000_0008h.
 * Not all kernels name them.
 */
static const struct control_feature spec_ctrl_features[] = {
	{ X86_SPEC_CTRL_IBRS,		7, EDX, F(SPEC_CTRL) },
	{ X86_SPEC_CTRL_STIBP,		7, EDX, F(INTEL_STIBP) },
	{ X86_SPEC_CTRL_SSBD,		7, EDX, F(SPEC_CTRL_SSBD) },
	{ X86_SPEC_CTRL_PSFD,		7, EDX, BIT(0), 2 },
	{ X86_SPEC_CTRL_IPRED_DIS,	7, EDX, BIT(1), 2 },
	{ X86_SPEC_CTRL_RRSBA_DIS,	7, EDX, BIT(2), 2 },
	{ X86_SPEC_CTRL_DDPD_U,		7, EDX, BIT(3), 2 },
	{ X86_SPEC_CTRL_BHI_DIS_S,	7, EDX, BIT(4), 2 },
	{ X86_SPEC_CTRL_IBRS,		0x80000008, EBX, F(AMD_IBRS) },
	{ X86_SPEC_CTRL_STIBP,		0x80000008, EBX, F(AMD_STIBP) },
	{ X86_SPEC_CTRL_SSBD,		0x80000008, EBX, F(AMD_SSBD) },
	{ X86_SPEC_CTRL_PSFD,		0x80000008, EBX, BIT(28) },
};

/* IA32_PRED_CMD and IA32_FLUSH_CMD. */
static const struct control_feature pred_cmd_features[] = {
	{ PRED_CMD_IBPB,	7, EDX, F(SPEC_CTRL) },
	{ PRED_CMD_IBPB,	0x80000008, EBX, F(AMD_IBPB) },
	{ X86_PRED_CMD_SBPB,	0x80000021, EAX, BIT(27) },
};

static const struct control_feature flush_cmd_features[] = {
	{ L1D_FLUSH,		7, EDX, F(FLUSH_L1D) },
};

static int compare(const void *a, const void *b)
{
	const struct axvcpu_x86_cpuid *l = a, *r = b;

	if (l->function != r->function)
		return l->function < r->function ? -1 : 1;
	if (l->index != r->index)
		return l->index < r->index ? -1 : 1;
	return 0;
}

/* A leaf without indices answers the same for every ECX. */
static bool answers(const struct axvcpu_x86_cpuid *e, u32 function, u32 index)
{
	return e->function == function &&
	       (e->index == index || !(e->flags & AXVCPU_X86_CPUID_INDEX));
}

static const struct axvcpu_x86_cpuid *find(const struct axvcpu_x86_cpuid *table, u32 count,
					   u32 function, u32 index)
{
	const struct axvcpu_x86_cpuid *end = table + count;

	/* To the first entry of the function; the table is sorted. */
	while (count) {
		u32 half = count / 2;

		if (table[half].function < function) {
			table += half + 1;
			count -= half + 1;
		} else {
			count = half;
		}
	}
	for (; table < end && table->function == function; table++)
		if (answers(table, function, index))
			return table;
	return NULL;
}

static u32 answer(const struct axvcpu_x86_cpuid *e, enum reg reg)
{
	switch (reg) {
	case EAX:
		return e->eax;
	case EBX:
		return e->ebx;
	case ECX:
		return e->ecx;
	default:
		return e->edx;
	}
}

static bool has(const struct axvcpu_x86_cpuid *table, u32 count,
		const struct control_feature *f)
{
	const struct axvcpu_x86_cpuid *e = find(table, count, f->function, f->index);

	return e && answer(e, f->reg) & f->feature;
}

static u64 allowed(const struct axvcpu_x86_cpuid *table, u32 count,
		   const struct control_feature *map, size_t entries)
{
	u64 bits = 0;
	size_t i;

	for (i = 0; i < entries; i++)
		if (has(table, count, &map[i]))
			bits |= map[i].bits;
	return bits;
}

static u64 cr4_allowed(const struct axvcpu_x86_cpuid *table, u32 count)
{
	return X86_CR4_PCE | allowed(table, count, cr4_features, ARRAY_SIZE(cr4_features));
}

static u64 efer_allowed(const struct axvcpu_x86_cpuid *table, u32 count)
{
	return allowed(table, count, efer_features, ARRAY_SIZE(efer_features));
}

/**
 * x86_spec_ctrl_bits() - IA32_SPEC_CTRL bits that a CPUID table has
 * @table: sorted
 * @count: its entries
 *
 * Return: the bits; 0: no such MSR.
 */
u64 x86_spec_ctrl_bits(const struct axvcpu_x86_cpuid *table, u32 count)
{
	return allowed(table, count, spec_ctrl_features, ARRAY_SIZE(spec_ctrl_features));
}

/* What the guest's table has, and the host, too: it goes to the hardware as it is. */
static u64 command_allowed(struct x86_vcpu *x, const struct control_feature *map,
			   size_t entries)
{
	u32 count;
	const struct axvcpu_x86_cpuid *table = x86_cpuid_supported(&count);

	return allowed(x->cpuid, x->nr_cpuid, map, entries) &
	       allowed(table, count, map, entries);
}

/**
 * x86_cr4_supported() - CR4 bits that any guest may set on this host
 *
 * A table may promise more than x86_cpuid_supported(); the register follows
 * what is there.
 */
u64 x86_cr4_supported(void)
{
	u32 count;
	const struct axvcpu_x86_cpuid *table = x86_cpuid_supported(&count);

	return cr4_allowed(table, count);
}

/** x86_efer_supported() - EFER bits that any guest may set on this host */
u64 x86_efer_supported(void)
{
	u32 count;
	const struct axvcpu_x86_cpuid *table = x86_cpuid_supported(&count);

	return efer_allowed(table, count);
}

/** x86_spec_ctrl_supported() - IA32_SPEC_CTRL bits that any guest may set on this host */
u64 x86_spec_ctrl_supported(void)
{
	u32 count;
	const struct axvcpu_x86_cpuid *table = x86_cpuid_supported(&count);

	return x86_spec_ctrl_bits(table, count);
}

/**
 * x86_pred_cmd_allowed() - IA32_PRED_CMD bits this guest may write
 * @x: a vCPU
 */
u64 x86_pred_cmd_allowed(struct x86_vcpu *x)
{
	return command_allowed(x, pred_cmd_features, ARRAY_SIZE(pred_cmd_features));
}

/**
 * x86_flush_cmd_allowed() - IA32_FLUSH_CMD bits this guest may write
 * @x: a vCPU
 */
u64 x86_flush_cmd_allowed(struct x86_vcpu *x)
{
	return command_allowed(x, flush_cmd_features, ARRAY_SIZE(flush_cmd_features));
}

/**
 * x86_cr4_allowed() - CR4 bits this guest may set
 * @x: a vCPU
 */
u64 x86_cr4_allowed(struct x86_vcpu *x)
{
	return x->cr4_allowed;
}

/**
 * x86_efer_allowed() - EFER bits this guest may set
 * @x: a vCPU
 */
u64 x86_efer_allowed(struct x86_vcpu *x)
{
	return x->efer_allowed;
}

static bool entry_valid(const struct axvcpu_x86_cpuid *e)
{
	if (e->flags & ~AXVCPU_X86_CPUID_INDEX || e->reserved)
		return false;
	return e->flags & AXVCPU_X86_CPUID_INDEX || !e->index;
}

/* The same answer twice, or a leaf that both has indices and has none. */
static bool entries_clash(const struct axvcpu_x86_cpuid *a, const struct axvcpu_x86_cpuid *b)
{
	return a->function == b->function && (a->index == b->index || a->flags != b->flags);
}

/**
 * x86_cpuid_check() - is this a CPUID table?
 * @table: from the user, in any order
 * @count: its entries
 *
 * Return: 0; -EINVAL for too many entries, unknown flags, reserved members, an
 * index that does not count, two entries for one answer.
 */
int x86_cpuid_check(const struct axvcpu_x86_cpuid *table, u32 count)
{
	u32 i, j;

	if (count > AXVCPU_X86_MAX_CPUID)
		return -EINVAL;
	for (i = 0; i < count; i++) {
		if (!entry_valid(&table[i]))
			return -EINVAL;
		for (j = 0; j < i; j++)
			if (entries_clash(&table[i], &table[j]))
				return -EINVAL;
	}
	return 0;
}

static void table_take(struct x86_vcpu *x, const struct axvcpu_x86_cpuid *table, u32 count)
{
	memcpy(x->cpuid, table, count * sizeof(*table));
	x->nr_cpuid = count;
	x->cpuid_last = NULL;
}

static bool table_has_tsc_aux(const struct axvcpu_x86_cpuid *table, u32 count)
{
	static const struct control_feature either[] = {
		{ 1, 0x80000001, EDX, F(RDTSCP) },
		{ 1, 7, ECX, F(RDPID) },
	};

	return boot_cpu_has(X86_FEATURE_RDTSCP) &&
	       allowed(table, count, either, ARRAY_SIZE(either));
}

static bool table_has_arch_caps(const struct axvcpu_x86_cpuid *table, u32 count)
{
	static const struct control_feature arch_caps = {
		1, 7, EDX, F(ARCH_CAPABILITIES)
	};

	return has(table, count, &arch_caps);
}

/* What of control registers and MSRs follows from the table. */
static void follow_table(struct x86_vcpu *x)
{
	const struct axvcpu_x86_cpuid *table = x->cpuid;
	u32 count = x->nr_cpuid;

	x->cr4_allowed = cr4_allowed(table, count) & x86_cr4_supported();
	x->efer_allowed = efer_allowed(table, count) & x86_efer_supported();
	x->spec_ctrl_allowed = x86_spec_ctrl_bits(table, count) & x86_spec_ctrl_supported();
	x->has_arch_caps = table_has_arch_caps(table, count);
	x->has_tsc_aux = table_has_tsc_aux(table, count);
}

/**
 * x86_cpuid_set() - take a table
 * @x: a vCPU
 * @table: checked
 * @count: its entries
 */
void x86_cpuid_set(struct x86_vcpu *x, const struct axvcpu_x86_cpuid *table, u32 count)
{
	table_take(x, table, count);
	sort(x->cpuid, count, sizeof(*table), compare, NULL);
	follow_table(x);
	x->vendor->update(x);
}

/**
 * x86_cpuid_default() - the table of a new vCPU
 * @x: a vCPU being made
 *
 * What is supported, which is sorted, with the vCPU's number as its APIC ID.
 */
void x86_cpuid_default(struct x86_vcpu *x)
{
	u32 count, i;
	const struct axvcpu_x86_cpuid *table = x86_cpuid_supported(&count);

	table_take(x, table, count);
	follow_table(x);
	for (i = 0; i < count; i++)
		if (x->cpuid[i].function == 1)
			x->cpuid[i].ebx |= x->vcpu->fixed.id << 24;
}

/**
 * x86_cpuid_find() - the entry that answers
 * @x: a vCPU
 * @function: EAX
 * @index: ECX
 *
 * Return: the entry, NULL if the answer is zeroes.
 */
const struct axvcpu_x86_cpuid *x86_cpuid_find(struct x86_vcpu *x, u32 function, u32 index)
{
	const struct axvcpu_x86_cpuid *e = x->cpuid_last;

	/* Guests ask the same over and over. */
	if (e && answers(e, function, index))
		return e;
	e = find(x->cpuid, x->nr_cpuid, function, index);
	x->cpuid_last = e;
	return e;
}

/* Bytes of the XSAVE area with @xcr0, by the table's own leaves. */
static u32 xsave_size(struct x86_vcpu *x, bool compacted)
{
	const struct axvcpu_x86_cpuid *e;
	u32 size = 512 + 64;
	unsigned int i;

	for (i = 2; i < 63; i++) {
		if (!(x->xcr0 & BIT_ULL(i)))
			continue;
		e = x86_cpuid_find(x, 0xd, i);
		if (!e)
			continue;
		if (!compacted)
			size = max(size, e->ebx + e->eax);
		else if (e->ecx & 2)
			size = ALIGN(size, 64) + e->eax;
		else
			size += e->eax;
	}
	return size;
}

/* What depends on control registers: OSXSAVE, and the sizes in leaf D. */
static void follow_state(struct x86_vcpu *x, struct axvcpu_x86_cpuid *e)
{
	struct axvcpu_x86_control ctl;

	if (e->function == 1) {
		x->vendor->get_control(x, &ctl);
		e->ecx &= ~F(OSXSAVE);
		if (ctl.cr4 & X86_CR4_OSXSAVE)
			e->ecx |= F(OSXSAVE);
	} else if (e->function == 0xd && e->index == 0) {
		e->ebx = xsave_size(x, false);
	} else if (e->function == 0xd && e->index == 1 && e->eax & F(XSAVEC)) {
		e->ebx = xsave_size(x, true);
	}
}

/**
 * x86_cpuid() - CPUID of the guest
 * @x: the vCPU; EAX and ECX ask, EAX to EDX answer
 */
void x86_cpuid(struct x86_vcpu *x)
{
	static const struct axvcpu_x86_cpuid nothing;
	u64 *gpr = x->regs.gpr;
	const struct axvcpu_x86_cpuid *e;
	struct axvcpu_x86_cpuid now;

	e = x86_cpuid_find(x, gpr[AXVCPU_X86_RAX], gpr[AXVCPU_X86_RCX]) ?: &nothing;
	if (e->function == 1 || e->function == 0xd) {
		now = *e;
		follow_state(x, &now);
		e = &now;
	}
	gpr[AXVCPU_X86_RAX] = e->eax;
	gpr[AXVCPU_X86_RBX] = e->ebx;
	gpr[AXVCPU_X86_RCX] = e->ecx;
	gpr[AXVCPU_X86_RDX] = e->edx;
}
