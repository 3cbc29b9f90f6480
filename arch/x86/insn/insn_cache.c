// SPDX-License-Identifier: GPL-2.0-only
/*
 * The instruction that exits is often the one that exited last. To find its bytes the
 * guest's page tables are walked; what the walk read is kept, with the place, and as
 * long as the very same is still there the walk would come to the same: then the bytes
 * are compared, and no more.
 */
#include <linux/bits.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "../x86.h"
#include "insn_cache.h"

/* The processor sets these by itself: SDM vol. 3, 4.8. */
#define ENTRY_ACCESSED	BIT_ULL(5)
#define ENTRY_DIRTY	BIT_ULL(6)

/* Would the walk begin as it did? */
static bool same_start(struct x86_vcpu *x, const struct x86_context *context)
{
	const struct x86_insn_cache *c = &x->cache;

	return c->len && c->rip == x->regs.rip && c->context.cr3 == context->cr3 &&
	       c->context.cr0 == context->cr0 && c->context.cr4 == context->cr4 &&
	       c->context.efer == context->efer && c->context.cs_base == context->cs_base &&
	       c->context.cpl == context->cpl && c->context.code_bits == context->code_bits &&
	       c->unmapped == READ_ONCE(x->vcpu->vm->mem.unmapped);
}

/*
 * Is at all the user addresses what was there, but for accessed and dirty bits? They are
 * addresses of the VM's regions, and so of user memory.
 */
static bool same_memory(const struct x86_insn_cache *c)
{
	const unsigned long *at = c->entry_at;
	const u64 *entry = c->entry;
	u64 now;

	if (!user_read_access_begin((const void __user *)c->at, sizeof(u64)))
		return false;
	for (; entry < c->entry + c->nr_entries; entry++, at++) {
		unsafe_get_user(now, (const u64 __user *)*at, changed);
		if ((now ^ *entry) & ~(ENTRY_ACCESSED | ENTRY_DIRTY))
			goto changed;
	}
	unsafe_get_user(now, (const u64 __user *)c->at, changed);
	if ((now ^ c->bytes) & c->mask)
		goto changed;
	user_read_access_end();
	return true;

changed:
	user_read_access_end();
	return false;
}

/**
 * x86_insn_recall() - is the instruction at CS:RIP the one that was read last?
 * @x: the vCPU, in RUN
 * @context: how to find out
 *
 * Return: true with its bytes, and no more, in @x->insn.
 */
bool x86_insn_recall(struct x86_vcpu *x, const struct x86_context *context)
{
	const struct x86_insn_cache *c = &x->cache;
	bool same;

	if (!same_start(x, context))
		return false;
	pagefault_disable();
	same = same_memory(c);
	pagefault_enable();
	if (!same)
		return false;
	memcpy(x->insn.bytes, &c->bytes, sizeof(c->bytes));
	x->insn.count = c->len;
	x->insn.same = true;
	return true;
}

/**
 * x86_insn_begin() - a walk begins
 * @x: the vCPU, in RUN, with the regions of its memory locked
 * @context: where it begins
 */
void x86_insn_begin(struct x86_vcpu *x, const struct x86_context *context)
{
	x->cache = (struct x86_insn_cache) {
		.unmapped = x->vcpu->vm->mem.unmapped,
		.rip = x->regs.rip,
		.context = *context,
	};
}

/**
 * x86_insn_entry() - the walk has read an entry of a table
 * @x: the vCPU
 * @at: its user address
 * @entry: the entry
 */
void x86_insn_entry(struct x86_vcpu *x, unsigned long at, u64 entry)
{
	struct x86_insn_cache *c = &x->cache;

	if (c->nr_entries == X86_INSN_ENTRIES) {
		c->overflow = true;
		return;
	}
	c->entry_at[c->nr_entries] = at;
	c->entry[c->nr_entries++] = entry;
}

/**
 * x86_insn_bytes() - something else was read: the instruction's bytes
 * @x: the vCPU
 * @at: their user address
 *
 * Or an entry of 32-bit tables, which is not kept.
 */
void x86_insn_bytes(struct x86_vcpu *x, unsigned long at)
{
	struct x86_insn_cache *c = &x->cache;

	c->overflow |= c->at != 0;
	c->at = at;
}

/**
 * x86_insn_learn() - the bytes were an instruction
 * @x: the vCPU
 * @len: its length
 * @what: who knows what it is
 *
 * One that is longer than a word, or might reach into the next page, is read anew each
 * time.
 *
 * Return: is it kept?
 */
bool x86_insn_learn(struct x86_vcpu *x, unsigned int len, u32 what)
{
	struct x86_insn_cache *c = &x->cache;

	if (c->len || c->overflow || !c->at || len > sizeof(c->bytes))
		return false;
	if (((c->context.cs_base + c->rip) & (SZ_4K - 1)) > SZ_4K - X86_INSN_MAX)
		return false;
	memcpy(&c->bytes, x->insn.bytes, sizeof(c->bytes));
	c->mask = GENMASK_ULL(8 * len - 1, 0);
	c->len = len;
	c->what = what;
	return true;
}
