// SPDX-License-Identifier: GPL-2.0-only
/* A kick waits until it is answered: by a store or a command, over UNBIND and RESET. */

#include "harness.h"

DECLARE_GUEST(count, MODE_NATIVE);
DECLARE_GUEST(halt, MODE_NATIVE);

static void stops_once(struct machine *m, uint64_t next, const char *what)
{
	machine_exits(m, AXVCPU_EXIT_STOPPED, what);
	tap_is(m->run->in.kick, 0, "%s: answered, it is gone", what);
	tap_is(machine_report(m), next, "%s: the guest goes on", what);
}

static void while_ready(void)
{
	struct machine m;

	machine_ready(&m, &guest_count);
	WRITE_ONCE(m.run->in.kick, 1);
	stops_once(&m, 0, "a store before the first entry");
	tap_is(vcpu_kick(m.vcpu), 0, "KICK");
	tap_ok(m.run->in.kick != 0, "KICK stores");
	tap_is(vcpu_kick(m.vcpu), 0, "KICK twice");
	stops_once(&m, 1, "two kicks");
	WRITE_ONCE(m.run->in.kick, 0x80000000);
	stops_once(&m, 2, "any value");

	vcpu_kick(m.vcpu);
	vcpu_unbind(m.vcpu);
	vcpu_bind(m.vcpu);
	stops_once(&m, 3, "over UNBIND");

	vcpu_kick(m.vcpu);
	vcpu_unbind(m.vcpu);
	tap_is(vcpu_reset(m.vcpu), 0, "RESET");
	tap_ok(m.run->in.kick != 0, "RESET leaves it");
	arch_start(&m, &guest_count, GUEST_CODE);
	vcpu_bind(m.vcpu);
	stops_once(&m, 0, "over RESET");

	vcpu_kick(m.vcpu);
	m.run->in.budget_ns = 1;
	machine_exits(&m, AXVCPU_EXIT_STOPPED, "before a deadline that is over");
	m.run->in.budget_ns = 0;
	machine_fini(&m);
}

/* The raw block of an exit that is not the hardware's. */
static void nothing_else(void)
{
	struct machine m;

	machine_ready(&m, &guest_count);
	machine_report(&m);
	vcpu_kick(m.vcpu);
	machine_exits(&m, AXVCPU_EXIT_STOPPED, "after another exit");
	tap_is(m.run->out.raw.reason, ~0ULL, "there is no reason of the hardware's");
	tap_is(m.run->out.raw.insn_pc, arch_pc(&m), "PC is in the raw block");
	machine_fini(&m);
}

/* A halted guest is left halted: the next RUN waits on. */
static void while_halted(void)
{
	struct machine m;
	struct axvcpu_vcpu_info info;

	machine_ready(&m, &guest_halt);
	machine_halts(&m);
	m.run->in.budget_ns = 20000000;
	vcpu_kick(m.vcpu);
	machine_exits(&m, AXVCPU_EXIT_STOPPED, "halted and kicked");
	tap_is(m.run->out.activity, AXVCPU_ACTIVITY_HALTED, "it is still halted");
	vcpu_info(m.vcpu, &info);
	tap_is(info.activity, AXVCPU_ACTIVITY_HALTED, "VCPU_INFO says so too");
	machine_exits(&m, AXVCPU_EXIT_DEADLINE, "the next RUN waits on");
	tap_is(*(uint64_t *)(m.ram + GUEST_DATA), 0, "nothing woke the guest");
	machine_fini(&m);
}

void test(void)
{
	while_ready();
	nothing_else();
	while_halted();
}
