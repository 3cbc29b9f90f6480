// SPDX-License-Identifier: GPL-2.0-only
/* axvcpu: a vCPU device with an explicit lifecycle. The module as a whole. */
#include <linux/module.h>

#include "core/core.h"

static int __init axvcpu_init(void)
{
	int ret;

	ret = axvcpu_core_init();
	if (ret)
		return ret;
	ret = axvcpu_chardev_init();
	if (ret) {
		axvcpu_core_fini();
		return ret;
	}
	axvcpu_debugfs_init();
	pr_info("axvcpu: %s, backend %s\n", AXVCPU_VERSION, axvcpu_ops->name);
	return 0;
}

static void __exit axvcpu_exit_module(void)
{
	axvcpu_debugfs_fini();
	axvcpu_chardev_fini();
	axvcpu_core_fini();
}

module_init(axvcpu_init);
module_exit(axvcpu_exit_module);

MODULE_DESCRIPTION("vCPU device with an explicit lifecycle");
MODULE_AUTHOR("The axvcpu developers");
MODULE_VERSION(AXVCPU_VERSION);
MODULE_LICENSE("GPL");
