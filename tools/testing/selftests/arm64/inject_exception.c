// SPDX-License-Identifier: GPL-2.0-only
/* Exceptions into EL1, and what a guest may not be. */

#include "../harness.h"

DECLARE_GUEST(irq, MODE_NATIVE);
DECLARE_GUEST(count, MODE_NATIVE);
DECLARE_GUEST(load, MODE_NATIVE);
DECLARE_ROWS(load);

static void undefined(void)
{
	struct machine m;
	uint64_t pc;

	machine_ready(&m, &guest_count);
	machine_report(&m);
	pc = arch_pc(&m);
	tap_is(vcpu_inject_exception(m.vcpu, EC_UNKNOWN, 0, 0, 0), 0, "INJECT");
	tap_is(vcpu_inject_exception(m.vcpu, EC_UNKNOWN, 0, 0, 0), -EBUSY, "one at a time");
	tap_is(machine_trap(&m)->esr, 1UL << 25, "undefined: ESR");
	tap_is(machine_record(&m)->elr, pc, "ELR");
	tap_is(machine_record(&m)->spsr & 0xf, 5, "from EL1");
	tap_is(vcpu_inject_exception(m.vcpu, 64, 0, 0, 0), -EINVAL, "no such class");
	tap_is(vcpu_inject_exception(m.vcpu, 0, 0, 1, 0), -EINVAL, "a syndrome without the flag");
	machine_fini(&m);
}

/* A device that aborts. */
static void aborts(void)
{
	const uint32_t flags = AXVCPU_EVENT_HAS_ERROR | AXVCPU_EVENT_HAS_ADDRESS;
	struct machine m;

	machine_ready(&m, &guest_load);
	arch_set_arg(&m, 0, GUEST_DEVICE + 0x10);
	machine_exits(&m, AXVCPU_EXIT_MMIO_READ, "a load");
	m.regs->pc = m.run->out.raw.insn_pc;
	tap_is(vcpu_inject_exception(m.vcpu, 0x24, flags, 0x10, m.run->out.raw.gva), 0,
	       "INJECT of an abort");
	tap_is(machine_trap(&m)->esr >> 26, EC_DABT_CUR, "of the current level");
	tap_is(machine_record(&m)->esr & 0x3f, 0x10, "external");
	tap_is(machine_record(&m)->far, GUEST_DEVICE + 0x10, "FAR");
	tap_is(machine_record(&m)->elr, GUEST_CODE + guest_load_rows[0].offset, "ELR");
	machine_fini(&m);
}

#define MIDR		"/sys/devices/system/cpu/cpu0/regs/identification/midr_el1"
#define PART(midr)	((midr) >> 4 & 0xfff)
#define CORTEX_A53	0xd03
#define CORTEX_A57	0xd07

/* The processors of the beds without FEAT_RAS, and with it a syndrome of our choice. */
static bool has_ras(void)
{
	char text[32] = "";
	unsigned long part;

	file_read(MIDR, text, sizeof(text));
	part = PART(strtoul(text, NULL, 0));
	return part != CORTEX_A53 && part != CORTEX_A57;
}

static void serror(void)
{
	const uint32_t iss = 0x1000123;		/* IDS, and the implementation's own */
	struct axvcpu_state_events ev;
	struct machine m;

	machine_ready(&m, &guest_irq);
	tap_is(vcpu_inject_exception(m.vcpu, EC_SERROR, AXVCPU_EVENT_HAS_ERROR, iss, 0), 0,
	       "INJECT of an SError");
	machine_report(&m);
	vcpu_get_group(m.vcpu, AXVCPU_GROUP_EVENTS, &ev, sizeof(ev));
	tap_is(ev.exception_pending, 1, "pending while it is masked");
	tap_is(ev.exception_vector, EC_SERROR, "as such");
	tap_is(ev.exception_error, iss, "with its syndrome");
	tap_is(machine_trap(&m)->kind, 3, "then it arrives");
	if (has_ras())
		tap_is(machine_record(&m)->esr & 0x1ffffff, iss, "with its syndrome");
	else
		tap_skip("this CPU has no RAS", "with its syndrome");
	vcpu_get_group(m.vcpu, AXVCPU_GROUP_EVENTS, &ev, sizeof(ev));
	tap_is(ev.exception_pending, 0, "once");
	machine_fini(&m);
}

static void modes(void)
{
	static const uint64_t bad[] = { 0x3c9, 0x3c8, 0x3cd, 0x3d0, 0x3d3, 0x3c1, 0x3df };
	struct machine m;
	unsigned int i;
	uint64_t good;

	machine_ready(&m, &guest_count);
	good = m.regs->pstate;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		m.regs->pstate = bad[i];
		machine_exits(&m, AXVCPU_EXIT_FAIL_ENTRY, "a mode that is not the guest's");
		tap_is(m.regs->pstate, bad[i], "PSTATE is kept");
	}
	m.regs->pstate = good;
	tap_is(machine_report(&m), 0, "repaired, it runs");
	machine_fini(&m);
}

void test(void)
{
	undefined();
	aborts();
	serror();
	modes();
}
