// SPDX-License-Identifier: GPL-2.0-only
/*
 * axvcpu run: make a guest, run it until it ends, and say how it ended.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "console.h"
#include "dump.h"
#include "guest.h"
#include "stats.h"
#include "trace.h"

struct run {
	struct options options;
	struct guest guest;
	struct console console;
};

/**
 * struct cpu - a vCPU with its thread
 * @run: the run it belongs to
 * @vcpu: the vCPU
 * @exits: how often RUN has returned
 * @op: what it did last
 * @result: how that ended: enum board_end or -errno
 */
struct cpu {
	struct run *run;
	struct axvcpu_vcpu *vcpu;
	unsigned long long exits;
	enum operation op;
	int result;
};

static const char options_help[] =
	"Both:\n"
	"  --mem SIZE       memory: default 16M, with --kernel 256M\n"
	"  --hugepages      take it from the host's reserved huge pages\n"
	"  --reg NAME=N,... general registers and rflags or pstate to start with\n"
	"  --cpu N          run on this CPU\n"
	"  --timeout S      stop after S seconds, with status 124\n"
	"  --trace          print every exit\n"
	"  --stats          print all counters at the end\n"
	"  --dump           print all registers when the guest or the vCPU fails\n"
	"\n"
	"On a terminal Ctrl-a x ends the run, and Ctrl-C that of a flat image; with --kernel\n"
	"Ctrl-C goes to the guest. Ctrl-a Ctrl-a sends one Ctrl-a.\n";

static void print_help(void)
{
	printf("usage: axvcpu run [OPTION]... IMAGE\n");
	printf("       axvcpu run [OPTION]... --kernel %s\n\n%s\n", board_text.kernel,
	       board_text.about);
	printf("A flat image:\n%s", board_text.flat);
	puts("  --entry ADDR     where it starts: default the address where it is loaded");
	puts("A Linux kernel:");
	puts("  --kernel FILE    the kernel");
	puts("  --initrd FILE    initial file system");
	printf("  --append TEXT    command line: default\n                   %s\n",
	       board_text.append);
	printf("%s\nStatus: %s\n", options_help, board_text.status);
	puts("2 wrong usage; 124 time limit; 125 the device or this machine failed; 126 the guest");
	puts("failed; 130 Ctrl-C or a signal.");
}

/* Run the guest until it ends. Return: enum board_end or -errno. */
static int loop(struct cpu *cpu)
{
	struct board *board = cpu->run->guest.board;
	int ret;

	do {
		ret = board_before_run(board, cpu->vcpu);
		if (!ret)
			ret = axvcpu_vcpu_run(cpu->vcpu);
		if (ret == -EINTR) {
			ret = 0;
			continue;
		}
		if (ret)
			return ret;
		cpu->exits++;
		if (cpu->run->options.trace)
			report_exit(cpu->vcpu, cpu->exits);
		ret = axvcpu_vcpu_handle_exit(cpu->vcpu, &board_handlers, board);
	} while (!ret);
	return ret;
}

/* Bind the vCPU to the calling thread and run it until it ends. */
static void run_cpu(struct cpu *cpu)
{
	cpu->op = OP_BIND;
	cpu->result = axvcpu_vcpu_bind(cpu->vcpu);
	if (cpu->result)
		return;
	cpu->op = OP_RUN;
	cpu->result = loop(cpu);
}

static void say_failure(const struct axvcpu_run_out *out)
{
	const char *name = axvcpu_exit_name(out->reason);
	unsigned long long pc = out->raw.insn_pc;

	switch (out->reason) {
	case AXVCPU_EXIT_FAIL_ENTRY:
		complain("the hardware refused the guest's state at 0x%llx: %.*s", pc,
			 AXVCPU_RULE_MAX, out->fail_entry.rule);
		break;
	case AXVCPU_EXIT_SHUTDOWN:
		complain("the guest met a triple fault at 0x%llx: --dump shows its registers",
			 pc);
		break;
	case AXVCPU_EXIT_NESTED_PAGE_FAULT:
		complain("the guest's access to 0x%llx at pc 0x%llx cannot be carried out: %s",
			 (unsigned long long)out->fault.addr, pc,
			 out->fault.error ? strerror(out->fault.error) :
					    "no memory there, and no device access that this program knows");
		break;
	default:
		complain("the guest's exit %s (%u) at 0x%llx is none that this program handles",
			 name ? name : "unknown", out->reason, pc);
		break;
	}
}

/* Say why the run was stopped from outside. Return: the exit status. */
static int say_stop(enum stop why, const struct options *o)
{
	switch (why) {
	case STOP_TIMEOUT:
		complain("stopped by the time limit of %g s (--timeout)", o->timeout_ns / 1e9);
		return STATUS_TIMEOUT;
	case STOP_ESCAPE:
		return STATUS_OK;
	default:
		complain("stopped by a signal");
		return STATUS_INTERRUPTED;
	}
}

/* Say how the run ended. Return: the exit status. */
static int conclude(struct cpu *cpu)
{
	struct run *run = cpu->run;
	bool failed = true;
	int status;

	switch (cpu->result) {
	case BOARD_ENDED:
		status = run->guest.board->status;
		failed = false;
		break;
	case BOARD_STOPPED:
		status = say_stop(console_stop(&run->console), &run->options);
		failed = status == STATUS_TIMEOUT;
		break;
	case BOARD_UNHANDLED:
		say_failure(&cpu->vcpu->run->out);
		status = STATUS_GUEST;
		break;
	case BOARD_FAILED:
		complain("%s", run->guest.board->why);
		status = STATUS_GUEST;
		break;
	default:
		status = explain(cpu->op, cpu->result, "vCPU 0");
		report_failure(cpu->vcpu);
		break;
	}
	if (failed && run->options.dump)
		report_registers(cpu->vcpu);
	return status;
}

static void output(void *opaque, uint8_t byte)
{
	(void)opaque;
	while (write(STDOUT_FILENO, &byte, 1) < 0 && errno == EINTR)
		;
}

static unsigned long long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static int start_console(struct run *run)
{
	struct board *board = run->guest.board;
	struct console *console = &run->console;
	int ret;

	console->board = board;
	console->vcpu = run->guest.vcpu;
	console->ctrl_c = !run->options.guest.kernel;
	console->timeout_ns = run->options.timeout_ns;
	board->output = output;
	board->timer = console_timer;
	board->opaque = console;
	ret = console_init(console);
	if (!ret)
		ret = console_start(console);
	if (!ret)
		return STATUS_OK;
	complain("cannot watch the terminal: %s: check the limit of open files (ulimit -n)",
		 strerror(-ret));
	console_fini(console);
	return STATUS_HOST;
}

static int run_guest(struct run *run)
{
	struct cpu cpu = { .run = run };
	unsigned long long start;
	int status;

	status = guest_create(&run->guest, &run->options);
	if (!status)
		status = start_console(run);
	if (status)
		goto out;
	cpu.vcpu = run->guest.vcpu;
	start = now_ns();
	run_cpu(&cpu);
	start = now_ns() - start;
	console_fini(&run->console);
	status = conclude(&cpu);
	if (run->options.stats)
		report_stats(cpu.vcpu, start);
out:
	guest_destroy(&run->guest);
	return status;
}

int cmd_run(int argc, char **argv)
{
	struct run *run;
	char why[256];
	int status;

	/* Write whole lines, because the guest writes to the same terminal. */
	setvbuf(stderr, NULL, _IOLBF, 0);
	run = calloc(1, sizeof(*run));
	if (!run) {
		complain("no memory: end other programs");
		return STATUS_HOST;
	}
	if (options_parse(argc, argv, &run->options, why, sizeof(why))) {
		complain("%s (axvcpu run --help tells more)", why);
		status = STATUS_USAGE;
	} else if (run->options.help) {
		print_help();
		status = STATUS_OK;
	} else {
		status = run_guest(run);
	}
	free(run);
	return status;
}
