/* SPDX-License-Identifier: MIT */
/*
 * Arithmetic and logic on a device. Each function changes the arithmetic flags of
 * @in->regs.
 */
#ifndef AXVCPU_LIB_X86_ALU_H
#define AXVCPU_LIB_X86_ALU_H

#include <stdbool.h>

#include "insn.h"

int insn_alu(struct insn *in);
int insn_bit(struct insn *in);
void insn_flags_sub(struct insn *in, uint64_t a, uint64_t b, uint32_t width);
bool insn_condition(const struct insn *in, unsigned int code);

#endif /* AXVCPU_LIB_X86_ALU_H */
