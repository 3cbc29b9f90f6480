// SPDX-License-Identifier: GPL-2.0-only
/* NMIs of the host's while a guest runs: the host takes them, the guest goes on. */

#include <fcntl.h>

#include "harness.h"

DECLARE_GUEST(loop, MODE_LONG);

#define SYSRQ	"/proc/sysrq-trigger"

/* How many backtraces of CPU 1 are in the kernel's log from now on. */
static unsigned int backtraces(int kmsg)
{
	char line[8192];
	unsigned int n = 0;
	ssize_t len;

	while ((len = read(kmsg, line, sizeof(line) - 1)) > 0 || (len < 0 && errno == EPIPE)) {
		line[len > 0 ? len : 0] = '\0';
		n += !!strstr(line, "NMI backtrace for cpu 1");
	}
	return n;
}

static uint64_t nmi_exits(const struct machine *m)
{
	return vcpu_stat(m->vcpu, AXVCPU_STAT_HANDLED_NMI);
}

void test(void)
{
	unsigned long i, n = scaled(20), silent = 0;
	struct machine m;
	struct runner r = { .m = &m, .cpu = 1 };
	int kmsg;

	if (cpus_online() < 2 || access(SYSRQ, W_OK))
		tap_skip_all("needs two CPUs and " SYSRQ);
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kmsg < 0)
		tap_skip_all("no /dev/kmsg");
	lseek(kmsg, 0, SEEK_END);
	pin(0);
	machine_init(&m, &guest_loop);
	runner_start(&r);
	WAIT_FOR(vcpu_stat(m.vcpu, AXVCPU_STAT_ENTRY), 5000);
	/* Until one has come while the guest itself was executing. */
	for (i = 0; i < n || (i < 20 * n && !nmi_exits(&m)); i++) {
		if (file_write(SYSRQ, "l"))
			tap_skip_all("no backtraces by sysrq");
		silent += !WAIT_FOR(backtraces(kmsg) > 0, 2000);
	}
	tap_is(silent, 0, "%lu backtraces of the CPU of a running guest", i);
	tap_ok(nmi_exits(&m) > 0, "NMIs ended guest execution (%llu)",
	       (unsigned long long)nmi_exits(&m));
	tap_is(runner_stop(&r), 0, "the guest did not notice");
	close(kmsg);
	machine_fini(&m);
}
