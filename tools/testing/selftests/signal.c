// SPDX-License-Identifier: GPL-2.0-only
/* A signal ends RUN with -EINTR: vCPU READY, reason NOTHING, a halted guest still halted. */

#include <signal.h>
#include <sys/time.h>

#include "harness.h"

DECLARE_GUEST(spin, MODE_NATIVE);
DECLARE_GUEST(halt, MODE_NATIVE);

static int signals;

static void count_signal(int sig)
{
	(void)sig;
	WRITE_ONCE(signals, signals + 1);
}

static void arm(unsigned int us)
{
	struct itimerval t = { .it_value.tv_usec = us };

	setitimer(ITIMER_REAL, &t, NULL);
}

static void interrupted(const struct guest *guest, uint32_t activity, const char *how)
{
	unsigned long i, rounds = scaled(20), eintr = 0, nothing = 0, ready = 0, active = 0;
	struct machine m;

	machine_ready(&m, guest);
	if (activity == AXVCPU_ACTIVITY_HALTED)
		machine_halts(&m);
	WRITE_ONCE(signals, 0);
	for (i = 0; i < rounds; i++) {
		arm(10000);
		m.run->out.reason = 0x5555;
		eintr += vcpu_run(m.vcpu) == -EINTR;
		nothing += m.run->out.reason == AXVCPU_EXIT_NOTHING;
		ready += vcpu_state(m.vcpu) == AXVCPU_STATE_READY;
		active += m.run->out.activity == activity;
	}
	tap_is(eintr, rounds, "%s: RUN returns -EINTR", how);
	tap_is(nothing, rounds, "%s: reason NOTHING", how);
	tap_is(ready, rounds, "%s: READY", how);
	tap_is(active, rounds, "%s: activity as it was", how);
	tap_is(READ_ONCE(signals), rounds, "%s: each signal was handled", how);
	machine_fini(&m);
}

/* A signal that came before RUN. */
static void pending(void)
{
	struct machine m;

	machine_ready(&m, &guest_spin);
	/* Nothing to interrupt: it is handled before RUN is called. */
	WRITE_ONCE(signals, 0);
	raise(SIGALRM);
	m.run->in.budget_ns = 5000000;
	tap_is(READ_ONCE(signals), 1, "a signal outside RUN");
	machine_exits(&m, AXVCPU_EXIT_DEADLINE, "does not end the next");
	machine_fini(&m);
}

/* A kick stays while signals end RUN. */
static void with_kick(void)
{
	struct machine m;
	int ret;

	machine_ready(&m, &guest_spin);
	arm(10000);
	ret = vcpu_run(m.vcpu);
	vcpu_kick(m.vcpu);
	tap_is(ret, -EINTR, "a signal, then a kick");
	machine_exits(&m, AXVCPU_EXIT_STOPPED, "the kick");
	machine_fini(&m);
}

void test(void)
{
	struct sigaction sa = { .sa_handler = count_signal };

	alarm(0);
	sigaction(SIGALRM, &sa, NULL);
	interrupted(&guest_spin, AXVCPU_ACTIVITY_ACTIVE, "spinning");
	interrupted(&guest_halt, AXVCPU_ACTIVITY_HALTED, "halted");
	pending();
	with_kick();
}
