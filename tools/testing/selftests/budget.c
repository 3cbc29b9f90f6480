// SPDX-License-Identifier: GPL-2.0-only
/* budget_ns: RUN leaves with DEADLINE, not before and not long after. */

#include "harness.h"

DECLARE_GUEST(spin, MODE_NATIVE);
DECLARE_GUEST(halt, MODE_NATIVE);
DECLARE_GUEST(count, MODE_NATIVE);

static void expires(const struct guest *guest, const char *how)
{
	static const uint64_t budgets[] = { 1000000, 20000000, 100000000 };
	uint64_t start, took, slack = 200000000 * (1000 / scaled(1000));
	struct machine m;
	unsigned int i;

	machine_ready(&m, guest);
	for (i = 0; i < ARRAY_SIZE(budgets); i++) {
		m.run->in.budget_ns = budgets[i];
		start = now_ns();
		machine_exits(&m, AXVCPU_EXIT_DEADLINE, how);
		took = now_ns() - start;
		tap_ok(took >= budgets[i], "%s: not before %llu us (%llu)", how,
		       (unsigned long long)budgets[i] / 1000,
		       (unsigned long long)took / 1000);
		tap_ok(took < budgets[i] + slack, "%s: not long after", how);
	}
	machine_fini(&m);
}

/*
 * It is not the host's next tick, 4 ms apart, that finds the budget used up. A busy
 * machine makes some late, not most.
 */
static void on_time(void)
{
	const uint64_t budget = 200000, tick = 4000000;
	unsigned int i, n = 40, late = 0;
	struct machine m;
	uint64_t start;

	machine_ready(&m, &guest_spin);
	for (i = 0; i < n; i++) {
		m.run->in.budget_ns = budget;
		start = now_ns();
		if (machine_run(&m) != AXVCPU_EXIT_DEADLINE)
			tap_bail("exit %s", reason_name(m.run->out.reason));
		late += now_ns() - start > budget + tick / 2;
	}
	tap_ok(late < n / 2, "most end before a tick would end them (%u of %u late)", late, n);
	machine_fini(&m);
}

static void not_used_up(void)
{
	struct machine m;
	unsigned int i, wrong = 0;

	machine_ready(&m, &guest_count);
	m.run->in.budget_ns = 10000000000;
	for (i = 0; i < 100; i++)
		wrong += machine_report(&m) != i;
	tap_is(wrong, 0, "each RUN has a budget of its own");
	m.run->in.budget_ns = ~0ULL;
	tap_is(machine_report(&m), 100, "the largest there is");
	m.run->in.budget_ns = 0;
	tap_is(machine_report(&m), 101, "0 is none");
	m.run->in.budget_ns = 1;
	do {
		i = machine_run(&m);
	} while (i == AXVCPU_EXIT_IO_WRITE);
	tap_is(i, AXVCPU_EXIT_DEADLINE, "1 ns is too little");
	tap_is(m.run->in.budget_ns, 1, "the kernel does not write the block in");
	machine_fini(&m);
}

void test(void)
{
	expires(&guest_spin, "spinning");
	expires(&guest_halt, "halted");
	on_time();
	not_used_up();
}
