// SPDX-License-Identifier: GPL-2.0-only
/* CPUID answers from the table that the VMM set. */

#include "harness.h"

DECLARE_GUEST(cpuid, MODE_LONG);

#define ECX_OSXSAVE	((uint32_t)BIT(27))
#define ECX_HYPERVISOR	((uint32_t)BIT(31))
#define ECX_XSAVE	((uint32_t)BIT(26))		/* CPUID.1:ECX.XSAVE */

static struct machine m;

static void ask(uint32_t eax, uint32_t ecx, struct axvcpu_x86_cpuid *out)
{
	m.regs->RAX = 0xffffffff00000000 | eax;
	m.regs->RCX = 0xffffffff00000000 | ecx;
	m.regs->RBX = ~0ULL;
	m.regs->RDX = ~0ULL;
	machine_report(&m);
	out->function = eax;
	out->index = ecx;
	out->eax = m.regs->RAX;
	out->ebx = m.regs->RBX;
	out->ecx = m.regs->RCX;
	out->edx = m.regs->RDX;
}

static bool upper_clear(void)
{
	return !((m.regs->RAX | m.regs->RBX | m.regs->RCX | m.regs->RDX) >> 32);
}

static bool same(const struct axvcpu_x86_cpuid *a, const struct axvcpu_x86_cpuid *b,
		 uint32_t ecx_mask)
{
	return a->eax == b->eax && a->ebx == b->ebx && a->edx == b->edx &&
	       !((a->ecx ^ b->ecx) & ecx_mask);
}

static int set_table(const struct axvcpu_x86_cpuid *table, uint32_t n)
{
	struct axvcpu_array arg = {
		.size = sizeof(arg), .count = n, .addr = (uintptr_t)table,
	};

	return xioctl(m.vcpu, AXVCPU_X86_SET_CPUID, &arg);
}

static void default_table(void)
{
	struct axvcpu_x86_cpuid table[AXVCPU_X86_MAX_CPUID], got;
	struct axvcpu_array arg = {
		.size = sizeof(arg), .count = 1, .addr = (uintptr_t)table,
	};
	unsigned int i, wrong = 0;

	memset(table, 0x5a, sizeof(table));
	tap_is(xioctl(m.dev, AXVCPU_X86_GET_SUPPORTED_CPUID, &arg), -ENOSPC,
	       "no room for the supported table");
	tap_ok(arg.count > 1 && arg.count <= AXVCPU_X86_MAX_CPUID, "says how many there are");
	tap_is(table[0].function, 0x5a5a5a5a, "and writes nothing");
	tap_is(xioctl(m.dev, AXVCPU_X86_GET_SUPPORTED_CPUID, &arg), 0, "with that room");
	tap_is(set_table(table, arg.count), 0, "SET_CPUID takes it");
	for (i = 0; i < arg.count; i++) {
		ask(table[i].function, table[i].index, &got);
		if (same(&got, &table[i], ~ECX_OSXSAVE) && upper_clear())
			continue;
		wrong++;
		tap_note("leaf %#x.%u: %#x %#x %#x %#x, not %#x %#x %#x %#x",
			 table[i].function, table[i].index, got.eax, got.ebx, got.ecx,
			 got.edx, table[i].eax, table[i].ebx, table[i].ecx, table[i].edx);
	}
	tap_is(wrong, 0, "the guest sees all %u entries", arg.count);
	ask(1, 0, &got);
	tap_ok(got.ecx & ECX_HYPERVISOR, "the guest can tell that it is one");
}

static void our_table(void)
{
	static const struct axvcpu_x86_cpuid table[] = {
		{ .function = 0, .eax = 7, .ebx = 0x756e6547 },
		{ .function = 1, .eax = 0x600f12, .ecx = 0x80000000, .edx = 0x0789abfd },
		{ .function = 7, .index = 0, .flags = AXVCPU_X86_CPUID_INDEX, .eax = 1,
		  .ebx = 2 },
		{ .function = 7, .index = 1, .flags = AXVCPU_X86_CPUID_INDEX, .eax = 0x11 },
		{ .function = 0x40000000, .eax = 0x40000001, .ebx = 0x77787661,
		  .ecx = 0x11, .edx = 0x22 },
	};
	struct axvcpu_x86_cpuid got;
	unsigned int i;

	tap_is(set_table(table, ARRAY_SIZE(table)), 0, "a table of our own");
	for (i = 0; i < ARRAY_SIZE(table); i++) {
		ask(table[i].function, table[i].index, &got);
		tap_ok(same(&got, &table[i], ~0U), "leaf %#x.%u", table[i].function,
		       table[i].index);
	}
	ask(0x40000000, 5, &got);
	tap_ok(same(&got, &table[4], ~0U), "a leaf without index ignores ECX");
	ask(0x40000002, 0, &got);
	tap_ok(!(got.eax | got.ebx | got.ecx | got.edx), "a leaf not there is empty");
	ask(7, 2, &got);
	tap_ok(!(got.eax | got.ebx | got.ecx | got.edx), "so is an index not there");
}

static void osxsave(void)
{
	struct axvcpu_x86_control ctl;
	struct axvcpu_x86_cpuid got;

	machine_cpuid(&m);
	ask(1, 0, &got);
	tap_ok(!(got.ecx & ECX_OSXSAVE), "OSXSAVE clear with CR4's");
	if (!(got.ecx & ECX_XSAVE)) {
		tap_skip("no XSAVE", "OSXSAVE set with CR4's");
		return;
	}
	get_control(&m, &ctl);
	ctl.cr4 |= CR4_OSXSAVE;
	set_control(&m, &ctl);
	ask(1, 0, &got);
	tap_ok(got.ecx & ECX_OSXSAVE, "OSXSAVE set with CR4's");
	ctl.cr4 &= ~CR4_OSXSAVE;
	set_control(&m, &ctl);
}

static void bad_tables(void)
{
	struct axvcpu_x86_cpuid table[AXVCPU_X86_MAX_CPUID + 1] = { 0 };
	struct axvcpu_x86_cpuid one = { .function = 0x40000000, .eax = 0x77 }, got;

	tap_is(set_table(&one, 1), 0, "one entry");
	tap_is(set_table(table, ARRAY_SIZE(table)), -ENOSPC, "one too many");
	table[0].reserved = 1;
	tap_is(set_table(table, 1), -EINVAL, "reserved not zero");
	table[0].reserved = 0;
	table[0].flags = 2;
	tap_is(set_table(table, 1), -EINVAL, "an unknown flag");
	tap_is(set_table((void *)8, 1), -EFAULT, "a bad address");
	ask(0x40000000, 0, &got);
	tap_is(got.eax, 0x77, "nothing changed");
}

void test(void)
{
	machine_ready(&m, &guest_cpuid);
	default_table();
	our_table();
	osxsave();
	bad_tables();
	tap_ok(vcpu_stat(m.vcpu, AXVCPU_STAT_HANDLED_CPUID) > 10, "CPUID is counted");
	machine_fini(&m);
}
