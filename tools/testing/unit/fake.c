// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fake device.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fake.h"

struct fake fake;

static int fail(int error)
{
	errno = error;
	return -1;
}

static void *group(uint32_t id, uint32_t *size)
{
	switch (id) {
	case AXVCPU_X86_GROUP_SEGMENTS:
		*size = sizeof(fake.segs);
		return &fake.segs;
	case AXVCPU_X86_GROUP_CONTROL:
		*size = sizeof(fake.ctl);
		return &fake.ctl;
	case AXVCPU_X86_GROUP_XSAVE:
		*size = sizeof(fake.xsave);
		return fake.xsave;
	}
	return NULL;
}

static int get_state(struct axvcpu_state_buffer *buf)
{
	struct axvcpu_state_record *rec = (void *)(uintptr_t)buf->addr;
	uint32_t room = buf->len, size = 0;
	void *data = group(buf->group, &size);

	if (!data)
		return fail(EINVAL);
	buf->len = sizeof(*rec) + ((size + 7) & ~7U);
	if (room < buf->len)
		return fail(ENOSPC);
	rec->id = buf->group;
	rec->size = size;
	memcpy(rec + 1, data, size);
	return 0;
}

static int set_state(const struct axvcpu_state_buffer *buf)
{
	const struct axvcpu_state_record *rec = (void *)(uintptr_t)buf->addr;
	uint32_t size = 0;
	void *data = group(rec->id, &size);

	if (!data || rec->size != size)
		return fail(EINVAL);
	memcpy(data, rec + 1, size);
	return 0;
}

static int translate(struct axvcpu_translate *tr)
{
	uint64_t page = tr->gva & ~4095ULL;

	if ((fake.unmapped && page == fake.unmapped) ||
	    (fake.readonly && page == fake.readonly && (tr->access & AXVCPU_ACCESS_WRITE)))
		return fail(EFAULT);
	tr->gpa = tr->gva;
	return 0;
}

int __wrap_ioctl(int fd, unsigned long cmd, ...)
{
	va_list args;
	void *arg;

	(void)fd;
	va_start(args, cmd);
	arg = va_arg(args, void *);
	va_end(args);
	switch (cmd) {
	case AXVCPU_CREATE_VM:
		return memfd_create("vm", 0);
	case AXVCPU_VM_CREATE_VCPU: {
		int page = memfd_create("vcpu", 0);

		return ftruncate(page, AXVCPU_RUN_PAGE_SIZE) ? -1 : page;
	}
	case AXVCPU_GET_STATE:
		return get_state(arg);
	case AXVCPU_SET_STATE:
		return set_state(arg);
	case AXVCPU_TRANSLATE:
		return translate(arg);
	case AXVCPU_INJECT:
		fake.inject = *(struct axvcpu_inject *)arg;
		fake.injected++;
		return 0;
	case AXVCPU_REFUSE:
		fake.refuse = *(struct axvcpu_refuse *)arg;
		fake.refused++;
		return 0;
	case AXVCPU_VM_MAP:
		return 0;
	}
	return fail(ENOTTY);
}

struct axvcpu_vcpu *fake_vcpu(void *ram)
{
	struct axvcpu_vcpu *vcpu;
	struct axvcpu_vm *vm;

	memset(&fake, 0, sizeof(fake));
	fake.segs.cs.attr = AXVCPU_X86_SEG_L | AXVCPU_X86_SEG_P | AXVCPU_X86_SEG_S | 0xb;
	fake.ctl.cr0 = 0x80000001;
	fake.ctl.efer = 0x500;
	if (axvcpu_vm_create(-1, &vm) ||
	    axvcpu_vm_map(vm, FAKE_RAM, ram, FAKE_SIZE, AXVCPU_ACCESS_READ | AXVCPU_ACCESS_WRITE) ||
	    axvcpu_vcpu_create(vm, 0, &vcpu))
		abort();
	return vcpu;
}

void fake_close(struct axvcpu_vcpu *vcpu)
{
	struct axvcpu_vm *vm = vcpu->vm;

	axvcpu_vcpu_close(vcpu);
	axvcpu_vm_close(vm);
}
