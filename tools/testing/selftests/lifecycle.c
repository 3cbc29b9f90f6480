// SPDX-License-Identifier: GPL-2.0-only
/* Create, set up, bind, run, unbind, reset, close: each leads where it says. */

#include "harness.h"

DECLARE_GUEST(count, MODE_NATIVE);

static void state_is(struct machine *m, uint32_t want, const char *after)
{
	uint32_t got = vcpu_state(m->vcpu);

	tap_ok(got == want, "%s: %s (is %s)", after, state_name(want), state_name(got));
}

static void created(void)
{
	struct machine m = { .dev = dev_open() };
	struct axvcpu_vcpu_info info;

	m.vm = vm_create(m.dev);
	tap_ok(m.vm >= 0, "CREATE_VM");
	m.vcpu = vcpu_create(m.vm, 3);
	tap_ok(m.vcpu >= 0, "VM_CREATE_VCPU");
	state_is(&m, AXVCPU_STATE_CREATED, "create");

	tap_is(vcpu_info(m.vcpu, &info), 0, "VCPU_INFO");
	tap_is(info.activity, AXVCPU_ACTIVITY_ACTIVE, "active");
	tap_is(info.vcpu_id, 3, "its number is the one asked for");
	tap_is(info.favor_phys_cpu, AXVCPU_NO_CPU, "no CPU is favoured");
	tap_is(info.cpu, AXVCPU_NO_CPU, "it ran on no CPU");
	tap_is(info.owner, 0, "it has no owner");
	tap_is(info.exits, 0, "no exits");
	tap_is(info.runs, 0, "no runs");

	tap_is(vcpu_create(m.vm, 3), -EINVAL, "a number is used once");
	tap_is(vcpu_reset(m.vcpu), 0, "RESET of a new vCPU");
	state_is(&m, AXVCPU_STATE_CREATED, "reset");
	close(m.vcpu);
	m.vcpu = vcpu_create(m.vm, 3);
	tap_ok(m.vcpu >= 0, "after close its number is free again");
	close(m.vm);
	tap_is(vcpu_setup(m.vcpu), 0, "a vCPU keeps its VM");
	close(m.vcpu);
	close(m.dev);
}

static void whole_life(void)
{
	struct axvcpu_vcpu_info info;
	struct machine m;
	uint64_t pc;

	machine_init(&m, &guest_count);
	state_is(&m, AXVCPU_STATE_FREE, "setup");
	tap_is(vcpu_bind(m.vcpu), 0, "BIND");
	state_is(&m, AXVCPU_STATE_READY, "bind");
	vcpu_info(m.vcpu, &info);
	tap_is(info.owner, gettid(), "the owner is the caller");

	tap_is(machine_report(&m), 0, "the guest runs");
	state_is(&m, AXVCPU_STATE_READY, "run");
	tap_is(machine_report(&m), 1, "it goes on where it was");
	vcpu_info(m.vcpu, &info);
	tap_ok(info.exits >= 2 && info.runs >= 2, "exits and runs are counted");
	tap_ok(info.cpu < 4096, "the CPU it ran on is known");

	tap_is(vcpu_unbind(m.vcpu), 0, "UNBIND");
	state_is(&m, AXVCPU_STATE_FREE, "unbind");
	vcpu_info(m.vcpu, &info);
	tap_is(info.owner, 0, "no owner any more");
	tap_is(vcpu_bind(m.vcpu), 0, "BIND again");
	tap_is(machine_report(&m), 2, "nothing was lost");
	tap_is(vcpu_unbind(m.vcpu), 0, "UNBIND");

	pc = arch_pc(&m);
	tap_is(vcpu_reset(m.vcpu), 0, "RESET");
	state_is(&m, AXVCPU_STATE_CREATED, "reset");
	tap_ok(arch_pc(&m) != pc, "the registers are at their reset values");
	arch_start(&m, &guest_count, GUEST_CODE);
	state_is(&m, AXVCPU_STATE_FREE, "setup");
	tap_is(vcpu_bind(m.vcpu), 0, "BIND");
	tap_is(machine_report(&m), 0, "the guest starts again");
	machine_fini(&m);
	tap_ok(true, "close while READY");
}

static void no_failure(void)
{
	struct axvcpu_failure failure = { .size = sizeof(failure) };
	struct machine m;

	machine_init(&m, &guest_count);
	tap_is(xioctl(m.vcpu, AXVCPU_GET_FAILURE, &failure), 0, "GET_FAILURE");
	tap_is(failure.error, 0, "of a healthy vCPU: none");
	tap_is(failure.call[0] | failure.text[0], 0, "and no words");
	machine_fini(&m);
}

void test(void)
{
	created();
	whole_life();
	no_failure();
}
