// SPDX-License-Identifier: GPL-2.0-only
/* The bench for second-stage tables: see ptbench.h. */
#include <linux/mm.h>

#ifdef CONFIG_X86_64
#include "../arch/x86/vmx/pagetable.h"
#endif
#include "fake_parts.h"
#include "ptbench.h"

/* sync() has no other way to it. */
static struct ptbench *bench;

/* Rules for one entry that goes from @old to @new. */
static void watch_write(struct ptbench *b, u64 old, u64 new, bool unflushed)
{
	const struct axvcpu_pt_format *format = b->pt.format;
	u32 lost;

	if (!axvcpu_pt_present(format, new))
		return;
	KUNIT_EXPECT_FALSE_MSG(b->test, unflushed, "made before the flush: %llx", new);
	if (!axvcpu_pt_present(format, old) || old == new)
		return;
	lost = format->access(old) & ~format->access(new);
	if (b->losing)
		lost &= ~AXVCPU_ACCESS_WRITE;
	/* The level is not known, but no table is where a page was. */
	KUNIT_EXPECT_TRUE_MSG(b->test, axvcpu_pt_is_table(format, old, 1) ==
			      axvcpu_pt_is_table(format, new, 1) &&
			      axvcpu_pt_pa(format, old) == axvcpu_pt_pa(format, new) && !lost,
			      "changed without a break: %llx to %llx", old, new);
}

static void bench_sync(u64 *entry, unsigned int count)
{
	struct ptbench *b = bench;
	unsigned long index;
	unsigned int i;
	void *old;

	for (i = 0; i < count; i++, entry++) {
		index = (unsigned long)entry / sizeof(*entry);
		if (count > 1) {
			/* A fresh table, not linked yet. */
			KUNIT_EXPECT_EQ(b->test, *entry, 0);
			xa_erase(&b->written, index);
			continue;
		}
		old = xa_load(&b->written, index);
		watch_write(b, old ? xa_to_value(old) : 0, *entry,
			    xa_get_mark(&b->written, index, XA_MARK_0));
		xa_store(&b->written, index, xa_mk_value(*entry), GFP_KERNEL);
		if (old && axvcpu_pt_present(b->pt.format, xa_to_value(old)) &&
		    !axvcpu_pt_present(b->pt.format, *entry))
			xa_set_mark(&b->written, index, XA_MARK_0);
	}
}

static bool bench_clean(phys_addr_t pa, u64 size)
{
	unsigned int i;

	for (i = 0; i < PTBENCH_TLB; i++)
		KUNIT_EXPECT_FALSE_MSG(bench->test, bench->tlb[i].access,
				       "cleaned before the flush: %pa", &pa);
	bench->cleaned += size;
	return true;
}

void ptbench_flush(struct axvcpu_pt *pt)
{
	struct ptbench *b = container_of(pt, struct ptbench, pt);
	unsigned long index;
	unsigned int i;
	void *value;

	for (i = 0; i < PTBENCH_HINTS; i++)
		if (b->hint[i].table && !page_count(virt_to_page(b->hint[i].table)))
			KUNIT_FAIL(b->test, "a table was freed before the flush");
	b->flushes++;
	memset(b->tlb, 0, sizeof(b->tlb));
	memset(b->hint, 0, sizeof(b->hint));
	xa_for_each_marked(&b->written, index, value, XA_MARK_0)
		xa_clear_mark(&b->written, index, XA_MARK_0);
}

static struct axvcpu_pt_format formats[6];

static const char *const format_names[] = {
	"four levels",
	"three levels, two root tables",
	"four levels, no accessed bits, no 1 GiB leaves",
	"the same, cleaned",
	"EPT",
	"EPT without accessed bits",
};

static void make_formats(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(formats); i++)
		formats[i] = fake_pt_format;
	formats[1].levels = 3;
	formats[1].gpa_bits = 40;
	formats[1].root_order = 1;
	formats[2].has_access = false;
	formats[2].huge_levels = BIT(1);
	formats[3] = formats[2];
	formats[3].clean = bench_clean;
#ifdef CONFIG_X86_64
	formats[4] = vmx_ept_format;
	formats[4].has_access = true;
	formats[4].huge_levels |= BIT(2);
	formats[5] = vmx_ept_format;
#endif
	for (i = 0; i < ARRAY_SIZE(formats); i++)
		formats[i].sync = bench_sync;
}

const void *ptbench_formats(const void *prev, char *desc)
{
	size_t i = prev ? (const struct axvcpu_pt_format *)prev - formats + 1 : 0;

	make_formats();
	if (i == ARRAY_SIZE(formats))
		return NULL;
	strscpy(desc, format_names[i], KUNIT_PARAM_DESC_SIZE);
	return &formats[i];
}

int ptbench_init(struct kunit *test)
{
	struct ptbench *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);

	make_formats();
	if (!b)
		return -ENOMEM;
	b->test = test;
	xa_init(&b->written);
	axvcpu_pt_cache_init(&b->cache);
	bench = b;
	test->priv = b;
	return axvcpu_pt_init(&b->pt, test->param_value ?: &formats[0], ptbench_flush);
}

void ptbench_exit(struct kunit *test)
{
	struct ptbench *b = ptbench_of(test);

	axvcpu_pt_fini(&b->pt);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&b->pt.pages), 0);
	axvcpu_pt_cache_drain(&b->cache);
	KUNIT_EXPECT_EQ(test, b->cache.count, 0);
	xa_destroy(&b->written);
}

void ptbench_map(struct ptbench *b, u64 gpa, phys_addr_t pa, unsigned int level, u32 access)
{
	KUNIT_EXPECT_EQ(b->test, axvcpu_pt_cache_fill(&b->cache, b->pt.format->levels - 1,
						      NUMA_NO_NODE), 0);
	KUNIT_EXPECT_EQ(b->test, axvcpu_pt_map(&b->pt, &b->cache, gpa, pa, level, access), 0);
}

bool ptbench_unmap(struct ptbench *b, u64 start, u64 end)
{
	unsigned long flushes = b->flushes;
	LIST_HEAD(tables);
	bool hit = axvcpu_pt_unmap(&b->pt, start, end, &tables);

	KUNIT_EXPECT_EQ_MSG(b->test, b->flushes, flushes + hit, "a flush where something was");
	if (!hit)
		KUNIT_EXPECT_TRUE(b->test, list_empty(&tables));
	axvcpu_pt_free(&b->pt, &tables, true);
	return hit;
}

bool ptbench_write_protect(struct ptbench *b, u64 start, u64 end)
{
	bool hit;

	b->losing = true;
	hit = axvcpu_pt_write_protect(&b->pt, start, end);
	b->losing = false;
	if (hit)
		ptbench_flush(&b->pt);
	return hit;
}

void ptbench_expect_leaf(struct ptbench *b, u64 gpa, phys_addr_t pa, unsigned int level,
			 u32 access)
{
	unsigned int at;
	u64 entry = axvcpu_pt_lookup(&b->pt, gpa, &at);

	KUNIT_EXPECT_TRUE(b->test, axvcpu_pt_present(b->pt.format, entry));
	KUNIT_EXPECT_EQ(b->test, at, level);
	KUNIT_EXPECT_EQ(b->test, axvcpu_pt_pa(b->pt.format, entry), pa);
	KUNIT_EXPECT_EQ(b->test, b->pt.format->access(entry), access);
}

bool ptbench_is_mapped(struct ptbench *b, u64 gpa)
{
	unsigned int level;

	return axvcpu_pt_present(b->pt.format, axvcpu_pt_lookup(&b->pt, gpa, &level));
}

long ptbench_pages(struct ptbench *b)
{
	return atomic_long_read(&b->pt.pages);
}
