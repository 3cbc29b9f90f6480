// SPDX-License-Identifier: GPL-2.0-only
/* The state groups of arm64. */
#include <linux/errno.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include "arm64.h"
#include "gic.h"
#include "idreg.h"
#include "run.h"
#include "state.h"

#define KEPT(op0, op1, crn, crm, op2, member) \
	{ AXVCPU_ARM64_SYSREG(op0, op1, crn, crm, op2), offsetof(struct el2_regs, member) }

/* Registers that the switch keeps, by name. */
static const struct {
	u32 id;
	u32 offset;
} kept[] = {
	KEPT(3, 0, 1, 0, 0, sctlr),
	KEPT(3, 0, 1, 0, 2, cpacr),
	KEPT(3, 0, 2, 0, 0, ttbr0),
	KEPT(3, 0, 2, 0, 1, ttbr1),
	KEPT(3, 0, 2, 0, 2, tcr),
	KEPT(3, 0, 5, 1, 0, afsr0),
	KEPT(3, 0, 5, 1, 1, afsr1),
	KEPT(3, 0, 5, 2, 0, esr),
	KEPT(3, 0, 6, 0, 0, far),
	KEPT(3, 0, 7, 4, 0, par),
	KEPT(3, 0, 10, 2, 0, mair),
	KEPT(3, 0, 10, 3, 0, amair),
	KEPT(3, 0, 12, 0, 0, vbar),
	KEPT(3, 0, 13, 0, 1, contextidr),
	KEPT(3, 0, 13, 0, 4, tpidr_el1),
	KEPT(3, 0, 14, 1, 0, cntkctl),
	KEPT(3, 0, 4, 0, 0, spsr),
	KEPT(3, 0, 4, 0, 1, elr),
	KEPT(3, 2, 0, 0, 0, csselr),
	KEPT(3, 3, 13, 0, 2, tpidr_el0),
	KEPT(3, 3, 13, 0, 3, tpidrro_el0),
	KEPT(3, 3, 14, 3, 1, cntv_ctl),
	KEPT(3, 3, 14, 3, 2, cntv_cval),
	KEPT(2, 0, 0, 2, 2, own_mdscr),
};

/* Bits of CNTV_CTL_EL0 that can be written. */
#define CNTV_CTL_VALID	3ULL
#define CNTV_CTL	AXVCPU_ARM64_SYSREG(3, 3, 14, 3, 1)

/**
 * arm64_kept_sysreg() - where a register is kept
 * @a: the vCPU, not running; what is there is only up to date once it is brought home
 * @id: AXVCPU_ARM64_SYSREG()
 *
 * Return: its place, NULL if it is not kept.
 */
u64 *arm64_kept_sysreg(struct arm64_vcpu *a, u32 id)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kept); i++)
		if (kept[i].id == id)
			return (void *)&a->ctx.guest + kept[i].offset;
	return NULL;
}

static u32 sysregs_size(struct axvcpu_vcpu *vcpu)
{
	return ARRAY_SIZE(kept) * sizeof(struct axvcpu_arm64_sysreg);
}

static void sysregs_get(struct axvcpu_vcpu *vcpu, void *data)
{
	struct axvcpu_arm64_sysreg *list = data;
	unsigned int i;

	arm64_bring_home(to_arm64(vcpu));
	for (i = 0; i < ARRAY_SIZE(kept); i++) {
		list[i] = (struct axvcpu_arm64_sysreg) {
			.id = kept[i].id,
			.value = *arm64_kept_sysreg(to_arm64(vcpu), kept[i].id),
		};
		/* The timer's status is not state: it follows from the rest. */
		if (kept[i].id == CNTV_CTL)
			list[i].value &= CNTV_CTL_VALID;
	}
}

static int sysregs_check(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	const struct axvcpu_arm64_sysreg *list = data;
	u32 i;

	if (len % sizeof(*list))
		return -EINVAL;
	for (i = 0; i < len / sizeof(*list); i++)
		if (list[i].reserved || !arm64_kept_sysreg(to_arm64(vcpu), list[i].id))
			return -EINVAL;
	return 0;
}

static void sysregs_set(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	const struct axvcpu_arm64_sysreg *list = data;
	u32 i;

	arm64_bring_home(to_arm64(vcpu));
	for (i = 0; i < len / sizeof(*list); i++)
		*arm64_kept_sysreg(to_arm64(vcpu), list[i].id) = list[i].value;
}

static u32 fpsimd_size(struct axvcpu_vcpu *vcpu)
{
	return sizeof(struct axvcpu_arm64_fpsimd);
}

static void fpsimd_get(struct axvcpu_vcpu *vcpu, void *data)
{
	memcpy(data, &to_arm64(vcpu)->fpsimd, sizeof(struct axvcpu_arm64_fpsimd));
}

static int fpsimd_check(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	return len == sizeof(struct axvcpu_arm64_fpsimd) ? 0 : -EINVAL;
}

static void fpsimd_set(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	memcpy(&to_arm64(vcpu)->fpsimd, data, sizeof(struct axvcpu_arm64_fpsimd));
}

static u32 gic_size(struct axvcpu_vcpu *vcpu)
{
	return sizeof(struct axvcpu_arm64_gic);
}

static void gic_get(struct axvcpu_vcpu *vcpu, void *data)
{
	arm64_bring_home(to_arm64(vcpu));
	arm64_gic_get(to_arm64(vcpu), data);
}

static int gic_check(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	return len == sizeof(struct axvcpu_arm64_gic) ? arm64_gic_check(data) : -EINVAL;
}

static void gic_set(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	arm64_bring_home(to_arm64(vcpu));
	arm64_gic_set(to_arm64(vcpu), data);
}

static u32 id_size(struct axvcpu_vcpu *vcpu)
{
	return arm64_id_count() * sizeof(struct axvcpu_arm64_sysreg);
}

static void id_get(struct axvcpu_vcpu *vcpu, void *data)
{
	arm64_id_list(to_arm64(vcpu), data);
}

static int id_check(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	const struct axvcpu_arm64_sysreg *list = data;
	u32 i;

	if (len % sizeof(*list))
		return -EINVAL;
	for (i = 0; i < len / sizeof(*list); i++)
		if (arm64_id_check(&list[i]))
			return -EINVAL;
	return 0;
}

static void id_set(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	const struct axvcpu_arm64_sysreg *list = data;
	u32 i;

	for (i = 0; i < len / sizeof(*list); i++)
		arm64_id_set(to_arm64(vcpu), &list[i]);
}

/* Ends with id 0. */
const struct axvcpu_state_group arm64_state_groups[] = {
	{ AXVCPU_ARM64_GROUP_SYSREGS, sysregs_size, sysregs_get, sysregs_check, sysregs_set },
	{ AXVCPU_ARM64_GROUP_FPSIMD, fpsimd_size, fpsimd_get, fpsimd_check, fpsimd_set },
	{ AXVCPU_ARM64_GROUP_GIC, gic_size, gic_get, gic_check, gic_set },
	{ AXVCPU_ARM64_GROUP_ID_REGS, id_size, id_get, id_check, id_set },
	{ }
};
