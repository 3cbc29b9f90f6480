// SPDX-License-Identifier: GPL-2.0-only
/* The life of a vCPU, RUN excepted. */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/nodemask.h>
#include <linux/nospec.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/topology.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "core.h"

/* The budget ran out. The interrupt itself took the CPU out of the guest. */
static enum hrtimer_restart budget_expired(struct hrtimer *timer)
{
	struct axvcpu_vcpu *vcpu = container_of(timer, struct axvcpu_vcpu, budget);

	WRITE_ONCE(vcpu->expired, true);
	return HRTIMER_NORESTART;
}

/* The node of a CPU that the user names, who may name any; not even guessed beyond the last. */
static int node_of(u32 cpu)
{
	if (cpu >= nr_cpu_ids || !cpu_possible(cpu))
		return NUMA_NO_NODE;
	return cpu_to_node(array_index_nospec(cpu, nr_cpu_ids));
}

/* Fill in what never changes; every number comes from the user. */
static int fixed_init(struct axvcpu_vcpu *vcpu, const struct axvcpu_vcpu_create *create)
{
	struct axvcpu_vcpu_const *fixed = &vcpu->fixed;
	size_t size = min_t(u64, create->phys_cpu_set_size, cpumask_size());

	fixed->id = array_index_nospec(create->id, AXVCPU_MAX_VCPUS);
	fixed->vm_id = vcpu->vm->id;
	fixed->favor_phys_cpu = create->favor_phys_cpu;
	fixed->node = node_of(create->favor_phys_cpu);

	if (!create->phys_cpu_set_size) {
		cpumask_copy(fixed->phys_cpu_set, cpu_possible_mask);
	} else {
		cpumask_clear(fixed->phys_cpu_set);
		if (copy_from_user(cpumask_bits(fixed->phys_cpu_set),
				   u64_to_user_ptr(create->phys_cpu_set), size))
			return -EFAULT;
		if (!cpumask_and(fixed->phys_cpu_set, fixed->phys_cpu_set,
				 cpu_possible_mask))
			return -EINVAL;
	}

	if (fixed->favor_phys_cpu == AXVCPU_NO_CPU)
		return 0;
	if (fixed->favor_phys_cpu >= nr_cpu_ids ||
	    !cpumask_test_cpu(fixed->favor_phys_cpu, fixed->phys_cpu_set))
		return -EINVAL;
	return 0;
}

/* Give the vCPU its number; the first free of the VM's table is not searched. */
static int vcpu_enlist(struct axvcpu_vcpu *vcpu)
{
	struct axvcpu_vm *vm = vcpu->vm;
	int ret = 0;

	mutex_lock(&vm->lock);
	if (vm->vcpus[vcpu->fixed.id]) {
		ret = -EINVAL;
	} else {
		vm->vcpus[vcpu->fixed.id] = vcpu;
		vm->nr_vcpus++;
	}
	mutex_unlock(&vm->lock);
	return ret;
}

static void vcpu_delist(struct axvcpu_vcpu *vcpu)
{
	struct axvcpu_vm *vm = vcpu->vm;

	mutex_lock(&vm->lock);
	vm->vcpus[vcpu->fixed.id] = NULL;
	vm->nr_vcpus--;
	mutex_unlock(&vm->lock);
}

static void vcpu_init(struct axvcpu_vcpu *vcpu, struct axvcpu_vm *vm)
{
	vcpu->vm = vm;
	atomic_set(&vcpu->state, AXVCPU_STATE_CREATED);
	spin_lock_init(&vcpu->owner_lock);
	vcpu->cpu = -1;
	vcpu->loaded = -1;
	INIT_LIST_HEAD(&vcpu->loaded_link);
	rcuwait_init(&vcpu->wait);
	axvcpu_event_init(vcpu);
	axvcpu_pt_cache_init(&vcpu->cache);
	axvcpu_hrtimer_setup(&vcpu->budget, budget_expired, CLOCK_MONOTONIC,
			     HRTIMER_MODE_ABS_PINNED_HARD);
}

/**
 * axvcpu_vcpu_create() - make a vCPU in state CREATED
 * @vm: its VM
 * @create: id, favoured CPU, CPU set
 *
 * Context: may sleep.
 * Return: the vCPU, which holds a reference on @vm; -EINVAL for an id in use or
 * a CPU or set that is not possible here, -ENOSPC for an id past the last,
 * -EFAULT, -ENOMEM.
 */
struct axvcpu_vcpu *axvcpu_vcpu_create(struct axvcpu_vm *vm,
				       const struct axvcpu_vcpu_create *create)
{
	int node = node_of(create->favor_phys_cpu);
	struct axvcpu_vcpu *vcpu;
	struct page *page;
	int ret;

	if (create->flags)
		return ERR_PTR(-EINVAL);
	if (create->id >= AXVCPU_MAX_VCPUS)
		return ERR_PTR(-ENOSPC);

	vcpu = kzalloc_node(sizeof(*vcpu), GFP_KERNEL_ACCOUNT, node);
	if (!vcpu)
		return ERR_PTR(-ENOMEM);
	vcpu_init(vcpu, vm);

	ret = -ENOMEM;
	if (!zalloc_cpumask_var_node(&vcpu->fixed.phys_cpu_set, GFP_KERNEL_ACCOUNT, node))
		goto free_vcpu;
	ret = fixed_init(vcpu, create);
	if (ret)
		goto free_set;
	ret = -ENOMEM;
	page = alloc_pages_node(node, GFP_KERNEL_ACCOUNT | __GFP_ZERO, 0);
	if (!page)
		goto free_set;
	vcpu->run = page_address(page);
	ret = axvcpu_ops->create(vcpu);
	if (ret)
		goto free_page;
	ret = vcpu_enlist(vcpu);
	if (ret)
		goto destroy;
	refcount_inc(&vm->refs);
	return vcpu;

destroy:
	axvcpu_ops->destroy(vcpu);
free_page:
	free_page((unsigned long)vcpu->run);
free_set:
	free_cpumask_var(vcpu->fixed.phys_cpu_set);
free_vcpu:
	kfree(vcpu);
	return ERR_PTR(ret);
}

static void owner_set(struct axvcpu_vcpu *vcpu, struct task_struct *owner)
{
	struct task_struct *old;

	spin_lock(&vcpu->owner_lock);
	old = vcpu->owner;
	WRITE_ONCE(vcpu->owner, owner);
	spin_unlock(&vcpu->owner_lock);
	if (old)
		put_task_struct(old);
}

/**
 * axvcpu_vcpu_destroy() - the end of a vCPU, from any state
 * @vcpu: nobody can reach it any more; the mm may be gone
 *
 * Context: may sleep.
 */
void axvcpu_vcpu_destroy(struct axvcpu_vcpu *vcpu)
{
	struct axvcpu_vm *vm = vcpu->vm;

	vcpu_delist(vcpu);
	axvcpu_percpu_unload(vcpu);
	owner_set(vcpu, NULL);
	axvcpu_ops->destroy(vcpu);
	axvcpu_pt_cache_drain(&vcpu->cache);
	free_page((unsigned long)vcpu->run);
	free_cpumask_var(vcpu->fixed.phys_cpu_set);
	kfree(vcpu);
	axvcpu_vm_put(vm);
}

static int setup_body(struct axvcpu_vcpu *vcpu, void *arg)
{
	const struct axvcpu_setup *setup = arg;
	int ret;

	if (setup->flags & AXVCPU_SETUP_ENTRY) {
		ret = axvcpu_ops->set_entry(vcpu, setup->entry);
		if (ret)
			return ret;
	}
	ret = axvcpu_ops->set_stage2_root(vcpu, axvcpu_memory_root(&vcpu->vm->mem));
	if (ret)
		return ret;
	return axvcpu_ops->setup ? axvcpu_ops->setup(vcpu) : 0;
}

/**
 * axvcpu_vcpu_setup() - SETUP: CREATED to FREE
 * @vcpu: any vCPU
 * @setup: flags and entry
 *
 * Return: 0; -EINVAL for an unknown flag or an entry that cannot be reached,
 * and the errors of axvcpu_with_state_transition().
 */
int axvcpu_vcpu_setup(struct axvcpu_vcpu *vcpu, const struct axvcpu_setup *setup)
{
	if (setup->flags & ~AXVCPU_SETUP_ENTRY ||
	    (!(setup->flags & AXVCPU_SETUP_ENTRY) && setup->entry))
		return -EINVAL;
	return axvcpu_with_state_transition(vcpu, AXVCPU_OP_SETUP, setup_body,
					    (void *)setup);
}

static int bind_body(struct axvcpu_vcpu *vcpu, void *arg)
{
	return axvcpu_ops->bind ? axvcpu_ops->bind(vcpu) : 0;
}

static int bind_owned(struct axvcpu_vcpu *vcpu, void *arg)
{
	int ret;

	if (!cpumask_intersects(vcpu->fixed.phys_cpu_set, cpu_online_mask))
		return -EXDEV;
	ret = axvcpu_with_current_cpu_set(vcpu, bind_body, NULL);
	if (!ret) {
		get_task_struct(current);
		owner_set(vcpu, current);
	}
	return ret;
}

/**
 * axvcpu_vcpu_bind() - BIND: FREE to READY; the calling thread is the owner
 * @vcpu: any vCPU
 *
 * Return: 0; -EXDEV if no CPU of the vCPU's set is online, and the errors of
 * axvcpu_with_state_transition().
 */
int axvcpu_vcpu_bind(struct axvcpu_vcpu *vcpu)
{
	return axvcpu_with_state_transition(vcpu, AXVCPU_OP_BIND, bind_owned, NULL);
}

static int unbind_body(struct axvcpu_vcpu *vcpu, void *arg)
{
	axvcpu_percpu_unload(vcpu);
	if (axvcpu_ops->unbind)
		axvcpu_ops->unbind(vcpu);
	return 0;
}

static int unbind_owned(struct axvcpu_vcpu *vcpu, void *arg)
{
	int ret = axvcpu_with_current_cpu_set(vcpu, unbind_body, NULL);

	if (!ret)
		owner_set(vcpu, NULL);
	return ret;
}

/**
 * axvcpu_vcpu_unbind() - UNBIND: READY to FREE
 * @vcpu: any vCPU
 *
 * The owner calls it; once the owner is dead, any thread of the mm may.
 *
 * Return: 0, or the errors of axvcpu_with_state_transition().
 */
int axvcpu_vcpu_unbind(struct axvcpu_vcpu *vcpu)
{
	return axvcpu_with_state_transition(vcpu, AXVCPU_OP_UNBIND, unbind_owned, NULL);
}

static int reset_body(struct axvcpu_vcpu *vcpu, void *arg)
{
	axvcpu_percpu_unload(vcpu);
	owner_set(vcpu, NULL);
	axvcpu_event_clear(vcpu);
	WRITE_ONCE(vcpu->activity, AXVCPU_ACTIVITY_ACTIVE);
	vcpu->refusable = false;
	vcpu->flush = true;
	vcpu->failed = false;
	memset(&vcpu->failure, 0, sizeof(vcpu->failure));
	if (vcpu->cpu >= 0)
		axvcpu_memory_renew(vcpu->vm);
	axvcpu_ops->reset(vcpu);
	return 0;
}

/**
 * axvcpu_vcpu_reset() - RESET: INVALID, CREATED or FREE to CREATED
 * @vcpu: any vCPU
 *
 * Registers and system state get their reset values, pending events and the
 * reason of a failure are forgotten. Kick, counters, SET_DEBUG and the
 * architecture's settings stay.
 *
 * Return: 0, or the errors of axvcpu_with_state_transition().
 */
int axvcpu_vcpu_reset(struct axvcpu_vcpu *vcpu)
{
	return axvcpu_with_state_transition(vcpu, AXVCPU_OP_RESET, reset_body, NULL);
}

/**
 * axvcpu_vcpu_fail() - the host side of the backend failed: to INVALID
 * @vcpu: claimed by the caller; becomes INVALID when the operation ends
 * @error: negative errno
 * @raw0: what the hardware said
 * @raw1: what else it said
 * @call: the backend's call that failed; a constant
 * @text: the failure in words; a constant
 *
 * Context: any.
 */
void axvcpu_vcpu_fail(struct axvcpu_vcpu *vcpu, int error, u64 raw0, u64 raw1,
		      const char *call, const char *text)
{
	vcpu->failure = (struct axvcpu_fail) {
		.error = -error,
		.raw = { raw0, raw1 },
		.call = call,
		.text = text,
	};
	vcpu->failed = true;
}

/**
 * axvcpu_vcpu_get_failure() - GET_FAILURE
 * @vcpu: any vCPU
 * @failure: filled in, but for its size
 *
 * Return: 0, or the errors of axvcpu_vcpu_claim().
 */
int axvcpu_vcpu_get_failure(struct axvcpu_vcpu *vcpu, struct axvcpu_failure *failure)
{
	const struct axvcpu_fail *fail = &vcpu->failure;
	int ret = axvcpu_vcpu_claim(vcpu, ~0U);

	if (ret < 0)
		return ret;
	*failure = (struct axvcpu_failure) {
		.size = failure->size,
		.error = fail->error,
		.raw = { fail->raw[0], fail->raw[1] },
	};
	strscpy(failure->call, fail->call ?: "", sizeof(failure->call));
	strscpy(failure->text, fail->text ?: "", sizeof(failure->text));
	axvcpu_vcpu_release(vcpu);
	return 0;
}

/**
 * axvcpu_vcpu_set_entry() - move a CREATED vCPU's entry point
 * @vcpu: any vCPU
 * @entry: as in struct axvcpu_setup
 *
 * Return: 0, -EINVAL, -EBADFD, -EBUSY.
 */
int axvcpu_vcpu_set_entry(struct axvcpu_vcpu *vcpu, u64 entry)
{
	int ret = axvcpu_vcpu_claim(vcpu, AXVCPU_STATE_BIT(CREATED));

	if (ret < 0)
		return ret;
	ret = axvcpu_ops->set_entry(vcpu, entry);
	axvcpu_vcpu_release(vcpu);
	return ret;
}

/**
 * axvcpu_vcpu_set_gpr() - write a general register of the run page
 * @vcpu: any vCPU
 * @reg: the architecture's number for it
 * @value: its new value
 *
 * Return: 0, -EINVAL, -EBADFD, -EBUSY.
 */
int axvcpu_vcpu_set_gpr(struct axvcpu_vcpu *vcpu, unsigned int reg, u64 value)
{
	int ret = axvcpu_vcpu_claim(vcpu, axvcpu_transitions[AXVCPU_OP_SET_STATE].from);

	if (ret < 0)
		return ret;
	ret = axvcpu_ops->set_gpr(vcpu, reg, value);
	axvcpu_vcpu_release(vcpu);
	return ret;
}

/**
 * axvcpu_vcpu_set_return_value() - write a hypercall's result register
 * @vcpu: any vCPU
 * @value: the result
 *
 * Return: 0, -EBADFD, -EBUSY.
 */
int axvcpu_vcpu_set_return_value(struct axvcpu_vcpu *vcpu, u64 value)
{
	int ret = axvcpu_vcpu_claim(vcpu, axvcpu_transitions[AXVCPU_OP_SET_STATE].from);

	if (ret < 0)
		return ret;
	axvcpu_ops->set_return_value(vcpu, value);
	axvcpu_vcpu_release(vcpu);
	return 0;
}

static int refuse_body(struct axvcpu_vcpu *vcpu, void *arg)
{
	const struct axvcpu_refuse *refuse = arg;
	struct axvcpu_inject event = {
		.type = AXVCPU_INJECT_EXCEPTION,
		.vector = refuse->vector,
		.flags = refuse->flags,
		.error_code = refuse->error_code,
	};
	int ret;

	if (!vcpu->refusable)
		return -EINVAL;
	ret = axvcpu_ops->check_event(&event);
	if (!ret)
		ret = axvcpu_event_exception_put(vcpu, &event);
	if (ret)
		return ret;
	vcpu->refusable = false;
	WRITE_ONCE(vcpu->activity, AXVCPU_ACTIVITY_ACTIVE);
	axvcpu_ops->set_pc(vcpu, vcpu->refuse_pc);
	return 0;
}

/**
 * axvcpu_vcpu_refuse() - REFUSE: the last exit's instruction faults instead
 * @vcpu: any vCPU
 * @refuse: the exception it raises
 *
 * Return: 0; -EINVAL for an exception the architecture does not have or an exit
 * that cannot be refused, -EBUSY if an exception is pending already, and the
 * errors of axvcpu_with_state_transition().
 */
int axvcpu_vcpu_refuse(struct axvcpu_vcpu *vcpu, const struct axvcpu_refuse *refuse)
{
	if (refuse->flags & ~AXVCPU_EVENT_HAS_ERROR || refuse->reserved)
		return -EINVAL;
	return axvcpu_with_state_transition(vcpu, AXVCPU_OP_REFUSE, refuse_body,
					    (void *)refuse);
}

static int set_debug_body(struct axvcpu_vcpu *vcpu, void *arg)
{
	const struct axvcpu_debug *debug = arg;
	int ret = axvcpu_ops->set_debug(vcpu, debug);

	if (!ret)
		vcpu->debug = *debug;
	return ret;
}

/**
 * axvcpu_vcpu_set_debug() - SET_DEBUG: steps, breakpoints, exceptions to exit on
 * @vcpu: any vCPU
 * @debug: replaces all earlier settings
 *
 * Return: 0; -EINVAL for what the architecture does not have, and the errors of
 * axvcpu_with_state_transition().
 */
int axvcpu_vcpu_set_debug(struct axvcpu_vcpu *vcpu, const struct axvcpu_debug *debug)
{
	return axvcpu_with_state_transition(vcpu, AXVCPU_OP_CONFIGURE,
					    set_debug_body, (void *)debug);
}

static int translate_body(struct axvcpu_vcpu *vcpu, void *arg)
{
	return axvcpu_ops->translate(vcpu, arg);
}

/**
 * axvcpu_vcpu_translate() - TRANSLATE: guest linear to guest physical address
 * @vcpu: any vCPU
 * @tr: the address; takes the answer
 *
 * Return: 0; -EINVAL for an unknown access, -EFAULT if the guest's tables do not
 * map it, and the errors of axvcpu_with_state_transition().
 */
int axvcpu_vcpu_translate(struct axvcpu_vcpu *vcpu, struct axvcpu_translate *tr)
{
	const u32 known = AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WRITE | AXVCPU_ACCESS_EXEC;

	if (tr->access & ~known)
		return -EINVAL;
	return axvcpu_with_state_transition(vcpu, AXVCPU_OP_TRANSLATE,
					    translate_body, tr);
}

/**
 * axvcpu_vcpu_info() - VCPU_INFO: what can be seen without the claim
 * @vcpu: any vCPU, in any state, running or not
 * @info: filled in, but for @info->size
 */
void axvcpu_vcpu_info(struct axvcpu_vcpu *vcpu, struct axvcpu_vcpu_info *info)
{
	int cpu = READ_ONCE(vcpu->cpu);

	info->state = axvcpu_vcpu_state(vcpu);
	info->activity = READ_ONCE(vcpu->activity);
	info->vm_id = vcpu->fixed.vm_id;
	info->vcpu_id = vcpu->fixed.id;
	info->favor_phys_cpu = vcpu->fixed.favor_phys_cpu;
	info->cpu = cpu < 0 ? AXVCPU_NO_CPU : cpu;
	spin_lock(&vcpu->owner_lock);
	info->owner = vcpu->owner ? task_pid_vnr(vcpu->owner) : 0;
	spin_unlock(&vcpu->owner_lock);
	info->exits = READ_ONCE(vcpu->count.event[AXVCPU_STAT_ENTRY - AXVCPU_STAT_EVENT]);
	info->runs = READ_ONCE(vcpu->count.event[AXVCPU_STAT_RUN - AXVCPU_STAT_EVENT]);
}
