// SPDX-License-Identifier: GPL-2.0-only
/*
 * On a processor with L1TF the L1 data cache is flushed before the guest: never, at each
 * entry, or at those that other code of the host than the handlers of exits came before.
 */

#include <fcntl.h>

#include "harness.h"

DECLARE_GUEST(cpuid, MODE_LONG);

#define L1TF_FILE	"/sys/devices/system/cpu/vulnerabilities/l1tf"

static bool has_l1tf(void)
{
	char text[64] = "";
	int fd = open(L1TF_FILE, O_RDONLY | O_CLOEXEC);
	bool there;

	there = fd >= 0 && read(fd, text, sizeof(text) - 1) > 0 &&
		strncmp(text, "Not affected", 12);
	close(fd);
	return there;
}

/* What was counted while a guest ran: two entries a RUN, one of them after a CPUID. */
struct counts {
	uint64_t runs, entries, flushes;
	uint32_t mitigations, missing;
};

static void count(const char *parameters, struct counts *c)
{
	struct axvcpu_info info;
	struct machine m;
	unsigned int i;

	if (module_unload("axvcpu") || module_load(parameters))
		tap_bail("the module does not load with %s", parameters);
	tap_is(dev_info(&info), 0, "loaded with %s", parameters);
	c->mitigations = info.mitigations & AXVCPU_MITIGATION_L1D_FLUSH;
	c->missing = info.mitigations_missing & AXVCPU_MITIGATION_L1D_FLUSH;
	machine_ready(&m, &guest_cpuid);
	for (i = 0; i < 200; i++)
		machine_report(&m);
	c->runs = vcpu_stat(m.vcpu, AXVCPU_STAT_RUN);
	c->entries = vcpu_stat(m.vcpu, AXVCPU_STAT_ENTRY);
	c->flushes = vcpu_stat(m.vcpu, AXVCPU_STAT_L1D_FLUSH);
	tap_note("%s: %llu RUNs, %llu entries, %llu flushes", parameters,
		 (unsigned long long)c->runs, (unsigned long long)c->entries,
		 (unsigned long long)c->flushes);
	machine_fini(&m);
}

void test(void)
{
	struct counts c;

	if (access(MODULE_FILE, R_OK))
		tap_skip_all("no " MODULE_FILE);
	if (!has_l1tf())
		tap_skip_all("a processor without L1TF");

	count("l1d_flush=never", &c);
	tap_is(c.flushes, 0, "never: no flush");
	tap_ok(!c.mitigations && c.missing, "GET_INFO says that it is missing");

	count("l1d_flush=always", &c);
	tap_is(c.flushes, c.entries, "always: one at each entry");
	tap_ok(c.mitigations && !c.missing, "GET_INFO says that it is in force");

	count("l1d_flush=cond", &c);
	tap_ok(c.flushes >= c.runs, "cond: one at least for each RUN");
	tap_ok(c.flushes < c.runs + c.runs / 2,
	       "and next to none for an exit handled in the kernel");
	tap_ok(c.mitigations && !c.missing, "GET_INFO says that it is in force");

	count("l1d_flush=cond mitigations=0", &c);
	tap_is(c.flushes, 0, "mitigations=0: no flush");

	tap_ok(!module_unload("axvcpu") && !module_load(""), "the module as it was");
}
