// SPDX-License-Identifier: GPL-2.0-only
/* bench: measure one of the two drivers, on standard output a line for each row. */
#include <stdio.h>
#include <string.h>

#include "bench.h"

const struct driver *driver;

static const struct {
	const char *name;
	void (*measure)(void);
} parts[] = {
	/* First, while the allocators have nothing at hand. */
	{ "memory", rows_memory },
	{ "exits", rows_exits },
	{ "life", rows_life },
	{ "wake", rows_wake },
	{ "touch", rows_touch },
};

static bool wanted(const char *part, char **names)
{
	if (!*names)
		return true;
	for (; *names; names++)
		if (!strcmp(*names, part))
			return true;
	return false;
}

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
		die("usage: bench [--wall] axvcpu|kvm [memory|exits|life|wake|touch]...");

	driver->open();
	for (unsigned int i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (wanted(parts[i].name, arg + 1))
			parts[i].measure();
	return 0;
}
