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

#include "options.h"

#define MIB		(1ULL << 20)
#define FLAT_MEM	(16 * MIB)
#define LINUX_MEM	(256 * MIB)
#define PAGE_SIZE	4096U
#define REAL_LIMIT	0x100000U
#define REAL_LOAD	0x7c00U
#define FLAT_LOAD	0x100000U
#define LINUX_APPEND	"console=ttyS0 earlyprintk=ttyS0 panic=-1"

struct parser {
	struct options *options;
	bool have_load, have_entry, have_mem, have_mode;
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

/* A whole number in C's notation, and nothing behind it but a suffix. */
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
	p->options->mem = value;
	p->have_mem = true;
	return 0;
}

static int parse_mode(struct parser *p, const char *text)
{
	static const char *const names[] = {
		[MODE_REAL] = "real",
		[MODE_PROT] = "prot",
		[MODE_LONG] = "long",
	};

	p->have_mode = true;
	for (unsigned int i = 0; i < 3; i++) {
		if (!strcmp(text, names[i])) {
			p->options->mode = i;
			return 0;
		}
	}
	return wrong(p, "--mode %s: no such mode: give real, prot or long", text);
}

static int find_reg(const char *name, size_t len)
{
	for (unsigned int i = 0; i < OPTIONS_REG_FLAGS; i++) {
		const char *known = axvcpu_gpr_name(i);

		if (strlen(known) == len && !strncmp(name, known, len))
			return i;
	}
	return len == 6 && !strncmp(name, "rflags", len) ? OPTIONS_REG_FLAGS : -1;
}

/* name=value, also several with commas between them */
static int parse_regs(struct parser *p, const char *text)
{
	struct options *o = p->options;

	for (const char *at = text; ; at++) {
		const char *equals = strchr(at, '=');
		int reg = equals ? find_reg(at, equals - at) : -1;
		uint64_t value;

		if (reg < 0 || !number(equals + 1, &value, &at) || (*at && *at != ','))
			return wrong(p, "--reg %s: give one of rax to r15 or rflags, as rax=0x10",
				     text);
		if (o->nr_regs == OPTIONS_MAX_REGS)
			return wrong(p, "--reg %s: one register given twice", text);
		o->regs[o->nr_regs++] = (struct option_reg){ reg, value };
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

/* What the options mean together, and the values of those not given. */
static int check_flat(struct parser *p)
{
	struct options *o = p->options;
	bool real = o->mode == MODE_REAL;

	if (o->initrd)
		return wrong(p, "--initrd %s: it needs --kernel", o->initrd);
	if (o->append)
		return wrong(p, "--append: it needs --kernel");
	if (!p->have_load)
		o->load = real ? REAL_LOAD : FLAT_LOAD;
	if (!p->have_entry)
		o->entry = o->load;
	if (!p->have_mem)
		o->mem = FLAT_MEM;
	if (real && o->entry >= REAL_LIMIT)
		return wrong(p, "--entry 0x%llx: real mode ends at 1 MiB: choose a lower one",
			     (unsigned long long)o->entry);
	if (!real && o->load < LOW_END)
		return wrong(p, "--load 0x%llx: this mode's tables are below 0x%x: choose more",
			     (unsigned long long)o->load, LOW_END);
	return 0;
}

static int check_linux(struct parser *p)
{
	struct options *o = p->options;

	if (o->image)
		return wrong(p, "%s: either an image or --kernel, not both", o->image);
	if (p->have_mode || p->have_load || p->have_entry)
		return wrong(p, "--kernel brings its own --mode, --load, --entry: leave them out");
	o->mode = MODE_LONG;
	if (!o->append)
		o->append = LINUX_APPEND;
	if (!p->have_mem)
		o->mem = LINUX_MEM;
	return 0;
}

enum {
	OPT_MODE = 256,
	OPT_LOAD,
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
};

static const struct option long_options[] = {
	{ "mode", required_argument, NULL, OPT_MODE },
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
	{ 0 },
};

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

static int take(struct parser *p, int opt, char **argv)
{
	struct options *o = p->options;

	switch (opt) {
	case OPT_MODE:
		return parse_mode(p, optarg);
	case OPT_LOAD:
		p->have_load = true;
		return parse_address(p, "load", optarg, &o->load);
	case OPT_ENTRY:
		p->have_entry = true;
		return parse_address(p, "entry", optarg, &o->entry);
	case OPT_REG:
		return parse_regs(p, optarg);
	case OPT_MEM:
		return parse_mem(p, optarg);
	case OPT_KERNEL:
		o->kernel = optarg;
		return 0;
	case OPT_INITRD:
		o->initrd = optarg;
		return 0;
	case OPT_APPEND:
		o->append = optarg;
		return 0;
	case OPT_CPU:
		return parse_cpu(p, optarg);
	case OPT_TIMEOUT:
		return parse_timeout(p, optarg);
	}
	return take_flag(p, opt, argv);
}

int options_parse(int argc, char **argv, struct options *options, char *why, unsigned int size)
{
	struct parser p = { .options = options, .why = why, .size = size };
	int opt, ret = 0;

	*options = (struct options){ .mode = MODE_REAL, .cpu = OPTIONS_NO_CPU };
	*why = '\0';
	optind = 0;
	while (!ret && (opt = getopt_long(argc, argv, ":h", long_options, NULL)) != -1)
		ret = take(&p, opt, argv);
	if (ret || options->help)
		return ret;
	if (optind < argc)
		options->image = argv[optind++];
	if (optind < argc)
		return wrong(&p, "%s: one image at a time", argv[optind]);
	if (options->kernel)
		return check_linux(&p);
	if (!options->image)
		return wrong(&p, "nothing to run: give a flat image, or --kernel");
	return check_flat(&p);
}
