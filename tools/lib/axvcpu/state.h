/* SPDX-License-Identifier: MIT */
/*
 * libaxvcpu: registers and state of a vCPU. Programs include <axvcpu.h>.
 */
#ifndef AXVCPU_STATE_H
#define AXVCPU_STATE_H

#include <stdint.h>

#include <axvcpu/vcpu.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * axvcpu_get_gpr() - read a general register of the run page
 * @vcpu: the vCPU, not inside RUN
 * @reg: its index
 *
 * Return: its value; 0 if there is no such register.
 */
uint64_t axvcpu_get_gpr(const struct axvcpu_vcpu *vcpu, uint32_t reg);

/**
 * axvcpu_set_gpr() - write a general register of the run page
 * @vcpu: the vCPU, not inside RUN
 * @reg: its index
 * @value: all 64 bits
 *
 * Return: 0, or -EINVAL if there is no such register.
 */
int axvcpu_set_gpr(struct axvcpu_vcpu *vcpu, uint32_t reg, uint64_t value);

/**
 * axvcpu_get_pc() - read the program counter
 * @vcpu: the vCPU, not inside RUN
 *
 * Return: RIP or PC.
 */
uint64_t axvcpu_get_pc(const struct axvcpu_vcpu *vcpu);

/**
 * axvcpu_set_pc() - write the program counter
 * @vcpu: the vCPU, not inside RUN
 * @pc: RIP or PC
 */
void axvcpu_set_pc(struct axvcpu_vcpu *vcpu, uint64_t pc);

/**
 * axvcpu_set_return_value() - the result of a hypercall
 * @vcpu: the vCPU, not inside RUN
 * @value: goes to RAX or X0
 */
void axvcpu_set_return_value(struct axvcpu_vcpu *vcpu, uint64_t value);

/**
 * axvcpu_vcpu_get_state() - GET_STATE
 * @vcpu: the vCPU
 * @group: AXVCPU_GROUP_*
 * @buf: records
 * @len: in: room at @buf; out: bytes there are, also with -ENOSPC
 */
int axvcpu_vcpu_get_state(struct axvcpu_vcpu *vcpu, uint32_t group, void *buf, uint32_t *len);

/**
 * axvcpu_vcpu_set_state() - SET_STATE
 * @vcpu: the vCPU
 * @buf: records
 * @len: bytes
 */
int axvcpu_vcpu_set_state(struct axvcpu_vcpu *vcpu, const void *buf, uint32_t len);

/**
 * axvcpu_vcpu_get_group() - read the data of one state group
 * @vcpu: the vCPU
 * @group: AXVCPU_GROUP_*, not _ALL
 * @data: the group's structure or array
 * @size: room there
 *
 * Return: bytes of data, or -errno; -ENOSPC if there are more than @size.
 */
int axvcpu_vcpu_get_group(struct axvcpu_vcpu *vcpu, uint32_t group, void *data, uint32_t size);

/**
 * axvcpu_vcpu_set_group() - write the data of one state group
 * @vcpu: the vCPU
 * @group: AXVCPU_GROUP_*
 * @data: the group's structure or array
 * @size: bytes
 */
int axvcpu_vcpu_set_group(struct axvcpu_vcpu *vcpu, uint32_t group, const void *data,
			  uint32_t size);

/**
 * axvcpu_state_next() - walk the records of a state buffer
 * @buf: the buffer
 * @len: bytes
 * @prev: the record before; NULL: get the first
 *
 * Return: a record whose data lies in the buffer, or NULL.
 */
const struct axvcpu_state_record *axvcpu_state_next(const void *buf, uint32_t len,
						    const struct axvcpu_state_record *prev);

#ifdef __cplusplus
}
#endif

#endif /* AXVCPU_STATE_H */
