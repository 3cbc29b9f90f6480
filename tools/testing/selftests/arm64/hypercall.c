// SPDX-License-Identifier: GPL-2.0-only
/* HVC and SMC: Hypercall, and PSCI decoded. */

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

void test(void)
{
	call(&guest_hvc, guest_hvc_rows, 0, "HVC");
	call(&guest_smc, guest_smc_rows, 0x77, "SMC");
	refuse();
	psci();
}
