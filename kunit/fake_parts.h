/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the fake backend share; tests see fake.h only. */
#ifndef AXVCPU_FAKE_PARTS_H
#define AXVCPU_FAKE_PARTS_H

#include "fake.h"

/* fake.c: the watch */

/* Count and log a call; the errno it shall fail with, or 0. */
int fake_note(enum fake_call call);
/* The same for a vCPU's call; a failure of the host side is reported as such. */
int fake_note_vcpu(enum fake_call call, struct axvcpu_vcpu *vcpu);
void fake_report(struct axvcpu_vcpu *vcpu, enum fake_call call, int error);
/* Count a promise of the core as broken if it was not kept. */
void fake_promise(bool kept, const char *words);
void fake_claimed(struct axvcpu_vcpu *vcpu);
/* The claim is held and sleeping is allowed. */
void fake_sleepable(struct axvcpu_vcpu *vcpu);
/* The claim is held, preemption is off, the vCPU is the current one. */
void fake_on_cpu(struct axvcpu_vcpu *vcpu);

/* fake_guest.c: operations that have to do with the guest's run */
int fake_run(struct axvcpu_vcpu *vcpu);
enum axvcpu_next fake_handle_exit(struct axvcpu_vcpu *vcpu);
enum axvcpu_next fake_complete(struct axvcpu_vcpu *vcpu);
enum axvcpu_next fake_explain_fault(struct axvcpu_vcpu *vcpu, int error);
void fake_fill_raw(struct axvcpu_vcpu *vcpu, struct axvcpu_raw *raw);
bool fake_has_wakeup(struct axvcpu_vcpu *vcpu);
bool fake_irq_window(struct axvcpu_vcpu *vcpu);
int fake_check_event(const struct axvcpu_inject *event);

/* fake_state.c: registers and settings */
int fake_set_gpr(struct axvcpu_vcpu *vcpu, unsigned int reg, u64 value);
void fake_set_return_value(struct axvcpu_vcpu *vcpu, u64 value);
void fake_get_events(struct axvcpu_vcpu *vcpu, struct axvcpu_state_events *events);
void fake_set_events(struct axvcpu_vcpu *vcpu, const struct axvcpu_state_events *events);
void fake_set_pc(struct axvcpu_vcpu *vcpu, u64 pc);
int fake_set_debug(struct axvcpu_vcpu *vcpu, const struct axvcpu_debug *debug);
int fake_walk(struct axvcpu_vcpu *vcpu, struct axvcpu_translate *tr);
extern const struct axvcpu_state_group fake_groups[];

/* fake_tlb.c */
extern const struct axvcpu_pt_format fake_pt_format;
void fake_tlb_flush(struct axvcpu_vcpu *vcpu);

#endif /* AXVCPU_FAKE_PARTS_H */
