// SPDX-License-Identifier: GPL-2.0-only
/* The engine as a whole: which backend, and its start and end. */
#include <linux/errno.h>
#include <linux/printk.h>

#include "core.h"

const struct axvcpu_arch_ops *axvcpu_ops __read_mostly;

DEFINE_STATIC_CALL_NULL(axvcpu_op_enter, *axvcpu_ops->enter);
DEFINE_STATIC_CALL_NULL(axvcpu_op_leave, *axvcpu_ops->leave);
DEFINE_STATIC_CALL_NULL(axvcpu_op_read_regs, *axvcpu_ops->read_regs);
DEFINE_STATIC_CALL_NULL(axvcpu_op_write_regs, *axvcpu_ops->write_regs);
DEFINE_STATIC_CALL_NULL(axvcpu_op_run, *axvcpu_ops->run);
DEFINE_STATIC_CALL_NULL(axvcpu_op_handle_exit, *axvcpu_ops->handle_exit);
DEFINE_STATIC_CALL_NULL(axvcpu_op_complete, *axvcpu_ops->complete);
DEFINE_STATIC_CALL_NULL(axvcpu_op_explain_fault, *axvcpu_ops->explain_fault);

static void use_backend(const struct axvcpu_arch_ops *ops)
{
	axvcpu_ops = ops;
	static_call_update(axvcpu_op_enter, ops->enter);
	static_call_update(axvcpu_op_leave, ops->leave);
	static_call_update(axvcpu_op_read_regs, ops->read_regs);
	static_call_update(axvcpu_op_write_regs, ops->write_regs);
	static_call_update(axvcpu_op_run, ops->run);
	static_call_update(axvcpu_op_handle_exit, ops->handle_exit);
	static_call_update(axvcpu_op_complete, ops->complete);
	static_call_update(axvcpu_op_explain_fault, ops->explain_fault);
}

/* The first backend that can work; else why the most likely one cannot. */
static int choose_backend(void)
{
	const struct axvcpu_arch_ops *const *ops;
	int ret = -ENODEV, err;

	for (ops = axvcpu_arch_backends; *ops; ops++) {
		err = (*ops)->init();
		if (!err) {
			use_backend(*ops);
			return 0;
		}
		if (ret == -ENODEV)
			ret = err;
	}
	return ret;
}

/**
 * axvcpu_core_init() - find a backend and start following the CPUs
 *
 * Return: 0; -ENODEV without the hardware, -EBUSY if somebody else owns it; the
 * backend has said in the kernel log what to do.
 */
int axvcpu_core_init(void)
{
	int ret = choose_backend();

	if (ret)
		return ret;
	ret = axvcpu_percpu_init();
	if (ret)
		axvcpu_ops->fini();
	return ret;
}

/**
 * axvcpu_core_fini() - the reverse of axvcpu_core_init(); no VM is left
 */
void axvcpu_core_fini(void)
{
	axvcpu_percpu_fini();
	axvcpu_ops->fini();
}
