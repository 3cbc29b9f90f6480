// SPDX-License-Identifier: GPL-2.0-only
/*
 * axvcpu ps: list the vCPUs of the system. debugfs has one line for each of them, with
 * key=value pairs. This program leaves out the keys that it does not know.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

#define VCPUS	"/sys/kernel/debug/axvcpu/vcpus"

static const struct {
	const char *key;
	const char *title;
	int width;
} columns[] = {
	{ "vm", "VM", 4 },
	{ "vcpu", "VCPU", 5 },
	{ "pid", "PID", 7 },
	{ "owner", "THREAD", 7 },
	{ "state", "STATE", -8 },
	{ "activity", "ACTIVITY", -9 },
	{ "cpu", "CPU", 4 },
	{ "exits", "EXITS", 12 },
	{ "runs", "RUNS", 12 },
};

/* Find the value of a key and its length. It is "-" if the key is missing or is -1. */
static const char *value_of(const char *line, const char *key, int *len)
{
	size_t key_len = strlen(key);

	for (const char *at = line; *at; at += strspn(at, "\n ")) {
		size_t word = strcspn(at, "\n ");

		if (word > key_len && at[key_len] == '=' && !strncmp(at, key, key_len)) {
			*len = word - key_len - 1;
			at += key_len + 1;
			if (*len != 2 || strncmp(at, "-1", 2))
				return at;
			break;
		}
		at += word;
	}
	*len = 1;
	return "-";
}

static void print_line(const char *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		int len;
		const char *value = value_of(line, columns[i].key, &len);

		printf("%*.*s ", columns[i].width, len, value);
	}
	putchar('\n');
}

static int cannot_read(int error)
{
	if (error != ENOENT)
		return explain(OP_PS, error, VCPUS);
	if (access("/dev/axvcpu", F_OK))
		return explain_no_device();
	complain("%s is not there: mount -t debugfs none /sys/kernel/debug", VCPUS);
	return STATUS_HOST;
}

int cmd_ps(int argc, char **argv)
{
	char line[1024];
	FILE *from;

	if (argc > 1) {
		int help = !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h");

		fputs("usage: axvcpu ps\n\n"
		      "Lists every vCPU of the system: its VM and number, the process and thread\n"
		      "that own it, its state and activity, the CPU it runs or last ran on, how often\n"
		      "the guest has exited and RUN has been called. For root.\n",
		      help ? stdout : stderr);
		return help ? STATUS_OK : STATUS_USAGE;
	}
	from = fopen(VCPUS, "r");
	if (!from)
		return cannot_read(errno);
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		printf("%*s ", columns[i].width, columns[i].title);
	putchar('\n');
	while (fgets(line, sizeof(line), from))
		print_line(line);
	fclose(from);
	return STATUS_OK;
}
