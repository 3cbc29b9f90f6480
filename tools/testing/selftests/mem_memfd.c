// SPDX-License-Identifier: GPL-2.0-only
/* Shared memory behind a running guest: files, holes, truncation, other mappings. */

#include <fcntl.h>

#include "memtest.h"

DECLARE_GUEST(rounds, MODE_NATIVE);
DECLARE_GUEST(mirror, MODE_NATIVE);

#define PAGES	64

static int shared(struct memtest *t)
{
	int fd = memfd_create("guest", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, t->len))
		tap_bail("memfd: %s", strerror(errno));
	t->hva = mmap(NULL, t->len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (t->hva == MAP_FAILED)
		tap_bail("mmap: %s", strerror(errno));
	return fd;
}

/* What the guest writes is in the file and in every other mapping of it. */
static void others_see_it(void)
{
	struct memtest t = { .len = PAGES * PAGE_SIZE };
	int fd = shared(&t);
	uint8_t *other = mmap(NULL, t.len, PROT_READ, MAP_SHARED, fd, 0);
	uint64_t word, wrong = 0;
	size_t at;

	memtest_start(&t, &guest_rounds);
	tap_ok(memtest_progress(&t, scaled(200)), "the guest works");
	memtest_stop(&t, "memfd");
	memtest_rounds(&t, "memfd");
	for (at = 0; at < t.len; at += PAGE_SIZE) {
		if (pread(fd, &word, sizeof(word), at) != sizeof(word))
			tap_bail("pread: %s", strerror(errno));
		wrong += word != *(uint64_t *)(t.hva + at);
		wrong += word != *(uint64_t *)(other + at);
	}
	tap_is(wrong, 0, "file and mappings agree");
	munmap(other, t.len);
	memtest_fini(&t);
	close(fd);
}

static void file_changes(void)
{
	unsigned long i, rounds = scaled(200), wrong = 0;
	struct memtest t = { .len = PAGES * PAGE_SIZE };
	int fd = shared(&t);
	uint64_t word;

	memtest_start(&t, &guest_mirror);
	for (i = 0; i < rounds && !memtest_failed(&t); i++) {
		word = i + 1;
		if (pwrite(fd, &word, sizeof(word), 0) != sizeof(word))
			tap_bail("pwrite: %s", strerror(errno));
		wrong += memtest_peek(&t) != word;
		if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, PAGE_SIZE))
			tap_bail("fallocate: %s", strerror(errno));
		wrong += memtest_peek(&t) != 0;
	}
	tap_is(wrong, 0, "%lu writes to the file and holes in it reach the guest", rounds);
	tap_is(t.faults, 0, "without an exit");

	if (ftruncate(fd, 0))
		tap_bail("ftruncate: %s", strerror(errno));
	tap_ok(WAIT_FOR(READ_ONCE(t.faults), 5000), "truncation takes it from the guest");
	tap_is(t.error, EFAULT, "with EFAULT");
	if (ftruncate(fd, t.len))
		tap_bail("ftruncate: %s", strerror(errno));
	tap_is(memtest_peek(&t), 0, "and growth gives it back, empty");
	memtest_stop(&t, "file");
	memtest_fini(&t);
	close(fd);
}

void test(void)
{
	others_see_it();
	file_changes();
}
