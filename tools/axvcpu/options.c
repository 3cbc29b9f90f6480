// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command line of axvcpu run.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "options.h"

#define MIB		(1ULL << 20)
#define FLAT_MEM	(16 * MIB)
#define LINUX_MEM	(256 * MIB)
#define PAGE_SIZE	4096U
#define BOARD_OPTIONS	8		/* options of its own that a board may have */

struct parser {
	struct options *options;
	char *why;
	unsigned int size;
};

static int wrong(const struct parser *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int wrong(const struct parser *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(p->why, p->size, format, args);
	va_end(args);
	return -EINVAL;
}

/* Read a whole number in C's notation. @rest points behind it. */
static bool number(const char *text, uint64_t *value, const char **rest)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*value = strtoull(text, &end, 0);
	*rest = end;
	return !errno && end != text;
}

static int parse_address(struct parser *p, const char *name, const char *text, uint64_t *value)
{
	const char *rest;

	if (!number(text, value, &rest) || *rest)
		return wrong(p, "--%s %s: not an address: give a number such as 0x100000", name,
			     text);
	return 0;
}

static int parse_mem(struct parser *p, const char *text)
{
	static const char suffixes[] = "KMGT";
	const char *rest, *suffix;
	unsigned int shift = 0;
	uint64_t value;

	if (!number(text, &value, &rest))
		return wrong(p, "--mem %s: not a size: give one such as 512M", text);
	suffix = *rest ? strchr(suffixes, *rest & ~0x20) : NULL;
	if (suffix) {
		shift = 10 * (suffix - suffixes + 1);
		rest++;
	}
	if (*rest || !value || value << shift >> shift != value)
		return wrong(p, "--mem %s: not a size: give one such as 512M", text);
	value <<= shift;
	if (value % PAGE_SIZE)
		return wrong(p, "--mem %s: not a multiple of 4K", text);
	if (value > 1ULL << 40)
		return wrong(p, "--mem %s: more than 1T", text);
	p->options->guest.mem = value;
	return 0;
}

static int find_reg(const char *name, size_t len, uint32_t *reg)
{
	const char *known = axvcpu_gpr_name(0);

	for (*reg = 0; known; known = axvcpu_gpr_name(++*reg))
		if (strlen(known) == len && !strncmp(name, known, len))
			return 0;
	*reg = BOARD_REG_FLAGS;
	known = board_text.flags;
	return strlen(known) == len && !strncmp(name, known, len) ? 0 : -EINVAL;
}

/* Read name=value, or several of them with commas between. */
static int parse_regs(struct parser *p, const char *text)
{
	struct board_config *guest = &p->options->guest;

	for (const char *at = text; ; at++) {
		const char *equals = strchr(at, '=');
		uint64_t value;
		uint32_t reg;

		if (!equals || find_reg(at, equals - at, &reg) ||
		    !number(equals + 1, &value, &at) || (*at && *at != ','))
			return wrong(p, "--reg %s: give a general register or %s, as %s=0x10",
				     text, board_text.flags, axvcpu_gpr_name(0));
		if (guest->nr_regs == BOARD_MAX_REGS)
			return wrong(p, "--reg %s: one register given twice", text);
		guest->regs[guest->nr_regs++] = (struct board_reg){ reg, value };
		if (!*at)
			return 0;
	}
}

static int parse_timeout(struct parser *p, const char *text)
{
	char *end;
	double s = strtod(text, &end);

	if (end == text || *end || !(s > 0) || s > 1e9)
		return wrong(p, "--timeout %s: not a time: give seconds, such as 10 or 0.5", text);
	p->options->timeout_ns = s * 1e9;
	return 0;
}

static int parse_cpu(struct parser *p, const char *text)
{
	const char *rest;
	uint64_t cpu;

	if (!number(text, &cpu, &rest) || *rest || cpu > 8191)
		return wrong(p, "--cpu %s: not a CPU: give its number", text);
	p->options->cpu = cpu;
	return 0;
}

/* Check the options of a flat image against each other, and fill in the defaults. */
static int check_flat(struct parser *p)
{
	struct board_config *guest = &p->options->guest;

	if (guest->initrd)
		return wrong(p, "--initrd %s: it needs --kernel", guest->initrd);
	if (guest->append)
		return wrong(p, "--append: it needs --kernel");
	if (!guest->mem)
		guest->mem = FLAT_MEM;
	return 0;
}

/* The same for a kernel. */
static int check_linux(struct parser *p)
{
	struct board_config *guest = &p->options->guest;

	if (guest->image)
		return wrong(p, "%s: either an image or --kernel, not both", guest->image);
	if (guest->load != BOARD_DEFAULT || guest->entry != BOARD_DEFAULT)
		return wrong(p, "--kernel brings its own --load and --entry: leave them out");
	if (!guest->append)
		guest->append = board_text.append;
	if (!guest->mem)
		guest->mem = LINUX_MEM;
	return 0;
}

enum {
	OPT_LOAD = 256,
	OPT_ENTRY,
	OPT_REG,
	OPT_MEM,
	OPT_HUGEPAGES,
	OPT_KERNEL,
	OPT_INITRD,
	OPT_APPEND,
	OPT_CPU,
	OPT_TRACE,
	OPT_STATS,
	OPT_DUMP,
	OPT_TIMEOUT,
	OPT_BOARD,		/* the first of board_options[] */
};

static const struct option common_options[] = {
	{ "load", required_argument, NULL, OPT_LOAD },
	{ "entry", required_argument, NULL, OPT_ENTRY },
	{ "reg", required_argument, NULL, OPT_REG },
	{ "mem", required_argument, NULL, OPT_MEM },
	{ "hugepages", no_argument, NULL, OPT_HUGEPAGES },
	{ "kernel", required_argument, NULL, OPT_KERNEL },
	{ "initrd", required_argument, NULL, OPT_INITRD },
	{ "append", required_argument, NULL, OPT_APPEND },
	{ "cpu", required_argument, NULL, OPT_CPU },
	{ "trace", no_argument, NULL, OPT_TRACE },
	{ "stats", no_argument, NULL, OPT_STATS },
	{ "dump", no_argument, NULL, OPT_DUMP },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "help", no_argument, NULL, 'h' },
};

/* Write the common options and the board's to @all. The last one is all zero. */
static void all_options(struct option *all)
{
	memcpy(all, common_options, sizeof(common_options));
	all += ARRAY_SIZE(common_options);
	for (unsigned int i = 0; i < BOARD_OPTIONS && board_options[i].name; i++)
		*all++ = (struct option){ board_options[i].name, required_argument, NULL,
					  OPT_BOARD + i };
	*all = (struct option){ 0 };
}

static int take_flag(struct parser *p, int opt, char **argv)
{
	struct options *o = p->options;

	switch (opt) {
	case OPT_HUGEPAGES:
		o->hugepages = true;
		return 0;
	case OPT_TRACE:
		o->trace = true;
		return 0;
	case OPT_STATS:
		o->stats = true;
		return 0;
	case OPT_DUMP:
		o->dump = true;
		return 0;
	case 'h':
		o->help = true;
		return 0;
	case ':':
		return wrong(p, "%s: it wants a value", argv[optind - 1]);
	}
	return wrong(p, "%s: no such option", argv[optind - 1]);
}

static int take_board(struct parser *p, const struct board_option *option)
{
	if (option->set(&p->options->guest, optarg))
		return 0;
	return wrong(p, "--%s %s: %s", option->name, optarg, option->want);
}

static int take(struct parser *p, int opt, char **argv)
{
	struct board_config *guest = &p->options->guest;

	switch (opt) {
	case OPT_LOAD:
		return parse_address(p, "load", optarg, &guest->load);
	case OPT_ENTRY:
		return parse_address(p, "entry", optarg, &guest->entry);
	case OPT_REG:
		return parse_regs(p, optarg);
	case OPT_MEM:
		return parse_mem(p, optarg);
	case OPT_KERNEL:
		guest->kernel = optarg;
		return 0;
	case OPT_INITRD:
		guest->initrd = optarg;
		return 0;
	case OPT_APPEND:
		guest->append = optarg;
		return 0;
	case OPT_CPU:
		return parse_cpu(p, optarg);
	case OPT_TIMEOUT:
		return parse_timeout(p, optarg);
	}
	if (opt >= OPT_BOARD)
		return take_board(p, &board_options[opt - OPT_BOARD]);
	return take_flag(p, opt, argv);
}

int options_parse(int argc, char **argv, struct options *options, char *why, unsigned int size)
{
	struct parser p = { .options = options, .why = why, .size = size };
	struct option all[ARRAY_SIZE(common_options) + BOARD_OPTIONS + 1];
	struct board_config *guest = &options->guest;
	int opt, ret = 0;

	*options = (struct options){
		.guest = { .load = BOARD_DEFAULT, .entry = BOARD_DEFAULT },
		.cpu = AXVCPU_NO_CPU,
	};
	*why = '\0';
	all_options(all);
	optind = 0;
	while (!ret && (opt = getopt_long(argc, argv, ":h", all, NULL)) != -1)
		ret = take(&p, opt, argv);
	if (ret || options->help)
		return ret;
	if (optind < argc)
		guest->image = argv[optind++];
	if (optind < argc)
		return wrong(&p, "%s: one image at a time", argv[optind]);
	if (!guest->kernel && !guest->image)
		return wrong(&p, "nothing to run: give a flat image, or --kernel");
	ret = guest->kernel ? check_linux(&p) : check_flat(&p);
	return ret ? ret : board_check(guest, why, size);
}
