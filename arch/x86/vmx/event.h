/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_VMX_EVENT_H
#define AXVCPU_X86_VMX_EVENT_H

#include "check.h"
#include "decode.h"
#include "vmcs.h"
#include "vmx.h"

bool vmx_event_irq_ready(struct x86_vcpu *x);
void vmx_event_choose(struct vmx_vcpu *v);
void vmx_event_settle(struct vmx_vcpu *v);

/**
 * vmx_event_inject() - pick what the next entry delivers: exception, NMI, IRQ
 * @v: the vCPU
 *
 * If nothing waits, nobody waits for a window, and none is open: nothing.
 *
 * Context: interrupts off, in_guest published.
 */
static inline void vmx_event_inject(struct vmx_vcpu *v)
{
	const struct axvcpu_vcpu *vcpu = v->x.vcpu;
	const u32 windows = CPU_BASED_INTR_WINDOW_EXITING | CPU_BASED_NMI_WINDOW_EXITING;

	if (unlikely(axvcpu_event_any(vcpu) || (vcpu->flags & AXVCPU_RUN_EXIT_IRQ_WINDOW) ||
		     (v->ctl.cpu & windows)))
		vmx_event_choose(v);
}

#endif /* AXVCPU_X86_VMX_EVENT_H */
