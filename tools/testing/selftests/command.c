// SPDX-License-Identifier: GPL-2.0-only
/* The commands of /dev/axvcpu as functions. */

#include <fcntl.h>
#include <sys/ioctl.h>

#include "harness.h"

int xioctl(int fd, unsigned long cmd, const void *arg)
{
	int ret = ioctl(fd, cmd, arg);

	return ret < 0 ? -errno : ret;
}

int dev_open(void)
{
	int fd = open("/dev/axvcpu", O_RDWR | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT)
		tap_skip_all("no /dev/axvcpu: the module is not loaded");
	if (fd < 0)
		tap_bail("/dev/axvcpu: %s", strerror(errno));
	return fd;
}

int dev_info(struct axvcpu_info *info)
{
	int dev = dev_open();
	int ret;

	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	ret = xioctl(dev, AXVCPU_GET_INFO, info);
	close(dev);
	return ret;
}

int vm_create(int dev)
{
	struct axvcpu_vm_create arg = { .size = sizeof(arg) };

	return xioctl(dev, AXVCPU_CREATE_VM, &arg);
}

int vm_map(int vm, uint64_t gpa, uint64_t len, const void *hva, uint32_t flags)
{
	struct axvcpu_map arg = {
		.size = sizeof(arg),
		.flags = flags,
		.gpa = gpa,
		.len = len,
		.hva = (uintptr_t)hva,
	};

	return xioctl(vm, AXVCPU_VM_MAP, &arg);
}

int vm_unmap(int vm, uint64_t gpa, uint64_t len)
{
	struct axvcpu_map arg = { .size = sizeof(arg), .gpa = gpa, .len = len };

	return xioctl(vm, AXVCPU_VM_UNMAP, &arg);
}

int vm_protect(int vm, uint64_t gpa, uint64_t len, uint32_t flags)
{
	struct axvcpu_map arg = {
		.size = sizeof(arg), .flags = flags, .gpa = gpa, .len = len,
	};

	return xioctl(vm, AXVCPU_VM_PROTECT, &arg);
}

int vcpu_create(int vm, uint32_t id)
{
	struct axvcpu_vcpu_create arg = {
		.size = sizeof(arg), .id = id, .favor_phys_cpu = AXVCPU_NO_CPU,
	};

	return xioctl(vm, AXVCPU_VM_CREATE_VCPU, &arg);
}

int vcpu_setup(int vcpu)
{
	struct axvcpu_setup arg = { .size = sizeof(arg) };

	return xioctl(vcpu, AXVCPU_SETUP, &arg);
}

int vcpu_setup_entry(int vcpu, uint64_t entry)
{
	struct axvcpu_setup arg = {
		.size = sizeof(arg), .flags = AXVCPU_SETUP_ENTRY, .entry = entry,
	};

	return xioctl(vcpu, AXVCPU_SETUP, &arg);
}

int vcpu_bind(int vcpu)
{
	return xioctl(vcpu, AXVCPU_BIND, NULL);
}

int vcpu_unbind(int vcpu)
{
	return xioctl(vcpu, AXVCPU_UNBIND, NULL);
}

int vcpu_run(int vcpu)
{
	return xioctl(vcpu, AXVCPU_RUN, NULL);
}

int vcpu_kick(int vcpu)
{
	return xioctl(vcpu, AXVCPU_KICK, NULL);
}

int vcpu_reset(int vcpu)
{
	return xioctl(vcpu, AXVCPU_RESET, NULL);
}

int vcpu_info(int vcpu, struct axvcpu_vcpu_info *info)
{
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	return xioctl(vcpu, AXVCPU_VCPU_INFO, info);
}

int vcpu_inject(int vcpu, uint32_t type, uint32_t vector)
{
	struct axvcpu_inject arg = {
		.size = sizeof(arg), .type = type, .vector = vector,
	};

	return xioctl(vcpu, AXVCPU_INJECT, &arg);
}

int vcpu_inject_exception(int vcpu, uint32_t vector, uint32_t flags,
			  uint64_t error, uint64_t address)
{
	struct axvcpu_inject arg = {
		.size = sizeof(arg),
		.type = AXVCPU_INJECT_EXCEPTION,
		.vector = vector,
		.flags = flags,
		.error_code = error,
		.address = address,
	};

	return xioctl(vcpu, AXVCPU_INJECT, &arg);
}

int vcpu_refuse(int vcpu, uint32_t vector, uint32_t flags, uint64_t error)
{
	struct axvcpu_refuse arg = {
		.size = sizeof(arg),
		.vector = vector,
		.flags = flags,
		.error_code = error,
	};

	return xioctl(vcpu, AXVCPU_REFUSE, &arg);
}

int vcpu_set_debug(int vcpu, const struct axvcpu_debug *debug)
{
	struct axvcpu_debug arg = *debug;

	arg.size = sizeof(arg);
	return xioctl(vcpu, AXVCPU_SET_DEBUG, &arg);
}

int vcpu_get_state(int vcpu, uint32_t group, void *buf, uint32_t *len)
{
	struct axvcpu_state_buffer arg = {
		.size = sizeof(arg),
		.group = group,
		.addr = (uintptr_t)buf,
		.len = *len,
	};
	int ret = xioctl(vcpu, AXVCPU_GET_STATE, &arg);

	*len = arg.len;
	return ret;
}

int vcpu_set_state(int vcpu, const void *buf, uint32_t len)
{
	struct axvcpu_state_buffer arg = {
		.size = sizeof(arg), .addr = (uintptr_t)buf, .len = len,
	};

	return xioctl(vcpu, AXVCPU_SET_STATE, &arg);
}

int vcpu_get_group(int vcpu, uint32_t id, void *data, uint32_t size)
{
	uint32_t len = sizeof(struct axvcpu_state_record) + ((size + 7) & ~7U);
	struct axvcpu_state_record *rec = calloc(1, len);
	int ret = vcpu_get_state(vcpu, id, rec, &len);

	if (!ret && (rec->id != id || rec->size != size))
		tap_bail("group %u has id %u and %u bytes, not %u", id, rec->id,
			 rec->size, size);
	if (!ret)
		memcpy(data, rec + 1, size);
	free(rec);
	return ret;
}

int vcpu_set_group(int vcpu, uint32_t id, const void *data, uint32_t size)
{
	uint32_t len = sizeof(struct axvcpu_state_record) + ((size + 7) & ~7U);
	struct axvcpu_state_record *rec = calloc(1, len);
	int ret;

	rec->id = id;
	rec->size = size;
	memcpy(rec + 1, data, size);
	ret = vcpu_set_state(vcpu, rec, len);
	free(rec);
	return ret;
}

struct axvcpu_run *vcpu_map_run(int vcpu)
{
	void *run = mmap(NULL, AXVCPU_RUN_PAGE_SIZE, PROT_READ | PROT_WRITE,
			 MAP_SHARED, vcpu, 0);

	if (run == MAP_FAILED)
		tap_bail("cannot map the run page: %s", strerror(errno));
	return run;
}

uint32_t vcpu_state(int vcpu)
{
	struct axvcpu_vcpu_info info;
	int ret = vcpu_info(vcpu, &info);

	if (ret)
		tap_bail("VCPU_INFO: %s", strerror(-ret));
	return info.state;
}

uint64_t vcpu_stat(int vcpu, uint32_t id)
{
	struct axvcpu_stat stats[256];
	struct axvcpu_array arg = {
		.size = sizeof(arg),
		.count = ARRAY_SIZE(stats),
		.addr = (uintptr_t)stats,
	};
	int ret = xioctl(vcpu, AXVCPU_GET_STATS, &arg);
	unsigned int i;

	if (ret)
		tap_bail("GET_STATS: %s", strerror(-ret));
	for (i = 0; i < arg.count; i++)
		if (stats[i].id == id)
			return stats[i].value;
	tap_bail("there is no counter %#x", id);
}

const char *reason_name(uint32_t reason)
{
	static const char * const names[AXVCPU_EXIT_NR] = {
		"NOTHING", "HYPERCALL", "MMIO_READ", "MMIO_WRITE", "SYSREG_READ",
		"SYSREG_WRITE", "IO_READ", "IO_WRITE", "EXTERNAL_INTERRUPT",
		"NESTED_PAGE_FAULT", "HALT", "CPU_UP", "CPU_DOWN", "SYSTEM_DOWN",
		"FAIL_ENTRY", "SEND_IPI", "IO_READ_STRING", "IO_WRITE_STRING",
		"STOPPED", "DEADLINE", "IRQ_WINDOW", "EXCEPTION", "DEBUG",
		"SHUTDOWN", "UNKNOWN",
	};

	return reason < AXVCPU_EXIT_NR ? names[reason] : "a reason not known here";
}

const char *state_name(uint32_t state)
{
	static const char * const names[AXVCPU_STATE_NR] = {
		"INVALID", "CREATED", "FREE", "READY", "RUNNING", "BLOCKED",
	};

	return state < AXVCPU_STATE_NR ? names[state] : "a state not known here";
}
