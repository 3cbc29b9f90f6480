// SPDX-License-Identifier: GPL-2.0-only
/* A guest at work on a piece of memory. */

#include "memtest.h"

static bool on_exit_of(struct runner *r)
{
	struct memtest *t = r->data;
	const struct axvcpu_run_out *out = &r->m->run->out;

	if (r->ret)
		return r->ret == -EINTR;
	switch (r->reason) {
	case AXVCPU_EXIT_STOPPED:
	case AXVCPU_EXIT_NOTHING:
		return !READ_ONCE(r->stop);
	case AXVCPU_EXIT_NESTED_PAGE_FAULT:
		if (!out->fault.error)
			return false;
		WRITE_ONCE(t->error, out->fault.error);
		WRITE_ONCE(t->faults, t->faults + 1);
		usleep(100);
		return !READ_ONCE(r->stop);
	default:
		return false;
	}
}

void memtest_map(struct memtest *t, const struct guest *guest, uint32_t flags)
{
	int ret;

	t->faults = 0;
	t->error = 0;
	machine_init(&t->m, guest);
	ret = vm_map(t->m.vm, MEMTEST_GPA, t->len, t->hva, flags);
	if (ret)
		tap_bail("VM_MAP: %s", strerror(-ret));
	arch_set_arg(&t->m, 0, MEMTEST_GPA);
	arch_set_arg(&t->m, 1, t->len);
}

void memtest_start(struct memtest *t, const struct guest *guest)
{
	memtest_map(t, guest, MEM_RWX);
	t->r = (struct runner) {
		.m = &t->m, .cpu = -1, .on_exit = on_exit_of, .data = t,
	};
	runner_start(&t->r);
}

uint64_t memtest_count(const struct memtest *t)
{
	return READ_ONCE(*(const uint64_t *)(t->m.ram + GUEST_DATA));
}

bool memtest_failed(const struct memtest *t)
{
	return READ_ONCE(t->r.done);
}

bool memtest_progress(struct memtest *t, uint64_t n)
{
	uint64_t from = memtest_count(t);

	WAIT_FOR(memtest_count(t) >= from + n || memtest_failed(t), 30000);
	return memtest_count(t) >= from + n;
}

void memtest_stop(struct memtest *t, const char *what)
{
	const struct axvcpu_run_out *out = &t->m.run->out;
	const uint64_t *data = (uint64_t *)(t->m.ram + GUEST_DATA);
	uint64_t value;
	int ret = runner_stop(&t->r);

	if (tap_ok(!ret && (t->r.reason == AXVCPU_EXIT_STOPPED ||
			    t->r.reason == AXVCPU_EXIT_NESTED_PAGE_FAULT),
		   "%s: the guest found nothing wrong", what))
		return;
	tap_note("  RUN returned %d, exit %s", ret, reason_name(t->r.reason));
	if (!ret && arch_is_report(&t->m, &value))
		tap_note("  at %#llx it found %#llx, not %#llx",
			 (unsigned long long)arch_arg(&t->m, 2),
			 (unsigned long long)data[1], (unsigned long long)data[2]);
	if (t->r.reason == AXVCPU_EXIT_NESTED_PAGE_FAULT)
		tap_note("  at %#llx", (unsigned long long)out->fault.addr);
}

void memtest_fini(struct memtest *t)
{
	machine_fini(&t->m);
	munmap(t->hva, t->len);
}

void memtest_rounds(struct memtest *t, const char *what)
{
	uint64_t round = memtest_count(t), word, wrong = 0;
	bool begun = true;
	size_t at;

	for (at = 0; at < t->len; at += PAGE_SIZE) {
		word = *(uint64_t *)(t->hva + at);
		/* The round under way has come so far. */
		if (word != round + 1)
			begun = false;
		if (word != round && !(begun && word == round + 1))
			wrong++;
	}
	tap_is(wrong, 0, "%s: the host sees every write (round %llu)", what,
	       (unsigned long long)round);
}

uint64_t memtest_peek(struct memtest *t)
{
	/* One loop may be under way; the next two begin after now. */
	if (!memtest_progress(t, 3))
		tap_bail("the guest stands still");
	return READ_ONCE(*(uint64_t *)(t->m.ram + GUEST_DATA + 8));
}
