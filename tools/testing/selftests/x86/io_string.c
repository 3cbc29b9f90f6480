// SPDX-License-Identifier: GPL-2.0-only
/* INS and OUTS: an exit covers what lies in one page; RCX, RSI, RDI move with it. */

#include "harness.h"

DECLARE_GUEST(outsb, MODE_LONG);
DECLARE_GUEST(rep_outsb, MODE_LONG);
DECLARE_GUEST(rep_outsl, MODE_LONG);
DECLARE_GUEST(rep_outsw_fs, MODE_LONG);
DECLARE_GUEST(rep_outsb_a32, MODE_LONG);
DECLARE_GUEST(insl, MODE_LONG);
DECLARE_GUEST(rep_insb, MODE_LONG);
DECLARE_GUEST(rep_insw, MODE_LONG);
DECLARE_GUEST(rep_outsb_16, MODE_REAL);
DECLARE_GUEST(rep_insw_16, MODE_REAL);
DECLARE_ROWS(outsb);
DECLARE_ROWS(rep_outsb);

#define PORT		0x3f8
#define DIFFERENT	0x40000		/* physical page behind an alias */

static struct machine m;
static const char *name;

static void start(const struct guest *guest, const char *what)
{
	name = what;
	machine_ready(&m, guest);
	m.regs->RDX = PORT;
}

/* The n-th exit of a string instruction. */
static void exits(bool in, unsigned int width, uint32_t count, uint64_t gpa, int stride)
{
	const struct axvcpu_exit_io_string *s = &m.run->out.io_string;

	machine_exits(&m, in ? AXVCPU_EXIT_IO_READ_STRING : AXVCPU_EXIT_IO_WRITE_STRING,
		      name);
	tap_is(s->port, PORT, "%s: port", name);
	tap_is(s->width, width, "%s: width", name);
	tap_is(s->count, count, "%s: count", name);
	tap_is(s->gpa, gpa, "%s: address", name);
	tap_is(s->stride, stride, "%s: stride", name);
}

static void not_split(void)
{
	tap_is(m.run->out.io_string.split, 0, "%s: no element is split", name);
	tap_is(m.run->out.io_string.gpa2, 0, "%s: no second address", name);
}

static void left(uint64_t rcx, uint64_t rsi, uint64_t rdi)
{
	tap_is(m.regs->RCX, rcx, "%s: RCX", name);
	tap_is(m.regs->RSI, rsi, "%s: RSI", name);
	tap_is(m.regs->RDI, rdi, "%s: RDI", name);
}

static void ends(void)
{
	m.regs->RAX = 0x600d;
	tap_is(machine_report(&m), 0x600d, "%s: done", name);
	machine_fini(&m);
}

static void single(void)
{
	start(&guest_outsb, "outsb");
	m.regs->RSI = GUEST_DATA;
	m.regs->RCX = 7;
	exits(false, 1, 1, GUEST_DATA, 1);
	not_split();
	machine_past(&m, &guest_outsb_rows[0], name);
	left(7, GUEST_DATA + 1, 0);
	ends();

	start(&guest_insl, "insl");
	m.regs->RDI = GUEST_DATA;
	exits(true, 4, 1, GUEST_DATA, 4);
	not_split();
	left(0, 0, GUEST_DATA + 4);
	ends();
}

static void one_page(void)
{
	start(&guest_rep_outsb, "rep outsb");
	m.regs->RSI = GUEST_DATA + 0xff6;
	m.regs->RCX = 10;
	exits(false, 1, 10, GUEST_DATA + 0xff6, 1);
	not_split();
	machine_past(&m, &guest_rep_outsb_rows[0], name);
	left(0, GUEST_DATA + 0x1000, 0);
	ends();

	start(&guest_rep_outsb, "rep outsb, RCX 0");
	ends();

	start(&guest_rep_insw, "rep insw");
	m.regs->RDI = GUEST_DATA;
	m.regs->RCX = 2048;
	exits(true, 2, 2048, GUEST_DATA, 2);
	left(0, 0, GUEST_DATA + 0x1000);
	ends();
}

static void many_pages(void)
{
	start(&guest_rep_outsb, "rep outsb over pages");
	m.regs->RSI = GUEST_DATA + 0xffe;
	m.regs->RCX = 0x1005;
	exits(false, 1, 2, GUEST_DATA + 0xffe, 1);
	machine_at(&m, &guest_rep_outsb_rows[0], name);
	left(0x1003, GUEST_DATA + 0x1000, 0);
	exits(false, 1, 0x1000, GUEST_DATA + 0x1000, 1);
	machine_at(&m, &guest_rep_outsb_rows[0], name);
	exits(false, 1, 3, GUEST_DATA + 0x2000, 1);
	machine_past(&m, &guest_rep_outsb_rows[0], name);
	left(0, GUEST_DATA + 0x2003, 0);
	ends();
}

/* An element that lies in two pages, which are not neighbours in memory. */
static void split_element(void)
{
	uint64_t *pt;

	start(&guest_rep_outsl, "rep outsl, split");
	pt = (uint64_t *)(m.ram + GUEST_PT_ALIAS);
	pt[(GUEST_DATA >> 12) + 1] = DIFFERENT | PTE_P | PTE_W | PTE_U;
	m.regs->RSI = GUEST_ALIAS + GUEST_DATA + 0xff9;
	m.regs->RCX = 4;
	exits(false, 4, 1, GUEST_DATA + 0xff9, 4);
	not_split();
	exits(false, 4, 1, GUEST_DATA + 0xffd, 4);
	tap_is(m.run->out.io_string.split, 3, "%s: three bytes here", name);
	tap_is(m.run->out.io_string.gpa2, DIFFERENT, "%s: one there", name);
	left(2, GUEST_ALIAS + GUEST_DATA + 0x1001, 0);
	exits(false, 4, 2, DIFFERENT + 1, 4);
	not_split();
	ends();
}

static void backwards(void)
{
	start(&guest_rep_insb, "rep insb, DF");
	m.regs->rflags |= RFLAGS_DF;
	m.regs->RDI = GUEST_DATA + 0x1001;
	m.regs->RCX = 4;
	exits(true, 1, 2, GUEST_DATA + 0x1001, -1);
	left(2, 0, GUEST_DATA + 0xfff);
	exits(true, 1, 2, GUEST_DATA + 0xfff, -1);
	left(0, 0, GUEST_DATA + 0xffd);
	ends();
}

static void addressing(void)
{
	struct axvcpu_x86_segments segs;

	start(&guest_rep_outsw_fs, "rep outsw fs:");
	get_segments(&m, &segs);
	segs.fs.base = GUEST_DATA + 0x100;
	set_segments(&m, &segs);
	m.regs->RSI = 0x10;
	m.regs->RCX = 3;
	exits(false, 2, 3, GUEST_DATA + 0x110, 2);
	left(0, 0x16, 0);
	ends();

	start(&guest_rep_outsb_a32, "rep outsb, 32-bit address");
	m.regs->RSI = 0xdead000000000000 | GUEST_DATA;
	m.regs->RCX = 0xbeef000000000002;
	exits(false, 1, 2, GUEST_DATA, 1);
	left(0, GUEST_DATA + 2, 0);
	ends();
}

/* 16-bit offsets wrap, and leave the upper half of their registers alone. */
static void short_offsets(void)
{
	struct axvcpu_x86_segments segs;

	start(&guest_rep_outsb_16, "rep outsb, 16 bits, wrap");
	get_segments(&m, &segs);
	segs.ds.selector = 0x3000;
	segs.ds.base = 0x30000;
	set_segments(&m, &segs);
	m.regs->RSI = 0x1234fffe;
	m.regs->RCX = 0x56780005;
	exits(false, 1, 2, 0x3fffe, 1);
	left(0x56780003, 0x12340000, 0);
	exits(false, 1, 3, 0x30000, 1);
	left(0x56780000, 0x12340003, 0);
	ends();

	start(&guest_rep_insw_16, "rep insw, 16 bits");
	get_segments(&m, &segs);
	segs.es.selector = 0x4000;
	segs.es.base = 0x40000;
	set_segments(&m, &segs);
	m.regs->RDI = 0x10;
	m.regs->RCX = 2;
	exits(true, 2, 2, 0x40010, 2);
	left(0, 0, 0x14);
	ends();
}

/* The guest's own tables do not map it: that is the guest's page fault. */
static void page_fault(void)
{
	struct trap_record *trap;
	uint64_t *pt;

	start(&guest_rep_outsb, "rep outsb, #PF");
	trap = machine_traps(&m);
	pt = (uint64_t *)(m.ram + GUEST_PT_ALIAS);
	pt[(GUEST_DATA >> 12) + 1] = 0;
	m.regs->RSI = GUEST_ALIAS + GUEST_DATA + 0xfff;
	m.regs->RCX = 5;
	exits(false, 1, 1, GUEST_DATA + 0xfff, 1);
	tap_is(machine_trap(&m), VEC_PF, "%s: the vector", name);
	tap_is(trap->cr2, GUEST_ALIAS + GUEST_DATA + 0x1000, "%s: CR2", name);
	tap_is(trap->error, 0, "%s: a read of a page not present", name);
	tap_is(trap->rip, GUEST_CODE, "%s: RIP at the instruction", name);
	left(4, GUEST_ALIAS + GUEST_DATA + 0x1000, 0);
	pt[(GUEST_DATA >> 12) + 1] = DIFFERENT | PTE_P | PTE_W | PTE_U;
	exits(false, 1, 4, DIFFERENT, 1);
	ends();
}

void test(void)
{
	single();
	one_page();
	many_pages();
	split_element();
	backwards();
	addressing();
	short_offsets();
	page_fault();
}
