/* SPDX-License-Identifier: MIT */
/*
 * SSE and AVX moves on a device.
 */
#ifndef AXVCPU_LIB_X86_VECTOR_H
#define AXVCPU_LIB_X86_VECTOR_H

#include "insn.h"

/* Carry out a move of a vector register; -ENOTSUP if it is none. */
int insn_vector(struct insn *in);

#endif /* AXVCPU_LIB_X86_VECTOR_H */
