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

static void prepare(struct machine *m, unsigned int i)
{
	machine_init(m, &guest_fpu);
	arch_set_arg(m, 0, 0x1234567800000000ULL + 0x1000 * i + i);
	arch_set_arg(m, 1, scaled(50));
	arch_set_arg(m, 2, 2000);
}

static void guests(void)
{
	struct machine m[2];
	struct runner r[2];
	uint64_t result[2][3] = { { 0 } };
	unsigned int i;

	for (i = 0; i < 2; i++) {
		prepare(&m[i], i);
		r[i] = (struct runner){ .m = &m[i], .cpu = -1, .on_exit = on_exit_count,
					.data = result[i] };
		runner_start(&r[i]);
	}
	for (i = 0; i < 2; i++) {
		runner_join(&r[i]);
		tap_is(result[i][1], 0, "guest %u ran", i);
		tap_is(result[i][0], 0, "guest %u kept its registers", i);
		machine_fini(&m[i]);
	}
}

/* The thread that calls RUN keeps its own, and finds nothing of the guest's. */
static void host(void)
{
	uint64_t in[32][2], out[32][2], value;
	unsigned long i, runs = scaled(50), failed = 0, lost = 0, changed = 0;
	struct machine m;

	prepare(&m, 2);
	vcpu_bind(m.vcpu);
	for (i = 0; i < runs; i++) {
		memset(in, 0x11 + i, sizeof(in));
		memset(out, 0, sizeof(out));
		failed += ioctl_with_v(m.vcpu, AXVCPU_RUN, in, out) != 0 ||
			  !arch_is_report(&m, &value);
		changed += value;
		lost += memcmp(in, out, sizeof(in)) != 0;
	}
	tap_is(failed, 0, "a third guest ran");
	tap_is(changed, 0, "and kept its registers");
	tap_is(lost, 0, "so did the thread that called RUN, %lu times", runs);
	machine_fini(&m);
}

void test(void)
{
	guests();
	host();
}
