// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two guests take turns on a CPU, and change CPUs: each finds its own registers, and so
 * does who looks at them from outside.
 */
#include "../harness.h"

DECLARE_GUEST(resident, MODE_NATIVE);

#define ROUNDS		120
#define SEEDS		0x11110000ULL
#define TPIDR		AXVCPU_ARM64_SYSREG(3, 0, 13, 0, 4)
#define TPIDR_PLUS	(1 << 8)

struct player {
	struct machine m;
	uint64_t next;
	unsigned int lost, seen_wrong;
};

static void start(struct player *g, uint64_t seed)
{
	*g = (struct player){ .next = seed };
	machine_ready(&g->m, &guest_resident);
	arch_set_arg(&g->m, 0, seed);
}

static uint64_t tpidr(struct player *g)
{
	return get_sysreg(&g->m, AXVCPU_ARM64_GROUP_SYSREGS, TPIDR);
}

static void turn(struct player *g, bool look)
{
	g->lost += machine_report(&g->m) != 0;
	g->seen_wrong += look && tpidr(g) != g->next + TPIDR_PLUS;
	g->next++;
}

void test(void)
{
	struct player g[2];
	int cpus = cpus_online();

	start(&g[0], SEEDS);
	start(&g[1], 2 * SEEDS);
	/* Three on each CPU, and two of the same guest in a row now and then. */
	for (unsigned int i = 0; i < ROUNDS; i++) {
		pin(i / 3 % cpus);
		turn(&g[i % 5 & 1], i % 7 == 0);
	}
	for (unsigned int i = 0; i < 2; i++) {
		tap_is(g[i].lost, 0, "guest %u: kept", i);
		tap_is(g[i].seen_wrong, 0, "guest %u: seen from outside", i);
	}
	tap_is(set_sysreg(&g[0].m, AXVCPU_ARM64_GROUP_SYSREGS, TPIDR, 0), 0, "one is changed");
	pin(0);
	turn(&g[1], false);
	tap_is(machine_report(&g[0].m), 1, "and the guest finds it");
	tap_is(g[1].lost, 0, "not the other one");
	pin(-1);
	machine_fini(&g[1].m);
	machine_fini(&g[0].m);
}
