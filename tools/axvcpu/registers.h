/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The registers of a vCPU as text. Each architecture has its own list.
 */
#ifndef AXVCPU_REGISTERS_H
#define AXVCPU_REGISTERS_H

#include <axvcpu.h>

/**
 * print_registers() - general and system registers, to the standard error
 * @vcpu: the vCPU, not inside RUN
 */
void print_registers(struct axvcpu_vcpu *vcpu);

#endif /* AXVCPU_REGISTERS_H */
