// SPDX-License-Identifier: GPL-2.0-only
/* The guest's own page tables, and the instruction bytes behind them. */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/sizes.h>

#include <asm/processor-flags.h>
#include <asm/processor.h>
#include <asm/trap_pf.h>

#include "../x86.h"
#include "insn_cache.h"
#include "paging.h"
#include "walk.h"

static int read_memory(void *ctx, u64 gpa, void *to, size_t len)
{
	return axvcpu_memory_read(ctx, gpa, to, len);
}

/* Reading without sleeping; what tables say on the way is worth keeping. */
struct peek {
	struct axvcpu_peek core;
	struct x86_vcpu *x;
};

static int peek_memory(void *ctx, u64 gpa, void *to, size_t len)
{
	struct peek *peek = ctx;
	int ret = axvcpu_peek(&peek->core, gpa, to, len);

	if (ret)
		return ret;
	if (len == sizeof(u64))
		x86_insn_entry(peek->x, peek->core.at, *(u64 *)to);
	else
		x86_insn_bytes(peek->x, peek->core.at);
	return 0;
}

static void walk_begin(struct x86_vcpu *x, const struct x86_context *context,
		       struct x86_walk *walk)
{
	*walk = (struct x86_walk) {
		.cr0 = context->cr0,
		.cr3 = context->cr3,
		.cr4 = context->cr4,
		.efer = context->efer,
		.phys_bits = boot_cpu_data.x86_phys_bits,
		.read = read_memory,
		.ctx = x->vcpu->vm,
	};
}

static void walk_init(struct x86_vcpu *x, struct x86_walk *walk)
{
	struct x86_context context;

	x->vendor->get_context(x, &context);
	walk_begin(x, &context, walk);
}

/**
 * x86_translate_gva() - translate a linear address for an access of the guest
 * @x: the vCPU, in RUN
 * @gva: linear address
 * @access: AXVCPU_ACCESS_READ, WRITE or EXEC
 * @cpl: privilege level
 * @gpa: takes the guest physical address; with an error, that of the table
 * @pf: takes the page fault
 *
 * Context: may sleep.
 * Return: 0; X86_WALK_UNMAPPED with @pf filled in; X86_WALK_NONCANONICAL;
 * -ENOENT, -EACCES or -EFAULT if the tables are not in memory.
 */
int x86_translate_gva(struct x86_vcpu *x, u64 gva, u32 access, unsigned int cpl,
		      u64 *gpa, struct x86_page_fault *pf)
{
	struct x86_mapping map;
	struct x86_walk walk;
	int ret;

	walk_init(x, &walk);
	pf->address = gva;
	ret = x86_walk(&walk, gva, &map, &pf->error);
	if (!ret && !x86_walk_permits(&walk, &map, access, cpl,
				      x->regs.rflags & X86_EFLAGS_AC)) {
		pf->error = X86_PF_PROT;
		ret = X86_WALK_UNMAPPED;
	}
	pf->error |= x86_walk_error(&walk, access, cpl);
	*gpa = map.gpa;
	return ret;
}

/**
 * x86_translate() - ops->translate
 * @vcpu: claimed by the caller
 * @tr: the address; takes the answer
 *
 * What the tables say, whatever the privilege level: reads are allowed where
 * there is a mapping, the rest if no level forbids it.
 *
 * Context: may sleep.
 * Return: 0, -EFAULT if they do not allow it, -EINVAL, -EIO if they are not in
 * memory.
 */
int x86_translate(struct axvcpu_vcpu *vcpu, struct axvcpu_translate *tr)
{
	u32 allowed = AXVCPU_ACCESS_READ;
	struct x86_mapping map;
	struct x86_walk walk;
	u32 error;
	int ret;

	if (tr->access & ~(AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WRITE | AXVCPU_ACCESS_EXEC))
		return -EINVAL;
	walk_init(to_x86(vcpu), &walk);
	ret = x86_walk(&walk, tr->gva, &map, &error);
	if (ret)
		return ret < 0 ? -EIO : -EFAULT;

	if (map.writable)
		allowed |= AXVCPU_ACCESS_WRITE;
	if (map.exec)
		allowed |= AXVCPU_ACCESS_EXEC;
	if (tr->access & ~allowed)
		return -EFAULT;
	tr->access = allowed;
	tr->gpa = map.gpa;
	return 0;
}

/* Linear address of the instruction. */
static u64 insn_address(const struct x86_vcpu *x, const struct x86_context *context)
{
	if (context->code_bits == 64)
		return x->regs.rip;
	return (u32)(context->cs_base + x->regs.rip);
}

/*
 * As many bytes as @walk can read, up to 15: what lies on a second page may not be there,
 * and the instruction may not need it.
 */
static int fetch_insn(struct x86_vcpu *x, const struct x86_context *context,
		      const struct x86_walk *walk)
{
	u64 gva = insn_address(x, context);
	struct x86_mapping map;
	unsigned int done, len;
	u32 error;

	for (done = 0; done < X86_INSN_MAX; done += len) {
		len = min_t(u64, X86_INSN_MAX - done, SZ_4K - ((gva + done) & (SZ_4K - 1)));
		if (x86_walk(walk, gva + done, &map, &error) ||
		    !x86_walk_permits(walk, &map, AXVCPU_ACCESS_EXEC, context->cpl, false) ||
		    walk->read(walk->ctx, map.gpa, x->insn.bytes + done, len))
			break;
	}
	x->insn.count = done;
	return done;
}

/**
 * x86_fetch_insn() - bytes of the current instruction into x->insn
 * @x: the vCPU, in RUN
 *
 * Context: may sleep.
 * Return: how many.
 */
int x86_fetch_insn(struct x86_vcpu *x)
{
	struct x86_context context;
	struct x86_walk walk;

	x->vendor->get_context(x, &context);
	walk_begin(x, &context, &walk);
	return fetch_insn(x, &context, &walk);
}

/* x86_peek_insn() of an instruction that is not the one before. */
static noinline bool peek_anew(struct x86_vcpu *x, const struct x86_context *context)
{
	struct peek peek = { .x = x };
	struct x86_walk walk;
	int count;

	if (!axvcpu_peek_begin(&peek.core, x->vcpu->vm))
		return false;
	x86_insn_begin(x, context);
	walk_begin(x, context, &walk);
	walk.read = peek_memory;
	walk.ctx = &peek;
	count = fetch_insn(x, context, &walk);
	axvcpu_peek_end(&peek.core);
	return count == X86_INSN_MAX;
}

/**
 * x86_peek_insn() - the same, without sleeping
 * @x: the vCPU, in RUN
 *
 * Return: true if what was read is all that there is to be read, or all of the
 * instruction; false if it takes x86_fetch_insn().
 */
bool x86_peek_insn(struct x86_vcpu *x)
{
	struct x86_context context __uninitialized;	/* get_context() fills in all */

	x->vendor->get_context(x, &context);
	return x86_insn_recall(x, &context) || peek_anew(x, &context);
}
