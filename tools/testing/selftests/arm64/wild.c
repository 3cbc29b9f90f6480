// SPDX-License-Identifier: GPL-2.0-only
/* Wild values on arm64: states to start from, members of the groups. */

#include "../wild.h"

#define SYS_CNTV_CTL	AXVCPU_ARM64_SYSREG(3, 3, 14, 3, 1)
#define CPACR_FP	(3UL << 20)

#define VMCR_VALUE	0xf8000002UL	/* ICH_VMCR_EL2: no priority masked, group 1 on */

DECLARE_GUEST(wild, MODE_KERNEL);
static const struct guest wild_bare = { guest_wild_start, guest_wild_end, MODE_BARE };

static void set(struct machine *m, uint32_t id, uint64_t value)
{
	if (set_sysreg(m, AXVCPU_ARM64_GROUP_SYSREGS, id, value))
		tap_bail("SET_STATE of system register %#x", id);
}

/* A timer that has fired, and interrupts that the guest does not take: list registers. */
static void all_in_use(struct machine *m)
{
	struct axvcpu_arm64_gic gic = {
		.vmcr = VMCR_VALUE, .active = { 40, ~0U, ~0U, ~0U }, .ap1r = 1U << 4,
	};

	set(m, SYS_CNTV_CTL, 1);
	if (vcpu_set_group(m->vcpu, AXVCPU_ARM64_GROUP_GIC, &gic, sizeof(gic)))
		tap_bail("SET_STATE of the CPU interface");
	if (vcpu_inject(m->vcpu, AXVCPU_INJECT_IRQ, 50))
		tap_bail("INJECT");
}

static void vectors_on(struct machine *m)
{
	set(m, SYS_CPACR, CPACR_FP);
}

const uint8_t wild_fill;		/* UDF */

const struct wild_base wild_bases[] = {
	{ "MMU on, all in use", &guest_wild, all_in_use },
	{ "MMU off", &wild_bare, vectors_on },
	{ }
};

const struct wild_layout wild_layouts[] = {
	{ AXVCPU_GROUP_EVENTS, "8888448811114" },
	{ AXVCPU_ARM64_GROUP_SYSREGS, "448" },
	{ AXVCPU_ARM64_GROUP_ID_REGS, "448" },
	{ AXVCPU_ARM64_GROUP_FPSIMD, "4" },
	{ AXVCPU_ARM64_GROUP_GIC, "8884444" },
	{ }
};

bool wild_spared(uint32_t group, uint32_t offset)
{
	(void)group;
	(void)offset;
	return false;
}
