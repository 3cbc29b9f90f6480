// SPDX-License-Identifier: GPL-2.0-only
/* GET_INFO and GET_CAPS say what there is. */

#include <fcntl.h>
#include <sys/stat.h>

#include "harness.h"

static void get_info(void)
{
	struct axvcpu_info info;

	tap_is(dev_info(&info), 0, "GET_INFO");
	tap_is(info.size, sizeof(info), "its size is the caller's");
	tap_is(info.api_version, AXVCPU_API_VERSION, "the version");
	tap_ok(info.backend > AXVCPU_BACKEND_FAKE && info.backend <= AXVCPU_BACKEND_EL2_NVHE,
	       "a backend");
	tap_ok(info.max_vcpus >= 1 && info.max_regions >= 1, "limits");
	tap_ok(info.gpa_bits >= 32 && info.gpa_bits <= 52, "%u bits of address",
	       info.gpa_bits);
	tap_ok(!(info.features & info.features_missing), "nothing is there and missing");
	tap_ok(!(info.mitigations & info.mitigations_missing), "nor in force and missing");
	tap_ok(memchr(info.module_version, 0, sizeof(info.module_version)) &&
	       info.module_version[0], "a version: %.32s", info.module_version);
	tap_ok(memchr(info.backend_name, 0, sizeof(info.backend_name)) &&
	       info.backend_name[0], "a name: %.16s", info.backend_name);
}

static void get_caps(void)
{
	struct axvcpu_cap caps[64];
	struct axvcpu_array arg = {
		.size = sizeof(arg), .count = 0, .addr = (uintptr_t)caps,
	};
	unsigned int i, k, twice = 0, reserved = 0;
	unsigned long long levels = 0;
	bool groups = false;
	int dev = dev_open();

	tap_is(xioctl(dev, AXVCPU_GET_CAPS, &arg), -ENOSPC, "no room for capabilities");
	tap_ok(arg.count > 0 && arg.count <= ARRAY_SIZE(caps), "there are %u", arg.count);
	tap_is(xioctl(dev, AXVCPU_GET_CAPS, &arg), 0, "with room");
	for (i = 0; i < arg.count; i++) {
		reserved |= caps[i].reserved;
		groups |= caps[i].id == AXVCPU_CAP_STATE_GROUPS && caps[i].value == 1;
		if (caps[i].id == AXVCPU_CAP_GUEST_TABLE_LEVELS)
			levels = caps[i].value;
		for (k = 0; k < i; k++)
			twice += caps[k].id == caps[i].id;
	}
	tap_is(reserved, 0, "reserved is zero");
	tap_is(twice, 0, "none is listed twice");
	tap_ok(groups, "state groups are among them");
	tap_ok(levels == 4 || levels == 5, "a guest's page tables have %llu levels", levels);
	arg.count = ARRAY_SIZE(caps);
	tap_is(xioctl(dev, AXVCPU_GET_CAPS, &arg), 0, "with more room");
	tap_is(arg.count, i, "there are as many");
	close(dev);
}

static void descriptors(void)
{
	struct stat st;
	int dev = dev_open(), vm = vm_create(dev), vcpu = vcpu_create(vm, 0);

	tap_ok(vm >= 0 && fcntl(vm, F_GETFD) & FD_CLOEXEC, "a VM is close-on-exec");
	tap_ok(vcpu >= 0 && fcntl(vcpu, F_GETFD) & FD_CLOEXEC, "a vCPU, too");
	tap_ok(!stat("/dev/axvcpu", &st) && S_ISCHR(st.st_mode), "a character device");
	tap_is(mmap(NULL, 2 * PAGE_SIZE, PROT_READ, MAP_SHARED, vcpu, 0) == MAP_FAILED, 1,
	       "the run page is one page");
	tap_is(mmap(NULL, PAGE_SIZE, PROT_READ, MAP_SHARED, vcpu, PAGE_SIZE) == MAP_FAILED, 1,
	       "at offset 0");
	tap_is(mmap(NULL, PAGE_SIZE, PROT_READ, MAP_PRIVATE, vcpu, 0) == MAP_FAILED, 1,
	       "shared");
	close(vcpu);
	close(vm);
	close(dev);
}

void test(void)
{
	get_info();
	get_caps();
	descriptors();
}
