// SPDX-License-Identifier: GPL-2.0-only
/*
 * The terminal of a run, on a pseudo-terminal; and the port map behind it.
 */
#define _GNU_SOURCE
#include <console.h>
#include <fcntl.h>
#include <pc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "fake.h"
#include "tap.h"

static uint8_t ram[FAKE_SIZE];
static char printed[64];
static unsigned int nr_printed;

static void output(void *opaque, uint8_t byte)
{
	(void)opaque;
	printed[nr_printed++ % sizeof(printed)] = byte;
}

static void setup(struct console *con, struct pc *pc, struct axvcpu_vcpu *vcpu, bool ctrl_c)
{
	memset(con, 0, sizeof(*con));
	pc_init(pc, NULL);
	pc->board.output = output;
	pc->board.timer = console_timer;
	pc->board.opaque = con;
	con->board = &pc->board;
	con->vcpu = vcpu;
	con->ctrl_c = ctrl_c;
}

/* Up to two seconds for something that another thread does. */
#define soon(cond)							\
	({								\
		bool held = false;					\
									\
		for (int i = 0; i < 200 && !(held = (cond)); i++)	\
			nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);	\
		held;							\
	})

static void keys(struct console *con, struct pc *pc, int terminal)
{
	struct termios before, during, after;

	tcgetattr(STDIN_FILENO, &before);
	ok(!console_init(con) && !console_start(con), "start");
	tcgetattr(STDIN_FILENO, &during);
	ok(!(during.c_lflag & (ICANON | ECHO | ISIG)), "the terminal is raw");
	ok((during.c_oflag & OPOST) == (before.c_oflag & OPOST), "but not its output");
	is(write(terminal, "h\r\x03", 3), 3, "keys");
	ok(soon(pc_io_read(pc, 0x3fd, 1) & 1), "arrive at COM1");
	is(pc_io_read(pc, 0x3f8, 1), 'h', "one by one");
	ok(soon(pc_io_read(pc, 0x3fd, 1) & 1) && pc_io_read(pc, 0x3f8, 1) == '\r',
	   "a return unchanged");
	ok(soon(pc_io_read(pc, 0x3fd, 1) & 1) && pc_io_read(pc, 0x3f8, 1) == 3,
	   "and Ctrl-C, where it is the guest's");
	is(write(terminal, "\1\1", 2), 2, "Ctrl-a twice");
	ok(soon(pc_io_read(pc, 0x3fd, 1) & 1) && pc_io_read(pc, 0x3f8, 1) == 1, "is one");
	is(console_stop(con), STOP_NONE, "all this stops nothing");
	is(write(terminal, "\1x", 2), 2, "Ctrl-a x");
	ok(soon(console_stop(con) == STOP_ESCAPE), "does");
	console_fini(con);
	tcgetattr(STDIN_FILENO, &after);
	is(after.c_lflag, before.c_lflag, "the terminal is as it was");
	is(after.c_iflag, before.c_iflag, "also in what it does to input");
	ok(!memcmp(before.c_cc, after.c_cc, sizeof(before.c_cc)), "and its characters");
	pc_fini(pc);
}

static void stops(struct console *con, struct pc *pc, struct axvcpu_vcpu *vcpu, int terminal)
{
	setup(con, pc, vcpu, true);
	console_init(con);
	console_start(con);
	is(write(terminal, "\x03", 1), 1, "Ctrl-C, where it is ours");
	ok(soon(console_stop(con) == STOP_SIGNAL), "stops");
	console_fini(con);
	pc_fini(pc);

	setup(con, pc, vcpu, false);
	console_init(con);
	console_start(con);
	kill(getpid(), SIGTERM);
	ok(soon(console_stop(con) == STOP_SIGNAL), "SIGTERM stops");
	console_fini(con);
	pc_fini(pc);

	setup(con, pc, vcpu, false);
	con->timeout_ns = 20000000;
	console_init(con);
	console_start(con);
	ok(soon(console_stop(con) == STOP_TIMEOUT), "the time limit stops");
	console_fini(con);
	pc_fini(pc);
}

static void ports(struct console *con, struct pc *pc, struct axvcpu_vcpu *vcpu)
{
	setup(con, pc, vcpu, false);
	console_init(con);
	console_start(con);
	is(pc_io_read(pc, 0x1234, 4), 0xffffffff, "nobody there: ones");
	is(pc_io_read(pc, 0xcfc, 4), 0xffffffff, "no PCI");
	is(pc_io_read(pc, 0xe9, 1), 0xe9, "the debug console is there");
	ok(!pc_io_write(pc, 0xcf8, 4, 0xffffffff) && pc->end == PC_RUNS, "PCI address: no reset");
	nr_printed = 0;
	pc_io_write(pc, 0x3f8, 1, 'A');
	pc_io_write(pc, 0xe9, 1, 'B');
	ok(nr_printed == 2 && !memcmp(printed, "AB", 2), "COM1 and the debug console print");
	pc_io_write(pc, 0x21, 1, 0xfe);
	ok(!pc_interrupt_pending(pc), "no interrupt yet");
	pc_io_write(pc, 0x43, 1, 0x34);
	pc_io_write(pc, 0x40, 1, 0x00);
	pc_io_write(pc, 0x40, 1, 0x10);
	ok(soon(pc_interrupt_pending(pc)), "the timer interrupts");
	ok(pc_io_write(pc, 0xf4, 4, 0x21) && pc->end == PC_EXIT && pc->exit_value == 0x21,
	   "exit with a value");
	pc->end = PC_RUNS;
	ok(pc_io_write(pc, 0x64, 1, 0xfe) && pc->end == PC_RESET, "keyboard reset");
	pc->end = PC_RUNS;
	ok(pc_io_write(pc, 0xcf9, 1, 0x06) && pc->end == PC_RESET, "reset port");
	pc->end = PC_RUNS;
	ok(!pc_io_write(pc, 0x64, 1, 0xd1), "another keyboard command");
	console_fini(con);
	pc_fini(pc);
}

/* A session of its own, whose terminal @terminal is the other end of. */
static int run(const char *name, int terminal)
{
	struct axvcpu_vcpu *vcpu;
	static struct console con;
	static struct pc pc;

	/* The first terminal that a session's leader opens is the session's. */
	setsid();
	dup2(open(name, O_RDWR), STDIN_FILENO);
	vcpu = fake_vcpu(ram);
	setup(&con, &pc, vcpu, false);
	keys(&con, &pc, terminal);
	stops(&con, &pc, vcpu, terminal);
	ports(&con, &pc, vcpu);
	fake_close(vcpu);
	return tap_done();
}

int main(void)
{
	int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	int status = 1;
	pid_t child;

	if (terminal < 0 || grantpt(terminal) || unlockpt(terminal)) {
		printf("1..0 # SKIP no pseudo-terminal\n");
		return 0;
	}
	child = fork();
	if (!child)
		exit(run(ptsname(terminal), terminal));
	waitpid(child, &status, 0);
	return !WIFEXITED(status) || WEXITSTATUS(status);
}
