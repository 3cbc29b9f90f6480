// SPDX-License-Identifier: GPL-2.0-only
/* Pages that the host merges under a guest: written, they are its own again. */

#include "memtest.h"

DECLARE_GUEST(rounds, MODE_NATIVE);
DECLARE_GUEST(check, MODE_NATIVE);

#define KSM	"/sys/kernel/mm/ksm/"
#define PAGES	256

static long ksm(const char *file)
{
	char path[64], buf[32];

	snprintf(path, sizeof(path), KSM "%s", file);
	return file_read(path, buf, sizeof(buf)) < 0 ? -1 : atol(buf);
}

static void ksm_stop(void)
{
	file_write(KSM "run", "2");
	file_write(KSM "run", "0");
}

static void ksm_start(void)
{
	atexit(ksm_stop);
	if (file_write(KSM "sleep_millisecs", "1") || file_write(KSM "pages_to_scan", "5000") ||
	    file_write(KSM "run", "1"))
		tap_skip_all("no KSM");
}

void test(void)
{
	struct memtest t = { .len = PAGES * PAGE_SIZE };
	unsigned long i, n = scaled(10);

	ksm_start();
	t.hva = host_pages(t.len);
	madvise(t.hva, t.len, MADV_NOHUGEPAGE);
	if (madvise(t.hva, t.len, MADV_MERGEABLE))
		tap_skip_all("no KSM: %s", strerror(errno));
	/* All pages the same, the guest reads them meanwhile. */
	memset(t.hva, 0, t.len);
	memtest_map(&t, &guest_check, MEM_RWX);
	arch_set_arg(&t.m, 2, 0);
	vcpu_bind(t.m.vcpu);
	machine_report(&t.m);
	tap_ok(WAIT_FOR(ksm("pages_sharing") > PAGES / 2, 20000), "the host merges them (%ld)",
	       ksm("pages_sharing"));
	tap_is(machine_report(&t.m), PAGES * PAGE_SIZE / 8, "the guest reads zeroes all over");
	machine_fini(&t.m);

	/* The guest writes the same to all of them, they are merged, it writes again. */
	memtest_start(&t, &guest_rounds);
	for (i = 0; i < n && !memtest_failed(&t); i++) {
		if (!memtest_progress(&t, 1))
			break;
		usleep(20000);
	}
	tap_is(i, n, "the guest goes on while the host merges");
	memtest_stop(&t, "KSM");
	memtest_rounds(&t, "KSM");
	memtest_fini(&t);
}
