// SPDX-License-Identifier: GPL-2.0-only
/* bench: measure one of the two drivers, on standard output a line for each row. */
#include <stdio.h>
#include <string.h>

#include "bench.h"

const struct driver *driver;

int main(int argc, char **argv)
{
	char **arg = argv + 1;

	(void)argc;
	if (*arg && !strcmp(*arg, "--wall")) {
		wall_clock = true;
		arg++;
	}
	if (*arg && !strcmp(*arg, axvcpu_driver.name))
		driver = &axvcpu_driver;
	else if (*arg && !strcmp(*arg, kvm_driver.name))
		driver = &kvm_driver;
	else
		die("usage: bench [--wall] axvcpu|kvm [ROW]...");
	wanted = arg + 1;

	driver->open();
	/* First, while the allocators have nothing at hand. */
	rows_memory();
	rows_exits();
	rows_life();
	rows_wake();
	rows_touch();
	return 0;
}
