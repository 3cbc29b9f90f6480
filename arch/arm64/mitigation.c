// SPDX-License-Identifier: GPL-2.0-only
/*
 * Branch predictors (Spectre v2, Spectre-BHB): a guest's branches must not steer those of the
 * host behind its exit, and the guest is told how to protect itself.
 *
 * The kernel's own measures sit at its vectors, which an exit does not pass through. What it
 * does at those of user mode, it wants here, too: either the CPU keeps contexts apart, or the
 * history of branches is made worthless, by an instruction or by branches enough to fill it,
 * or firmware is called.
 */
#include <linux/arm-smccc.h>
#include <linux/cpu.h>
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <asm/cputype.h>
#include <asm/sysreg.h>

#include "arm64.h"
#include "entry.h"
#include "mitigation.h"

static bool mitigations = true;
module_param(mitigations, bool, 0444);
MODULE_PARM_DESC(mitigations, "Side-channel measures that this CPU's bugs ask for (default: on)");

/**
 * struct here - of a CPU
 * @forget: OPTIONAL_* bits of what an exit does
 * @branches: WORKAROUND_* of the first workaround, as guests are told
 * @stores: of the second
 * @history: of the third
 */
struct here {
	u64 forget;
	s8 branches, stores, history;
};

static DEFINE_PER_CPU(struct here, here);

static unsigned int field(u64 id_reg, unsigned int at)
{
	return id_reg >> at & 0xf;
}

static int ask_firmware(u32 nr)
{
	struct arm_smccc_res res;

	if (arm_smccc_get_version() < ARM_SMCCC_VERSION_1_1)
		return WORKAROUND_NONE;
	arm_smccc_1_1_invoke(SMCCC_ARCH_FEATURES, nr, &res);
	return clamp_t(int, res.a0, WORKAROUND_NONE, WORKAROUND_NEEDLESS);
}

/* What this CPU has. */
static void look(struct arm64_predictors *cpu)
{
	*cpu = (struct arm64_predictors) {
		.csv2 = field(read_sysreg(id_aa64pfr0_el1), 56),
		.ecbhb = field(read_sysreg(id_aa64mmfr1_el1), 60),
		.clrbhb = field(read_sysreg_s(SYS_ID_AA64ISAR2_EL1), 28),
		.branches = arm64_history_branches(read_cpuid_id()),
		.firmware_1 = ask_firmware(SMCCC_WORKAROUND_1),
		.firmware_3 = ask_firmware(SMCCC_WORKAROUND_3),
	};
}

/* What the machine's owner does without, here or in the kernel, guests do without, too. */
static bool wanted(void)
{
	return mitigations && !cpu_mitigations_off();
}

/**
 * arm64_mitigation_enable() - on this CPU: what has it, what does it want? Interrupts off
 */
void arm64_mitigation_enable(void)
{
	unsigned int ssbs = field(read_sysreg(id_aa64pfr1_el1), 4);
	int firmware_2 = WORKAROUND_NONE;
	struct arm64_predictors cpu;
	u64 forget = 0;

	look(&cpu);
	if (wanted()) {
		forget = arm64_forget(&cpu);
		firmware_2 = ask_firmware(SMCCC_WORKAROUND_2);
	} else {
		cpu.firmware_1 = WORKAROUND_NONE;
		cpu.firmware_3 = WORKAROUND_NONE;
	}
	*this_cpu_ptr(&here) = (struct here) {
		.forget = forget,
		.branches = arm64_workaround(SMCCC_WORKAROUND_1, cpu.firmware_1, cpu.csv2, ssbs),
		.stores = arm64_workaround(SMCCC_WORKAROUND_2, firmware_2, cpu.csv2, ssbs),
		.history = arm64_workaround(SMCCC_WORKAROUND_3, cpu.firmware_3, cpu.csv2, ssbs),
	};
}

/**
 * arm64_mitigation_info() - what is in force on this CPU, or missing, for GET_INFO
 * @info: gets the bits
 */
void arm64_mitigation_info(struct axvcpu_info *info)
{
	struct arm64_predictors cpu;
	u32 bits = 0;
	u64 forget;

	preempt_disable();
	look(&cpu);
	preempt_enable();
	forget = arm64_forget(&cpu);
	if (forget & ~BIT_ULL(OPTIONAL_FIRMWARE_1))
		bits |= AXVCPU_MITIGATION_HISTORY;
	if (forget & (BIT_ULL(OPTIONAL_FIRMWARE_1) | BIT_ULL(OPTIONAL_FIRMWARE_3)))
		bits |= AXVCPU_MITIGATION_IBPB;
	if (wanted())
		info->mitigations |= bits;
	else
		info->mitigations_missing |= bits;
}

/**
 * arm64_mitigation_here() - OPTIONAL_* bits of what exits on this CPU do
 */
u64 arm64_mitigation_here(void)
{
	return this_cpu_read(here.forget);
}

/**
 * arm64_workaround_here() - what a guest on this CPU is told of a workaround
 * @nr: SMCCC_WORKAROUND_*
 * @known: it is one of them
 *
 * Return: WORKAROUND_*.
 */
int arm64_workaround_here(u32 nr, bool *known)
{
	*known = true;
	switch (nr) {
	case SMCCC_WORKAROUND_1:
		return this_cpu_read(here.branches);
	case SMCCC_WORKAROUND_2:
		return this_cpu_read(here.stores);
	case SMCCC_WORKAROUND_3:
		return this_cpu_read(here.history);
	}
	*known = false;
	return WORKAROUND_NONE;
}
