// SPDX-License-Identifier: MIT
/*
 * State groups.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "object.h"

static uint32_t record_bytes(uint32_t data)
{
	return sizeof(struct axvcpu_state_record) + ((data + 7U) & ~7U);
}

int axvcpu_vcpu_get_state(struct axvcpu_vcpu *vcpu, uint32_t group, void *buf, uint32_t *len)
{
	struct axvcpu_state_buffer arg = {
		.size = sizeof(arg),
		.group = group,
		.addr = (uintptr_t)buf,
		.len = *len,
	};
	int ret = do_ioctl(vcpu->fd, AXVCPU_GET_STATE, &arg);

	if (!ret || ret == -ENOSPC)
		*len = arg.len;
	return ret;
}

int axvcpu_vcpu_set_state(struct axvcpu_vcpu *vcpu, const void *buf, uint32_t len)
{
	struct axvcpu_state_buffer arg = {
		.size = sizeof(arg),
		.addr = (uintptr_t)buf,
		.len = len,
	};

	return do_ioctl(vcpu->fd, AXVCPU_SET_STATE, &arg);
}

int axvcpu_vcpu_get_group(struct axvcpu_vcpu *vcpu, uint32_t group, void *data, uint32_t size)
{
	const struct axvcpu_state_record *rec;
	uint32_t len;
	void *buf;
	int ret;

	if (group == AXVCPU_GROUP_ALL || size > INT32_MAX - 64)
		return -EINVAL;
	len = record_bytes(size);
	buf = malloc(len);
	if (!buf)
		return -ENOMEM;
	ret = axvcpu_vcpu_get_state(vcpu, group, buf, &len);
	if (ret)
		goto out;
	rec = axvcpu_state_next(buf, len, NULL);
	if (!rec || rec->id != group) {
		ret = -ENOENT;
	} else if (rec->size > size) {
		ret = -ENOSPC;
	} else {
		memcpy(data, rec + 1, rec->size);
		ret = rec->size;
	}
out:
	free(buf);
	return ret;
}

int axvcpu_vcpu_set_group(struct axvcpu_vcpu *vcpu, uint32_t group, const void *data,
			  uint32_t size)
{
	struct axvcpu_state_record *rec;
	int ret;

	if (size > INT32_MAX - 64)
		return -EINVAL;
	rec = calloc(1, record_bytes(size));
	if (!rec)
		return -ENOMEM;
	rec->id = group;
	rec->size = size;
	memcpy(rec + 1, data, size);
	ret = axvcpu_vcpu_set_state(vcpu, rec, record_bytes(size));
	free(rec);
	return ret;
}

const struct axvcpu_state_record *axvcpu_state_next(const void *buf, uint32_t len,
						    const struct axvcpu_state_record *prev)
{
	const uint8_t *end = (const uint8_t *)buf + len;
	const uint8_t *at = buf;
	const struct axvcpu_state_record *rec;

	/* A @prev that came from here lies in the buffer with its data. */
	if (prev)
		at = (const uint8_t *)prev + record_bytes(prev->size);
	if (at > end || (size_t)(end - at) < sizeof(*rec))
		return NULL;
	rec = (const struct axvcpu_state_record *)at;
	if (rec->size > (size_t)(end - at) - sizeof(*rec))
		return NULL;
	return rec;
}
