/* SPDX-License-Identifier: GPL-2.0-only */
/* What the world switches in assembly and their callers in C agree on. */
#ifndef AXVCPU_X86_ENTRY_H
#define AXVCPU_X86_ENTRY_H

/* @flags of a world switch */
#define X86_ENTRY_VERW		0x001	/* overwrite the CPU's buffers before the guest */
#define X86_ENTRY_IBPB		0x002	/* predictor barrier after the guest */
#define X86_ENTRY_RESUME	0x004	/* VMX: the VMCS is launched */
#define X86_ENTRY_RSB		0x008	/* fill the return predictor after the guest */
#define X86_ENTRY_ONE_CALL	0x010	/* one call before the first return will do */
#define X86_ENTRY_HISTORY	0x020	/* VMX: clear the branch history after the guest */
#define X86_ENTRY_SPEC_CTRL	0x040	/* IA32_SPEC_CTRL is switched */
#define X86_ENTRY_SPEC_OPEN	0x080	/* the guest writes it without an exit */
#define X86_ENTRY_IBRS		0x100	/* the host's value is written even if it is there */

/* Those that few CPUs need: one look at the flags for all of them, after the guest. */
#define X86_ENTRY_RARE		(X86_ENTRY_IBPB | X86_ENTRY_ONE_CALL | X86_ENTRY_HISTORY | \
				 X86_ENTRY_SPEC_CTRL)

/* Offsets of struct x86_spec_ctrl from the general registers; mitigation.c asserts them. */
#define SPEC_CTRL_GUEST	144
#define SPEC_CTRL_HOST	152

/* Offsets into struct axvcpu_x86_regs.gpr; svm/run.c asserts them. */
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
