// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the host has where guests have their own: the thread that runs a guest finds its
 * registers as they were, also what others change meanwhile, and the kernel its PSTATE.
 */
#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <asm/hwcap.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>

#include "../harness.h"

DECLARE_GUEST(user, MODE_NATIVE);
DECLARE_GUEST(pstate, MODE_NATIVE);

#define PSTATE_EL0	0x3c0UL
#define EC_SVC		0x15
#define TPIDR_EL0	AXVCPU_ARM64_SYSREG(3, 3, 13, 0, 2)
#define TPIDRRO_EL0	AXVCPU_ARM64_SYSREG(3, 3, 13, 0, 3)
#define GUEST_TPIDR	0x7e577e57ULL

#define DIT		"s3_3_c4_c2_5"
#define SSBS		"s3_3_c4_c2_6"
#define read_reg(name) ({ uint64_t v__; asm volatile("mrs %0, " name : "=r" (v__)); v__; })
#define write_reg(name, v) ({ asm volatile("msr " name ", %0" : : "r" ((uint64_t)(v))); })

/* A pointer, signed by the thread's own key A for instructions; a NOP without FEAT_PAuth. */
static uint64_t sign(uint64_t pointer)
{
	register uint64_t x17 asm("x17") = pointer;
	register uint64_t x16 asm("x16") = 0x5a17;

	asm volatile("hint #8" : "+r" (x17) : "r" (x16));	/* PACIA1716 */
	return x17;
}

/* A breakpoint or watchpoint of a thread's user mode. */
static int watch(pid_t tid, uint32_t type, uint64_t addr)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_BREAKPOINT,
		.size = sizeof(attr),
		.bp_type = type,
		.bp_addr = addr,
		.bp_len = type == HW_BREAKPOINT_X ? sizeof(uint32_t) : HW_BREAKPOINT_LEN_8,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};

	return syscall(SYS_perf_event_open, &attr, tid, -1, -1, 0);
}

static uint64_t count(int fd)
{
	uint64_t n = 0;

	if (read(fd, &n, sizeof(n)) != sizeof(n))
		tap_bail("a breakpoint cannot be read");
	return n;
}

/* Another thread that turns the first one's breakpoints on and off, by interrupts if it runs. */
struct changer {
	pthread_t thread;
	pid_t tid;
	bool stop;
	unsigned long rounds;
};

static void *change(void *data)
{
	struct changer *c = data;

	while (!READ_ONCE(c->stop)) {
		int code = watch(c->tid, HW_BREAKPOINT_X, GUEST_CODE);
		int word = watch(c->tid, HW_BREAKPOINT_RW, GUEST_DATA);

		if (code < 0 || word < 0)
			break;
		close(word);
		close(code);
		WRITE_ONCE(c->rounds, c->rounds + 1);
	}
	return NULL;
}

static uint64_t watched;

/* What a thread can see of its registers. */
struct seen {
	uint64_t tls, tpidrro, dit, ssbs, signature;
};

static void look(struct seen *s)
{
	unsigned long caps = getauxval(AT_HWCAP);

	*s = (struct seen) {
		.tls = read_reg("tpidr_el0"),
		.tpidrro = read_reg("tpidrro_el0"),
		.dit = caps & HWCAP_DIT ? read_reg(DIT) : 0,
		.ssbs = caps & HWCAP_SSBS ? read_reg(SSBS) : 0,
		.signature = sign(0x10000),
	};
}

static void prepare(struct machine *m)
{
	unsigned long caps = getauxval(AT_HWCAP);

	machine_ready(m, &guest_user);
	m->regs->pstate = PSTATE_EL0;
	set_sysreg(m, AXVCPU_ARM64_GROUP_SYSREGS, TPIDR_EL0, GUEST_TPIDR);
	set_sysreg(m, AXVCPU_ARM64_GROUP_SYSREGS, TPIDRRO_EL0, GUEST_TPIDR);
	if (caps & HWCAP_DIT)
		write_reg(DIT, 1UL << 24);
	if (caps & HWCAP_SSBS)
		write_reg(SSBS, 1UL << 12);
}

/* Guest and host at the same addresses, at EL0 both; breakpoints come and go. */
static void thread_state(void)
{
	unsigned long i, n = scaled(4000), lost = 0, strange = 0, missed = 0;
	struct changer c = { .tid = syscall(SYS_gettid) };
	int fd = watch(0, HW_BREAKPOINT_W, (uintptr_t)&watched);
	struct seen before, after;
	struct machine m;

	if (fd < 0) {
		tap_skip("the kernel has no breakpoints to give", "registers of the thread");
		return;
	}
	prepare(&m);
	pthread_create(&c.thread, NULL, change, &c);
	for (i = 0; i < n; i++) {
		uint64_t hits = count(fd);

		look(&before);
		strange += machine_trap(&m)->esr >> 26 != EC_SVC;
		look(&after);
		lost += memcmp(&before, &after, sizeof(before)) != 0;
		WRITE_ONCE(watched, i);
		missed += count(fd) != hits + 1;
	}
	WRITE_ONCE(c.stop, true);
	pthread_join(c.thread, NULL);
	close(fd);
	tap_is(lost, 0, "TPIDR_EL0 and others are the thread's after %lu runs", n);
	tap_is(strange, 0, "the guest meets no breakpoint of the host's");
	tap_is(missed, 0, "the host's watchpoint sees all its writes");
	tap_ok(c.rounds, "other breakpoints came and went %lu times", c.rounds);
	tap_is(get_sysreg(&m, AXVCPU_ARM64_GROUP_SYSREGS, TPIDR_EL0), GUEST_TPIDR,
	       "TPIDR_EL0 of the guest");
	machine_fini(&m);
}

#define TRACEFS		"/sys/kernel/tracing"
#define PSTATE_KEPT	(1UL << 22 | 1UL << 24 | 1UL << 25)	/* PAN, DIT, TCO */

static const char probes[] =
	"p:axvcpu_test/before axvcpu:arm64_run pstate=%pstate\n"
	"p:axvcpu_test/after axvcpu:arm64_handle_exit pstate=%pstate\n";

/* PSTATE at the last hit of a probe; 0: none. */
static uint64_t last_pstate(const char *trace, const char *probe)
{
	uint64_t value = 0;
	const char *at = trace;

	while ((at = strstr(at, probe))) {
		at = strstr(at, "pstate=");
		if (!at)
			break;
		value = strtoull(at + strlen("pstate="), NULL, 16);
	}
	return value;
}

/* The kernel's PSTATE before a run and behind it, where a probe finds it. */
static void kernel_state(void)
{
	static char trace[65536];
	uint64_t before, after, value;
	struct machine m;
	unsigned int i;
	bool pan;

	mount("tracefs", TRACEFS, "tracefs", 0, NULL);
	if (file_write(TRACEFS "/kprobe_events", probes)) {
		tap_skip("the kernel has no probes", "PSTATE of the kernel");
		return;
	}
	file_write(TRACEFS "/events/axvcpu_test/enable", "1");
	machine_ready(&m, &guest_pstate);
	arch_set_arg(&m, 0, !!(getauxval(AT_HWCAP) & HWCAP_DIT));
	for (i = 0; i < 2; i++) {
		machine_run(&m);
		pan = arch_is_report(&m, &value);
	}
	file_read(TRACEFS "/trace", trace, sizeof(trace));
	file_write(TRACEFS "/events/axvcpu_test/enable", "0");
	file_write(TRACEFS "/kprobe_events", "");
	machine_fini(&m);
	before = last_pstate(trace, "before:");
	after = last_pstate(trace, "after:");
	tap_ok(before && after, "both probes were hit");
	tap_is(after & PSTATE_KEPT, before & PSTATE_KEPT, "PAN, DIT and TCO of the kernel%s",
	       pan ? "" : ", on a CPU without PAN");
}

void test(void)
{
	thread_state();
	kernel_state();
}
