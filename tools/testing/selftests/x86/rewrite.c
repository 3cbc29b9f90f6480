// SPDX-License-Identifier: GPL-2.0-only
/*
 * An instruction that exits is rewritten, in its place or by the guest's tables: the next
 * exit is about the new one. Where the kernel has to read instructions it keeps the last.
 */

#include "harness.h"

DECLARE_GUEST(rewrite, MODE_LONG);
DECLARE_ROWS(rewrite);

#define PTE(gpa)	(((uint64_t *)(m.ram + GUEST_PT_ALIAS))[(gpa) >> 12])

static struct machine m;

/* The same with a prefix that changes nothing but its length: one byte of NOP less. */
static const uint8_t longer[] = { 0x66, 0x0f, 0xa2 };

static void write_row(uint64_t code, const void *bytes)
{
	memcpy(m.ram + code + guest_rewrite_rows[0].at, bytes, sizeof(longer));
}

/* Does the guest get through it, again and again? */
static void passes(const char *what)
{
	unsigned int rounds = 0;

	for (; rounds < 3; rounds++) {
		m.regs->RAX = 0;
		if (machine_run(&m) != AXVCPU_EXIT_IO_WRITE)
			break;
	}
	tap_is(rounds, 3, what);
}

static void flush_tlb(void)
{
	struct axvcpu_x86_control ctl;

	get_control(&m, &ctl);
	set_control(&m, &ctl);
}

void test(void)
{
	uint8_t plain[sizeof(longer)];

	machine_ready(&m, &guest_rewrite);
	memcpy(plain, m.ram + GUEST_CODE + guest_rewrite_rows[0].at, sizeof(plain));
	passes("CPUID");
	write_row(GUEST_CODE, longer);
	passes("CPUID with a prefix in its place");
	write_row(GUEST_CODE, plain);
	passes("CPUID again");

	/* Another page with the longer one, at the same address. */
	m.regs->rip = GUEST_ALIAS + GUEST_CODE;
	passes("CPUID elsewhere");
	memcpy(m.ram + GUEST_DATA, m.ram + GUEST_CODE, 4096);
	write_row(GUEST_DATA, longer);
	PTE(GUEST_CODE) += GUEST_DATA - GUEST_CODE;
	flush_tlb();
	m.regs->rip = GUEST_ALIAS + GUEST_CODE;
	passes("another page there, CPUID with a prefix");
	PTE(GUEST_CODE) -= GUEST_DATA - GUEST_CODE;
	flush_tlb();
	m.regs->rip = GUEST_ALIAS + GUEST_CODE;
	passes("the first page again");
	machine_fini(&m);
}
