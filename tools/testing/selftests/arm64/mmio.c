// SPDX-License-Identifier: GPL-2.0-only
/* Loads and stores outside memory: what the syndrome tells, and what it does not. */

#include "../harness.h"

DECLARE_GUEST(mmio, MODE_NATIVE);
DECLARE_GUEST(mmio_other, MODE_NATIVE);
DECLARE_GUEST(jump, MODE_NATIVE);
DECLARE_ROWS(mmio);
DECLARE_ROWS(mmio_other);

#define VALUE	0x1122334455667788ULL

static const struct store {
	uint32_t width;
	uint64_t data;
	uint32_t offset;
} stores[] = {
	{ 1, 0x88, 0 }, { 2, 0x7788, 0 }, { 4, 0x55667788, 0 }, { 8, VALUE, 0 },
	{ 8, 0, 0 }, { 4, 0x55667788, 0 }, { 4, 0x99, 8 },
};

static const struct load {
	uint32_t width, reg, reg_width;
	bool sign;
} loads[] = {
	{ 1, 0, 4, false }, { 2, 0, 4, false }, { 4, 0, 4, false }, { 8, 0, 8, false },
	{ 1, 0, 4, true }, { 1, 0, 8, true }, { 2, 0, 4, true }, { 2, 0, 8, true },
	{ 4, 0, 8, true }, { 8, 31, 8, false }, { 8, 0, 8, false },
};

static void decoded(void)
{
	const struct guest_row *row = guest_mmio_rows;
	const struct axvcpu_run_out *out;
	struct machine m;
	unsigned int i;

	machine_ready(&m, &guest_mmio);
	out = &m.run->out;
	arch_set_arg(&m, 0, GUEST_DEVICE);
	m.regs->x[0] = VALUE;
	m.regs->x[9] = 0x99;
	for (i = 0; i < ARRAY_SIZE(stores); i++, row++) {
		machine_exits(&m, AXVCPU_EXIT_MMIO_WRITE, "store");
		tap_is(out->mmio_write.addr, GUEST_DEVICE + stores[i].offset, "address %u", i);
		tap_is(out->mmio_write.width, stores[i].width, "width %u", i);
		tap_is(out->mmio_write.data, stores[i].data, "data %u", i);
		tap_is(arch_pc(&m), GUEST_CODE + row->offset + row->len, "PC is past it");
	}
	for (i = 0; i < ARRAY_SIZE(loads); i++, row++) {
		machine_exits(&m, AXVCPU_EXIT_MMIO_READ, "load");
		tap_is(out->mmio_read.addr, GUEST_DEVICE, "address %u", i);
		tap_is(out->mmio_read.width, loads[i].width, "width %u", i);
		tap_is(out->mmio_read.reg, loads[i].reg, "register %u", i);
		tap_is(out->mmio_read.reg_width, loads[i].reg_width, "register width %u", i);
		tap_is(out->mmio_read.signed_ext, loads[i].sign, "sign %u", i);
		tap_is(out->raw.insn_pc, GUEST_CODE + row->offset, "its address");
	}
	machine_report(&m);
	machine_fini(&m);
}

static void undecoded(void)
{
	const struct guest_row *row = guest_mmio_other_rows;
	const struct axvcpu_run_out *out;
	struct machine m;
	unsigned int i;

	machine_ready(&m, &guest_mmio_other);
	out = &m.run->out;
	for (i = 0; i < 4; i++, row++) {
		arch_set_arg(&m, 0, GUEST_DEVICE);
		machine_exits(&m, AXVCPU_EXIT_NESTED_PAGE_FAULT, "no syndrome");
		tap_is(out->fault.error, 0, "no region");
		tap_is(arch_pc(&m), GUEST_CODE + row->offset, "PC is at it");
		tap_is(out->raw.insn_bytes, 4, "its bytes are known");
		tap_ok(!memcmp(out->raw.insn, m.ram + GUEST_CODE + row->offset, 4), "and right");
		m.regs->pc += row->len;
	}
	machine_fini(&m);
}

static void fetch(void)
{
	struct machine m;

	machine_ready(&m, &guest_jump);
	arch_set_arg(&m, 0, GUEST_DEVICE);
	machine_exits(&m, AXVCPU_EXIT_NESTED_PAGE_FAULT, "a fetch");
	tap_is(m.run->out.fault.access, AXVCPU_ACCESS_EXEC, "it is one");
	tap_is(arch_pc(&m), GUEST_DEVICE, "PC is there");
	machine_fini(&m);
}

void test(void)
{
	decoded();
	undecoded();
	fetch();
}
