// SPDX-License-Identifier: GPL-2.0-only
/* rmmod: refused while anybody uses it, clean after, and it can be loaded again. */

#include <fcntl.h>
#include <sys/syscall.h>

#include "harness.h"

DECLARE_GUEST(count, MODE_NATIVE);

#define MODULE	"/axvcpu.ko"

static int unload(void)
{
	return syscall(SYS_delete_module, "axvcpu", O_NONBLOCK) ? -errno : 0;
}

static int load(void)
{
	int fd = open(MODULE, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	ret = syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
	close(fd);
	return ret;
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
		wrong += load() != 0;
		machine_ready(&m, &guest_count);
		wrong += machine_report(&m) != 0;
		machine_fini(&m);
	}
	tap_is(wrong, 0, "%lu times unloaded, loaded, run", n);
}

void test(void)
{
	close(dev_open());
	if (access(MODULE, R_OK) || access("/proc/modules", R_OK))
		tap_skip_all("no " MODULE);
	in_use();
	again();
}
