/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_INSN_PAGING_H
#define AXVCPU_X86_INSN_PAGING_H

#include "../x86.h"

/* the guest's own page tables; may sleep */
struct x86_page_fault {
	u64 address;
	u32 error;	/* architectural #PF error code */
};

/* 0; X86_WALK_*: the guest's fault, see walk.h; errors: tables not in memory */
int x86_translate_gva(struct x86_vcpu *x, u64 gva, u32 access, unsigned int cpl,
		      u64 *gpa, struct x86_page_fault *pf);
int x86_translate(struct axvcpu_vcpu *vcpu, struct axvcpu_translate *tr);

/* bytes at CS:RIP into x->insn, as many as can be read, up to 15 */
int x86_fetch_insn(struct x86_vcpu *x);
/* the same without sleeping: all of them, or at least all of the instruction? */
bool x86_peek_insn(struct x86_vcpu *x);

#endif /* AXVCPU_X86_INSN_PAGING_H */
