// SPDX-License-Identifier: GPL-2.0-only
/* A hardware watchpoint of the host's sees the host's accesses, all of them, no others. */

#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>

#include "harness.h"

DECLARE_GUEST(spin, MODE_LONG);

/* The same address for the host and the guest. */
#define WATCHED	((uint64_t *)GUEST_DATA)

static int signals;

static void trapped(int sig)
{
	(void)sig;
	WRITE_ONCE(signals, signals + 1);
}

static int watch(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_BREAKPOINT,
		.size = sizeof(attr),
		.bp_type = HW_BREAKPOINT_W,
		.bp_addr = (uintptr_t)WATCHED,
		.bp_len = HW_BREAKPOINT_LEN_8,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};

	return syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}

static uint64_t count(int fd)
{
	uint64_t n = 0;

	if (read(fd, &n, sizeof(n)) != sizeof(n))
		tap_bail("the watchpoint cannot be read");
	return n;
}

static void guest_breakpoint(struct machine *m, uint64_t addr)
{
	struct axvcpu_x86_debug dr = {
		.dr[0] = addr,
		.dr6 = 0xffff0ff0,
		.dr7 = addr ? 0x400 | 1 | (1 << 16) | (2 << 18) : 0x400,
	};

	if (vcpu_set_group(m->vcpu, AXVCPU_X86_GROUP_DEBUG, &dr, sizeof(dr)))
		tap_bail("SET_STATE of the debug registers");
}

static void rounds(struct machine *m, int fd, const char *what)
{
	unsigned long i, n = scaled(200), wrong = 0;
	uint64_t before, *guest = (uint64_t *)(m->ram + GUEST_DATA), first = READ_ONCE(*guest);

	/* A slow machine may spend whole budgets before the guest's first instruction. */
	for (i = 0; i < n || (READ_ONCE(*guest) == first && i < 1000 * n); i++) {
		before = count(fd);
		m->run->in.budget_ns = 100000;
		if (machine_run(m) != AXVCPU_EXIT_DEADLINE)
			tap_bail("exit %s", reason_name(m->run->out.reason));
		wrong += count(fd) != before;
		WRITE_ONCE(*WATCHED, i);
		WRITE_ONCE(*WATCHED, i);
		wrong += count(fd) != before + 2;
	}
	tap_is(wrong, 0, "%s: %lu times RUN and two writes", what, i);
	tap_ok(READ_ONCE(*guest) != first, "%s: the guest wrote there, too", what);
}

void test(void)
{
	struct axvcpu_debug debug = { 0 };
	struct machine m;
	int fd;

	if (mmap(WATCHED, PAGE_SIZE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != WATCHED)
		tap_skip_all("cannot map %p", (void *)WATCHED);
	fd = watch();
	if (fd < 0)
		tap_skip_all("no hardware watchpoints: %s", strerror(errno));
	signal(SIGTRAP, trapped);
	WRITE_ONCE(*WATCHED, 1);
	tap_is(count(fd), 1, "the watchpoint works");

	machine_ready(&m, &guest_spin);
	rounds(&m, fd, "no breakpoint in the guest");
	/* One that the guest does not hit, but the host would. */
	guest_breakpoint(&m, GUEST_DATA + 0x800);
	rounds(&m, fd, "the guest has one");
	WRITE_ONCE(*(uint64_t *)(GUEST_DATA + 0x800), 1);
	guest_breakpoint(&m, 0);
	debug.bp[0].addr = GUEST_DATA + 0x808;
	debug.bp[0].type = AXVCPU_BREAK_ACCESS;
	debug.bp[0].len = 8;
	vcpu_set_debug(m.vcpu, &debug);
	rounds(&m, fd, "the VMM has one");
	WRITE_ONCE(*(uint64_t *)(GUEST_DATA + 0x808), 1);
	tap_is(READ_ONCE(signals), 0, "the guest's breakpoints never reached the host");
	machine_fini(&m);
	WRITE_ONCE(*WATCHED, 1);
	close(fd);
}
