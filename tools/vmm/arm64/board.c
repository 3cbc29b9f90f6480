// SPDX-License-Identifier: GPL-2.0-only
/*
 * A small arm64 board.
 */
#include <stdlib.h>

#include <board.h>

#include "map.h"
#include "pl011.h"

#define LINUX_APPEND	"earlycon=pl011,0x9000000 console=ttyAMA0 panic=-1"

/* The result of a PSCI call that does not exist (Arm DEN 0022, 5.2.2). */
#define PSCI_NOT_SUPPORTED	(~0ULL)

const struct board_text board_text = {
	.kernel = "IMAGE",
	.flags = "pstate",
	.about =
		"Runs a guest on one vCPU at EL1, MMU off, on a small board: memory from 0x40000000, a\n"
		"pl011 at 0x9000000 that is the terminal, PSCI by HVC; a write to 0x9010000 ends the\n"
		"run.\n",
	.flat =
		"  --load ADDR      where it is loaded: default 0x40080000\n",
	.append = LINUX_APPEND,
	.status =
		"0 after PSCI SYSTEM_OFF or SYSTEM_RESET, or Ctrl-a x;\n"
		"N after N was written to 0x9010000;",
};

const struct board_option board_options[] = {
	{ 0 },
};

/**
 * struct arm_board - the board
 * @board: what every board has
 * @uart: its serial port
 */
struct arm_board {
	struct board board;
	struct pl011 uart;
};

static struct arm_board *to_arm_board(struct board *board)
{
	return (struct arm_board *)((char *)board - offsetof(struct arm_board, board));
}

int board_check(struct board_config *config, char *why, unsigned int size)
{
	(void)why;
	(void)size;
	if (config->load == BOARD_DEFAULT)
		config->load = MAP_LOAD;
	if (config->entry == BOARD_DEFAULT)
		config->entry = config->load;
	return 0;
}

static int uart_read(void *opaque, uint64_t offset, uint32_t width, uint64_t *value)
{
	(void)width;
	*value = pl011_read(opaque, offset);
	return 0;
}

static int uart_write(void *opaque, uint64_t offset, uint32_t width, uint64_t value)
{
	(void)width;
	pl011_write(opaque, offset, value);
	return 0;
}

static void uart_output(void *opaque, uint8_t byte)
{
	struct board *board = opaque;

	board->output(board->opaque, byte);
}

static int exit_read(void *opaque, uint64_t offset, uint32_t width, uint64_t *value)
{
	(void)opaque;
	(void)offset;
	(void)width;
	*value = ~0ULL;
	return 0;
}

static int exit_write(void *opaque, uint64_t offset, uint32_t width, uint64_t value)
{
	struct board *board = opaque;

	(void)width;
	if (offset)
		return 0;
	board->status = value & 0xff;
	return BOARD_ENDED;
}

struct board *board_create(const struct board_config *config)
{
	struct arm_board *arm = calloc(1, sizeof(*arm));
	struct board *board;

	if (!arm)
		return NULL;
	board = &arm->board;
	board_init(board, config);
	arm->uart.output = uart_output;
	arm->uart.opaque = board;
	mmio_add(&board->devices, &(struct mmio_device){
		.gpa = MAP_UART,
		.size = MAP_UART_SIZE,
		.read = uart_read,
		.write = uart_write,
		.opaque = &arm->uart,
	});
	mmio_add(&board->devices, &(struct mmio_device){
		.gpa = MAP_EXIT,
		.size = MAP_EXIT_SIZE,
		.read = exit_read,
		.write = exit_write,
		.opaque = board,
	});
	ram_add(&board->ram, MAP_RAM, config->mem);
	return board;
}

void board_destroy(struct board *board)
{
	if (!board)
		return;
	board_fini(board);
	free(to_arm_board(board));
}

int board_setup(struct board *board, int dev, struct axvcpu_vcpu *vcpu,
		const struct linux_image *image)
{
	const struct board_config *config = board->config;
	int ret = axvcpu_vcpu_setup_at(vcpu, image->entry);

	(void)dev;
	if (ret)
		return ret;
	axvcpu_set_gpr(vcpu, 0, image->params);
	for (unsigned int i = 0; i < config->nr_regs; i++) {
		if (config->regs[i].reg == BOARD_REG_FLAGS)
			axvcpu_arm64_run_regs(vcpu)->pstate = config->regs[i].value;
		else
			axvcpu_set_gpr(vcpu, config->regs[i].reg, config->regs[i].value);
	}
	return 0;
}

int board_before_run(struct board *board, struct axvcpu_vcpu *vcpu)
{
	(void)board;
	vcpu->run->in.flags = 0;
	return 0;
}

/* The guest polls the port, so there is no need to wake it. */
bool board_key(struct board *board, uint8_t byte)
{
	pthread_mutex_lock(&board->lock);
	pl011_receive(&to_arm_board(board)->uart, byte);
	pthread_mutex_unlock(&board->lock);
	return false;
}

/* The kernel runs the timers of an arm64 guest. */
bool board_tick(struct board *board)
{
	(void)board;
	return false;
}

static int other(void *opaque, struct axvcpu_vcpu *vcpu)
{
	switch (vcpu->run->out.reason) {
	case AXVCPU_EXIT_SYSTEM_DOWN:
	case AXVCPU_EXIT_CPU_DOWN:
		return BOARD_ENDED;
	case AXVCPU_EXIT_CPU_UP:
		/* There is one CPU. */
		axvcpu_set_return_value(vcpu, PSCI_NOT_SUPPORTED);
		return 0;
	case AXVCPU_EXIT_SEND_IPI:
		return 0;
	}
	return board_other(opaque, vcpu);
}

/*
 * The one version of Arm's calling convention (DEN 0028) that there is. Behind it the guest
 * finds the workarounds of its CPU, which the kernel answers; it asks by PSCI first.
 */
#define PSCI_FEATURES		0x8400000aU
#define SMCCC_VERSION		0x80000000U
#define SMCCC_ARCH_FEATURES	0x80000001U
#define SMCCC_1_1		0x10001

static int hypercall(void *opaque, const struct axvcpu_exit_hypercall *call, uint64_t *result)
{
	uint32_t nr = call->nr, asked = call->args[0];

	if (!call->imm && nr == SMCCC_VERSION)
		*result = SMCCC_1_1;
	else if (!call->imm && ((nr == PSCI_FEATURES && asked == SMCCC_VERSION) ||
				(nr == SMCCC_ARCH_FEATURES &&
				 (asked == SMCCC_VERSION || asked == SMCCC_ARCH_FEATURES))))
		*result = 0;
	else
		return board_hypercall(opaque, call, result);
	return 0;
}

const struct axvcpu_handlers board_handlers = {
	.size = sizeof(board_handlers),
	.mmio_read = board_mmio_read,
	.mmio_write = board_mmio_write,
	.sysreg_read = board_sysreg_read,
	.sysreg_write = board_sysreg_write,
	.hypercall = hypercall,
	.other = other,
};
