/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An exit as one line, on the standard error. The standard output
 * belongs to the guest.
 */
#ifndef AXVCPU_TRACE_H
#define AXVCPU_TRACE_H

#include <axvcpu.h>

/**
 * report_exit() - print one line about the exit in the run page
 * @vcpu: the vCPU, after RUN
 * @number: how many exits there have been
 */
void report_exit(const struct axvcpu_vcpu *vcpu, unsigned long long number);

#endif /* AXVCPU_TRACE_H */
