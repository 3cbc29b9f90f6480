// SPDX-License-Identifier: GPL-2.0-only
/* The command axvcpu: how its runs end, and what it shows. */

#include "harness.h"
#include "shell.h"

DECLARE_GUEST(cli_exit, MODE_REAL);
DECLARE_GUEST(cli_halt, MODE_REAL);
DECLARE_GUEST(cli_reset, MODE_REAL);
DECLARE_GUEST(cli_spin, MODE_REAL);
DECLARE_GUEST(cli_triple, MODE_REAL);
DECLARE_GUEST(cli_echo, MODE_REAL);
DECLARE_GUEST(cli_timer, MODE_REAL);

static void statuses(void)
{
	shell_run(&guest_cli_halt, "", 0, "a halt with interrupts off");
	shell_run(&guest_cli_exit, "--reg rax=5", 11, "5 to the exit port");
	shell_run(&guest_cli_reset, "", 0, "a reset");
	shell_run(&guest_cli_timer, "--timeout 60 --reg rdx=0x20", 41,
		  "20 interrupts of the timer");
	shell_run(&guest_cli_timer, "--timeout 60 --reg rdx=8", 126, "a vector that none can have");
	shell_run(&guest_cli_spin, "--timeout 0.2", 124, "the time limit");
	tap_ok(strstr(shell_output, "time limit"), "and says so");
	shell_run(&guest_cli_triple, "--dump", 126, "a triple fault");
	tap_ok(strstr(shell_output, "triple fault") && strstr(shell_output, "rip ") &&
	       strstr(shell_output, "cr0 "), "and shows the registers");
	shell_run(&guest_cli_halt, "--entry 0x20000 --mem 64K", 126, "an entry outside memory");
	shell_run(&guest_cli_halt, "--load 0x10000 --mem 64K", 125, "an image outside memory");
	shell_run(&guest_cli_halt, "--mode 17", 2, "an unknown mode");
	tap_is(shell("axvcpu run /nowhere 2>&1"), 125, "no image: status");
	tap_ok(strstr(shell_output, "/nowhere: no such file"), "and says so");
}

static void terminal(void)
{
	shell_image(&guest_cli_echo);
	tap_is(shell("printf aBc. | axvcpu run --timeout 60 " SHELL_IMAGE), 3, "COM1: status");
	tap_ok(!strcmp(shell_output, "AbC"), "COM1: from the input to the output");
	tap_is(shell("axvcpu run --mode real tools/axvcpu/demo/hello16.bin"), 0, "hello16: status");
	tap_ok(strstr(shell_output, "16-bit"), "hello16: its line");
	tap_is(shell("axvcpu run --mode prot tools/axvcpu/demo/hello32.bin"), 0, "hello32: status");
	tap_ok(strstr(shell_output, "32-bit"), "hello32: its line");
	tap_is(shell("axvcpu run --mode long tools/axvcpu/demo/hello64.bin"), 0, "hello64: status");
	tap_ok(strstr(shell_output, "64-bit"), "hello64: its line");
}

static void reports(void)
{
	shell_run(&guest_cli_exit, "--trace --stats", 1, "an exit with a trace");
	tap_ok(strstr(shell_output, "IoWrite          port=0xf4 width=1 data=0x0"), "the trace");
	tap_ok(strstr(shell_output, "guest entries"), "the counters");
	tap_is(shell("axvcpu info"), 0, "info: status");
	tap_ok(strstr(shell_output, "backend"), "info: the backend");
}

void test(void)
{
	statuses();
	terminal();
	reports();
	shell_running(&guest_cli_spin);
	unlink(SHELL_IMAGE);
}
