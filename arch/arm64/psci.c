// SPDX-License-Identifier: GPL-2.0-only
/*
 * PSCI (Arm DEN 0022): what needs no policy is answered here, the rest becomes
 * portable exits. By HVC or SMC, whichever the guest was told. So are the workarounds of the
 * architecture's own calls (Arm DEN 0028, 7), which reach the firmware where this CPU needs
 * it.
 */
#include <linux/arm-smccc.h>

#include "arm64.h"
#include "decode.h"
#include "exit.h"
#include "mitigation.h"
#include "psci.h"

#define SMCCC_64	BIT_ULL(30)

/* Of a 32-bit call the upper halves are not the caller's to mean (DEN 0028, 3.1). */
static u64 argument(struct arm64_vcpu *a, unsigned int i)
{
	const u64 *x = a->ctx.guest.x;

	return x[0] & SMCCC_64 ? x[i] : (u32)x[i];
}

static enum axvcpu_next answer(struct arm64_vcpu *a, s64 value)
{
	a->ctx.guest.x[0] = value;
	axvcpu_count_handled(a->vcpu, AXVCPU_STAT_HANDLED_INSN);
	return arm64_complete_insn(a);
}

static enum axvcpu_next to_vmm(struct arm64_vcpu *a, u32 reason)
{
	arm64_advance(a);
	axvcpu_vcpu_refusable(a->vcpu, a->insn_pc);
	return arm64_exit(a, reason);
}

/* The CPU keeps its state: a WFI, and success behind it. */
static enum axvcpu_next suspend(struct arm64_vcpu *a)
{
	a->ctx.guest.x[0] = 0;
	to_vmm(a, AXVCPU_EXIT_HALT);
	return AXVCPU_NEXT_HALT;
}

static enum axvcpu_next cpu_off(struct arm64_vcpu *a)
{
	a->vcpu->run->out.cpu_down = (struct axvcpu_exit_cpu_down) {
		.state = argument(a, 1),
	};
	WRITE_ONCE(a->vcpu->activity, AXVCPU_ACTIVITY_WAIT_INIT);
	return to_vmm(a, AXVCPU_EXIT_CPU_DOWN);
}

static enum axvcpu_next cpu_on(struct arm64_vcpu *a)
{
	a->vcpu->run->out.cpu_up = (struct axvcpu_exit_cpu_up) {
		.target = argument(a, 1), .entry = argument(a, 2), .arg = argument(a, 3),
	};
	return to_vmm(a, AXVCPU_EXIT_CPU_UP);
}

static enum axvcpu_next hypercall(struct arm64_vcpu *a)
{
	const u64 *x = a->ctx.guest.x;

	a->vcpu->run->out.hypercall = (struct axvcpu_exit_hypercall) {
		.nr = x[0],
		.args = { x[1], x[2], x[3], x[4], x[5], x[6] },
		.cpl = a->ctx.guest.pstate >> 2 & 3,
		.imm = a->ctx.esr & 0xffff,
	};
	return to_vmm(a, AXVCPU_EXIT_HYPERCALL);
}

/* Use it: through to the firmware where it does something, and at no cost else. */
static enum axvcpu_next use_workaround(struct arm64_vcpu *a, u32 nr, int state)
{
	if (state == WORKAROUND_CALL)
		arm_smccc_1_1_invoke(nr, NULL);
	return answer(a, state < 0 ? PSCI_NOT_SUPPORTED : PSCI_SUCCESS);
}

/* What is none of PSCI's: the architecture's workarounds, and what the VMM answers. */
static enum axvcpu_next other_call(struct arm64_vcpu *a)
{
	const u64 *x = a->ctx.guest.x;
	u32 nr = x[0];
	bool known;
	int state = arm64_workaround_here(nr, &known);

	if (known)
		return use_workaround(a, nr, state);
	if (nr == SMCCC_ARCH_FEATURES) {
		state = arm64_workaround_here(x[1], &known);
		if (known)
			return answer(a, state);
	}
	return hypercall(a);
}

/**
 * arm64_call() - handle HVC and SMC
 * @a: the vCPU, in RUN; PC is at the instruction
 *
 * CPU_ON and AFFINITY_INFO are the VMM's to answer, in X0: it knows the other
 * CPUs.
 *
 * Context: preemption off until the guest is entered again.
 */
enum axvcpu_next arm64_call(struct arm64_vcpu *a)
{
	const u64 *x = a->ctx.guest.x;
	s64 value;

	/* SMCCC (Arm DEN 0028) calls have the immediate 0. */
	if (a->ctx.esr & 0xffff)
		return hypercall(a);
	switch (arm64_decode_psci(x[0], x[1], &value)) {
	case ARM64_PSCI_ANSWER:
		return answer(a, value);
	case ARM64_PSCI_SUSPEND:
		return suspend(a);
	case ARM64_PSCI_CPU_ON:
		return cpu_on(a);
	case ARM64_PSCI_CPU_OFF:
		return cpu_off(a);
	case ARM64_PSCI_DOWN:
		return to_vmm(a, AXVCPU_EXIT_SYSTEM_DOWN);
	case ARM64_PSCI_VMM:
		return hypercall(a);
	case ARM64_PSCI_NONE:
		break;
	}
	return other_call(a);
}
