// SPDX-License-Identifier: GPL-2.0-only
/* The state machine of a vCPU. */
#include <linux/percpu.h>
#include <linux/spinlock.h>

#include "core.h"

DEFINE_PER_CPU(struct axvcpu_vcpu *, axvcpu_current);

/**
 * axvcpu_state_name() - the name of a state, for logs and debugfs
 * @state: AXVCPU_STATE_*
 *
 * Return: a static string.
 */
const char *axvcpu_state_name(u32 state)
{
	static const char *const names[AXVCPU_STATE_NR] = {
		[AXVCPU_STATE_INVALID] = "Invalid",
		[AXVCPU_STATE_CREATED] = "Created",
		[AXVCPU_STATE_FREE] = "Free",
		[AXVCPU_STATE_READY] = "Ready",
		[AXVCPU_STATE_RUNNING] = "Running",
		[AXVCPU_STATE_BLOCKED] = "Blocked",
	};

	return state < AXVCPU_STATE_NR ? names[state] : "?";
}

/**
 * axvcpu_vcpu_claim() - take the vCPU for an operation that keeps its state
 * @vcpu: any vCPU
 * @states: states it may be in, one bit each
 *
 * Context: any thread of the VM's mm.
 * Return: the state it was in; -EBADFD if it is in none of @states, -EBUSY if
 * somebody else has the claim.
 */
int axvcpu_vcpu_claim(struct axvcpu_vcpu *vcpu, u32 states)
{
	return axvcpu_vcpu_try_claim(vcpu, states);
}

/**
 * axvcpu_vcpu_release() - give the claim of axvcpu_vcpu_claim() back
 * @vcpu: claimed by the caller
 */
void axvcpu_vcpu_release(struct axvcpu_vcpu *vcpu)
{
	axvcpu_vcpu_settle(vcpu, axvcpu_vcpu_state(vcpu));
}

/**
 * axvcpu_vcpu_caller_ok_slow() - axvcpu_vcpu_caller_ok() for who is not the owner
 * @vcpu: any vCPU
 * @caller: who may call, not AXVCPU_CALLER_ANY
 *
 * Return: may the calling thread?
 */
bool axvcpu_vcpu_caller_ok_slow(struct axvcpu_vcpu *vcpu, enum axvcpu_caller caller)
{
	bool ok;

	spin_lock(&vcpu->owner_lock);
	ok = !vcpu->owner || (caller == AXVCPU_CALLER_OWNER_OR_HEIR &&
			      READ_ONCE(vcpu->owner->exit_state));
	spin_unlock(&vcpu->owner_lock);
	return ok;
}

/**
 * axvcpu_get_current_vcpu() - the vCPU whose hardware calls are under way here
 *
 * Context: preemption off.
 * Return: the vCPU, or NULL.
 */
struct axvcpu_vcpu *axvcpu_get_current_vcpu(void)
{
	return __this_cpu_read(axvcpu_current);
}
