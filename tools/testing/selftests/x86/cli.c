// SPDX-License-Identifier: GPL-2.0-only
/* The command axvcpu: how its runs end, and what it shows. */

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "harness.h"

#define IMAGE	"/tmp/axvcpu-cli.bin"
#define OUTPUT	65536

DECLARE_GUEST(cli_exit, MODE_REAL);
DECLARE_GUEST(cli_halt, MODE_REAL);
DECLARE_GUEST(cli_reset, MODE_REAL);
DECLARE_GUEST(cli_spin, MODE_REAL);
DECLARE_GUEST(cli_triple, MODE_REAL);
DECLARE_GUEST(cli_echo, MODE_REAL);
DECLARE_GUEST(cli_timer, MODE_REAL);

static char output[OUTPUT];

static void write_image(const struct guest *guest)
{
	int fd = open(IMAGE, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ssize_t size = guest->end - guest->start;

	if (fd < 0 || write(fd, guest->start, size) != size)
		tap_bail("cannot write " IMAGE);
	close(fd);
}

/* What a shell's command prints goes to @output; its status comes back. */
static int shell(const char *command)
{
	FILE *from = popen(command, "r");
	size_t len;
	int status;

	if (!from)
		tap_bail("cannot start a shell");
	len = fread(output, 1, OUTPUT - 1, from);
	output[len] = '\0';
	status = pclose(from);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -status;
}

static void ends(const struct guest *guest, const char *options, int want, const char *what)
{
	char command[256];

	write_image(guest);
	snprintf(command, sizeof(command), "axvcpu run %s " IMAGE " 2>&1", options);
	tap_is(shell(command), want, "%s: status", what);
}

static void statuses(void)
{
	ends(&guest_cli_halt, "", 0, "a halt with interrupts off");
	ends(&guest_cli_exit, "--reg rax=5", 11, "5 to the exit port");
	ends(&guest_cli_reset, "", 0, "a reset");
	ends(&guest_cli_timer, "--timeout 60 --reg rdx=0x20", 41, "20 interrupts of the timer");
	ends(&guest_cli_timer, "--timeout 60 --reg rdx=8", 126, "a vector that none can have");
	ends(&guest_cli_spin, "--timeout 0.2", 124, "the time limit");
	tap_ok(strstr(output, "time limit"), "and says so");
	ends(&guest_cli_triple, "--dump", 126, "a triple fault");
	tap_ok(strstr(output, "triple fault") && strstr(output, "rip ") && strstr(output, "cr0 "),
	       "and shows the registers");
	ends(&guest_cli_halt, "--entry 0x20000 --mem 64K", 126, "an entry outside memory");
	ends(&guest_cli_halt, "--load 0x10000 --mem 64K", 125, "an image outside memory");
	ends(&guest_cli_halt, "--mode 17", 2, "an unknown mode");
	tap_is(shell("axvcpu run /nowhere 2>&1"), 125, "no image: status");
	tap_ok(strstr(output, "/nowhere: no such file"), "and says so");
}

static void terminal(void)
{
	write_image(&guest_cli_echo);
	tap_is(shell("printf aBc. | axvcpu run --timeout 60 " IMAGE), 3, "COM1: status");
	tap_ok(!strcmp(output, "AbC"), "COM1: from the input to the output");
	tap_is(shell("axvcpu run --mode real tools/axvcpu/demo/hello16.bin"), 0, "hello16: status");
	tap_ok(strstr(output, "16-bit"), "hello16: its line");
	tap_is(shell("axvcpu run --mode prot tools/axvcpu/demo/hello32.bin"), 0, "hello32: status");
	tap_ok(strstr(output, "32-bit"), "hello32: its line");
	tap_is(shell("axvcpu run --mode long tools/axvcpu/demo/hello64.bin"), 0, "hello64: status");
	tap_ok(strstr(output, "64-bit"), "hello64: its line");
}

static void reports(void)
{
	ends(&guest_cli_exit, "--trace --stats", 1, "an exit with a trace");
	tap_ok(strstr(output, "IoWrite          port=0xf4 width=1 data=0x0"), "the trace");
	tap_ok(strstr(output, "guest entries"), "the counters");
	tap_is(shell("axvcpu info"), 0, "info: status");
	tap_ok(strstr(output, "backend"), "info: the backend");
}

/* A guest that runs meanwhile: ps sees it, and a signal ends it. */
static void running(void)
{
	char line[64];
	int status;
	pid_t pid;

	write_image(&guest_cli_spin);
	pid = fork();
	if (!pid) {
		execlp("axvcpu", "axvcpu", "run", IMAGE, NULL);
		_exit(127);
	}
	snprintf(line, sizeof(line), " %d Running", (int)pid);
	tap_ok(WAIT_FOR(!shell("axvcpu ps") && strstr(output, line), 5000), "ps: it runs");
	kill(pid, SIGTERM);
	waitpid(pid, &status, 0);
	tap_ok(WIFEXITED(status) && WEXITSTATUS(status) == 130, "a signal: status");
	tap_is(shell("axvcpu ps"), 0, "ps: status");
	tap_ok(!strstr(output, line), "ps: it is gone");
}

void test(void)
{
	statuses();
	terminal();
	reports();
	running();
	unlink(IMAGE);
}
