/* SPDX-License-Identifier: GPL-2.0-only */
/* The command axvcpu from a test. */
#ifndef AXVCPU_SELFTEST_SHELL_H
#define AXVCPU_SELFTEST_SHELL_H

#include "harness.h"

#define SHELL_IMAGE	"/tmp/axvcpu-cli.bin"	/* what the guest's image is called */

extern char shell_output[];	/* what the last command printed */

/* Write a guest to SHELL_IMAGE. */
void shell_image(const struct guest *guest);

/* A shell's command: its output goes to shell_output; its exit status is returned. */
int shell(const char *command);

/* Run a guest with these options of axvcpu run, and check the status. */
void shell_run(const struct guest *guest, const char *options, int want, const char *what);

/* A guest that never ends: axvcpu ps sees it, and a signal ends it. */
void shell_running(const struct guest *guest);

#endif /* AXVCPU_SELFTEST_SHELL_H */
