// SPDX-License-Identifier: GPL-2.0-only
/*
 * NESTED_PAGE_FAULT: what the kernel does not decode, what a region forbids,
 * what the host cannot bring in; PC at the instruction, its bytes known.
 */

#include "harness.h"

DECLARE_GUEST(mmio_other, MODE_LONG);
DECLARE_GUEST(mmio_cross, MODE_LONG);
DECLARE_GUEST(poke, MODE_LONG);
DECLARE_GUEST(peek, MODE_LONG);
DECLARE_GUEST(jump, MODE_LONG);
DECLARE_GUEST(count, MODE_LONG);
DECLARE_ROWS(mmio_other);

#define FAR	0x10000000

static void fault_is(struct machine *m, uint64_t addr, uint32_t access, int error,
		     const char *what)
{
	const struct axvcpu_exit_fault *f = &m->run->out.fault;
	const struct axvcpu_raw *raw = &m->run->out.raw;

	machine_exits(m, AXVCPU_EXIT_NESTED_PAGE_FAULT, what);
	tap_is(f->addr, addr, "%s: address", what);
	tap_is(f->access, access, "%s: access", what);
	tap_is(f->error, error, "%s: error", what);
	tap_ok(raw->valid & AXVCPU_RAW_GPA && raw->gpa == addr, "%s: raw GPA", what);
	tap_is(m->regs->rip, raw->insn_pc, "%s: PC at the instruction", what);
}

static void not_decoded(void)
{
	static const struct {
		const char *name;
		uint32_t access;
	} rows[] = {
		{ "add [], eax", 0 }, { "xchg [], eax", 0 },
		{ "stosd", AXVCPU_ACCESS_WRITE }, { "movups [], xmm0", AXVCPU_ACCESS_WRITE },
		{ "cmp [], 1", AXVCPU_ACCESS_READ }, { "or [], 0x80", 0 },
	};
	const struct guest_row *row = guest_mmio_other_rows;
	const struct axvcpu_raw *raw;
	struct machine m;
	unsigned int i;

	machine_ready(&m, &guest_mmio_other);
	raw = &m.run->out.raw;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		m.regs->RDI = GUEST_DEVICE + 0x18;
		machine_exits(&m, AXVCPU_EXIT_NESTED_PAGE_FAULT, rows[i].name);
		tap_is(m.run->out.fault.addr, GUEST_DEVICE + 0x18, "%s: address",
		       rows[i].name);
		tap_is(m.run->out.fault.error, 0, "%s: no region", rows[i].name);
		if (rows[i].access)
			tap_is(m.run->out.fault.access, rows[i].access, "%s: access",
			       rows[i].name);
		machine_at(&m, &row[i], rows[i].name);
		tap_ok(raw->valid & AXVCPU_RAW_INSN_BYTES && raw->insn_bytes >= row[i].len &&
		       !memcmp(raw->insn, guest_mmio_other.start + row[i].at, row[i].len),
		       "%s: its bytes", rows[i].name);
		/* The VMM completes it: here, by skipping it. */
		m.regs->rip += row[i].len;
	}
	m.regs->RAX = 0x600d;
	tap_is(machine_report(&m), 0x600d, "the guest goes on");
	machine_fini(&m);
}

static void two_pages(void)
{
	struct machine m;

	machine_ready(&m, &guest_mmio_cross);
	m.regs->RDI = GUEST_DEVICE + 0xffc;
	m.regs->RAX = 1;
	fault_is(&m, GUEST_DEVICE + 0xffc, AXVCPU_ACCESS_WRITE, 0, "a MOV over two pages");
	m.regs->RDI = GUEST_DEVICE - 4;
	machine_exits(&m, AXVCPU_EXIT_NESTED_PAGE_FAULT, "a MOV half in RAM");
	machine_fini(&m);
}

static void read_only(void)
{
	struct machine m;
	uint8_t *rom = host_pages(PAGE_SIZE);

	memset(rom, 0x42, PAGE_SIZE);
	machine_ready(&m, &guest_peek);
	tap_is(vm_map(m.vm, FAR, PAGE_SIZE, rom, AXVCPU_ACCESS_READ | AXVCPU_ACCESS_EXEC), 0,
	       "a read-only region");
	arch_set_arg(&m, 0, FAR + 5);
	tap_is(machine_report(&m), 0x42, "is read");
	memcpy(m.ram + GUEST_CODE, guest_poke.start, guest_poke.end - guest_poke.start);
	m.regs->rip = GUEST_CODE;
	arch_set_arg(&m, 1, 1);
	fault_is(&m, FAR + 5, AXVCPU_ACCESS_WRITE, EACCES, "a write to it");
	tap_is(rom[5], 0x42, "leaves it as it was");
	machine_fini(&m);
	munmap(rom, PAGE_SIZE);
}

static void not_executable(void)
{
	struct machine m;
	uint8_t *data = host_pages(PAGE_SIZE);

	memcpy(data, guest_count.start, guest_count.end - guest_count.start);
	machine_ready(&m, &guest_jump);
	vm_map(m.vm, FAR, PAGE_SIZE, data, MEM_RW);
	arch_set_arg(&m, 0, FAR);
	fault_is(&m, FAR, AXVCPU_ACCESS_EXEC, EACCES, "execution of data");
	vm_protect(m.vm, FAR, PAGE_SIZE, MEM_RWX);
	tap_is(machine_report(&m), 0, "executable, it runs");
	machine_fini(&m);
	munmap(data, PAGE_SIZE);
}

static void nothing_there(void)
{
	struct machine m;

	machine_ready(&m, &guest_jump);
	arch_set_arg(&m, 0, GUEST_DEVICE);
	fault_is(&m, GUEST_DEVICE, AXVCPU_ACCESS_EXEC, 0, "execution where nothing is");
	machine_fini(&m);
}

static void host_fails(void)
{
	struct machine m;
	uint8_t *hva = host_pages(PAGE_SIZE);

	machine_ready(&m, &guest_peek);
	tap_is(vm_map(m.vm, FAR, PAGE_SIZE, hva, MEM_RW), 0, "a region");
	munmap(hva, PAGE_SIZE);
	arch_set_arg(&m, 0, FAR);
	fault_is(&m, FAR, AXVCPU_ACCESS_READ, EFAULT, "its host memory is gone");
	fault_is(&m, FAR, AXVCPU_ACCESS_READ, EFAULT, "still");
	if (mmap(hva, PAGE_SIZE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != hva)
		tap_bail("mmap");
	hva[0] = 0x77;
	tap_is(machine_report(&m), 0x77, "it is back: the same instruction completes");

	mprotect(hva, PAGE_SIZE, PROT_READ);
	memcpy(m.ram + GUEST_CODE, guest_poke.start, guest_poke.end - guest_poke.start);
	m.regs->rip = GUEST_CODE;
	fault_is(&m, FAR, AXVCPU_ACCESS_WRITE, EFAULT, "the host may not write it");
	tap_is(hva[0], 0x77, "so nobody did");
	machine_fini(&m);
	munmap(hva, PAGE_SIZE);
}

/* The guest's page tables lie where nothing is. */
static void table_walk(void)
{
	struct axvcpu_x86_control ctl;
	struct machine m;

	machine_ready(&m, &guest_count);
	get_control(&m, &ctl);
	ctl.cr3 = FAR;
	set_control(&m, &ctl);
	machine_exits(&m, AXVCPU_EXIT_NESTED_PAGE_FAULT, "a page walk");
	tap_is(m.run->out.fault.addr & ~0xfffULL, FAR, "its address is the table's");
	tap_ok(m.run->out.fault.access & AXVCPU_ACCESS_WALK, "it is known for one");
	machine_fini(&m);
}

void test(void)
{
	not_decoded();
	two_pages();
	read_only();
	not_executable();
	nothing_there();
	host_fails();
	table_walk();
}
