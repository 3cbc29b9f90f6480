// SPDX-License-Identifier: GPL-2.0-only
/* EXTERNAL_INTERRUPT: only when asked for; without the host's vector. */

#include "harness.h"

DECLARE_GUEST(spin, MODE_LONG);

void test(void)
{
	struct machine m;
	unsigned int i;
	uint64_t any, start;

	machine_ready(&m, &guest_spin);
	m.run->in.flags = AXVCPU_RUN_EXIT_HOST_IRQ;
	for (i = 0; i < 3; i++) {
		machine_exits(&m, AXVCPU_EXIT_EXTERNAL_INTERRUPT, "asked for");
		any = m.run->out.payload[0] | m.run->out.payload[1];
		tap_is(any, 0, "it tells nothing about the host");
	}
	tap_ok(m.regs->rip >= GUEST_CODE && m.regs->rip < GUEST_CODE + 32, "PC in the loop");

	m.run->in.flags = 0;
	m.run->in.budget_ns = 100000000;
	start = vcpu_stat(m.vcpu, AXVCPU_STAT_HANDLED_IRQ);
	machine_exits(&m, AXVCPU_EXIT_DEADLINE, "not asked for");
	tap_ok(vcpu_stat(m.vcpu, AXVCPU_STAT_HANDLED_IRQ) > start,
	       "interrupts are handled inside and counted");
	machine_fini(&m);
}
