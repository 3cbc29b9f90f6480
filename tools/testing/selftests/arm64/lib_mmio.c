// SPDX-License-Identifier: GPL-2.0-only
/*
 * The library completes loads and stores without a syndrome: the same code runs
 * on a device in the VMM and on the guest's memory, with the same results.
 */

#include <axvcpu.h>

#include "harness.h"

DECLARE_GUEST(device, MODE_NATIVE);

#define DEVICE_SIZE	256
#define RESULT_SIZE	4096
#define MEMORY		GUEST_DATA
#define RESULTS		(GUEST_DATA + 0x1000)

static uint8_t device[DEVICE_SIZE];
static unsigned long accesses, outside;

static int dev_read(void *opaque, uint64_t addr, uint32_t width, uint64_t *value)
{
	(void)opaque;
	accesses++;
	*value = 0;
	if (addr < GUEST_DEVICE || addr + width > GUEST_DEVICE + DEVICE_SIZE)
		outside++;
	else
		memcpy(value, device + (addr - GUEST_DEVICE), width);
	return 0;
}

static int dev_write(void *opaque, uint64_t addr, uint32_t width, uint64_t value)
{
	(void)opaque;
	accesses++;
	if (addr < GUEST_DEVICE || addr + width > GUEST_DEVICE + DEVICE_SIZE)
		outside++;
	else
		memcpy(device + (addr - GUEST_DEVICE), &value, width);
	return 0;
}

static int report(void *opaque, const struct axvcpu_exit_hypercall *call, uint64_t *result)
{
	(void)opaque;
	(void)result;
	return call->imm == CALL_REPORT ? 1 : -EPROTO;
}

static const struct axvcpu_handlers handlers = {
	.size = sizeof(handlers),
	.mmio_read = dev_read,
	.mmio_write = dev_write,
	.hypercall = report,
};

static void fill(uint8_t *p)
{
	unsigned int i;

	for (i = 0; i < DEVICE_SIZE; i++)
		p[i] = i * 37 + 0x81;
}

static struct axvcpu_vcpu *start(struct axvcpu_vm **vm, uint8_t *ram, int dev)
{
	const struct axvcpu_arm64_sysreg fp = { .id = SYS_CPACR, .value = 3UL << 20 };
	struct axvcpu_vcpu *vcpu;

	if (axvcpu_vm_create(dev, vm) || axvcpu_vm_map(*vm, 0, ram, GUEST_RAM_SIZE, MEM_RWX) ||
	    axvcpu_vcpu_create(*vm, 0, &vcpu) || axvcpu_vcpu_setup_at(vcpu, GUEST_CODE) ||
	    axvcpu_vcpu_set_group(vcpu, AXVCPU_ARM64_GROUP_SYSREGS, &fp, sizeof(fp)) ||
	    axvcpu_vcpu_bind(vcpu))
		tap_bail("no vCPU by the library");
	return vcpu;
}

/* One round; the MMU is off, so every access is aligned. */
static void round_at(uint8_t *ram, int dev, uint64_t place, uint8_t *results)
{
	struct axvcpu_vm *vm;
	struct axvcpu_vcpu *vcpu = start(&vm, ram, dev);
	int ret;

	memset(ram + RESULTS, 0, RESULT_SIZE);
	axvcpu_set_gpr(vcpu, 1, place);
	axvcpu_set_gpr(vcpu, 2, RESULTS);
	do {
		ret = axvcpu_vcpu_loop(vcpu, &handlers, NULL);
	} while (ret == -EINTR);
	if (!tap_is(ret, 1, "at %#llx the guest gets to its end", (unsigned long long)place))
		tap_note("exit %u at %#llx, instruction %02x%02x%02x%02x",
			 vcpu->run->out.reason, vcpu->run->out.raw.insn_pc,
			 vcpu->run->out.raw.insn[3], vcpu->run->out.raw.insn[2],
			 vcpu->run->out.raw.insn[1], vcpu->run->out.raw.insn[0]);
	memcpy(results, ram + RESULTS, RESULT_SIZE);
	axvcpu_vcpu_close(vcpu);
	axvcpu_vm_close(vm);
}

void test(void)
{
	static uint8_t on_memory[RESULT_SIZE], on_device[RESULT_SIZE];
	uint8_t *ram = host_pages(GUEST_RAM_SIZE);
	int dev = axvcpu_open(NULL);
	unsigned int i, wrong = 0;

	if (dev < 0)
		tap_bail("no device");
	memcpy(ram + GUEST_CODE, guest_device.start, guest_device.end - guest_device.start);
	fill(ram + MEMORY);
	fill(device);
	round_at(ram, dev, MEMORY, on_memory);
	tap_is(accesses, 0, "memory is no device");
	round_at(ram, dev, GUEST_DEVICE, on_device);
	tap_ok(accesses > 40, "a device is one: %lu accesses", accesses);
	tap_is(outside, 0, "all within it");
	for (i = 0; i < RESULT_SIZE; i++)
		wrong += on_memory[i] != on_device[i];
	tap_is(wrong, 0, "the same was loaded");
	for (i = 0; i < RESULT_SIZE && on_memory[i] == on_device[i]; i++)
		;
	if (i < RESULT_SIZE)
		tap_note("first difference at %#x", i);
	tap_ok(!memcmp(ram + MEMORY, device, DEVICE_SIZE), "the same was stored");
	close(dev);
}
