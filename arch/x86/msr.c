// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSRs. Four kinds: those that the control structure or the vendor's world
 * switch keeps; those kept here, as plain values that obey the hardware's
 * rules; constants; and a few with a meaning of their own (EFER, TSC). The
 * VMM gets the rest.
 *
 * Memory types in MTRRs and PAT have no effect: guest memory is write-back.
 */
#include <linux/bitops.h>

#include <asm/cpufeature.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>
#include <asm/tsc.h>

#include "common.h"
#include "cpuid.h"
#include "event.h"
#include "msr.h"
#include "x86.h"

#define PAT_RESET	0x0007040600070406ULL
/* Fast strings; no branch trace store, no PEBS: SDM vol. 4, table 2-2. */
#define MISC_RESET	(BIT_ULL(0) | BIT_ULL(11) | BIT_ULL(12))
/* TscFreqSel: the TSC counts at a fixed rate (APM vol. 2, 3.2.10). */
#define HWCR_RESET	BIT_ULL(24)

#define NR_VAR_MTRRS	8
/* NR_VAR_MTRRS variable ranges, fixed ranges, write-combining. */
#define MTRR_CAP_VALUE	(NR_VAR_MTRRS | BIT_ULL(8) | BIT_ULL(10))
#define MTRR_DEF_VALID	0xcffULL

/* SDM vol. 3, 12.11.2; the kernel's own names are no macro names. */
#define MTRR_CAP	0xfe
#define MTRR_VAR	0x200
#define MTRR_FIX_64K	0x250
#define MTRR_FIX_16K	0x258
#define MTRR_FIX_4K	0x268
#define MTRR_DEF_TYPE	0x2ff

/* What a value must be like. */
enum rule {
	RULE_ANY,
	RULE_32,		/* upper half zero */
	RULE_CANONICAL,
	RULE_PAT,
	RULE_MTRR_DEF,
	RULE_MTRR_FIX,
	RULE_MTRR_VAR,
	RULE_ZERO,
	RULE_SPEC_CTRL,
	RULE_ARCH_CAPS,
};

#define SLOT_ARCH_CAPS	33
#define NO_SLOT		34	/* not in x->msr */

/* Kept here: @count MSRs from @first, from @slot on in x->msr. */
struct kept {
	u32 first;
	u8 count;
	u8 slot;
	enum rule rule;
	u64 reset;
};

static const struct kept kept[] = {
	{ MSR_TSC_AUX,			1, X86_SLOT_TSC_AUX, RULE_32, 0 },
	{ MSR_IA32_MISC_ENABLE,		1, 1, RULE_ANY, MISC_RESET },
	{ MTRR_DEF_TYPE,		1, 2, RULE_MTRR_DEF, 0 },
	{ MTRR_VAR,	 2 * NR_VAR_MTRRS, 3, RULE_MTRR_VAR, 0 },
	{ MTRR_FIX_64K,			1, 19, RULE_MTRR_FIX, 0 },
	{ MTRR_FIX_16K,			2, 20, RULE_MTRR_FIX, 0 },
	{ MTRR_FIX_4K,			8, 22, RULE_MTRR_FIX, 0 },
	{ MSR_K7_HWCR,			1, 30, RULE_32, HWCR_RESET },
	{ MSR_IA32_MCG_STATUS,		1, 31, RULE_ZERO, 0 },
	{ MSR_IA32_CR_PAT,		1, 32, RULE_PAT, PAT_RESET },
	{ MSR_IA32_ARCH_CAPABILITIES,	1, SLOT_ARCH_CAPS, RULE_ARCH_CAPS, 0 },
	{ MSR_IA32_SPEC_CTRL,		1, NO_SLOT, RULE_SPEC_CTRL, 0 },
};

static_assert(X86_NR_KEPT_MSRS == 34);

/* Kept by the vendor. */
struct vendor_msr {
	u32 index;
	enum rule rule;
};

static const struct vendor_msr vendor_msrs[] = {
	{ MSR_STAR,			RULE_ANY },
	{ MSR_LSTAR,			RULE_CANONICAL },
	{ MSR_CSTAR,			RULE_CANONICAL },
	{ MSR_SYSCALL_MASK,		RULE_32 },
	{ MSR_KERNEL_GS_BASE,		RULE_CANONICAL },
	{ MSR_IA32_SYSENTER_CS,		RULE_32 },
	{ MSR_IA32_SYSENTER_ESP,	RULE_CANONICAL },
	{ MSR_IA32_SYSENTER_EIP,	RULE_CANONICAL },
	/* The bases belong to AXVCPU_X86_GROUP_SEGMENTS. */
	{ MSR_FS_BASE,			RULE_CANONICAL },
	{ MSR_GS_BASE,			RULE_CANONICAL },
};

#define NR_BASES	2

/* Constants; a write is ignored or faults. */
struct constant {
	u32 index;
	bool ignore_write;
	u64 value;
};

static const struct constant constants[] = {
	{ MTRR_CAP,			false, MTRR_CAP_VALUE },
	{ MSR_IA32_MCG_CAP,		false, 0 },
	{ MSR_IA32_PLATFORM_ID,		false, 0 },
	{ MSR_IA32_P5_MC_ADDR,		false, 0 },
	{ MSR_IA32_P5_MC_TYPE,		false, 0 },
	/* Also AMD's patch level. Written before CPUID to ask for it. */
	{ MSR_IA32_UCODE_REV,		true, 0 },
	{ MSR_IA32_FEAT_CTL,		false, FEAT_CTL_LOCKED },
	{ MSR_AMD64_SYSCFG,		false, 0 },
	{ MSR_K8_INT_PENDING_MSG,	true, 0 },
};

/* Memory types 2, 3 and above 7 do not exist; 7 (UC-) exists in PAT only. */
static bool memory_type_valid(u8 type, bool pat)
{
	return type == 0 || type == 1 || (type >= 4 && type <= (pat ? 7 : 6));
}

static bool memory_types_valid(u64 value, bool pat)
{
	unsigned int i;

	for (i = 0; i < 8; i++)
		if (!memory_type_valid(value >> (8 * i), pat))
			return false;
	return true;
}

/* SDM vol. 3, 12.11.2.3: even MSRs are bases, odd ones are masks. */
static bool mtrr_var_valid(u32 index, u64 value)
{
	u64 reserved = ~GENMASK_ULL(boot_cpu_data.x86_phys_bits - 1, 0);

	if (index & 1)
		return !(value & (reserved | GENMASK_ULL(10, 0)));
	return !(value & (reserved | GENMASK_ULL(11, 8))) && memory_type_valid(value, false);
}

static bool value_valid(enum rule rule, u32 index, u64 value)
{
	switch (rule) {
	case RULE_32:
		return !(value >> 32);
	case RULE_CANONICAL:
		return (u64)sign_extend64(value, 47) == value;
	case RULE_PAT:
		return memory_types_valid(value, true);
	case RULE_MTRR_DEF:
		return !(value & ~MTRR_DEF_VALID) && memory_type_valid(value, false);
	case RULE_MTRR_FIX:
		return memory_types_valid(value, false);
	case RULE_MTRR_VAR:
		return mtrr_var_valid(index, value);
	case RULE_ZERO:
		return !value;
	case RULE_SPEC_CTRL:
		return !(value & ~x86_spec_ctrl_supported());
	case RULE_ARCH_CAPS:
		return !(value & ~x86_arch_caps_supported());
	default:
		return true;
	}
}

static const struct kept *find_kept(u32 index)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kept); i++)
		if (index >= kept[i].first && index - kept[i].first < kept[i].count)
			return &kept[i];
	return NULL;
}

static const struct vendor_msr *find_vendor(u32 index)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(vendor_msrs); i++)
		if (vendor_msrs[i].index == index)
			return &vendor_msrs[i];
	return NULL;
}

static const struct constant *find_constant(u32 index)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(constants); i++)
		if (constants[i].index == index)
			return &constants[i];
	return NULL;
}

static u64 *kept_value(struct x86_vcpu *x, const struct kept *k, u32 index)
{
	if (k->slot == NO_SLOT)
		return x->guest_spec_ctrl;
	return &x->msr[k->slot + index - k->first];
}

/*
 * From the first value on that is not 0 the guest has the register to itself, and it is
 * switched: most guests never write one.
 */
static void set_spec_ctrl(struct x86_vcpu *x, u64 value)
{
	*x->guest_spec_ctrl = value;
	if (!value && !x->spec_open)
		return;
	x->spec_open = true;
	x->vendor->update(x);
}

/* Does the guest's CPUID table say that it has this one? */
static bool has_kept(const struct x86_vcpu *x, u32 index)
{
	switch (index) {
	case MSR_TSC_AUX:
		return x->has_tsc_aux;
	case MSR_IA32_SPEC_CTRL:
		return x->spec_ctrl_allowed;
	case MSR_IA32_ARCH_CAPABILITIES:
		return x->has_arch_caps;
	default:
		return true;
	}
}

/**
 * x86_msr_reset() - every MSR as after power-up
 * @x: a vCPU
 *
 * TSC_ADJUST too: the guest's TSC is the VM's counter again.
 */
void x86_msr_reset(struct x86_vcpu *x)
{
	size_t i;
	u32 j;

	for (i = 0; i < ARRAY_SIZE(kept); i++)
		for (j = 0; j < kept[i].count; j++)
			*kept_value(x, &kept[i], kept[i].first + j) = kept[i].reset;
	x->msr[SLOT_ARCH_CAPS] = x86_arch_caps_supported();
	x->spec_open = false;
	x->vendor->update(x);
	/* The bases are part of the segments. */
	for (i = 0; i < ARRAY_SIZE(vendor_msrs) - NR_BASES; i++)
		x->vendor->set_msr(x, vendor_msrs[i].index, 0);
	x->tsc_adjust = 0;
}

static u64 guest_tsc(struct x86_vcpu *x)
{
	return rdtsc_ordered() + x86_tsc_offset(x);
}

/* APM vol. 2, 3.1.7: LMA is the hardware's; LME stays while paging is on. */
static enum x86_msr_result write_efer(struct x86_vcpu *x, u64 value)
{
	struct axvcpu_x86_control ctl;

	x->vendor->get_control(x, &ctl);
	if (value & ~x86_efer_allowed(x))
		return X86_MSR_FAULT;
	if ((value ^ ctl.efer) & EFER_LME && ctl.cr0 & X86_CR0_PG)
		return X86_MSR_FAULT;
	ctl.efer = (value & ~(u64)EFER_LMA) | (ctl.efer & EFER_LMA);
	x->vendor->set_control(x, &ctl);
	return X86_MSR_DONE;
}

/* MSRs that do something when they are written: it is done to this CPU at once. */
static enum x86_msr_result write_command(u32 index, u64 value, u64 allowed)
{
	if (!allowed || value & ~allowed)
		return X86_MSR_FAULT;
	if (value)
		x86_host_wrmsr(index, value);
	return X86_MSR_DONE;
}

static enum x86_msr_result write_spec_ctrl(struct x86_vcpu *x, u64 value)
{
	if (value & ~x->spec_ctrl_allowed)
		return X86_MSR_FAULT;
	set_spec_ctrl(x, value);
	return X86_MSR_DONE;
}

static enum x86_msr_result write_kept(struct x86_vcpu *x, const struct kept *k, u32 index,
				      u64 value)
{
	if (!has_kept(x, index) || index == MSR_IA32_ARCH_CAPABILITIES)
		return X86_MSR_FAULT;
	if (index == MSR_IA32_SPEC_CTRL)
		return write_spec_ctrl(x, value);
	if (!value_valid(k->rule, index, value))
		return X86_MSR_FAULT;
	if (index == MSR_TSC_AUX && x->tsc_aux_loaded)
		x86_host_wrmsr(MSR_TSC_AUX, value);
	*kept_value(x, k, index) = value;
	return X86_MSR_DONE;
}

/**
 * x86_rdmsr() - RDMSR of the guest
 * @x: the vCPU
 * @index: ECX
 * @value: takes the value
 *
 * Return: X86_MSR_DONE, or what to do instead.
 */
enum x86_msr_result x86_rdmsr(struct x86_vcpu *x, u32 index, u64 *value)
{
	const struct constant *c = find_constant(index);
	const struct kept *k = find_kept(index);
	struct axvcpu_x86_control ctl;

	if (c) {
		*value = c->value;
		return X86_MSR_DONE;
	}
	if (k) {
		*value = *kept_value(x, k, index);
		return has_kept(x, index) ? X86_MSR_DONE : X86_MSR_FAULT;
	}
	if (find_vendor(index))
		return x->vendor->get_msr(x, index, value) ? X86_MSR_DONE : X86_MSR_FAULT;
	switch (index) {
	case MSR_EFER:
		x->vendor->get_control(x, &ctl);
		*value = ctl.efer;
		return X86_MSR_DONE;
	case MSR_IA32_TSC:
		*value = guest_tsc(x);
		return X86_MSR_DONE;
	case MSR_IA32_TSC_ADJUST:
		*value = x->tsc_adjust;
		return X86_MSR_DONE;
	case MSR_IA32_PRED_CMD:
	case MSR_IA32_FLUSH_CMD:
		return X86_MSR_FAULT;
	default:
		return X86_MSR_USER;
	}
}

/**
 * x86_wrmsr() - WRMSR of the guest
 * @x: the vCPU
 * @index: ECX
 * @value: EDX:EAX
 *
 * SDM vol. 3, 18.17.3: a write to the TSC moves TSC_ADJUST along.
 *
 * Context: entered or not.
 * Return: X86_MSR_DONE, or what to do instead.
 */
enum x86_msr_result x86_wrmsr(struct x86_vcpu *x, u32 index, u64 value)
{
	const struct vendor_msr *v = find_vendor(index);
	const struct constant *c = find_constant(index);
	const struct kept *k = find_kept(index);

	if (c)
		return c->ignore_write ? X86_MSR_DONE : X86_MSR_FAULT;
	if (k)
		return write_kept(x, k, index, value);
	if (v)
		return value_valid(v->rule, index, value) &&
		       x->vendor->set_msr(x, index, value) ? X86_MSR_DONE : X86_MSR_FAULT;
	switch (index) {
	case MSR_EFER:
		return write_efer(x, value);
	case MSR_IA32_TSC:
		x->tsc_adjust += value - guest_tsc(x);
		return X86_MSR_DONE;
	case MSR_IA32_TSC_ADJUST:
		x->tsc_adjust = value;
		return X86_MSR_DONE;
	case MSR_IA32_PRED_CMD:
		return write_command(index, value, x86_pred_cmd_allowed(x));
	case MSR_IA32_FLUSH_CMD:
		return write_command(index, value, x86_flush_cmd_allowed(x));
	default:
		return X86_MSR_USER;
	}
}

/* The VMM completes it: the instruction is over as far as the guest can tell. */
static enum axvcpu_next exit_sysreg(struct x86_vcpu *x, u32 reason,
				    struct axvcpu_exit_sysreg payload)
{
	x->vcpu->run->out.sysreg = payload;
	x86_advance(x, x->exit.next_rip);
	axvcpu_vcpu_refusable(x->vcpu, x->insn.pc);
	return x86_exit(x, reason);
}

/**
 * x86_handle_rdmsr() - a RDMSR exit
 * @x: the vCPU
 *
 * Return: what the core does next.
 */
enum axvcpu_next x86_handle_rdmsr(struct x86_vcpu *x)
{
	u32 index = x->regs.gpr[AXVCPU_X86_RCX];
	u64 value;

	switch (x86_rdmsr(x, index, &value)) {
	case X86_MSR_USER:
		return exit_sysreg(x, AXVCPU_EXIT_SYSREG_READ,
				   (struct axvcpu_exit_sysreg) {
					.addr = index,
					.reg = AXVCPU_X86_REG_EDX_EAX,
				   });
	case X86_MSR_FAULT:
		return x86_fault(x, X86_TRAP_GP, true, 0);
	default:
		break;
	}
	x->regs.gpr[AXVCPU_X86_RAX] = (u32)value;
	x->regs.gpr[AXVCPU_X86_RDX] = value >> 32;
	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_SYSREG);
	return x86_complete_insn(x, x->exit.next_rip);
}

/**
 * x86_handle_wrmsr() - a WRMSR exit
 * @x: the vCPU
 *
 * Return: what the core does next.
 */
enum axvcpu_next x86_handle_wrmsr(struct x86_vcpu *x)
{
	u32 index = x->regs.gpr[AXVCPU_X86_RCX];
	u64 value = (u32)x->regs.gpr[AXVCPU_X86_RAX] | x->regs.gpr[AXVCPU_X86_RDX] << 32;

	switch (x86_wrmsr(x, index, value)) {
	case X86_MSR_USER:
		return exit_sysreg(x, AXVCPU_EXIT_SYSREG_WRITE,
				   (struct axvcpu_exit_sysreg) {
					.addr = index,
					.value = value,
				   });
	case X86_MSR_FAULT:
		return x86_fault(x, X86_TRAP_GP, true, 0);
	default:
		break;
	}
	axvcpu_count_handled(x->vcpu, AXVCPU_STAT_HANDLED_SYSREG);
	return x86_complete_insn(x, x->exit.next_rip);
}

/* The rule of an MSR that AXVCPU_X86_GROUP_MSRS carries; false: it does not. */
static bool state_rule(u32 index, enum rule *rule)
{
	const struct vendor_msr *v = find_vendor(index);
	const struct kept *k = find_kept(index);

	if (index == MSR_IA32_TSC_ADJUST)
		*rule = RULE_ANY;
	else if (k)
		*rule = k->rule;
	else if (v && index != MSR_FS_BASE && index != MSR_GS_BASE)
		*rule = v->rule;
	else
		return false;
	return true;
}

/** x86_msr_count() - MSRs that AXVCPU_X86_GROUP_MSRS carries */
u32 x86_msr_count(void)
{
	return 2 + X86_NR_KEPT_MSRS + ARRAY_SIZE(vendor_msrs) - NR_BASES;
}

/**
 * x86_msr_list() - GET_STATE of AXVCPU_X86_GROUP_MSRS
 * @x: a vCPU
 * @list: room for x86_msr_count() entries
 */
void x86_msr_list(struct x86_vcpu *x, struct axvcpu_x86_msr *list)
{
	size_t i;
	u32 j;

	*list++ = (struct axvcpu_x86_msr) {
		.index = MSR_IA32_TSC_ADJUST, .value = x->tsc_adjust,
	};
	for (i = 0; i < ARRAY_SIZE(kept); i++)
		for (j = 0; j < kept[i].count; j++)
			*list++ = (struct axvcpu_x86_msr) {
				.index = kept[i].first + j,
				.value = *kept_value(x, &kept[i], kept[i].first + j),
			};
	for (i = 0; i < ARRAY_SIZE(vendor_msrs) - NR_BASES; i++, list++) {
		*list = (struct axvcpu_x86_msr) { .index = vendor_msrs[i].index };
		x->vendor->get_msr(x, list->index, &list->value);
	}
}

/**
 * x86_msr_check() - can an entry of AXVCPU_X86_GROUP_MSRS be set?
 * @msr: the entry
 *
 * Return: 0; -EINVAL for an MSR that is not kept, or a value that WRMSR refuses.
 */
int x86_msr_check(const struct axvcpu_x86_msr *msr)
{
	enum rule rule;

	if (msr->reserved || !state_rule(msr->index, &rule) ||
	    !value_valid(rule, msr->index, msr->value))
		return -EINVAL;
	return 0;
}

/**
 * x86_msr_set() - set an entry of AXVCPU_X86_GROUP_MSRS
 * @x: a vCPU, not entered
 * @msr: checked
 */
void x86_msr_set(struct x86_vcpu *x, const struct axvcpu_x86_msr *msr)
{
	const struct kept *k = find_kept(msr->index);

	if (msr->index == MSR_IA32_TSC_ADJUST)
		x->tsc_adjust = msr->value;
	else if (msr->index == MSR_IA32_SPEC_CTRL)
		set_spec_ctrl(x, msr->value);
	else if (k)
		*kept_value(x, k, msr->index) = msr->value;
	else
		x->vendor->set_msr(x, msr->index, msr->value);
}
