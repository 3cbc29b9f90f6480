// SPDX-License-Identifier: GPL-2.0-only
/* Regions, the dirty log, and guest memory as the kernel uses it. */
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sizes.h>
#include <linux/uaccess.h>

#include "memfix.h"
#include "suites.h"

#define RWX	(MEMFIX_RW | AXVCPU_ACCESS_EXEC)
#define PAGES	8
#define LEN	(PAGES * PAGE_SIZE)

/* One region stands at MEMFIX_GPA, LEN long. @hva below a page is relative to its own. */
struct map_row {
	const char *what;
	u64 gpa, len, hva;
	u32 flags;
	int ret;
};

static const struct map_row map_rows[] = {
	{ "behind it", MEMFIX_GPA + LEN, LEN, 0, RWX, 0 },
	{ "before it", MEMFIX_GPA - LEN, LEN, 0, RWX, 0 },
	{ "one page at 0", 0, PAGE_SIZE, 0, RWX, 0 },
	{ "the last page", BIT_ULL(48) - PAGE_SIZE, PAGE_SIZE, 0, RWX, 0 },
	{ "read only", 0, PAGE_SIZE, 0, AXVCPU_ACCESS_READ, 0 },
	{ "logged", 0, PAGE_SIZE, 0, RWX | AXVCPU_MAP_LOG_DIRTY, 0 },
	{ "the same again", MEMFIX_GPA, LEN, 0, RWX, -EINVAL },
	{ "its first page", MEMFIX_GPA, PAGE_SIZE, 0, RWX, -EINVAL },
	{ "its last page", MEMFIX_GPA + LEN - PAGE_SIZE, PAGE_SIZE, 0, RWX, -EINVAL },
	{ "a page inside", MEMFIX_GPA + PAGE_SIZE, PAGE_SIZE, 0, RWX, -EINVAL },
	{ "over its start", MEMFIX_GPA - PAGE_SIZE, LEN, 0, RWX, -EINVAL },
	{ "over its end", MEMFIX_GPA + PAGE_SIZE, LEN, 0, RWX, -EINVAL },
	{ "around it", MEMFIX_GPA - PAGE_SIZE, LEN + 2 * PAGE_SIZE, 0, RWX, -EINVAL },
	{ "empty", 0, 0, 0, RWX, -EINVAL },
	{ "gpa misaligned", 8, PAGE_SIZE, 0, RWX, -EINVAL },
	{ "len misaligned", 0, PAGE_SIZE + 8, 0, RWX, -EINVAL },
	{ "hva misaligned", 0, PAGE_SIZE, 8, RWX, -EINVAL },
	{ "gpa wraps", -PAGE_SIZE, 2 * PAGE_SIZE, 0, RWX, -EINVAL },
	{ "gpa wraps to 0", -PAGE_SIZE, PAGE_SIZE, 0, RWX, -EINVAL },
	{ "gpa too large", BIT_ULL(48), PAGE_SIZE, 0, RWX, -EINVAL },
	{ "gpa ends too large", BIT_ULL(48) - PAGE_SIZE, LEN, 0, RWX, -EINVAL },
	{ "len too large", 0, -PAGE_SIZE, 0, RWX, -EINVAL },
	{ "hva wraps", 0, LEN, -2 * PAGE_SIZE, RWX, -EINVAL },
	{ "hva wraps to 0", 0, LEN, -LEN, RWX, -EINVAL },
	{ "hva of the kernel", 0, PAGE_SIZE, BIT_ULL(63), RWX, -EINVAL },
	{ "hva ends in the kernel", 0, BIT_ULL(47), 0, RWX, -EINVAL },
	{ "no permission", 0, PAGE_SIZE, 0, 0, -EINVAL },
	{ "not readable", 0, PAGE_SIZE, 0, AXVCPU_ACCESS_WRITE, -EINVAL },
	{ "an unknown flag", 0, PAGE_SIZE, 0, RWX | BIT(20), -EINVAL },
	{ "the walk flag", 0, PAGE_SIZE, 0, RWX | AXVCPU_ACCESS_WALK, -EINVAL },
};

static void memory_test_map(struct kunit *test)
{
	struct axvcpu_vm *vm = memfix_vm(test);
	unsigned long hva = memfix_map(test, LEN, RWX);
	const struct map_row *row;

	for (row = map_rows; row < map_rows + ARRAY_SIZE(map_rows); row++) {
		struct axvcpu_map map = {
			.flags = row->flags,
			.gpa = row->gpa,
			.len = row->len,
			.hva = row->hva < PAGE_SIZE ? hva + row->hva : row->hva,
		};

		KUNIT_EXPECT_EQ_MSG(test, axvcpu_memory_map(vm, &map), row->ret, "%s", row->what);
		KUNIT_EXPECT_EQ_MSG(test, vm->mem.nr_regions, row->ret ? 1 : 2, "%s", row->what);
		if (row->ret)
			continue;
		map.flags = 0;
		map.hva = 0;
		KUNIT_EXPECT_EQ_MSG(test, axvcpu_memory_unmap(vm, &map), 0, "%s", row->what);
	}
	KUNIT_EXPECT_EQ(test, vm->mem.nr_regions, 1);
}

/* VM_UNMAP and VM_PROTECT take a region as VM_MAP made it, and nothing else. */
static void memory_test_exact(struct kunit *test)
{
	static const struct { u64 gpa, len; } no[] = {
		{ MEMFIX_GPA, LEN - PAGE_SIZE },
		{ MEMFIX_GPA, LEN + PAGE_SIZE },
		{ MEMFIX_GPA + PAGE_SIZE, LEN - PAGE_SIZE },
		{ MEMFIX_GPA - PAGE_SIZE, LEN },
		{ MEMFIX_GPA + 8, LEN },
		{ MEMFIX_GPA, 0 },
		{ 0, LEN },
		{ -PAGE_SIZE, LEN },
	};
	struct axvcpu_map map = { .gpa = MEMFIX_GPA, .len = LEN };
	struct axvcpu_vm *vm = memfix_vm(test);
	unsigned int i;

	memfix_map(test, LEN, RWX);
	for (i = 0; i < ARRAY_SIZE(no); i++) {
		struct axvcpu_map wrong = { .gpa = no[i].gpa, .len = no[i].len };

		KUNIT_EXPECT_EQ(test, axvcpu_memory_unmap(vm, &wrong), -EINVAL);
		wrong.flags = RWX;
		KUNIT_EXPECT_EQ(test, axvcpu_memory_protect(vm, &wrong), -EINVAL);
	}
	map.flags = RWX;
	KUNIT_EXPECT_EQ(test, axvcpu_memory_unmap(vm, &map), -EINVAL);
	map.flags = AXVCPU_ACCESS_EXEC;
	KUNIT_EXPECT_EQ(test, axvcpu_memory_protect(vm, &map), -EINVAL);
	map.flags = RWX;
	map.hva = PAGE_SIZE;
	KUNIT_EXPECT_EQ(test, axvcpu_memory_protect(vm, &map), -EINVAL);
	map.flags = 0;
	KUNIT_EXPECT_EQ(test, axvcpu_memory_unmap(vm, &map), -EINVAL);
	map.hva = 0;
	KUNIT_EXPECT_EQ(test, vm->mem.nr_regions, 1);
	KUNIT_EXPECT_EQ(test, axvcpu_memory_unmap(vm, &map), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_memory_unmap(vm, &map), -EINVAL);
}

static void memory_test_too_many(struct kunit *test)
{
	struct axvcpu_map map = { .flags = RWX, .len = PAGE_SIZE };
	struct axvcpu_vm *vm = memfix_vm(test);
	unsigned int i;

	map.hva = fixture_user(test, PAGE_SIZE);
	for (i = 0; i < AXVCPU_MAX_REGIONS; i++, map.gpa += PAGE_SIZE)
		KUNIT_EXPECT_EQ(test, axvcpu_memory_map(vm, &map), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_memory_map(vm, &map), -ENOSPC);
	map.gpa -= PAGE_SIZE;
	KUNIT_EXPECT_EQ(test, axvcpu_memory_map(vm, &map), -EINVAL);
	map.flags = 0;
	map.hva = 0;
	KUNIT_EXPECT_EQ(test, axvcpu_memory_unmap(vm, &map), 0);
	KUNIT_EXPECT_EQ(test, vm->mem.nr_regions, AXVCPU_MAX_REGIONS - 1);
}

static void memory_test_unmap(struct kunit *test)
{
	struct axvcpu_map map = { .gpa = MEMFIX_GPA, .len = LEN };
	struct axvcpu_vm *vm = memfix_vm(test);
	u64 gen;

	memfix_map(test, LEN, RWX);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, MEMFIX_GPA, AXVCPU_ACCESS_WRITE), 0);
	KUNIT_EXPECT_GT(test, atomic_long_read(&vm->mem.table.pages), 1);
	gen = memfix_gen(test);
	KUNIT_EXPECT_EQ(test, axvcpu_memory_unmap(vm, &map), 0);
	KUNIT_EXPECT_EQ(test, memfix_access(test, MEMFIX_GPA), 0);
	KUNIT_EXPECT_GT(test, memfix_gen(test), gen);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&vm->mem.table.pages), 1);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, MEMFIX_GPA, AXVCPU_ACCESS_READ), -ENOENT);
}

static void protect(struct kunit *test, u32 flags)
{
	struct axvcpu_map map = { .flags = flags, .gpa = MEMFIX_GPA, .len = LEN };

	KUNIT_EXPECT_EQ(test, axvcpu_memory_protect(memfix_vm(test), &map), 0);
}

static void memory_test_protect(struct kunit *test)
{
	u64 gen;

	memfix_map(test, LEN, RWX);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, MEMFIX_GPA, AXVCPU_ACCESS_WRITE), 0);
	KUNIT_EXPECT_EQ(test, memfix_access(test, MEMFIX_GPA), RWX);
	gen = memfix_gen(test);
	protect(test, AXVCPU_ACCESS_READ);
	KUNIT_EXPECT_EQ(test, memfix_access(test, MEMFIX_GPA), 0);
	KUNIT_EXPECT_GT(test, memfix_gen(test), gen);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, MEMFIX_GPA, AXVCPU_ACCESS_WRITE), -EACCES);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, MEMFIX_GPA, AXVCPU_ACCESS_EXEC), -EACCES);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, MEMFIX_GPA, AXVCPU_ACCESS_READ), 0);
	KUNIT_EXPECT_EQ(test, memfix_access(test, MEMFIX_GPA), AXVCPU_ACCESS_READ);
	protect(test, RWX);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, MEMFIX_GPA, AXVCPU_ACCESS_WRITE), 0);
}

/* The log of the region, which has less than 64 pages. */
static u64 dirty(struct kunit *test)
{
	unsigned long user = fixture_user(test, PAGE_SIZE);
	struct axvcpu_dirty cmd = { .gpa = MEMFIX_GPA, .len = LEN, .bitmap = user };
	u64 log = 0;

	KUNIT_EXPECT_EQ(test, axvcpu_memory_get_dirty(memfix_vm(test), &cmd), 0);
	KUNIT_EXPECT_EQ(test, get_user(log, (u64 __user *)user), 0);
	vm_munmap(user, PAGE_SIZE);
	return log;
}

static void memory_test_dirty(struct kunit *test)
{
	u64 gpa = MEMFIX_GPA + 3 * PAGE_SIZE, gen;

	memfix_map(test, LEN, RWX | AXVCPU_MAP_LOG_DIRTY);
	KUNIT_EXPECT_EQ(test, dirty(test), 0);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, gpa, AXVCPU_ACCESS_READ), 0);
	KUNIT_EXPECT_EQ(test, dirty(test), 0);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, gpa, AXVCPU_ACCESS_WRITE), 0);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, gpa + PAGE_SIZE, AXVCPU_ACCESS_WRITE), 0);
	KUNIT_EXPECT_EQ(test, memfix_access(test, gpa), RWX);
	gen = memfix_gen(test);
	KUNIT_EXPECT_EQ(test, dirty(test), 0x18);
	KUNIT_EXPECT_GT(test, memfix_gen(test), gen);
	KUNIT_EXPECT_EQ(test, memfix_access(test, gpa), RWX & ~AXVCPU_ACCESS_WRITE);
	KUNIT_EXPECT_EQ(test, dirty(test), 0);
	/* The host may write the page: a read maps it, but not for writing. */
	KUNIT_EXPECT_EQ(test, memfix_fault(test, gpa, AXVCPU_ACCESS_READ), 0);
	KUNIT_EXPECT_EQ(test, memfix_access(test, gpa), RWX & ~AXVCPU_ACCESS_WRITE);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, gpa, AXVCPU_ACCESS_WRITE), 0);
	KUNIT_EXPECT_EQ(test, dirty(test), 0x8);
	KUNIT_EXPECT_EQ(test, axvcpu_memory_write(memfix_vm(test), gpa - 4, "12345678", 8), 0);
	KUNIT_EXPECT_EQ(test, dirty(test), 0xc);
}

static void memory_test_dirty_refused(struct kunit *test)
{
	struct axvcpu_dirty cmd = { .gpa = MEMFIX_GPA, .len = LEN };
	struct axvcpu_vm *vm = memfix_vm(test);

	memfix_map(test, LEN, RWX | AXVCPU_MAP_LOG_DIRTY);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, MEMFIX_GPA, AXVCPU_ACCESS_WRITE), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_memory_get_dirty(vm, &cmd), -EFAULT);
	cmd.bitmap = BIT_ULL(63);
	KUNIT_EXPECT_EQ(test, axvcpu_memory_get_dirty(vm, &cmd), -EFAULT);
	cmd.len = LEN - PAGE_SIZE;
	KUNIT_EXPECT_EQ(test, axvcpu_memory_get_dirty(vm, &cmd), -EINVAL);
	cmd.len = -1;
	KUNIT_EXPECT_EQ(test, axvcpu_memory_get_dirty(vm, &cmd), -EINVAL);
	cmd.len = LEN;
	cmd.flags = 1;
	KUNIT_EXPECT_EQ(test, axvcpu_memory_get_dirty(vm, &cmd), -EINVAL);
	KUNIT_EXPECT_EQ_MSG(test, dirty(test), 1, "a failed call lost the log");
	protect(test, RWX);
	cmd.flags = 0;
	KUNIT_EXPECT_EQ_MSG(test, axvcpu_memory_get_dirty(vm, &cmd), -EINVAL, "not logged");
	protect(test, RWX | AXVCPU_MAP_LOG_DIRTY);
	KUNIT_EXPECT_EQ(test, dirty(test), 0);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, MEMFIX_GPA, AXVCPU_ACCESS_WRITE), 0);
	protect(test, MEMFIX_RW | AXVCPU_MAP_LOG_DIRTY);
	KUNIT_EXPECT_EQ_MSG(test, dirty(test), 1, "a change of permission lost the log");
}

/* A region may be so long that to fetch its log takes seconds: who is killed does not wait. */
static void memory_test_dirty_killed(struct kunit *test)
{
	unsigned long user = fixture_user(test, PAGE_SIZE);
	struct axvcpu_dirty cmd = { .gpa = MEMFIX_GPA, .len = LEN, .bitmap = user };

	memfix_map(test, LEN, RWX | AXVCPU_MAP_LOG_DIRTY);
	KUNIT_EXPECT_EQ(test, memfix_fault(test, MEMFIX_GPA, AXVCPU_ACCESS_WRITE), 0);
	allow_signal(SIGKILL);
	send_sig(SIGKILL, current, 1);
	KUNIT_EXPECT_EQ(test, axvcpu_memory_get_dirty(memfix_vm(test), &cmd), -EINTR);
	flush_signals(current);
	disallow_signal(SIGKILL);
	KUNIT_EXPECT_EQ(test, dirty(test), 1);
}

/* Too large for a log there will ever be room for: refused, and quietly. */
static void memory_test_dirty_huge(struct kunit *test)
{
	struct axvcpu_map map = {
		.flags = RWX | AXVCPU_MAP_LOG_DIRTY,
		.len = BIT_ULL(46),
		.hva = PAGE_SIZE,
	};

	if (memfix_vm(test)->mm->task_size <= map.len)
		kunit_skip(test, "user addresses are too narrow for a log that is too large");
	KUNIT_EXPECT_EQ(test, axvcpu_memory_map(memfix_vm(test), &map), -ENOMEM);
	KUNIT_EXPECT_EQ(test, memfix_vm(test)->mem.nr_regions, 0);
}

static void memory_test_access(struct kunit *test)
{
	struct axvcpu_map map = {
		.flags = AXVCPU_ACCESS_READ,
		.gpa = MEMFIX_GPA + LEN,
		.len = PAGE_SIZE,
	};
	struct axvcpu_vm *vm = memfix_vm(test);
	u64 end = MEMFIX_GPA + LEN;
	char buf[8];

	memfix_map(test, LEN, RWX);
	map.hva = fixture_user(test, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, axvcpu_memory_map(vm, &map), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_memory_write(vm, end - 8, "abcdefgh", 8), 0);
	KUNIT_EXPECT_EQ(test, copy_to_user((void __user *)map.hva, "ijkl", 4), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_memory_read(vm, end - 4, buf, 8), 0);
	KUNIT_EXPECT_EQ(test, memcmp(buf, "efghijkl", 8), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_memory_write(vm, end - 4, buf, 8), -EACCES);
	KUNIT_EXPECT_EQ(test, axvcpu_memory_read(vm, end + PAGE_SIZE - 4, buf, 8), -ENOENT);
	KUNIT_EXPECT_EQ(test, axvcpu_memory_write(vm, -4ULL, buf, 8), -ENOENT);
	KUNIT_EXPECT_EQ(test, vm_munmap(map.hva, PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_memory_read(vm, end, buf, 8), -EFAULT);
}

static struct kunit_case memory_cases[] = {
	KUNIT_CASE(memory_test_map),
	KUNIT_CASE(memory_test_exact),
	KUNIT_CASE(memory_test_too_many),
	KUNIT_CASE(memory_test_unmap),
	KUNIT_CASE(memory_test_protect),
	KUNIT_CASE(memory_test_dirty),
	KUNIT_CASE(memory_test_dirty_refused),
	KUNIT_CASE(memory_test_dirty_killed),
	KUNIT_CASE(memory_test_dirty_huge),
	KUNIT_CASE(memory_test_access),
	{}
};

struct kunit_suite axvcpu_memory_suite = {
	.name = "axvcpu_memory",
	.suite_init = fixture_suite_init,
	.suite_exit = fixture_suite_exit,
	.init = fixture_init_mm,
	.exit = fixture_exit,
	.test_cases = memory_cases,
};
