/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_ARM64_TIMER_H
#define AXVCPU_ARM64_TIMER_H

#include "arm64.h"

int arm64_timer_init(void);
void arm64_timer_fini(void);
void arm64_timer_enable(void);
void arm64_timer_disable(void);
void arm64_timer_stop(void);
u32 arm64_timer_physical(void);
u64 arm64_read_counter(void);
u64 arm64_counter_hz(void);
bool arm64_timer_level(struct arm64_vcpu *a);
bool arm64_timer_wakes(struct arm64_vcpu *a);
void arm64_timer_setup(struct arm64_vcpu *a);
void arm64_timer_change_owner(bool active);
/* The physical interrupt is active on this CPU: a list register carries it. */
DECLARE_PER_CPU(bool, arm64_timer_owned);

/* have it active, or not; interrupts off */
static inline void arm64_timer_own(bool active)
{
	if (__this_cpu_read(arm64_timer_owned) != active)
		arm64_timer_change_owner(active);
}

/* may the guest's timer fire at all? CNTV_CTL_EL0: ENABLE, IMASK */
static inline bool arm64_timer_armed(const struct arm64_vcpu *a)
{
	return (a->ctx.guest.cntv_ctl & 3) == 1;
}

void arm64_timer_disowned(void);

/* without events: is there anything to do about list registers before an entry? */
static inline bool arm64_gic_busy(const struct arm64_vcpu *a)
{
	return a->ctx.nr_lr || arm64_timer_armed(a) || __this_cpu_read(arm64_timer_owned);
}

#endif /* AXVCPU_ARM64_TIMER_H */
