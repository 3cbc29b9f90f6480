// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's memory, and the files that are put there.
 */
#include <errno.h>
#include <file.h>
#include <ram.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

#define PAGE	4096ULL
#define HIGH	0x100000000ULL

static void ranges(void)
{
	struct ram ram = { 0 };

	ram_add(&ram, 0x40000, 4 * PAGE);
	ram_add(&ram, HIGH, 0);
	is(ram.nr_ranges, 1, "an empty range is none");
	ram_add(&ram, HIGH, 2 * PAGE);
	is(ram.size, 6 * PAGE, "the sizes add up");
	is(ram_alloc(&ram, false), 0, "memory");
	is((uintptr_t)ram.hva % (2 << 20), 0, "begins where a huge page can");
	memset(ram.hva, 0, ram.size);
	ok(ram_at(&ram, 0x40000, 4 * PAGE) == ram.hva, "the first range");
	ok(ram_at(&ram, HIGH, 2 * PAGE) == ram.hva + 4 * PAGE, "the second is behind it");
	ok(ram_at(&ram, HIGH + 2 * PAGE - 1, 1) == ram.hva + ram.size - 1, "its last byte");
	ok(!ram_at(&ram, 0x3ffff, 1), "nothing before the first");
	ok(!ram_at(&ram, 0x40000 + 4 * PAGE, 1), "nothing behind it");
	ok(!ram_at(&ram, 0x40000, 4 * PAGE + 1), "not more than there is");
	ok(!ram_at(&ram, 0x40001, ~0ULL), "a length that wraps");
	ok(!ram_at(&ram, ~0ULL, 2), "an address that wraps");
	ram_free(&ram);
	ram_free(&ram);
	ok(!ram.hva, "given back once");
}

static void files(void)
{
	char path[] = "/tmp/axvcpu-unit.XXXXXX";
	struct file file = { 0 };
	int fd = mkstemp(path);

	is(file_read("/nowhere/at/all", &file), -ENOENT, "no file");
	is(file_read("/", &file), -EISDIR, "a folder");
	is(file_read(path, &file), -ENODATA, "an empty file");
	is(file.size, 0, "errors leave it alone");
	is(write(fd, "abc", 3), 3, "three bytes");
	is(file_read(path, &file), 0, "a file");
	ok(file.size == 3 && !memcmp(file.data, "abc", 3), "has its bytes");
	file_drop(&file);
	file_drop(&file);
	is(file.size, 0, "dropped once");
	close(fd);
	unlink(path);
}

int main(void)
{
	ranges();
	files();
	return tap_done();
}
