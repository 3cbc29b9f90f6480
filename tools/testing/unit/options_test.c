// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command line of axvcpu run.
 */
#include <boot.h>
#include <cli.h>
#include <options.h>
#include <string.h>

#include "tap.h"

#define MAX_ARGS	12

static struct options o;
static const struct board_config *const g = &o.guest;
static char why[256];

/* The words of a command line, separated by single spaces. */
static int parse(const char *line)
{
	static char copy[256];
	char *argv[MAX_ARGS + 1] = { (char *)"run" };
	int argc = 1;

	snprintf(copy, sizeof(copy), "%s", line);
	for (char *word = strtok(copy, " "); word && argc < MAX_ARGS; word = strtok(NULL, " "))
		argv[argc++] = word;
	return options_parse(argc, argv, &o, why, sizeof(why));
}

static void good(void)
{
	is(parse("x.bin"), 0, "an image");
	ok(!strcmp(g->image, "x.bin") && g->mode == MODE_REAL, "in real mode");
	ok(g->load == 0x7c00 && g->entry == 0x7c00 && g->mem == 16 << 20, "with its defaults");
	is(o.cpu, AXVCPU_NO_CPU, "on any CPU");
	is(parse("--mode long x.bin --entry 0x100010"), 0, "options behind the image");
	ok(g->load == 0x100000 && g->entry == 0x100010, "in long mode");
	is(parse("--mode=prot --load 65536 x"), 0, "a decimal number");
	ok(g->mode == MODE_PROT && g->load == 65536 && g->entry == 65536,
	   "starts where it is loaded");
	is(parse("--mem 1g x"), 0, "a size");
	is(g->mem, 1 << 30, "of 1 GiB");
	is(parse("--mem 4096 x"), 0, "a size without a suffix");
	is(g->mem, 4096, "of one page");
	is(parse("--reg rax=1,r15=0x20 --reg rflags=2 x"), 0, "registers");
	ok(g->nr_regs == 3 && g->regs[0].reg == AXVCPU_X86_RAX && g->regs[0].value == 1 &&
	   g->regs[1].reg == AXVCPU_X86_R15 && g->regs[1].value == 32 &&
	   g->regs[2].reg == BOARD_REG_FLAGS, "as given");
	is(parse("--timeout 0.5 --cpu 3 --trace --stats --dump --hugepages x"), 0, "the others");
	ok(o.timeout_ns == 500000000 && o.cpu == 3 && o.trace && o.stats && o.dump && o.hugepages,
	   "as given");
	is(parse("--kernel k --initrd i --append a"), 0, "a kernel");
	ok(!strcmp(g->kernel, "k") && !strcmp(g->initrd, "i") && !strcmp(g->append, "a") &&
	   g->mode == MODE_LONG && g->mem == 256 << 20, "as given");
	is(parse("--kernel k"), 0, "a kernel alone");
	ok(strstr(g->append, "console=ttyS0"), "on the serial console");
	is(parse("--help"), 0, "help");
	ok(o.help, "is asked for");
}

static void bad(void)
{
	static const char *const lines[] = {
		"", "x y", "--what x", "--mem x", "--mem", "--mode", "--mode 16 x", "--mem 0 x",
		"--mem 5000 x", "--mem 1Q x", "--mem 1MB x", "--mem 99999999999T x", "--mem -1 x",
		"--load 0x x", "--load 0xfg x", "--load -1 x", "--load 99999999999999999999 x",
		"--entry 0x100000 x", "--mode long --load 0x1000 x", "--reg x", "--reg rax x",
		"--reg rax= x", "--reg eax=1 x", "--reg rax=1, x", "--reg =1 x", "--reg r16=1 x",
		"--timeout 0 x", "--timeout -1 x", "--timeout 1s x", "--timeout nan x",
		"--timeout inf x", "--cpu all x", "--cpu 99999 x", "--initrd i x", "--append a x",
		"--kernel k x", "--kernel k --mode long", "--kernel k --entry 0x100000",
		"--mem 2T x",
	};
	char line[256];

	for (unsigned int i = 0; i < ARRAY_SIZE(lines); i++) {
		ok(parse(lines[i]) < 0, "refused: %s", lines[i]);
		ok(*why, "%s", why);
	}
	snprintf(line, sizeof(line), "--reg rax=1");
	for (unsigned int i = 0; i < BOARD_MAX_REGS; i++)
		strcat(line, ",rax=1");
	strcat(line, " x");
	ok(parse(line) < 0, "more registers than there are");
}

int main(void)
{
	good();
	bad();
	return tap_done();
}
