// SPDX-License-Identifier: GPL-2.0-only
/* The life of a vCPU: what create, setup and the other helpers refuse. */
#include <linux/cpumask.h>
#include <linux/mman.h>
#include <linux/uaccess.h>

#include "fixture.h"
#include "suites.h"

static struct axvcpu_vm *the_vm(struct kunit *test)
{
	return ((struct fixture *)test->priv)->vm;
}

static long create(struct kunit *test, struct axvcpu_vcpu_create *args)
{
	struct axvcpu_vm *vm = the_vm(test);
	unsigned int refs = refcount_read(&vm->refs);
	struct axvcpu_vcpu *vcpu = axvcpu_vcpu_create(vm, args);

	if (IS_ERR(vcpu)) {
		KUNIT_EXPECT_EQ(test, refcount_read(&vm->refs), refs);
		KUNIT_EXPECT_EQ(test, vm->nr_vcpus, 1);
		KUNIT_EXPECT_EQ(test, atomic_read(&fake.vcpus), 1);
		return PTR_ERR(vcpu);
	}
	KUNIT_EXPECT_EQ(test, refcount_read(&vm->refs), refs + 1);
	KUNIT_EXPECT_EQ(test, vm->nr_vcpus, 2);
	axvcpu_vcpu_destroy(vcpu);
	KUNIT_EXPECT_EQ(test, refcount_read(&vm->refs), refs);
	return 0;
}

static void vcpu_create_refuses(struct kunit *test)
{
	const struct axvcpu_vcpu_create good = {
		.size = sizeof(good),
		.id = 1,
		.favor_phys_cpu = AXVCPU_NO_CPU,
	};
	struct axvcpu_vcpu_create args;

	args = good;
	args.flags = 1;
	KUNIT_EXPECT_EQ(test, create(test, &args), -EINVAL);
	args = good;
	args.id = 0;
	KUNIT_EXPECT_EQ(test, create(test, &args), -EINVAL);
	args.id = AXVCPU_MAX_VCPUS;
	KUNIT_EXPECT_EQ(test, create(test, &args), -ENOSPC);
	args.id = ~0U;
	KUNIT_EXPECT_EQ(test, create(test, &args), -ENOSPC);
	args.id = AXVCPU_MAX_VCPUS - 1;
	KUNIT_EXPECT_EQ(test, create(test, &args), 0);
	args = good;
	args.favor_phys_cpu = nr_cpu_ids;
	KUNIT_EXPECT_EQ(test, create(test, &args), -EINVAL);
	args.favor_phys_cpu = AXVCPU_NO_CPU - 1;
	KUNIT_EXPECT_EQ(test, create(test, &args), -EINVAL);
	args.favor_phys_cpu = 0;
	KUNIT_EXPECT_EQ(test, create(test, &args), 0);
	KUNIT_EXPECT_EQ(test, create(test, (struct axvcpu_vcpu_create *)&good), 0);
}

/* The set comes as sched_setaffinity takes it: any length. */
static void vcpu_create_set(struct kunit *test)
{
	unsigned long user = fixture_user(test, PAGE_SIZE);
	void __user *set = (void __user *)user;
	struct axvcpu_vcpu_create args = {
		.size = sizeof(args),
		.id = 1,
		.favor_phys_cpu = AXVCPU_NO_CPU,
		.phys_cpu_set = user,
	};
	static const u8 bit0 = 1;
	struct axvcpu_vcpu *vcpu;

	/* All zero, of any length: no CPU. */
	args.phys_cpu_set_size = 1;
	KUNIT_EXPECT_EQ(test, create(test, &args), -EINVAL);
	args.phys_cpu_set_size = PAGE_SIZE;
	KUNIT_EXPECT_EQ(test, create(test, &args), -EINVAL);

	KUNIT_ASSERT_EQ(test, copy_to_user(set, &bit0, sizeof(bit0)), 0);
	args.phys_cpu_set_size = 1;
	vcpu = axvcpu_vcpu_create(the_vm(test), &args);
	KUNIT_ASSERT_FALSE(test, IS_ERR(vcpu));
	KUNIT_EXPECT_TRUE(test, cpumask_equal(axvcpu_vcpu_phys_cpu_set(vcpu), cpumask_of(0)));
	axvcpu_vcpu_destroy(vcpu);
	args.phys_cpu_set_size = PAGE_SIZE;
	KUNIT_EXPECT_EQ(test, create(test, &args), 0);
	/* Longer than the kernel's own: the rest is not looked at. */
	args.phys_cpu_set_size = ~0ULL;
	KUNIT_EXPECT_EQ(test, create(test, &args), 0);

	/* A favoured CPU outside the set. */
	args.phys_cpu_set_size = 1;
	args.favor_phys_cpu = 1;
	KUNIT_EXPECT_EQ(test, create(test, &args), -EINVAL);
	args.favor_phys_cpu = 0;
	KUNIT_EXPECT_EQ(test, create(test, &args), 0);

	/* A bad pointer, in user space and in the kernel's. */
	KUNIT_ASSERT_EQ(test, vm_munmap(user, PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, create(test, &args), -EFAULT);
	args.phys_cpu_set = (unsigned long)&bit0;
	KUNIT_EXPECT_EQ(test, create(test, &args), -EFAULT);
	args.phys_cpu_set = 0;
	KUNIT_EXPECT_EQ(test, create(test, &args), -EFAULT);
	/* Size 0: any CPU; nobody reads the pointer. */
	args.phys_cpu_set = ~0ULL;
	args.phys_cpu_set_size = 0;
	KUNIT_EXPECT_EQ(test, create(test, &args), 0);
}

static void vcpu_create_backend_fails(struct kunit *test)
{
	struct axvcpu_vcpu_create args = {
		.size = sizeof(args),
		.id = 1,
		.favor_phys_cpu = AXVCPU_NO_CPU,
	};

	fake_fail(FAKE_CREATE, 0, -ENOMEM);
	KUNIT_EXPECT_EQ(test, create(test, &args), -ENOMEM);
	KUNIT_EXPECT_EQ(test, create(test, &args), 0);
}

static void vcpu_accessors(struct kunit *test)
{
	struct axvcpu_vm *vm = the_vm(test);
	struct axvcpu_vcpu_create args = {
		.size = sizeof(args),
		.id = 7,
		.favor_phys_cpu = 0,
	};
	struct axvcpu_vcpu_info info = {};
	struct axvcpu_vcpu *vcpu = axvcpu_vcpu_create(vm, &args);

	KUNIT_ASSERT_FALSE(test, IS_ERR(vcpu));
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_id(vcpu), 7);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_vm_id(vcpu), vm->id);
	KUNIT_EXPECT_FALSE(test, axvcpu_vcpu_is_bsp(vcpu));
	KUNIT_EXPECT_TRUE(test, axvcpu_vcpu_is_bsp(fixture_vcpu(test)));
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_favor_phys_cpu(vcpu), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_favor_phys_cpu(fixture_vcpu(test)), AXVCPU_NO_CPU);
	KUNIT_EXPECT_TRUE(test, cpumask_equal(axvcpu_vcpu_phys_cpu_set(vcpu), cpu_possible_mask));
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_state(vcpu), AXVCPU_STATE_CREATED);

	axvcpu_vcpu_info(vcpu, &info);
	KUNIT_EXPECT_EQ(test, info.state, AXVCPU_STATE_CREATED);
	KUNIT_EXPECT_EQ(test, info.vm_id, vm->id);
	KUNIT_EXPECT_EQ(test, info.vcpu_id, 7);
	KUNIT_EXPECT_EQ(test, info.favor_phys_cpu, 0);
	KUNIT_EXPECT_EQ(test, info.cpu, AXVCPU_NO_CPU);
	KUNIT_EXPECT_EQ(test, info.owner, 0);
	KUNIT_EXPECT_EQ(test, info.exits, 0);
	KUNIT_EXPECT_EQ(test, info.runs, 0);
	axvcpu_vcpu_destroy(vcpu);
}

static void vcpu_info_after_run(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	struct axvcpu_vcpu_info info = {};

	fixture_to(test, AXVCPU_STATE_READY);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	vcpu->activity = AXVCPU_ACTIVITY_HALTED;
	axvcpu_vcpu_info(vcpu, &info);
	KUNIT_EXPECT_EQ(test, info.state, AXVCPU_STATE_READY);
	KUNIT_EXPECT_EQ(test, info.activity, AXVCPU_ACTIVITY_HALTED);
	KUNIT_EXPECT_EQ(test, info.owner, task_pid_vnr(current));
	KUNIT_EXPECT_EQ(test, info.cpu, vcpu->cpu);
	KUNIT_EXPECT_EQ(test, info.exits, 2);
	KUNIT_EXPECT_EQ(test, info.runs, 2);
}

static void vcpu_setup_refuses(struct kunit *test)
{
	static const struct axvcpu_setup bad[] = {
		{ .flags = 2 },
		{ .flags = ~0U },
		{ .flags = ~0U & ~AXVCPU_SETUP_ENTRY },
		{ .entry = 1 },
		{ .flags = AXVCPU_SETUP_ENTRY, .entry = FAKE_ENTRY_MAX },
		{ .flags = AXVCPU_SETUP_ENTRY, .entry = ~0ULL },
	};
	static const struct axvcpu_setup good = { .flags = AXVCPU_SETUP_ENTRY, .entry = 0x1230 };
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		KUNIT_EXPECT_EQ_MSG(test, axvcpu_vcpu_setup(vcpu, &bad[i]), -EINVAL, "row %u", i);
		KUNIT_EXPECT_EQ(test, axvcpu_vcpu_state(vcpu), AXVCPU_STATE_CREATED);
		KUNIT_EXPECT_EQ(test, fake_of(vcpu)->entry, 0);
		KUNIT_EXPECT_FALSE(test, fake_of(vcpu)->setup_done);
	}
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_setup(vcpu, &good), 0);
	KUNIT_EXPECT_EQ(test, fake_of(vcpu)->entry, 0x1230);
	KUNIT_EXPECT_EQ(test, fake_of(vcpu)->root, axvcpu_memory_root(&vcpu->vm->mem));
	KUNIT_EXPECT_TRUE(test, fake_of(vcpu)->setup_done);
}

static void vcpu_set_entry(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);

	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_set_entry(vcpu, FAKE_ENTRY_MAX), -EINVAL);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_set_entry(vcpu, 0x400), 0);
	KUNIT_EXPECT_EQ(test, fake_of(vcpu)->entry, 0x400);
	/* SETUP without an entry leaves that one. */
	fixture_to(test, AXVCPU_STATE_FREE);
	KUNIT_EXPECT_EQ(test, fake_of(vcpu)->entry, 0x400);
}

static void vcpu_registers(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);

	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_set_gpr(vcpu, FAKE_NR_GPRS, 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_set_gpr(vcpu, ~0U, 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_set_gpr(vcpu, 15, 0x1515), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->regs[15], 0x1515);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_set_return_value(vcpu, 0xaa), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->regs[0], 0xaa);
	KUNIT_EXPECT_EQ(test, atomic_read(&vcpu->state), AXVCPU_STATE_CREATED);
}

static void vcpu_set_debug(struct kunit *test)
{
	static const struct axvcpu_debug good = { .flags = AXVCPU_DEBUG_STEP, .exceptions = 2 };
	static const struct axvcpu_debug bad = { .flags = ~0U };
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);

	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_set_debug(vcpu, &good), 0);
	KUNIT_EXPECT_EQ(test, memcmp(&vcpu->debug, &good, sizeof(good)), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_set_debug(vcpu, &bad), -EINVAL);
	KUNIT_EXPECT_EQ(test, memcmp(&vcpu->debug, &good, sizeof(good)), 0);
	/* RESET leaves it. */
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_reset(vcpu), 0);
	KUNIT_EXPECT_EQ(test, memcmp(&vcpu->debug, &good, sizeof(good)), 0);
}

static void vcpu_translate(struct kunit *test)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	struct axvcpu_translate tr = { .access = AXVCPU_ACCESS_READ, .gva = 0x5000 };

	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_translate(vcpu, &tr), 0);
	KUNIT_EXPECT_EQ(test, tr.gpa, 0x5000);
	tr.gva = FAKE_ENTRY_MAX;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_translate(vcpu, &tr), -EFAULT);
	tr.access = AXVCPU_ACCESS_WALK;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_translate(vcpu, &tr), -EINVAL);
	tr.access = ~0U;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_translate(vcpu, &tr), -EINVAL);
}

/* REFUSE. */

/* Run to an exit of this reason. */
static struct axvcpu_vcpu *at_exit(struct kunit *test, struct fake_step *step, u32 reason)
{
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);

	*step = (struct fake_step)FAKE_STEP_HYPERCALL;
	step->reason = reason;
	fake_play(vcpu, step, 1);
	vcpu->run->regs[FAKE_REG_PC] = 0x8000;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	return vcpu;
}

static void vcpu_refuse(struct kunit *test)
{
	static const struct axvcpu_refuse refuse = {
		.vector = 13,
		.flags = AXVCPU_EVENT_HAS_ERROR,
		.error_code = 0x18,
	};
	struct axvcpu_inject event = {};
	struct axvcpu_vcpu *vcpu;
	struct fake_step step;

	fixture_to(test, AXVCPU_STATE_READY);
	vcpu = at_exit(test, &step, AXVCPU_EXIT_SYSREG_READ);
	KUNIT_EXPECT_EQ(test, vcpu->run->regs[FAKE_REG_PC], 0x8000 + FAKE_INSN_LEN);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_refuse(vcpu, &refuse), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->regs[FAKE_REG_PC], 0x8000);
	/* Once. */
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_refuse(vcpu, &refuse), -EINVAL);
	KUNIT_EXPECT_TRUE(test, axvcpu_event_exception_take(vcpu, &event));
	KUNIT_EXPECT_EQ(test, event.type, AXVCPU_INJECT_EXCEPTION);
	KUNIT_EXPECT_EQ(test, event.vector, 13);
	KUNIT_EXPECT_EQ(test, event.flags, AXVCPU_EVENT_HAS_ERROR);
	KUNIT_EXPECT_EQ(test, event.error_code, 0x18);
}

static void vcpu_refuse_refused(struct kunit *test)
{
	static const struct axvcpu_refuse good = { .vector = 13 };
	static const struct axvcpu_refuse bad[] = {
		{ .vector = FAKE_NR_EXCEPTIONS },
		{ .vector = 13, .flags = AXVCPU_EVENT_HAS_ADDRESS },
		{ .vector = 13, .flags = ~0U },
		{ .vector = 13, .reserved = 1 },
	};
	static const struct axvcpu_inject other = {
		.type = AXVCPU_INJECT_EXCEPTION,
		.vector = 6,
	};
	struct axvcpu_inject event = {};
	struct axvcpu_vcpu *vcpu;
	struct fake_step step;
	unsigned int i;

	fixture_to(test, AXVCPU_STATE_READY);
	vcpu = at_exit(test, &step, AXVCPU_EXIT_IO_READ);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ_MSG(test, axvcpu_vcpu_refuse(vcpu, &bad[i]), -EINVAL, "row %u", i);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_inject_interrupt(vcpu, &other), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_refuse(vcpu, &good), -EBUSY);
	KUNIT_EXPECT_EQ(test, vcpu->run->regs[FAKE_REG_PC], 0x8000 + FAKE_INSN_LEN);
	KUNIT_EXPECT_TRUE(test, axvcpu_event_exception_take(vcpu, &event));
	KUNIT_EXPECT_EQ(test, event.vector, 6);
	/* None of that used it up. */
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_refuse(vcpu, &good), 0);
}

/* Only right after an exit whose instruction is completed. */
static void vcpu_refuse_which(struct kunit *test)
{
	static const struct axvcpu_refuse refuse = { .vector = 13 };
	struct axvcpu_inject event;
	struct axvcpu_vcpu *vcpu = fixture_vcpu(test);
	struct fake_step step;
	u32 reason;
	bool can;

	fixture_to(test, AXVCPU_STATE_READY);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_refuse(vcpu, &refuse), -EINVAL);
	for (reason = 0; reason < AXVCPU_EXIT_NR; reason++) {
		vcpu = at_exit(test, &step, reason);
		can = reason >= AXVCPU_EXIT_HYPERCALL && reason <= AXVCPU_EXIT_IO_WRITE;
		KUNIT_EXPECT_EQ_MSG(test, axvcpu_vcpu_refuse(vcpu, &refuse), can ? 0 : -EINVAL,
				    "reason %u", reason);
		axvcpu_event_exception_take(vcpu, &event);
	}
	/* The next RUN ends it, even one that enters nothing. */
	vcpu = at_exit(test, &step, AXVCPU_EXIT_IO_READ);
	axvcpu_vcpu_kick(vcpu);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->run->out.reason, AXVCPU_EXIT_STOPPED);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_refuse(vcpu, &refuse), -EINVAL);
}

/* RESET: what it takes away. */
static void vcpu_reset(struct kunit *test)
{
	static const struct axvcpu_inject nmi = { .type = AXVCPU_INJECT_NMI };
	struct axvcpu_vcpu *vcpu;
	struct fake_step step;

	fixture_to(test, AXVCPU_STATE_READY);
	vcpu = at_exit(test, &step, AXVCPU_EXIT_IO_READ);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_inject_interrupt(vcpu, &nmi), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_unbind(vcpu), 0);
	vcpu->activity = AXVCPU_ACTIVITY_SHUTDOWN;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_reset(vcpu), 0);
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_state(vcpu), AXVCPU_STATE_CREATED);
	KUNIT_EXPECT_EQ(test, vcpu->run->regs[FAKE_REG_PC], 0);
	KUNIT_EXPECT_EQ(test, axvcpu_event_flags(vcpu), 0);
	KUNIT_EXPECT_EQ(test, vcpu->activity, AXVCPU_ACTIVITY_ACTIVE);
	KUNIT_EXPECT_FALSE(test, vcpu->refusable);
	/* Translations of another life must not be used in the next. */
	fixture_to(test, AXVCPU_STATE_READY);
	fake_of(vcpu)->flushes = 0;
	KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(vcpu), 0);
	KUNIT_EXPECT_EQ(test, fake_of(vcpu)->flushes, 1);
}

/* Close is legal in every state; what it leaves is checked by the fixture. */
static void vcpu_destroy_anywhere(struct kunit *test)
{
	static const u32 states[] = {
		AXVCPU_STATE_INVALID, AXVCPU_STATE_CREATED, AXVCPU_STATE_FREE, AXVCPU_STATE_READY,
	};
	struct fixture *fixture = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(states); i++) {
		fixture_to(test, states[i]);
		if (states[i] == AXVCPU_STATE_READY)
			KUNIT_EXPECT_EQ(test, axvcpu_vcpu_run(fixture->vcpu), 0);
		axvcpu_event_nmi_put(fixture->vcpu);
		axvcpu_vcpu_destroy(fixture->vcpu);
		KUNIT_EXPECT_EQ(test, atomic_read(&fake.loaded), 0);
		KUNIT_EXPECT_EQ(test, fixture->vm->nr_vcpus, 0);
		fixture->vcpu = fixture_add(test, 0);
		KUNIT_ASSERT_FALSE(test, IS_ERR(fixture->vcpu));
	}
}

static struct kunit_case vcpu_cases[] = {
	KUNIT_CASE(vcpu_create_refuses),
	KUNIT_CASE(vcpu_create_set),
	KUNIT_CASE(vcpu_create_backend_fails),
	KUNIT_CASE(vcpu_accessors),
	KUNIT_CASE(vcpu_info_after_run),
	KUNIT_CASE(vcpu_setup_refuses),
	KUNIT_CASE(vcpu_set_entry),
	KUNIT_CASE(vcpu_registers),
	KUNIT_CASE(vcpu_set_debug),
	KUNIT_CASE(vcpu_translate),
	KUNIT_CASE(vcpu_refuse),
	KUNIT_CASE(vcpu_refuse_refused),
	KUNIT_CASE(vcpu_refuse_which),
	KUNIT_CASE(vcpu_reset),
	KUNIT_CASE(vcpu_destroy_anywhere),
	{}
};

struct kunit_suite axvcpu_vcpu_suite = {
	.name = "axvcpu_vcpu",
	.suite_init = fixture_suite_init,
	.suite_exit = fixture_suite_exit,
	.init = fixture_init_mm,
	.exit = fixture_exit,
	.test_cases = vcpu_cases,
};
