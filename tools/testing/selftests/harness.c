// SPDX-License-Identifier: GPL-2.0-only
/* TAP output, the host's files and clocks, main(). */

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <time.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "harness.h"

#define STATUS_SKIP	77
#define DEBUG_SCALE	10

static unsigned int tap_count;
static unsigned int tap_failed;

static void tap_line(const char *start, const char *fmt, va_list ap)
{
	fputs(start, stdout);
	vprintf(fmt, ap);
}

bool tap_ok(bool pass, const char *fmt, ...)
{
	va_list ap;

	tap_count++;
	if (!pass)
		tap_failed++;
	printf("%sok %u - ", pass ? "" : "not ", tap_count);
	va_start(ap, fmt);
	tap_line("", fmt, ap);
	va_end(ap);
	putchar('\n');
	return pass;
}

static void note_number(const char *what, long long value)
{
	const char *name = NULL;

	if (value < 0 && value > -4096)
		name = strerrorname_np(-value);
	printf("#   %s %lld (%#llx)%s%s\n", what, value, value, name ? " -" : "",
	       name ? name : "");
}

bool tap_is(long long got, long long want, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (!tap_ok(got == want, "%s", text)) {
		note_number("got", got);
		note_number("want", want);
	}
	return got == want;
}

void tap_skip(const char *why, const char *fmt, ...)
{
	va_list ap;

	printf("ok %u - ", ++tap_count);
	va_start(ap, fmt);
	tap_line("", fmt, ap);
	va_end(ap);
	printf(" # SKIP %s\n", why);
}

void tap_skip_all(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tap_line("1..0 # SKIP ", fmt, ap);
	va_end(ap);
	putchar('\n');
	exit(STATUS_SKIP);
}

void tap_bail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tap_line("Bail out! ", fmt, ap);
	va_end(ap);
	putchar('\n');
	exit(EXIT_FAILURE);
}

void tap_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tap_line("# ", fmt, ap);
	va_end(ap);
	putchar('\n');
}

static unsigned long test_scale(void)
{
	static unsigned long scale;
	const char *env;

	if (!scale) {
		env = getenv("AXVCPU_TEST_SCALE");
		if (env)
			scale = strtoul(env, NULL, 0);
		else if (!access("/sys/kernel/debug/kmemleak", F_OK))
			scale = DEBUG_SCALE;
		if (!scale)
			scale = 1;
	}
	return scale;
}

unsigned long scaled(unsigned long count)
{
	count /= test_scale();
	return count ? count : 1;
}

uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

uint64_t now_ms(void)
{
	return now_ns() / 1000000;
}

static void watchdog_bites(int sig)
{
	static const char text[] = "\nBail out! the watchdog bit: something hangs\n";

	(void)sig;
	if (write(STDOUT_FILENO, text, sizeof(text) - 1) < 0)
		_exit(2);
	_exit(EXIT_FAILURE);
}

void watchdog(unsigned int seconds)
{
	signal(SIGALRM, watchdog_bites);
	alarm(seconds * (test_scale() > 1 ? 4 : 1));
}

int cpus_online(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set))
		tap_bail("sched_getaffinity: %s", strerror(errno));
	return CPU_COUNT(&set);
}

void pin(int cpu)
{
	cpu_set_t set;
	int i;

	CPU_ZERO(&set);
	for (i = 0; i < CPU_SETSIZE; i++)
		if (cpu < 0 || cpu == i)
			CPU_SET(i, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		tap_bail("cannot run on CPU %d: %s", cpu, strerror(errno));
}

int file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

ssize_t file_read(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n, done = 0;

	if (fd < 0)
		return -errno;
	while ((size_t)done < size - 1) {
		n = read(fd, buf + done, size - 1 - done);
		if (n < 0)
			done = -errno;
		if (n <= 0)
			break;
		done += n;
	}
	buf[done > 0 ? done : 0] = '\0';
	close(fd);
	return done;
}

int run_command(char *const argv[])
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		tap_bail("fork: %s", strerror(errno));
	if (!pid) {
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			tap_bail("waitpid: %s", strerror(errno));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int module_load(const char *parameters)
{
	int fd = open(MODULE_FILE, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	ret = syscall(SYS_finit_module, fd, parameters, 0) ? -errno : 0;
	close(fd);
	return ret;
}

int module_unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

static long meminfo(const char *buf, const char *name)
{
	const char *p = strstr(buf, name);

	return p ? atol(p + strlen(name)) : 0;
}

/* Free pages that each CPU keeps for itself: MemFree does not count them. */
static long kept_by_cpus(void)
{
	static char buf[65536];
	const char *p = buf;
	long pages = 0;

	if (file_read("/proc/zoneinfo", buf, sizeof(buf)) < 0)
		return 0;
	while ((p = strstr(p, " count:"))) {
		p += strlen(" count:");
		pages += atol(p);
	}
	return pages * (long)(PAGE_SIZE / 1024);
}

struct memory_usage memory_usage(void)
{
	char buf[8192];

	file_write("/proc/sys/vm/drop_caches", "3");
	usleep(200000);
	/* Counters are per CPU, too, and added up now and then: now. */
	file_write("/proc/sys/vm/stat_refresh", "1");
	if (file_read("/proc/meminfo", buf, sizeof(buf)) < 0)
		tap_bail("/proc/meminfo");
	return (struct memory_usage) {
		.free = meminfo(buf, "MemFree:") + kept_by_cpus(),
		.slab = meminfo(buf, "SUnreclaim:"),
		.secondary = meminfo(buf, "SecPageTables:"),
		.percpu = meminfo(buf, "Percpu:"),
	};
}

void *host_pages(size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE | PROT_EXEC,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		tap_bail("no memory: %s", strerror(errno));
	return p;
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	watchdog(60);
	test();
	printf("1..%u\n", tap_count);
	return tap_failed || !tap_count ? EXIT_FAILURE : EXIT_SUCCESS;
}
