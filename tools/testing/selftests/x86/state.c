// SPDX-License-Identifier: GPL-2.0-only
/* GET_STATE and SET_STATE: every group, round and round, and into another vCPU. */

#include "harness.h"

DECLARE_GUEST(fill, MODE_LONG);
DECLARE_GUEST(fpu, MODE_LONG);

#define ROOM	65536

static const struct {
	uint32_t id;
	uint32_t size;		/* 0: varies */
	const char *name;
} groups[] = {
	{ AXVCPU_GROUP_REGS, sizeof(struct axvcpu_x86_regs), "REGS" },
	{ AXVCPU_GROUP_EVENTS, sizeof(struct axvcpu_state_events), "EVENTS" },
	{ AXVCPU_X86_GROUP_SEGMENTS, sizeof(struct axvcpu_x86_segments), "SEGMENTS" },
	{ AXVCPU_X86_GROUP_CONTROL, sizeof(struct axvcpu_x86_control), "CONTROL" },
	{ AXVCPU_X86_GROUP_DEBUG, sizeof(struct axvcpu_x86_debug), "DEBUG" },
	{ AXVCPU_X86_GROUP_MSRS, 0, "MSRS" },
	{ AXVCPU_X86_GROUP_XSAVE, 0, "XSAVE" },
	{ AXVCPU_X86_GROUP_CPUID, 0, "CPUID" },
};

static void *get_all(struct machine *m, uint32_t *len)
{
	void *buf = calloc(1, ROOM);

	*len = ROOM;
	if (vcpu_get_state(m->vcpu, AXVCPU_GROUP_ALL, buf, len))
		tap_bail("GET_STATE of everything");
	return buf;
}

static const struct axvcpu_state_record *find(const void *buf, uint32_t len, uint32_t id)
{
	const struct axvcpu_state_record *rec;
	uint32_t at = 0;

	while (at + sizeof(*rec) <= len) {
		rec = (const void *)((const char *)buf + at);
		if (rec->id == id)
			return rec;
		at += sizeof(*rec) + ((rec->size + 7) & ~7U);
	}
	return NULL;
}

static void all_groups(void)
{
	const struct axvcpu_state_record *rec;
	struct machine m;
	uint32_t len, one;
	unsigned int i;
	char *all, *single = calloc(1, ROOM);

	machine_ready(&m, &guest_fill);
	all = get_all(&m, &len);
	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		rec = find(all, len, groups[i].id);
		if (!tap_ok(rec, "%s is there", groups[i].name))
			continue;
		if (groups[i].size)
			tap_is(rec->size, groups[i].size, "%s: its size", groups[i].name);
		one = ROOM;
		tap_is(vcpu_get_state(m.vcpu, groups[i].id, single, &one), 0, "%s alone",
		       groups[i].name);
		tap_ok(one >= sizeof(*rec) + rec->size &&
		       !memcmp(rec, single, sizeof(*rec) + rec->size), "%s: is the same",
		       groups[i].name);
		tap_is(vcpu_set_state(m.vcpu, single, one), 0, "%s: SET_STATE",
		       groups[i].name);
	}
	one = 8;
	tap_is(vcpu_get_state(m.vcpu, AXVCPU_GROUP_ALL, single, &one), -ENOSPC, "no room");
	tap_is(one, len, "says how much there is");
	free(single);
	free(all);
	machine_fini(&m);
}

/* Everything back to where it came from changes nothing, not even for the guest. */
static void round_trip(void)
{
	struct machine m;
	uint32_t len, again;
	void *before, *after;

	machine_ready(&m, &guest_fpu);
	m.regs->RDI = 0x42;
	m.regs->RSI = GUEST_DATA;
	m.regs->RDX = 0;
	m.regs->RCX = 3;
	m.regs->R10 = 10;
	tap_is(machine_report(&m), 0, "a guest with FPU state");
	vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 0x99);
	before = get_all(&m, &len);
	tap_is(vcpu_set_state(m.vcpu, before, len), 0, "SET_STATE of everything");
	after = get_all(&m, &again);
	tap_is(again, len, "as many bytes");
	tap_ok(!memcmp(before, after, len), "the same bytes");
	tap_is(machine_report(&m), 0, "the guest did not notice");
	free(before);
	free(after);
	machine_fini(&m);
}

/* A guest stopped anywhere goes on in another vCPU as if nothing had happened. */
static void into_another(void)
{
	struct machine a, b;
	struct axvcpu_x86_regs end_a;
	uint32_t len;
	void *state;
	const uint64_t size = 0x40000;

	machine_ready(&a, &guest_fill);
	arch_set_arg(&a, 0, GUEST_DATA);
	arch_set_arg(&a, 1, size);
	arch_set_arg(&a, 2, 0x123456789abcdef);
	a.run->in.budget_ns = 1000;
	if (machine_run(&a) != AXVCPU_EXIT_DEADLINE)
		tap_note("the guest was done before it could be stopped");
	a.run->in.budget_ns = 0;
	vcpu_inject(a.vcpu, AXVCPU_INJECT_IRQ, 0x77);
	state = get_all(&a, &len);

	machine_ready(&b, &guest_fill);
	memcpy(b.ram, a.ram, GUEST_RAM_SIZE);
	vcpu_unbind(b.vcpu);
	tap_is(vcpu_set_state(b.vcpu, state, len), 0, "SET_STATE of another's state");
	vcpu_bind(b.vcpu);
	tap_is(machine_report(&a), 0, "the original ends");
	tap_is(machine_report(&b), 0, "the copy ends");
	end_a = *a.regs;
	tap_ok(!memcmp(&end_a, b.regs, sizeof(end_a)), "with the same registers");
	tap_ok(!memcmp(a.ram, b.ram, GUEST_RAM_SIZE), "and the same memory");
	free(state);
	state = get_all(&b, &len);
	tap_is(((const struct axvcpu_state_events *)(find(state, len, AXVCPU_GROUP_EVENTS) + 1))
	       ->irq_pending[1], 1ULL << (0x77 - 64), "pending events come along");
	free(state);
	machine_fini(&a);
	machine_fini(&b);
}

void test(void)
{
	all_groups();
	round_trip();
	into_another();
}
