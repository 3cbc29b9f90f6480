// SPDX-License-Identifier: GPL-2.0-only
/* GET_STATE and SET_STATE: records in and out, all of them or none. */
#include <linux/uaccess.h>

#include "fixture.h"
#include "suites.h"

#define REGS_SIZE	((FAKE_NR_GPRS + 1) * sizeof(u64))

/* What GET_STATE of everything gives on the fake backend. */
struct everything {
	struct axvcpu_state_record regs_record;
	u64 regs[FAKE_NR_GPRS + 1];
	struct axvcpu_state_record events_record;
	struct axvcpu_state_events events;
	struct axvcpu_state_record fake_record;
	struct fake_group fake;
};

static unsigned long user;

static int group_init(struct kunit *test)
{
	int ret = fixture_init_mm(test);

	if (!ret)
		user = fixture_user(test, 32 * PAGE_SIZE);
	return ret;
}

static int set(struct kunit *test, const void *records, u32 len)
{
	const struct axvcpu_state_buffer buf = {
		.size = sizeof(buf),
		.addr = user,
		.len = len,
	};

	KUNIT_ASSERT_EQ(test, copy_to_user((void __user *)user, records, len), 0);
	return axvcpu_vcpu_set_state(fixture_vcpu(test), &buf);
}

static struct everything *get(struct kunit *test)
{
	struct axvcpu_state_buffer buf = {
		.size = sizeof(buf),
		.addr = user,
		.len = sizeof(struct everything),
	};
	struct everything *all = kunit_kzalloc(test, sizeof(*all), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, all);
	KUNIT_ASSERT_EQ(test, axvcpu_vcpu_get_state(fixture_vcpu(test), &buf), 0);
	KUNIT_ASSERT_EQ(test, buf.len, sizeof(*all));
	KUNIT_ASSERT_EQ(test, copy_from_user(all, (void __user *)user, sizeof(*all)), 0);
	return all;
}

static void group_round_trip(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	struct everything *all, *again;
	int i;

	for (i = 0; i <= FAKE_NR_GPRS; i++)
		vcpu->run->regs[i] = 0x100 + i;
	axvcpu_event_irq_put(vcpu, 48);
	axvcpu_event_nmi_put(vcpu);
	fake_of(vcpu)->result = 0xfeed;
	fake_of(vcpu)->nmi_blocked = true;
	vcpu->activity = AXVCPU_ACTIVITY_HALTED;

	all = get(test);
	KUNIT_EXPECT_EQ(test, all->regs_record.id, AXVCPU_GROUP_REGS);
	KUNIT_EXPECT_EQ(test, all->regs_record.size, REGS_SIZE);
	KUNIT_EXPECT_EQ(test, all->regs[3], 0x103);
	KUNIT_EXPECT_EQ(test, all->events_record.id, AXVCPU_GROUP_EVENTS);
	KUNIT_EXPECT_EQ(test, all->events_record.size, sizeof(struct axvcpu_state_events));
	KUNIT_EXPECT_EQ(test, all->events.irq_pending[0], BIT_ULL(48));
	KUNIT_EXPECT_EQ(test, all->events.nmi_pending, 1);
	KUNIT_EXPECT_EQ(test, all->events.nmi_blocked, 1);
	KUNIT_EXPECT_EQ(test, all->events.activity, AXVCPU_ACTIVITY_HALTED);
	KUNIT_EXPECT_EQ(test, all->fake_record.id, FAKE_GROUP);
	KUNIT_EXPECT_EQ(test, all->fake.result, 0xfeed);

	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_reset(vcpu), 0);
	fake_of(vcpu)->result = 0;
	KUNIT_EXPECT_EQ(test, set(test, all, sizeof(*all)), 0);
	again = get(test);
	KUNIT_EXPECT_EQ(test, memcmp(all, again, sizeof(*all)), 0);
}

static void group_get_one(struct kunit *test)
{
	struct axvcpu_state_buffer buf = { .group = FAKE_GROUP, .addr = user, .len = PAGE_SIZE };
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	const u32 need = sizeof(struct axvcpu_state_record) + sizeof(struct fake_group);
	u32 len;

	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_get_state(vcpu, &buf), 0);
	KUNIT_EXPECT_EQ(test, buf.len, need);
	/* Too little room: how much it takes, and nothing written. */
	for (len = 0; len < need; len++) {
		buf.len = len;
		buf.addr = 0;
		KUNIT_EXPECT_EQ(test, axvcpu_vcpu_get_state(vcpu, &buf), -ENOSPC);
		KUNIT_EXPECT_EQ(test, buf.len, need);
	}
	buf.addr = 0;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_get_state(vcpu, &buf), -EFAULT);
	buf.addr = user;
	buf.reserved = 1;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_get_state(vcpu, &buf), -EINVAL);
	buf.reserved = 0;
	buf.group = FAKE_GROUP + 1;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_get_state(vcpu, &buf), -EINVAL);
	buf.group = ~0U;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_get_state(vcpu, &buf), -EINVAL);
}

static void group_set_buffer(struct kunit *test)
{
	static const struct axvcpu_state_buffer bad[] = {
		{ .len = 0 },
		{ .len = 4 },
		{ .len = 12 },
		{ .len = 24, .group = AXVCPU_GROUP_REGS },
		{ .len = 24, .reserved = 1 },
		{ .len = ~7U, .reserved = 1 },
	};
	struct axvcpu_state_buffer buf;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		buf = bad[i];
		buf.addr = user;
		KUNIT_EXPECT_EQ_MSG(test, axvcpu_vcpu_set_state(fixture_vcpu(test), &buf), -EINVAL,
				    "row %u", i);
	}
	buf = (struct axvcpu_state_buffer){ .addr = user, .len = 64 * 1024 + 8 };
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_set_state(fixture_vcpu(test), &buf), -E2BIG);
	buf.len = ~7U;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_set_state(fixture_vcpu(test), &buf), -E2BIG);
	buf.len = 24;
	buf.addr = 0;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_set_state(fixture_vcpu(test), &buf), -EFAULT);
	buf.addr = (unsigned long)&buf;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_set_state(fixture_vcpu(test), &buf), -EFAULT);
}

/* One wrong record, and none of the others is taken. */
static void group_set_all_or_none(struct kunit *test)
{
	static const struct {
		size_t offset;
		u32 value;
	} wrong[] = {
		{ offsetof(struct everything, regs_record.id), 0 },
		{ offsetof(struct everything, regs_record.id), 3 },
		{ offsetof(struct everything, regs_record.size), REGS_SIZE - 8 },
		{ offsetof(struct everything, regs_record.size), REGS_SIZE - 1 },
		{ offsetof(struct everything, events_record.id), ~0U },
		{ offsetof(struct everything, events_record.size), 0 },
		{ offsetof(struct everything, events.activity), AXVCPU_ACTIVITY_NR },
		{ offsetof(struct everything, events.nmi_blocked), 2 },
		{ offsetof(struct everything, events.exception_pending), 2 },
		{ offsetof(struct everything, fake_record.id), FAKE_GROUP + 1 },
		{ offsetof(struct everything, fake_record.size), sizeof(struct fake_group) + 8 },
		{ offsetof(struct everything, fake_record.size), sizeof(struct fake_group) - 8 },
		{ offsetof(struct everything, fake_record.size), ~0U },
		{ offsetof(struct everything, fake_record.size), ~7U },
		{ offsetof(struct everything, fake_record.size), 0x80000000 },
	};
	struct everything *before = get(test), *all, *after;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		all = get(test);
		memset(all->regs, 0x11, sizeof(all->regs));
		all->events.irq_pending[0] = BIT_ULL(40);
		all->fake.result = 0x1111;
		memcpy((void *)all + wrong[i].offset, &wrong[i].value, sizeof(u32));
		KUNIT_EXPECT_EQ_MSG(test, set(test, all, sizeof(*all)), -EINVAL, "row %u", i);
		after = get(test);
		KUNIT_EXPECT_EQ_MSG(test, memcmp(before, after, sizeof(*before)), 0, "row %u", i);
	}
	/* The backend says no to the last one. */
	all = get(test);
	memset(all->regs, 0x11, sizeof(all->regs));
	all->fake.root = ~0ULL;
	KUNIT_EXPECT_EQ(test, set(test, all, sizeof(*all)), -EINVAL);
	after = get(test);
	KUNIT_EXPECT_EQ(test, memcmp(before, after, sizeof(*before)), 0);
}

/* A buffer that ends anywhere. */
static void group_set_cut(struct kunit *test)
{
	struct everything *before = get(test), *all = get(test), *after;
	u32 len;

	memset(all->regs, 0x22, sizeof(all->regs));
	for (len = 8; len < sizeof(*all); len += 8) {
		if (len == offsetof(struct everything, events_record) ||
		    len == offsetof(struct everything, fake_record))
			continue;
		KUNIT_EXPECT_EQ_MSG(test, set(test, all, len), -EINVAL, "length %u", len);
	}
	after = get(test);
	KUNIT_EXPECT_EQ(test, memcmp(before, after, sizeof(*before)), 0);
	KUNIT_EXPECT_EQ(test, set(test, all, offsetof(struct everything, events_record)), 0);
	KUNIT_EXPECT_EQ(test, fixture_vcpu(test)->run->regs[0], 0x2222222222222222ULL);
}

/* New registers are not those of the last exit. */
static void group_set_ends_refuse(struct kunit *test)
{
	static const struct axvcpu_refuse refuse = { .vector = 13 };
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	struct everything *all;

	fixture_to(test, AXVCPU_STATE_READY);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	all = get(test);
	KUNIT_EXPECT_TRUE(test, vcpu->refusable);
	KUNIT_EXPECT_EQ(test, set(test, all, sizeof(*all)), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_refuse(vcpu, &refuse), -EINVAL);
}

/* What waits for delivery is what INJECT would have taken, all of it. */
static void group_set_events(struct kunit *test)
{
	struct everything *all = get(test);

	all->events.exception_pending = 1;
	all->events.exception_vector = 13;
	all->events.exception_flags = AXVCPU_EVENT_HAS_ERROR;
	all->events.exception_error = 0xffff;
	KUNIT_EXPECT_EQ(test, set(test, all, sizeof(*all)), 0);
	all->events.exception_error = BIT_ULL(40);
	KUNIT_EXPECT_EQ(test, set(test, all, sizeof(*all)), -EINVAL);
	all->events.exception_pending = 0;
	KUNIT_EXPECT_EQ(test, set(test, all, sizeof(*all)), 0);
	/* A backend without NMIs. */
	fake_fail(FAKE_CHECK_EVENT, 0, -EINVAL);
	KUNIT_EXPECT_EQ(test, set(test, all, sizeof(*all)), 0);
	all->events.nmi_pending = 1;
	KUNIT_EXPECT_EQ(test, set(test, all, sizeof(*all)), -EINVAL);
}

static struct kunit_case group_cases[] = {
	KUNIT_CASE(group_round_trip),
	KUNIT_CASE(group_get_one),
	KUNIT_CASE(group_set_buffer),
	KUNIT_CASE(group_set_all_or_none),
	KUNIT_CASE(group_set_cut),
	KUNIT_CASE(group_set_ends_refuse),
	KUNIT_CASE(group_set_events),
	{}
};

struct kunit_suite axvcpu_group_suite = {
	.name = "axvcpu_group",
	.suite_init = fixture_suite_init,
	.suite_exit = fixture_suite_exit,
	.init = group_init,
	.exit = fixture_exit,
	.test_cases = group_cases,
};
