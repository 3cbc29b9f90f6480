// SPDX-License-Identifier: GPL-2.0-only
/* The command axvcpu: how its runs end, and what it shows. */

#include "harness.h"
#include "shell.h"

DECLARE_GUEST(cli_exit, MODE_BARE);
DECLARE_GUEST(cli_off, MODE_BARE);
DECLARE_GUEST(cli_reset, MODE_BARE);
DECLARE_GUEST(cli_spin, MODE_BARE);
DECLARE_GUEST(cli_echo, MODE_BARE);
DECLARE_GUEST(cli_calls, MODE_BARE);

static void statuses(void)
{
	shell_run(&guest_cli_off, "", 0, "PSCI SYSTEM_OFF");
	shell_run(&guest_cli_reset, "", 0, "PSCI SYSTEM_RESET");
	shell_run(&guest_cli_exit, "--reg x1=5", 5, "5 to the exit device");
	shell_run(&guest_cli_calls, "", 7, "calls that nobody answers");
	shell_run(&guest_cli_spin, "--timeout 0.2", 124, "the time limit");
	tap_ok(strstr(shell_output, "time limit"), "and says so");
	shell_run(&guest_cli_exit, "--dump --entry 0x20000000", 126, "an entry outside memory");
	tap_ok(strstr(shell_output, "0x20000000") && strstr(shell_output, "pstate ") &&
	       strstr(shell_output, "sctlr_el1 "), "says where, and shows the registers");
	shell_run(&guest_cli_exit, "--load 0x41000000 --mem 64K", 125, "an image outside memory");
	shell_run(&guest_cli_exit, "--mode real", 2, "an option of another machine");
	shell_run(&guest_cli_exit, "--reg rax=5", 2, "a register of another machine");
	shell_run(&guest_cli_exit, "--mem 2T", 2, "more memory than there can be");
	tap_is(shell("axvcpu run /nowhere 2>&1"), 125, "no image: status");
	tap_ok(strstr(shell_output, "/nowhere: no such file"), "and says so");
	tap_is(shell("axvcpu run --kernel /tmp 2>&1"), 125, "a folder as kernel: status");
	tap_ok(strstr(shell_output, "/tmp: a folder"), "and says so");
	tap_is(shell("axvcpu run --kernel " SHELL_IMAGE " 2>&1"), 125, "no kernel: status");
	tap_is(shell("axvcpu run --kernel k --load 0 2>&1"), 2, "a kernel and --load: status");
}

static void terminal(void)
{
	shell_image(&guest_cli_echo);
	tap_is(shell("printf aBc. | axvcpu run --timeout 60 " SHELL_IMAGE), 3, "the serial port");
	tap_ok(!strcmp(shell_output, "AbC"), "from the input to the output");
	tap_is(shell("axvcpu run tools/axvcpu/demo/hello-arm64.bin"), 0, "hello: status");
	tap_ok(strstr(shell_output, "EL1"), "hello: its line");
}

static void reports(void)
{
	shell_run(&guest_cli_exit, "--reg x1=0 --trace --stats", 0, "an exit with a trace");
	tap_ok(strstr(shell_output, "MmioWrite        addr=0x9010000 width=4 data=0x0"),
	       "the trace");
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
