// SPDX-License-Identifier: GPL-2.0-only
/* ioctl commands as rows of a table. */
#include <linux/errno.h>
#include <linux/ioctl.h>
#include <linux/string.h>

#include "core.h"

static const struct axvcpu_command *find(const struct axvcpu_command *table,
					 size_t count, unsigned int nr)
{
	const struct axvcpu_command *row;

	for (row = table; row < table + count; row++)
		if (row->nr == nr)
			return row;
	return NULL;
}

static long call_with_struct(const struct axvcpu_command *row, void *obj,
			     unsigned long arg)
{
	u64 buf[AXVCPU_CMD_MAX / sizeof(u64)];
	long ret;
	int err;

	ret = axvcpu_uarg_get(buf, row->size, arg);
	if (ret)
		return ret;
	ret = row->call(obj, buf);
	/* -ENOSPC comes with the length that would have been enough. */
	if ((row->flags & AXVCPU_CMD_OUT) && (ret >= 0 || ret == -ENOSPC)) {
		err = axvcpu_uarg_put(arg, buf, row->size);
		if (err)
			return err;
	}
	return ret;
}

/**
 * axvcpu_command_dispatch() - do the command that the user asked for
 * @table: the commands of this kind of fd
 * @count: how many
 * @obj: what the fd stands for
 * @cmd: command word; type and number count, the size does not
 * @arg: the user's argument
 *
 * Return: what the command returned; -ENOTTY for an unknown one, -EINVAL for an
 * argument where none belongs, and the errors of axvcpu_uarg_get().
 */
long axvcpu_command_dispatch(const struct axvcpu_command *table, size_t count,
			     void *obj, unsigned int cmd, unsigned long arg)
{
	const struct axvcpu_command *row = NULL;

	if (_IOC_TYPE(cmd) == AXVCPU_IOC_TYPE)
		row = find(table, count, _IOC_NR(cmd));
	if (!row)
		return -ENOTTY;
	if (row->flags & AXVCPU_CMD_RAW)
		return row->call(obj, (void *)arg);
	if (row->size)
		return call_with_struct(row, obj, arg);
	return arg ? -EINVAL : row->call(obj, NULL);
}
