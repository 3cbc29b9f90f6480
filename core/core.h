/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the core offer each other. Backends see ops.h only. */
#ifndef AXVCPU_CORE_H
#define AXVCPU_CORE_H

#include <linux/build_bug.h>
#include <linux/fs.h>
#include <linux/static_call.h>

#include "ops.h"
#include "state.h"

#define AXVCPU_VERSION		"0.1.0"

/* The backend in use; set once by axvcpu_core_init(). */
extern const struct axvcpu_arch_ops *axvcpu_ops;

/*
 * Its operations that RUN takes each time are called by a branch in the code where the
 * kernel can do that: through a pointer each would cost a trampoline.
 */
DECLARE_STATIC_CALL(axvcpu_op_enter, *axvcpu_ops->enter);
DECLARE_STATIC_CALL(axvcpu_op_leave, *axvcpu_ops->leave);
DECLARE_STATIC_CALL(axvcpu_op_read_regs, *axvcpu_ops->read_regs);
DECLARE_STATIC_CALL(axvcpu_op_write_regs, *axvcpu_ops->write_regs);
DECLARE_STATIC_CALL(axvcpu_op_run, *axvcpu_ops->run);
DECLARE_STATIC_CALL(axvcpu_op_handle_exit, *axvcpu_ops->handle_exit);
DECLARE_STATIC_CALL(axvcpu_op_complete, *axvcpu_ops->complete);
DECLARE_STATIC_CALL(axvcpu_op_explain_fault, *axvcpu_ops->explain_fault);

#define axvcpu_call(op)	static_call(axvcpu_op_##op)

/* core.c */
int axvcpu_core_init(void);
void axvcpu_core_fini(void);

/* chardev.c: /dev/axvcpu */
int axvcpu_chardev_init(void);
void axvcpu_chardev_fini(void);

/* vm.c */
struct axvcpu_vm *axvcpu_vm_create(struct mm_struct *mm);
void axvcpu_vm_put(struct axvcpu_vm *vm);
int axvcpu_vm_get_time(struct axvcpu_vm *vm, struct axvcpu_time *time);
int axvcpu_vm_set_time(struct axvcpu_vm *vm, const struct axvcpu_time *time);
void axvcpu_clock_suspend(void);
void axvcpu_clock_resume(void);
/* run.c: after clearing entries: no CPU uses them when it returns */
void axvcpu_vm_flush(struct axvcpu_vm *vm);
extern unsigned int axvcpu_max_vms_per_user;
/* all VMs, for debugfs */
extern struct mutex axvcpu_vms_lock;
extern struct list_head axvcpu_vms;

/* vcpu.c: the lifecycle */
struct axvcpu_vcpu *axvcpu_vcpu_create(struct axvcpu_vm *vm,
				       const struct axvcpu_vcpu_create *create);
void axvcpu_vcpu_destroy(struct axvcpu_vcpu *vcpu);
int axvcpu_vcpu_setup(struct axvcpu_vcpu *vcpu, const struct axvcpu_setup *setup);
int axvcpu_vcpu_bind(struct axvcpu_vcpu *vcpu);
int axvcpu_vcpu_unbind(struct axvcpu_vcpu *vcpu);
int axvcpu_vcpu_reset(struct axvcpu_vcpu *vcpu);
int axvcpu_vcpu_set_entry(struct axvcpu_vcpu *vcpu, u64 entry);
int axvcpu_vcpu_set_gpr(struct axvcpu_vcpu *vcpu, unsigned int reg, u64 value);
int axvcpu_vcpu_set_return_value(struct axvcpu_vcpu *vcpu, u64 value);
int axvcpu_vcpu_set_debug(struct axvcpu_vcpu *vcpu, const struct axvcpu_debug *debug);
int axvcpu_vcpu_translate(struct axvcpu_vcpu *vcpu, struct axvcpu_translate *tr);
int axvcpu_vcpu_refuse(struct axvcpu_vcpu *vcpu, const struct axvcpu_refuse *refuse);
void axvcpu_vcpu_info(struct axvcpu_vcpu *vcpu, struct axvcpu_vcpu_info *info);
int axvcpu_vcpu_get_failure(struct axvcpu_vcpu *vcpu, struct axvcpu_failure *failure);

static inline u32 axvcpu_vcpu_id(const struct axvcpu_vcpu *vcpu)
{
	return vcpu->fixed.id;
}

static inline u32 axvcpu_vcpu_vm_id(const struct axvcpu_vcpu *vcpu)
{
	return vcpu->fixed.vm_id;
}

static inline bool axvcpu_vcpu_is_bsp(const struct axvcpu_vcpu *vcpu)
{
	return vcpu->fixed.id == 0;
}

static inline u32 axvcpu_vcpu_favor_phys_cpu(const struct axvcpu_vcpu *vcpu)
{
	return vcpu->fixed.favor_phys_cpu;
}

static inline const struct cpumask *
axvcpu_vcpu_phys_cpu_set(const struct axvcpu_vcpu *vcpu)
{
	return vcpu->fixed.phys_cpu_set;
}

/* run.c */
int axvcpu_vcpu_run(struct axvcpu_vcpu *vcpu);
void axvcpu_vcpu_kick(struct axvcpu_vcpu *vcpu);
void axvcpu_vcpu_notify(struct axvcpu_vcpu *vcpu);

/* event.c */
void axvcpu_event_init(struct axvcpu_vcpu *vcpu);
void axvcpu_event_clear(struct axvcpu_vcpu *vcpu);
int axvcpu_vcpu_inject_interrupt(struct axvcpu_vcpu *vcpu,
				 const struct axvcpu_inject *event);
void axvcpu_event_save(struct axvcpu_vcpu *vcpu, struct axvcpu_state_events *state);
void axvcpu_event_restore(struct axvcpu_vcpu *vcpu,
			  const struct axvcpu_state_events *state);

/* stategroup.c */
int axvcpu_vcpu_get_state(struct axvcpu_vcpu *vcpu, struct axvcpu_state_buffer *buf);
int axvcpu_vcpu_set_state(struct axvcpu_vcpu *vcpu,
			  const struct axvcpu_state_buffer *buf);

/* percpu.c */
int axvcpu_percpu_init(void);
void axvcpu_percpu_fini(void);
void axvcpu_percpu_suspend(void);
void axvcpu_percpu_resume(void);
int axvcpu_hardware_get(void);
void axvcpu_hardware_put(void);
int axvcpu_percpu_load_here(struct axvcpu_vcpu *vcpu);

/**
 * axvcpu_percpu_load() - make this CPU's hardware hold the vCPU's state
 * @vcpu: claimed by the caller
 *
 * Where it is loaded it is allowed to be, and hardware virtualization is on: turning
 * that off unloads it.
 *
 * Context: preemption off, interrupts on.
 * Return: 0; -EXDEV on a CPU that is not in the vCPU's set or on which hardware
 * virtualization could not be turned on, -EAGAIN on one that is going down, or
 * the backend's error.
 */
static inline int axvcpu_percpu_load(struct axvcpu_vcpu *vcpu)
{
	if (likely(READ_ONCE(vcpu->loaded) == smp_processor_id()))
		return 0;
	return axvcpu_percpu_load_here(vcpu);
}

/* stats.c */
int axvcpu_vcpu_get_stats(struct axvcpu_vcpu *vcpu, unsigned long arg);
void axvcpu_debugfs_init(void);
void axvcpu_debugfs_fini(void);

/* command.c: ioctl tables */
#define AXVCPU_CMD_OUT	1	/* the structure goes back to the user */
#define AXVCPU_CMD_RAW	2	/* @call reads the user's argument itself */

/* The largest structure a command takes: it is kept on the stack. */
#define AXVCPU_CMD_MAX	256
#define AXVCPU_CMD_SIZE(type) \
	(sizeof(type) + BUILD_BUG_ON_ZERO(sizeof(type) > AXVCPU_CMD_MAX))

/**
 * struct axvcpu_command - one ioctl command
 * @nr: its number
 * @flags: AXVCPU_CMD_*
 * @size: bytes of its structure; 0: it takes none, the argument must be 0
 * @call: does it; @obj is what the fd stands for, @arg the structure in kernel
 *	memory, or the user's address. What it returns goes to the user.
 */
struct axvcpu_command {
	u8 nr;
	u8 flags;
	u16 size;
	long (*call)(void *obj, void *arg);
};

long axvcpu_command_dispatch(const struct axvcpu_command *table, size_t count,
			     void *obj, unsigned int cmd, unsigned long arg);
int axvcpu_vm_fd(struct axvcpu_vm *vm);
int axvcpu_vcpu_fd(struct axvcpu_vcpu *vcpu);

#endif /* AXVCPU_CORE_H */
