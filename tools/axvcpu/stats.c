// SPDX-License-Identifier: GPL-2.0-only
/*
 * Print the counters of a vCPU as tables.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "stats.h"

#define MAX_STATS	256
#define KIND(id)	((id) & ~0xfffU)

static int by_value(const void *a, const void *b)
{
	const struct axvcpu_stat *x = a, *y = b;

	return (y->value > x->value) - (y->value < x->value);
}

static unsigned long long sum(const struct axvcpu_stat *stats, uint32_t count, uint32_t kind)
{
	unsigned long long total = 0;

	for (uint32_t i = 0; i < count; i++)
		if (KIND(stats[i].id) == kind)
			total += stats[i].value;
	return total;
}

static void print_kind(const struct axvcpu_stat *stats, uint32_t count, uint32_t kind,
		       const char *title, unsigned long long all)
{
	fprintf(stderr, "%-28s %14s%s\n", title, "count", all ? "   share" : "");
	for (uint32_t i = 0; i < count; i++) {
		const char *name = axvcpu_stat_name(stats[i].id);
		char number[32];

		if (KIND(stats[i].id) != kind || !stats[i].value)
			continue;
		snprintf(number, sizeof(number), "counter 0x%x", stats[i].id);
		fprintf(stderr, "  %-26s %14llu", name ? name : number, stats[i].value);
		if (all)
			fprintf(stderr, " %5.1f %%", 100.0 * stats[i].value / all);
		fputc('\n', stderr);
	}
}

void report_stats(struct axvcpu_vcpu *vcpu, unsigned long long ns)
{
	struct axvcpu_stat stats[MAX_STATS];
	uint32_t count = MAX_STATS;
	unsigned long long out, handled;
	int ret = axvcpu_vcpu_get_stats(vcpu, stats, &count);

	if (ret) {
		complain("--stats: the device gives no counters: %s", strerror(-ret));
		return;
	}
	qsort(stats, count, sizeof(stats[0]), by_value);
	out = sum(stats, count, AXVCPU_STAT_EXIT(0));
	handled = sum(stats, count, AXVCPU_STAT_HANDLED);
	fputc('\n', stderr);
	print_kind(stats, count, AXVCPU_STAT_EXIT(0), "exits to this program", out + handled);
	print_kind(stats, count, AXVCPU_STAT_HANDLED, "exits handled in the kernel",
		   out + handled);
	print_kind(stats, count, AXVCPU_STAT_EVENT, "events", 0);
	fprintf(stderr, "%-28s %14llu in %.2f s\n", "all exits", out + handled, ns / 1e9);
}
