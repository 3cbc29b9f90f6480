// SPDX-License-Identifier: GPL-2.0-only
/* Events that wait: the set of vectors, the NMI latch, the exception. */
#include <linux/bitmap.h>
#include <linux/random.h>

#include "fixture.h"
#include "suites.h"

static int inject(struct axvcpu_vcpu *vcpu, u32 type, u32 vector)
{
	const struct axvcpu_inject event = {
		.size = sizeof(event),
		.type = type,
		.vector = vector,
	};

	return axvcpu_vcpu_inject_interrupt(vcpu, &event);
}

static void event_vectors_come_highest_first(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	int vector;

	KUNIT_EXPECT_EQ(test, axvcpu_event_irq_peek(vcpu), -1);
	for (vector = 0; vector < AXVCPU_NR_VECTORS; vector++) {
		axvcpu_event_irq_put(vcpu, vector);
		KUNIT_EXPECT_EQ(test, axvcpu_event_irq_peek(vcpu), vector);
	}
	for (vector = AXVCPU_NR_VECTORS - 1; vector >= 0; vector--) {
		KUNIT_EXPECT_EQ(test, axvcpu_event_irq_peek(vcpu), vector);
		KUNIT_EXPECT_EQ(test, axvcpu_event_flags(vcpu), AXVCPU_EV_IRQ_PENDING);
		axvcpu_event_irq_take(vcpu, vector);
	}
	KUNIT_EXPECT_EQ(test, axvcpu_event_irq_peek(vcpu), -1);
	KUNIT_EXPECT_EQ(test, axvcpu_event_flags(vcpu), 0);
}

static void event_vectors_coalesce(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);

	axvcpu_event_irq_put(vcpu, 64);
	axvcpu_event_irq_put(vcpu, 64);
	axvcpu_event_irq_take(vcpu, 64);
	KUNIT_EXPECT_EQ(test, axvcpu_event_irq_peek(vcpu), -1);
	axvcpu_event_irq_take(vcpu, 64);
	KUNIT_EXPECT_EQ(test, axvcpu_event_irq_peek(vcpu), -1);
}

/* Any order of puts and takes leaves what a plain bitmap would have. */
static void event_vectors_follow_a_bitmap(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	DECLARE_BITMAP(model, AXVCPU_NR_VECTORS) = {};
	int i, vector, top;
	u32 random;

	for (i = 0; i < 20000; i++) {
		random = get_random_u32();
		/* Few vectors make it empty often: that is where the summary bit moves. */
		vector = random % (random & BIT(30) ? 4 : AXVCPU_NR_VECTORS);
		if (random & BIT(31)) {
			axvcpu_event_irq_put(vcpu, vector);
			__set_bit(vector, model);
		} else {
			axvcpu_event_irq_take(vcpu, vector);
			__clear_bit(vector, model);
		}
		top = bitmap_empty(model, AXVCPU_NR_VECTORS) ? -1 :
			(int)find_last_bit(model, AXVCPU_NR_VECTORS);
		KUNIT_ASSERT_EQ(test, axvcpu_event_irq_peek(vcpu), top);
		KUNIT_ASSERT_EQ(test, !!(axvcpu_event_flags(vcpu) & AXVCPU_EV_IRQ_PENDING),
				top >= 0);
	}
}

static void event_nmi_is_a_latch(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);

	KUNIT_EXPECT_FALSE(test, axvcpu_event_nmi_take(vcpu));
	axvcpu_event_nmi_put(vcpu);
	axvcpu_event_nmi_put(vcpu);
	KUNIT_EXPECT_EQ(test, axvcpu_event_flags(vcpu), AXVCPU_EV_NMI_PENDING);
	KUNIT_EXPECT_TRUE(test, axvcpu_event_nmi_take(vcpu));
	KUNIT_EXPECT_FALSE(test, axvcpu_event_nmi_take(vcpu));
	KUNIT_EXPECT_EQ(test, axvcpu_event_flags(vcpu), 0);
}

static void event_exception_has_one_slot(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	const struct axvcpu_inject first = {
		.type = AXVCPU_INJECT_EXCEPTION,
		.vector = 14,
		.flags = AXVCPU_EVENT_HAS_ERROR | AXVCPU_EVENT_HAS_ADDRESS,
		.error_code = 2,
		.address = 0x1234,
	};
	const struct axvcpu_inject second = { .type = AXVCPU_INJECT_EXCEPTION, .vector = 6 };
	struct axvcpu_inject taken = {};

	KUNIT_EXPECT_FALSE(test, axvcpu_event_exception_take(vcpu, &taken));
	KUNIT_EXPECT_EQ(test, axvcpu_event_exception_put(vcpu, &first), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_event_exception_put(vcpu, &second), -EBUSY);
	KUNIT_EXPECT_EQ(test, axvcpu_event_flags(vcpu), AXVCPU_EV_EXC_PENDING);
	KUNIT_EXPECT_TRUE(test, axvcpu_event_exception_take(vcpu, &taken));
	KUNIT_EXPECT_EQ(test, memcmp(&taken, &first, sizeof(first)), 0);
	KUNIT_EXPECT_FALSE(test, axvcpu_event_exception_take(vcpu, &taken));
	KUNIT_EXPECT_EQ(test, axvcpu_event_exception_put(vcpu, &second), 0);
}

static void event_inject_by_type(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);

	fixture_to(test, AXVCPU_STATE_FREE);
	KUNIT_EXPECT_EQ(test, inject(vcpu, AXVCPU_INJECT_IRQ, 255), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_event_flags(vcpu), AXVCPU_EV_IRQ_PENDING);
	KUNIT_EXPECT_EQ(test, inject(vcpu, AXVCPU_INJECT_IRQ_CLEAR, 255), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_event_flags(vcpu), 0);
	KUNIT_EXPECT_EQ(test, inject(vcpu, AXVCPU_INJECT_NMI, 0), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_event_flags(vcpu), AXVCPU_EV_NMI_PENDING);
	KUNIT_EXPECT_TRUE(test, axvcpu_event_nmi_take(vcpu));
	KUNIT_EXPECT_EQ(test, inject(vcpu, AXVCPU_INJECT_EXCEPTION, 13), 0);
	KUNIT_EXPECT_EQ(test, inject(vcpu, AXVCPU_INJECT_EXCEPTION, 13), -EBUSY);
	KUNIT_EXPECT_EQ(test, axvcpu_event_flags(vcpu), AXVCPU_EV_EXC_PENDING);
}

/* What inject refuses leaves nothing behind. */
static void event_inject_refused(struct kunit *test)
{
	static const struct {
		u32 type, vector;
	} bad[] = {
		{ AXVCPU_INJECT_IRQ, AXVCPU_NR_VECTORS },
		{ AXVCPU_INJECT_IRQ, ~0U },
		{ AXVCPU_INJECT_IRQ_CLEAR, AXVCPU_NR_VECTORS },
		{ AXVCPU_INJECT_NMI, 1 },
		{ AXVCPU_INJECT_EXCEPTION, FAKE_NR_EXCEPTIONS },
		{ AXVCPU_INJECT_IRQ_CLEAR + 1, 0 },
		{ ~0U, 0 },
	};
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	struct axvcpu_events before;
	unsigned int i;

	fixture_to(test, AXVCPU_STATE_READY);
	before = vcpu->events;
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ_MSG(test, inject(vcpu, bad[i].type, bad[i].vector), -EINVAL,
				    "row %u", i);
	fake_fail(FAKE_CHECK_EVENT, 0, -EINVAL);
	KUNIT_EXPECT_EQ(test, inject(vcpu, AXVCPU_INJECT_IRQ, 32), -EINVAL);
	KUNIT_EXPECT_EQ(test, memcmp(&before, &vcpu->events, sizeof(before)), 0);
}

static void event_save_restore(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	const struct axvcpu_inject exception = {
		.type = AXVCPU_INJECT_EXCEPTION,
		.vector = 14,
		.flags = AXVCPU_EVENT_HAS_ERROR,
		.error_code = 7,
		.address = 0xabc,
	};
	struct axvcpu_state_events saved = {}, again = {};
	struct axvcpu_inject taken = {};

	axvcpu_event_irq_put(vcpu, 0);
	axvcpu_event_irq_put(vcpu, 63);
	axvcpu_event_irq_put(vcpu, 64);
	axvcpu_event_irq_put(vcpu, 255);
	axvcpu_event_nmi_put(vcpu);
	axvcpu_event_exception_put(vcpu, &exception);
	vcpu->activity = AXVCPU_ACTIVITY_HALTED;

	axvcpu_event_save(vcpu, &saved);
	KUNIT_EXPECT_EQ(test, saved.irq_pending[0], BIT_ULL(0) | BIT_ULL(63));
	KUNIT_EXPECT_EQ(test, saved.irq_pending[1], 1);
	KUNIT_EXPECT_EQ(test, saved.irq_pending[2], 0);
	KUNIT_EXPECT_EQ(test, saved.irq_pending[3], BIT_ULL(63));
	KUNIT_EXPECT_EQ(test, saved.nmi_pending, 1);
	KUNIT_EXPECT_EQ(test, saved.exception_pending, 1);
	KUNIT_EXPECT_EQ(test, saved.activity, AXVCPU_ACTIVITY_HALTED);

	axvcpu_event_clear(vcpu);
	vcpu->activity = AXVCPU_ACTIVITY_ACTIVE;
	KUNIT_EXPECT_EQ(test, axvcpu_event_flags(vcpu), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_event_irq_peek(vcpu), -1);

	axvcpu_event_restore(vcpu, &saved);
	axvcpu_event_save(vcpu, &again);
	KUNIT_EXPECT_EQ(test, memcmp(&saved, &again, sizeof(saved)), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_event_irq_peek(vcpu), 255);
	KUNIT_EXPECT_TRUE(test, axvcpu_event_exception_take(vcpu, &taken));
	KUNIT_EXPECT_EQ(test, memcmp(&taken, &exception, sizeof(taken)), 0);
}

/* Restoring nothing takes away what was there. */
static void event_restore_empty(struct kunit *test)
{
	const struct axvcpu_inject exception = { .type = AXVCPU_INJECT_EXCEPTION, .vector = 1 };
	static const struct axvcpu_state_events empty;
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);

	axvcpu_event_irq_put(vcpu, 200);
	axvcpu_event_nmi_put(vcpu);
	axvcpu_event_exception_put(vcpu, &exception);
	axvcpu_event_restore(vcpu, &empty);
	KUNIT_EXPECT_EQ(test, axvcpu_event_flags(vcpu), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_event_irq_peek(vcpu), -1);
}

#define PUT_ROUNDS	300

/* Puts every vector, and waits each round until the taker has had all. */
static int putter(void *arg)
{
	struct axvcpu_vcpu *vcpu = arg;
	int round, vector;

	for (round = 0; round < PUT_ROUNDS; round++) {
		for (vector = 0; vector < 8; vector++)
			axvcpu_event_irq_put(vcpu, vector);
		if (!FIXTURE_WAIT(bitmap_empty(vcpu->events.irq, AXVCPU_NR_VECTORS)))
			return -ETIMEDOUT;
	}
	return 0;
}

/* A vector put while another is taken is never forgotten. */
static void event_put_and_take_race(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	struct fixture_thread thread;
	int vector, cpu[2];

	fixture_cpus(cpu);
	fixture_spawn(test, &thread, cpu[1], putter, vcpu);
	while (!completion_done(&thread.done)) {
		vector = axvcpu_event_irq_peek(vcpu);
		if (vector >= 0)
			axvcpu_event_irq_take(vcpu, vector);
		cond_resched();
	}
	KUNIT_EXPECT_EQ(test, fixture_join(&thread), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_event_flags(vcpu), 0);
}

static struct kunit_case event_cases[] = {
	KUNIT_CASE(event_vectors_come_highest_first),
	KUNIT_CASE(event_vectors_coalesce),
	KUNIT_CASE(event_vectors_follow_a_bitmap),
	KUNIT_CASE(event_nmi_is_a_latch),
	KUNIT_CASE(event_exception_has_one_slot),
	KUNIT_CASE(event_inject_by_type),
	KUNIT_CASE(event_inject_refused),
	KUNIT_CASE(event_save_restore),
	KUNIT_CASE(event_restore_empty),
	KUNIT_CASE(event_put_and_take_race),
	{}
};

struct kunit_suite axvcpu_event_suite = {
	.name = "axvcpu_event",
	.suite_init = fixture_suite_init,
	.suite_exit = fixture_suite_exit,
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = event_cases,
};
