// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command line of axvcpu run on arm64.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <axvcpu.h>
#include <board.h>

#include "arm64_options.h"

#define MIB		(1ULL << 20)
#define FLAT_MEM	(16 * MIB)
#define LINUX_MEM	(256 * MIB)
#define LINUX_APPEND	"earlycon=pl011,0x9000000 console=ttyAMA0 panic=-1"

enum {
	OPT_LOAD = 256,
	OPT_ENTRY,
	OPT_MEM,
	OPT_KERNEL,
	OPT_INITRD,
	OPT_APPEND,
	OPT_CPU,
	OPT_TRACE,
	OPT_STATS,
	OPT_TIMEOUT,
};

static const struct option long_options[] = {
	{ "load", required_argument, NULL, OPT_LOAD },
	{ "entry", required_argument, NULL, OPT_ENTRY },
	{ "mem", required_argument, NULL, OPT_MEM },
	{ "kernel", required_argument, NULL, OPT_KERNEL },
	{ "initrd", required_argument, NULL, OPT_INITRD },
	{ "append", required_argument, NULL, OPT_APPEND },
	{ "cpu", required_argument, NULL, OPT_CPU },
	{ "trace", no_argument, NULL, OPT_TRACE },
	{ "stats", no_argument, NULL, OPT_STATS },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/* A whole number in C's notation with a suffix K, M, G or none. */
static bool number(const char *text, uint64_t *value)
{
	static const char suffixes[] = "KMG";
	const char *suffix;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*value = strtoull(text, &end, 0);
	if (errno)
		return false;
	if (!*end)
		return true;
	suffix = strchr(suffixes, *end & ~0x20);
	if (!suffix || end[1])
		return false;
	*value <<= 10 * (suffix - suffixes + 1);
	return true;
}

static const char *take_number(int opt, struct options *o)
{
	uint64_t value;

	if (!number(optarg, &value))
		return "not a number: give one such as 0x40080000 or 64M";
	switch (opt) {
	case OPT_LOAD:
		o->load = value;
		return NULL;
	case OPT_ENTRY:
		o->entry = value;
		return NULL;
	case OPT_MEM:
		o->mem = value;
		return value && !(value & 0xfff) ? NULL : "--mem: give a multiple of 4K";
	default:
		o->cpu = value;
		return value < AXVCPU_NO_CPU ? NULL : "--cpu: not a CPU: give its number";
	}
}

static const char *take(int opt, struct options *o)
{
	switch (opt) {
	case OPT_LOAD:
	case OPT_ENTRY:
	case OPT_MEM:
	case OPT_CPU:
		return take_number(opt, o);
	case OPT_KERNEL:
		o->kernel = optarg;
		return NULL;
	case OPT_INITRD:
		o->initrd = optarg;
		return NULL;
	case OPT_APPEND:
		o->append = optarg;
		return NULL;
	case OPT_TRACE:
		o->trace = true;
		return NULL;
	case OPT_STATS:
		o->stats = true;
		return NULL;
	case OPT_TIMEOUT:
		o->timeout = strtod(optarg, NULL);
		return o->timeout > 0 && o->timeout < 1e9 ? NULL : "--timeout: give seconds";
	case 'h':
		o->help = true;
		return NULL;
	case ':':
		return "an option wants a value";
	}
	return "no such option";
}

static const char *check(struct options *o)
{
	if (!o->image == !o->kernel)
		return "give a flat image, or --kernel";
	if (!o->kernel && (o->initrd || o->append))
		return "--initrd and --append need --kernel";
	if (!o->append)
		o->append = LINUX_APPEND;
	if (!o->load)
		o->load = BOARD_LOAD;
	if (!o->entry)
		o->entry = o->load;
	if (!o->mem)
		o->mem = o->kernel ? LINUX_MEM : FLAT_MEM;
	return NULL;
}

const char *options_parse(int argc, char **argv, struct options *options)
{
	const char *why = NULL;
	int opt;

	*options = (struct options){ .cpu = AXVCPU_NO_CPU };
	optind = 0;
	while (!why && (opt = getopt_long(argc, argv, ":h", long_options, NULL)) != -1)
		why = take(opt, options);
	if (why || options->help)
		return why;
	if (optind < argc)
		options->image = argv[optind++];
	return optind < argc ? "one image at a time" : check(options);
}
