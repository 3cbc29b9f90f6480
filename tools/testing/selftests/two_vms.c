// SPDX-License-Identifier: GPL-2.0-only
/* Two VMs at once, the same addresses in both: neither sees the other's memory. */

#include <sched.h>

#include "memtest.h"

DECLARE_GUEST(rounds, MODE_NATIVE);

#define PAGES	16

void test(void)
{
	struct memtest t[2];
	struct axvcpu_vcpu_info info[2];
	cpu_set_t set;
	uint64_t end;
	unsigned int i, moves = 0;
	int cpus = cpus_online();

	for (i = 0; i < 2; i++) {
		t[i].len = PAGES * PAGE_SIZE;
		t[i].hva = host_pages(t[i].len);
		memtest_start(&t[i], &guest_rounds);
		vcpu_info(t[i].m.vcpu, &info[i]);
	}
	tap_ok(info[0].vm_id != info[1].vm_id, "they have numbers of their own");
	tap_ok(memtest_progress(&t[0], 10) && memtest_progress(&t[1], 10), "both run");
	/* They change CPUs, and so find each other's traces. */
	end = now_ms() + 1000;
	while (now_ms() < end) {
		CPU_ZERO(&set);
		CPU_SET(moves / 2 % cpus, &set);
		sched_setaffinity(t[moves++ & 1].r.tid, sizeof(set), &set);
		usleep(3000);
	}
	tap_ok(memtest_progress(&t[0], 1) && memtest_progress(&t[1], 1), "both still run");
	for (i = 0; i < 2; i++) {
		memtest_stop(&t[i], i ? "the second" : "the first");
		memtest_rounds(&t[i], i ? "the second" : "the first");
		memtest_fini(&t[i]);
	}
}
