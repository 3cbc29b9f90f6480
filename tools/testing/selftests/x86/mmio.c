// SPDX-License-Identifier: GPL-2.0-only
/* MOV from and to a device: decoded in the kernel, in every mode. */

#include "harness.h"

DECLARE_GUEST(mmio64, MODE_LONG);
DECLARE_GUEST(mmio32, MODE_PROT);
DECLARE_GUEST(mmio16, MODE_REAL);
DECLARE_ROWS(mmio64);
DECLARE_ROWS(mmio32);
DECLARE_ROWS(mmio16);

#define BEFORE	0x1122334455667788ULL	/* every register the guest does not use */
#define READ	0x81828384a5a6e7e8ULL	/* what the device has, its top bits set */

enum { AX = AXVCPU_X86_RAX, CX = AXVCPU_X86_RCX, BP = AXVCPU_X86_RBP, R9D = AXVCPU_X86_R9 };

/* A store: its width and what arrives. A load: where it goes and what is there after. */
struct mmio_case {
	const char *name;
	uint8_t width;
	uint64_t data;
	uint8_t reg, reg_width, signed_ext, shift;
	uint64_t after;
};

#define STORE(name, width, data) { name, width, data, 0, 0, 0, 0, 0 }
#define LOAD(name, width, reg, reg_width, sx, shift, after)		\
	{ name, width, 0, reg, reg_width, sx, shift, after }

static const struct mmio_case cases64[] = {
	STORE("mov [], al", 1, 0x88),
	STORE("mov [], ax", 2, 0x7788),
	STORE("mov [], eax", 4, 0x55667788),
	STORE("mov [], rax", 8, BEFORE),
	STORE("mov [], ah", 1, 0x77),
	STORE("mov [], sil", 1, 0x88),
	STORE("mov [], r9b", 1, 0x88),
	STORE("mov [], r9", 8, BEFORE),
	STORE("mov byte [], imm", 1, 0x5a),
	STORE("mov word [], imm", 2, 0x1234),
	STORE("mov dword [], imm", 4, 0x89abcdef),
	STORE("mov qword [], imm", 8, -2ULL),
	STORE("mov moffs, al", 1, 0x88),
	STORE("mov moffs, eax", 4, 0x55667788),
	LOAD("mov al, []", 1, AX, 1, 0, 0, 0x11223344556677e8),
	LOAD("mov ax, []", 2, AX, 2, 0, 0, 0x112233445566e7e8),
	LOAD("mov eax, []", 4, AX, 4, 0, 0, 0xa5a6e7e8),
	LOAD("mov rax, []", 8, AX, 8, 0, 0, READ),
	LOAD("mov ah, []", 1, AX, 1, 0, 8, 0x112233445566e888),
	LOAD("mov bpl, []", 1, BP, 1, 0, 0, 0x11223344556677e8),
	LOAD("mov r9b, []", 1, R9D, 1, 0, 0, 0x11223344556677e8),
	LOAD("mov r9d, []", 4, R9D, 4, 0, 0, 0xa5a6e7e8),
	LOAD("movzx ax, byte []", 1, AX, 2, 0, 0, 0x11223344556600e8),
	LOAD("movzx eax, byte []", 1, AX, 4, 0, 0, 0xe8),
	LOAD("movzx rax, byte []", 1, AX, 8, 0, 0, 0xe8),
	LOAD("movzx eax, word []", 2, AX, 4, 0, 0, 0xe7e8),
	LOAD("movzx r9, word []", 2, R9D, 8, 0, 0, 0xe7e8),
	LOAD("movsx ax, byte []", 1, AX, 2, 1, 0, 0x112233445566ffe8),
	LOAD("movsx eax, byte []", 1, AX, 4, 1, 0, 0xffffffe8),
	LOAD("movsx rax, byte []", 1, AX, 8, 1, 0, 0xffffffffffffffe8),
	LOAD("movsx eax, word []", 2, AX, 4, 1, 0, 0xffffe7e8),
	LOAD("movsx rax, word []", 2, AX, 8, 1, 0, 0xffffffffffffe7e8),
	LOAD("movsxd rax, dword []", 4, AX, 8, 1, 0, 0xffffffffa5a6e7e8),
	LOAD("mov ax, moffs", 2, AX, 2, 0, 0, 0x112233445566e7e8),
	LOAD("mov rax, moffs", 8, AX, 8, 0, 0, READ),
	LOAD("mov eax, [disp + base + index]", 4, AX, 4, 0, 0, 0xa5a6e7e8),
	STORE("mov fs:[], eax", 4, 0x55667788),
	STORE("mov [edi], eax", 4, 0x55667788),
};

static const struct mmio_case cases32[] = {
	STORE("mov [], al", 1, 0x88),
	STORE("mov [], ax", 2, 0x7788),
	STORE("mov [], eax", 4, 0x55667788),
	STORE("mov [], ah", 1, 0x77),
	STORE("mov dword [], imm", 4, 0x89abcdef),
	STORE("mov moffs, eax", 4, 0x55667788),
	LOAD("mov al, []", 1, AX, 1, 0, 0, 0x556677e8),
	LOAD("mov ch, []", 1, CX, 1, 0, 8, 0x5566e888),
	LOAD("mov ax, []", 2, AX, 2, 0, 0, 0x5566e7e8),
	LOAD("mov eax, []", 4, AX, 4, 0, 0, 0xa5a6e7e8),
	LOAD("movzx eax, byte []", 1, AX, 4, 0, 0, 0xe8),
	LOAD("movsx eax, word []", 2, AX, 4, 1, 0, 0xffffe7e8),
	LOAD("movsx ax, byte []", 1, AX, 2, 1, 0, 0x5566ffe8),
	LOAD("mov al, moffs", 1, AX, 1, 0, 0, 0x556677e8),
	LOAD("mov eax, [disp + base + index]", 4, AX, 4, 0, 0, 0xa5a6e7e8),
};

static const struct mmio_case cases16[] = {
	STORE("mov [], al", 1, 0x88),
	STORE("mov [], ax", 2, 0x7788),
	STORE("mov [], eax", 4, 0x55667788),
	STORE("mov [], ah", 1, 0x77),
	STORE("mov word [+2], imm", 2, 0x1234),
	LOAD("mov al, []", 1, AX, 1, 0, 0, 0x556677e8),
	LOAD("mov ch, []", 1, CX, 1, 0, 8, 0x5566e888),
	LOAD("mov ax, []", 2, AX, 2, 0, 0, 0x5566e7e8),
	LOAD("mov eax, []", 4, AX, 4, 0, 0, 0xa5a6e7e8),
	LOAD("movzx ax, byte []", 1, AX, 2, 0, 0, 0x556600e8),
	LOAD("movsx eax, byte []", 1, AX, 4, 1, 0, 0xffffffe8),
	LOAD("mov ax, moffs", 2, AX, 2, 0, 0, 0x5566e7e8),
};

static bool payload_right(const struct machine *m, const struct mmio_case *c, uint64_t gpa)
{
	const struct axvcpu_run_out *out = &m->run->out;
	const struct axvcpu_exit_mmio_read *r = &out->mmio_read;

	if (!c->reg_width)
		return out->mmio_write.addr == gpa && out->mmio_write.width == c->width &&
		       out->mmio_write.data == c->data && !out->mmio_write.reserved;
	return r->addr == gpa && r->width == c->width && r->reg == c->reg &&
	       r->reg_width == c->reg_width && r->signed_ext == c->signed_ext &&
	       r->shift == c->shift && !r->reserved;
}

static void show_payload(const struct machine *m)
{
	const uint64_t *p = (const uint64_t *)m->run->out.payload;

	tap_note("  payload %#llx %#llx %#llx", (unsigned long long)p[0],
		 (unsigned long long)p[1], (unsigned long long)p[2]);
}

/*
 * @before: what a register has, in this mode; @linear: where the device is;
 * @mode: in words.
 */
static void run_cases(struct machine *m, const struct mmio_case *c, unsigned int n,
		      const struct guest_row *row, uint64_t before, uint64_t linear,
		      const char *mode)
{
	unsigned int i, k;
	uint64_t gpa;
	char what[80];

	for (i = 0; i < n; i++) {
		for (k = 0; k < 16; k++)
			if (k != AXVCPU_X86_RSP)
				m->regs->gpr[k] = before;
		m->regs->RDI = linear;
		m->regs->RBX = 2;
		gpa = GUEST_DEVICE + (strstr(c[i].name, "[+2]") ? 2 : 0);
		snprintf(what, sizeof(what), "%s: %s", mode, c[i].name);
		machine_exits(m, c[i].reg_width ? AXVCPU_EXIT_MMIO_READ :
			      AXVCPU_EXIT_MMIO_WRITE, what);
		if (!tap_ok(payload_right(m, &c[i], gpa), "%s: payload", what))
			show_payload(m);
		machine_past(m, &row[i], what);
		if (!c[i].reg_width)
			continue;
		machine_complete(m, READ);
		tap_is(m->regs->gpr[c[i].reg], c[i].after, "%s: the register", what);
	}
	m->regs->RAX = 0x600d;
	tap_is(machine_report(m), 0x600d, "%s: through", mode);
	machine_fini(m);
}

static void long_mode(uint64_t linear, const char *mode)
{
	struct axvcpu_x86_segments segs;
	struct machine m;

	machine_ready(&m, &guest_mmio64);
	get_segments(&m, &segs);
	segs.fs.base = linear - 2;
	set_segments(&m, &segs);
	run_cases(&m, cases64, ARRAY_SIZE(cases64), guest_mmio64_rows, BEFORE, linear, mode);
}

static void prot_mode(enum guest_mode how, uint64_t linear, const char *mode)
{
	struct guest guest = guest_mmio32;
	struct machine m;

	guest.mode = how;
	machine_ready(&m, &guest);
	run_cases(&m, cases32, ARRAY_SIZE(cases32), guest_mmio32_rows, (uint32_t)BEFORE,
		  linear, mode);
}

static void short_mode(enum guest_mode how, const char *mode)
{
	struct guest guest = guest_mmio16;
	struct axvcpu_x86_segments segs;
	struct machine m;

	guest.mode = how;
	machine_ready(&m, &guest);
	get_segments(&m, &segs);
	segs.ds.base = GUEST_DEVICE;
	if (how == MODE_REAL)
		segs.ds.selector = GUEST_DEVICE >> 4;
	set_segments(&m, &segs);
	run_cases(&m, cases16, ARRAY_SIZE(cases16), guest_mmio16_rows, (uint32_t)BEFORE, 0,
		  mode);
}

void test(void)
{
	long_mode(GUEST_DEVICE, "64 bits");
	long_mode(GUEST_ALIAS + GUEST_DEVICE, "64 bits, mapped elsewhere");
	prot_mode(MODE_PROT, GUEST_DEVICE, "32 bits");
	prot_mode(MODE_PAGED, GUEST_DEVICE, "32 bits, paging");
	prot_mode(MODE_PAGED, GUEST_ALIAS + GUEST_DEVICE, "32 bits, mapped elsewhere");
	short_mode(MODE_REAL, "real mode");
	short_mode(MODE_PROT16, "16-bit protected mode");
}
