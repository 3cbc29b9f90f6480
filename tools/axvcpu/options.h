/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The options of axvcpu run.
 */
#ifndef AXVCPU_OPTIONS_H
#define AXVCPU_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include <board.h>

/**
 * struct options - what axvcpu run was asked for
 * @guest: which guest
 * @cpu: CPU to run on, or AXVCPU_NO_CPU
 * @timeout_ns: when to give up; 0: never
 * @trace: print every exit
 * @stats: print counters at the end
 * @dump: print registers on failure
 * @hugepages: back the guest's memory with huge pages
 * @help: print the help and do nothing
 */
struct options {
	struct board_config guest;
	uint32_t cpu;
	uint64_t timeout_ns;
	bool trace;
	bool stats;
	bool dump;
	bool hugepages;
	bool help;
};

/**
 * options_parse() - read the command line
 * @argc: of main
 * @argv: of main; argv[0] is the subcommand
 * @options: filled in
 * @why: what is wrong, in words
 * @size: room at @why
 *
 * Return: 0 or -EINVAL.
 */
int options_parse(int argc, char **argv, struct options *options, char *why, unsigned int size);

#endif /* AXVCPU_OPTIONS_H */
