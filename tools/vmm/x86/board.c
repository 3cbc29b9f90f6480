// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PC as a board.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <board.h>

#include "boot.h"
#include "map.h"
#include "pc.h"

#define REAL_LIMIT	0x100000U
#define REAL_LOAD	0x7c00U
#define REAL_STACK	0x7c00U
#define FLAT_LOAD	0x100000U
#define STACK		0x80000U
#define LINUX_APPEND	"console=ttyS0 earlyprintk=ttyS0 panic=-1"

const struct board_text board_text = {
	.kernel = "BZIMAGE",
	.flags = "rflags",
	.about =
		"Runs a guest on one vCPU, in a small PC: COM1 at port 0x3f8 and the debug console at\n"
		"0xe9 are the terminal, a write to port 0xf4 ends the run.\n",
	.flat =
		"  --mode MODE      real (the default), prot (32 bits, no paging) or long (64 bits)\n"
		"  --load ADDR      where it is loaded: default 0x7c00 in real mode, else 0x100000\n",
	.append = LINUX_APPEND,
	.status =
		"0 after a halt with interrupts off, a reset or Ctrl-a x;\n"
		"2N+1 after N was written to port 0xf4;",
};

static bool set_mode(struct board_config *config, const char *value)
{
	static const char *const names[] = {
		[MODE_REAL] = "real",
		[MODE_PROT] = "prot",
		[MODE_LONG] = "long",
	};

	for (unsigned int i = MODE_REAL; i <= MODE_LONG; i++) {
		if (!strcmp(value, names[i])) {
			config->mode = i;
			return true;
		}
	}
	return false;
}

const struct board_option board_options[] = {
	{ "mode", "no such mode: give real, prot or long", set_mode },
	{ 0 },
};

static int wrong(char *why, unsigned int size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int wrong(char *why, unsigned int size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, size, format, args);
	va_end(args);
	return -EINVAL;
}

int board_check(struct board_config *config, char *why, unsigned int size)
{
	bool real;

	if (config->kernel && config->mode)
		return wrong(why, size, "--kernel brings its own --mode: leave it out");
	if (!config->mode)
		config->mode = config->kernel ? MODE_LONG : MODE_REAL;
	real = config->mode == MODE_REAL;
	if (config->load == BOARD_DEFAULT)
		config->load = real ? REAL_LOAD : FLAT_LOAD;
	if (config->entry == BOARD_DEFAULT)
		config->entry = config->load;
	if (real && config->entry >= REAL_LIMIT)
		return wrong(why, size,
			     "--entry 0x%llx: real mode ends at 1 MiB: choose a lower one",
			     (unsigned long long)config->entry);
	if (!real && config->load < LOW_END)
		return wrong(why, size,
			     "--load 0x%llx: this mode's tables are below 0x%x: choose more",
			     (unsigned long long)config->load, LOW_END);
	return 0;
}

struct board *board_create(const struct board_config *config)
{
	struct pc *pc = malloc(sizeof(*pc));

	if (!pc)
		return NULL;
	pc_init(pc, config);
	map_add_ram(&pc->board.ram, config->mem);
	return &pc->board;
}

void board_destroy(struct board *board)
{
	if (!board)
		return;
	pc_fini(to_pc(board));
	free(to_pc(board));
}

int board_setup(struct board *board, int dev, struct axvcpu_vcpu *vcpu,
		const struct linux_image *image)
{
	const struct board_config *config = board->config;
	struct axvcpu_x86_regs *regs = axvcpu_x86_run_regs(vcpu);
	int ret = boot_cpuid(dev, vcpu);

	if (!ret)
		ret = boot_setup(vcpu, &board->ram, config->mode, image->entry,
				 config->mode == MODE_REAL ? REAL_STACK : STACK);
	if (ret)
		return ret;
	if (config->kernel)
		regs->gpr[AXVCPU_X86_RSI] = image->params;
	for (unsigned int i = 0; i < config->nr_regs; i++) {
		if (config->regs[i].reg == BOARD_REG_FLAGS)
			regs->rflags = config->regs[i].value;
		else
			regs->gpr[config->regs[i].reg] = config->regs[i].value;
	}
	return 0;
}

/* Could the guest take an interrupt at the next entry? A halt ends its shadow. */
static bool takes_interrupts(const struct axvcpu_run_out *out)
{
	if (!(out->raw.events & AXVCPU_EV_IRQ_ENABLED))
		return false;
	return !(out->raw.events & AXVCPU_EV_IRQ_SHADOW) || out->reason == AXVCPU_EXIT_HALT ||
	       out->activity == AXVCPU_ACTIVITY_HALTED;
}

/* The guest may program any vector, but those of exceptions cannot be injected. */
static int deliver(struct pc *pc, struct axvcpu_vcpu *vcpu)
{
	uint8_t vector = pc_interrupt_acknowledge(pc);
	int ret = axvcpu_vcpu_inject_interrupt(vcpu, vector);

	if (ret != -EINVAL)
		return ret;
	snprintf(pc->board.why, sizeof(pc->board.why),
		 "the guest's interrupt controller gives vector %u: let it start at 16 or above",
		 vector);
	return BOARD_FAILED;
}

/*
 * Inject a pending interrupt if the guest can take it. Otherwise ask for the exits that
 * tell when it can: IrqWindow and Halt. A flat image always exits at a halt, because a
 * halt with interrupts off ends the run.
 */
int board_before_run(struct board *board, struct axvcpu_vcpu *vcpu)
{
	uint32_t flags = board->config->kernel ? 0 : AXVCPU_RUN_EXIT_HALT;
	struct pc *pc = to_pc(board);
	int ret = 0;

	if (pc_interrupt_pending(pc)) {
		if (takes_interrupts(&vcpu->run->out))
			ret = deliver(pc, vcpu);
		else
			flags |= AXVCPU_RUN_EXIT_IRQ_WINDOW | AXVCPU_RUN_EXIT_HALT;
	}
	vcpu->run->in.flags = flags;
	return ret;
}

bool board_key(struct board *board, uint8_t byte)
{
	return pc_key(to_pc(board), byte);
}

bool board_tick(struct board *board)
{
	return pc_tick(to_pc(board));
}

static int io_read(void *opaque, uint16_t port, uint32_t width, uint64_t *value)
{
	*value = pc_io_read(to_pc(opaque), port, width);
	return 0;
}

static int io_write(void *opaque, uint16_t port, uint32_t width, uint64_t value)
{
	struct pc *pc = to_pc(opaque);

	if (!pc_io_write(pc, port, width, value))
		return 0;
	pc->board.status = pc->end == PC_EXIT ? (pc->exit_value << 1 | 1) & 0xff : 0;
	return BOARD_ENDED;
}

/* The guest halted. Wait for an interrupt of the PC, as nothing else can wake it. */
static int halted(struct pc *pc, const struct axvcpu_run_out *out)
{
	if (!(out->raw.events & AXVCPU_EV_IRQ_ENABLED))
		return BOARD_ENDED;
	pc_wait(pc);
	return atomic_load(&pc->board.stopping) ? BOARD_STOPPED : 0;
}

static int other(void *opaque, struct axvcpu_vcpu *vcpu)
{
	const struct axvcpu_run_out *out = &vcpu->run->out;
	struct board *board = opaque;
	int ret;

	if (out->reason == AXVCPU_EXIT_HALT)
		return halted(to_pc(board), out);
	ret = board_other(board, vcpu);
	if (!ret && out->reason == AXVCPU_EXIT_STOPPED &&
	    out->activity == AXVCPU_ACTIVITY_HALTED && !(out->raw.events & AXVCPU_EV_IRQ_ENABLED))
		return BOARD_ENDED;
	return ret;
}

const struct axvcpu_handlers board_handlers = {
	.size = sizeof(board_handlers),
	.io_read = io_read,
	.io_write = io_write,
	.mmio_read = board_mmio_read,
	.mmio_write = board_mmio_write,
	.sysreg_read = board_sysreg_read,
	.sysreg_write = board_sysreg_write,
	.hypercall = board_hypercall,
	.other = other,
};
