// SPDX-License-Identifier: GPL-2.0-only
/* Every command in every state: what is not allowed gives -EBADFD and changes nothing. */

#include "harness.h"

DECLARE_GUEST(spin, MODE_NATIVE);
DECLARE_GUEST(halt, MODE_NATIVE);

#define BIT_OF(state)	(1U << AXVCPU_STATE_##state)
#define SETTLED		(BIT_OF(CREATED) | BIT_OF(FREE) | BIT_OF(READY))
#define EVERY		(~0U)

static struct axvcpu_state_events events;

static int do_get_state(int vcpu)
{
	return vcpu_get_group(vcpu, AXVCPU_GROUP_EVENTS, &events, sizeof(events));
}

static int do_set_state(int vcpu)
{
	return vcpu_set_group(vcpu, AXVCPU_GROUP_EVENTS, &events, sizeof(events));
}

static int do_set_debug(int vcpu)
{
	struct axvcpu_debug debug = { 0 };

	return vcpu_set_debug(vcpu, &debug);
}

static int do_translate(int vcpu)
{
	struct axvcpu_translate tr = {
		.size = sizeof(tr), .access = AXVCPU_ACCESS_READ, .gva = GUEST_CODE,
	};

	return xioctl(vcpu, AXVCPU_TRANSLATE, &tr);
}

static int do_refuse(int vcpu)
{
	return vcpu_refuse(vcpu, 6, 0, 0);
}

static int do_inject(int vcpu)
{
	return vcpu_inject(vcpu, AXVCPU_INJECT_IRQ_CLEAR, 0x80);
}

static int do_info(int vcpu)
{
	struct axvcpu_vcpu_info info;

	return vcpu_info(vcpu, &info);
}

static int do_stats(int vcpu)
{
	vcpu_stat(vcpu, AXVCPU_STAT_RUN);
	return 0;
}

static int do_failure(int vcpu)
{
	struct axvcpu_failure failure = { .size = sizeof(failure) };

	return xioctl(vcpu, AXVCPU_GET_FAILURE, &failure);
}

/*
 * The rule, command by command: the states it is allowed in, what it gives there
 * when this program calls it, what it gives in the others. Those that lead out
 * of a state are not tried where they are allowed.
 */
static const struct rule {
	const char *name;
	int (*call)(int vcpu);
	uint32_t states;
	int result;
	bool leaves;
	int otherwise;
} rules[] = {
	{ "VCPU_INFO", do_info, EVERY, 0, false },
	{ "GET_STATS", do_stats, EVERY, 0, false },
	{ "GET_FAILURE", do_failure, SETTLED | BIT_OF(INVALID), 0, false, -EBUSY },
	{ "GET_STATE", do_get_state, SETTLED, 0, false },
	{ "SET_STATE", do_set_state, SETTLED, 0, false },
	{ "SET_DEBUG", do_set_debug, SETTLED, 0, false },
	{ "TRANSLATE", do_translate, SETTLED, 0, false },
	{ "INJECT", do_inject, ~(BIT_OF(CREATED) | BIT_OF(INVALID)), 0, false },
	{ "REFUSE", do_refuse, BIT_OF(READY), -EINVAL, false },
	{ "SETUP", vcpu_setup, BIT_OF(CREATED), 0, true },
	{ "BIND", vcpu_bind, BIT_OF(FREE), 0, true },
	{ "RUN", vcpu_run, BIT_OF(READY), 0, true },
	{ "UNBIND", vcpu_unbind, BIT_OF(READY), 0, true },
	{ "RESET", vcpu_reset, BIT_OF(CREATED) | BIT_OF(FREE), 0, true },
};

static bool needs_owner(const struct rule *rule)
{
	return rule->call == vcpu_run || rule->call == vcpu_unbind;
}

/* @foreign: the caller is not the owner, and there is one. */
static void try_all(int vcpu, bool foreign)
{
	uint32_t state = vcpu_state(vcpu);
	struct axvcpu_vcpu_info before, after;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		const struct rule *rule = &rules[i];
		bool allowed = rule->states & (1U << state);
		int want = allowed ? rule->result : rule->otherwise ?: -EBADFD;

		if (allowed && rule->leaves)
			continue;
		if (foreign && needs_owner(rule))
			want = -EPERM;
		vcpu_info(vcpu, &before);
		tap_is(rule->call(vcpu), want, "%s: %s", state_name(state), rule->name);
		vcpu_info(vcpu, &after);
		if (after.state != state || after.owner != before.owner ||
		    after.activity != before.activity)
			tap_ok(false, "%s: %s changed something", state_name(state),
			       rule->name);
	}
}

static void while_running(const struct guest *guest, uint32_t state)
{
	struct machine m;
	struct runner r = { .m = &m, .cpu = -1 };

	machine_init(&m, guest);
	runner_start(&r);
	if (!WAIT_FOR(vcpu_state(m.vcpu) == state, 5000))
		tap_bail("the vCPU did not become %s", state_name(state));
	try_all(m.vcpu, true);
	tap_is(runner_stop(&r), 0, "%s: the guest was not disturbed", state_name(state));
	machine_fini(&m);
}

void test(void)
{
	struct machine m;
	int created;

	machine_init(&m, &guest_spin);
	created = vcpu_create(m.vm, 1);
	if (created < 0)
		tap_bail("VM_CREATE_VCPU: %s", strerror(-created));
	do_get_state(created);
	try_all(created, false);
	try_all(m.vcpu, false);
	if (vcpu_bind(m.vcpu))
		tap_bail("BIND");
	try_all(m.vcpu, false);
	close(created);
	machine_fini(&m);

	while_running(&guest_spin, AXVCPU_STATE_RUNNING);
	while_running(&guest_halt, AXVCPU_STATE_BLOCKED);
}
