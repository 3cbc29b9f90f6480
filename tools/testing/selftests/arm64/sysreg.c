// SPDX-License-Identifier: GPL-2.0-only
/* Trapped system registers: answered, not there, the VMM's; ID registers narrowed. */

#include "../harness.h"

DECLARE_GUEST(sysregs, MODE_NATIVE);
DECLARE_GUEST(sysreg_user, MODE_NATIVE);
DECLARE_GUEST(hidden, MODE_NATIVE);
DECLARE_ROWS(hidden);
DECLARE_GUEST(sgi, MODE_NATIVE);
DECLARE_GUEST(tpidr2, MODE_NATIVE);
DECLARE_GUEST(disr, MODE_NATIVE);

#define PFR0	AXVCPU_ARM64_SYSREG(3, 0, 0, 4, 0)
#define DFR0	AXVCPU_ARM64_SYSREG(3, 0, 0, 5, 0)
#define MDSCR	AXVCPU_ARM64_SYSREG(2, 0, 0, 2, 2)
#define CNTP_CTL AXVCPU_ARM64_SYSREG(3, 3, 14, 2, 1)

static unsigned int field(uint64_t reg, unsigned int shift)
{
	return reg >> shift & 0xf;
}

static void answered(void)
{
	uint64_t pfr0, dfr0, first;
	struct machine m;

	machine_ready(&m, &guest_sysregs);
	pfr0 = machine_report(&m);
	tap_is(pfr0, get_sysreg(&m, AXVCPU_ARM64_GROUP_ID_REGS, PFR0), "PFR0 as GET_STATE has it");
	tap_is(field(pfr0, 0), 1, "EL0: AArch64 only");
	tap_is(field(pfr0, 4), 1, "EL1: AArch64 only");
	tap_is(field(pfr0, 8), 0, "no EL2");
	tap_is(field(pfr0, 32), 0, "no SVE");
	tap_is(field(pfr0, 24), 1, "GICv3 registers");
	dfr0 = machine_report(&m);
	tap_is(field(dfr0, 8), 0, "no PMU");
	tap_is(machine_report(&m), 0x80000000, "MPIDR: CPU 0");
	tap_is(machine_report(&m), 7, "ICC_SRE_EL1");
	first = machine_report(&m);
	tap_ok(first, "CNTPCT counts");
	tap_is(machine_report(&m), 0x8001, "MDSCR is kept, and OSLAR takes a write");
	tap_is(get_sysreg(&m, AXVCPU_ARM64_GROUP_SYSREGS, MDSCR), 0x8001, "GET_STATE has it");
	machine_fini(&m);
}

static void narrowed(void)
{
	struct machine m;
	uint64_t pfr0;

	machine_ready(&m, &guest_sysregs);
	pfr0 = get_sysreg(&m, AXVCPU_ARM64_GROUP_ID_REGS, PFR0);
	tap_is(set_sysreg(&m, AXVCPU_ARM64_GROUP_ID_REGS, PFR0, pfr0 | 1UL << 32), -EINVAL,
	       "SVE cannot be had");
	tap_is(set_sysreg(&m, AXVCPU_ARM64_GROUP_ID_REGS, PFR0, pfr0 + 1), -EINVAL,
	       "nor AArch32");
	tap_is(set_sysreg(&m, AXVCPU_ARM64_GROUP_ID_REGS, 0, 0), -EINVAL, "no such register");
	pfr0 |= 0xffUL << 16;	/* no FP, no AdvSIMD: 15 */
	tap_is(set_sysreg(&m, AXVCPU_ARM64_GROUP_ID_REGS, PFR0, pfr0), 0, "less can");
	tap_is(machine_report(&m), pfr0, "the guest reads it");
	machine_fini(&m);
}

static void asked(void)
{
	struct machine m;

	machine_ready(&m, &guest_sysreg_user);
	m.regs->x[0] = 0xabc;
	machine_exits(&m, AXVCPU_EXIT_SYSREG_WRITE, "MSR CNTP_CTL_EL0");
	tap_is(m.run->out.sysreg.addr, CNTP_CTL, "its name");
	tap_is(m.run->out.sysreg.value, 0xabc, "the value");
	machine_exits(&m, AXVCPU_EXIT_SYSREG_READ, "MRS CNTP_CTL_EL0");
	tap_is(m.run->out.sysreg.addr, CNTP_CTL, "its name");
	tap_is(m.run->out.sysreg.reg, 7, "to X7");
	tap_is(vcpu_refuse(m.vcpu, EC_UNKNOWN, 0, 0), 0, "REFUSE");
	tap_is(machine_trap(&m)->esr >> 26, EC_UNKNOWN, "an undefined instruction");
	machine_fini(&m);
}

static void hidden(void)
{
	static const char *const names[] = {
		"PMU", "PMU's interrupts", "SPE", "TRBE", "TRF", "trace", "AMU", "RAS", "LOR",
		"pointer authentication: a key read", "a key written", "SVE", "SVE's instructions",
		"SME", "SME's mode", "MTE", "MTE's faults", "TCR2", "SCXTNUM",
	};
	const struct trap_record *t;
	struct machine m;
	unsigned int i;

	machine_ready(&m, &guest_hidden);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		t = machine_trap(&m);
		tap_ok(t->esr >> 26 == EC_UNKNOWN &&
		       t->elr - GUEST_CODE == guest_hidden_rows[i].offset,
		       "undefined: %s", names[i]);
		machine_record(&m)->resume = t->elr + 4;
	}
	tap_is(machine_report(&m), 0, "and nothing else");
	machine_fini(&m);
}

/* The VMM's where SME is, as nothing traps there: the guest finds and leaves nothing. */
static void shared(void)
{
	uint64_t value;
	struct machine m;

	machine_ready(&m, &guest_tpidr2);
	m.regs->x[0] = 0x77;
	machine_run(&m);
	if (arch_is_report(&m, &value)) {
		tap_is(value, 0, "TPIDR2_EL0: nothing of the host's");
		tap_is(machine_report(&m), 0, "and nothing of a guest's stays");
	} else {
		tap_is(machine_record(&m)->esr >> 26, EC_UNKNOWN, "TPIDR2_EL0 is undefined");
	}
	machine_fini(&m);
}

/* So is DISR_EL1 where the CPU has RAS: one guest must not read what another has written. */
static void deferred(void)
{
	struct machine writer, reader;
	uint64_t value;

	machine_ready(&writer, &guest_disr);
	writer.regs->x[0] = 0x80000011;
	machine_run(&writer);
	if (!arch_is_report(&writer, &value)) {
		tap_is(machine_record(&writer)->esr >> 26, EC_UNKNOWN, "DISR_EL1 is undefined");
		machine_fini(&writer);
		return;
	}
	tap_is(value, 0, "DISR_EL1: nothing of the host's");
	machine_ready(&reader, &guest_disr);
	tap_is(machine_report(&reader), 0, "DISR_EL1: nothing of another guest's");
	machine_fini(&reader);
	machine_fini(&writer);
}

static void ipi(void)
{
	struct machine m;

	machine_ready(&m, &guest_sgi);
	m.regs->x[0] = 3UL << 24 | 1UL << 16 | 0x6;
	machine_exits(&m, AXVCPU_EXIT_SEND_IPI, "ICC_SGI1R_EL1");
	tap_is(m.run->out.send_ipi.vector, 3, "INTID");
	tap_is(m.run->out.send_ipi.target, 0x100, "affinity");
	tap_is(m.run->out.send_ipi.target_aux, 6, "target list");
	tap_is(m.run->out.send_ipi.send_to_all, 0, "not to all");
	machine_report(&m);
	machine_fini(&m);
}

void test(void)
{
	answered();
	narrowed();
	asked();
	hidden();
	shared();
	deferred();
	ipi();
}
