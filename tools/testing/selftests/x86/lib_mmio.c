// SPDX-License-Identifier: GPL-2.0-only
/*
 * The library completes what the kernel hands over undecoded: the same code runs
 * on a device in the guest and on memory in the host, with the same results.
 */

#include <axvcpu.h>

#include "harness.h"

DECLARE_GUEST(device, MODE_LONG);

#define DEVICE_SIZE	256
#define RESULT_SIZE	4096
#define FLAGS		0x8c5	/* OF, SF, ZF, PF, CF; AF is undefined after some */

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

static int report(void *opaque, uint16_t port, uint32_t width, uint64_t value)
{
	(void)opaque;
	(void)width;
	(void)value;
	return port == PORT_REPORT ? 1 : 0;
}

static const struct axvcpu_handlers handlers = {
	.size = sizeof(handlers),
	.io_write = report,
	.mmio_read = dev_read,
	.mmio_write = dev_write,
};

static void fill(uint8_t *p)
{
	unsigned int i;

	for (i = 0; i < DEVICE_SIZE; i++)
		p[i] = i * 37 + 11;
}

/* Flags, RAX and RDX after each instruction. */
static void compare(const uint64_t *guest, const uint64_t *host)
{
	unsigned int i, wrong = 0, n = 0;

	for (i = 0; i + 2 < RESULT_SIZE / 8; i += 3) {
		if (!host[i] && !host[i + 1])
			break;
		n++;
		if ((guest[i] & FLAGS) == (host[i] & FLAGS) && guest[i + 1] == host[i + 1] &&
		    guest[i + 2] == host[i + 2])
			continue;
		wrong++;
		tap_note("instruction %u: flags %#llx rax %#llx rdx %#llx, not %#llx %#llx %#llx",
			 i / 3, (unsigned long long)guest[i] & FLAGS,
			 (unsigned long long)guest[i + 1], (unsigned long long)guest[i + 2],
			 (unsigned long long)host[i] & FLAGS, (unsigned long long)host[i + 1],
			 (unsigned long long)host[i + 2]);
	}
	tap_ok(n > 30, "%u instructions", n);
	tap_is(wrong, 0, "registers and flags are the host's after each");
}

static bool cpu_has_movbe(void)
{
	uint32_t a = 1, b, c = 0, d;

	asm("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	return c & (1 << 22);
}

void test(void)
{
	static _Alignas(16) uint8_t native[DEVICE_SIZE];
	static uint64_t results[RESULT_SIZE / 8];
	const uint64_t movbe = cpu_has_movbe();
	struct axvcpu_vcpu *vcpu;
	struct axvcpu_vm *vm;
	struct machine m;
	int ret;

	m.dev = dev_open();
	if (axvcpu_vm_create(m.dev, &vm))
		tap_bail("axvcpu_vm_create");
	m.ram = host_pages(GUEST_RAM_SIZE);
	if (axvcpu_vm_map(vm, 0, m.ram, GUEST_RAM_SIZE, MEM_RWX) ||
	    axvcpu_vcpu_create(vm, 0, &vcpu))
		tap_bail("axvcpu_vcpu_create");
	m.vm = vm->fd;
	m.vcpu = vcpu->fd;
	m.run = vcpu->run;
	m.regs = (struct arch_regs *)m.run->regs;
	memcpy(m.ram + GUEST_CODE, guest_device.start, guest_device.end - guest_device.start);
	arch_start(&m, &guest_device, GUEST_CODE);
	if (axvcpu_vcpu_bind(vcpu))
		tap_bail("axvcpu_vcpu_bind");

	fill(device);
	fill(native);
	m.regs->RDI = GUEST_DEVICE;
	m.regs->RSI = GUEST_DATA;
	m.regs->R9 = movbe;
	ret = axvcpu_vcpu_loop(vcpu, &handlers, NULL);
	if (!tap_is(ret, 1, "the guest comes through"))
		tap_note("  exit %s at %#llx", reason_name(m.run->out.reason), m.regs->rip);
	asm volatile("sub $128, %%rsp\n\t"	/* past the red zone */
		     "mov %2, %%r9\n\t"
		     "pxor %%xmm1, %%xmm1\n\t"
		     "call native_device\n\t"
		     "add $128, %%rsp"
		     : : "D"(native), "S"(results), "b"(movbe)
		     : "rax", "rcx", "rdx", "r8", "r9", "r10", "r11", "memory", "cc",
		       "xmm1", "xmm2");
	tap_ok(accesses > 30, "the device was accessed (%lu)", accesses);
	tap_is(outside, 0, "nowhere else");
	compare((uint64_t *)(m.ram + GUEST_DATA), results);
	tap_ok(!memcmp(device, native, DEVICE_SIZE), "the device holds what memory would");
	axvcpu_vcpu_close(vcpu);
	axvcpu_vm_close(vm);
	close(m.dev);
}
