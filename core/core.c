// SPDX-License-Identifier: GPL-2.0-only
/* The engine as a whole: which backend, and its start and end. */
#include <linux/errno.h>
#include <linux/printk.h>

#include "core.h"

const struct axvcpu_arch_ops *axvcpu_ops __read_mostly;

#define DEFINE_RUN_OP(op) \
	DEFINE_STATIC_CALL_NULL(axvcpu_op_##op, *((struct axvcpu_arch_ops *)NULL)->op);
AXVCPU_RUN_OPS(DEFINE_RUN_OP)

static void use_backend(const struct axvcpu_arch_ops *ops)
{
	axvcpu_ops = ops;
#define UPDATE_RUN_OP(op)	static_call_update(axvcpu_op_##op, ops->op);
	AXVCPU_RUN_OPS(UPDATE_RUN_OP)
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
