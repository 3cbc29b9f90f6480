// SPDX-License-Identifier: GPL-2.0-only
/* The guest's own tables, and the instruction behind them. */
#include <linux/errno.h>

#include "arm64.h"
#include "idreg.h"
#include "paging.h"
#include "run.h"
#include "walk.h"

#define ID_AA64MMFR0	AXVCPU_ARM64_SYSREG(3, 0, 0, 7, 0)
#define ID_AA64MMFR2	AXVCPU_ARM64_SYSREG(3, 0, 0, 7, 2)

static int read_desc(void *ctx, u64 gpa, u64 *desc)
{
	return axvcpu_memory_read(ctx, gpa, desc, sizeof(*desc));
}

/* 0; -EFAULT: not mapped; else the errors of axvcpu_memory_read(). */
static int walk(struct arm64_vcpu *a, u64 gva, struct arm64_mapping *map)
{
	const struct el2_regs *regs = &a->ctx.guest;
	struct arm64_walk walk;

	arm64_bring_home(a);
	walk = (struct arm64_walk) {
		.sctlr = regs->sctlr,
		.tcr = regs->tcr,
		.ttbr = { regs->ttbr0, regs->ttbr1 },
		.mmfr0 = arm64_id_read(a, ID_AA64MMFR0),
		.mmfr2 = arm64_id_read(a, ID_AA64MMFR2),
		.read = read_desc,
		.ctx = a->vcpu->vm,
	};
	return arm64_walk(&walk, gva, map);
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
	struct arm64_mapping map;
	int ret;

	if (tr->access & ~(AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WRITE | AXVCPU_ACCESS_EXEC))
		return -EINVAL;
	ret = walk(to_arm64(vcpu), tr->gva, &map);
	if (ret)
		return ret == -EFAULT ? ret : -EIO;
	if (tr->access & ~map.access)
		return -EFAULT;
	tr->access = map.access;
	tr->gpa = map.gpa;
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
	struct arm64_mapping map;

	if (walk(a, a->ctx.guest.pc, &map) ||
	    axvcpu_memory_read(a->vcpu->vm, map.gpa, &a->insn, sizeof(a->insn)))
		return;
	a->known |= AXVCPU_RAW_INSN_BYTES | AXVCPU_RAW_INSN_LEN;
}
