// SPDX-License-Identifier: GPL-2.0-only
/* Interrupts by list registers. */

#include "../harness.h"

DECLARE_GUEST(irq, MODE_NATIVE);
DECLARE_GUEST(irq_wait, MODE_NATIVE);

static bool pending(struct machine *m, unsigned int intid)
{
	struct axvcpu_state_events ev;

	if (vcpu_get_group(m->vcpu, AXVCPU_GROUP_EVENTS, &ev, sizeof(ev)) < 0)
		tap_bail("GET_STATE of the events");
	return ev.irq_pending[intid / 64] >> (intid % 64) & 1;
}

static void inject(struct machine *m, unsigned int intid)
{
	if (vcpu_inject(m->vcpu, AXVCPU_INJECT_IRQ, intid))
		tap_bail("INJECT of %u", intid);
}

static void one(void)
{
	struct trap_record *t;
	struct machine m;

	machine_ready(&m, &guest_irq);
	inject(&m, 40);
	tap_ok(pending(&m, 40), "pending before the guest runs");
	machine_report(&m);
	tap_ok(pending(&m, 40), "pending while it is masked");
	t = machine_trap(&m);
	tap_is(t->kind, 1, "an interrupt");
	tap_is(t->intid, 40, "its number");
	tap_ok(!pending(&m, 40), "not pending any more");
	tap_is(vcpu_inject(m.vcpu, AXVCPU_INJECT_NMI, 0), -EINVAL, "there are no NMIs");
	tap_is(vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ, 256), -EINVAL, "nor 256");
	machine_fini(&m);
}

/* More than there are list registers: the CPU was to tell when they have room again. */
static void withdrawn(void)
{
	unsigned int i, cleared = 0;
	struct machine m;
	uint64_t before;

	machine_ready(&m, &guest_irq);
	for (i = 50; i < 60; i++)
		inject(&m, i);
	machine_report(&m);
	for (i = 50; i < 60; i++)
		cleared += !vcpu_inject(m.vcpu, AXVCPU_INJECT_IRQ_CLEAR, i);
	tap_is(cleared, 10, "IRQ_CLEAR");
	before = vcpu_stat(m.vcpu, AXVCPU_STAT_HANDLED_IRQ);
	m.run->in.budget_ns = 20000000;
	machine_exits(&m, AXVCPU_EXIT_DEADLINE, "withdrawn: nothing arrives");
	tap_ok(vcpu_stat(m.vcpu, AXVCPU_STAT_HANDLED_IRQ) - before < 1000,
	       "and the CPU tells no more");
	machine_fini(&m);
}

/* More than there are list registers: all arrive, each once. */
static void many(void)
{
	bool seen[256] = { false };
	unsigned int i, right = 0;
	struct trap_record *t;
	struct machine m;

	machine_ready(&m, &guest_irq);
	for (i = 0; i < 20; i++)
		inject(&m, 32 + 7 * i);
	machine_report(&m);
	for (i = 0; i < 20; i++) {
		t = machine_trap(&m);
		if (t->intid < 256 && !seen[t->intid] && (t->intid - 32) % 7 == 0)
			right++;
		seen[t->intid & 255] = true;
	}
	tap_is(right, 20, "twenty at once");
	m.run->in.budget_ns = 20000000;
	machine_exits(&m, AXVCPU_EXIT_DEADLINE, "and no more");
	machine_fini(&m);
}

static void wakes(void)
{
	struct runner r = { .cpu = -1 };
	struct machine m;
	uint64_t *count;

	machine_init(&m, &guest_irq_wait);
	count = (uint64_t *)(m.ram + GUEST_DATA);
	r.m = &m;
	runner_start(&r);
	runner_join(&r);
	tap_is(r.reason, AXVCPU_EXIT_HYPERCALL, "the guest is ready");
	runner_start(&r);
	tap_ok(WAIT_FOR(vcpu_state(m.vcpu) == AXVCPU_STATE_BLOCKED, 5000), "Blocked");
	inject(&m, 33);
	runner_join(&r);
	tap_is(m.run->out.hypercall.imm, CALL_TRAP, "it woke for the interrupt");
	tap_is(machine_record(&m)->intid, 33, "which is this");
	tap_is(*count, 0, "before it went on");
	machine_fini(&m);
}

void test(void)
{
	one();
	withdrawn();
	many();
	wakes();
}
