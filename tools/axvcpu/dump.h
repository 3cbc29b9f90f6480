/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Everything about a vCPU that failed, on the standard error. The standard output
 * belongs to the guest.
 */
#ifndef AXVCPU_DUMP_H
#define AXVCPU_DUMP_H

#include <axvcpu.h>

/**
 * report_registers() - print all registers and the raw block of the last exit
 * @vcpu: the vCPU, not inside RUN
 */
void report_registers(struct axvcpu_vcpu *vcpu);

/**
 * report_failure() - if the vCPU is Invalid, print why
 * @vcpu: the vCPU, not inside RUN
 */
void report_failure(struct axvcpu_vcpu *vcpu);

#endif /* AXVCPU_DUMP_H */
