// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fake backend's operations, but for those that run the guest. Each checks
 * that it is called where core/ops.h says: a broken promise counts in
 * @fake.broken, and every suite ends by looking there.
 */
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/slab.h>

#include "../core/core.h"
#include "fake_parts.h"

struct fake fake;

static DEFINE_PER_CPU(bool, fake_enabled);
static DEFINE_PER_CPU(int, fake_resident);

const char *const fake_call_name[FAKE_NR] = {
	[FAKE_HARDWARE_ENABLE] = "hardware_enable",
	[FAKE_HARDWARE_DISABLE] = "hardware_disable",
	[FAKE_VM_CREATE] = "vm_create",
	[FAKE_VM_DESTROY] = "vm_destroy",
	[FAKE_CREATE] = "create",
	[FAKE_DESTROY] = "destroy",
	[FAKE_RESET] = "reset",
	[FAKE_SET_ENTRY] = "set_entry",
	[FAKE_SET_STAGE2_ROOT] = "set_stage2_root",
	[FAKE_SETUP] = "setup",
	[FAKE_BIND] = "bind",
	[FAKE_UNBIND] = "unbind",
	[FAKE_LOAD] = "load",
	[FAKE_UNLOAD] = "unload",
	[FAKE_ENTER] = "enter",
	[FAKE_LEAVE] = "leave",
	[FAKE_READ_REGS] = "read_regs",
	[FAKE_WRITE_REGS] = "write_regs",
	[FAKE_RUN] = "run",
	[FAKE_HANDLE_EXIT] = "handle_exit",
	[FAKE_COMPLETE] = "complete",
	[FAKE_EXPLAIN_FAULT] = "explain_fault",
	[FAKE_FILL_RAW] = "fill_raw",
	[FAKE_SET_GPR] = "set_gpr",
	[FAKE_SET_RETURN_VALUE] = "set_return_value",
	[FAKE_CHECK_EVENT] = "check_event",
	[FAKE_SET_PC] = "set_pc",
	[FAKE_SET_DEBUG] = "set_debug",
	[FAKE_TRANSLATE] = "translate",
};

/* What the tests ask of it. */

void fake_forget(void)
{
	memset(fake.count, 0, sizeof(fake.count));
	memset(fake.log, 0, sizeof(fake.log));
	atomic_set(&fake.logged, 0);
	fake.fail = FAKE_NR;
	fake.fail_cpu = -1;
	fake.error = 0;
	fake.host = false;
	fake.hook = NULL;
	atomic_set(&fake.skip, 0);
	atomic_set(&fake.broken, 0);
	fake.breach = NULL;
	atomic_set(&fake.lost, 0);
	fake.ends_budget = false;
	fake.somebody = false;
	fake.counter_shift = 0;
}

void fake_fail(enum fake_call call, unsigned int skip, int error)
{
	fake.fail = call;
	atomic_set(&fake.skip, skip);
	WRITE_ONCE(fake.error, error);
}

void fake_on(enum fake_call call, void (*hook)(void *arg), void *arg)
{
	fake.hook_call = call;
	fake.hook_arg = arg;
	WRITE_ONCE(fake.hook, hook);
}

int fake_when(enum fake_call call, unsigned int n)
{
	int i, end = min(atomic_read(&fake.logged), FAKE_LOG_SIZE);

	for (i = 0; i < end; i++) {
		if (fake.log[i] == call && !n--)
			return i;
	}
	return -1;
}

bool fake_all_off(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		if (per_cpu(fake_enabled, cpu))
			return false;
	}
	return true;
}

/* The watch. */

void fake_promise(bool kept, const char *words)
{
	if (likely(kept))
		return;
	if (atomic_inc_return(&fake.broken) == 1)
		WRITE_ONCE(fake.breach, words);
}

int fake_note(enum fake_call call)
{
	int n = atomic_inc_return(&fake.logged) - 1;
	int error = READ_ONCE(fake.error);
	void (*hook)(void *arg);

	atomic_inc(&fake.count[call]);
	if (n < FAKE_LOG_SIZE)
		fake.log[n] = call;
	if (READ_ONCE(fake.hook) && call == fake.hook_call) {
		hook = xchg(&fake.hook, NULL);
		if (hook)
			hook(fake.hook_arg);
	}
	if (!error || call != fake.fail)
		return 0;
	if (fake.fail_cpu >= 0 && fake.fail_cpu != raw_smp_processor_id())
		return 0;
	if (atomic_dec_if_positive(&fake.skip) >= 0)
		return 0;
	return xchg(&fake.error, 0);
}

void fake_report(struct axvcpu_vcpu *vcpu, enum fake_call call, int error)
{
	axvcpu_vcpu_fail(vcpu, error, FAKE_FAIL_RAW0, FAKE_FAIL_RAW1, fake_call_name[call],
			 FAKE_FAIL_TEXT);
}

int fake_note_vcpu(enum fake_call call, struct axvcpu_vcpu *vcpu)
{
	int error = fake_note(call);

	if (error && fake.host)
		fake_report(vcpu, call, error);
	return error;
}

void fake_claimed(struct axvcpu_vcpu *vcpu)
{
	fake_promise(atomic_read(&vcpu->state) & AXVCPU_CLAIMED, "the claim is held");
}

void fake_sleepable(struct axvcpu_vcpu *vcpu)
{
	might_sleep();
	fake_claimed(vcpu);
}

void fake_on_cpu(struct axvcpu_vcpu *vcpu)
{
	bool pinned = !preemptible();

	fake_promise(pinned, "preemption is off");
	fake_promise(!in_interrupt(), "no interrupt handler calls");
	fake_claimed(vcpu);
	if (pinned)
		fake_promise(axvcpu_get_current_vcpu() == vcpu,
			     "the vCPU is this CPU's current one");
}

/* The whole module and the CPUs. */

static int fake_init(void)
{
	fake_forget();
	return 0;
}

static void fake_fini(void)
{
	fake_promise(fake_all_off(), "hardware virtualization is off at the end");
}

static void fake_info(struct axvcpu_info *info)
{
	info->features |= AXVCPU_FEATURE_HUGE_2M;
	info->gpa_bits = fake_pt_format.gpa_bits;
}

static unsigned int fake_caps(struct axvcpu_cap *caps)
{
	caps[0] = (struct axvcpu_cap){ .id = AXVCPU_CAP_DEBUG_SLOTS, .value = 4 };
	return 1;
}

static bool fake_is_enabled(void)
{
	return fake.somebody || this_cpu_read(fake_enabled);
}

static int fake_hardware_enable(void)
{
	int error = fake_note(FAKE_HARDWARE_ENABLE);

	fake_promise(irqs_disabled(), "interrupts are off in hardware_enable");
	fake_promise(!this_cpu_read(fake_enabled), "hardware_enable is not called twice");
	if (error)
		return error;
	this_cpu_write(fake_enabled, true);
	return 0;
}

static void fake_hardware_disable(void)
{
	fake_note(FAKE_HARDWARE_DISABLE);
	fake_promise(irqs_disabled(), "interrupts are off in hardware_disable");
	fake_promise(this_cpu_read(fake_enabled), "hardware_disable is paired");
	fake_promise(!this_cpu_read(fake_resident), "nothing is loaded at hardware_disable");
	this_cpu_write(fake_enabled, false);
}

static unsigned int fake_max_guest_page_table_levels(void)
{
	return 4;
}

/* The VM. */

static int fake_vm_create(struct axvcpu_vm *vm)
{
	int error = fake_note(FAKE_VM_CREATE);

	might_sleep();
	if (error)
		return error;
	vm->arch = kzalloc(1, GFP_KERNEL);
	if (!vm->arch)
		return -ENOMEM;
	atomic_inc(&fake.vms);
	return 0;
}

static void fake_vm_destroy(struct axvcpu_vm *vm)
{
	fake_note(FAKE_VM_DESTROY);
	might_sleep();
	fake_promise(!vm->nr_vcpus, "no vCPU is left at vm_destroy");
	kfree(vm->arch);
	atomic_dec(&fake.vms);
}

static u64 fake_read_counter(void)
{
	return ktime_get_ns() + READ_ONCE(fake.counter_shift);
}

static u64 fake_counter_hz(void)
{
	return FAKE_HZ;
}

/* The life of a vCPU. */

static int fake_create(struct axvcpu_vcpu *vcpu)
{
	int error = fake_note(FAKE_CREATE);
	struct fake_vcpu *f;

	might_sleep();
	if (error)
		return error;
	f = kzalloc_node(sizeof(*f), GFP_KERNEL, vcpu->fixed.node);
	if (!f)
		return -ENOMEM;
	f->vcpu = vcpu;
	f->loaded = -1;
	f->open = true;
	vcpu->arch = f;
	fake_play(vcpu, NULL, 0);
	atomic_inc(&fake.vcpus);
	return 0;
}

static void fake_destroy(struct axvcpu_vcpu *vcpu)
{
	struct fake_vcpu *f = fake_of(vcpu);

	fake_note(FAKE_DESTROY);
	might_sleep();
	fake_promise(f->loaded < 0, "the vCPU is not loaded at destroy");
	fake_promise(!f->entered, "the vCPU is not entered at destroy");
	kfree(f);
	atomic_dec(&fake.vcpus);
}

static void fake_vcpu_reset(struct axvcpu_vcpu *vcpu)
{
	struct fake_vcpu *f = fake_of(vcpu);

	fake_note(FAKE_RESET);
	might_sleep();
	fake_promise(f->loaded < 0, "the vCPU is not loaded at reset");
	memset(f->gpr, 0, sizeof(f->gpr));
	memset(vcpu->run->regs, 0, sizeof(vcpu->run->regs));
	f->pc = 0;
	f->entry = 0;
	f->setup_done = false;
	f->bound = false;
	f->has_regs = false;
	f->open = true;
	vcpu->activity = AXVCPU_ACTIVITY_ACTIVE;
}

static int fake_set_entry(struct axvcpu_vcpu *vcpu, u64 entry)
{
	int error = fake_note_vcpu(FAKE_SET_ENTRY, vcpu);

	fake_sleepable(vcpu);
	if (error)
		return error;
	if (entry >= FAKE_ENTRY_MAX)
		return -EINVAL;
	fake_of(vcpu)->entry = entry;
	vcpu->run->regs[FAKE_REG_PC] = entry;
	return 0;
}

static int fake_set_stage2_root(struct axvcpu_vcpu *vcpu, phys_addr_t root)
{
	int error = fake_note_vcpu(FAKE_SET_STAGE2_ROOT, vcpu);

	fake_sleepable(vcpu);
	if (error)
		return error;
	fake_of(vcpu)->root = root;
	return 0;
}

static int fake_setup(struct axvcpu_vcpu *vcpu)
{
	int error = fake_note_vcpu(FAKE_SETUP, vcpu);

	fake_sleepable(vcpu);
	if (error)
		return error;
	fake_of(vcpu)->setup_done = true;
	return 0;
}

static int fake_bind(struct axvcpu_vcpu *vcpu)
{
	struct fake_vcpu *f = fake_of(vcpu);
	int error = fake_note_vcpu(FAKE_BIND, vcpu);

	fake_on_cpu(vcpu);
	fake_promise(f->setup_done, "setup() came before bind()");
	fake_promise(!f->bound, "bind() is not called twice");
	if (error)
		return error;
	f->bound = true;
	return 0;
}

static void fake_unbind(struct axvcpu_vcpu *vcpu)
{
	struct fake_vcpu *f = fake_of(vcpu);

	fake_note(FAKE_UNBIND);
	fake_on_cpu(vcpu);
	fake_promise(f->bound, "unbind() is paired");
	fake_promise(f->loaded < 0, "the vCPU is not loaded at unbind()");
	f->bound = false;
}

/* What happens on the CPU. */

static int fake_load(struct axvcpu_vcpu *vcpu)
{
	struct fake_vcpu *f = fake_of(vcpu);
	int error = fake_note_vcpu(FAKE_LOAD, vcpu);

	fake_on_cpu(vcpu);
	fake_promise(f->bound, "the vCPU is bound at load()");
	fake_promise(f->loaded < 0, "load() is not called twice");
	fake_promise(this_cpu_read(fake_enabled), "hardware virtualization is on at load()");
	if (error)
		return error;
	f->loaded = smp_processor_id();
	this_cpu_inc(fake_resident);
	atomic_inc(&fake.loaded);
	return 0;
}

static void fake_unload(struct axvcpu_vcpu *vcpu)
{
	struct fake_vcpu *f = fake_of(vcpu);

	fake_note(FAKE_UNLOAD);
	fake_promise(irqs_disabled(), "interrupts are off at unload()");
	fake_promise(f->loaded == raw_smp_processor_id(), "unload() is where it was loaded");
	fake_promise(!f->entered, "leave() came before unload()");
	f->loaded = -1;
	this_cpu_dec(fake_resident);
	atomic_dec(&fake.loaded);
}

static void fake_enter(struct axvcpu_vcpu *vcpu)
{
	struct fake_vcpu *f = fake_of(vcpu);

	fake_note(FAKE_ENTER);
	fake_on_cpu(vcpu);
	fake_promise(!irqs_disabled(), "interrupts are on at enter()");
	fake_promise(!f->entered, "enter() is not called twice");
	f->entered = true;
}

static void fake_leave(struct axvcpu_vcpu *vcpu)
{
	struct fake_vcpu *f = fake_of(vcpu);

	fake_note(FAKE_LEAVE);
	fake_on_cpu(vcpu);
	fake_promise(f->entered, "leave() is paired");
	f->entered = false;
}

static bool fake_ends_budget(void)
{
	return fake.ends_budget;
}

static void fake_read_regs(struct axvcpu_vcpu *vcpu)
{
	struct fake_vcpu *f = fake_of(vcpu);
	unsigned int i;

	fake_note(FAKE_READ_REGS);
	fake_promise(!f->has_regs, "read_regs() comes once");
	for (i = 0; i < FAKE_NR_GPRS; i++)
		f->gpr[i] = READ_ONCE(vcpu->run->regs[i]);
	f->pc = READ_ONCE(vcpu->run->regs[FAKE_REG_PC]);
	f->has_regs = true;
}

static void fake_write_regs(struct axvcpu_vcpu *vcpu)
{
	struct fake_vcpu *f = fake_of(vcpu);

	fake_note(FAKE_WRITE_REGS);
	fake_promise(f->has_regs, "write_regs() is paired");
	memcpy(vcpu->run->regs, f->gpr, sizeof(f->gpr));
	vcpu->run->regs[FAKE_REG_PC] = f->pc;
	f->has_regs = false;
}

static long fake_ioctl(struct axvcpu_vm *vm, struct axvcpu_vcpu *vcpu, unsigned int nr,
		       unsigned long arg)
{
	return nr == AXVCPU_IOC_ARCH ? 0 : -ENOTTY;
}

const struct axvcpu_arch_ops fake_ops = {
	.name = "fake",
	.backend = AXVCPU_BACKEND_FAKE,
	.pt = &fake_pt_format,
	.regs_size = (FAKE_NR_GPRS + 1) * sizeof(u64),
	.init = fake_init,
	.fini = fake_fini,
	.info = fake_info,
	.caps = fake_caps,
	.is_enabled = fake_is_enabled,
	.hardware_enable = fake_hardware_enable,
	.hardware_disable = fake_hardware_disable,
	.max_guest_page_table_levels = fake_max_guest_page_table_levels,
	.vm_create = fake_vm_create,
	.vm_destroy = fake_vm_destroy,
	.read_counter = fake_read_counter,
	.counter_hz = fake_counter_hz,
	.create = fake_create,
	.destroy = fake_destroy,
	.reset = fake_vcpu_reset,
	.set_entry = fake_set_entry,
	.set_stage2_root = fake_set_stage2_root,
	.setup = fake_setup,
	.bind = fake_bind,
	.unbind = fake_unbind,
	.load = fake_load,
	.unload = fake_unload,
	.enter = fake_enter,
	.leave = fake_leave,
	.ends_budget = fake_ends_budget,
	.read_regs = fake_read_regs,
	.write_regs = fake_write_regs,
	.run = fake_run,
	.handle_exit = fake_handle_exit,
	.complete = fake_complete,
	.explain_fault = fake_explain_fault,
	.fill_raw = fake_fill_raw,
	.has_wakeup = fake_has_wakeup,
	.irq_window = fake_irq_window,
	.set_gpr = fake_set_gpr,
	.set_return_value = fake_set_return_value,
	.check_event = fake_check_event,
	.get_events = fake_get_events,
	.set_events = fake_set_events,
	.set_pc = fake_set_pc,
	.set_debug = fake_set_debug,
	.translate = fake_walk,
	.groups = fake_groups,
	.ioctl = fake_ioctl,
};

const struct axvcpu_arch_ops *const axvcpu_arch_backends[] = { &fake_ops, NULL };
