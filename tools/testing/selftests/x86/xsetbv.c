// SPDX-License-Identifier: GPL-2.0-only
/* XSETBV: the guest has an XCR0 of its own; what it may not set is #GP. */

#include "harness.h"

DECLARE_GUEST(xsetbv, MODE_LONG);
DECLARE_GUEST(xgetbv, MODE_LONG);

static struct machine m;

static uint64_t capability(uint32_t id)
{
	struct axvcpu_cap caps[64];
	struct axvcpu_array arg = {
		.size = sizeof(arg), .count = ARRAY_SIZE(caps), .addr = (uintptr_t)caps,
	};
	unsigned int i;

	if (xioctl(m.dev, AXVCPU_GET_CAPS, &arg))
		tap_bail("GET_CAPS");
	for (i = 0; i < arg.count; i++)
		if (caps[i].id == id)
			return caps[i].value;
	return 0;
}

static void begin(uint32_t index, uint64_t value)
{
	m.regs->rip = GUEST_CODE;
	m.regs->RCX = index;
	m.regs->RAX = (uint32_t)value;
	m.regs->RDX = value >> 32;
}

static void is_refused(uint32_t index, uint64_t value, const char *what)
{
	struct trap_record *trap = (struct trap_record *)(m.ram + GUEST_TRAP);

	begin(index, value);
	tap_is(machine_trap(&m), VEC_GP, "%s: #GP", what);
	tap_is(trap->error, 0, "%s: error code 0", what);
	tap_is(trap->rip, GUEST_CODE, "%s: at the instruction", what);
}

void test(void)
{
	struct axvcpu_x86_control ctl;
	uint64_t allowed, host;

	machine_ready(&m, &guest_xsetbv);
	machine_traps(&m);
	allowed = capability(AXVCPU_CAP_X86_XCR0);
	if (!(allowed & 2))
		tap_skip_all("no XSAVE for guests");
	asm volatile("xgetbv" : "=a"(host) : "c"(0) : "rdx");

	get_control(&m, &ctl);
	tap_is(ctl.xcr0, 1, "XCR0 at reset");
	begin(0, 3);
	tap_is(machine_trap(&m), VEC_UD, "without CR4.OSXSAVE: #UD");
	ctl.cr4 |= CR4_OSXSAVE;
	set_control(&m, &ctl);
	begin(0, allowed);
	machine_report(&m);
	get_control(&m, &ctl);
	tap_is(ctl.xcr0, allowed, "all that is allowed");
	begin(0, 3);
	machine_report(&m);
	get_control(&m, &ctl);
	tap_is(ctl.xcr0, 3, "x87 and SSE");
	is_refused(0, 2, "without x87");
	is_refused(0, 5, "AVX without SSE");
	is_refused(0, allowed | (1ULL << 62), "a bit not allowed");
	is_refused(1, 1, "XCR1");
	get_control(&m, &ctl);
	tap_is(ctl.xcr0, 3, "nothing changed");

	memcpy(m.ram + GUEST_CODE, guest_xgetbv.start, guest_xgetbv.end - guest_xgetbv.start);
	m.regs->rip = GUEST_CODE;
	tap_is(machine_report(&m), 3, "XGETBV reads it");
	asm volatile("xgetbv" : "=a"(allowed) : "c"(0) : "rdx");
	tap_is(allowed, host, "the host's XCR0 is what it was");
	ctl.xcr0 = 1ULL << 62;
	tap_is(vcpu_set_group(m.vcpu, AXVCPU_X86_GROUP_CONTROL, &ctl, sizeof(ctl)), -EINVAL,
	       "SET_STATE turns down the same");
	machine_fini(&m);
}
