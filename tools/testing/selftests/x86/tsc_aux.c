// SPDX-License-Identifier: GPL-2.0-only
/* TSC_AUX: RDTSCP in the guest reads the guest's, in the host the CPU's number. */

#include <cpuid.h>
#include <sched.h>

#include "harness.h"

DECLARE_GUEST(wrmsr, MODE_LONG);
DECLARE_GUEST(rdtscp, MODE_LONG);

#define MSR_TSC_AUX	0xc0000103
#define CPU_BITS	0xfff		/* what the kernel puts there: node << 12 | CPU */

static struct machine m;

static bool have_rdtscp(void)
{
	unsigned int eax, ebx, ecx, edx;

	return __get_cpuid(0x80000001, &eax, &ebx, &ecx, &edx) && edx & BIT(27);
}

static uint32_t host_aux(void)
{
	uint32_t aux;

	asm volatile("rdtscp" : "=c"(aux) : : "rax", "rdx");
	return aux;
}

static void use(const struct guest *guest)
{
	memcpy(m.ram + GUEST_CODE, guest->start, guest->end - guest->start);
	m.regs->rip = GUEST_CODE;
}

static uint32_t guest_aux(void)
{
	use(&guest_rdtscp);
	m.regs->RCX = ~0ULL;
	machine_report(&m);
	return m.regs->RCX;
}

static void set_guest_aux(uint32_t value)
{
	use(&guest_wrmsr);
	m.regs->RCX = MSR_TSC_AUX;
	m.regs->RAX = value;
	m.regs->RDX = 0;
	machine_report(&m);
}

void test(void)
{
	unsigned long i, rounds = scaled(300), guest = 0, host = 0;
	uint32_t want, value = 0;

	if (!have_rdtscp())
		tap_skip_all("no RDTSCP");
	pin(0);
	machine_ready(&m, &guest_rdtscp);
	want = host_aux();
	tap_is(want & CPU_BITS, sched_getcpu(), "the host's is the CPU's number");
	tap_is(guest_aux(), 0, "the guest's at reset");
	for (i = 0; i < rounds; i++) {
		value = 0xdead0000 + i;
		set_guest_aux(value);
		host += host_aux() != want;
		guest += guest_aux() != value;
		host += host_aux() != want;
	}
	tap_is(guest, 0, "the guest reads what it wrote, %lu times", rounds);
	tap_is(host, 0, "the host never does");
	tap_is(get_msr(&m, MSR_TSC_AUX), value, "GET_STATE agrees");
	machine_fini(&m);
}
