// SPDX-License-Identifier: GPL-2.0-only
/*
 * axvcpu run: a guest from start to end.
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
#include "guest.h"
#include "refuse.h"
#include "report.h"

/* What a callback returns to end the run. */
enum outcome {
	ENDED_BY_DEVICE = 1,
	ENDED_HALTED,
	ENDED_STOPPED,
	ENDED_FAILED,
	ENDED_BAD_VECTOR,
};

struct run {
	struct options options;
	struct guest guest;
	struct pc pc;
	struct console console;
	unsigned long long exits;
};

static const char help[] =
	"usage: axvcpu run [OPTION]... IMAGE\n"
	"       axvcpu run [OPTION]... --kernel BZIMAGE\n"
	"\n"
	"Runs a guest on one vCPU, in a small PC: COM1 at port 0x3f8 and the debug console at\n"
	"0xe9 are the terminal, a write to port 0xf4 ends the run.\n"
	"\n"
	"A flat image:\n"
	"  --mode MODE      real (the default), prot (32 bits, no paging) or long (64 bits)\n"
	"  --load ADDR      where it is loaded: default 0x7c00 in real mode, else 0x100000\n"
	"  --entry ADDR     where it starts: default the address where it is loaded\n"
	"  --reg NAME=N,... general registers and rflags to start with\n"
	"A Linux kernel:\n"
	"  --kernel FILE    bzImage with a 64-bit entry point\n"
	"  --initrd FILE    initial file system\n"
	"  --append TEXT    command line: default console=ttyS0 earlyprintk=ttyS0 panic=-1\n"
	"Both:\n"
	"  --mem SIZE       memory: default 16M, with --kernel 256M\n"
	"  --hugepages      take it from the host's reserved huge pages\n"
	"  --cpu N          run on this CPU\n"
	"  --timeout S      stop after S seconds, with status 124\n"
	"  --trace          print every exit\n"
	"  --stats          print all counters at the end\n"
	"  --dump           print all registers when the guest or the vCPU fails\n"
	"\n"
	"On a terminal Ctrl-a x ends the run, and Ctrl-C that of a flat image; with --kernel\n"
	"Ctrl-C goes to the guest. Ctrl-a Ctrl-a sends one Ctrl-a.\n"
	"\n"
	"Status: 0 after a halt with interrupts off, a reset or Ctrl-a x; 2N+1 after N was\n"
	"written to port 0xf4; 2 wrong usage; 124 time limit; 125 the device or this machine\n"
	"failed; 126 the guest failed; 130 Ctrl-C or a signal.\n";

/* The callbacks: port I/O is the PC's, nothing else is there. */
static int io_read(void *opaque, uint16_t port, uint32_t width, uint64_t *value)
{
	struct run *run = opaque;

	*value = pc_io_read(&run->pc, port, width);
	return 0;
}

static int io_write(void *opaque, uint16_t port, uint32_t width, uint64_t value)
{
	struct run *run = opaque;

	return pc_io_write(&run->pc, port, width, value) ? ENDED_BY_DEVICE : 0;
}

static int mmio_read(void *opaque, uint64_t addr, uint32_t width, uint64_t *value)
{
	(void)opaque;
	(void)addr;
	(void)width;
	*value = ~0ULL;
	return 0;
}

static int mmio_write(void *opaque, uint64_t addr, uint32_t width, uint64_t value)
{
	(void)opaque;
	(void)addr;
	(void)width;
	(void)value;
	return 0;
}

/* The guest halted; nothing but an interrupt of the PC can wake it. */
static int halted(struct run *run)
{
	struct pc *pc = &run->pc;
	int ret = 0;

	if (!(run->guest.vcpu->run->out.raw.events & AXVCPU_EV_IRQ_ENABLED))
		return ENDED_HALTED;
	pthread_mutex_lock(&pc->lock);
	while (!pic_pending(&pc->pic) && !console_stop(&run->console))
		pthread_cond_wait(&pc->wake, &pc->lock);
	pthread_mutex_unlock(&pc->lock);
	if (console_stop(&run->console))
		ret = ENDED_STOPPED;
	return ret;
}

static int stopped(struct run *run)
{
	const struct axvcpu_run_out *out = &run->guest.vcpu->run->out;

	if (console_stop(&run->console))
		return ENDED_STOPPED;
	if (out->activity == AXVCPU_ACTIVITY_HALTED && !(out->raw.events & AXVCPU_EV_IRQ_ENABLED))
		return ENDED_HALTED;
	return 0;
}

static int other(void *opaque, struct axvcpu_vcpu *vcpu)
{
	struct run *run = opaque;

	switch (vcpu->run->out.reason) {
	case AXVCPU_EXIT_HALT:
		return halted(run);
	case AXVCPU_EXIT_STOPPED:
		return stopped(run);
	case AXVCPU_EXIT_EXTERNAL_INTERRUPT:
	case AXVCPU_EXIT_DEADLINE:
	case AXVCPU_EXIT_IRQ_WINDOW:
		return 0;
	}
	return ENDED_FAILED;
}

static const struct axvcpu_handlers handlers = {
	.size = sizeof(handlers),
	.io_read = io_read,
	.io_write = io_write,
	.mmio_read = mmio_read,
	.mmio_write = mmio_write,
	.sysreg_read = refuse_sysreg_read,
	.sysreg_write = refuse_sysreg_write,
	.hypercall = refuse_hypercall,
	.other = other,
};

/* Could the guest take an interrupt at the next entry? A halt ends its shadow. */
static bool takes_interrupts(const struct axvcpu_run_out *out)
{
	if (!(out->raw.events & AXVCPU_EV_IRQ_ENABLED))
		return false;
	return !(out->raw.events & AXVCPU_EV_IRQ_SHADOW) || out->reason == AXVCPU_EXIT_HALT ||
	       out->activity == AXVCPU_ACTIVITY_HALTED;
}

/* An interrupt controller gives any vector; those of exceptions cannot be injected. */
static int deliver(struct run *run)
{
	uint8_t vector = pc_interrupt_acknowledge(&run->pc);
	int ret = axvcpu_vcpu_inject_interrupt(run->guest.vcpu, vector);

	if (ret != -EINVAL)
		return ret;
	complain("the guest's interrupt controller gives vector %u: let it start at 16 or above",
		 vector);
	return ENDED_BAD_VECTOR;
}

/*
 * Before each entry: give the guest the PC's interrupt if it can take it, or ask
 * to be told when it can. A halt is ours to see while one waits, and for a flat
 * image always: halted with interrupts off is how it ends.
 */
static int prepare_interrupt(struct run *run)
{
	struct axvcpu_vcpu *vcpu = run->guest.vcpu;
	uint32_t flags = run->options.kernel ? 0 : AXVCPU_RUN_EXIT_HALT;
	int ret = 0;

	if (pc_interrupt_pending(&run->pc)) {
		if (takes_interrupts(&vcpu->run->out))
			ret = deliver(run);
		else
			flags |= AXVCPU_RUN_EXIT_IRQ_WINDOW | AXVCPU_RUN_EXIT_HALT;
	}
	vcpu->run->in.flags = flags;
	return ret;
}

/* Until the guest ends: an outcome, or -errno. */
static int loop(struct run *run)
{
	struct axvcpu_vcpu *vcpu = run->guest.vcpu;
	int ret;

	do {
		ret = prepare_interrupt(run);
		if (!ret)
			ret = axvcpu_vcpu_run(vcpu);
		if (ret == -EINTR) {
			ret = 0;
			continue;
		}
		if (ret)
			return ret;
		run->exits++;
		if (run->options.trace)
			report_exit(vcpu, run->exits);
		ret = axvcpu_vcpu_handle_exit(vcpu, &handlers, run);
	} while (!ret);
	return ret;
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

/* The exit status, with what there is to say about it. */
static int conclude(struct run *run, int ret)
{
	struct axvcpu_vcpu *vcpu = run->guest.vcpu;
	bool failed = ret < 0 || ret == ENDED_FAILED || ret == ENDED_BAD_VECTOR;
	int status;

	switch (ret) {
	case ENDED_BY_DEVICE:
		status = run->pc.end == PC_EXIT ? (run->pc.exit_value << 1 | 1) & 0xff : STATUS_OK;
		break;
	case ENDED_HALTED:
		status = STATUS_OK;
		break;
	case ENDED_STOPPED:
		status = say_stop(console_stop(&run->console), &run->options);
		failed = status == STATUS_TIMEOUT;
		break;
	case ENDED_FAILED:
		say_failure(&vcpu->run->out);
		status = STATUS_GUEST;
		break;
	case ENDED_BAD_VECTOR:
		status = STATUS_GUEST;
		break;
	default:
		status = explain(OP_RUN, ret, "vCPU 0");
		report_failure(vcpu);
		break;
	}
	if (failed && run->options.dump)
		report_registers(vcpu);
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
	int ret;

	run->console.pc = &run->pc;
	run->console.vcpu = run->guest.vcpu;
	run->console.ctrl_c = !run->options.kernel;
	run->console.timeout_ns = run->options.timeout_ns;
	run->pc.output = output;
	run->pc.timer = console_timer;
	run->pc.opaque = &run->console;
	pc_init(&run->pc);
	ret = console_init(&run->console);
	if (!ret)
		ret = console_start(&run->console);
	if (!ret)
		return STATUS_OK;
	complain("cannot watch the terminal: %s: check the limit of open files (ulimit -n)",
		 strerror(-ret));
	return STATUS_HOST;
}

static int run_guest(struct run *run)
{
	unsigned long long start;
	int status;

	status = guest_create(&run->guest, &run->options);
	if (status)
		goto out_guest;
	status = start_console(run);
	if (status)
		goto out_console;
	start = now_ns();
	status = loop(run);
	start = now_ns() - start;
	console_fini(&run->console);
	status = conclude(run, status);
	if (run->options.stats)
		report_stats(run->guest.vcpu, start);
	pc_fini(&run->pc);
	goto out_guest;

out_console:
	console_fini(&run->console);
	pc_fini(&run->pc);
out_guest:
	guest_destroy(&run->guest);
	return status;
}

int cmd_run(int argc, char **argv)
{
	struct run *run;
	char why[256];
	int status;

	/* Whole lines: the guest writes to the same terminal. */
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
		fputs(help, stdout);
		status = STATUS_OK;
	} else {
		status = run_guest(run);
	}
	free(run);
	return status;
}
