// SPDX-License-Identifier: GPL-2.0-only
/* Vector registers: two guests and the host on two CPUs, and nobody loses any. */

#include "../harness.h"

DECLARE_GUEST(fpu, MODE_NATIVE);

static bool on_exit_count(struct runner *r)
{
	uint64_t value;
	uint64_t *result = r->data;

	if (r->ret == -EINTR || r->reason == AXVCPU_EXIT_STOPPED)
		return !READ_ONCE(r->stop);
	if (r->ret || !arch_is_report(r->m, &value)) {
		result[1]++;
		return false;
	}
	result[0] += value;
	return ++result[2] < 20;
}

void test(void)
{
	struct machine m[2];
	struct runner r[2];
	uint64_t result[2][3] = { { 0 } };
	double host = 1.0;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		machine_init(&m[i], &guest_fpu);
		arch_set_arg(&m[i], 0, 0x1234567800000000ULL + 0x1000 * i + i);
		arch_set_arg(&m[i], 1, scaled(50));
		arch_set_arg(&m[i], 2, 2000);
		r[i] = (struct runner){ .m = &m[i], .cpu = -1, .on_exit = on_exit_count,
					.data = result[i] };
		runner_start(&r[i]);
	}
	while (!READ_ONCE(r[0].done) || !READ_ONCE(r[1].done))
		host = host * 1.0000001 + 0.5;
	for (i = 0; i < 2; i++) {
		runner_join(&r[i]);
		tap_is(result[i][1], 0, "guest %u ran", i);
		tap_is(result[i][0], 0, "guest %u kept its registers", i);
		machine_fini(&m[i]);
	}
	tap_ok(host > 1.0, "and so did the host");
}
