// SPDX-License-Identifier: MIT
/*
 * The vCPU: its life, its events, where its thread runs.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "device.h"
#include "object.h"

int axvcpu_vcpu_create(struct axvcpu_vm *vm, uint32_t id, struct axvcpu_vcpu **vcpu)
{
	return axvcpu_vcpu_create_on(vm, id, AXVCPU_NO_CPU, NULL, 0, vcpu);
}

int axvcpu_vcpu_create_on(struct axvcpu_vm *vm, uint32_t id, uint32_t favor_phys_cpu,
			  const void *phys_cpu_set, size_t phys_cpu_set_size,
			  struct axvcpu_vcpu **pub)
{
	struct axvcpu_vcpu_create arg = {
		.size = sizeof(arg),
		.id = id,
		.favor_phys_cpu = favor_phys_cpu,
		.phys_cpu_set = (uintptr_t)phys_cpu_set,
		.phys_cpu_set_size = phys_cpu_set_size,
	};
	struct vcpu *vcpu;
	void *run;
	int ret;

	*pub = NULL;
	if (phys_cpu_set_size > CPU_SET_BYTES)
		return -EINVAL;
	vcpu = calloc(1, sizeof(*vcpu));
	if (!vcpu)
		return -ENOMEM;
	ret = do_ioctl(vm->fd, AXVCPU_VM_CREATE_VCPU, &arg);
	if (ret < 0)
		goto err_free;
	vcpu->pub.fd = ret;
	run = mmap(NULL, AXVCPU_RUN_PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu->pub.fd, 0);
	if (run == MAP_FAILED) {
		ret = -errno;
		goto err_close;
	}
	vcpu->pub.run = run;
	vcpu->pub.id = id;
	vcpu->pub.vm = vm;
	vcpu->favor_phys_cpu = favor_phys_cpu;
	if (phys_cpu_set_size)
		memcpy(vcpu->phys_cpu_set, phys_cpu_set, phys_cpu_set_size);
	vcpu->phys_cpu_set_size = phys_cpu_set_size;
	*pub = &vcpu->pub;
	return 0;

err_close:
	close(vcpu->pub.fd);
err_free:
	free(vcpu);
	return ret;
}

static pid_t this_thread(void)
{
	return syscall(SYS_gettid);
}

/* Call the kernel directly: it returns the size of its set, which libc's wrapper hides. */
static int get_affinity(uint8_t *set)
{
	long ret = syscall(SYS_sched_getaffinity, 0, (size_t)CPU_SET_BYTES, set);

	return ret < 0 ? -errno : (int)ret;
}

static int set_affinity(const uint8_t *set, size_t size)
{
	return syscall(SYS_sched_setaffinity, 0, size, set) < 0 ? -errno : 0;
}

static bool in_set(const struct vcpu *vcpu, uint32_t cpu)
{
	if (!vcpu->phys_cpu_set_size)
		return cpu < CPU_SET_BYTES * 8;
	return cpu / 8 < vcpu->phys_cpu_set_size &&
	       (vcpu->phys_cpu_set[cpu / 8] & (1U << (cpu % 8)));
}

/* Move the calling thread to where the vCPU wants to run. */
static int place(struct vcpu *vcpu)
{
	int ret;

	if (vcpu->favor_phys_cpu == AXVCPU_NO_CPU && !vcpu->phys_cpu_set_size)
		return 0;
	ret = get_affinity(vcpu->saved_set);
	if (ret < 0)
		return ret;
	vcpu->saved_size = ret;
	vcpu->bound_tid = this_thread();
	if (in_set(vcpu, vcpu->favor_phys_cpu)) {
		uint8_t one[CPU_SET_BYTES] = { 0 };

		one[vcpu->favor_phys_cpu / 8] = 1U << (vcpu->favor_phys_cpu % 8);
		if (!set_affinity(one, sizeof(one)))
			return 0;
	}
	/* The thread may not run there: the CPU is offline, or a cpuset forbids it. */
	if (vcpu->phys_cpu_set_size)
		return set_affinity(vcpu->phys_cpu_set, vcpu->phys_cpu_set_size);
	return 0;
}

static void unplace(struct vcpu *vcpu)
{
	if (vcpu->bound_tid && vcpu->bound_tid == this_thread())
		set_affinity(vcpu->saved_set, vcpu->saved_size);
	vcpu->bound_tid = 0;
}

void axvcpu_vcpu_close(struct axvcpu_vcpu *pub)
{
	if (!pub)
		return;
	unplace(to_vcpu(pub));
	munmap(pub->run, AXVCPU_RUN_PAGE_SIZE);
	close(pub->fd);
	free(pub);
}

static int setup(struct axvcpu_vcpu *vcpu, uint32_t flags, uint64_t entry)
{
	struct axvcpu_setup arg = { .size = sizeof(arg), .flags = flags, .entry = entry };

	return do_ioctl(vcpu->fd, AXVCPU_SETUP, &arg);
}

int axvcpu_vcpu_setup(struct axvcpu_vcpu *vcpu)
{
	return setup(vcpu, 0, 0);
}

int axvcpu_vcpu_setup_at(struct axvcpu_vcpu *vcpu, uint64_t entry)
{
	return setup(vcpu, AXVCPU_SETUP_ENTRY, entry);
}

int axvcpu_vcpu_bind(struct axvcpu_vcpu *pub)
{
	struct vcpu *vcpu = to_vcpu(pub);
	struct vcpu before = *vcpu;
	int ret;

	ret = place(vcpu);
	if (!ret)
		ret = do_ioctl(pub->fd, AXVCPU_BIND, NULL);
	if (ret) {
		unplace(vcpu);
		*vcpu = before;
	}
	return ret;
}

int axvcpu_vcpu_unbind(struct axvcpu_vcpu *pub)
{
	int ret = do_ioctl(pub->fd, AXVCPU_UNBIND, NULL);

	if (!ret)
		unplace(to_vcpu(pub));
	return ret;
}

int axvcpu_vcpu_run(struct axvcpu_vcpu *vcpu)
{
	return do_ioctl(vcpu->fd, AXVCPU_RUN, NULL);
}

int axvcpu_vcpu_kick(struct axvcpu_vcpu *vcpu)
{
	return do_ioctl(vcpu->fd, AXVCPU_KICK, NULL);
}

int axvcpu_vcpu_reset(struct axvcpu_vcpu *pub)
{
	int ret = do_ioctl(pub->fd, AXVCPU_RESET, NULL);

	if (!ret)
		unplace(to_vcpu(pub));
	return ret;
}

int axvcpu_vcpu_get_info(struct axvcpu_vcpu *vcpu, struct axvcpu_vcpu_info *info)
{
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	return do_ioctl(vcpu->fd, AXVCPU_VCPU_INFO, info);
}

int axvcpu_vcpu_get_stats(struct axvcpu_vcpu *vcpu, struct axvcpu_stat *stats, uint32_t *count)
{
	return do_ioctl_array(vcpu->fd, AXVCPU_GET_STATS, stats, count);
}

int axvcpu_vcpu_get_failure(struct axvcpu_vcpu *vcpu, struct axvcpu_failure *failure)
{
	memset(failure, 0, sizeof(*failure));
	failure->size = sizeof(*failure);
	return do_ioctl(vcpu->fd, AXVCPU_GET_FAILURE, failure);
}

int axvcpu_vcpu_inject(struct axvcpu_vcpu *vcpu, uint32_t type, uint32_t vector, uint32_t flags,
		       uint64_t error_code, uint64_t address)
{
	struct axvcpu_inject arg = {
		.size = sizeof(arg),
		.type = type,
		.vector = vector,
		.flags = flags,
		.error_code = error_code,
		.address = address,
	};

	return do_ioctl(vcpu->fd, AXVCPU_INJECT, &arg);
}

int axvcpu_vcpu_inject_interrupt(struct axvcpu_vcpu *vcpu, uint32_t vector)
{
	return axvcpu_vcpu_inject(vcpu, AXVCPU_INJECT_IRQ, vector, 0, 0, 0);
}

int axvcpu_vcpu_refuse(struct axvcpu_vcpu *vcpu, uint32_t vector, uint32_t flags,
		       uint64_t error_code)
{
	struct axvcpu_refuse arg = {
		.size = sizeof(arg),
		.vector = vector,
		.flags = flags,
		.error_code = error_code,
	};

	return do_ioctl(vcpu->fd, AXVCPU_REFUSE, &arg);
}

int axvcpu_vcpu_set_debug(struct axvcpu_vcpu *vcpu, struct axvcpu_debug *debug)
{
	debug->size = sizeof(*debug);
	return do_ioctl(vcpu->fd, AXVCPU_SET_DEBUG, debug);
}

int axvcpu_vcpu_translate(struct axvcpu_vcpu *vcpu, uint64_t gva, uint32_t access, uint64_t *gpa)
{
	struct axvcpu_translate arg = { .size = sizeof(arg), .access = access, .gva = gva };
	int ret = do_ioctl(vcpu->fd, AXVCPU_TRANSLATE, &arg);

	if (!ret)
		*gpa = arg.gpa;
	return ret;
}
