// SPDX-License-Identifier: GPL-2.0-only
/* The guest's own tables (VMSAv8-64 stage 1, Arm ARM D8), and the instruction. */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "arm64.h"

#define SCTLR_M		BIT_ULL(0)
#define DESC_VALID	BIT_ULL(0)
#define DESC_TABLE	BIT_ULL(1)
#define DESC_AP_RO	BIT_ULL(7)
#define DESC_PXN	BIT_ULL(53)
#define DESC_UXN	BIT_ULL(54)
#define TABLE_PXN	BIT_ULL(59)
#define TABLE_UXN	BIT_ULL(60)
#define TABLE_RO	BIT_ULL(62)
#define VA_UPPER	BIT_ULL(55)

/**
 * struct regime - half of the address space
 * @ttbr: its table
 * @bits: width of its addresses
 * @shift: of its granule
 */
struct regime {
	u64 ttbr;
	unsigned int bits;
	unsigned int shift;
};

/* TG0 and TG1 are encoded differently: D17.2.131. */
static unsigned int granule(u64 tcr, bool upper)
{
	static const u8 tg0[] = { 12, 16, 14, 12 }, tg1[] = { 12, 14, 12, 16 };

	return upper ? tg1[tcr >> 30 & 3] : tg0[tcr >> 14 & 3];
}

static void regime_of(const struct el2_regs *regs, u64 gva, struct regime *r)
{
	bool upper = gva & VA_UPPER;

	r->ttbr = upper ? regs->ttbr1 : regs->ttbr0;
	r->bits = 64 - (upper ? regs->tcr >> 16 & 0x3f : regs->tcr & 0x3f);
	r->shift = granule(regs->tcr, upper);
}

static bool in_regime(const struct regime *r, u64 gva)
{
	u64 tag_free = gva << 8 >> 8;	/* the top byte may be ignored: TBI */
	u64 upper = tag_free >> r->bits;

	if (r->bits > 48 || r->bits < 16)
		return false;
	return !upper || upper == GENMASK_ULL(55, 0) >> r->bits;
}

/* 0; -EFAULT: not mapped; else the errors of axvcpu_memory_read(). */
static int walk(struct arm64_vcpu *a, u64 gva, u64 *gpa, u32 *access)
{
	const struct el2_regs *regs = &a->ctx.guest;
	unsigned int step, shift;
	struct regime r;
	u64 table, desc, flags = 0;
	int ret;

	arm64_bring_home(a);
	*gpa = gva;
	*access = AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WRITE | AXVCPU_ACCESS_EXEC;
	if (!(regs->sctlr & SCTLR_M))
		return 0;
	regime_of(regs, gva, &r);
	if (!in_regime(&r, gva))
		return -EFAULT;
	gva &= GENMASK_ULL(r.bits - 1, 0);
	step = r.shift - 3;
	shift = r.shift + (r.bits - r.shift - 1) / step * step;
	table = r.ttbr & GENMASK_ULL(47, 1);
	for (;;) {
		ret = axvcpu_memory_read(a->vcpu->vm, table + (gva >> shift) * 8, &desc,
					 sizeof(desc));
		if (ret)
			return ret;
		gva &= GENMASK_ULL(shift - 1, 0);
		if (!(desc & DESC_VALID))
			return -EFAULT;
		if (shift == r.shift || !(desc & DESC_TABLE))
			break;
		flags |= desc;
		table = desc & GENMASK_ULL(47, r.shift);
		shift -= step;
	}
	if (shift == r.shift && !(desc & DESC_TABLE))
		return -EFAULT;
	*gpa = (desc & GENMASK_ULL(47, shift)) | gva;
	if (desc & DESC_AP_RO || flags & TABLE_RO)
		*access &= ~AXVCPU_ACCESS_WRITE;
	if ((desc & DESC_PXN || flags & TABLE_PXN) && (desc & DESC_UXN || flags & TABLE_UXN))
		*access &= ~AXVCPU_ACCESS_EXEC;
	return 0;
}

/**
 * arm64_translate() - ops->translate
 * @vcpu: claimed by the caller
 * @tr: the address; takes the answer
 *
 * Context: may sleep.
 * Return: 0, -EFAULT if the tables do not allow it, -EINVAL, -EIO if they are
 * not in memory.
 */
int arm64_translate(struct axvcpu_vcpu *vcpu, struct axvcpu_translate *tr)
{
	u32 allowed;
	u64 gpa;
	int ret;

	if (tr->access & ~(AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WRITE | AXVCPU_ACCESS_EXEC))
		return -EINVAL;
	ret = walk(to_arm64(vcpu), tr->gva, &gpa, &allowed);
	if (ret)
		return ret == -EFAULT ? ret : -EIO;
	if (tr->access & ~allowed)
		return -EFAULT;
	tr->access = allowed;
	tr->gpa = gpa;
	return 0;
}

/**
 * arm64_fetch_insn() - the current instruction into @a->insn, if it can be read
 * @a: the vCPU, in RUN
 *
 * Context: may sleep.
 */
void arm64_fetch_insn(struct arm64_vcpu *a)
{
	u32 access;
	u64 gpa;

	if (walk(a, a->ctx.guest.pc, &gpa, &access) ||
	    axvcpu_memory_read(a->vcpu->vm, gpa, &a->insn, sizeof(a->insn)))
		return;
	a->known |= AXVCPU_RAW_INSN_BYTES | AXVCPU_RAW_INSN_LEN;
}
