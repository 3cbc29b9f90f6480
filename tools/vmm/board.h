/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A board: the machine around the vCPUs. The program that runs guests knows no
 * architecture: it works with this header, and each architecture has one board
 * behind it (x86/board.c, arm64/board.c).
 *
 * A board knows nothing of the program either. It prints nothing; what it has to
 * say is in @why.
 */
#ifndef VMM_BOARD_H
#define VMM_BOARD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <axvcpu.h>

#include "linux.h"
#include "mmio.h"
#include "ram.h"

#define BOARD_DEFAULT	UINT64_MAX	/* @load or @entry: the board chooses */
#define BOARD_NEVER	UINT64_MAX	/* no time at all */
#define BOARD_MAX_REGS	32
#define BOARD_REG_FLAGS	UINT32_MAX	/* in place of a register: the flags or PSTATE */
#define BOARD_WHY	256

/* A register to start with. */
struct board_reg {
	uint32_t reg;
	uint64_t value;
};

/**
 * struct board_config - which guest the board is to have
 * @image: flat image, or NULL
 * @kernel: Linux kernel, or NULL; one of the two is there
 * @initrd: for @kernel, or NULL
 * @append: for @kernel: its command line; NULL: the board's default
 * @mode: one of the board's own start modes; 0: its default
 * @load: where a flat image is loaded, or BOARD_DEFAULT
 * @entry: where it starts, or BOARD_DEFAULT
 * @mem: bytes of guest memory
 * @regs: registers to start with
 * @nr_regs: how many
 */
struct board_config {
	const char *image;
	const char *kernel;
	const char *initrd;
	const char *append;
	unsigned int mode;
	uint64_t load;
	uint64_t entry;
	uint64_t mem;
	struct board_reg regs[BOARD_MAX_REGS];
	unsigned int nr_regs;
};

/**
 * struct board_option - an option of the command line that only this board has
 * @name: without its dashes
 * @want: what is wrong with a value that @set does not take, and the remedy
 * @set: puts the value into the configuration; false: it is none
 */
struct board_option {
	const char *name;
	const char *want;
	bool (*set)(struct board_config *config, const char *value);
};

/**
 * struct board_text - what a program tells its user about the board
 * @kernel: what kind of file a kernel is
 * @flags: name of the register BOARD_REG_FLAGS
 * @about: the machine; whole lines, as the others
 * @flat: options of a flat image
 * @append: the default command line of a kernel
 * @status: the exit status of a guest that ended by itself
 */
struct board_text {
	const char *kernel;
	const char *flags;
	const char *about;
	const char *flat;
	const char *append;
	const char *status;
};

/* Why a callback or board_before_run() ends the run; 0 goes on, and -errno is one. */
enum board_end {
	BOARD_ENDED = 1,	/* the guest ended by itself: @status */
	BOARD_STOPPED,		/* board_stop() was called */
	BOARD_UNHANDLED,	/* an exit that the board does not know */
	BOARD_FAILED,		/* the board cannot go on: @why */
};

/**
 * struct board - what every board has
 * @config: the guest it was made for
 * @output: takes each byte that the guest prints
 * @timer: told at which time (CLOCK_MONOTONIC, ns) board_tick() is due;
 *	BOARD_NEVER: not at all
 * @opaque: their first argument. The program sets these three before the first RUN.
 * @ram: the guest's memory; its ranges are known, ram_alloc() is the program's
 * @devices: the devices in the guest's physical address space
 * @lock: held while a device is looked at or changed, also around the callbacks
 * @wake: signalled when a vCPU that waits has something to do
 * @stopping: the run is to end
 * @status: exit status of a guest that ended by itself
 * @why: what failed, in words
 */
struct board {
	const struct board_config *config;
	void (*output)(void *opaque, uint8_t byte);
	void (*timer)(void *opaque, uint64_t when);
	void *opaque;
	struct ram ram;
	struct mmio devices;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	atomic_bool stopping;
	int status;
	char why[BOARD_WHY];
};

/* What all boards share (board.c) */

/**
 * board_init() - the part that every board has
 * @board: the board
 * @config: the guest; stays the caller's
 */
void board_init(struct board *board, const struct board_config *config);

/**
 * board_fini() - the reverse of board_init()
 * @board: the board
 */
void board_fini(struct board *board);

/**
 * board_stop() - end the run
 * @board: the board; any thread
 *
 * Wakes vCPUs that wait in the board. The caller kicks those that are in RUN.
 */
void board_stop(struct board *board);

/**
 * board_other() - the exits that mean the same on every board
 * @board: the board
 * @vcpu: the vCPU
 *
 * Return: 0, BOARD_STOPPED or BOARD_UNHANDLED.
 */
int board_other(struct board *board, const struct axvcpu_vcpu *vcpu);

/* Callbacks of the exits that all boards answer alike; @opaque is the board. */
int board_mmio_read(void *opaque, uint64_t addr, uint32_t width, uint64_t *value);
int board_mmio_write(void *opaque, uint64_t addr, uint32_t width, uint64_t value);
/* The guest does not have this register: the access faults. */
int board_sysreg_read(void *opaque, uint64_t addr, uint64_t *value);
int board_sysreg_write(void *opaque, uint64_t addr, uint64_t value);
/* There is no such call: the guest gets -1, which is NOT_SUPPORTED on arm64. */
int board_hypercall(void *opaque, const struct axvcpu_exit_hypercall *call, uint64_t *result);

/* What each board has of its own */

extern const struct board_text board_text;
extern const struct board_option board_options[];	/* the last has no name */
extern const struct axvcpu_handlers board_handlers;	/* their argument: the board */

/**
 * board_check() - fill in what the user left to the board, and check it
 * @config: the guest
 * @why: what is wrong, in words
 * @size: room at @why
 *
 * Return: 0 or -EINVAL.
 */
int board_check(struct board_config *config, char *why, unsigned int size);

/**
 * board_create() - make a board
 * @config: the guest, checked; stays the caller's and outlives the board
 *
 * Return: the board, or NULL without memory.
 */
struct board *board_create(const struct board_config *config);

/**
 * board_destroy() - the reverse of board_create()
 * @board: the board or NULL; no vCPU runs
 */
void board_destroy(struct board *board);

/**
 * board_setup() - SETUP of the boot vCPU, with the registers it starts with
 * @board: the board; the image is in its memory
 * @dev: the device
 * @vcpu: the vCPU, Created
 * @image: the loaded kernel; of a flat image only @entry
 *
 * Return: 0 or -errno.
 */
int board_setup(struct board *board, int dev, struct axvcpu_vcpu *vcpu,
		const struct linux_image *image);

/**
 * board_before_run() - what has to be done before each RUN
 * @board: the board
 * @vcpu: the vCPU, Ready: its @run->in.flags are set, and a pending interrupt is
 *	injected if the guest can take it
 *
 * Return: 0, -errno or enum board_end.
 */
int board_before_run(struct board *board, struct axvcpu_vcpu *vcpu);

/**
 * board_key() - a byte arrives at the guest's terminal
 * @board: the board; any thread
 * @byte: the byte
 *
 * Return: true if the vCPU has to be kicked.
 */
bool board_key(struct board *board, uint8_t byte);

/**
 * board_tick() - the time that @timer was told has come
 * @board: the board; any thread
 *
 * Return: true if the vCPU has to be kicked.
 */
bool board_tick(struct board *board);

#endif /* VMM_BOARD_H */
