// SPDX-License-Identifier: GPL-2.0-only
/* userfaultfd behind a guest: its faults are the handler's, its pages the guest's. */

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <linux/userfaultfd.h>

#include "memtest.h"

DECLARE_GUEST(check, MODE_NATIVE);

#define PAGES	32
#define SEED	0x5eed5eed5eed5eedULL

static struct memtest t = { .len = PAGES * PAGE_SIZE };
static unsigned long served;
static bool stop;

/* Page by page what the guest "check" wants to see. */
static void *handler(void *arg)
{
	int fd = *(int *)arg;
	uint64_t words[512];
	struct uffd_msg msg;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	unsigned int i;

	while (!READ_ONCE(stop)) {
		if (poll(&p, 1, 10) <= 0 || read(fd, &msg, sizeof(msg)) != sizeof(msg))
			continue;
		if (msg.event != UFFD_EVENT_PAGEFAULT)
			continue;
		msg.arg.pagefault.address &= ~(PAGE_SIZE - 1);
		for (i = 0; i < 512; i++)
			words[i] = (MEMTEST_GPA + msg.arg.pagefault.address -
				    (uintptr_t)t.hva + 8 * i) ^ SEED;
		struct uffdio_copy copy = {
			.dst = msg.arg.pagefault.address,
			.src = (uintptr_t)words,
			.len = PAGE_SIZE,
		};
		usleep(1000);
		ioctl(fd, UFFDIO_COPY, &copy);
		WRITE_ONCE(served, served + 1);
	}
	return NULL;
}

void test(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	pthread_t thread;
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		tap_skip_all("no userfaultfd: %s", strerror(errno));
	t.hva = host_pages(t.len);
	reg.range.start = (uintptr_t)t.hva;
	reg.range.len = t.len;
	if (ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &reg))
		tap_skip_all("userfaultfd: %s", strerror(errno));
	pthread_create(&thread, NULL, handler, &fd);

	memtest_map(&t, &guest_check, MEM_RWX);
	arch_set_arg(&t.m, 2, SEED);
	vcpu_bind(t.m.vcpu);
	tap_is(machine_report(&t.m), 0, "the guest sees what the handler gave");
	tap_ok(WAIT_FOR(READ_ONCE(served) == PAGES, 1000), "page by page");
	madvise(t.hva, t.len, MADV_DONTNEED);
	tap_is(machine_report(&t.m), 0, "and again, once they are taken away");
	tap_ok(WAIT_FOR(READ_ONCE(served) == 2 * PAGES, 1000), "page by page");
	WRITE_ONCE(stop, true);
	pthread_join(thread, NULL);
	machine_fini(&t.m);
	close(fd);
	munmap(t.hva, t.len);
}
