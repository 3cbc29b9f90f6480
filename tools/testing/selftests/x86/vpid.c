// SPDX-License-Identifier: GPL-2.0-only
/*
 * More vCPUs than VPIDs: those that come too late run all the same, beside those that have
 * one, and their translations are flushed when they must be.
 */

#include "harness.h"

DECLARE_GUEST(count, MODE_LONG);
DECLARE_GUEST(peek, MODE_LONG);

#define PARAMETER	"/sys/module/axvcpu/parameters/vpids"
#define NR_VCPUS	4
#define LAST_PAGE	(GUEST_RAM_SIZE - PAGE_SIZE)

static bool reload(const char *parameters)
{
	return WAIT_FOR(module_unload("axvcpu") == 0, 5000) && module_load(parameters) == 0;
}

/* All of one VM, in turns. */
static void run_in_turns(struct machine *m)
{
	unsigned long i, n = scaled(100), wrong = 0;
	unsigned int j;

	for (j = 1; j < NR_VCPUS; j++) {
		machine_vcpu(&m[j], &m[0], j, &guest_count, GUEST_CODE + 0x100 * j);
		tap_is(vcpu_bind(m[j].vcpu), 0, "vCPU %u", j);
	}
	for (i = 0; i < n; i++)
		for (j = 0; j < NR_VCPUS; j++)
			wrong += machine_report(&m[j]) != i;
	tap_is(wrong, 0, "%u vCPUs in turns, %lu times", NR_VCPUS, n);
}

/* Memory that goes away under it, and comes back as another. */
static void change_memory(void)
{
	unsigned long i, n = scaled(50), wrong = 0;
	struct machine m;
	uint8_t *page;

	machine_ready(&m, &guest_peek);
	arch_set_arg(&m, 0, LAST_PAGE);
	page = m.ram + LAST_PAGE;
	for (i = 0; i < n; i++) {
		madvise(page, PAGE_SIZE, MADV_DONTNEED);
		wrong += machine_report(&m) != 0;
		*page = i;
		wrong += machine_report(&m) != (uint8_t)i;
	}
	tap_is(wrong, 0, "its memory changes %lu times", n);
	machine_fini(&m);
}

/* Moved by the host, and its control registers by the VMM. */
static void move(void)
{
	unsigned int i, wrong = 0;
	struct axvcpu_x86_control ctl;
	struct machine m;

	machine_ready(&m, &guest_count);
	for (i = 0; i < 20; i++) {
		pin(i % cpus_online());
		get_control(&m, &ctl);
		ctl.cr4 ^= CR4_OSXMMEXCPT;
		set_control(&m, &ctl);
		wrong += machine_report(&m) != i;
	}
	tap_is(wrong, 0, "on one CPU and the other");
	pin(-1);
	machine_fini(&m);
}

void test(void)
{
	struct machine m[NR_VCPUS];
	struct axvcpu_info info;
	char value[16] = "";
	unsigned int i;

	dev_info(&info);
	if (info.backend != AXVCPU_BACKEND_VMX)
		tap_skip_all("VPIDs are VMX's");
	if (access(MODULE_FILE, R_OK))
		tap_skip_all("no " MODULE_FILE);
	if (!reload("vpids=1"))
		tap_bail("the module does not load with vpids=1");
	file_read(PARAMETER, value, sizeof(value));
	tap_is(atoi(value), 1, "one VPID");
	/* The first has it, and keeps it to the end. */
	machine_ready(&m[0], &guest_count);
	run_in_turns(m);
	change_memory();
	move();
	for (i = NR_VCPUS; i-- > 0;)
		machine_fini(&m[i]);
	if (!reload(""))
		tap_bail("the module does not load again");
}
