// SPDX-License-Identifier: GPL-2.0-only
/*
 * axvcpu: run guests on /dev/axvcpu, and look at it.
 */
#include <stdio.h>
#include <string.h>

#include "cli.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} commands[] = {
	{ "info", cmd_info, "what the device can do here, or why there is none" },
	{ "run", cmd_run, "run a flat image or a Linux kernel" },
	{ "ps", cmd_ps, "every vCPU of the system and what it does" },
};

static void usage(FILE *to)
{
	fputs("usage: axvcpu COMMAND [OPTION]...\n\n"
	      "Runs guests on vCPUs of /dev/axvcpu.\n\n", to);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(to, "  %-6s %s\n", commands[i].name, commands[i].help);
	fputs("\n"
	      "axvcpu COMMAND --help tells more. Examples:\n\n"
	      "  axvcpu info\n"
	      "  axvcpu run --mode long hello64.bin\n"
	      "  axvcpu run --kernel /boot/vmlinuz --initrd rootfs.cpio --stats\n", to);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		usage(stderr);
		return STATUS_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		usage(stdout);
		return STATUS_OK;
	}
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run(argc - 1, argv + 1);
	complain("%s: no such command: see axvcpu --help", argv[1]);
	return STATUS_USAGE;
}
