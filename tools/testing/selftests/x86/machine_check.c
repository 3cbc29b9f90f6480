// SPDX-License-Identifier: GPL-2.0-only
/*
 * A memory error that a guest reads. It costs the VMM what it costs a program that reads the
 * same: the page, or its life; and the host goes on. AXVCPU_TEST_MONITOR names the terminal
 * where the emulator's monitor listens, see bed.sh --monitor.
 */

#include <fcntl.h>
#include <signal.h>
#include <termios.h>
#include <sys/wait.h>

#include "harness.h"

DECLARE_GUEST(mirror, MODE_NATIVE);

#define GPA	0x200000UL

/*
 * SDM vol. 3, 16.9.3: a data load (0x134) met an error that was not corrected, whose address
 * is known; the program can go on elsewhere, once it has been dealt with.
 */
#define STATUS	(BIT(63) | BIT(61) | BIT(60) | BIT(59) | BIT(58) | BIT(56) | BIT(55) | 0x134)
#define MISC	0x8c	/* a physical address of 4 KiB */
/* RIPV, EIPV and MCIP: 16.3.1.2 */
#define MCG	7

static const char *monitor;

/* What the handler saw; read when the thread that it interrupts has ended. */
static int signals, code;
static void *address;

static void on_sigbus(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	signals++;
	code = info->si_code;
	address = info->si_addr;
}

/* Where a page of this process is in the host's memory. */
static uint64_t physical(const void *page)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entry = 0;

	if (fd < 0 || pread(fd, &entry, 8, (uintptr_t)page / PAGE_SIZE * 8) != 8 ||
	    !(entry & BIT(63)))
		tap_bail("pagemap");
	close(fd);
	return (entry & (BIT(55) - 1)) * PAGE_SIZE;
}

static void inject(const void *page)
{
	int fd = open(monitor, O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios termios;

	if (fd < 0 || tcgetattr(fd, &termios))
		tap_bail("%s: %s", monitor, strerror(errno));
	cfmakeraw(&termios);
	cfsetspeed(&termios, B115200);
	tcsetattr(fd, TCSANOW, &termios);
	dprintf(fd, "\nmce 0 1 0x%lx 0x%x 0x%llx 0x%x\n", STATUS, MCG,
		(unsigned long long)physical(page), MISC);
	close(fd);
}

static void *inject_soon(void *page)
{
	usleep(100000);
	inject(page);
	return NULL;
}

/* A machine whose guest reads the page at GPA all the time. */
static void *reader(struct machine *m)
{
	uint8_t *page;

	machine_init(m, &guest_mirror);
	page = machine_memory(m, GPA, PAGE_SIZE);
	page[0] = 1;
	arch_set_arg(m, 0, GPA);
	return page;
}

static uint64_t rounds(const struct machine *m)
{
	return READ_ONCE(*(uint64_t *)(m->ram + GUEST_DATA));
}

static bool guest_goes_on(const struct machine *m)
{
	uint64_t n = rounds(m);

	return WAIT_FOR(rounds(m) != n, 5000);
}

static void handled(void)
{
	struct sigaction action = { .sa_sigaction = on_sigbus, .sa_flags = SA_SIGINFO };
	struct machine m;
	struct runner r = { .m = &m, .cpu = -1 };
	void *page = reader(&m);

	sigaction(SIGBUS, &action, NULL);
	runner_start(&r);
	if (!guest_goes_on(&m))
		tap_bail("the guest does not read");
	inject(page);
	tap_ok(WAIT_FOR(READ_ONCE(r.done), 10000), "a memory error under a guest: RUN ends");
	runner_join(&r);
	tap_is(signals, 1, "the VMM gets SIGBUS");
	tap_is(code, BUS_MCEERR_AR, "for a memory error");
	tap_ok(address == page, "at the page that the guest has read");
	tap_is(r.reason, AXVCPU_EXIT_NESTED_PAGE_FAULT, "RUN once more: the page is gone");
	tap_is(m.run->out.fault.addr, GPA, "that one");
	tap_is(m.run->out.fault.error, EHWPOISON, "and this is why");

	if (mmap(page, PAGE_SIZE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != page)
		tap_bail("mmap");
	r.done = false;
	runner_start(&r);
	tap_ok(guest_goes_on(&m), "with another page in its place the guest goes on");
	tap_is(runner_stop(&r), 0, "until it is stopped");
	machine_fini(&m);
	signal(SIGBUS, SIG_DFL);
}

static void unhandled(void)
{
	struct machine m;
	pthread_t thread;
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		void *page = reader(&m);

		if (vcpu_bind(m.vcpu) || pthread_create(&thread, NULL, inject_soon, page))
			_exit(2);
		while (vcpu_run(m.vcpu) == -EINTR)
			;
		_exit(1);
	}
	waitpid(pid, &status, 0);
	tap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS,
	       "a VMM that does not handle SIGBUS dies of it (status 0x%x)", status);
}

void test(void)
{
	monitor = getenv("AXVCPU_TEST_MONITOR");
	if (!monitor)
		tap_skip_all("needs AXVCPU_TEST_MONITOR, see bed.sh --monitor");
	handled();
	unhandled();
}
