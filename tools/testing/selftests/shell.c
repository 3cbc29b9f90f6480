// SPDX-License-Identifier: GPL-2.0-only
/* The command axvcpu from a test. */

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "shell.h"

#define OUTPUT	65536

char shell_output[OUTPUT];

void shell_image(const struct guest *guest)
{
	int fd = open(SHELL_IMAGE, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ssize_t size = guest->end - guest->start;

	if (fd < 0 || write(fd, guest->start, size) != size)
		tap_bail("cannot write " SHELL_IMAGE);
	close(fd);
}

int shell(const char *command)
{
	FILE *from = popen(command, "r");
	size_t len;
	int status;

	if (!from)
		tap_bail("cannot start a shell");
	len = fread(shell_output, 1, OUTPUT - 1, from);
	shell_output[len] = '\0';
	status = pclose(from);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -status;
}

void shell_run(const struct guest *guest, const char *options, int want, const char *what)
{
	char command[256];

	shell_image(guest);
	snprintf(command, sizeof(command), "axvcpu run %s " SHELL_IMAGE " 2>&1", options);
	tap_is(shell(command), want, "%s: status", what);
}

void shell_running(const struct guest *guest)
{
	char line[64];
	int status;
	pid_t pid;

	shell_image(guest);
	pid = fork();
	if (!pid) {
		execlp("axvcpu", "axvcpu", "run", SHELL_IMAGE, NULL);
		_exit(127);
	}
	snprintf(line, sizeof(line), " %d Running", (int)pid);
	tap_ok(WAIT_FOR(!shell("axvcpu ps") && strstr(shell_output, line), 5000), "ps: it runs");
	kill(pid, SIGTERM);
	waitpid(pid, &status, 0);
	tap_ok(WIFEXITED(status) && WEXITSTATUS(status) == 130, "a signal: status");
	tap_is(shell("axvcpu ps"), 0, "ps: status");
	tap_ok(!strstr(shell_output, line), "ps: it is gone");
}
