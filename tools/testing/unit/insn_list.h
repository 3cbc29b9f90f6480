/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The instructions of insn_list.S, and the processor to run them on.
 */
#ifndef UNIT_INSN_LIST_H
#define UNIT_INSN_LIST_H

#include <axvcpu.h>

/**
 * struct listed - an instruction
 * @start: its bytes; a return follows
 * @end: where they end
 * @text: it in words
 * @how: how it meets the device, as insn_list.S says
 */
struct listed {
	const uint8_t *start;
	const uint8_t *end;
	const char *text;
	uint64_t how;
};

extern const struct listed insn_list[], insn_list_end[];

/* Runs it with these general registers, but RSP, and flags. */
void insn_native(struct axvcpu_x86_regs *regs, const void *insn);

#endif /* UNIT_INSN_LIST_H */
