// SPDX-License-Identifier: GPL-2.0-only
/* Arguments from and to userspace: structures that may grow. */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/uaccess.h>

#include "core.h"

/**
 * axvcpu_uarg_get() - read a structure whose first member is its size
 * @to: takes it; its size member is the caller's, not @size
 * @size: bytes the kernel knows
 * @arg: user address
 *
 * Return: 0; -EFAULT, -EINVAL for a size that has no room for itself, -E2BIG
 * for a tail that is not zero or a size beyond a page.
 */
int axvcpu_uarg_get(void *to, size_t size, unsigned long arg)
{
	void __user *from = (void __user *)arg;
	u32 usize;
	int ret;

	if (get_user(usize, (u32 __user *)from))
		return -EFAULT;
	if (usize < sizeof(usize))
		return -EINVAL;
	if (usize > PAGE_SIZE)
		return -E2BIG;
	ret = copy_struct_from_user(to, size, from, usize);
	if (!ret)
		*(u32 *)to = usize;
	return ret;
}

/**
 * axvcpu_uarg_put() - write such a structure back, as much as the caller knows
 * @arg: user address, as given to axvcpu_uarg_get()
 * @from: the structure, its size member as axvcpu_uarg_get() left it
 * @size: bytes the kernel knows
 *
 * A tail the kernel does not know was zero and stays so.
 *
 * Return: 0, -EFAULT.
 */
int axvcpu_uarg_put(unsigned long arg, const void *from, size_t size)
{
	size_t n = min_t(size_t, *(const u32 *)from, size);

	return copy_to_user((void __user *)arg, from, n) ? -EFAULT : 0;
}

/**
 * axvcpu_uarg_array_put() - answer a command that fills a table
 * @arg: user address of a struct axvcpu_array
 * @table: the entries
 * @count: how many
 * @entry: bytes of one
 *
 * Return: 0; -ENOSPC, with the count written, if there is no room for all of
 * them; the errors of axvcpu_uarg_get().
 */
int axvcpu_uarg_array_put(unsigned long arg, const void *table, u32 count,
			  size_t entry)
{
	struct axvcpu_array array;
	u32 room;
	int ret;

	ret = axvcpu_uarg_get(&array, sizeof(array), arg);
	if (ret)
		return ret;
	room = array.count;
	array.count = count;
	if (room >= count &&
	    copy_to_user(u64_to_user_ptr(array.addr), table, count * entry))
		return -EFAULT;
	ret = axvcpu_uarg_put(arg, &array, sizeof(array));
	if (ret)
		return ret;
	return room < count ? -ENOSPC : 0;
}
