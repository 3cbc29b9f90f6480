// SPDX-License-Identifier: GPL-2.0-only
/* Control registers: the guest writes and reads its own, and climbs from mode to mode. */

#include "harness.h"

DECLARE_GUEST(control, MODE_LONG);
DECLARE_GUEST(climb, MODE_REAL);

static void own_values(void)
{
	const uint64_t cr0 = CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_PG;
	const uint64_t cr4 = CR4_PAE | CR4_PSE | CR4_OSFXSR;
	struct axvcpu_x86_control ctl;
	struct machine m;

	machine_ready(&m, &guest_control);
	get_control(&m, &ctl);
	arch_set_arg(&m, 0, cr4);
	arch_set_arg(&m, 1, cr0);
	machine_report(&m);
	tap_is(m.regs->RBX, ctl.cr0, "the guest reads the CR0 that was set");
	tap_is(m.regs->RCX, ctl.cr4, "and CR4");
	tap_is(m.regs->R8, cr0, "it reads the CR0 that it wrote");
	tap_is(m.regs->R9, cr4, "and CR4");
	get_control(&m, &ctl);
	tap_is(ctl.cr0, cr0, "GET_STATE has that CR0");
	tap_is(ctl.cr4, cr4, "and that CR4");
	tap_is(ctl.efer, EFER_LME | EFER_LMA, "EFER shows nothing of the host's");
	machine_fini(&m);
}

static void not_allowed(void)
{
	struct trap_record *trap;
	struct machine m;

	machine_ready(&m, &guest_control);
	trap = machine_traps(&m);
	arch_set_arg(&m, 0, CR4_PAE | (1ULL << 13));
	tap_is(machine_trap(&m), VEC_GP, "CR4.VMXE, which the guest's CPUID has not: #GP");
	tap_is(trap->error, 0, "error code 0");
	machine_fini(&m);
}

/* A guest in real mode builds nothing itself: the tables are those of the harness. */
static void real_to_long(void)
{
	struct guest tables = { guest_control_start, guest_control_end, MODE_LONG };
	struct axvcpu_x86_segments segs;
	struct machine m;

	machine_init(&m, &tables);
	vcpu_reset(m.vcpu);
	memcpy(m.ram + GUEST_CODE, guest_climb.start, guest_climb.end - guest_climb.start);
	arch_start(&m, &guest_climb, GUEST_CODE);
	machine_cpuid(&m);
	vcpu_bind(m.vcpu);
	tap_is(machine_report(&m), 0x12345678, "from real mode to long mode");
	get_segments(&m, &segs);
	tap_ok(segs.cs.attr & AXVCPU_X86_SEG_L, "CS is a 64-bit segment");
	tap_is(segs.cs.selector, SEL_CODE, "by its selector");
	machine_fini(&m);
}

static void reset_vector(void)
{
	struct axvcpu_x86_segments segs;
	struct axvcpu_x86_control ctl;
	struct machine m;
	uint8_t *rom;

	m.dev = dev_open();
	m.vm = vm_create(m.dev);
	rom = machine_memory(&m, (1ULL << 32) - GUEST_RAM_SIZE, GUEST_RAM_SIZE);
	memcpy(rom + GUEST_RAM_SIZE - 16, "\xb0\x5a\xe6\xe0\xf4", 5);	/* mov al; out; hlt */
	m.vcpu = vcpu_create(m.vm, 0);
	m.run = vcpu_map_run(m.vcpu);
	m.regs = (struct arch_regs *)m.run->regs;
	tap_is(m.regs->rip, 0xfff0, "RIP after create");
	tap_is(m.regs->rflags, RFLAGS_FIXED, "RFLAGS");
	tap_is(vcpu_setup(m.vcpu), 0, "SETUP without an entry");
	get_segments(&m, &segs);
	tap_is(segs.cs.base, 0xffff0000, "CS base");
	tap_is(segs.cs.selector, 0xf000, "CS selector");
	get_control(&m, &ctl);
	tap_is(ctl.cr0, CR0_CD | CR0_NW | CR0_ET, "CR0");
	vcpu_bind(m.vcpu);
	machine_exits(&m, AXVCPU_EXIT_IO_WRITE, "the first instruction");
	tap_is(m.run->out.io.data, 0x5a, "is that at the top of 4 GiB");
	tap_is(m.regs->rip, 0xfff4, "PC moves with it");
	m.ram = rom;
	machine_fini(&m);
}

static void entry_points(void)
{
	static const struct {
		uint64_t entry;
		uint16_t cs;
		uint64_t ip;
	} rows[] = { { 0x10000, 0x1000, 0 }, { 0x7c00, 0, 0x7c00 }, { 0x9abcd, 0x9000, 0xabcd } };
	struct axvcpu_x86_segments segs;
	struct machine m;
	unsigned int i;
	int dev = dev_open(), vm = vm_create(dev);

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		m.vcpu = vcpu_create(vm, 0);
		m.run = vcpu_map_run(m.vcpu);
		m.regs = (struct arch_regs *)m.run->regs;
		tap_is(vcpu_setup_entry(m.vcpu, rows[i].entry), 0, "entry %#llx",
		       (unsigned long long)rows[i].entry);
		get_segments(&m, &segs);
		tap_is(segs.cs.selector, rows[i].cs, "its CS");
		tap_is(segs.cs.base, rows[i].cs << 4, "its base");
		tap_is(m.regs->rip, rows[i].ip, "its IP");
		close(m.vcpu);
		munmap(m.run, PAGE_SIZE);
	}
	m.vcpu = vcpu_create(vm, 0);
	tap_is(vcpu_setup_entry(m.vcpu, 0x100000), -EINVAL, "an entry above 1 MiB");
	tap_is(vcpu_state(m.vcpu), AXVCPU_STATE_CREATED, "changes nothing");
	close(m.vcpu);
	close(vm);
	close(dev);
}

void test(void)
{
	own_values();
	not_allowed();
	real_to_long();
	reset_vector();
	entry_points();
}
