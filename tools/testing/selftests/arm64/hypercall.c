// SPDX-License-Identifier: GPL-2.0-only
/* HVC and SMC: Hypercall, PSCI decoded, the workarounds of CPUs. */

#include "../harness.h"

DECLARE_GUEST(hvc, MODE_NATIVE);
DECLARE_GUEST(smc, MODE_NATIVE);
DECLARE_ROWS(hvc);
DECLARE_ROWS(smc);

static void call(const struct guest *guest, const struct guest_row *row, uint32_t imm,
		 const char *what)
{
	const struct axvcpu_exit_hypercall *h;
	struct machine m;
	unsigned int i;

	machine_ready(&m, guest);
	for (i = 0; i < 7; i++)
		m.regs->x[i] = 0x100 + i;
	machine_exits(&m, AXVCPU_EXIT_HYPERCALL, what);
	h = &m.run->out.hypercall;
	tap_is(h->nr, 0x100, "%s: number", what);
	for (i = 0; i < 6; i++)
		tap_is(h->args[i], 0x101 + i, "%s: argument %u", what, i);
	tap_is(h->cpl, 1, "%s: from EL1", what);
	tap_is(h->imm, imm, "%s: immediate", what);
	tap_is(m.run->out.raw.insn_pc, GUEST_CODE + row->offset, "%s: its address", what);
	tap_is(arch_pc(&m), GUEST_CODE + row->offset + row->len, "%s: PC is past it", what);
	m.regs->x[0] = 77;
	tap_is(machine_report(&m), 77, "%s: the result arrives", what);
	machine_fini(&m);
}

static void refuse(void)
{
	struct machine m;

	machine_ready(&m, &guest_smc);
	machine_exits(&m, AXVCPU_EXIT_HYPERCALL, "SMC");
	tap_is(vcpu_refuse(m.vcpu, EC_UNKNOWN, 0, 0), 0, "REFUSE");
	tap_is(machine_trap(&m)->esr >> 26, EC_UNKNOWN, "an undefined instruction");
	tap_is(machine_record(&m)->elr, GUEST_CODE + guest_smc_rows[0].offset, "at it");
	machine_fini(&m);
}

#define PSCI(nr)	(0x84000000U + (nr))

static void psci(void)
{
	struct machine m;

	machine_ready(&m, &guest_hvc);
	m.regs->x[0] = PSCI(0);
	tap_is(machine_report(&m), 0x10001, "PSCI_VERSION: 1.1");
	m.regs->x[0] = PSCI(0xa);
	m.regs->x[1] = PSCI(3);
	tap_is(machine_report(&m), 0, "PSCI_FEATURES: CPU_ON");
	m.regs->x[0] = PSCI(0x1f);
	tap_is((int32_t)machine_report(&m), -1, "no such function: NOT_SUPPORTED");

	m.regs->x[0] = 0xc4000003;
	m.regs->x[1] = 5;
	m.regs->x[2] = 0x12340000;
	m.regs->x[3] = 99;
	machine_exits(&m, AXVCPU_EXIT_CPU_UP, "CPU_ON");
	tap_is(m.run->out.cpu_up.target, 5, "target");
	tap_is(m.run->out.cpu_up.entry, 0x12340000, "entry");
	tap_is(m.run->out.cpu_up.arg, 99, "argument");
	m.regs->x[0] = -4;
	tap_is((int)machine_report(&m), -4, "the VMM's answer");

	m.regs->x[0] = PSCI(3);
	m.regs->x[1] = 0xffffffff00000005;
	m.regs->x[2] = 0xffffffff40000000;
	machine_exits(&m, AXVCPU_EXIT_CPU_UP, "CPU_ON by the 32-bit call");
	tap_is(m.run->out.cpu_up.target, 5, "target: its lower half");
	tap_is(m.run->out.cpu_up.entry, 0x40000000, "entry: its lower half");
	machine_report(&m);

	m.regs->x[0] = PSCI(8);
	machine_exits(&m, AXVCPU_EXIT_SYSTEM_DOWN, "SYSTEM_OFF");
	machine_report(&m);
	m.regs->x[0] = PSCI(2);
	machine_exits(&m, AXVCPU_EXIT_CPU_DOWN, "CPU_OFF");
	tap_is(m.run->out.activity, AXVCPU_ACTIVITY_WAIT_INIT, "powered off");
	machine_fini(&m);
}

#define SMCCC_VERSION	0x80000000U
#define ARCH_FEATURES	0x80000001U
#define WORKAROUND_1	0x80008000U
#define WORKAROUND_2	0x80007fffU
#define WORKAROUND_3	0x80003fffU
#define PFR0		AXVCPU_ARM64_SYSREG(3, 0, 0, 4, 0)

/* A call's answer from the kernel, as Linux takes it; bail out if the VMM is asked. */
static int answered(struct machine *m, uint64_t nr, uint64_t arg)
{
	m->regs->x[0] = nr;
	m->regs->x[1] = arg;
	return machine_report(m);
}

static void asked(struct machine *m, uint64_t nr, uint64_t arg, const char *what)
{
	m->regs->x[0] = nr;
	m->regs->x[1] = arg;
	machine_exits(m, AXVCPU_EXIT_HYPERCALL, what);
	tap_is(m->run->out.hypercall.nr, nr, "%s: its number", what);
	tap_is(m->run->out.hypercall.args[0], arg, "%s: its argument", what);
	m->regs->x[0] = 0x10001;
	tap_is(machine_report(m), 0x10001, "%s: the VMM's answer", what);
}

/* A guest finds the VMM's calls by PSCI_FEATURES and SMCCC_VERSION; the CPU's are here. */
static void smccc(void)
{
	static const uint32_t workarounds[] = { WORKAROUND_1, WORKAROUND_2, WORKAROUND_3 };
	int state, answer;
	struct machine m;
	unsigned int i;

	machine_ready(&m, &guest_hvc);
	asked(&m, PSCI(0xa), SMCCC_VERSION, "PSCI_FEATURES of SMCCC_VERSION");
	asked(&m, SMCCC_VERSION, 0, "SMCCC_VERSION");
	asked(&m, ARCH_FEATURES, 0x80000002, "ARCH_FEATURES of a SoC's ID");
	asked(&m, 0x84000050, 0, "TRNG_VERSION");
	for (i = 0; i < ARRAY_SIZE(workarounds); i++) {
		state = answered(&m, ARCH_FEATURES, workarounds[i]);
		tap_ok(state >= -1 && state <= 1, "ARCH_WORKAROUND_%u: %d", i + 1, state);
		answer = answered(&m, workarounds[i], 1);
		tap_is(answer, state < 0 ? -1 : 0, "and the call says so, too");
	}
	if (get_sysreg(&m, AXVCPU_ARM64_GROUP_ID_REGS, PFR0) >> 56 & 0xf)
		tap_is(answered(&m, ARCH_FEATURES, WORKAROUND_1), 1,
		       "where ID_AA64PFR0_EL1 has CSV2 ARCH_WORKAROUND_1 is needless");
	else
		tap_skip("this CPU has no CSV2", "ARCH_WORKAROUND_1 is needless");

	tap_is(answered(&m, 0xc4000000, 0), -1, "no 64-bit PSCI_VERSION");
	tap_is(answered(&m, 0xc4000002, 0), -1, "no 64-bit CPU_OFF");
	tap_is(answered(&m, 0xc400000a, PSCI(3)), -1, "no 64-bit PSCI_FEATURES");
	tap_is(answered(&m, PSCI(0xa), 0xc4000002), -1, "PSCI_FEATURES: no 64-bit CPU_OFF");
	tap_is(answered(&m, PSCI(0xa), 0xc4000003), 0, "PSCI_FEATURES: 64-bit CPU_ON");
	machine_fini(&m);
}

void test(void)
{
	call(&guest_hvc, guest_hvc_rows, 0, "HVC");
	call(&guest_smc, guest_smc_rows, 0x77, "SMC");
	refuse();
	psci();
	smccc();
}
