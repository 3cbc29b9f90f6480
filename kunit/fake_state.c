// SPDX-License-Identifier: GPL-2.0-only
/* The fake backend's registers, settings and state group. */
#include "../core/core.h"
#include "fake_parts.h"

int fake_set_gpr(struct axvcpu_vcpu *vcpu, unsigned int reg, u64 value)
{
	int error = fake_note(FAKE_SET_GPR);

	fake_sleepable(vcpu);
	if (error)
		return error;
	if (reg >= FAKE_NR_GPRS)
		return -EINVAL;
	vcpu->run->regs[reg] = value;
	return 0;
}

void fake_set_return_value(struct axvcpu_vcpu *vcpu, u64 value)
{
	fake_note(FAKE_SET_RETURN_VALUE);
	fake_sleepable(vcpu);
	vcpu->run->regs[0] = value;
}

void fake_get_events(struct axvcpu_vcpu *vcpu, struct axvcpu_state_events *events)
{
	fake_sleepable(vcpu);
	events->nmi_blocked = fake_of(vcpu)->nmi_blocked;
	events->irq_shadow = !fake_of(vcpu)->open;
}

void fake_set_events(struct axvcpu_vcpu *vcpu, const struct axvcpu_state_events *events)
{
	fake_sleepable(vcpu);
	fake_of(vcpu)->nmi_blocked = events->nmi_blocked;
	fake_of(vcpu)->open = !events->irq_shadow;
}

void fake_set_pc(struct axvcpu_vcpu *vcpu, u64 pc)
{
	fake_note(FAKE_SET_PC);
	fake_sleepable(vcpu);
	vcpu->run->regs[FAKE_REG_PC] = pc;
}

int fake_set_debug(struct axvcpu_vcpu *vcpu, const struct axvcpu_debug *debug)
{
	int error = fake_note(FAKE_SET_DEBUG);

	fake_sleepable(vcpu);
	if (error)
		return error;
	return debug->flags & ~(AXVCPU_DEBUG_STEP | AXVCPU_DEBUG_SW_BREAK) ? -EINVAL : 0;
}

int fake_walk(struct axvcpu_vcpu *vcpu, struct axvcpu_translate *tr)
{
	int error = fake_note(FAKE_TRANSLATE);

	fake_sleepable(vcpu);
	if (error)
		return error;
	if (tr->gva >= FAKE_ENTRY_MAX)
		return -EFAULT;
	tr->gpa = tr->gva;
	return 0;
}

/* One state group: two words, of which the first cannot be all ones. */

static u32 fake_group_size(struct axvcpu_vcpu *vcpu)
{
	fake_claimed(vcpu);
	return sizeof(struct fake_group);
}

static void fake_group_get(struct axvcpu_vcpu *vcpu, void *data)
{
	struct fake_group *group = data;

	fake_sleepable(vcpu);
	group->root = fake_of(vcpu)->root;
	group->result = fake_of(vcpu)->result;
}

static int fake_group_check(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	const struct fake_group *group = data;

	fake_sleepable(vcpu);
	return len == sizeof(*group) && group->root != ~0ULL ? 0 : -EINVAL;
}

static void fake_group_set(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	const struct fake_group *group = data;

	fake_sleepable(vcpu);
	fake_of(vcpu)->result = group->result;
}

const struct axvcpu_state_group fake_groups[] = {
	{
		.id = FAKE_GROUP,
		.size = fake_group_size,
		.get = fake_group_get,
		.check = fake_group_check,
		.set = fake_group_set,
	},
	{}
};
