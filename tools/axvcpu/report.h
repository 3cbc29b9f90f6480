/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reports about a run: exits, counters, registers. They go to the standard error,
 * because the standard output belongs to the guest.
 */
#ifndef AXVCPU_REPORT_H
#define AXVCPU_REPORT_H

#include <axvcpu.h>

/* Print one line about the exit in the run page. */
void report_exit(const struct axvcpu_vcpu *vcpu, unsigned long long number);

/* Print the counters. The run took @ns nanoseconds. */
void report_stats(struct axvcpu_vcpu *vcpu, unsigned long long ns);

/* Print all registers and the raw block of the last exit. */
void report_registers(struct axvcpu_vcpu *vcpu);

/* If the vCPU is Invalid, print why. */
void report_failure(struct axvcpu_vcpu *vcpu);

#endif /* AXVCPU_REPORT_H */
