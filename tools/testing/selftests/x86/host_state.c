// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a CPU has for the VMM's thread is its own and up to date after RUN, also what others
 * have changed while the guest ran. The table is in Documentation/backends.rst.
 */

#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <asm/ldt.h>
#include <asm/prctl.h>
#include <linux/hw_breakpoint.h>
#include <linux/membarrier.h>
#include <linux/perf_event.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/rseq.h>
#include <sys/syscall.h>

#include "harness.h"

DECLARE_GUEST(spin, MODE_LONG);

#define LDT_READ	0
#define LDT_WRITE	0x11
#define LDT_SELECTOR(n)	((n) << 3 | 7)

static struct machine m;
static _Alignas(64) uint64_t watched[8];

/*
 * A change, made by another thread on another CPU while the guest runs; then the guest is
 * entered again, and RUN ends.
 */
static void (*change)(void);
static pthread_t changer;

static void see_the_guest(void)
{
	uint64_t *counter = (uint64_t *)(m.ram + GUEST_DATA), before = READ_ONCE(*counter);

	while (READ_ONCE(*counter) == before)
		sched_yield();
}

static void *make_change(void *unused)
{
	pin(1);
	see_the_guest();
	change();
	see_the_guest();
	vcpu_kick(m.vcpu);
	return unused;
}

/* Until done() the caller does nothing that sleeps: that would bring registers back, too. */
static void run_and(void (*what)(void))
{
	change = what;
	if (pthread_create(&changer, NULL, make_change, NULL))
		tap_bail("pthread_create");
	if (machine_run(&m) != AXVCPU_EXIT_STOPPED)
		tap_bail("exit %s", reason_name(m.run->out.reason));
}

static void done(void)
{
	pthread_join(changer, NULL);
}

static void nothing(void)
{
}

/* Does it end in a signal? */
static sigjmp_buf landing;

static void caught(int sig)
{
	siglongjmp(landing, sig);
}

static bool faults(void (*what)(void))
{
	if (sigsetjmp(landing, 1))
		return true;
	what();
	return false;
}

/* The LDT. A descriptor's limit says which version it is of. */

static unsigned int version;

static void ldt_write(unsigned int entry, void *base, unsigned int limit, bool present)
{
	struct user_desc desc = {
		.entry_number = entry,
		.base_addr = (uintptr_t)base,
		.limit = limit,
		.seg_32bit = 1,
		.seg_not_present = !present,
	};

	if (!present)
		desc = (struct user_desc) {
			.entry_number = entry, .read_exec_only = 1, .seg_not_present = 1,
		};
	if (syscall(SYS_modify_ldt, LDT_WRITE, &desc, sizeof(desc)))
		tap_bail("modify_ldt: %s", strerror(errno));
}

static void ldt_next(void)
{
	ldt_write(0, NULL, ++version, true);
}

static void ldt_empty(void)
{
	ldt_write(0, NULL, 0, false);
}

/* What LSL says; -1: there is no such segment. */
static long limit_of(unsigned int selector)
{
	unsigned int limit;
	bool valid;

	asm volatile("lsl %2, %0\n\tsetz %1"
		     : "=&r"(limit), "=q"(valid) : "r"(selector) : "cc");
	return valid ? (long)limit : -1;
}

static unsigned int read_ds(void)
{
	unsigned int selector;

	asm volatile("movl %%ds, %0" : "=r"(selector));
	return selector;
}

static void write_ds(unsigned int selector)
{
	asm volatile("movl %0, %%ds" : : "r"(selector) : "memory");
}

static void ldt(void)
{
	unsigned long i, n = scaled(100), wrong = 0, lost = 0;
	long limit;

	run_and(ldt_next);
	limit = limit_of(LDT_SELECTOR(0));
	done();
	tap_is(limit, version, "an LDT made while the guest runs is there after");

	write_ds(LDT_SELECTOR(0));
	for (i = 0; i < n; i++) {
		run_and(ldt_next);
		limit = limit_of(LDT_SELECTOR(0));
		lost += read_ds() != LDT_SELECTOR(0);
		done();
		wrong += limit != version;
	}
	tap_is(wrong, 0, "one that replaces it is there, too, %lu times", n);
	tap_is(lost, 0, "DS keeps a selector of it");
	run_and(ldt_empty);
	limit = limit_of(LDT_SELECTOR(0));
	i = read_ds();
	done();
	write_ds(0);
	tap_is(limit, -1, "a descriptor that is emptied is gone");
	tap_is(i, 0, "and from DS");
}

/* GS: selector and base. */

static uint64_t read_gs(void)
{
	uint64_t value;

	asm volatile("movq %%gs:0, %0" : "=r"(value));
	return value;
}

static void gs_base(void)
{
	uint64_t by_base, by_selector;
	unsigned int selector;
	uint32_t *low;

	watched[0] = 0x1122334455667788;
	if (syscall(SYS_arch_prctl, ARCH_SET_GS, watched))
		tap_bail("ARCH_SET_GS: %s", strerror(errno));
	run_and(nothing);
	by_base = read_gs();
	done();
	tap_is(by_base, 0x1122334455667788, "the base of GS");

	low = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (low == MAP_FAILED)
		tap_bail("no memory below 4 GiB");
	low[0] = 0x12345678;
	ldt_write(1, low, PAGE_SIZE - 1, true);
	asm volatile("movl %0, %%gs" : : "r"(LDT_SELECTOR(1)));
	run_and(ldt_next);
	by_selector = read_gs();
	asm volatile("movl %%gs, %0" : "=r"(selector));
	done();
	asm volatile("movl %0, %%gs" : : "r"(0));
	tap_is(by_selector, 0x12345678, "that of a GS from an LDT that changes meanwhile");
	tap_is(selector, LDT_SELECTOR(1), "and its selector");
	munmap(low, PAGE_SIZE);
}

/* Watchpoints that come and go by an interrupt. */

static int watch_fd, watch_cpu;
static pid_t watch_thread;

static void watch(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_BREAKPOINT,
		.size = sizeof(attr),
		.bp_type = HW_BREAKPOINT_W,
		.bp_addr = (uintptr_t)watched,
		.bp_len = HW_BREAKPOINT_LEN_8,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};

	watch_fd = syscall(SYS_perf_event_open, &attr, watch_thread, watch_cpu, -1, 0);
}

static void unwatch(void)
{
	ioctl(watch_fd, PERF_EVENT_IOC_DISABLE, 0);
}

static uint64_t watch_count(void)
{
	uint64_t n = 0;

	if (read(watch_fd, &n, sizeof(n)) != sizeof(n))
		tap_bail("the watchpoint cannot be read");
	return n;
}

static void watchpoint(pid_t thread, int cpu, const char *what)
{
	unsigned long i, n = scaled(20), missed = 0, wrong = 0;

	watch_thread = thread;
	watch_cpu = cpu;
	for (i = 0; i < n; i++) {
		run_and(watch);
		WRITE_ONCE(watched[0], i);
		WRITE_ONCE(watched[0], i);
		done();
		if (watch_fd < 0) {
			tap_skip("no hardware watchpoints", "%s", what);
			return;
		}
		missed += watch_count() != 2;
		run_and(unwatch);
		WRITE_ONCE(watched[0], i);
		done();
		wrong += watch_count() != 2;
		close(watch_fd);
	}
	tap_is(missed, 0, "%s set while the guest runs sees what comes after", what);
	tap_is(wrong, 0, "%s removed while it runs sees nothing", what);
}

static void watchpoints(void)
{
	struct axvcpu_x86_debug dr = { .dr6 = 0xffff0ff0, .dr7 = 0x400 };

	watchpoint(gettid(), -1, "a thread's watchpoint");
	watchpoint(-1, 0, "a CPU's watchpoint");
	/* One of the guest's in the same register. */
	dr.dr[0] = GUEST_DATA + 0x800;
	dr.dr7 |= 1 | 1 << 16 | 2 << 18;
	if (vcpu_set_group(m.vcpu, AXVCPU_X86_GROUP_DEBUG, &dr, sizeof(dr)))
		tap_bail("SET_STATE of the debug registers");
	watchpoint(gettid(), -1, "beside the guest's, a thread's watchpoint");
	dr.dr7 = 0x400;
	vcpu_set_group(m.vcpu, AXVCPU_X86_GROUP_DEBUG, &dr, sizeof(dr));
}

/* Translations. */

static uint64_t *page;

static void read_page(void)
{
	(void)READ_ONCE(*page);
}

static void replace_page(void)
{
	uint64_t *new = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*new = 2;
	mremap(new, PAGE_SIZE, PAGE_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, page);
}

static void protect_page(void)
{
	mprotect(page, PAGE_SIZE, PROT_NONE);
}

static void translations(void)
{
	uint64_t found;
	bool gone;

	page = host_pages(PAGE_SIZE);
	WRITE_ONCE(*page, 1);
	run_and(replace_page);
	found = READ_ONCE(*page);
	done();
	tap_is(found, 2, "a page that is replaced");
	run_and(protect_page);
	gone = faults(read_page);
	done();
	tap_ok(gone, "a page that is taken away");
	munmap(page, PAGE_SIZE);
}

/* Barriers and restartable sequences. */

static unsigned long barriers_failed;

static void barriers(void)
{
	unsigned long i;

	for (i = 0; i < scaled(200); i++) {
		barriers_failed += !!syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED,
					     0, 0);
		barriers_failed += !!syscall(SYS_membarrier,
					     MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0);
	}
}

static void sequences(void)
{
	const struct rseq *rseq = __builtin_thread_pointer() + __rseq_offset;
	int cpu;

	syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
	syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0);
	run_and(barriers);
	cpu = READ_ONCE(rseq->cpu_id);
	done();
	tap_is(barriers_failed, 0, "barriers while the guest runs");
	if (__rseq_size)
		tap_is(cpu, 0, "the CPU in the thread's rseq area");
	else
		tap_skip("no rseq here", "the CPU in the thread's rseq area");
}

/* What nobody else changes, and the guest must not. */

static void read_tsc(void)
{
	asm volatile("rdtsc" : : : "eax", "edx");
}

static void write_port(void)
{
	outb(0, 0x80);
}

static void write_other_port(void)
{
	outb(0, 0x84);
}

static void own_settings(void)
{
	bool faulted, allowed, refused;

	prctl(PR_SET_TSC, PR_TSC_SIGSEGV);
	run_and(nothing);
	faulted = faults(read_tsc);
	done();
	prctl(PR_SET_TSC, PR_TSC_ENABLE);
	tap_ok(faulted, "the TSC, turned off for the thread");

	if (ioperm(0x80, 1, 1)) {
		tap_skip("no ioperm", "the I/O bitmap");
		return;
	}
	run_and(nothing);
	allowed = !faults(write_port);
	refused = faults(write_other_port);
	done();
	ioperm(0x80, 1, 0);
	tap_ok(allowed && refused, "the I/O bitmap");
}

struct registers {
	unsigned short gdt[5], cs, ss, ds, es, fs, gs;
	unsigned int xcr0, pkru;
};

static void registers_read(struct registers *r)
{
	unsigned int eax = 1, ebx, ecx, edx;

	memset(r, 0, sizeof(*r));
	asm volatile("sgdt %0" : "=m"(r->gdt));
	asm volatile("movw %%cs, %0" : "=m"(r->cs));
	asm volatile("movw %%ss, %0" : "=m"(r->ss));
	asm volatile("movw %%ds, %0" : "=m"(r->ds));
	asm volatile("movw %%es, %0" : "=m"(r->es));
	asm volatile("movw %%fs, %0" : "=m"(r->fs));
	asm volatile("movw %%gs, %0" : "=m"(r->gs));
	asm volatile("cpuid" : "+a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx));
	if (ecx & BIT(27))
		asm volatile("xgetbv" : "=a"(r->xcr0) : "c"(0) : "edx");
	eax = 7;
	ecx = 0;
	asm volatile("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
	if (ecx & BIT(4))
		asm volatile("rdpkru" : "=a"(r->pkru) : "c"(0) : "edx");
}

static void registers(void)
{
	struct registers before, after;

	asm volatile("movw %%ss, %%ax\n\tmovw %%ax, %%ds\n\tmovw %%ax, %%es" : : : "eax");
	registers_read(&before);
	run_and(nothing);
	registers_read(&after);
	done();
	write_ds(0);
	asm volatile("movl %0, %%es" : : "r"(0));
	tap_ok(!memcmp(&before, &after, sizeof(before)), "selectors, GDTR, XCR0, PKRU");
}

static bool has_ldt(void)
{
	char entry[8];

	return syscall(SYS_modify_ldt, LDT_READ, entry, sizeof(entry)) >= 0;
}

void test(void)
{
	if (cpus_online() < 2)
		tap_skip_all("one CPU");
	if (!has_ldt())
		tap_skip_all("this kernel has no LDTs (CONFIG_MODIFY_LDT_SYSCALL)");
	pin(0);
	signal(SIGSEGV, caught);
	machine_ready(&m, &guest_spin);
	ldt();
	gs_base();
	watchpoints();
	translations();
	sequences();
	own_settings();
	registers();
	machine_fini(&m);
}
