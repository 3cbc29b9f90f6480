// SPDX-License-Identifier: GPL-2.0-only
/* GET_STATS and debugfs: exact where it can be, readable while it runs. */

#include "harness.h"

DECLARE_GUEST(count, MODE_NATIVE);
DECLARE_GUEST(spin, MODE_NATIVE);
DECLARE_GUEST(halt, MODE_NATIVE);

#define VCPUS	"/sys/kernel/debug/axvcpu/vcpus"

static void exact(void)
{
	struct axvcpu_vcpu_info info;
	struct machine m;
	unsigned int i;
	uint32_t reason;

	machine_ready(&m, &guest_count);
	for (i = 0; i < 10; i++)
		machine_report(&m);
	reason = m.run->out.reason;
	tap_is(vcpu_stat(m.vcpu, AXVCPU_STAT_EXIT(reason)), 10, "ten exits %s",
	       reason_name(reason));
	tap_is(vcpu_stat(m.vcpu, AXVCPU_STAT_RUN), 10, "ten RUNs");
	tap_ok(vcpu_stat(m.vcpu, AXVCPU_STAT_ENTRY) >= 10, "as many entries at least");
	tap_ok(vcpu_stat(m.vcpu, AXVCPU_STAT_HANDLED_FAULT) > 0, "faults were served");
	vcpu_kick(m.vcpu);
	vcpu_kick(m.vcpu);
	machine_run(&m);
	tap_is(vcpu_stat(m.vcpu, AXVCPU_STAT_KICK), 2, "two kicks");
	tap_is(vcpu_stat(m.vcpu, AXVCPU_STAT_EXIT(AXVCPU_EXIT_STOPPED)), 1, "one STOPPED");
	vcpu_info(m.vcpu, &info);
	tap_is(info.runs, 11, "VCPU_INFO counts the same RUNs");
	vcpu_unbind(m.vcpu);
	vcpu_reset(m.vcpu);
	tap_is(vcpu_stat(m.vcpu, AXVCPU_STAT_RUN), 11, "RESET keeps them");
	machine_fini(&m);
}

/* The line of this vCPU, or an empty string. */
static const char *debugfs_line(struct machine *m)
{
	static char buf[16384];
	struct axvcpu_vcpu_info info;
	char want[64], *p, *end;

	if (file_read(VCPUS, buf, sizeof(buf)) < 0)
		return "";
	vcpu_info(m->vcpu, &info);
	snprintf(want, sizeof(want), "vm=%u vcpu=%u ", info.vm_id, info.vcpu_id);
	p = strstr(buf, want);
	if (!p)
		return "";
	end = strchr(p, '\n');
	if (end)
		*end = '\0';
	return p;
}

static void shows(struct machine *m, const char *state)
{
	char want[64];
	const char *line = debugfs_line(m);

	snprintf(want, sizeof(want), "state=%s ", state);
	tap_ok(strstr(line, want), "debugfs: %s", state);
	if (!strstr(line, want))
		tap_note("  %s", line);
}

static void running(const struct guest *guest, uint32_t state, const char *name)
{
	struct machine m;
	struct runner r = { .m = &m, .cpu = -1 };
	uint64_t before;
	char want[64];

	machine_init(&m, guest);
	shows(&m, "Free");
	runner_start(&r);
	WAIT_FOR(vcpu_state(m.vcpu) == state, 5000);
	shows(&m, name);
	snprintf(want, sizeof(want), "pid=%d owner=%d ", getpid(), r.tid);
	tap_ok(strstr(debugfs_line(&m), want), "debugfs: whose it is");
	before = vcpu_stat(m.vcpu, AXVCPU_STAT_EXIT(AXVCPU_EXIT_STOPPED));
	vcpu_kick(m.vcpu);
	tap_ok(WAIT_FOR(vcpu_stat(m.vcpu, AXVCPU_STAT_EXIT(AXVCPU_EXIT_STOPPED)) > before,
			5000), "counters move while it is %s", name);
	runner_stop(&r);
	machine_fini(&m);
}

void test(void)
{
	exact();
	if (access(VCPUS, R_OK)) {
		tap_skip("no debugfs", "the same there");
		return;
	}
	running(&guest_spin, AXVCPU_STATE_RUNNING, "Running");
	running(&guest_halt, AXVCPU_STATE_BLOCKED, "Blocked");
}
