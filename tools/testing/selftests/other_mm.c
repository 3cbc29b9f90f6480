// SPDX-License-Identifier: GPL-2.0-only
/* A VM belongs to the address space that made it: a child gets -EIO, and no run page. */

#include <sys/wait.h>
#include <sys/ioctl.h>

#include "harness.h"

DECLARE_GUEST(count, MODE_NATIVE);

static const unsigned long vm_commands[] = {
	AXVCPU_VM_MAP, AXVCPU_VM_UNMAP, AXVCPU_VM_PROTECT, AXVCPU_VM_GET_DIRTY,
	AXVCPU_VM_CREATE_VCPU, AXVCPU_VM_GET_TIME, AXVCPU_VM_SET_TIME,
};

static const unsigned long vcpu_commands[] = {
	AXVCPU_RUN, AXVCPU_SETUP, AXVCPU_BIND, AXVCPU_UNBIND, AXVCPU_KICK,
	AXVCPU_RESET, AXVCPU_VCPU_INFO, AXVCPU_GET_STATE, AXVCPU_SET_STATE,
	AXVCPU_INJECT, AXVCPU_REFUSE, AXVCPU_SET_DEBUG, AXVCPU_TRANSLATE,
	AXVCPU_GET_STATS, AXVCPU_GET_FAILURE,
};

static struct machine m;

/* What each check says; the child has no other way to tell its parent. */
struct results {
	int vm[ARRAY_SIZE(vm_commands)];
	int vcpu[ARRAY_SIZE(vcpu_commands)];
	bool no_run_page;
	bool no_mmap;
	bool done;
};

static bool is_mapped(void *page)
{
	unsigned char resident;

	return !mincore(page, PAGE_SIZE, &resident);
}

static int try(int fd, unsigned long cmd)
{
	union {
		uint32_t size;
		uint64_t room[64];
	} arg = { .size = _IOC_SIZE(cmd) };

	return xioctl(fd, cmd, _IOC_SIZE(cmd) ? &arg : NULL);
}

static void child(struct results *res)
{
	unsigned int i;

	res->no_run_page = !is_mapped(m.run);
	for (i = 0; i < ARRAY_SIZE(vm_commands); i++)
		res->vm[i] = try(m.vm, vm_commands[i]);
	for (i = 0; i < ARRAY_SIZE(vcpu_commands); i++)
		res->vcpu[i] = try(m.vcpu, vcpu_commands[i]);
	res->no_mmap = mmap(NULL, PAGE_SIZE, PROT_READ, MAP_SHARED, m.vcpu, 0) == MAP_FAILED;
	res->done = !close(m.vcpu) && !close(m.vm);
	_exit(0);
}

void test(void)
{
	struct results *res = mmap(NULL, sizeof(*res), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned int i;
	int status;
	pid_t pid;

	machine_ready(&m, &guest_count);
	tap_is(machine_report(&m), 0, "the guest runs");
	pid = fork();
	if (!pid)
		child(res);
	waitpid(pid, &status, 0);
	tap_is(status, 0, "the child came through");
	tap_ok(res->no_run_page, "it did not inherit the run page");
	tap_ok(res->no_mmap, "and cannot map it");
	for (i = 0; i < ARRAY_SIZE(vm_commands); i++)
		tap_is(res->vm[i], -EIO, "VM command %#lx", _IOC_NR(vm_commands[i]));
	for (i = 0; i < ARRAY_SIZE(vcpu_commands); i++)
		tap_is(res->vcpu[i], -EIO, "vCPU command %#lx", _IOC_NR(vcpu_commands[i]));
	tap_ok(res->done, "it can close its descriptors");
	tap_is(machine_report(&m), 1, "which the parent does not notice");
	machine_fini(&m);
}
