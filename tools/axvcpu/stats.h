/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The counters of a vCPU, on the standard error. The standard output
 * belongs to the guest.
 */
#ifndef AXVCPU_STATS_H
#define AXVCPU_STATS_H

#include <axvcpu.h>

/**
 * report_stats() - print the counters as tables
 * @vcpu: the vCPU
 * @ns: how long the run took
 */
void report_stats(struct axvcpu_vcpu *vcpu, unsigned long long ns);

#endif /* AXVCPU_STATS_H */
