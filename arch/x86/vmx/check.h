/* SPDX-License-Identifier: GPL-2.0-only */
/* What the rules of vmx_check() stand on. */
#ifndef AXVCPU_X86_VMX_CHECK_H
#define AXVCPU_X86_VMX_CHECK_H

#include <linux/bits.h>
#include <linux/bitops.h>
#include <asm/processor-flags.h>

#include "decode.h"
#include "vmx.h"

/**
 * struct vmx_limits - what vmx_check() must know about the processor
 * @caps: its VMX
 * @pa_bits: width of a physical address
 * @la_bits: width of a linear address
 * @efer: bits that IA32_EFER has
 */
struct vmx_limits {
	const struct vmx_caps *caps;
	unsigned int pa_bits;
	unsigned int la_bits;
	u64 efer;
};

const char *vmx_check(const struct vmx_guest *guest, const struct vmx_control *ctl,
		      const struct vmx_limits *limits);
void vmx_limits_get(struct vmx_limits *limits);

/*
 * vmx_entry.S. 0 after an exit; 1: VMfailValid, 2: VMfailInvalid or VMX is off,
 * and nothing was run.
 */
int vmx_world_switch(u64 *to, u32 flags, u64 *host_rsp, const u64 *from);
/* what HOST_RIP is */
extern const char vmx_exit_point[];

#define CHECK_SHADOW	(GUEST_INTR_STATE_STI | GUEST_INTR_STATE_MOV_SS)

/**
 * struct vmx_check - what is looked at
 * @g: guest state
 * @ctl: control fields
 * @limits: of the processor
 */
struct vmx_check {
	const struct vmx_guest *g;
	const struct vmx_control *ctl;
	const struct vmx_limits *limits;
};

/**
 * struct vmx_rule - a rule of the manual
 * @broken: is it?
 * @rule: in words, with its section
 */
struct vmx_rule {
	bool (*broken)(const struct vmx_check *c);
	const char *rule;
};

/* They end with an empty one. */
extern const struct vmx_rule vmx_segment_rules[];	/* vmx_check_segment.c */
extern const struct vmx_rule vmx_control_rules[];	/* vmx_check_control.c */

/* Segments by number, in the order of struct axvcpu_x86_segments. */
enum { ES, CS, SS, DS, FS, GS, LDTR, TR };

static inline const struct axvcpu_x86_segment *check_seg(const struct vmx_check *c, unsigned int i)
{
	return &c->g->segs.es + i;
}

static inline bool check_usable(const struct vmx_check *c, unsigned int i)
{
	return !(check_seg(c, i)->attr & AXVCPU_X86_SEG_UNUSABLE);
}

static inline u32 check_type(const struct vmx_check *c, unsigned int i)
{
	return check_seg(c, i)->attr & AXVCPU_X86_SEG_TYPE;
}

static inline u32 check_dpl(const struct vmx_check *c, unsigned int i)
{
	return (check_seg(c, i)->attr & AXVCPU_X86_SEG_DPL) >> 5;
}

static inline bool check_v86(const struct vmx_check *c)
{
	return c->g->rflags & X86_EFLAGS_VM;
}

static inline bool check_long_mode(const struct vmx_check *c)
{
	return c->ctl->entry & VM_ENTRY_IA32E_MODE;
}

static inline bool check_protected_mode(const struct vmx_check *c)
{
	return c->g->cr0 & X86_CR0_PE;
}

static inline bool check_paging(const struct vmx_check *c)
{
	return c->g->cr0 & X86_CR0_PG;
}

static inline bool check_canonical(const struct vmx_check *c, u64 address)
{
	return (u64)sign_extend64(address, c->limits->la_bits - 1) == address;
}

static inline bool check_event_is(const struct vmx_check *c, u32 kind)
{
	return (c->ctl->event & INTR_INFO_VALID_MASK) &&
	       (c->ctl->event & INTR_INFO_INTR_TYPE_MASK) == kind;
}

#endif /* AXVCPU_X86_VMX_CHECK_H */
