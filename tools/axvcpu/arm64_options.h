/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The options of axvcpu run on arm64.
 */
#ifndef AXVCPU_ARM64_OPTIONS_H
#define AXVCPU_ARM64_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct options - what axvcpu run was asked for
 * @image: flat image, or NULL
 * @kernel: Linux Image, or NULL; one of the two is there
 * @initrd: for @kernel, or NULL
 * @append: for @kernel: its command line
 * @load: where a flat image is loaded
 * @entry: where it starts
 * @mem: bytes of guest memory
 * @cpu: CPU to run on, or AXVCPU_NO_CPU
 * @timeout: when to give up, in s; 0: never
 * @trace: print every exit
 * @stats: print counters at the end
 * @help: print the help and do nothing
 */
struct options {
	const char *image;
	const char *kernel;
	const char *initrd;
	const char *append;
	uint64_t load;
	uint64_t entry;
	uint64_t mem;
	uint32_t cpu;
	double timeout;
	bool trace;
	bool stats;
	bool help;
};

/* Read the command line. NULL, or what is wrong, in words. */
const char *options_parse(int argc, char **argv, struct options *options);

#endif /* AXVCPU_ARM64_OPTIONS_H */
