/* SPDX-License-Identifier: GPL-2.0-only */
/* How a program tells the profiler what to count; see profile.c. */
#ifndef AXVCPU_BEDS_PROFILE_H
#define AXVCPU_BEDS_PROFILE_H

#define PROFILE_START	0x5aa0
#define PROFILE_STOP	0x5aa1

/* A nop whose operand nobody uses, or a move to the register that takes nothing. */
static inline __attribute__((always_inline)) void profile_mark(unsigned int mark)
{
#ifdef __aarch64__
	asm volatile("movz xzr, %0" : : "i" (mark));
#else
	asm volatile("nopl %c0(%%rax)" : : "i" (mark));
#endif
}

#endif /* AXVCPU_BEDS_PROFILE_H */
