// SPDX-License-Identifier: GPL-2.0-only
/*
 * Side channels between guest, host and other guests. What is needed follows from the bugs
 * that the kernel found in this CPU, and from what the kernel chose against them, as far as
 * a module can see it: choices that are CPU features, and not variables of the kernel's.
 *
 * Documentation/security.rst has the table of threats.
 */
#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/topology.h>
#include <asm/msr-index.h>
#include <asm/vmx.h>

#include "compat.h"
#include "mitigation.h"

static_assert(offsetof(struct x86_vcpu, spec_ctrl.guest) -
	      offsetof(struct x86_vcpu, regs.gpr) == SPEC_CTRL_GUEST);
static_assert(offsetof(struct x86_vcpu, spec_ctrl.host) -
	      offsetof(struct x86_vcpu, regs.gpr) == SPEC_CTRL_HOST);

static bool mitigations = true;
module_param(mitigations, bool, 0444);
MODULE_PARM_DESC(mitigations, "Side-channel measures that this CPU's bugs ask for (default: on)");

static char *l1d_flush = "auto";
module_param(l1d_flush, charp, 0444);
MODULE_PARM_DESC(l1d_flush, "L1D flush before guests, on CPUs with L1TF: never, cond, always, or auto: as the kernel's l1tf= says (default)");

struct x86_mitigation x86_mitigation __ro_after_init;

/* IA32_ARCH_CAPABILITIES: VERW overwrites fill buffers, register files. */
#define CAP_FB_CLEAR	BIT_ULL(17)
#define CAP_RFDS_CLEAR	BIT_ULL(28)

/* A number of the kernel's, and what it stands for. */
struct source {
	u16 number;
	u64 fact;
};

static const struct source sources[] = {
	{ X86_BUG_MDS,				X86_FACT_BUG_BUFFERS },
	{ X86_BUG_TAA,				X86_FACT_BUG_BUFFERS | X86_FACT_BUG_SMT },
	{ X86_BUG_MMIO_STALE_DATA,		X86_FACT_BUG_BUFFERS | X86_FACT_BUG_SMT },
	{ X86_BUG_RFDS,				X86_FACT_BUG_BUFFERS },
	{ X86_BUG_TSA,				X86_FACT_BUG_BUFFERS },
	{ X86_BUG_L1TF,				X86_FACT_BUG_L1TF | X86_FACT_BUG_SMT },
	{ X86_BUG_SPECTRE_V2,			X86_FACT_BUG_SPECTRE_V2 },
	{ X86_BUG_VMSCAPE,			X86_FACT_BUG_VMSCAPE },
	{ X86_BUG_SRSO,				X86_FACT_BUG_RET_AMD },
	{ X86_BUG_BHI,				X86_FACT_BUG_BHI },
	{ X86_BUG_IBPB_NO_RET,			X86_FACT_BUG_IBPB },
	{ X86_FEATURE_IBPB,			X86_FACT_IBPB },
	{ X86_FEATURE_AMD_IBPB,			X86_FACT_IBPB },
	{ X86_FEATURE_MD_CLEAR,			X86_FACT_VERW },
	{ X86_FEATURE_VERW_CLEAR,		X86_FACT_VERW },
	{ X86_FEATURE_IBRS_ENHANCED,		X86_FACT_EIBRS },
	{ X86_FEATURE_AUTOIBRS,			X86_FACT_EIBRS },
	{ X86_FEATURE_RSB_VMEXIT,		X86_FACT_RSB },
	{ X86_FEATURE_RSB_VMEXIT_LITE,		X86_FACT_ONE_CALL },
	{ X86_FEATURE_KERNEL_IBRS,		X86_FACT_IBRS },
	{ X86_FEATURE_CLEAR_BHB_VMEXIT,		X86_FACT_HISTORY_LOOP },
	{ X86_FEATURE_CLEAR_BHB_HW,		X86_FACT_HISTORY_CTRL },
	{ X86_FEATURE_RETPOLINE,		X86_FACT_RETPOLINE },
	{ X86_FEATURE_UNRET,			X86_FACT_UNTRAIN },
	{ X86_FEATURE_SRSO,			X86_FACT_UNTRAIN },
	{ X86_FEATURE_SRSO_ALIAS,		X86_FACT_UNTRAIN },
	{ X86_FEATURE_CALL_DEPTH,		X86_FACT_CALL_DEPTH },
	{ X86_FEATURE_ENTRY_IBPB,		X86_FACT_IBPB_AT_EXIT },
	{ X86_FEATURE_IBPB_ON_VMEXIT,		X86_FACT_IBPB_AT_EXIT },
	{ X86_FEATURE_SRSO_BP_SPEC_REDUCE,	X86_FACT_BP_REDUCE },
};

static u64 smt_fact(void)
{
	int cpu;

	for_each_online_cpu(cpu)
		if (cpumask_weight(topology_sibling_cpumask(cpu)) > 1)
			return X86_FACT_SMT_ON;
	return 0;
}

/* What IA32_ARCH_CAPABILITIES says (SDM vol. 4, table 2-2). */
static u64 __init capability_facts(void)
{
	u64 facts = 0, caps;

	if (!boot_cpu_has(X86_FEATURE_ARCH_CAPABILITIES))
		return 0;
	caps = x86_host_rdmsr(MSR_IA32_ARCH_CAPABILITIES);
	if (caps & ARCH_CAP_SKIP_VMENTRY_L1DFLUSH)
		facts |= X86_FACT_SKIP_L1D;
	if (caps & (CAP_FB_CLEAR | CAP_RFDS_CLEAR))
		facts |= X86_FACT_VERW;
	return facts;
}

static u64 __init gather_facts(void)
{
	u64 facts = capability_facts();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sources); i++)
		if (sources[i].number && boot_cpu_has(sources[i].number))
			facts |= sources[i].fact;
	/* Of MDS, what one thread of a core can see of the other's is not on all CPUs. */
	if (boot_cpu_has_bug(X86_BUG_MDS) && !boot_cpu_has_bug(X86_BUG_MSBDS_ONLY))
		facts |= X86_FACT_BUG_SMT;
	if (boot_cpu_has_bug(X86_BUG_RETBLEED))
		facts |= boot_cpu_data.x86_vendor == X86_VENDOR_INTEL ?
			 X86_FACT_BUG_RET_INTEL : X86_FACT_BUG_RET_AMD;
	if (x86_l1tf_off())
		facts |= X86_FACT_L1TF_OFF;
	if (x86_l1tf_full())
		facts |= X86_FACT_L1TF_FULL;
	return facts | smt_fact();
}

static u32 choose_flags(u64 facts)
{
	u32 flags = 0;

	if (facts & X86_FACT_BUG_BUFFERS)
		flags |= X86_ENTRY_VERW;
	if (facts & X86_FACT_RSB)
		flags |= X86_ENTRY_RSB;
	else if (facts & X86_FACT_ONE_CALL)
		flags |= X86_ENTRY_ONE_CALL;
	if (facts & X86_FACT_IBRS)
		flags |= X86_ENTRY_SPEC_CTRL | X86_ENTRY_IBRS;
	if (facts & X86_FACT_HISTORY_LOOP)
		flags |= X86_ENTRY_HISTORY;
	if ((facts & X86_FACT_IBPB_AT_EXIT) && (facts & X86_FACT_IBPB)) {
		flags |= X86_ENTRY_IBPB;
		if (facts & X86_FACT_BUG_IBPB)
			flags |= X86_ENTRY_RSB;
	}
	return flags;
}

/* SDM vol. 4, IA32_ARCH_CAPABILITIES.SKIP_L1DFL_VMENTRY: not for one who is a guest. */
static enum x86_l1d choose_l1d(u64 facts, enum x86_l1d l1d)
{
	if (!(facts & X86_FACT_BUG_L1TF) || (facts & X86_FACT_SKIP_L1D))
		return X86_L1D_NEVER;
	if (l1d != X86_L1D_AUTO)
		return l1d;
	if (facts & X86_FACT_L1TF_OFF)
		return X86_L1D_NEVER;
	return facts & X86_FACT_L1TF_FULL ? X86_L1D_ALWAYS : X86_L1D_COND;
}

/**
 * x86_mitigation_choose() - what is to be done on such a CPU, under such a kernel
 * @facts: X86_FACT_*
 * @wanted: false: nothing of it
 * @l1d: what the administrator wants
 *
 * Return: what is done.
 */
struct x86_mitigation x86_mitigation_choose(u64 facts, bool wanted, enum x86_l1d l1d)
{
	struct x86_mitigation m = { .facts = facts, .l1d = X86_L1D_NEVER };

	if (!wanted)
		return m;
	m.entry_flags = choose_flags(facts);
	m.l1d = choose_l1d(facts, l1d);
	m.bp_reduce = facts & X86_FACT_BP_REDUCE;
	if (facts & X86_FACT_IBPB) {
		m.barrier_switch = facts & X86_FACT_BUG_SPECTRE_V2;
		m.barrier_leave = facts & X86_FACT_BUG_VMSCAPE;
	}
	return m;
}

/**
 * x86_mitigation_in_force() - what of it helps
 * @m: what is done
 * @facts: X86_FACT_*; that of SMT as it is now
 *
 * Return: AXVCPU_MITIGATION_*.
 */
u32 x86_mitigation_in_force(const struct x86_mitigation *m, u64 facts)
{
	u32 mask = 0;

	if (m->entry_flags & (X86_ENTRY_RSB | X86_ENTRY_ONE_CALL))
		mask |= AXVCPU_MITIGATION_RSB_FILL;
	if ((m->entry_flags & X86_ENTRY_VERW) && (facts & X86_FACT_VERW))
		mask |= AXVCPU_MITIGATION_VERW;
	if (m->l1d != X86_L1D_NEVER)
		mask |= AXVCPU_MITIGATION_L1D_FLUSH;
	if (m->barrier_switch || m->barrier_leave || (m->entry_flags & X86_ENTRY_IBPB))
		mask |= AXVCPU_MITIGATION_IBPB;
	if (m->entry_flags & X86_ENTRY_IBRS)
		mask |= AXVCPU_MITIGATION_SPEC_CTRL;
	if ((m->entry_flags & X86_ENTRY_HISTORY) || (facts & X86_FACT_HISTORY_CTRL))
		mask |= AXVCPU_MITIGATION_HISTORY;
	if (m->bp_reduce || (facts & X86_FACT_UNTRAIN))
		mask |= AXVCPU_MITIGATION_UNTRAIN_RET;
	if ((facts & X86_FACT_BUG_SMT) && !(facts & X86_FACT_SMT_ON))
		mask |= AXVCPU_MITIGATION_SMT_OFF;
	return mask;
}

/**
 * x86_mitigation_missing() - what this CPU's bugs ask for, and is not done
 * @m: what is done
 * @facts: X86_FACT_*; that of SMT as it is now
 *
 * Either the CPU or its microcode cannot do it, or it was turned off, here or in the
 * kernel. What the kernel uses instead counts.
 *
 * Return: AXVCPU_MITIGATION_*.
 */
u32 x86_mitigation_missing(const struct x86_mitigation *m, u64 facts)
{
	bool barrier = m->entry_flags & X86_ENTRY_IBPB;
	u32 need = 0;

	if (facts & X86_FACT_BUG_BUFFERS)
		need |= AXVCPU_MITIGATION_VERW;
	if ((facts & X86_FACT_BUG_L1TF) && !(facts & X86_FACT_SKIP_L1D))
		need |= AXVCPU_MITIGATION_L1D_FLUSH;
	if (facts & X86_FACT_BUG_SMT)
		need |= AXVCPU_MITIGATION_SMT_OFF;
	if (facts & X86_FACT_BUG_SPECTRE_V2)
		need |= AXVCPU_MITIGATION_IBPB;
	if ((facts & X86_FACT_BUG_SPECTRE_V2) && !(facts & X86_FACT_EIBRS) && !barrier)
		need |= AXVCPU_MITIGATION_RSB_FILL;
	if ((facts & X86_FACT_BUG_RET_INTEL) &&
	    !(facts & (X86_FACT_EIBRS | X86_FACT_CALL_DEPTH)))
		need |= AXVCPU_MITIGATION_SPEC_CTRL;
	if ((facts & X86_FACT_BUG_RET_AMD) && !barrier)
		need |= AXVCPU_MITIGATION_UNTRAIN_RET;
	if ((facts & X86_FACT_BUG_BHI) && !(facts & X86_FACT_RETPOLINE))
		need |= AXVCPU_MITIGATION_HISTORY;
	return need & ~x86_mitigation_in_force(m, facts);
}

static enum x86_l1d __init wanted_l1d(void)
{
	static const char * const names[] = {
		[X86_L1D_AUTO] = "auto",
		[X86_L1D_NEVER] = "never",
		[X86_L1D_COND] = "cond",
		[X86_L1D_ALWAYS] = "always",
	};
	int i = match_string(names, ARRAY_SIZE(names), l1d_flush);

	if (i >= 0)
		return i;
	pr_warn("axvcpu: l1d_flush=%s is none of auto, never, cond, always: taken for auto\n",
		l1d_flush);
	return X86_L1D_AUTO;
}

/**
 * x86_mitigation_init() - decide what is done; once, at load
 */
void __init x86_mitigation_init(void)
{
	u64 facts = gather_facts();

	x86_mitigation = x86_mitigation_choose(facts, mitigations, wanted_l1d());
	if ((facts & X86_FACT_BUG_SMT) && (facts & X86_FACT_SMT_ON))
		pr_warn("axvcpu: this CPU's two threads of a core leak to each other and both are in use: a guest may read what the other thread works on. Boot with nosmt, or run only guests that may\n");
}

/**
 * x86_mitigation_info() - GET_INFO: what is in force, and what is missing
 * @info: takes it
 */
void x86_mitigation_info(struct axvcpu_info *info)
{
	u64 facts = (x86_mitigation.facts & ~X86_FACT_SMT_ON) | smt_fact();

	info->mitigations |= x86_mitigation_in_force(&x86_mitigation, facts);
	info->mitigations_missing |= x86_mitigation_missing(&x86_mitigation, facts);
}

/**
 * x86_mitigation_barrier() - what the processor predicts is not what a guest taught it
 *
 * Context: preemption off.
 */
void x86_mitigation_barrier(void)
{
	x86_host_wrmsr(MSR_IA32_PRED_CMD, PRED_CMD_IBPB);
}
