/* SPDX-License-Identifier: MIT */
/*
 * SSE and AVX moves on a device.
 */
#ifndef AXVCPU_LIB_X86_VECTOR_H
#define AXVCPU_LIB_X86_VECTOR_H

#include "insn.h"

/* -ENOTSUP: it is none of them */
int insn_vector(struct insn *in);

#endif /* AXVCPU_LIB_X86_VECTOR_H */
