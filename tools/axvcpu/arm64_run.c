// SPDX-License-Identifier: GPL-2.0-only
/*
 * axvcpu run on arm64: a guest on one vCPU of a small board.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <axvcpu.h>
#include <board.h>

#include "arm64_options.h"
#include "cli.h"
#include "refuse.h"
#include "report.h"

#define RAM_ACCESS	(AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WRITE | AXVCPU_ACCESS_EXEC)

/* What a callback returns to end the run. */
enum outcome {
	ENDED_BY_GUEST = 1,
	ENDED_STOPPED,
	ENDED_FAILED,
};

struct run {
	struct options options;
	int dev;
	struct axvcpu_vm *vm;
	struct axvcpu_vcpu *vcpu;
	struct board_ram ram;
	struct pl011 uart;
	unsigned int exit_value;
};

static const char help[] =
	"usage: axvcpu run [OPTION]... IMAGE\n"
	"       axvcpu run [OPTION]... --kernel IMAGE\n"
	"\n"
	"Runs a guest on one vCPU at EL1, MMU off, on a small board: memory from 0x40000000, a\n"
	"pl011 at 0x9000000 that is the terminal's output, PSCI by HVC.\n"
	"\n"
	"  --load ADDR      where a flat image is loaded: default 0x40080000\n"
	"  --entry ADDR     where it starts: default the address where it is loaded\n"
	"  --kernel FILE    Linux, an arm64 Image\n"
	"  --initrd FILE    its initial file system\n"
	"  --append TEXT    its command line: default earlycon=pl011,0x9000000\n"
	"                   console=ttyAMA0 panic=-1\n"
	"  --mem SIZE       memory: default 16M, with --kernel 256M\n"
	"  --cpu N          run on this CPU\n"
	"  --timeout S      stop after S seconds, with status 124\n"
	"  --trace          print every exit\n"
	"  --stats          print all counters at the end\n"
	"\n"
	"Status: 0 after PSCI SYSTEM_OFF; N after N was written to 0x9010000; 2 wrong usage;\n"
	"124 time limit; 125 the device or this machine failed; 126 the guest failed.\n";

static int mmio_read(void *opaque, uint64_t addr, uint32_t width, uint64_t *value)
{
	struct run *run = opaque;

	(void)width;
	*value = addr - BOARD_UART < BOARD_UART_SIZE ? pl011_read(&run->uart, addr - BOARD_UART) :
						       ~0ULL;
	return 0;
}

static int mmio_write(void *opaque, uint64_t addr, uint32_t width, uint64_t value)
{
	struct run *run = opaque;

	(void)width;
	if (addr == BOARD_EXIT) {
		run->exit_value = value & 0xff;
		return ENDED_BY_GUEST;
	}
	if (addr - BOARD_UART < BOARD_UART_SIZE)
		pl011_write(&run->uart, addr - BOARD_UART, value);
	return 0;
}

static int other(void *opaque, struct axvcpu_vcpu *vcpu)
{
	(void)opaque;
	switch (vcpu->run->out.reason) {
	case AXVCPU_EXIT_SYSTEM_DOWN:
	case AXVCPU_EXIT_CPU_DOWN:
		return ENDED_BY_GUEST;
	case AXVCPU_EXIT_STOPPED:
		return ENDED_STOPPED;
	case AXVCPU_EXIT_CPU_UP:
		axvcpu_set_return_value(vcpu, ~0ULL);	/* NOT_SUPPORTED: there is one */
		return 0;
	case AXVCPU_EXIT_SEND_IPI:
	case AXVCPU_EXIT_EXTERNAL_INTERRUPT:
		return 0;
	}
	return ENDED_FAILED;
}

static const struct axvcpu_handlers handlers = {
	.size = sizeof(handlers),
	.mmio_read = mmio_read,
	.mmio_write = mmio_write,
	.sysreg_read = refuse_sysreg_read,
	.sysreg_write = refuse_sysreg_write,
	.hypercall = refuse_hypercall,
	.other = other,
};

static void output(void *opaque, uint8_t byte)
{
	(void)opaque;
	while (write(STDOUT_FILENO, &byte, 1) < 0 && errno == EINTR)
		;
}

static int read_file(const char *path, struct board_file *file)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *data = MAP_FAILED;
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (!fstat(fd, &st))
		data = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		ret = -errno;
	else
		*file = (struct board_file){ data, st.st_size };
	close(fd);
	return ret;
}

static void drop_file(struct board_file *file)
{
	if (file->size)
		munmap((void *)file->data, file->size);
}

static int load_flat(struct run *run, struct board_linux *start)
{
	struct board_file image = { 0 };
	int ret = read_file(run->options.image, &image);
	void *to;

	if (ret)
		return explain(OP_FILE, ret, run->options.image);
	to = board_at(&run->ram, run->options.load, image.size);
	if (to)
		memcpy(to, image.data, image.size);
	else
		complain("%s: does not fit at 0x%llx: give more --mem", run->options.image,
			 (unsigned long long)run->options.load);
	drop_file(&image);
	start->entry = run->options.entry;
	return to ? STATUS_OK : STATUS_HOST;
}

static int load_linux(struct run *run, struct board_linux *start)
{
	const struct options *o = &run->options;
	struct board_file kernel = { 0 }, initrd = { 0 };
	const char *why = NULL;
	int ret = read_file(o->kernel, &kernel);

	if (ret)
		return explain(OP_FILE, ret, o->kernel);
	if (o->initrd)
		ret = read_file(o->initrd, &initrd);
	if (ret) {
		drop_file(&kernel);
		return explain(OP_FILE, ret, o->initrd);
	}
	why = board_load_linux(&run->ram, &kernel, &initrd, o->append, start);
	if (why)
		complain("%s: %s", o->kernel, why);
	drop_file(&kernel);
	drop_file(&initrd);
	return why ? STATUS_HOST : STATUS_OK;
}

static int create(struct run *run)
{
	const struct options *o = &run->options;
	struct board_linux start = { 0 };
	int ret;

	run->ram.hva = mmap(NULL, o->mem, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (run->ram.hva == MAP_FAILED)
		return explain(OP_MEMORY, errno, "--mem");
	run->ram.size = o->mem;
	ret = o->kernel ? load_linux(run, &start) : load_flat(run, &start);
	if (ret)
		return ret;
	run->dev = axvcpu_open(NULL);
	if (run->dev < 0)
		return explain(OP_OPEN, run->dev, AXVCPU_DEVICE);
	ret = axvcpu_vm_create(run->dev, &run->vm);
	if (ret)
		return explain(OP_VM, ret, AXVCPU_DEVICE);
	ret = axvcpu_vm_map(run->vm, BOARD_RAM, run->ram.hva, o->mem, RAM_ACCESS);
	if (ret)
		return explain(OP_MAP, ret, "the guest's memory");
	ret = axvcpu_vcpu_create_on(run->vm, 0, o->cpu, NULL, 0, &run->vcpu);
	if (ret)
		return explain(OP_VCPU, ret, "vCPU 0");
	ret = axvcpu_vcpu_setup_at(run->vcpu, start.entry);
	if (ret)
		return explain(OP_SETUP, ret, "vCPU 0");
	axvcpu_set_gpr(run->vcpu, 0, start.fdt);
	ret = axvcpu_vcpu_bind(run->vcpu);
	return ret ? explain(OP_BIND, ret, "vCPU 0") : STATUS_OK;
}

static void destroy(struct run *run)
{
	axvcpu_vcpu_close(run->vcpu);
	axvcpu_vm_close(run->vm);
	if (run->dev >= 0)
		close(run->dev);
}

/* Kicks the vCPU: RUN leaves with STOPPED. */
static struct axvcpu_vcpu *limited;

static void time_is_up(int sig)
{
	(void)sig;
	axvcpu_vcpu_kick(limited);
}

static void start_limit(struct run *run)
{
	struct itimerval limit = {
		.it_value = { .tv_sec = run->options.timeout,
			      .tv_usec = (run->options.timeout -
					  (long)run->options.timeout) * 1e6 },
	};

	limited = run->vcpu;
	signal(SIGALRM, time_is_up);
	setitimer(ITIMER_REAL, &limit, NULL);
}

static int loop(struct run *run)
{
	unsigned long long exits = 0;
	int ret;

	do {
		ret = axvcpu_vcpu_run(run->vcpu);
		if (ret == -EINTR) {
			ret = 0;
			continue;
		}
		if (ret)
			return ret;
		if (run->options.trace)
			report_exit(run->vcpu, ++exits);
		ret = axvcpu_vcpu_handle_exit(run->vcpu, &handlers, run);
	} while (!ret);
	return ret;
}

static int conclude(struct run *run, int ret)
{
	const struct axvcpu_run_out *out = &run->vcpu->run->out;
	const char *name = axvcpu_exit_name(out->reason);

	switch (ret) {
	case ENDED_BY_GUEST:
		return run->exit_value;
	case ENDED_STOPPED:
		complain("stopped by the time limit of %g s (--timeout)", run->options.timeout);
		return STATUS_TIMEOUT;
	case ENDED_FAILED:
	case AXVCPU_UNHANDLED:
		complain("the guest's exit %s (%u) at 0x%llx is none that this program handles",
			 name ? name : "unknown", out->reason,
			 (unsigned long long)out->raw.insn_pc);
		return STATUS_GUEST;
	}
	return explain(OP_RUN, ret, "vCPU 0");
}

static unsigned long long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static int run_guest(struct run *run)
{
	unsigned long long start;
	int status = create(run);

	if (!status) {
		start_limit(run);
		start = now_ns();
		status = conclude(run, loop(run));
		if (run->options.stats)
			report_stats(run->vcpu, now_ns() - start);
	}
	destroy(run);
	return status;
}

int cmd_run(int argc, char **argv)
{
	static struct run run = { .dev = -1, .uart = { .output = output } };
	const char *why = options_parse(argc, argv, &run.options);

	if (why) {
		complain("%s (axvcpu run --help tells more)", why);
		return STATUS_USAGE;
	}
	if (run.options.help) {
		fputs(help, stdout);
		return STATUS_OK;
	}
	return run_guest(&run);
}
