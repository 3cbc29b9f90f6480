/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_ARM64_EVENT_H
#define AXVCPU_ARM64_EVENT_H

#include "arm64.h"

int arm64_check_event(const struct axvcpu_inject *event);
void arm64_events_in(struct arm64_vcpu *a);
void arm64_serror(struct arm64_vcpu *a, u32 iss);
void arm64_raise(struct arm64_vcpu *a, u32 ec, u32 iss, bool has_far, u64 far);
enum axvcpu_next arm64_undefined(struct arm64_vcpu *a);
void arm64_fill_raw(struct axvcpu_vcpu *vcpu, struct axvcpu_raw *raw);
u32 arm64_event_flags(struct arm64_vcpu *a);
bool arm64_has_wakeup(struct axvcpu_vcpu *vcpu);
bool arm64_irq_window(struct axvcpu_vcpu *vcpu);
void arm64_get_events(struct axvcpu_vcpu *vcpu, struct axvcpu_state_events *events);
void arm64_set_events(struct axvcpu_vcpu *vcpu, const struct axvcpu_state_events *events);

#endif /* AXVCPU_ARM64_EVENT_H */
