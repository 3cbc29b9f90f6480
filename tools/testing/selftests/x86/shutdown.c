// SPDX-License-Identifier: GPL-2.0-only
/* A triple fault: exit SHUTDOWN, and again, until RESET or SET_STATE. */

#include "harness.h"

DECLARE_GUEST(triple, MODE_REAL);
DECLARE_GUEST(ud2, MODE_LONG);
DECLARE_GUEST(count, MODE_LONG);

void test(void)
{
	struct axvcpu_state_events ev;
	struct axvcpu_x86_segments segs;
	struct machine m;

	machine_ready(&m, &guest_triple);
	machine_exits(&m, AXVCPU_EXIT_SHUTDOWN, "a triple fault in real mode");
	tap_is(m.run->out.activity, AXVCPU_ACTIVITY_SHUTDOWN, "the activity says so");
	tap_is(vcpu_state(m.vcpu), AXVCPU_STATE_READY, "the vCPU is READY");
	machine_exits(&m, AXVCPU_EXIT_SHUTDOWN, "it stays down");
	get_events(&m, &ev);
	tap_is(ev.activity, AXVCPU_ACTIVITY_SHUTDOWN, "also in the saved state");
	vcpu_unbind(m.vcpu);
	tap_is(vcpu_reset(m.vcpu), 0, "RESET");
	arch_start(&m, &guest_count, GUEST_CODE);
	memcpy(m.ram + GUEST_CODE, guest_count.start, guest_count.end - guest_count.start);
	vcpu_bind(m.vcpu);
	tap_is(machine_report(&m), 0, "brings it up again");
	machine_fini(&m);

	machine_ready(&m, &guest_ud2);
	get_segments(&m, &segs);
	segs.idtr.limit = 0;
	set_segments(&m, &segs);
	machine_exits(&m, AXVCPU_EXIT_SHUTDOWN, "a triple fault in long mode");
	machine_fini(&m);
}
