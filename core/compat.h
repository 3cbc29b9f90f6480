/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences between kernel versions; the only place that knows of any. Stable
 * releases take over interfaces of later kernels: for those Kbuild looks what the
 * kernel exports, and defines AXVCPU_HAS_*.
 */
#ifndef AXVCPU_COMPAT_H
#define AXVCPU_COMPAT_H

#include <linux/hrtimer.h>
#include <linux/mm.h>
#include <linux/syscore_ops.h>
#include <linux/version.h>

/* 6.13 joined hrtimer_init() and the assignment of the function. */
static inline void axvcpu_hrtimer_setup(struct hrtimer *timer,
					enum hrtimer_restart (*function)(struct hrtimer *),
					clockid_t clock, enum hrtimer_mode mode)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(timer, function, clock, mode);
#else
	hrtimer_init(timer, clock, mode);
	timer->function = function;
#endif
}

/* 6.3 made vm_flags read-only to all but its helpers. */
static inline void axvcpu_vm_flags_set(struct vm_area_struct *vma, unsigned long flags)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_set(vma, flags);
#else
	vma->vm_flags |= flags;
#endif
}

/* Later kernels, and stable releases of 6.12, give these operations an argument. */
#ifdef AXVCPU_HAS_REGISTER_SYSCORE
#define AXVCPU_SYSCORE_ARG	void *data
#define AXVCPU_SYSCORE(name, suspend_op, resume_op)		\
static const struct syscore_ops name##_ops = {			\
	.suspend = suspend_op,					\
	.resume = resume_op,					\
};								\
static struct syscore name = { .ops = &name##_ops }
#else
#define AXVCPU_SYSCORE_ARG	void
#define AXVCPU_SYSCORE(name, suspend_op, resume_op)		\
static struct syscore_ops name = {				\
	.suspend = suspend_op,					\
	.resume = resume_op,					\
}

#define register_syscore	register_syscore_ops
#define unregister_syscore	unregister_syscore_ops
#endif

/*
 * Since 6.6, and in later stable releases of older kernels, somebody must turn
 * hardware virtualization off when the kernel dies; before, it did so itself.
 */
#ifndef AXVCPU_HAS_EMERGENCY_CALLBACK
typedef void (cpu_emergency_virt_cb)(void);

static inline void cpu_emergency_register_virt_callback(cpu_emergency_virt_cb *callback)
{
}

static inline void cpu_emergency_unregister_virt_callback(cpu_emergency_virt_cb *callback)
{
}
#endif

#endif /* AXVCPU_COMPAT_H */
