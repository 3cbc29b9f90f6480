// SPDX-License-Identifier: GPL-2.0-only
/* SET_DEBUG: steps and breakpoint instructions. */

#include "../harness.h"

DECLARE_GUEST(steps, MODE_NATIVE);
DECLARE_ROWS(steps);

void test(void)
{
	struct axvcpu_debug debug = {
		.size = sizeof(debug), .flags = AXVCPU_DEBUG_STEP | AXVCPU_DEBUG_SW_BREAK,
	};
	const struct guest_row *row = guest_steps_rows;
	struct machine m;

	machine_ready(&m, &guest_steps);
	m.regs->x[0] = 0;
	tap_is(vcpu_set_debug(m.vcpu, &debug), 0, "SET_DEBUG");
	for (unsigned int i = 1; i <= 2; i++) {
		machine_exits(&m, AXVCPU_EXIT_DEBUG, "a step");
		tap_is(m.run->out.debug.cause, AXVCPU_DEBUG_CAUSE_STEP, "it is one");
		tap_is(arch_pc(&m), GUEST_CODE + row[i].offset, "PC is at the next");
		tap_is(m.regs->x[0], i, "one instruction was executed");
	}
	machine_exits(&m, AXVCPU_EXIT_DEBUG, "BRK");
	tap_is(m.run->out.debug.cause, AXVCPU_DEBUG_CAUSE_SW_BREAK, "it is one");
	tap_is(arch_pc(&m), GUEST_CODE + row[2].offset, "PC is at it");
	m.regs->pc += 4;
	machine_exits(&m, AXVCPU_EXIT_DEBUG, "one that the kernel carries out");
	tap_is(m.run->out.debug.cause, AXVCPU_DEBUG_CAUSE_STEP, "is a step, too");
	tap_is(arch_pc(&m), GUEST_CODE + row[4].offset, "PC is behind it");
	debug.flags = 0;
	tap_is(vcpu_set_debug(m.vcpu, &debug), 0, "off again");
	tap_is(machine_report(&m), 3, "the guest runs on");
	debug.exceptions = 1;
	tap_is(vcpu_set_debug(m.vcpu, &debug), -EINVAL, "exceptions cannot be had");
	machine_fini(&m);
}
