// SPDX-License-Identifier: GPL-2.0-only
/* IN and OUT: port, width, data, where the result goes. */

#include "harness.h"

DECLARE_GUEST(io, MODE_LONG);
DECLARE_GUEST(io16, MODE_REAL);
DECLARE_ROWS(io);
DECLARE_ROWS(io16);

#define DX_PORT	0xfff0
#define BEFORE	0x1122334455667788ULL
#define READ	0xa1a2a3a4a5a6a7a8ULL

static const struct {
	const char *name;
	bool in;
	uint16_t port;
	uint8_t width;
	uint64_t result;	/* RAX after it */
} rows[] = {
	{ "out al, imm", false, PORT_TEST, 1, BEFORE },
	{ "out ax, imm", false, PORT_TEST, 2, BEFORE },
	{ "out eax, imm", false, PORT_TEST, 4, BEFORE },
	{ "out al, dx", false, DX_PORT, 1, BEFORE },
	{ "out ax, dx", false, DX_PORT, 2, BEFORE },
	{ "out eax, dx", false, DX_PORT, 4, BEFORE },
	{ "in al, imm", true, PORT_TEST, 1, 0x11223344556677a8 },
	{ "in ax, imm", true, PORT_TEST, 2, 0x112233445566a7a8 },
	{ "in eax, imm", true, PORT_TEST, 4, 0xa5a6a7a8 },
	{ "in al, dx", true, DX_PORT, 1, 0x11223344556677a8 },
	{ "in ax, dx", true, DX_PORT, 2, 0x112233445566a7a8 },
	{ "in eax, dx", true, DX_PORT, 4, 0xa5a6a7a8 },
};

static bool payload_right(const struct axvcpu_exit_io *io, unsigned int i)
{
	uint64_t mask = (1ULL << 8 * rows[i].width) - 1;

	if (io->port != rows[i].port || io->width != rows[i].width)
		return false;
	if (rows[i].in)
		return io->reg == AXVCPU_X86_RAX && io->reg_width == rows[i].width &&
		       !io->data;
	return io->data == (BEFORE & mask);
}

static void run_rows(const struct guest *guest, const struct guest_row *row)
{
	struct machine m;
	unsigned int i;

	machine_ready(&m, guest);
	m.regs->RDX = DX_PORT;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		m.regs->RAX = BEFORE;
		machine_exits(&m, rows[i].in ? AXVCPU_EXIT_IO_READ : AXVCPU_EXIT_IO_WRITE,
			      rows[i].name);
		tap_ok(payload_right(&m.run->out.io, i), "%s: payload", rows[i].name);
		machine_past(&m, &row[i], rows[i].name);
		if (rows[i].in)
			machine_complete(&m, READ);
		tap_is(m.regs->RAX, rows[i].result, "%s: RAX", rows[i].name);
	}
	/* What the VMM wrote is what the guest has. */
	tap_is(machine_report(&m), (uint32_t)READ, "the guest sees the result");
	machine_fini(&m);
}

void test(void)
{
	run_rows(&guest_io, guest_io_rows);
	run_rows(&guest_io16, guest_io16_rows);
}
