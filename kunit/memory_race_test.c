// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest runs while the host takes its memory away: what the guest gets to,
 * through its TLB, is what the host has there now.
 */
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/uaccess.h>

#include "memfix.h"
#include "suites.h"

#define ROUNDS	200

/**
 * struct race - a page that the host replaces, with a stamp in it
 * @vcpu: whose guest reads it
 * @stamp: in the page since before this was written, and until it is 0 again
 * @over: the host has done its rounds
 * @stale: how often the guest read something else
 * @seen: how often it read the stamp
 */
struct race {
	struct axvcpu_vcpu *vcpu;
	u64 stamp;
	bool over;
	unsigned long stale;
	unsigned long seen;
};

/* The hook has no other way to it. */
static struct race race;

/* In the guest, interrupts off. */
static void look(struct axvcpu_vcpu *vcpu)
{
	phys_addr_t pa;
	u64 stamp, word;

	/* Pairs with the release in replace(): the stamp is in the page. */
	stamp = smp_load_acquire(&race.stamp);
	pa = fake_translate(vcpu, MEMFIX_GPA, AXVCPU_ACCESS_READ);
	if (!stamp || !pa)
		return;
	word = READ_ONCE(*(u64 *)phys_to_virt(pa));
	/* Pairs with the barrier in replace(): nothing had begun to change. */
	smp_rmb();
	if (READ_ONCE(race.stamp) != stamp)
		return;
	race.seen++;
	if (word != stamp)
		race.stale++;
}

static int run_guest(void *unused)
{
	static const struct fake_step steps[] = {
		{
			.act = FAKE_TOUCH,
			.gpa = MEMFIX_GPA,
			.access = AXVCPU_ACCESS_READ,
			.hook = look,
			.repeat = 20,
		},
		FAKE_STEP_HYPERCALL,
	};
	int ret = axvcpu_vcpu_bind(race.vcpu);

	while (!ret && !READ_ONCE(race.over)) {
		FAKE_PLAY(race.vcpu, steps);
		ret = axvcpu_vcpu_run(race.vcpu);
	}
	return ret ?: axvcpu_vcpu_unbind(race.vcpu);
}

/* A fresh page in place of the old one, then a stamp in it. */
static void replace(struct kunit *test, unsigned long hva, u64 stamp)
{
	WRITE_ONCE(race.stamp, 0);
	/* Pairs with the barrier in look(): the promise ends before the change. */
	smp_wmb();
	KUNIT_EXPECT_EQ(test, vm_mmap(NULL, hva, PAGE_SIZE, PROT_READ | PROT_WRITE,
				      MAP_ANONYMOUS | MAP_PRIVATE | MAP_FIXED, 0), hva);
	/* Now and then the guest gets the zero page first. */
	if (stamp & 1)
		usleep_range(10, 30);
	KUNIT_EXPECT_EQ(test, put_user(stamp, (u64 __user *)hva), 0);
	/* Pairs with the acquire in look(). */
	smp_store_release(&race.stamp, stamp);
	udelay(stamp % 32);
}

static void memory_race_test_replace(struct kunit *test)
{
	struct fixture_thread thread = {};
	unsigned long hva = memfix_map(test, PAGE_SIZE, MEMFIX_RW);
	int cpu[2];
	u64 i;

	race = (struct race) { .vcpu = fixture_vcpu(test) };
	fixture_to(test, AXVCPU_STATE_FREE);
	fixture_cpus(cpu);
	fixture_spawn(test, &thread, cpu[1], run_guest, NULL);
	/* Until the guest has had a turn, on a host with much else to do. */
	for (i = 1; i <= ROUNDS || (!READ_ONCE(race.seen) && i < 100 * ROUNDS); i++) {
		replace(test, hva, i);
		cond_resched();
	}
	WRITE_ONCE(race.over, true);
	KUNIT_EXPECT_EQ(test, fixture_join(&thread), 0);
	KUNIT_EXPECT_EQ(test, race.stale, 0);
	KUNIT_EXPECT_GT(test, race.seen, 0);
}

/**
 * struct late - two take the same page, one after the other
 * @hva: where it is
 * @flush: the table's own
 * @flushing: the first one has taken the page, and flushes
 * @returned: the second one is done
 * @early: it was so before the flush was over
 */
static struct late {
	unsigned long hva;
	void (*flush)(struct axvcpu_pt *pt);
	bool flushing;
	bool returned;
	bool early;
} late;

static void flush_slowly(struct axvcpu_pt *pt)
{
	unsigned int i;

	WRITE_ONCE(late.flushing, true);
	for (i = 0; i < 20000 && !READ_ONCE(late.returned); i++)
		udelay(1);
	late.early |= READ_ONCE(late.returned);
	late.flush(pt);
}

static int unmap_late(void *unused)
{
	int ret = FIXTURE_WAIT(READ_ONCE(late.flushing)) ? 0 : -ETIMEDOUT;

	if (!ret)
		ret = vm_munmap(late.hva, PAGE_SIZE);
	WRITE_ONCE(late.returned, true);
	return ret;
}

/* Who finds nothing to take any more still waits until no CPU uses it. */
static void memory_race_test_late(struct kunit *test)
{
	struct axvcpu_map map = { .flags = MEMFIX_RW, .gpa = MEMFIX_GPA, .len = PAGE_SIZE };
	struct axvcpu_pt *pt = &memfix_vm(test)->mem.table;
	struct fixture_thread thread = {};
	int cpu[2];

	late = (struct late) { .hva = memfix_map(test, PAGE_SIZE, MEMFIX_RW), .flush = pt->flush };
	KUNIT_EXPECT_EQ(test, memfix_fault(test, MEMFIX_GPA, AXVCPU_ACCESS_WRITE), 0);
	pt->flush = flush_slowly;
	fixture_cpus(cpu);
	fixture_spawn(test, &thread, cpu[1], unmap_late, NULL);
	KUNIT_EXPECT_EQ(test, axvcpu_memory_protect(memfix_vm(test), &map), 0);
	KUNIT_EXPECT_EQ(test, fixture_join(&thread), 0);
	pt->flush = late.flush;
	KUNIT_EXPECT_TRUE(test, late.flushing);
	KUNIT_EXPECT_FALSE(test, late.early);
}

static struct kunit_case memory_race_cases[] = {
	KUNIT_CASE(memory_race_test_replace),
	KUNIT_CASE(memory_race_test_late),
	{}
};

struct kunit_suite axvcpu_memory_race_suite = {
	.name = "axvcpu_memory_race",
	.suite_init = fixture_suite_init,
	.suite_exit = fixture_suite_exit,
	.init = fixture_init_mm,
	.exit = fixture_exit,
	.test_cases = memory_race_cases,
};
