// SPDX-License-Identifier: GPL-2.0-only
/* Beside KVM: who comes second is turned down, and may come when the first is gone. */

#include <fcntl.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>

#include "harness.h"

DECLARE_GUEST(count, MODE_LONG);

static void load(const char *module)
{
	char * const argv[] = { "modprobe", (char *)module, NULL };

	run_command(argv);
}

static int kvm_vm(int kvm)
{
	return xioctl(kvm, KVM_CREATE_VM, NULL);
}

void test(void)
{
	struct axvcpu_info info;
	struct machine m;
	int kvm, vm, dev;

	dev_info(&info);
	load(info.backend == AXVCPU_BACKEND_SVM ? "kvm_amd" : "kvm_intel");
	kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (kvm < 0)
		tap_skip_all("no /dev/kvm");

	machine_ready(&m, &guest_count);
	tap_is(machine_report(&m), 0, "a guest of ours runs");
	vm = kvm_vm(kvm);
	tap_ok(vm < 0, "KVM_CREATE_VM fails (%s)", vm < 0 ? strerror(-vm) : "not");
	if (vm >= 0)
		close(vm);
	tap_is(machine_report(&m), 1, "ours still runs");
	machine_fini(&m);

	vm = kvm_vm(kvm);
	tap_ok(vm >= 0, "ours is gone: KVM_CREATE_VM (%s)", vm < 0 ? strerror(-vm) : "yes");
	dev = dev_open();
	tap_is(vm_create(dev), -EBUSY, "CREATE_VM while KVM has one");
	tap_is(vm_create(dev), -EBUSY, "again");
	close(vm);
	tap_ok(WAIT_FOR((vm = vm_create(dev)) >= 0, 2000), "KVM's is gone: CREATE_VM");
	close(vm);
	close(dev);
	machine_ready(&m, &guest_count);
	tap_is(machine_report(&m), 0, "a guest of ours runs again");
	machine_fini(&m);
	close(kvm);
}
