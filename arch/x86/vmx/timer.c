// SPDX-License-Identifier: GPL-2.0-only
/*
 * The VMX-preemption timer (SDM vol. 3, 26.5.1) ends budgets: it counts in the
 * guest, with the TSC, and ends the guest at zero. Each RUN with a budget is
 * spared a timer of the kernel's, set and cancelled.
 *
 * The budget is in the kernel's time. The TSC says when to look at that.
 */
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <asm/msr.h>
#include <asm/tsc.h>

#include "check.h"
#include "decode.h"
#include "timer.h"
#include "vmcs.h"
#include "vmx.h"

/* Budgets go on in pieces of this, to be safe from overflow. */
#define PIECE		(60 * NSEC_PER_SEC)

/**
 * vmx_ends_budget() - ops->ends_budget
 */
bool vmx_ends_budget(void)
{
	return vmx_has(AXVCPU_FEATURE_PREEMPT_TIMER);
}

/**
 * vmx_timer_start() - the guest is to end when the budget does, if there is one
 * @v: the vCPU
 *
 * Context: preemption off.
 */
void vmx_timer_start(struct vmx_vcpu *v)
{
	ktime_t deadline = v->x.vcpu->deadline;
	s64 left;

	v->stale = true;
	v->ctl.pin = vmx_caps.ctl.pin;
	if (deadline == KTIME_MAX || !vmx_ends_budget())
		return;
	left = clamp_t(s64, ktime_to_ns(ktime_sub(deadline, ktime_get())), 0, PIECE);
	v->timer_end = rdtsc() + mul_u64_u32_div(left, tsc_khz, USEC_PER_SEC);
	v->ctl.pin |= PIN_BASED_VMX_PREEMPTION_TIMER;
}

/**
 * vmx_timer_write() - what is left, into the VMCS
 * @v: the vCPU, with the timer on; its VMCS is current
 *
 * An exit does not save what the timer came to, so this is for each entry.
 *
 * Context: interrupts off.
 */
void vmx_timer_write(struct vmx_vcpu *v)
{
	s64 left = max_t(s64, v->timer_end - rdtsc(), 0);

	vmcs_write(VMX_PREEMPTION_TIMER_VALUE,
		   min_t(u64, left >> vmx_misc_preemption_timer_rate(vmx_caps.misc), U32_MAX));
}

/**
 * vmx_handle_timer() - vendor->handle_own: the timer came to zero
 * @x: a vCPU in RUN
 *
 * Return: AXVCPU_NEXT_RESUME; the core looks whether the budget is over.
 */
enum axvcpu_next vmx_handle_timer(struct x86_vcpu *x)
{
	struct vmx_vcpu *v = container_of(x, struct vmx_vcpu, x);
	struct axvcpu_vcpu *vcpu = x->vcpu;

	axvcpu_count_handled(vcpu, AXVCPU_STAT_HANDLED_IRQ);
	if (ktime_get() >= vcpu->deadline)
		vcpu->expired = true;
	else
		vmx_timer_start(v);
	return AXVCPU_NEXT_RESUME;
}
