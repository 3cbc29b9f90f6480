// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PC through the interface that every board has.
 */
#include <board.h>
#include <boot.h>
#include <string.h>

#include "fake.h"
#include "tap.h"

static uint8_t ram[FAKE_SIZE];
static struct board_config config = { .image = "x", .mode = MODE_REAL, .mem = 4096 };
static char printed;

static void output(void *opaque, uint8_t byte)
{
	(void)opaque;
	printed = byte;
}

static void timer(void *opaque, uint64_t when)
{
	(void)opaque;
	(void)when;
}

static struct board *create(void)
{
	struct board *board = board_create(&config);

	board->output = output;
	board->timer = timer;
	return board;
}

static int out(struct board *board, uint16_t port, uint64_t value)
{
	return board_handlers.io_write(board, port, 1, value);
}

static int exits(struct board *board, struct axvcpu_vcpu *vcpu, uint32_t reason, uint32_t events)
{
	vcpu->run->out.reason = reason;
	vcpu->run->out.activity = AXVCPU_ACTIVITY_ACTIVE;
	vcpu->run->out.raw.events = events;
	return axvcpu_vcpu_handle_exit(vcpu, &board_handlers, board);
}

static void ends(struct axvcpu_vcpu *vcpu)
{
	struct board *board = create();

	is(out(board, 0xe9, '!'), 0, "a byte to the debug console");
	is(printed, '!', "is printed");
	is(out(board, 0xf4, 5), BOARD_ENDED, "5 to the exit port ends the run");
	is(board->status, 11, "with its status");
	board_destroy(board);

	board = create();
	is(out(board, 0x64, 0xfe), BOARD_ENDED, "a reset ends the run");
	is(board->status, 0, "with 0");
	board_destroy(board);

	board = create();
	is(exits(board, vcpu, AXVCPU_EXIT_HALT, 0), BOARD_ENDED, "a halt with interrupts off");
	is(exits(board, vcpu, AXVCPU_EXIT_STOPPED, 0), 0, "a kick goes on");
	is(exits(board, vcpu, AXVCPU_EXIT_SHUTDOWN, 0), BOARD_UNHANDLED,
	   "a triple fault is not known");
	board_stop(board);
	is(exits(board, vcpu, AXVCPU_EXIT_STOPPED, 0), BOARD_STOPPED, "it is to stop");
	is(exits(board, vcpu, AXVCPU_EXIT_HALT, AXVCPU_EV_IRQ_ENABLED), BOARD_STOPPED,
	   "also where it would wait for an interrupt");
	board_destroy(board);
}

static void interrupts(struct axvcpu_vcpu *vcpu)
{
	struct board *board = create();

	exits(board, vcpu, AXVCPU_EXIT_NOTHING, 0);
	is(board_before_run(board, vcpu), 0, "nothing pending");
	is(vcpu->run->in.flags, AXVCPU_RUN_EXIT_HALT, "a halt of a flat image is ours");
	out(board, 0x20, 0x11);
	out(board, 0x21, 0x30);
	out(board, 0x21, 4);
	out(board, 0x21, 1);
	out(board, 0x21, 0xef);
	out(board, 0x3fc, 0x08);
	out(board, 0x3f9, 1);
	ok(board_key(board, 'k'), "a key interrupts");
	is(board_before_run(board, vcpu), 0, "interrupts are off");
	ok(vcpu->run->in.flags & AXVCPU_RUN_EXIT_IRQ_WINDOW, "the window is asked for");
	is(fake.injected, 0, "and nothing injected");
	exits(board, vcpu, AXVCPU_EXIT_IRQ_WINDOW, AXVCPU_EV_IRQ_ENABLED);
	is(board_before_run(board, vcpu), 0, "interrupts are on");
	ok(fake.injected == 1 && fake.inject.vector == 0x34, "it is injected");
	board_destroy(board);
}

static void nobody(struct axvcpu_vcpu *vcpu)
{
	struct board *board = create();
	uint64_t value = 0;

	is(board_handlers.mmio_read(board, 0xfee00000, 4, &value), 0, "no device there");
	is(value, ~0ULL, "reads as ones");
	is(board_handlers.mmio_write(board, 0xfee00000, 4, 1), 0, "and ignores writes");
	is(board_handlers.sysreg_read(board, 1, &value), AXVCPU_REFUSE_ACCESS, "no such MSR");
	vcpu->run->out.hypercall = (struct axvcpu_exit_hypercall){ .nr = 1 };
	is(exits(board, vcpu, AXVCPU_EXIT_HYPERCALL, 0), 0, "no such hypercall");
	is(axvcpu_get_gpr(vcpu, AXVCPU_X86_RAX), ~0ULL, "returns -1");
	board_destroy(board);
}

int main(void)
{
	struct axvcpu_vcpu *vcpu = fake_vcpu(ram);

	ends(vcpu);
	interrupts(vcpu);
	nobody(vcpu);
	board_destroy(NULL);
	fake_close(vcpu);
	return tap_done();
}
