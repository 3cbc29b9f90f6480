// SPDX-License-Identifier: GPL-2.0-only
/* GET_STATE and SET_STATE: system state as a sequence of self-describing groups. */
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "core.h"

/* No sequence of groups is longer. */
#define MAX_LEN		(64 * 1024)

static u32 regs_size(struct axvcpu_vcpu *vcpu)
{
	return axvcpu_ops->regs_size;
}

static void regs_get(struct axvcpu_vcpu *vcpu, void *data)
{
	memcpy(data, vcpu->run->regs, axvcpu_ops->regs_size);
}

static int regs_check(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	return len == axvcpu_ops->regs_size ? 0 : -EINVAL;
}

static void regs_set(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	memcpy(vcpu->run->regs, data, len);
	vcpu->refusable = false;
}

static u32 events_size(struct axvcpu_vcpu *vcpu)
{
	return sizeof(struct axvcpu_state_events);
}

static void events_get(struct axvcpu_vcpu *vcpu, void *data)
{
	axvcpu_event_save(vcpu, data);
	axvcpu_ops->get_events(vcpu, data);
}

/* Would INJECT take it? */
static int plain_check(u32 type, u32 vector)
{
	const struct axvcpu_inject event = { .type = type, .vector = vector };

	return axvcpu_ops->check_event(&event);
}

static int exception_check(const struct axvcpu_state_events *state)
{
	const struct axvcpu_inject event = {
		.type = AXVCPU_INJECT_EXCEPTION,
		.vector = state->exception_vector,
		.flags = state->exception_flags,
		.error_code = state->exception_error,
		.address = state->exception_address,
	};

	return axvcpu_ops->check_event(&event);
}

static int events_check(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	const struct axvcpu_state_events *state = data;
	unsigned int vector;

	if (len != sizeof(*state) || state->activity >= AXVCPU_ACTIVITY_NR)
		return -EINVAL;
	if ((state->exception_pending | state->nmi_pending | state->nmi_blocked |
	     state->irq_shadow) > 1)
		return -EINVAL;
	for (vector = 0; vector < AXVCPU_NR_VECTORS; vector++)
		if (state->irq_pending[vector / 64] & BIT_ULL(vector % 64) &&
		    plain_check(AXVCPU_INJECT_IRQ, vector))
			return -EINVAL;
	if (state->nmi_pending && plain_check(AXVCPU_INJECT_NMI, 0))
		return -EINVAL;
	return state->exception_pending ? exception_check(state) : 0;
}

static void events_set(struct axvcpu_vcpu *vcpu, const void *data, u32 len)
{
	axvcpu_event_restore(vcpu, data);
	axvcpu_ops->set_events(vcpu, data);
}

static const struct axvcpu_state_group core_groups[] = {
	{
		.id = AXVCPU_GROUP_REGS,
		.size = regs_size,
		.get = regs_get,
		.check = regs_check,
		.set = regs_set,
	}, {
		.id = AXVCPU_GROUP_EVENTS,
		.size = events_size,
		.get = events_get,
		.check = events_check,
		.set = events_set,
	},
	{ }
};

/* All groups there are, the core's first; NULL after the last. */
static const struct axvcpu_state_group *next_group(const struct axvcpu_state_group *group)
{
	group = group ? group + 1 : core_groups;
	if (!group->id && group == &core_groups[ARRAY_SIZE(core_groups) - 1])
		group = axvcpu_ops->groups;
	return group->id ? group : NULL;
}

static const struct axvcpu_state_group *find_group(u32 id)
{
	const struct axvcpu_state_group *group = NULL;

	while ((group = next_group(group)))
		if (group->id == id)
			break;
	return group;
}

static u32 record_size(u32 size)
{
	return sizeof(struct axvcpu_state_record) + ALIGN(size, 8);
}

static u32 groups_size(struct axvcpu_vcpu *vcpu, u32 id)
{
	const struct axvcpu_state_group *group = NULL;
	u32 size = 0;

	while ((group = next_group(group)))
		if (id == AXVCPU_GROUP_ALL || id == group->id)
			size += record_size(group->size(vcpu));
	return size;
}

static void groups_get(struct axvcpu_vcpu *vcpu, u32 id, void *to)
{
	const struct axvcpu_state_group *group = NULL;
	struct axvcpu_state_record *record = to;

	while ((group = next_group(group))) {
		if (id != AXVCPU_GROUP_ALL && id != group->id)
			continue;
		record->id = group->id;
		record->size = group->size(vcpu);
		group->get(vcpu, record + 1);
		record = (void *)record + record_size(record->size);
	}
}

static int get_state_body(struct axvcpu_vcpu *vcpu, void *arg)
{
	struct axvcpu_state_buffer *buf = arg;
	u32 room = buf->len;
	void *data;
	int ret = 0;

	buf->len = groups_size(vcpu, buf->group);
	if (room < buf->len)
		return -ENOSPC;
	data = kvzalloc(buf->len, GFP_KERNEL_ACCOUNT);
	if (!data)
		return -ENOMEM;
	groups_get(vcpu, buf->group, data);
	if (copy_to_user(u64_to_user_ptr(buf->addr), data, buf->len))
		ret = -EFAULT;
	kvfree(data);
	return ret;
}

/**
 * axvcpu_vcpu_get_state() - GET_STATE: one group or all of them
 * @vcpu: any vCPU
 * @buf: where to; takes the length there is
 *
 * Return: 0; -EINVAL for an unknown group, -ENOSPC with the length filled in,
 * -EFAULT, -ENOMEM, and the errors of axvcpu_with_state_transition().
 */
int axvcpu_vcpu_get_state(struct axvcpu_vcpu *vcpu, struct axvcpu_state_buffer *buf)
{
	if (buf->reserved || (buf->group != AXVCPU_GROUP_ALL && !find_group(buf->group)))
		return -EINVAL;
	return axvcpu_with_state_transition(vcpu, AXVCPU_OP_GET_STATE,
					    get_state_body, buf);
}

/* The records of SET_STATE, in kernel memory. */
struct records {
	void *data;
	u32 len;
};

/* The record at @offset, whole within the buffer, its padding zero; or NULL. */
static struct axvcpu_state_record *record_at(const struct records *records, u32 offset)
{
	struct axvcpu_state_record *record = records->data + offset;
	u32 left = records->len - offset;

	if (left < sizeof(*record) || record->size > MAX_LEN ||
	    left < record_size(record->size))
		return NULL;
	if (memchr_inv((void *)(record + 1) + record->size, 0,
		       ALIGN(record->size, 8) - record->size))
		return NULL;
	return record;
}

static int records_check(struct axvcpu_vcpu *vcpu, const struct records *records)
{
	const struct axvcpu_state_group *group;
	struct axvcpu_state_record *record;
	u32 offset = 0;
	int ret;

	while (offset < records->len) {
		record = record_at(records, offset);
		if (!record)
			return -EINVAL;
		group = find_group(record->id);
		if (!group)
			return -EINVAL;
		ret = group->check(vcpu, record + 1, record->size);
		if (ret)
			return ret;
		offset += record_size(record->size);
	}
	return 0;
}

static int set_state_body(struct axvcpu_vcpu *vcpu, void *arg)
{
	const struct records *records = arg;
	struct axvcpu_state_record *record;
	u32 offset;
	int ret;

	ret = records_check(vcpu, records);
	if (ret)
		return ret;
	for (offset = 0; offset < records->len; offset += record_size(record->size)) {
		record = records->data + offset;
		find_group(record->id)->set(vcpu, record + 1, record->size);
	}
	return 0;
}

/**
 * axvcpu_vcpu_set_state() - SET_STATE: all the groups in the buffer, or none
 * @vcpu: any vCPU
 * @buf: where from
 *
 * Return: 0; -EINVAL for a record that is unknown, cut off or holds what the
 * group does not take, -E2BIG for more than 64 KiB, -EFAULT, -ENOMEM, and the
 * errors of axvcpu_with_state_transition().
 */
int axvcpu_vcpu_set_state(struct axvcpu_vcpu *vcpu, const struct axvcpu_state_buffer *buf)
{
	struct records records = { .len = buf->len };
	int ret;

	if (buf->reserved || buf->group || !buf->len || buf->len % 8)
		return -EINVAL;
	if (buf->len > MAX_LEN)
		return -E2BIG;
	records.data = vmemdup_user(u64_to_user_ptr(buf->addr), buf->len);
	if (IS_ERR(records.data))
		return PTR_ERR(records.data);
	ret = axvcpu_with_state_transition(vcpu, AXVCPU_OP_SET_STATE,
					   set_state_body, &records);
	kvfree(records.data);
	return ret;
}
