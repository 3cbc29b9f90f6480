// SPDX-License-Identifier: GPL-2.0-only
/* Device memory is nothing to put behind a guest. */

#include <fcntl.h>

#include "memtest.h"

DECLARE_GUEST(peek, MODE_NATIVE);

static void refused(uint8_t *hva, const char *what)
{
	struct memtest t = { .hva = hva, .len = PAGE_SIZE };

	memtest_map(&t, &guest_peek, MEM_RWX);
	vcpu_bind(t.m.vcpu);
	machine_exits(&t.m, AXVCPU_EXIT_NESTED_PAGE_FAULT, what);
	tap_is(t.m.run->out.fault.error, EFAULT, "%s: EFAULT", what);
	machine_fini(&t.m);
}

void test(void)
{
	uint8_t *p;
	int fd = open("/dev/mem", O_RDONLY | O_CLOEXEC);

	p = fd < 0 ? MAP_FAILED : mmap(NULL, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0xf0000);
	if (p == MAP_FAILED)
		tap_skip_all("no /dev/mem");
	refused(p, "a mapping of the BIOS");
}
