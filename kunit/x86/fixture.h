/* SPDX-License-Identifier: GPL-2.0-only */
/* A vCPU whose control structure is plain memory, for the shared x86 code. */
#ifndef AXVCPU_X86_FIXTURE_H
#define AXVCPU_X86_FIXTURE_H

#include <kunit/test.h>

#include "../../arch/x86/vmx/check.h"
#include "../../arch/x86/vmx/decode.h"
#include "../../arch/x86/x86.h"

#define X86_FIXTURE_MSRS	16

/**
 * struct x86_fixture - test->priv; the members are what the vendor part keeps
 * @x: the shared part
 * @vcpu: the core's object; only what arch/x86 looks at is there
 * @vm: its VM, without memory
 * @segs: segments
 * @ctl: control registers
 * @dr6: debug register
 * @dr7: debug register
 * @msr: MSRs that were set, in the order of their first use
 * @nr_msr: how many
 * @code_bits: 16, 32, 64
 */
struct x86_fixture {
	struct x86_vcpu x;
	struct axvcpu_vcpu vcpu;
	struct axvcpu_vm vm;
	struct axvcpu_x86_segments segs;
	struct axvcpu_x86_control ctl;
	u64 dr6, dr7;
	struct axvcpu_x86_msr msr[X86_FIXTURE_MSRS];
	unsigned int nr_msr;
	unsigned int code_bits;
};

static inline struct x86_fixture *x86_fixture(struct kunit *test)
{
	return test->priv;
}

/* .init and .exit: a vCPU after x86_vcpu_reset(), in 64-bit mode. */
int x86_fixture_init(struct kunit *test);
void x86_fixture_exit(struct kunit *test);

/* The state group @id; asserts. */
const struct axvcpu_state_group *x86_fixture_group(struct kunit *test, u32 id);

#endif /* AXVCPU_X86_FIXTURE_H */
