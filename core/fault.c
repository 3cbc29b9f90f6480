// SPDX-License-Identifier: GPL-2.0-only
/*
 * Second-stage faults: find the host's page, let the guest have it.
 *
 * Without pinning, in this order: begin reading the region's sequence; take a
 * snapshot of the host's page table, which changes nothing; under mem->lock, if
 * the sequence has not changed, write the entry. If the host has no page there,
 * or none that may be written, which a peek without locks tells first, have it
 * faulted in once and look again. What still is not there then, the guest asks
 * for again: RUN sees signals and kicks in between.
 *
 * A guest's writes set no dirty bit that the host sees, so a page is marked dirty
 * before an entry lets the guest write it; else reclaim would drop what the
 * guest wrote (a page after MADV_FREE, or a file's page that was only read by the
 * host). As long as the sequence is valid under mem->lock, the host's entry for
 * the page is in place: whoever changes it announces that first, which waits for
 * the lock here. To the page that is as good as the page-table lock, under which
 * the kernel itself marks pages dirty: it cannot be truncated meanwhile, and
 * dirty_folio() of no file system sleeps. The page stays dirty as long as the
 * guest's entry is writable: who cleans a page write-protects it first, and
 * announces that. A writable host entry also says that the file system has
 * been asked (page_mkwrite), and that the page is neither a zero page, nor KSM's,
 * nor to be copied on write.
 *
 * Execute permission is the region's alone: a VMM need not be able to run its
 * guest's code.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/hmm.h>
#include <linux/memremap.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/pagemap.h>

#include "core.h"

/* Pages around a fault that are mapped too if the host has them: 256 KiB. */
#define WINDOW_PAGES	64
#define WINDOW_SIZE	(WINDOW_PAGES * PAGE_SIZE)

/* Of faults in a row on memory that is new to the host, one in so many peeks first. */
#define FRESH_PEEK	8

/* What an attempt came to, if it is not an error. */
enum outcome {
	SERVED,
	RACED,		/* the mm was changing something */
	ABSENT,		/* the host has no page, or none that may be written */
	SHORT,		/* a table is missing, and pages for tables are */
};

/**
 * struct fault - one attempt at a fault
 * @vcpu: whose fault
 * @gpa: its page
 * @access: AXVCPU_ACCESS_* of it
 * @region: where it lies
 * @hva: user address of the page
 * @first: first page that is looked at, guest physical
 * @count: how many
 * @seq: sequence of the snapshot
 * @pfns: the snapshot
 */
struct fault {
	struct axvcpu_vcpu *vcpu;
	u64 gpa;
	u32 access;
	struct axvcpu_region *region;
	unsigned long hva;
	u64 first;
	unsigned int count;
	unsigned long seq;
	unsigned long pfns[WINDOW_PAGES];
};

/* The region, and at first the page alone. */
static int fault_find(struct fault *f)
{
	struct axvcpu_region *region = axvcpu_memory_find(&f->vcpu->vm->mem, f->gpa);

	if (!region)
		return -ENOENT;
	if (f->access & ~region->access)
		return -EACCES;
	f->region = region;
	f->hva = axvcpu_region_hva(region, f->gpa);
	f->first = f->gpa;
	f->count = 1;
	return 0;
}

/* Look at the window. It is aligned for the guest: it lies in one table. */
static void fault_widen(struct fault *f)
{
	u64 start = round_down(f->gpa, WINDOW_SIZE);
	u64 last = min_t(u64, start + WINDOW_SIZE - 1, f->region->gpa.last);

	f->first = max_t(u64, start, f->region->gpa.start);
	f->count = (last + 1 - f->first) >> PAGE_SHIFT;
}

/* What the host's page table says; changes nothing. */
static int fault_snapshot(struct fault *f)
{
	struct mm_struct *mm = f->vcpu->vm->mm;
	struct hmm_range range = {
		.notifier = &f->region->notifier,
		.start = axvcpu_region_hva(f->region, f->first),
		.hmm_pfns = f->pfns,
	};
	int ret;

	range.end = range.start + f->count * PAGE_SIZE;
	f->seq = mmu_interval_read_begin(range.notifier);
	range.notifier_seq = f->seq;
	if (mmap_read_lock_killable(mm))
		return -EINTR;
	ret = hmm_range_fault(&range);
	mmap_read_unlock(mm);
	return ret == -EBUSY ? RACED : ret;
}

static unsigned long fault_pfn(const struct fault *f)
{
	return f->pfns[(f->gpa - f->first) >> PAGE_SHIFT];
}

/* What one device gives to others has pages, too, and is no memory (NVMe's CMB). */
static bool is_device(unsigned long pfn)
{
	return is_pci_p2pdma_page(hmm_pfn_to_page(pfn));
}

/* Errors are final: no mapping, one of device memory, or not readable. */
static int fault_judge(const struct fault *f)
{
	unsigned long pfn = fault_pfn(f);

	if (pfn & HMM_PFN_ERROR)
		return -EFAULT;
	if (!(pfn & HMM_PFN_VALID))
		return ABSENT;
	if (is_device(pfn))
		return -EFAULT;
	if (f->access & AXVCPU_ACCESS_WRITE && !(pfn & HMM_PFN_WRITE))
		return ABSENT;
	return SERVED;
}

/*
 * The largest leaf for the fault: allowed, backed by one host page, in step with
 * the user address, within the region. @at is where the walk ends now.
 */
static unsigned int fault_level(const struct fault *f, unsigned int at)
{
	const struct axvcpu_region *region = f->region;
	const struct axvcpu_pt_format *format = region->vm->mem.table.format;
	unsigned int order = hmm_pfn_to_map_order(fault_pfn(f));
	unsigned int level;

	/* Dirty pages are logged one by one. */
	if (region->dirty)
		return 0;
	if (axvcpu_nx_huge && f->access & AXVCPU_ACCESS_EXEC)
		return 0;
	for (level = format->levels - 1; level; level--) {
		u64 size = AXVCPU_PT_SIZE(level), first = round_down(f->gpa, size);

		if (!(format->huge_levels & BIT(level)) || order < AXVCPU_PT_BITS * level)
			continue;
		if ((f->gpa ^ f->hva) & (size - 1))
			continue;
		if (first < region->gpa.start || first + size - 1 > region->gpa.last)
			continue;
		/* Small entries stay where code was split off a large one. */
		if (axvcpu_nx_huge && level > at)
			continue;
		return level;
	}
	return 0;
}

/* Will reclaim keep what is in the page, whether it is marked dirty or not? */
static bool page_is_kept(struct page *page)
{
	struct folio *folio = page_folio(page);

	return folio_test_dirty(folio) ||
	       (folio_test_anon(folio) && folio_test_swapbacked(folio));
}

/* What the guest may do with a page of the snapshot, now. */
static u32 leaf_access(const struct fault *f, unsigned long pfn, u32 wanted)
{
	u32 access = f->region->access;

	/* Instruction caches are told of what is executed, and of nothing else. */
	if (f->region->vm->mem.table.format->clean_insn && !(f->access & AXVCPU_ACCESS_EXEC))
		access &= ~AXVCPU_ACCESS_EXEC;
	if (wanted & AXVCPU_ACCESS_WRITE)
		return access;
	/*
	 * Nobody writes yet. An entry that lets the guest write later spares a
	 * fault, unless the first write matters to somebody.
	 */
	if (!(pfn & HMM_PFN_WRITE) || f->region->dirty || !page_is_kept(hmm_pfn_to_page(pfn)))
		access &= ~AXVCPU_ACCESS_WRITE;
	return access;
}

/* Under mem->lock, with a valid sequence: what comes before a leaf. Its final access. */
static u32 leaf_prepare(struct fault *f, u64 gpa, unsigned long pfn, unsigned int level,
			u32 access)
{
	struct axvcpu_region *region = f->region;

	if (level && axvcpu_nx_huge)
		access &= ~AXVCPU_ACCESS_EXEC;
	if (access & AXVCPU_ACCESS_WRITE) {
		if (region->dirty)
			set_bit((gpa - region->gpa.start) >> PAGE_SHIFT, region->dirty);
		folio_mark_dirty(page_folio(hmm_pfn_to_page(pfn)));
	}
	return access;
}

static phys_addr_t leaf_pa(unsigned long pfn, unsigned int level)
{
	return round_down(PFN_PHYS(pfn & ~HMM_PFN_FLAGS), AXVCPU_PT_SIZE(level));
}

/*
 * The host has written there: the guest, which could do @had there so far, reads and executes
 * just that. False where the caches cannot be emptied (secret memory is not in the kernel's
 * map): going past them the guest would find what others have had there before.
 */
static bool leaf_clean(const struct axvcpu_pt_format *format, phys_addr_t pa,
		       unsigned int level, u32 access, u32 had)
{
	if (format->clean && !had && !format->clean(pa, AXVCPU_PT_SIZE(level)))
		return false;
	if (format->clean_insn && access & ~had & AXVCPU_ACCESS_EXEC)
		format->clean_insn(pa, AXVCPU_PT_SIZE(level));
	return true;
}

/* @old is the leaf that stands there on this level, or 0: of the same page it loses nothing. */
static int leaf_install(struct fault *f, unsigned int level, u64 old)
{
	struct axvcpu_pt *pt = &f->region->vm->mem.table;
	unsigned long pfn = fault_pfn(f);
	phys_addr_t pa = leaf_pa(pfn, level);
	u32 access = leaf_access(f, pfn, f->access), had = 0;

	if (axvcpu_pt_present(pt->format, old) && axvcpu_pt_pa(pt->format, old) == pa)
		had = pt->format->access(old);
	access = leaf_prepare(f, f->gpa, pfn, level, access | had);
	if (!leaf_clean(pt->format, pa, level, access, had))
		return -EFAULT;
	return axvcpu_pt_map(pt, &f->vcpu->cache, round_down(f->gpa, AXVCPU_PT_SIZE(level)),
			     pa, level, access);
}

/* The same where nothing is mapped in a table that is there. */
static int page_add(struct fault *f, u64 *entry)
{
	struct axvcpu_pt *pt = &f->region->vm->mem.table;
	unsigned long pfn = fault_pfn(f);
	phys_addr_t pa = leaf_pa(pfn, 0);
	u32 access = leaf_prepare(f, f->gpa, pfn, 0, leaf_access(f, pfn, f->access));

	if (!leaf_clean(pt->format, pa, 0, access, 0))
		return -EFAULT;
	axvcpu_pt_add_page(pt, entry, pa, access);
	return SERVED;
}

/* The page itself, under mem->lock. */
static int page_install(struct fault *f)
{
	struct axvcpu_pt *pt = &f->region->vm->mem.table;
	u64 *entry = axvcpu_pt_page_entry(pt, f->gpa), old;
	unsigned int at, level;

	if (!axvcpu_pt_reaches(pt->format, leaf_pa(fault_pfn(f), 0)))
		return -ERANGE;
	/* Mostly it is one more page of a table that is there. */
	if (entry && !*entry && !hmm_pfn_to_map_order(fault_pfn(f)))
		return page_add(f, entry);
	old = axvcpu_pt_lookup(pt, f->gpa, &at);
	/* Another vCPU was faster. */
	if (axvcpu_pt_present(pt->format, old) && !(f->access & ~pt->format->access(old)))
		return SERVED;
	level = fault_level(f, at);
	if (at > level && f->vcpu->cache.count < at - level)
		return SHORT;
	return leaf_install(f, level, at == level ? old : 0);
}

/* Is a page of the window there for the taking? */
static bool window_has(const struct axvcpu_pt_format *format, unsigned long pfn, u64 entry)
{
	return !entry && pfn & HMM_PFN_VALID && !(pfn & HMM_PFN_ERROR) && !is_device(pfn) &&
	       axvcpu_pt_reaches(format, leaf_pa(pfn, 0));
}

/* leaf_clean() for all of them; without those that cannot be cleaned. */
static void window_clean(struct fault *f, const u64 *entry)
{
	const struct axvcpu_pt_format *format = f->region->vm->mem.table.format;
	unsigned int i, pages = 0;

	for (i = 0; i < f->count; i++) {
		if (!window_has(format, f->pfns[i], entry[i]))
			continue;
		if (format->clean && !format->clean(leaf_pa(f->pfns[i], 0), PAGE_SIZE))
			f->pfns[i] = 0;
		else
			pages++;
	}
	if (pages && format->clean_insn && f->access & AXVCPU_ACCESS_EXEC)
		format->clean_insn(0, AXVCPU_PT_EVERYTHING);
}

/* The rest of the window. */
static void window_install(struct fault *f)
{
	struct axvcpu_pt *pt = &f->region->vm->mem.table;
	u64 *entry = axvcpu_pt_page_entry(pt, f->first);
	unsigned int i;

	if (!entry)
		return;
	if (pt->format->clean || pt->format->clean_insn)
		window_clean(f, entry);
	for (i = 0; i < f->count; i++) {
		unsigned long pfn = f->pfns[i];
		u32 access;

		if (!window_has(pt->format, pfn, entry[i]))
			continue;
		access = leaf_prepare(f, f->first + i * PAGE_SIZE, pfn, 0, leaf_access(f, pfn, 0));
		axvcpu_pt_add_page(pt, &entry[i], leaf_pa(pfn, 0), access | AXVCPU_PT_OLD);
	}
}

static int fault_install(struct fault *f)
{
	struct axvcpu_memory *mem = &f->region->vm->mem;
	int ret = RACED;

	spin_lock(&mem->lock);
	if (!mmu_interval_read_retry(&f->region->notifier, f->seq))
		ret = page_install(f);
	if (ret == SERVED && f->count > 1)
		window_install(f);
	spin_unlock(&mem->lock);
	return ret;
}

/* With what the snapshot says. */
static int fault_serve_snapshot(struct fault *f)
{
	int ret = fault_snapshot(f);

	if (!ret)
		ret = fault_judge(f);
	return ret ?: fault_install(f);
}

/*
 * The host has the page at hand, as the guest wants it. NULL also where a snapshot would
 * know better.
 */
static struct page *fault_peek(const struct fault *f)
{
	unsigned int flags = f->access & AXVCPU_ACCESS_WRITE ? FOLL_WRITE : 0;
	struct page *page;

	return get_user_pages_fast_only(f->hva, 1, flags, &page) == 1 ? page : NULL;
}

/*
 * First attempt: if the host has the page it may have others around it. A guest that
 * takes new memory goes on to do so: to have a page brought in that is there costs
 * little, and changes no more than if the VMM had touched it.
 */
static int fault_serve_window(struct fault *f)
{
	struct axvcpu_vcpu *vcpu = f->vcpu;
	struct page *page = vcpu->fresh % FRESH_PEEK ? NULL : fault_peek(f);

	if (!page) {
		vcpu->fresh++;
		return ABSENT;
	}
	vcpu->fresh = 0;
	put_page(page);
	fault_widen(f);
	return fault_serve_snapshot(f);
}

/*
 * The page was brought in. Its neighbours are most likely as new, and so is nothing to
 * be known of it but that it may be written, which a peek tells in less time.
 */
static int fault_serve_new(struct fault *f)
{
	struct page *page = NULL;
	int ret;

	f->seq = mmu_interval_read_begin(&f->region->notifier);
	if (f->access & AXVCPU_ACCESS_WRITE)
		page = fault_peek(f);
	if (page && !PageCompound(page)) {
		f->pfns[0] = page_to_pfn(page) | HMM_PFN_VALID | HMM_PFN_WRITE;
		ret = fault_install(f);
	} else {
		ret = fault_serve_snapshot(f);
	}
	if (page)
		put_page(page);
	return ret;
}

static int fault_serve(struct fault *f, int (*serve)(struct fault *f))
{
	struct axvcpu_memory *mem = &f->vcpu->vm->mem;
	int ret;

	down_read(&mem->regions_lock);
	ret = fault_find(f);
	if (!ret)
		ret = serve(f);
	up_read(&mem->regions_lock);
	return ret;
}

/* -EFAULT has one cause that a VMM wants to know apart: broken memory. */
static bool page_is_poisoned(unsigned long hva, bool write)
{
	unsigned int flags = FOLL_HWPOISON | (write ? FOLL_WRITE : 0);

	return get_user_pages_unlocked(hva, 1, NULL, flags) == -EHWPOISON;
}

/*
 * Have the host bring the page in, as if the VMM had touched it. It may take as
 * long as userspace likes (userfaultfd), so no lock of ours is held.
 */
static int fault_bring_in(const struct fault *f)
{
	struct mm_struct *mm = f->vcpu->vm->mm;
	bool write = f->access & AXVCPU_ACCESS_WRITE, unlocked = false;
	int ret;

	if (mmap_read_lock_killable(mm))
		return -EINTR;
	ret = fixup_user_fault(mm, f->hva, write ? FAULT_FLAG_WRITE : 0, &unlocked);
	mmap_read_unlock(mm);
	if (ret == -EFAULT && page_is_poisoned(f->hva, write))
		ret = -EHWPOISON;
	return ret;
}

static int fault_attempt(struct fault *f)
{
	int ret = fault_serve(f, fault_serve_window);

	if (ret != ABSENT)
		return ret;
	ret = fault_bring_in(f);
	return ret ?: fault_serve(f, fault_serve_new);
}

/**
 * axvcpu_memory_fault() - serve @vcpu->fault
 * @vcpu: whose guest accessed memory that its table does not give it
 *
 * Context: may sleep, for as long as a userfaultfd's handler takes; a fatal
 * signal ends that. Claim held, current->mm is the VM's.
 * Return: 0: served or raced, enter again; -ENOENT: no region; -EACCES: the
 * region forbids it; -EFAULT: nothing mapped at the user address, device memory,
 * memory that cannot be cleaned, or its protection forbids it; -EHWPOISON: the page
 * is broken; -ERANGE: it lies beyond what the second-stage table can name; -ENOMEM;
 * -EINTR: a fatal signal is pending.
 */
int axvcpu_memory_fault(struct axvcpu_vcpu *vcpu)
{
	const struct axvcpu_pt_format *format = vcpu->vm->mem.table.format;
	/* Cleared it would be mostly for the snapshot, which is written before it is read. */
	struct fault f __uninitialized;
	u64 mapped = READ_ONCE(vcpu->vm->mem.mapped);
	int ret;

	f.vcpu = vcpu;
	f.gpa = vcpu->fault.gpa & PAGE_MASK;
	f.access = vcpu->fault.access & ~AXVCPU_ACCESS_WALK;
	ret = fault_attempt(&f);
	if (ret == SHORT) {
		ret = axvcpu_pt_cache_fill(&vcpu->cache, format->levels - 1, vcpu->fixed.node);
		if (!ret)
			ret = fault_attempt(&f);
		axvcpu_pt_cache_drain(&vcpu->cache);
	}
	if (ret == -ENOENT) {
		vcpu->hole = f.gpa;
		vcpu->hole_mapped = mapped;
	}
	if (ret <= 0)
		return ret;
	axvcpu_count_event(vcpu, AXVCPU_STAT_FAULT_RETRY);
	return 0;
}
