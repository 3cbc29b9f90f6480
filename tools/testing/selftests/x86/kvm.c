// SPDX-License-Identifier: GPL-2.0-only
/*
 * Beside KVM, in every order of loading: up to Linux 6.11 it takes the hardware with
 * its first VM, from 6.12 on when it is loaded, unless kvm.enable_virt_at_load=0.
 * Who comes second gets EBUSY, ours with a line in the log; nobody is disturbed.
 */

#include <fcntl.h>
#include <sys/klog.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>

#include "harness.h"

DECLARE_GUEST(count, MODE_LONG);

#define SYSLOG_READ_ALL		3
#define SYSLOG_CLEAR		5

static const char *kvm_module;
static bool at_load;

static int kvm_load(void)
{
	char * const argv[] = { "modprobe", (char *)kvm_module, NULL };

	return run_command(argv);
}

static int kvm_unload(void)
{
	return module_unload(kvm_module);
}

static int kvm_vm(void)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	int vm;

	if (kvm < 0)
		return -errno;
	vm = xioctl(kvm, KVM_CREATE_VM, NULL);
	close(kvm);
	return vm;
}

static bool log_says(const char *words)
{
	static char log[1 << 20];
	int n = klogctl(SYSLOG_READ_ALL, log, sizeof(log) - 1);

	log[n < 0 ? 0 : n] = '\0';
	return strstr(log, words);
}

static void ours_refused(const char *when)
{
	klogctl(SYSLOG_CLEAR, NULL, 0);
	tap_is(module_load(""), -EBUSY, "%s: axvcpu does not load", when);
	tap_ok(log_says("is in use already") && log_says("rmmod kvm"),
	       "%s: the log says who has it and what to do", when);
}

static void ours_runs(const char *when)
{
	struct machine m;

	machine_ready(&m, &guest_count);
	tap_is(machine_report(&m), 0, "%s: a guest of ours runs", when);
	machine_fini(&m);
}

static int vm_try(void)
{
	int dev = dev_open();
	int vm = vm_create(dev);

	close(dev);
	if (vm < 0)
		return vm;
	close(vm);
	return 0;
}

static void kvm_first(void)
{
	char value[8] = "";
	int vm;

	tap_is(kvm_load(), 0, "KVM alone");
	file_read("/sys/module/kvm/parameters/enable_virt_at_load", value, sizeof(value));
	at_load = value[0] == 'Y';
	tap_note("KVM takes the hardware %s", at_load ? "when loaded" : "with its first VM");
	if (at_load) {
		ours_refused("KVM idle");
	} else {
		tap_is(module_load(""), 0, "KVM idle: axvcpu loads");
		ours_runs("KVM idle");
		tap_ok(WAIT_FOR(!module_unload("axvcpu"), 5000), "and unloads");
	}
	vm = kvm_vm();
	tap_ok(vm >= 0, "KVM has a VM");
	ours_refused("KVM in use");
	close(vm);
	tap_ok(WAIT_FOR(!kvm_unload(), 5000), "KVM unloads");
}

static void ours_first(void)
{
	struct machine m;

	tap_is(module_load(""), 0, "axvcpu alone");
	machine_ready(&m, &guest_count);
	tap_is(machine_report(&m), 0, "a guest of ours runs");
	if (at_load)
		tap_ok(kvm_load() != 0, "ours in use: KVM does not load");
	else
		tap_is(kvm_load(), 0, "ours in use: KVM loads");
	tap_ok(kvm_vm() < 0, "ours in use: KVM has no VM");
	tap_is(machine_report(&m), 1, "our guest goes on");
	machine_fini(&m);
}

static void both(void)
{
	int vm;

	tap_is(kvm_load(), 0, "ours idle: KVM loads");
	if (at_load)
		tap_is(vm_try(), -EBUSY, "KVM loaded: CREATE_VM");
	else
		ours_runs("KVM idle");
	vm = kvm_vm();
	tap_ok(vm >= 0, "ours idle: KVM has a VM");
	tap_is(vm_try(), -EBUSY, "KVM in use: CREATE_VM");
	close(vm);
	if (!at_load)
		tap_ok(WAIT_FOR(!vm_try(), 5000), "KVM's VM is gone: CREATE_VM");
	tap_ok(WAIT_FOR(!module_unload("axvcpu"), 5000), "axvcpu unloads");
	tap_ok(WAIT_FOR(!kvm_unload(), 5000), "KVM unloads");
	tap_is(module_load(""), 0, "axvcpu loads");
	ours_runs("KVM gone");
}

void test(void)
{
	struct axvcpu_info info;

	dev_info(&info);
	kvm_module = info.backend == AXVCPU_BACKEND_SVM ? "kvm_amd" : "kvm_intel";
	kvm_unload();
	if (access(MODULE_FILE, R_OK) || !WAIT_FOR(!module_unload("axvcpu"), 5000))
		tap_skip_all("axvcpu cannot be unloaded");
	if (kvm_load() || kvm_unload()) {
		module_load("");
		tap_skip_all("no %s", kvm_module);
	}
	kvm_first();
	ours_first();
	both();
}
