// SPDX-License-Identifier: GPL-2.0-only
/* The vendor part that the x86 suites use: it remembers, and nothing else. */
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include "../../arch/x86/common.h"
#include "../../arch/x86/state.h"
#include "../../arch/x86/vmx/check.h"
#include "../../arch/x86/vmx/decode.h"
#include "../../arch/x86/vmx/vmcs.h"
#include "../../core/core.h"
#include "fixture.h"

static struct x86_fixture *from_x86(struct x86_vcpu *x)
{
	return container_of(x, struct x86_fixture, x);
}

static void get_segments(struct x86_vcpu *x, struct axvcpu_x86_segments *segs)
{
	*segs = from_x86(x)->segs;
}

static void set_segments(struct x86_vcpu *x, const struct axvcpu_x86_segments *segs)
{
	from_x86(x)->segs = *segs;
}

static void get_control(struct x86_vcpu *x, struct axvcpu_x86_control *ctl)
{
	*ctl = from_x86(x)->ctl;
}

static void set_control(struct x86_vcpu *x, const struct axvcpu_x86_control *ctl)
{
	from_x86(x)->ctl = *ctl;
}

static void get_dr6_dr7(struct x86_vcpu *x, u64 *dr6, u64 *dr7)
{
	*dr6 = from_x86(x)->dr6;
	*dr7 = from_x86(x)->dr7;
}

static void set_dr6_dr7(struct x86_vcpu *x, u64 dr6, u64 dr7)
{
	from_x86(x)->dr6 = dr6;
	from_x86(x)->dr7 = dr7;
}

static struct axvcpu_x86_msr *msr(struct x86_fixture *f, u32 index)
{
	unsigned int i;

	for (i = 0; i < f->nr_msr; i++)
		if (f->msr[i].index == index)
			return &f->msr[i];
	if (f->nr_msr == X86_FIXTURE_MSRS)
		return NULL;
	f->msr[f->nr_msr].index = index;
	return &f->msr[f->nr_msr++];
}

static bool get_msr(struct x86_vcpu *x, u32 index, u64 *value)
{
	struct axvcpu_x86_msr *m = msr(from_x86(x), index);

	if (m)
		*value = m->value;
	return m;
}

static bool set_msr(struct x86_vcpu *x, u32 index, u64 value)
{
	struct axvcpu_x86_msr *m = msr(from_x86(x), index);

	if (m)
		m->value = value;
	return m;
}

static unsigned int cpl(struct x86_vcpu *x)
{
	return 0;
}

static unsigned int code_bits(struct x86_vcpu *x)
{
	return from_x86(x)->code_bits;
}

static void get_context(struct x86_vcpu *x, struct x86_context *context)
{
	const struct x86_fixture *f = from_x86(x);

	*context = (struct x86_context) {
		.cr0 = f->ctl.cr0, .cr3 = f->ctl.cr3, .cr4 = f->ctl.cr4, .efer = f->ctl.efer,
		.cs_base = f->code_bits == 64 ? 0 : f->segs.cs.base,
		.code_bits = f->code_bits,
	};
}

static void update(struct x86_vcpu *x)
{
}

static u32 fill_raw(struct x86_vcpu *x, struct axvcpu_raw *raw)
{
	return 0;
}

static const struct x86_vendor vendor = {
	.get_segments = get_segments,
	.set_segments = set_segments,
	.get_control = get_control,
	.set_control = set_control,
	.get_dr6_dr7 = get_dr6_dr7,
	.set_dr6_dr7 = set_dr6_dr7,
	.get_msr = get_msr,
	.set_msr = set_msr,
	.cpl = cpl,
	.code_bits = code_bits,
	.get_context = get_context,
	.update = update,
	.fill_raw = fill_raw,
};

int x86_fixture_init(struct kunit *test)
{
	struct x86_fixture *f;
	int ret;

	f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	if (!f)
		return -ENOMEM;
	f->vcpu.run = kunit_kzalloc(test, sizeof(*f->vcpu.run), GFP_KERNEL);
	if (!f->vcpu.run)
		return -ENOMEM;
	f->vcpu.vm = &f->vm;
	f->vcpu.arch = &f->x;
	f->vcpu.fixed.id = 5;
	f->vcpu.fixed.node = NUMA_NO_NODE;
	axvcpu_event_init(&f->vcpu);
	ret = x86_common_init();
	if (ret)
		return ret;
	ret = x86_vcpu_init(&f->x, &f->vcpu, &vendor);
	if (ret)
		return ret;
	f->code_bits = 64;
	x86_vcpu_reset(&f->x);
	f->x.gpr = f->x.regs.gpr;
	test->priv = f;
	return 0;
}

void x86_fixture_exit(struct kunit *test)
{
	if (test->priv)
		x86_vcpu_fini(&x86_fixture(test)->x);
}

const struct axvcpu_state_group *x86_fixture_group(struct kunit *test, u32 id)
{
	const struct axvcpu_state_group *group;

	for (group = x86_state_groups; group->id; group++)
		if (group->id == id)
			break;
	KUNIT_ASSERT_EQ(test, group->id, id);
	return group;
}
