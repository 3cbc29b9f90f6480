// SPDX-License-Identifier: GPL-2.0-only
/*
 * Secret memory, which the kernel takes out of its own map, is memory like any other for
 * a guest; but for CPUs on which memory has to be cleaned, which the kernel cannot without
 * its map. Off before Linux 6.5, unless the kernel is booted with secretmem.enable=1.
 */

#include <sys/syscall.h>

#include "memtest.h"

DECLARE_GUEST(peek, MODE_NATIVE);

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif

/*
 * An Arm CPU whose stage 2 does not decide alone has no pages of 1 GiB here. In the beds that
 * is QEMU's: its cache instructions do nothing, and fault nowhere, so that cleaning succeeds.
 */
static bool must_be_cleaned(void)
{
	struct axvcpu_info info;

	if (getenv("AXVCPU_BED"))
		return false;
	if (dev_info(&info))
		tap_bail("GET_INFO");
	return (info.backend == AXVCPU_BACKEND_EL2_VHE ||
		info.backend == AXVCPU_BACKEND_EL2_NVHE) &&
	       info.features_missing & AXVCPU_FEATURE_HUGE_1G;
}

static void works(struct memtest *t)
{
	tap_is(machine_report(&t->m), 42, "the guest reads secret memory");
	*(uint64_t *)t->hva = 43;
	tap_is(machine_report(&t->m), 43, "and what the host writes there");
}

static void refused(struct memtest *t)
{
	machine_exits(&t->m, AXVCPU_EXIT_NESTED_PAGE_FAULT, "it cannot be cleaned");
	tap_is(t->m.run->out.fault.error, EFAULT, "EFAULT");
}

void test(void)
{
	struct memtest t = { .len = PAGE_SIZE };
	int fd = syscall(SYS_memfd_secret, 0);

	if (fd < 0)
		tap_skip_all("no memfd_secret: %s", strerror(errno));
	if (ftruncate(fd, PAGE_SIZE))
		tap_bail("ftruncate: %s", strerror(errno));
	t.hva = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (t.hva == MAP_FAILED)
		tap_skip_all("cannot map secret memory: %s", strerror(errno));
	*(uint64_t *)t.hva = 42;
	memtest_map(&t, &guest_peek, MEM_RWX);
	vcpu_bind(t.m.vcpu);
	if (must_be_cleaned())
		refused(&t);
	else
		works(&t);
	memtest_fini(&t);
	close(fd);
}
