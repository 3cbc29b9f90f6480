/* SPDX-License-Identifier: GPL-2.0-only */
/* What the world switches in assembly and their callers in C agree on. */
#ifndef AXVCPU_X86_ENTRY_H
#define AXVCPU_X86_ENTRY_H

/* @flags of a world switch */
#define X86_ENTRY_VERW	1	/* overwrite the CPU's buffers before the guest */
#define X86_ENTRY_IBPB	2	/* predictor barrier after the guest */
#define X86_ENTRY_RESUME 4	/* VMX: the VMCS is launched */

/* Offsets into struct axvcpu_x86_regs.gpr; svm_run.c asserts them. */
#define GPR_RAX		0
#define GPR_RCX		8
#define GPR_RDX		16
#define GPR_RBX		24
#define GPR_RSP		32
#define GPR_RBP		40
#define GPR_RSI		48
#define GPR_RDI		56
#define GPR_R8		64
#define GPR_R9		72
#define GPR_R10		80
#define GPR_R11		88
#define GPR_R12		96
#define GPR_R13		104
#define GPR_R14		112
#define GPR_R15		120

#endif /* AXVCPU_X86_ENTRY_H */
