// SPDX-License-Identifier: GPL-2.0-only
/* rmmod: refused while anybody uses it, clean after, and it can be loaded again. */

#include "harness.h"

DECLARE_GUEST(count, MODE_NATIVE);

static int unload(void)
{
	return module_unload("axvcpu");
}

static void in_use(void)
{
	struct machine m;

	machine_ready(&m, &guest_count);
	machine_report(&m);
	tap_is(unload(), -EWOULDBLOCK, "refused with everything open");
	close(m.dev);
	tap_is(unload(), -EWOULDBLOCK, "refused with VM and vCPU");
	close(m.vm);
	tap_is(unload(), -EWOULDBLOCK, "refused with a vCPU");
	tap_is(machine_report(&m), 1, "which still runs");
	close(m.vcpu);
	tap_is(unload(), -EWOULDBLOCK, "refused with a run page");
	munmap(m.run, PAGE_SIZE);
	munmap(m.ram, GUEST_RAM_SIZE);
}

static void again(void)
{
	unsigned long i, n = scaled(10), wrong = 0;
	struct machine m;

	for (i = 0; i < n; i++) {
		wrong += !WAIT_FOR(unload() == 0, 5000);
		wrong += !access("/dev/axvcpu", F_OK);
		wrong += !access("/sys/kernel/debug/axvcpu", F_OK);
		wrong += module_load("") != 0;
		machine_ready(&m, &guest_count);
		wrong += machine_report(&m) != 0;
		machine_fini(&m);
	}
	tap_is(wrong, 0, "%lu times unloaded, loaded, run", n);
}

void test(void)
{
	close(dev_open());
	if (access(MODULE_FILE, R_OK) || access("/proc/modules", R_OK))
		tap_skip_all("no " MODULE_FILE);
	in_use();
	again();
}
