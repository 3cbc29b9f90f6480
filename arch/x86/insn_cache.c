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

#include "walk.h"
#include "x86.h"

/* The processor sets these by itself: SDM vol. 3, 4.8. */
#define ENTRY_ACCESSED	BIT_ULL(5)
#define ENTRY_DIRTY	BIT_ULL(6)

static u64 cs_base(struct x86_vcpu *x, unsigned int code_bits)
{
	return code_bits == 64 ? 0 : x->vendor->cs_base(x);
}

/* Would the walk begin as it did? */
static bool same_start(struct x86_vcpu *x, const struct x86_walk *walk)
{
	const struct x86_insn_cache *c = &x->cache;
	unsigned int code_bits = x->vendor->code_bits(x);

	return c->len && c->rip == x->regs.rip && c->cr3 == walk->cr3 &&
	       c->cr0 == walk->cr0 && c->cr4 == walk->cr4 && c->efer == walk->efer &&
	       c->code_bits == code_bits && c->cpl == x->vendor->cpl(x) &&
	       c->cs_base == cs_base(x, code_bits) &&
	       c->unmapped == READ_ONCE(x->vcpu->vm->mem.unmapped);
}

/* Is the word at a user address what it was, but for the bits of @ignore? */
static bool same_word(unsigned long at, u64 word, u64 ignore)
{
	u64 now;

	return !__get_user(now, (const u64 __user *)at) && !((now ^ word) & ~ignore);
}

static bool same_memory(const struct x86_insn_cache *c)
{
	unsigned int i;

	for (i = 0; i < c->nr_entries; i++)
		if (!same_word(c->entry_at[i], c->entry[i], ENTRY_ACCESSED | ENTRY_DIRTY))
			return false;
	return same_word(c->at, c->bytes, ~GENMASK_ULL(8 * c->len - 1, 0));
}

/**
 * x86_insn_recall() - is the instruction at CS:RIP the one that was read last?
 * @x: the vCPU, in RUN
 * @walk: the walk that would find out
 *
 * Return: true with its bytes, and no more, in @x->insn.
 */
bool x86_insn_recall(struct x86_vcpu *x, const struct x86_walk *walk)
{
	const struct x86_insn_cache *c = &x->cache;
	bool same;

	if (!same_start(x, walk))
		return false;
	pagefault_disable();
	same = same_memory(c);
	pagefault_enable();
	if (!same)
		return false;
	memcpy(x->insn.bytes, &c->bytes, sizeof(c->bytes));
	x->insn.count = c->len;
	return true;
}

/**
 * x86_insn_begin() - a walk begins
 * @x: the vCPU, in RUN, with the regions of its memory locked
 * @walk: the walk
 */
void x86_insn_begin(struct x86_vcpu *x, const struct x86_walk *walk)
{
	unsigned int code_bits = x->vendor->code_bits(x);

	x->cache = (struct x86_insn_cache) {
		.cpl = x->vendor->cpl(x),
		.code_bits = code_bits,
		.unmapped = x->vcpu->vm->mem.unmapped,
		.rip = x->regs.rip,
		.cs_base = cs_base(x, code_bits),
		.cr0 = walk->cr0,
		.cr3 = walk->cr3,
		.cr4 = walk->cr4,
		.efer = walk->efer,
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
 *
 * One that is longer than a word, or might reach into the next page, is read anew each
 * time.
 */
void x86_insn_learn(struct x86_vcpu *x, unsigned int len)
{
	struct x86_insn_cache *c = &x->cache;

	if (c->len || c->overflow || !c->at || len > sizeof(c->bytes))
		return;
	if (((c->cs_base + c->rip) & (SZ_4K - 1)) > SZ_4K - X86_INSN_MAX)
		return;
	memcpy(&c->bytes, x->insn.bytes, sizeof(c->bytes));
	c->len = len;
}
