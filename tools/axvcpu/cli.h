/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the subcommands of axvcpu share.
 */
#ifndef AXVCPU_CLI_H
#define AXVCPU_CLI_H

#include "message.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/* Each takes its own name in argv[0] and returns an exit status. */
int cmd_info(int argc, char **argv);
int cmd_ps(int argc, char **argv);
int cmd_run(int argc, char **argv);

#endif /* AXVCPU_CLI_H */
