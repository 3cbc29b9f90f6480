// SPDX-License-Identifier: GPL-2.0-only
/* Wild values: what there is to set, the values, the runs. */

#include <signal.h>
#include <termios.h>

#include "wild.h"

#define ROOM		65536
#define MAX_TARGETS	32
#define MAX_BASES	4
#define RUN_NS		30000
#define MAX_NOTES	20
#define STUCK_SECONDS	60

/* Guest memory that the guest itself needs. */
#define KEPT_RAM	GUEST_DATA

/* Something to set: a group of the state, or the argument of a command. */
struct target {
	char name[16];
	uint32_t group;		/* 0: a command's */
	uint32_t len;
	uint8_t *good;
	int (*apply)(struct machine *m, const struct target *t, const void *data);
};

/* A machine in a good state, which it can be brought back to. */
struct wild {
	const struct wild_base *base;
	struct machine m;
	uint8_t state[ROOM];
	uint32_t state_len;
	uint8_t *ram;
	struct target target[MAX_TARGETS];
	unsigned int nr_targets;
};

/* One value of one member. */
struct shot {
	uint8_t machine;
	uint8_t target;
	uint8_t width;
	uint8_t value;
	uint32_t offset;
};

static struct wild wild[MAX_BASES];
static unsigned int nr_wild;
static struct shot *shots;
static unsigned long nr_shots, runs, refused, bad;
static char now[128];		/* what is being tried */

static void note_bad(const char *what, long long got)
{
	if (bad++ < MAX_NOTES)
		tap_note("%s: %s: %lld", now, what, got);
}

/* The values of a member: each bit alone, each bit changed, and the edges. */
static const uint64_t edges[] = {
	0, ~0ULL, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 0x7fffffffffffffff,
	0x00007fffffffffff, 0x0000800000000000, 0xffff7fffffffffff, 0xffff800000000000,
	0x00ffffffffffffff, 0xff00000000000000, 0x5555555555555555, 0xaaaaaaaaaaaaaaaa,
	0x0606060606060606, 0xfff, 0xfffffffffffff000, 0xc0000000, 0x40000000,
};

static unsigned int nr_values(unsigned int width)
{
	return 2 * 8 * width + ARRAY_SIZE(edges) + 2;
}

static uint64_t value_of(unsigned int width, unsigned int i, uint64_t good)
{
	unsigned int bits = 8 * width;

	if (i < bits)
		return 1ULL << i;
	i -= bits;
	if (i < bits)
		return good ^ 1ULL << i;
	i -= bits;
	if (i < ARRAY_SIZE(edges))
		return edges[i];
	return i == ARRAY_SIZE(edges) ? good + 1 : good - 1;
}

static int apply_group(struct machine *m, const struct target *t, const void *data)
{
	return vcpu_set_group(m->vcpu, t->group, data, t->len);
}

static int apply_run_page(struct machine *m, const struct target *t, const void *data)
{
	memcpy(&m->run->in, data, t->len);
	return 0;
}

static int apply_inject(struct machine *m, const struct target *t, const void *data)
{
	(void)t;
	return xioctl(m->vcpu, AXVCPU_INJECT, data);
}

static int apply_debug(struct machine *m, const struct target *t, const void *data)
{
	(void)t;
	return xioctl(m->vcpu, AXVCPU_SET_DEBUG, data);
}

static int apply_refuse(struct machine *m, const struct target *t, const void *data)
{
	(void)t;
	machine_run(m);		/* its exit is what can be refused */
	return xioctl(m->vcpu, AXVCPU_REFUSE, data);
}

static int apply_translate(struct machine *m, const struct target *t, const void *data)
{
	struct axvcpu_translate tr;

	(void)t;
	memcpy(&tr, data, sizeof(tr));
	return xioctl(m->vcpu, AXVCPU_TRANSLATE, &tr);
}

static void add_target(struct wild *w, const char *name, const void *good, uint32_t len,
		       int (*apply)(struct machine *, const struct target *, const void *))
{
	struct target *t = &w->target[w->nr_targets++];

	if (w->nr_targets == MAX_TARGETS)
		tap_bail("more groups than there is room for");
	snprintf(t->name, sizeof(t->name), "%s", name);
	t->len = len;
	t->good = malloc(len + 8);
	t->apply = apply;
	memcpy(t->good, good, len);
}

/* The groups, as GET_STATE lists them. */
static void add_groups(struct wild *w)
{
	const struct axvcpu_state_record *rec;
	uint32_t at;
	char name[16];

	for (at = 0; at < w->state_len; at += sizeof(*rec) + (rec->size + 7) / 8 * 8) {
		rec = (void *)(w->state + at);
		snprintf(name, sizeof(name), "group %u", rec->id);
		add_target(w, name, rec + 1, rec->size, apply_group);
		w->target[w->nr_targets - 1].group = rec->id;
	}
}

static void add_commands(struct wild *w)
{
	const struct axvcpu_run_in in = { 0 };
	const struct axvcpu_inject irq = { .size = sizeof(irq), .vector = 0x80 };
	const struct axvcpu_inject exception = {
		.size = sizeof(exception), .type = AXVCPU_INJECT_EXCEPTION, .vector = 14,
		.flags = AXVCPU_EVENT_HAS_ERROR | AXVCPU_EVENT_HAS_ADDRESS,
	};
	const struct axvcpu_debug debug = { .size = sizeof(debug) };
	const struct axvcpu_refuse refuse = { .size = sizeof(refuse), .vector = 6 };
	const struct axvcpu_translate tr = { .size = sizeof(tr), .gva = GUEST_CODE };

	add_target(w, "run page", &in, sizeof(in), apply_run_page);
	add_target(w, "INJECT", &irq, sizeof(irq), apply_inject);
	add_target(w, "INJECT", &exception, sizeof(exception), apply_inject);
	add_target(w, "SET_DEBUG", &debug, sizeof(debug), apply_debug);
	add_target(w, "REFUSE", &refuse, sizeof(refuse), apply_refuse);
	add_target(w, "TRANSLATE", &tr, sizeof(tr), apply_translate);
}

/*
 * A guest whose PC is wild should end soon. Sliding through zeroes, which are stores on some
 * processors, takes an emulator that translates code for ever.
 */
static void fill_ram(struct wild *w)
{
	uint64_t end = GUEST_CODE + (w->base->guest->end - w->base->guest->start);

	memset(w->m.ram, wild_fill, PAGE_SIZE);
	memset(w->m.ram + end, wild_fill, GUEST_TRAPS - end);
	memset(w->m.ram + GUEST_DATA, wild_fill, GUEST_RAM_SIZE - GUEST_DATA);
}

static void wild_start(struct wild *w)
{
	machine_ready(&w->m, w->base->guest);
	fill_ram(w);
	if (w->base->prepare)
		w->base->prepare(&w->m);
	w->state_len = ROOM;
	if (vcpu_get_state(w->m.vcpu, AXVCPU_GROUP_ALL, w->state, &w->state_len))
		tap_bail("GET_STATE");
	w->ram = host_pages(KEPT_RAM);
	memcpy(w->ram, w->m.ram, KEPT_RAM);
}

static const char *widths_of(uint32_t group)
{
	const struct wild_layout *l;

	for (l = wild_layouts; l->widths; l++)
		if (l->group == group)
			return l->widths;
	return group ? "8" : "4";
}

/* All values of all members of a target; counted only if there is no room yet. */
static unsigned long add_shots(unsigned int machine, unsigned int target)
{
	const struct target *t = &wild[machine].target[target];
	const char *widths = widths_of(t->group), *next = widths;
	unsigned int width, i;
	unsigned long count = 0;
	uint32_t at;

	for (at = 0; at < t->len; at += width) {
		width = *next - '0';
		if (!*++next)
			next = widths;
		if (wild_spared(t->group, at))
			continue;
		for (i = 0; i < nr_values(width); i++, count++)
			if (shots)
				shots[nr_shots++] = (struct shot) { machine, target, width, i, at };
	}
	return count;
}

static unsigned long all_shots(void)
{
	unsigned long count = 0;
	unsigned int i, j;

	for (i = 0; i < nr_wild; i++)
		for (j = 0; j < wild[i].nr_targets; j++)
			count += add_shots(i, j);
	return count;
}

static uint64_t next_random(void)
{
	static uint64_t x = 0x9e3779b97f4a7c15;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

/* The same order each time, but no order: a short campaign takes of everything. */
static void shuffle(void)
{
	unsigned long i, j;

	for (i = nr_shots - 1; i; i--) {
		struct shot s = shots[i];

		j = next_random() % (i + 1);
		shots[i] = shots[j];
		shots[j] = s;
	}
}

/* One value has brought everything to a halt: which? */
static void stuck(int sig)
{
	static const char text[] = "\nBail out! it hangs: ";

	(void)sig;
	if (write(STDOUT_FILENO, text, sizeof(text) - 1) < 0 ||
	    write(STDOUT_FILENO, now, strlen(now)) < 0 || write(STDOUT_FILENO, "\n", 1) < 0)
		_exit(2);
	_exit(EXIT_FAILURE);
}

static int fire(struct wild *w, const struct shot *s)
{
	const struct target *t = &w->target[s->target];
	uint64_t value = 0;
	uint8_t *data = malloc(t->len + 8);
	int ret;

	snprintf(now, sizeof(now), "%s: %s, offset %u, value %u of %u bytes", w->base->name,
		 t->name, s->offset, s->value, s->width);
	if (getenv("AXVCPU_WILD_VERBOSE")) {
		tap_note("%s", now);
		tcdrain(STDOUT_FILENO);		/* it may be the last words of the machine */
	}
	memcpy(data, t->good, t->len);
	memcpy(&value, data + s->offset, s->width);
	value = value_of(s->width, s->value, value);
	memcpy(data + s->offset, &value, s->width);
	ret = t->apply(&w->m, t, data);
	free(data);
	return ret;
}

/* Addresses in either half, as whatever the guest's tables are now has them. */
static void translate(struct machine *m)
{
	static const uint64_t gva[] = { 0, ~0xfffULL, GUEST_CODE, 0x123456789000, 1ULL << 55 };
	struct axvcpu_translate tr = { .size = sizeof(tr) };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gva); i++) {
		tr.access = AXVCPU_ACCESS_READ;
		tr.gva = gva[i];
		xioctl(m->vcpu, AXVCPU_TRANSLATE, &tr);
	}
}

/* RUN twice, from wherever the value has brought the guest. */
static void run_briefly(struct wild *w, const struct shot *s)
{
	bool page = w->target[s->target].apply == apply_run_page;
	unsigned int i;
	int ret;

	for (i = 0; i < 2; i++) {
		if (!page)
			w->m.run->in.budget_ns = RUN_NS;
		ret = vcpu_run(w->m.vcpu);
		runs++;
		if (ret && ret != -EINTR && !(page && ret == -EINVAL))
			note_bad("RUN", ret);
	}
}

/* What GET_STATE gives SET_STATE takes, however the guest came to it. */
static void save_restore(struct wild *w)
{
	static uint8_t state[ROOM];
	uint32_t len = sizeof(state);
	int ret;

	ret = vcpu_get_state(w->m.vcpu, AXVCPU_GROUP_ALL, state, &len);
	if (!ret)
		ret = vcpu_set_state(w->m.vcpu, state, len);
	if (ret)
		note_bad("GET_STATE and SET_STATE of it", ret);
}

static void restore(struct wild *w)
{
	const struct axvcpu_debug none = { .size = sizeof(none) };
	struct machine *m = &w->m;
	uint64_t value = 0;
	unsigned long at;
	int ret;

	memset(&m->run->in, 0, sizeof(m->run->in));
	for (at = 0; at < KEPT_RAM; at += PAGE_SIZE)
		if (memcmp(m->ram + at, w->ram + at, PAGE_SIZE))
			memcpy(m->ram + at, w->ram + at, PAGE_SIZE);
	ret = vcpu_set_debug(m->vcpu, &none);
	if (!ret)
		ret = vcpu_set_state(m->vcpu, w->state, w->state_len);
	if (ret)
		note_bad("the good state", ret);
	if (vcpu_state(m->vcpu) == AXVCPU_STATE_READY) {
		machine_run(m);
		if (!arch_is_report(m, &value) || value != WILD_REPORT)
			note_bad("the good guest", m->run->out.reason);
		return;
	}
	note_bad("the vCPU's state", vcpu_state(m->vcpu));
	machine_fini(m);
	munmap(w->ram, KEPT_RAM);
	wild_start(w);
}

/* How many members are wild at once: the first that is taken decides whether to go on. */
static void shoot(const struct shot *s, unsigned int count)
{
	struct wild *w = &wild[s->machine];
	unsigned int i;

	alarm(STUCK_SECONDS);
	if (fire(w, s)) {
		refused++;
		return;
	}
	for (i = 1; i < count; i++) {
		const struct shot *other = &shots[next_random() % nr_shots];

		if (other->machine == s->machine && other->target != s->target &&
		    w->target[other->target].group)
			fire(w, other);
	}
	translate(&w->m);
	run_briefly(w, s);
	save_restore(w);
	restore(w);
}

static void prepare(void)
{
	const struct wild_base *base;
	struct wild *w;

	for (base = wild_bases; base->guest; base++) {
		w = &wild[nr_wild++];
		w->base = base;
		wild_start(w);
		add_groups(w);
		add_commands(w);
	}
	shots = calloc(all_shots(), sizeof(*shots));
	all_shots();
	shuffle();
}

void wild_campaign(unsigned int seconds, unsigned long values)
{
	uint64_t end = now_ms() + scaled(1000 * seconds);
	unsigned long i, combined = 0;

	prepare();
	if (values > nr_shots)
		values = nr_shots;
	signal(SIGALRM, stuck);
	for (i = 0; i < values && now_ms() < end; i++)
		shoot(&shots[i], 1);
	while (i == nr_shots && now_ms() < end) {
		shoot(&shots[next_random() % nr_shots], 2 + combined % 4);
		combined++;
	}
	watchdog(60);
	tap_ok(runs > 0, "%lu of %lu values, %lu combinations of them: %lu refused, %lu RUNs",
	       i, nr_shots, combined, refused, runs);
	tap_is(bad, 0, "each time the guest was as good as new");
	for (i = 0; i < nr_wild; i++)
		machine_fini(&wild[i].m);
}
