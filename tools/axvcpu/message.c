// SPDX-License-Identifier: GPL-2.0-only
/*
 * Errors as sentences: what was tried on what, what is wrong, and what helps.
 */
#include <axvcpu.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static const struct {
	enum operation op;
	int error;
	const char *what;
	const char *remedy;
} sentences[] = {
	{ OP_OPEN, EACCES, "no permission",
	  "join the node's group (ls -l /dev/axvcpu), or become root" },
	{ OP_OPEN, EPERM, "no permission",
	  "join the node's group (ls -l /dev/axvcpu), or become root" },
	{ OP_INFO, ENOTTY, "not the device that this program knows",
	  "load the module that belongs to it" },
	{ OP_VM, EBUSY, "hardware virtualization belongs to somebody else",
	  "rmmod kvm_intel or kvm_amd, or boot with kvm.enable_virt_at_load=0" },
	{ OP_VM, ENOSPC, "you have as many VMs as one user may have",
	  "end some (axvcpu ps lists them)" },
	{ OP_VM, ENOMEM, "no memory left", "end other programs" },
	{ OP_VM, ENODEV, "no CPU with hardware virtualization is online", "bring one online" },
	{ OP_MAP, EINVAL, "not a range that guest memory can have", "choose another --mem" },
	{ OP_MAP, ENOSPC, "more regions than a VM can have", "choose a smaller --mem" },
	{ OP_MAP, ENOMEM, "no memory left for its tables", "choose a smaller --mem" },
	{ OP_VCPU, ENOSPC, "more vCPUs than a VM can have", "use fewer" },
	{ OP_VCPU, ENOMEM, "no memory left", "end other programs" },
	{ OP_VCPU, EINVAL, "not a CPU of this machine",
	  "choose another --cpu (see /sys/devices/system/cpu/online)" },
	{ OP_SETUP, EINVAL, "the device refuses this state", "check --entry and --reg" },
	{ OP_SETUP, ENOMEM, "no room for it", "choose a larger --mem, or end other programs" },
	{ OP_BIND, EXDEV, "this thread may not run where the vCPU wants to",
	  "choose another --cpu, or widen the cpuset (taskset -p)" },
	{ OP_RUN, EXDEV, "the thread was moved to a CPU that the vCPU may not use",
	  "choose another --cpu, or leave it out" },
	{ OP_RUN, EIO, "the host side failed", "see dmesg, and report it" },
	{ OP_RUN, ENODEV, "the CPU has no hardware virtualization any more",
	  "bring another CPU online, or unload what took it" },
	{ OP_MEMORY, ENOMEM, "the host has not that much",
	  "choose a smaller --mem, or leave --hugepages out" },
	{ OP_FILE, ENOENT, "no such file", "check the path" },
	{ OP_FILE, EACCES, "no permission", "chmod it, or become root" },
	{ OP_FILE, EISDIR, "a folder, not a file", "give the file's own path" },
	{ OP_FILE, ENODATA, "it is empty", "build it again" },
	{ OP_PS, EACCES, "only root may see every vCPU", "use sudo" },
	{ OP_PS, EPERM, "only root may see every vCPU", "use sudo" },
};

static const char *const operations[] = {
	[OP_OPEN] = "cannot open the device",
	[OP_INFO] = "cannot ask the device",
	[OP_VM] = "cannot make a VM",
	[OP_MAP] = "cannot give the guest its memory",
	[OP_VCPU] = "cannot make a vCPU",
	[OP_SETUP] = "cannot set the vCPU up",
	[OP_BIND] = "cannot bind the vCPU to this thread",
	[OP_RUN] = "cannot run the vCPU",
	[OP_MEMORY] = "cannot get memory for the guest",
	[OP_FILE] = "cannot read the file",
	[OP_PS] = "cannot list the vCPUs",
};

void complain(const char *format, ...)
{
	va_list args;

	fputs("axvcpu: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

int explain(enum operation op, int error, const char *object)
{
	error = abs(error);
	if (op == OP_OPEN && (error == ENOENT || error == ENXIO))
		return explain_no_device();
	for (size_t i = 0; i < ARRAY_SIZE(sentences); i++) {
		if (sentences[i].op == op && sentences[i].error == error) {
			complain("%s: %s: %s: %s", operations[op], object, sentences[i].what,
				 sentences[i].remedy);
			return STATUS_HOST;
		}
	}
	complain("%s: %s: %s: see dmesg for what the kernel says about it", operations[op],
		 object, strerror(error));
	return STATUS_HOST;
}
