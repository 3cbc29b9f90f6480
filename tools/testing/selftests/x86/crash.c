// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of the kernel with a guest running: what comes next must find the CPUs
 * without VMX and SVM. AXVCPU_TEST_CRASH says how it ends: "reset", a panic and a
 * reset; "crash", a panic and a crash kernel (boot with crashkernel=); "kexec".
 * The other kernel is a guest of ours that writes a line to the first serial port and
 * resets. tools/testing/crash.sh judges by what the log has at the end.
 */

#include <linux/kexec.h>
#include <linux/reboot.h>
#include <sys/syscall.h>

#include "harness.h"

DECLARE_GUEST(loop, MODE_LONG);
DECLARE_GUEST(crash, MODE_LONG);

#define KEXEC_MEM	0x8000000UL	/* any RAM: it is copied there at the end */

/* Where the crash kernel has its memory, 0 if it has none. */
static unsigned long crash_mem(void)
{
	char buf[16384], *at;

	if (file_read("/proc/iomem", buf, sizeof(buf)) < 0)
		tap_bail("/proc/iomem");
	at = strstr(buf, ": Crash kernel");
	if (!at)
		return 0;
	while (at > buf && at[-1] != '\n')
		at--;
	return strtoul(at, NULL, 16);
}

static void load(unsigned long mem, unsigned long flags)
{
	struct kexec_segment segment = {
		.buf = guest_crash.start,
		.bufsz = guest_crash.end - guest_crash.start,
		.mem = (void *)mem,
		.memsz = PAGE_SIZE,
	};

	if (!mem)
		tap_bail("boot with crashkernel=");
	if (syscall(SYS_kexec_load, mem, 1, &segment, flags | KEXEC_ARCH_X86_64))
		tap_bail("kexec_load: %s", strerror(errno));
}

static void end(const char *how)
{
	if (!strcmp(how, "kexec"))
		syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
			LINUX_REBOOT_CMD_KEXEC, NULL);
	else
		file_write("/proc/sysrq-trigger", "c");
}

void test(void)
{
	const char *how = getenv("AXVCPU_TEST_CRASH");
	struct machine m;
	struct runner r = { .m = &m, .cpu = cpus_online() - 1 };

	if (!how)
		tap_skip_all("for tools/testing/crash.sh");
	if (!strcmp(how, "crash"))
		load(crash_mem(), KEXEC_ON_CRASH);
	else if (!strcmp(how, "kexec"))
		load(KEXEC_MEM, 0);
	pin(0);
	machine_init(&m, &guest_loop);
	runner_start(&r);
	tap_ok(WAIT_FOR(vcpu_stat(m.vcpu, AXVCPU_STAT_ENTRY), 5000), "a guest runs");
	fflush(stdout);
	usleep(100000);
	end(how);
	tap_bail("the kernel lives on");
}
