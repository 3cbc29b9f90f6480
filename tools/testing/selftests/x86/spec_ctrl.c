// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest protects itself: IA32_SPEC_CTRL, IA32_PRED_CMD, IA32_FLUSH_CMD and
 * IA32_ARCH_CAPABILITIES are there if its CPUID says so, and #GP if not. What it writes
 * stays its own.
 */

#include <fcntl.h>

#include "harness.h"

DECLARE_GUEST(rdmsr, MODE_LONG);
DECLARE_GUEST(wrmsr, MODE_LONG);

#define MSR_SPEC_CTRL	0x48
#define MSR_PRED_CMD	0x49
#define MSR_ARCH_CAPS	0x10a
#define MSR_FLUSH_CMD	0x10b

#define SPEC_CTRL_IBRS	BIT(0)
#define SPEC_CTRL_SSBD	BIT(2)

#define EDX_SPEC_CTRL	BIT(26)
#define EDX_FLUSH_L1D	BIT(28)
#define EDX_ARCH_CAPS	BIT(29)
#define EBX_AMD_IBRS	BIT(14)

static struct machine m;

/* RUN one instruction: 0, or the vector of the trap that it raised. */
static unsigned int msr(const struct guest *guest, uint32_t index, uint64_t value)
{
	uint64_t report;

	memcpy(m.ram + GUEST_CODE, guest->start, guest->end - guest->start);
	m.regs->rip = GUEST_CODE;
	m.regs->RCX = index;
	m.regs->RAX = (uint32_t)value;
	m.regs->RDX = value >> 32;
	machine_run(&m);
	return arch_is_report(&m, &report) ? 0 : m.run->out.io.data;
}

static unsigned int write_msr(uint32_t index, uint64_t value)
{
	return msr(&guest_wrmsr, index, value);
}

static unsigned int read_msr(uint32_t index, uint64_t *value)
{
	unsigned int vector = msr(&guest_rdmsr, index, 0);

	*value = m.regs->RDX << 32 | (uint32_t)m.regs->RAX;
	return vector;
}

/* One register of a leaf of the table that GET_SUPPORTED_CPUID gives; 0 without the leaf. */
static struct axvcpu_x86_cpuid leaf(uint32_t function, uint32_t index)
{
	struct axvcpu_x86_cpuid table[AXVCPU_X86_MAX_CPUID], none = { 0 };
	struct axvcpu_array arg = {
		.size = sizeof(arg), .count = ARRAY_SIZE(table), .addr = (uintptr_t)table,
	};

	if (xioctl(m.dev, AXVCPU_X86_GET_SUPPORTED_CPUID, &arg))
		tap_bail("no table of what is supported");
	for (uint32_t i = 0; i < arg.count; i++)
		if (table[i].function == function && table[i].index == index)
			return table[i];
	return none;
}

/* The host's value, as the kernel has it; -1 if nobody tells. */
static int64_t host_spec_ctrl(void)
{
	char * const argv[] = { "modprobe", "msr", NULL };
	int64_t value = -1;
	int fd;

	run_command(argv);
	fd = open("/dev/cpu/0/msr", O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && pread(fd, &value, sizeof(value), MSR_SPEC_CTRL) != sizeof(value))
		value = -1;
	close(fd);
	return value;
}

static void absent(void)
{
	struct axvcpu_x86_cpuid nothing = { .function = 0, .eax = 7 };
	struct axvcpu_array arg = {
		.size = sizeof(arg), .count = 1, .addr = (uintptr_t)&nothing,
	};
	uint64_t value;

	tap_is(xioctl(m.vcpu, AXVCPU_X86_SET_CPUID, &arg), 0, "a CPUID table without features");
	tap_is(read_msr(MSR_SPEC_CTRL, &value), VEC_GP, "no SPEC_CTRL to read");
	tap_is(write_msr(MSR_SPEC_CTRL, 1), VEC_GP, "nor to write");
	tap_is(write_msr(MSR_PRED_CMD, 1), VEC_GP, "no PRED_CMD");
	tap_is(write_msr(MSR_FLUSH_CMD, 1), VEC_GP, "no FLUSH_CMD");
	tap_is(read_msr(MSR_ARCH_CAPS, &value), VEC_GP, "no ARCH_CAPABILITIES");
	machine_cpuid(&m);
}

/* What the guest writes is its own, does not exit again, and is gone after RESET. */
static void own_value(uint64_t bits)
{
	int64_t before = host_spec_ctrl();
	uint64_t value, handled;
	unsigned int i, wrong = 0;

	tap_is(read_msr(MSR_SPEC_CTRL, &value), 0, "SPEC_CTRL is there");
	tap_is(value, 0, "and 0");
	tap_is(write_msr(MSR_SPEC_CTRL, BIT(40)), VEC_GP, "a reserved bit");
	tap_is(set_msr(&m, MSR_SPEC_CTRL, BIT(40)), -EINVAL, "SET_STATE of it");
	tap_is(write_msr(MSR_SPEC_CTRL, bits), 0, "the guest sets %#llx", (long long)bits);

	handled = vcpu_stat(m.vcpu, AXVCPU_STAT_HANDLED_SYSREG);
	for (i = 0; i < 100; i++) {
		wrong += write_msr(MSR_SPEC_CTRL, i & 1 ? bits : 0);
		wrong += read_msr(MSR_SPEC_CTRL, &value) || value != (i & 1 ? bits : 0);
	}
	tap_is(wrong, 0, "the guest reads what it writes");
	tap_is(vcpu_stat(m.vcpu, AXVCPU_STAT_HANDLED_SYSREG), handled, "and nothing exits");
	tap_is(get_msr(&m, MSR_SPEC_CTRL), bits, "GET_STATE has it");
	tap_is(write_msr(MSR_SPEC_CTRL, BIT(40)), VEC_GP, "a reserved bit is refused as before");
	if (before >= 0)
		tap_is(host_spec_ctrl(), before, "the host's is what it was");
	else
		tap_skip("no msr device", "the host's is what it was");

	tap_is(set_msr(&m, MSR_SPEC_CTRL, 0), 0, "SET_STATE");
	tap_ok(!read_msr(MSR_SPEC_CTRL, &value) && !value, "the guest sees it");
}

static void restored(uint64_t bits)
{
	uint64_t value;

	machine_fini(&m);
	machine_ready(&m, &guest_rdmsr);
	machine_traps(&m);
	tap_is(set_msr(&m, MSR_SPEC_CTRL, bits), 0, "SET_STATE of another vCPU");
	tap_ok(!read_msr(MSR_SPEC_CTRL, &value) && value == bits, "its guest goes on with it");
}

static void commands(uint32_t edx)
{
	uint64_t value;

	tap_is(write_msr(MSR_PRED_CMD, 1), 0, "PRED_CMD: a barrier");
	tap_is(write_msr(MSR_PRED_CMD, 2), VEC_GP, "PRED_CMD: a reserved bit");
	tap_is(read_msr(MSR_PRED_CMD, &value), VEC_GP, "PRED_CMD cannot be read");
	if (edx & EDX_FLUSH_L1D) {
		tap_is(write_msr(MSR_FLUSH_CMD, 1), 0, "FLUSH_CMD");
		tap_is(write_msr(MSR_FLUSH_CMD, 2), VEC_GP, "FLUSH_CMD: a reserved bit");
	}
	if (!(edx & EDX_ARCH_CAPS))
		return;
	tap_is(read_msr(MSR_ARCH_CAPS, &value), 0, "ARCH_CAPABILITIES");
	tap_is(get_msr(&m, MSR_ARCH_CAPS), value, "GET_STATE agrees: %#llx", (long long)value);
	tap_is(write_msr(MSR_ARCH_CAPS, value), VEC_GP, "it cannot be written");
	tap_is(set_msr(&m, MSR_ARCH_CAPS, 0), 0, "the VMM may take bits away");
	tap_ok(!read_msr(MSR_ARCH_CAPS, &value) && !value, "the guest sees it");
	tap_is(set_msr(&m, MSR_ARCH_CAPS, ~0ULL), -EINVAL, "and not add any");
}

void test(void)
{
	struct axvcpu_x86_cpuid features;
	uint64_t bits;

	machine_ready(&m, &guest_rdmsr);
	machine_traps(&m);
	absent();
	features = leaf(7, 0);
	bits = SPEC_CTRL_IBRS;
	if (features.edx & BIT(31) || leaf(0x80000008, 0).ebx & BIT(24))
		bits |= SPEC_CTRL_SSBD;
	if (features.edx & EDX_SPEC_CTRL || leaf(0x80000008, 0).ebx & EBX_AMD_IBRS) {
		commands(features.edx);
		own_value(bits);
		restored(bits);
	} else {
		tap_skip("a CPU without", "speculation control");
	}
	machine_fini(&m);
}
