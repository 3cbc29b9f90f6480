// SPDX-License-Identifier: GPL-2.0-only
/* WFI and WFE. */

#include "../harness.h"

DECLARE_GUEST(wfi, MODE_NATIVE);
DECLARE_GUEST(wfe, MODE_NATIVE);
DECLARE_ROWS(wfi);

void test(void)
{
	struct machine m;

	machine_ready(&m, &guest_wfi);
	m.run->in.flags = AXVCPU_RUN_EXIT_HALT;
	machine_exits(&m, AXVCPU_EXIT_HALT, "WFI, asked for");
	tap_is(arch_pc(&m), GUEST_CODE + guest_wfi_rows[0].offset + guest_wfi_rows[0].len,
	       "PC is past it");
	tap_is(m.run->out.activity, AXVCPU_ACTIVITY_ACTIVE, "active");
	machine_report(&m);
	m.run->in.flags = 0;
	m.run->in.budget_ns = 10000000;
	machine_exits(&m, AXVCPU_EXIT_DEADLINE, "WFI: waits in the kernel");
	tap_is(m.run->out.activity, AXVCPU_ACTIVITY_HALTED, "halted");
	tap_is(vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 40), 0, "INJECT, masked");
	m.run->in.budget_ns = 0;
	machine_report(&m);
	tap_ok(true, "a masked interrupt ends the wait");
	machine_fini(&m);

	machine_ready(&m, &guest_wfe);
	machine_report(&m);
	tap_is(vcpu_stat(m.vcpu, AXVCPU_STAT_BLOCK), 0, "WFE does not wait");
	machine_fini(&m);
}
