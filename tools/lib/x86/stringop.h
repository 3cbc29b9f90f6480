/* SPDX-License-Identifier: MIT */
/*
 * String instructions on a device.
 */
#ifndef AXVCPU_LIB_X86_STRINGOP_H
#define AXVCPU_LIB_X86_STRINGOP_H

#include "insn.h"

/* Carry out a string instruction; -ENOTSUP if it is none. */
int insn_string(struct insn *in);

#endif /* AXVCPU_LIB_X86_STRINGOP_H */
