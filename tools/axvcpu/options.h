/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The options of axvcpu run.
 */
#ifndef AXVCPU_OPTIONS_H
#define AXVCPU_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include <boot.h>

#define OPTIONS_MAX_REGS	17
#define OPTIONS_NO_CPU		AXVCPU_NO_CPU

/* A register to start with; index OPTIONS_REG_FLAGS is the flags register. */
#define OPTIONS_REG_FLAGS	16
struct option_reg {
	uint32_t reg;
	uint64_t value;
};

/**
 * struct options - what axvcpu run was asked for
 * @image: flat image, or NULL
 * @kernel: Linux bzImage, or NULL; one of the two is there
 * @initrd: for @kernel, or NULL
 * @append: for @kernel: its command line
 * @mode: mode in which a flat image starts
 * @load: where it is loaded
 * @entry: where it starts
 * @mem: bytes of guest memory
 * @regs: registers to start with
 * @nr_regs: how many
 * @cpu: CPU to run on, or OPTIONS_NO_CPU
 * @timeout_ns: when to give up; 0: never
 * @trace: print every exit
 * @stats: print counters at the end
 * @dump: print registers on failure
 * @hugepages: back the guest's memory with huge pages
 * @help: print the help and do nothing
 */
struct options {
	const char *image;
	const char *kernel;
	const char *initrd;
	const char *append;
	enum cpu_mode mode;
	uint64_t load;
	uint64_t entry;
	uint64_t mem;
	struct option_reg regs[OPTIONS_MAX_REGS];
	unsigned int nr_regs;
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
