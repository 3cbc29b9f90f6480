/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run shows of itself: exits, counters, registers. All of it goes to the
 * standard error; the standard output is the guest's.
 */
#ifndef AXVCPU_REPORT_H
#define AXVCPU_REPORT_H

#include <axvcpu.h>

/* One line on the exit in the run page. */
void report_exit(const struct axvcpu_vcpu *vcpu, unsigned long long number);

/* The counters; @ns is how long the run took. */
void report_stats(struct axvcpu_vcpu *vcpu, unsigned long long ns);

/* All registers and the raw block of the last exit. */
void report_registers(struct axvcpu_vcpu *vcpu);

/* Why the vCPU is Invalid, if it is. */
void report_failure(struct axvcpu_vcpu *vcpu);

#endif /* AXVCPU_REPORT_H */
