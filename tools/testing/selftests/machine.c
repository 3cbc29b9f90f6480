// SPDX-License-Identifier: GPL-2.0-only
/* A VM with memory, a vCPU and a guest; a thread to run it. */

#include <sched.h>
#include <sys/syscall.h>

#include "harness.h"

static void must(int ret, const char *what)
{
	if (ret < 0)
		tap_bail("%s: %s", what, strerror(-ret));
}

uint8_t *machine_memory(struct machine *m, uint64_t gpa, size_t len)
{
	uint8_t *p = host_pages(len);

	must(vm_map(m->vm, gpa, len, p, MEM_RWX), "VM_MAP");
	return p;
}

static void add_vcpu(struct machine *m, uint32_t id, const struct guest *guest,
		     uint64_t code)
{
	m->vcpu = vcpu_create(m->vm, id);
	must(m->vcpu, "VM_CREATE_VCPU");
	m->run = vcpu_map_run(m->vcpu);
	m->regs = (struct arch_regs *)m->run->regs;
	m->mode = guest->mode;
	memcpy(m->ram + code, guest->start, guest->end - guest->start);
	arch_start(m, guest, code);
}

void machine_init(struct machine *m, const struct guest *guest)
{
	m->dev = dev_open();
	m->vm = vm_create(m->dev);
	must(m->vm, "CREATE_VM");
	m->ram = machine_memory(m, 0, GUEST_RAM_SIZE);
	add_vcpu(m, 0, guest, GUEST_CODE);
}

void machine_vcpu(struct machine *m, const struct machine *of, uint32_t id,
		  const struct guest *guest, uint64_t code)
{
	m->dev = -1;
	m->vm = of->vm;
	m->ram = of->ram;
	add_vcpu(m, id, guest, code);
}

void machine_ready(struct machine *m, const struct guest *guest)
{
	machine_init(m, guest);
	must(vcpu_bind(m->vcpu), "BIND");
}

void machine_fini(struct machine *m)
{
	munmap(m->run, AXVCPU_RUN_PAGE_SIZE);
	close(m->vcpu);
	if (m->dev < 0)
		return;
	close(m->vm);
	close(m->dev);
	munmap(m->ram, GUEST_RAM_SIZE);
}

uint32_t machine_run(struct machine *m)
{
	do {
		must(vcpu_run(m->vcpu), "RUN");
	} while (m->run->out.reason == AXVCPU_EXIT_NOTHING);
	return m->run->out.reason;
}

void machine_halts(struct machine *m)
{
	unsigned int tries = 0;

	m->run->in.budget_ns = 5000000;
	do {
		if (machine_run(m) != AXVCPU_EXIT_DEADLINE || tries++ == 1000)
			tap_bail("the guest does not halt: exit %s",
				 reason_name(m->run->out.reason));
	} while (m->run->out.activity != AXVCPU_ACTIVITY_HALTED);
	m->run->in.budget_ns = 0;
}

static void note_exit(const struct machine *m)
{
	const struct axvcpu_run_out *out = &m->run->out;
	unsigned int i;

	tap_note("  exit %s, raw %#llx %#llx %#llx, PC %#llx", reason_name(out->reason),
		 out->raw.reason, out->raw.info[0], out->raw.info[1], out->raw.insn_pc);
	for (i = 0; i < 8; i++)
		if (out->payload[i])
			tap_note("  payload[%u] %#llx", i, out->payload[i]);
	if (out->reason == AXVCPU_EXIT_FAIL_ENTRY)
		tap_note("  rule: %.*s", AXVCPU_RULE_MAX, out->fail_entry.rule);
}

bool machine_exits(struct machine *m, uint32_t reason, const char *what)
{
	bool pass = machine_run(m) == reason;

	tap_ok(pass, "%s: exit %s", what, reason_name(reason));
	if (!pass)
		note_exit(m);
	return pass;
}

uint64_t machine_report(struct machine *m)
{
	uint64_t value;

	machine_run(m);
	if (!arch_is_report(m, &value)) {
		note_exit(m);
		tap_bail("the guest did not report");
	}
	return value;
}

static bool go_on(struct runner *r)
{
	if (r->ret == -EINTR)
		return !READ_ONCE(r->stop);
	if (r->ret)
		return false;
	if (r->reason != AXVCPU_EXIT_STOPPED && r->reason != AXVCPU_EXIT_NOTHING)
		return false;
	return !READ_ONCE(r->stop);
}

static void *runner_thread(void *arg)
{
	struct runner *r = arg;
	bool more;

	if (r->cpu >= 0)
		pin(r->cpu);
	must(vcpu_bind(r->m->vcpu), "BIND");
	WRITE_ONCE(r->tid, syscall(SYS_gettid));
	do {
		r->ret = vcpu_run(r->m->vcpu);
		r->reason = r->m->run->out.reason;
		if (!r->ret && r->reason == AXVCPU_EXIT_STOPPED)
			WRITE_ONCE(r->stops, r->stops + 1);
		more = r->on_exit ? r->on_exit(r) : go_on(r);
	} while (more);
	must(vcpu_unbind(r->m->vcpu), "UNBIND");
	WRITE_ONCE(r->done, true);
	return NULL;
}

void runner_start(struct runner *r)
{
	r->tid = 0;
	r->stop = false;
	r->done = false;
	if (pthread_create(&r->thread, NULL, runner_thread, r))
		tap_bail("cannot start a thread");
	while (!READ_ONCE(r->tid))
		sched_yield();
}

int runner_join(struct runner *r)
{
	pthread_join(r->thread, NULL);
	return r->ret;
}

int runner_stop(struct runner *r)
{
	WRITE_ONCE(r->stop, true);
	while (!READ_ONCE(r->done)) {
		vcpu_kick(r->m->vcpu);
		usleep(1000);
	}
	return runner_join(r);
}
