// SPDX-License-Identifier: GPL-2.0-only
/*
 * What all boards share.
 */
#include "board.h"

void board_init(struct board *board, const struct board_config *config)
{
	*board = (struct board){ .config = config };
	pthread_mutex_init(&board->lock, NULL);
	pthread_cond_init(&board->wake, NULL);
}

void board_fini(struct board *board)
{
	pthread_cond_destroy(&board->wake);
	pthread_mutex_destroy(&board->lock);
}

void board_stop(struct board *board)
{
	atomic_store(&board->stopping, true);
	pthread_mutex_lock(&board->lock);
	pthread_cond_broadcast(&board->wake);
	pthread_mutex_unlock(&board->lock);
}

int board_other(struct board *board, const struct axvcpu_vcpu *vcpu)
{
	switch (vcpu->run->out.reason) {
	case AXVCPU_EXIT_STOPPED:
		return atomic_load(&board->stopping) ? BOARD_STOPPED : 0;
	case AXVCPU_EXIT_EXTERNAL_INTERRUPT:
	case AXVCPU_EXIT_DEADLINE:
	case AXVCPU_EXIT_IRQ_WINDOW:
		return 0;
	}
	return BOARD_UNHANDLED;
}

int board_mmio_read(void *opaque, uint64_t addr, uint32_t width, uint64_t *value)
{
	struct board *board = opaque;
	int ret;

	pthread_mutex_lock(&board->lock);
	ret = mmio_load(&board->devices, addr, width, value);
	pthread_mutex_unlock(&board->lock);
	return ret;
}

int board_mmio_write(void *opaque, uint64_t addr, uint32_t width, uint64_t value)
{
	struct board *board = opaque;
	int ret;

	pthread_mutex_lock(&board->lock);
	ret = mmio_store(&board->devices, addr, width, value);
	pthread_mutex_unlock(&board->lock);
	return ret;
}

int board_sysreg_read(void *opaque, uint64_t addr, uint64_t *value)
{
	(void)opaque;
	(void)addr;
	(void)value;
	return AXVCPU_REFUSE_ACCESS;
}

int board_sysreg_write(void *opaque, uint64_t addr, uint64_t value)
{
	(void)opaque;
	(void)addr;
	(void)value;
	return AXVCPU_REFUSE_ACCESS;
}

int board_hypercall(void *opaque, const struct axvcpu_exit_hypercall *call, uint64_t *result)
{
	(void)opaque;
	(void)call;
	*result = ~0ULL;
	return 0;
}
