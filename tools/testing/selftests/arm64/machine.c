// SPDX-License-Identifier: GPL-2.0-only
/* Put an arm64 vCPU into a mode; read and write its system state. */

#include "../harness.h"

DECLARE_GUEST(vectors, MODE_KERNEL);

#define SCTLR_RESET	0x30d00800UL
#define SCTLR_ON	0x1005UL	/* MMU, data and instruction caches */
#define CPACR_FP	(3UL << 20)
#define MAIR_NORMAL	0xffUL
/* 39 bits of address, walks through the caches, 40 bits of output, no upper half */
#define TCR_VALUE	(25UL | 1UL << 8 | 1UL << 10 | 3UL << 12 | 1UL << 23 | 2UL << 32)

#define BLOCK_SHIFT	30
#define BLOCK		(1UL | 3UL << 8 | 1UL << 10)	/* valid, shareable, accessed */

#define PSTATE_START	0x3c5UL		/* EL1h, everything masked */
#define FIRST_ARG	1

static void must(int ret, const char *what)
{
	if (ret < 0)
		tap_bail("%s: %s", what, strerror(-ret));
}

uint64_t get_sysreg(struct machine *m, uint32_t group, uint32_t id)
{
	static _Alignas(8) char buf[8192];
	const struct axvcpu_state_record *rec = (void *)buf;
	const struct axvcpu_arm64_sysreg *reg = (void *)(rec + 1);
	uint32_t room = sizeof(buf), i;

	must(vcpu_get_state(m->vcpu, group, buf, &room), "GET_STATE of system registers");
	for (i = 0; i < rec->size / sizeof(*reg); i++)
		if (reg[i].id == id)
			return reg[i].value;
	tap_bail("GET_STATE does not list system register %#x", id);
}

int set_sysreg(struct machine *m, uint32_t group, uint32_t id, uint64_t value)
{
	struct axvcpu_arm64_sysreg reg = { .id = id, .value = value };

	return vcpu_set_group(m->vcpu, group, &reg, sizeof(reg));
}

static void mmu_on(struct machine *m)
{
	const struct axvcpu_arm64_sysreg regs[] = {
		{ .id = SYS_MAIR, .value = MAIR_NORMAL },
		{ .id = SYS_TCR, .value = TCR_VALUE },
		{ .id = SYS_TTBR0, .value = GUEST_TABLE },
		{ .id = SYS_VBAR, .value = GUEST_TRAPS },
		{ .id = SYS_CPACR, .value = CPACR_FP },
		{ .id = SYS_SCTLR, .value = SCTLR_RESET | SCTLR_ON },
	};
	uint64_t *table = (uint64_t *)(m->ram + GUEST_TABLE);
	uint64_t i;

	for (i = 0; i < 512; i++)
		table[i] = i << BLOCK_SHIFT | BLOCK;
	memcpy(m->ram + GUEST_TRAPS, guest_vectors.start, guest_vectors.end - guest_vectors.start);
	must(vcpu_set_group(m->vcpu, AXVCPU_ARM64_GROUP_SYSREGS, regs, sizeof(regs)),
	     "SET_STATE of the system registers");
}

void arch_start(struct machine *m, const struct guest *guest, uint64_t code)
{
	if (vcpu_state(m->vcpu) == AXVCPU_STATE_CREATED)
		must(vcpu_setup_entry(m->vcpu, code), "SETUP");
	if (guest->mode == MODE_KERNEL)
		mmu_on(m);
	m->regs->pc = code;
	m->regs->pstate = PSTATE_START;
	m->regs->sp_el1 = GUEST_STACK;
}

bool arch_is_report(const struct machine *m, uint64_t *value)
{
	const struct axvcpu_run_out *out = &m->run->out;

	*value = out->hypercall.nr;
	return out->reason == AXVCPU_EXIT_HYPERCALL && out->hypercall.imm == CALL_REPORT;
}

void arch_set_arg(struct machine *m, unsigned int i, uint64_t value)
{
	m->regs->x[FIRST_ARG + i] = value;
}

uint64_t arch_arg(const struct machine *m, unsigned int i)
{
	return m->regs->x[FIRST_ARG + i];
}

uint64_t arch_pc(const struct machine *m)
{
	return m->regs->pc;
}

struct trap_record *machine_record(struct machine *m)
{
	return (struct trap_record *)(m->ram + GUEST_TRAP);
}

struct trap_record *machine_trap(struct machine *m)
{
	uint32_t reason = machine_run(m);

	if (reason != AXVCPU_EXIT_HYPERCALL || m->run->out.hypercall.imm != CALL_TRAP)
		tap_bail("no trap but exit %s at %#llx", reason_name(reason),
			 m->run->out.raw.insn_pc);
	return machine_record(m);
}
