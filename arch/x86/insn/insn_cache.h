/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_INSN_INSN_CACHE_H
#define AXVCPU_X86_INSN_INSN_CACHE_H

#include "../x86.h"

bool x86_insn_recall(struct x86_vcpu *x, const struct x86_context *context);
void x86_insn_begin(struct x86_vcpu *x, const struct x86_context *context);
void x86_insn_entry(struct x86_vcpu *x, unsigned long at, u64 entry);
void x86_insn_bytes(struct x86_vcpu *x, unsigned long at);
/* what x86_peek_insn() found is an instruction of @len bytes; false if it is not kept */
bool x86_insn_learn(struct x86_vcpu *x, unsigned int len, u32 what);

/* is it what @what learned? Then its length is in the cache, and what else it kept */
static inline bool x86_insn_known(const struct x86_vcpu *x, u32 what)
{
	return x->insn.same && x->cache.what == what;
}

#endif /* AXVCPU_X86_INSN_INSN_CACHE_H */
