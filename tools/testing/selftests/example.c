// SPDX-License-Identifier: GPL-2.0-only
/* The tutorial's program: one source, and the same words on every architecture. */

#include "harness.h"

#define OUTPUT	"Hello from the guest\nvmm: exit Halt\n"

void test(void)
{
	char text[1024];
	FILE *pipe = popen("vmm 2>&1", "r");
	size_t len;
	int status;

	if (!pipe)
		tap_bail("popen: %s", strerror(errno));
	len = fread(text, 1, sizeof(text) - 1, pipe);
	text[len] = '\0';
	status = pclose(pipe);
	if (!tap_is(status, 0, "vmm runs"))
		tap_note("  it said: %s", text);
	tap_ok(!strcmp(text, OUTPUT), "its guest says hello, and halts");
}
