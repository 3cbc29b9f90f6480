// SPDX-License-Identifier: GPL-2.0-only
/*
 * The registers of an arm64 vCPU.
 */
#include <stdio.h>

#include "cli.h"
#include "registers.h"

/* The system registers that tell most about a guest that failed. */
static const struct {
	const char *name;
	uint32_t id;
} sysregs[] = {
	{ "sctlr_el1", AXVCPU_ARM64_SYSREG(3, 0, 1, 0, 0) },
	{ "tcr_el1", AXVCPU_ARM64_SYSREG(3, 0, 2, 0, 2) },
	{ "ttbr0_el1", AXVCPU_ARM64_SYSREG(3, 0, 2, 0, 0) },
	{ "ttbr1_el1", AXVCPU_ARM64_SYSREG(3, 0, 2, 0, 1) },
	{ "mair_el1", AXVCPU_ARM64_SYSREG(3, 0, 10, 2, 0) },
	{ "vbar_el1", AXVCPU_ARM64_SYSREG(3, 0, 12, 0, 0) },
	{ "esr_el1", AXVCPU_ARM64_SYSREG(3, 0, 5, 2, 0) },
	{ "far_el1", AXVCPU_ARM64_SYSREG(3, 0, 6, 0, 0) },
	{ "elr_el1", AXVCPU_ARM64_SYSREG(3, 0, 4, 0, 1) },
	{ "spsr_el1", AXVCPU_ARM64_SYSREG(3, 0, 4, 0, 0) },
	{ "tpidr_el1", AXVCPU_ARM64_SYSREG(3, 0, 13, 0, 4) },
	{ "cpacr_el1", AXVCPU_ARM64_SYSREG(3, 0, 1, 0, 2) },
};

void print_registers(struct axvcpu_vcpu *vcpu)
{
	const struct axvcpu_arm64_regs *regs = axvcpu_arm64_run_regs(vcpu);
	unsigned int printed = 0;
	uint64_t value;

	for (unsigned int i = 0; i < 31; i++)
		fprintf(stderr, "%-4s %016llx%s", axvcpu_gpr_name(i), regs->x[i],
			i % 4 == 3 || i == 30 ? "\n" : "  ");
	fprintf(stderr, "pc   %016llx  pstate %08llx  sp_el0 %016llx  sp_el1 %016llx\n",
		regs->pc, regs->pstate, regs->sp_el0, regs->sp_el1);
	for (unsigned int i = 0; i < ARRAY_SIZE(sysregs); i++) {
		if (axvcpu_arm64_get_sysreg(vcpu, sysregs[i].id, &value))
			continue;
		fprintf(stderr, "%-9s %016llx%s", sysregs[i].name, (unsigned long long)value,
			++printed % 3 ? "  " : "\n");
	}
	if (printed % 3)
		fputc('\n', stderr);
}
