// SPDX-License-Identifier: GPL-2.0-only
/* Arguments of ioctl: structures of every size, tables, commands. */
#include <linux/mman.h>
#include <linux/uaccess.h>

#include "fixture.h"
#include "suites.h"

/* What the kernel knows of a structure that grows. */
struct sample {
	u32 size;
	u32 flags;
	u64 value[3];
};

static unsigned long user;

static int uarg_init(struct kunit *test)
{
	int ret = fixture_init_mm(test);

	if (ret)
		return ret;
	/* Two pages, of which the second is taken away again. */
	user = fixture_user(test, 2 * PAGE_SIZE);
	return vm_munmap(user + PAGE_SIZE, PAGE_SIZE);
}

/* Write bytes to user memory; asserts. */
static void poke(struct kunit *test, unsigned long addr, const void *from, size_t n)
{
	KUNIT_ASSERT_EQ(test, copy_to_user((void __user *)addr, from, n), 0);
}

static void peek(struct kunit *test, void *to, unsigned long addr, size_t n)
{
	KUNIT_ASSERT_EQ(test, copy_from_user(to, (void __user *)addr, n), 0);
}

/* A structure of @size bytes, all its bytes but the size member @fill. */
static void poke_filled(struct kunit *test, u32 size, u8 fill)
{
	u8 *buf = kunit_kmalloc(test, PAGE_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	memset(buf, 0, PAGE_SIZE);
	memset(buf, fill, min_t(u32, size, PAGE_SIZE));
	memcpy(buf, &size, sizeof(size));
	poke(test, user, buf, PAGE_SIZE);
	kunit_kfree(test, buf);
}

/* A short one is extended with zeroes, whatever was there before. */
static void uarg_short(struct kunit *test)
{
	struct sample to, expect;
	u32 size;

	for (size = sizeof(u32); size <= sizeof(to); size++) {
		poke_filled(test, size, 0x5a);
		memset(&to, 0xff, sizeof(to));
		memset(&expect, 0, sizeof(expect));
		memset(&expect, 0x5a, size);
		expect.size = size;
		KUNIT_EXPECT_EQ(test, axvcpu_uarg_get(&to, sizeof(to), user), 0);
		KUNIT_EXPECT_EQ_MSG(test, memcmp(&to, &expect, sizeof(to)), 0, "size %u", size);
	}
}

static void uarg_no_room_for_size(struct kunit *test)
{
	struct sample to;
	u32 size;

	for (size = 0; size < sizeof(u32); size++) {
		poke_filled(test, size, 0);
		KUNIT_EXPECT_EQ(test, axvcpu_uarg_get(&to, sizeof(to), user), -EINVAL);
	}
}

static void uarg_long(struct kunit *test)
{
	static const u32 sizes[] = { sizeof(struct sample) + 1, 64, 1000, PAGE_SIZE };
	struct sample to;
	unsigned int i;
	u8 one = 1;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		/* A zero tail is accepted. */
		poke_filled(test, sizeof(to), 0x33);
		poke(test, user, &sizes[i], sizeof(u32));
		KUNIT_EXPECT_EQ(test, axvcpu_uarg_get(&to, sizeof(to), user), 0);
		KUNIT_EXPECT_EQ(test, to.size, sizes[i]);
		KUNIT_EXPECT_EQ(test, to.value[2], 0x3333333333333333ULL);
		/* One that is not is not: its first byte, its last. */
		poke(test, user + sizeof(to), &one, 1);
		KUNIT_EXPECT_EQ(test, axvcpu_uarg_get(&to, sizeof(to), user), -E2BIG);
		poke_filled(test, sizeof(to), 0x33);
		poke(test, user, &sizes[i], sizeof(u32));
		poke(test, user + sizes[i] - 1, &one, 1);
		KUNIT_EXPECT_EQ(test, axvcpu_uarg_get(&to, sizeof(to), user), -E2BIG);
		/* And what lies behind it is nobody's business. */
		poke_filled(test, sizeof(to), 0x33);
		poke(test, user, &sizes[i], sizeof(u32));
		if (sizes[i] < PAGE_SIZE) {
			poke(test, user + sizes[i], &one, 1);
			KUNIT_EXPECT_EQ(test, axvcpu_uarg_get(&to, sizeof(to), user), 0);
		}
	}
}

static void uarg_too_long(struct kunit *test)
{
	static const u32 sizes[] = { PAGE_SIZE + 1, 0x7fffffff, 0x80000000, ~0U };
	struct sample to;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		poke_filled(test, sizeof(to), 0);
		poke(test, user, &sizes[i], sizeof(u32));
		KUNIT_EXPECT_EQ(test, axvcpu_uarg_get(&to, sizeof(to), user), -E2BIG);
	}
}

static void uarg_bad_pointer(struct kunit *test)
{
	static struct sample in_kernel = { .size = sizeof(in_kernel) };
	unsigned long end = user + PAGE_SIZE;
	u32 size = sizeof(struct sample);
	struct sample to;

	KUNIT_EXPECT_EQ(test, axvcpu_uarg_get(&to, sizeof(to), 0), -EFAULT);
	KUNIT_EXPECT_EQ(test, axvcpu_uarg_get(&to, sizeof(to), end), -EFAULT);
	KUNIT_EXPECT_EQ(test, axvcpu_uarg_get(&to, sizeof(to), ~0UL), -EFAULT);
	KUNIT_EXPECT_EQ(test, axvcpu_uarg_get(&to, sizeof(to), (unsigned long)&in_kernel),
			-EFAULT);
	/* The size can be read, the rest cannot. */
	poke(test, end - sizeof(size), &size, sizeof(size));
	KUNIT_EXPECT_EQ(test, axvcpu_uarg_get(&to, sizeof(to), end - sizeof(size)), -EFAULT);
	KUNIT_EXPECT_EQ(test, axvcpu_uarg_put(end - sizeof(size), &in_kernel, sizeof(in_kernel)),
			-EFAULT);
	KUNIT_EXPECT_EQ(test, axvcpu_uarg_put((unsigned long)&in_kernel, &to, 4), -EFAULT);
}

/* As much goes back as the caller knows, and not a byte more. */
static void uarg_put(struct kunit *test)
{
	struct sample from, back;
	u32 size;

	for (size = sizeof(u32); size <= sizeof(from) + 8; size++) {
		poke_filled(test, 0, 0);
		memset(&from, 0x77, sizeof(from));
		from.size = size;
		KUNIT_EXPECT_EQ(test, axvcpu_uarg_put(user, &from, sizeof(from)), 0);
		peek(test, &back, user, sizeof(back));
		KUNIT_EXPECT_EQ(test, memcmp(&back, &from, min_t(u32, size, sizeof(from))), 0);
		if (size < sizeof(from))
			KUNIT_EXPECT_EQ(test, ((u8 *)&back)[size], 0);
	}
}

static void uarg_array(struct kunit *test)
{
	static const u64 table[] = { 11, 22, 33 };
	struct axvcpu_array array = { .size = sizeof(array), .addr = user + 64 };
	u64 got[4];
	u32 room;

	for (room = 0; room < 5; room++) {
		poke_filled(test, 0, 0);
		array.count = room;
		poke(test, user, &array, sizeof(array));
		KUNIT_EXPECT_EQ(test, axvcpu_uarg_array_put(user, table, ARRAY_SIZE(table),
							    sizeof(table[0])),
				room < 3 ? -ENOSPC : 0);
		peek(test, &array, user, sizeof(array));
		KUNIT_EXPECT_EQ(test, array.count, 3);
		peek(test, got, user + 64, sizeof(got));
		KUNIT_EXPECT_EQ(test, got[0], room < 3 ? 0 : 11);
		KUNIT_EXPECT_EQ(test, got[2], room < 3 ? 0 : 33);
		KUNIT_EXPECT_EQ(test, got[3], 0);
	}
	/* Room for them that is not there. */
	array.count = 3;
	array.addr = user + PAGE_SIZE - 8;
	poke(test, user, &array, sizeof(array));
	KUNIT_EXPECT_EQ(test, axvcpu_uarg_array_put(user, table, 3, 8), -EFAULT);
	array.addr = (unsigned long)got;
	poke(test, user, &array, sizeof(array));
	KUNIT_EXPECT_EQ(test, axvcpu_uarg_array_put(user, table, 3, 8), -EFAULT);
	KUNIT_EXPECT_EQ(test, axvcpu_uarg_array_put(0, table, 3, 8), -EFAULT);
}

/* Commands. */

#define SAMPLE_SET	_IOW(AXVCPU_IOC_TYPE, 0x10, struct sample)
#define SAMPLE_GET	_IOWR(AXVCPU_IOC_TYPE, 0x11, struct sample)
#define SAMPLE_BARE	_IO(AXVCPU_IOC_TYPE, 0x12)
#define SAMPLE_FULL	_IOWR(AXVCPU_IOC_TYPE, 0x13, struct sample)

static int called;

static long set(void *obj, void *arg)
{
	const struct sample *sample = arg;

	called++;
	return sample->value[0];
}

static long get(void *obj, void *arg)
{
	struct sample *sample = arg;

	called++;
	sample->value[1] = sample->value[0] + 1;
	return obj ? -EBADFD : 0;
}

static long bare(void *obj, void *arg)
{
	called++;
	return arg ? -EINVAL : 5;
}

static long full(void *obj, void *arg)
{
	struct sample *sample = arg;

	called++;
	sample->flags = 99;
	return -ENOSPC;
}

static const struct axvcpu_command commands[] = {
	{ .nr = 0x10, .size = sizeof(struct sample), .call = set },
	{ .nr = 0x11, .size = sizeof(struct sample), .flags = AXVCPU_CMD_OUT, .call = get },
	{ .nr = 0x12, .call = bare },
	{ .nr = 0x13, .size = sizeof(struct sample), .flags = AXVCPU_CMD_OUT, .call = full },
};

static long dispatch(void *obj, unsigned int cmd, unsigned long arg)
{
	called = 0;
	return axvcpu_command_dispatch(commands, ARRAY_SIZE(commands), obj, cmd, arg);
}

static void uarg_commands(struct kunit *test)
{
	struct sample sample = { .size = sizeof(sample), .value = { 7 } };

	poke(test, user, &sample, sizeof(sample));
	KUNIT_EXPECT_EQ(test, dispatch(NULL, SAMPLE_SET, user), 7);
	KUNIT_EXPECT_EQ(test, dispatch(NULL, SAMPLE_BARE, 0), 5);
	/* The size in the command word does not count. */
	KUNIT_EXPECT_EQ(test, dispatch(NULL, _IOW(AXVCPU_IOC_TYPE, 0x10, u8), user), 7);
	KUNIT_EXPECT_EQ(test, dispatch(NULL, _IO(AXVCPU_IOC_TYPE, 0x10), user), 7);

	KUNIT_EXPECT_EQ(test, dispatch(NULL, SAMPLE_GET, user), 0);
	peek(test, &sample, user, sizeof(sample));
	KUNIT_EXPECT_EQ(test, sample.value[1], 8);
	/* An error changes nothing there; -ENOSPC tells how much. */
	sample.value[1] = 0;
	poke(test, user, &sample, sizeof(sample));
	KUNIT_EXPECT_EQ(test, dispatch(&sample, SAMPLE_GET, user), -EBADFD);
	peek(test, &sample, user, sizeof(sample));
	KUNIT_EXPECT_EQ(test, sample.value[1], 0);
	KUNIT_EXPECT_EQ(test, dispatch(NULL, SAMPLE_FULL, user), -ENOSPC);
	peek(test, &sample, user, sizeof(sample));
	KUNIT_EXPECT_EQ(test, sample.flags, 99);
}

static void uarg_commands_refused(struct kunit *test)
{
	static const unsigned int unknown[] = {
		0, ~0U, _IO(AXVCPU_IOC_TYPE, 0x0f), _IO(AXVCPU_IOC_TYPE, 0x14),
		_IO(AXVCPU_IOC_TYPE, 0xff), _IO(AXVCPU_IOC_TYPE + 1, 0x10),
		_IOW(0, 0x10, struct sample),
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(unknown); i++) {
		KUNIT_EXPECT_EQ_MSG(test, dispatch(NULL, unknown[i], user), -ENOTTY, "row %u", i);
		KUNIT_EXPECT_EQ(test, called, 0);
	}
	KUNIT_EXPECT_EQ(test, dispatch(NULL, SAMPLE_BARE, 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, dispatch(NULL, SAMPLE_BARE, user), -EINVAL);
	KUNIT_EXPECT_EQ(test, called, 0);
	KUNIT_EXPECT_EQ(test, dispatch(NULL, SAMPLE_SET, 0), -EFAULT);
	KUNIT_EXPECT_EQ(test, dispatch(NULL, SAMPLE_SET, user + PAGE_SIZE), -EFAULT);
	KUNIT_EXPECT_EQ(test, called, 0);
}

/* Counters, as one table. */
static void uarg_stats(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	struct axvcpu_array array = { .size = sizeof(array), .addr = user + 64 };
	struct axvcpu_stat stat;
	u32 i, n, runs = 0;

	fixture_to(test, AXVCPU_STATE_READY);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	poke(test, user, &array, sizeof(array));
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_get_stats(vcpu, user), -ENOSPC);
	peek(test, &array, user, sizeof(array));
	n = array.count;
	KUNIT_EXPECT_EQ(test, n,
			AXVCPU_EXIT_NR + AXVCPU_STAT_HANDLED_NR + AXVCPU_STAT_EVENT_NR);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_get_stats(vcpu, user), 0);
	for (i = 0; i < n; i++) {
		peek(test, &stat, user + 64 + i * sizeof(stat), sizeof(stat));
		KUNIT_EXPECT_EQ(test, stat.reserved, 0);
		if (stat.id == AXVCPU_STAT_RUN ||
		    stat.id == AXVCPU_STAT_EXIT(AXVCPU_EXIT_HYPERCALL))
			runs += stat.value;
	}
	KUNIT_EXPECT_EQ(test, runs, 4);
}

static struct kunit_case uarg_cases[] = {
	KUNIT_CASE(uarg_short),
	KUNIT_CASE(uarg_no_room_for_size),
	KUNIT_CASE(uarg_long),
	KUNIT_CASE(uarg_too_long),
	KUNIT_CASE(uarg_bad_pointer),
	KUNIT_CASE(uarg_put),
	KUNIT_CASE(uarg_array),
	KUNIT_CASE(uarg_commands),
	KUNIT_CASE(uarg_commands_refused),
	KUNIT_CASE(uarg_stats),
	{}
};

struct kunit_suite axvcpu_uarg_suite = {
	.name = "axvcpu_uarg",
	.suite_init = fixture_suite_init,
	.suite_exit = fixture_suite_exit,
	.init = uarg_init,
	.exit = fixture_exit,
	.test_cases = uarg_cases,
};
