// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reclaim under a guest in a memory cgroup, with zram to swap to. The guest never
 * sees a stale page and never loses a write, whether its memory is anonymous,
 * shared, or was given back by MADV_FREE.
 */

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/swap.h>

#include "memtest.h"

DECLARE_GUEST(rounds, MODE_NATIVE);
DECLARE_GUEST(fill, MODE_NATIVE);
DECLARE_GUEST(check, MODE_NATIVE);

#define CGROUP	"/sys/fs/cgroup/axvcpu-test"
#define LEN	(6UL << 20)
#define SWAP	"64M"

static bool swapping;

static void swap_on(void)
{
	static char * const mkswap[] = { "mkswap", "/dev/zram0", NULL };
	static char * const modprobe[] = { "modprobe", "zram", NULL };

	run_command(modprobe);
	if (file_write("/sys/block/zram0/disksize", SWAP))
		tap_skip_all("no zram");
	if (run_command(mkswap))
		tap_skip_all("no mkswap");
	if (swapon("/dev/zram0", 0))
		tap_skip_all("swapon: %s", strerror(errno));
	swapping = true;
}

static void clean_up(void)
{
	file_write("/sys/fs/cgroup/cgroup.procs", "0");
	rmdir(CGROUP);
	if (!swapping)
		return;
	swapoff("/dev/zram0");
	file_write("/sys/block/zram0/reset", "1");
}

static void cgroup_enter(void)
{
	file_write("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
	if (mkdir(CGROUP, 0755) && errno != EEXIST)
		tap_skip_all("no cgroup: %s", strerror(errno));
	if (access(CGROUP "/memory.high", F_OK))
		tap_skip_all("no memory cgroup");
	if (file_write(CGROUP "/cgroup.procs", "0"))
		tap_skip_all("cannot enter the cgroup");
}

static uint64_t cgroup_number(const char *file, const char *name)
{
	char buf[8192], path[128], *p;

	snprintf(path, sizeof(path), CGROUP "/%s", file);
	if (file_read(path, buf, sizeof(buf)) < 0)
		return 0;
	p = strstr(buf, name);
	return p ? strtoull(p + strlen(name), NULL, 10) : 0;
}

static uint64_t swapped_out(void)
{
	return cgroup_number("memory.stat", "pgsteal ");
}

/* Less to walk through where everything is slow. */
static size_t length(void)
{
	return scaled(1000) < 1000 ? LEN / 2 : LEN;
}

static void shared(struct memtest *t)
{
	int fd = memfd_create("guest", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, t->len))
		tap_bail("memfd: %s", strerror(errno));
	t->hva = mmap(NULL, t->len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (t->hva == MAP_FAILED)
		tap_bail("mmap: %s", strerror(errno));
	close(fd);
}

static void private(struct memtest *t)
{
	t->hva = host_pages(t->len);
	madvise(t->hva, t->len, MADV_NOHUGEPAGE);
}

static void back(struct memtest *t, bool is_shared)
{
	if (is_shared)
		shared(t);
	else
		private(t);
}

/* As much as there is to be had, without the OOM killer. */
static void reclaim_all(void)
{
	file_write(CGROUP "/memory.high", "1048576");
	file_write(CGROUP "/memory.reclaim", "8388608");
	file_write(CGROUP "/memory.high", "max");
}

/*
 * All of it is taken away, again and again, while the guest walks through it.
 * Reclaim leaves alone what was used between two of its looks at it. So that a
 * fast guest on the same CPU is not there with all of its memory each time, it
 * gets little of that CPU meanwhile.
 */
static bool goes_on(struct memtest *t)
{
	bool on = true;
	unsigned long i;

	for (i = 0; on && i < 5 + scaled(20); i++) {
		setpriority(PRIO_PROCESS, 0, -20);
		reclaim_all();
		setpriority(PRIO_PROCESS, 0, 0);
		on = memtest_progress(t, 1);
	}
	return on;
}

static void under_pressure(bool is_shared, const char *what)
{
	struct memtest t = { .len = length() };
	uint64_t before;

	back(&t, is_shared);
	before = swapped_out();
	memtest_start(&t, &guest_rounds);
	memtest_progress(&t, 1);
	tap_ok(goes_on(&t), "%s: the guest goes on", what);
	memtest_stop(&t, what);
	tap_ok(swapped_out() > before + 100, "%s: memory was reclaimed (%llu pages)", what,
	       (unsigned long long)(swapped_out() - before));
	memtest_rounds(&t, what);
	memtest_fini(&t);
}

static void load(struct memtest *t, const struct guest *guest, uint64_t seed)
{
	vcpu_unbind(t->m.vcpu);
	vcpu_reset(t->m.vcpu);
	memcpy(t->m.ram + GUEST_CODE, guest->start, guest->end - guest->start);
	arch_start(&t->m, guest, GUEST_CODE);
	vcpu_bind(t->m.vcpu);
	arch_set_arg(&t->m, 0, MEMTEST_GPA);
	arch_set_arg(&t->m, 1, t->len);
	arch_set_arg(&t->m, 2, seed);
}

/*
 * What the guest writes after MADV_FREE is kept, whether it wrote at once or read
 * first, and whether or not the host's page was dirty before.
 */
static void after_madv_free(bool read_first)
{
	const char *what = read_first ? "MADV_FREE, read, write" : "MADV_FREE, write";
	struct memtest t = { .len = length() / 2 };
	unsigned int i;

	private(&t);
	memtest_map(&t, &guest_fill, MEM_RWX);
	vcpu_bind(t.m.vcpu);
	for (i = 1; i <= 3; i++) {
		load(&t, &guest_fill, i);
		machine_report(&t.m);
		if (madvise(t.hva, t.len, MADV_FREE))
			tap_bail("MADV_FREE: %s", strerror(errno));
		if (read_first) {
			load(&t, &guest_check, i);
			machine_report(&t.m);
		}
		load(&t, &guest_fill, i + 100);
		machine_report(&t.m);
		reclaim_all();
		load(&t, &guest_check, i + 100);
		tap_is(machine_report(&t.m), 0, "%s: nothing is lost, round %u", what, i);
	}
	memtest_fini(&t);
}

/* Read-faulted first, so that the host's page is clean, then written. */
static void read_then_write(bool is_shared, const char *what)
{
	struct memtest t = { .len = length() / 2 };
	unsigned int i;

	back(&t, is_shared);
	memtest_map(&t, &guest_check, MEM_RWX);
	vcpu_bind(t.m.vcpu);
	for (i = 1; i <= 3; i++) {
		load(&t, &guest_check, 0);
		machine_report(&t.m);
		load(&t, &guest_fill, i);
		machine_report(&t.m);
		reclaim_all();
		load(&t, &guest_check, i);
		tap_is(machine_report(&t.m), 0, "%s: nothing is lost, round %u", what, i);
	}
	memtest_fini(&t);
}

void test(void)
{
	watchdog(110);
	atexit(clean_up);
	cgroup_enter();
	swap_on();
	under_pressure(false, "anonymous memory");
	under_pressure(true, "shared memory");
	after_madv_free(false);
	after_madv_free(true);
	read_then_write(false, "anonymous memory, read first");
	read_then_write(true, "shared memory, read first");
}
