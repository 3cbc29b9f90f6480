/* SPDX-License-Identifier: MIT */
/*
 * The operands of an instruction: registers, memory, and the device.
 */
#ifndef AXVCPU_LIB_X86_OPERAND_H
#define AXVCPU_LIB_X86_OPERAND_H

#include "insn.h"

uint64_t insn_mask(uint32_t width);
/* Read or write a general register by the rules of its width; -ENOTSUP if it is none. */
int insn_get_reg(const struct insn *in, ZydisRegister reg, uint64_t *value);
int insn_set_reg(struct insn *in, ZydisRegister reg, uint64_t value);
/* Compute the linear address of a memory operand. */
int insn_linear(const struct insn *in, const ZydisDecodedOperand *op, uint64_t *linear);
/*
 * Read or write the memory behind a linear address, for the operand that is not the
 * device. Return: 0, -ENOTSUP, INSN_FAULT after injecting #PF, or what a callback
 * returned.
 */
int insn_load(struct insn *in, uint64_t linear, uint32_t width, void *data);
int insn_store(struct insn *in, uint64_t linear, uint32_t width, const void *data);
/* Check that the guest may write there. Return: as above. */
int insn_probe_write(struct insn *in, uint64_t linear);
/* Read or write the device. Return: what the callback returned. */
int insn_device_read(struct insn *in, uint64_t *value);
int insn_device_write(struct insn *in, uint64_t value);
/* Write the registers to the run page. If @done, RIP is past the instruction. */
void insn_commit(struct insn *in, bool done);

#endif /* AXVCPU_LIB_X86_OPERAND_H */
