// SPDX-License-Identifier: GPL-2.0-only
/* Put an x86 vCPU into a mode; read and write its system state. */

#include "../harness.h"

#define SEG_DATA	(AXVCPU_X86_SEG_S | AXVCPU_X86_SEG_P | 0x3)
#define SEG_CODE	(AXVCPU_X86_SEG_S | AXVCPU_X86_SEG_P | 0xb)
#define SEG_FLAT	(AXVCPU_X86_SEG_G | AXVCPU_X86_SEG_DB)
#define SEG_CODE64	(AXVCPU_X86_SEG_G | AXVCPU_X86_SEG_L)
#define SEG_DPL3	AXVCPU_X86_SEG_DPL
#define SEG_TSS_BUSY	(AXVCPU_X86_SEG_P | 0xb)

#define TSS_SIZE	0x68
#define TSS_RSP0	4

static void must(int ret, const char *what)
{
	if (ret < 0)
		tap_bail("%s: %s", what, strerror(-ret));
}

void get_segments(struct machine *m, struct axvcpu_x86_segments *segs)
{
	must(vcpu_get_group(m->vcpu, AXVCPU_X86_GROUP_SEGMENTS, segs, sizeof(*segs)),
	     "GET_STATE of the segments");
}

void set_segments(struct machine *m, const struct axvcpu_x86_segments *segs)
{
	must(vcpu_set_group(m->vcpu, AXVCPU_X86_GROUP_SEGMENTS, segs, sizeof(*segs)),
	     "SET_STATE of the segments");
}

void get_control(struct machine *m, struct axvcpu_x86_control *ctl)
{
	must(vcpu_get_group(m->vcpu, AXVCPU_X86_GROUP_CONTROL, ctl, sizeof(*ctl)),
	     "GET_STATE of the control registers");
}

void set_control(struct machine *m, const struct axvcpu_x86_control *ctl)
{
	must(vcpu_set_group(m->vcpu, AXVCPU_X86_GROUP_CONTROL, ctl, sizeof(*ctl)),
	     "SET_STATE of the control registers");
}

void get_events(struct machine *m, struct axvcpu_state_events *ev)
{
	must(vcpu_get_group(m->vcpu, AXVCPU_GROUP_EVENTS, ev, sizeof(*ev)),
	     "GET_STATE of the events");
}

void set_events(struct machine *m, const struct axvcpu_state_events *ev)
{
	must(vcpu_set_group(m->vcpu, AXVCPU_GROUP_EVENTS, ev, sizeof(*ev)),
	     "SET_STATE of the events");
}

void *get_table(struct machine *m, uint32_t group, uint32_t *len)
{
	struct axvcpu_state_record *rec;
	uint32_t room = 1U << 16;
	void *data;

	rec = calloc(1, room);
	must(vcpu_get_state(m->vcpu, group, rec, &room), "GET_STATE of a table");
	*len = rec->size;
	data = malloc(rec->size + 1);
	memcpy(data, rec + 1, rec->size);
	free(rec);
	return data;
}

uint64_t get_msr(struct machine *m, uint32_t index)
{
	uint32_t len, i;
	struct axvcpu_x86_msr *msr = get_table(m, AXVCPU_X86_GROUP_MSRS, &len);
	uint64_t value;

	for (i = 0; i < len / sizeof(*msr); i++)
		if (msr[i].index == index)
			break;
	if (i == len / sizeof(*msr))
		tap_bail("GET_STATE does not list MSR %#x", index);
	value = msr[i].value;
	free(msr);
	return value;
}

int set_msr(struct machine *m, uint32_t index, uint64_t value)
{
	struct axvcpu_x86_msr msr = { .index = index, .value = value };

	return vcpu_set_group(m->vcpu, AXVCPU_X86_GROUP_MSRS, &msr, sizeof(msr));
}

bool cpu_is_qemu(void)
{
	uint32_t a = 0x40000000, b, c, d;

	asm("cpuid" : "+a"(a), "=b"(b), "=c"(c), "=d"(d));
	return b == 0x54474354 && c == 0x43544743;	/* TCGTCGTCGTCG */
}

bool cpu_is_bochs(void)
{
	const char *bed = getenv("AXVCPU_BED");

	return bed && strstr(bed, "bochs");
}

void machine_cpuid(struct machine *m)
{
	struct axvcpu_x86_cpuid table[AXVCPU_X86_MAX_CPUID];
	struct axvcpu_array arg = {
		.size = sizeof(arg),
		.count = ARRAY_SIZE(table),
		.addr = (uintptr_t)table,
	};
	int dev = dev_open();

	must(xioctl(dev, AXVCPU_X86_GET_SUPPORTED_CPUID, &arg), "GET_SUPPORTED_CPUID");
	must(xioctl(m->vcpu, AXVCPU_X86_SET_CPUID, &arg), "SET_CPUID");
	close(dev);
}

static uint64_t descriptor(uint32_t base, uint32_t limit, uint32_t attr)
{
	return (limit & 0xffff) | ((uint64_t)(base & 0xffffff) << 16) |
	       ((uint64_t)(attr & 0xf0ff) << 40) | ((uint64_t)(limit & 0xf0000) << 32) |
	       ((uint64_t)(base & 0xff000000) << 32);
}

static void write_gdt(struct machine *m, uint32_t code)
{
	uint64_t *gdt = (uint64_t *)(m->ram + GUEST_GDT);

	gdt[SEL_CODE / 8] = descriptor(0, 0xfffff, SEG_CODE | code);
	gdt[SEL_DATA / 8] = descriptor(0, 0xfffff, SEG_DATA | SEG_FLAT);
	gdt[SEL_UCODE / 8] = descriptor(0, 0xfffff, SEG_CODE | SEG_DPL3 | code);
	gdt[SEL_UDATA / 8] = descriptor(0, 0xfffff, SEG_DATA | SEG_DPL3 | SEG_FLAT);
	gdt[SEL_TSS / 8] = descriptor(GUEST_TSS, TSS_SIZE - 1, SEG_TSS_BUSY);
	gdt[SEL_CODE16 / 8] = descriptor(0, 0xffff, SEG_CODE);
	gdt[SEL_DATA16 / 8] = descriptor(0, 0xffff, SEG_DATA);
}

static void write_tables(struct machine *m)
{
	uint64_t *pml4 = (uint64_t *)(m->ram + GUEST_PML4);
	uint64_t *pdpt = (uint64_t *)(m->ram + GUEST_PDPT);
	uint64_t *pd = (uint64_t *)(m->ram + GUEST_PD);
	uint64_t *pd_alias = (uint64_t *)(m->ram + GUEST_PD_ALIAS);
	uint64_t *pt = (uint64_t *)(m->ram + GUEST_PT_ALIAS);
	uint32_t *pd32 = (uint32_t *)(m->ram + GUEST_PD32);
	uint32_t *pt32 = (uint32_t *)(m->ram + GUEST_PT32);
	const uint64_t rights = PTE_P | PTE_W | PTE_U;
	uint64_t i;

	pml4[0] = GUEST_PDPT | rights;
	pdpt[0] = GUEST_PD | rights;
	pdpt[GUEST_ALIAS >> 30] = GUEST_PD_ALIAS | rights;
	pd_alias[0] = GUEST_PT_ALIAS | rights;
	for (i = 0; i < 512; i++) {
		pd[i] = (i << 21) | rights | PTE_PS;
		pt[i] = (i << 12) | rights;
	}

	for (i = 0; i < 256; i++)
		pd32[i] = (i << 22) | rights | PTE_PS;
	pd32[GUEST_ALIAS >> 22] = GUEST_PT32 | rights;
	for (i = 0; i < 1024; i++)
		pt32[i] = (i << 12) | rights;
}

/* One segment register: a selector of our GDT with its descriptor's contents. */
static struct axvcpu_x86_segment segment(uint16_t selector, uint32_t attr,
					 uint32_t limit)
{
	return (struct axvcpu_x86_segment) {
		.limit = limit, .attr = attr, .selector = selector,
	};
}

static void start_segments(struct machine *m)
{
	bool is16 = m->mode == MODE_PROT16, user = m->mode == MODE_USER;
	bool is64 = m->mode == MODE_LONG || user;
	uint32_t code = is16 ? 0 : is64 ? SEG_CODE64 : SEG_FLAT;
	uint32_t data = is16 ? 0 : SEG_FLAT;
	uint32_t dpl = user ? SEG_DPL3 : 0;
	uint32_t limit = is16 ? 0xffff : 0xffffffff;
	struct axvcpu_x86_segments segs;

	write_gdt(m, is64 ? SEG_CODE64 : SEG_FLAT);
	*(uint64_t *)(m->ram + GUEST_TSS + TSS_RSP0) = GUEST_STACK;

	get_segments(m, &segs);
	segs.cs = segment(is16 ? SEL_CODE16 : user ? SEL_UCODE | 3 : SEL_CODE,
			  SEG_CODE | code | dpl, limit);
	if (is16)
		segs.cs.base = GUEST_CODE;
	segs.ds = segment(is16 ? SEL_DATA16 : user ? SEL_UDATA | 3 : SEL_DATA,
			  SEG_DATA | data | dpl, limit);
	segs.ss = segs.ds;
	segs.es = segs.ds;
	segs.fs = segs.ds;
	segs.gs = segs.ds;
	segs.tr = segment(SEL_TSS, SEG_TSS_BUSY, TSS_SIZE - 1);
	segs.tr.base = GUEST_TSS;
	segs.gdtr.base = GUEST_GDT;
	segs.gdtr.limit = SEL_DATA16 + 7;
	segs.idtr.base = GUEST_IDT;
	segs.idtr.limit = 0xfff;
	set_segments(m, &segs);
}

static void start_control(struct machine *m)
{
	struct axvcpu_x86_control ctl;

	get_control(m, &ctl);
	ctl.cr0 = CR0_PE | CR0_MP | CR0_ET | CR0_NE;
	switch (m->mode) {
	case MODE_PAGED:
		ctl.cr0 |= CR0_PG | CR0_WP;
		ctl.cr3 = GUEST_PD32;
		ctl.cr4 = CR4_PSE;
		break;
	case MODE_LONG:
	case MODE_USER:
		ctl.cr0 |= CR0_PG | CR0_WP;
		ctl.cr3 = GUEST_PML4;
		ctl.cr4 = CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT;
		ctl.efer = EFER_LME | EFER_LMA;
		break;
	default:
		break;
	}
	set_control(m, &ctl);
}

void arch_start(struct machine *m, const struct guest *guest, uint64_t code)
{
	m->mode = guest->mode;
	if (m->mode == MODE_REAL) {
		must(vcpu_setup_entry(m->vcpu, code), "SETUP");
		m->regs->RSP = GUEST_STACK;
		return;
	}
	must(vcpu_setup(m->vcpu), "SETUP");
	machine_cpuid(m);
	write_tables(m);
	/* Long mode wants EFER and CR0 together, and CS.L after them. */
	start_control(m);
	start_segments(m);
	m->regs->rip = m->mode == MODE_PROT16 ? code - GUEST_CODE : code;
	m->regs->rflags = RFLAGS_FIXED;
	m->regs->RSP = m->mode == MODE_USER ? GUEST_USTACK : GUEST_STACK;
}

static uint64_t *arg_register(const struct machine *m, unsigned int i)
{
	static const uint8_t order[6] = {
		AXVCPU_X86_RDI, AXVCPU_X86_RSI, AXVCPU_X86_RDX,
		AXVCPU_X86_R10, AXVCPU_X86_R8, AXVCPU_X86_R9,
	};

	return (uint64_t *)&m->regs->gpr[order[i]];
}

void arch_set_arg(struct machine *m, unsigned int i, uint64_t value)
{
	*arg_register(m, i) = value;
}

uint64_t arch_arg(const struct machine *m, unsigned int i)
{
	return *arg_register(m, i);
}

uint64_t arch_pc(const struct machine *m)
{
	return m->regs->rip;
}

static bool is_out(const struct machine *m, unsigned int port, uint64_t *value)
{
	const struct axvcpu_run_out *out = &m->run->out;

	if (out->reason != AXVCPU_EXIT_IO_WRITE || out->io.port != port)
		return false;
	*value = out->io.data;
	return true;
}

bool arch_is_report(const struct machine *m, uint64_t *value)
{
	return is_out(m, PORT_REPORT, value);
}

static void write_gpr(struct machine *m, unsigned int reg, unsigned int width,
		      unsigned int shift, uint64_t value)
{
	uint64_t mask = width == 8 ? ~0ULL : (1ULL << 8 * width) - 1;
	uint64_t old = m->regs->gpr[reg];

	if (width == 4)
		old = 0;
	m->regs->gpr[reg] = (old & ~(mask << shift)) | ((value & mask) << shift);
}

static uint64_t sign_extend(uint64_t value, unsigned int width)
{
	unsigned int up = 64 - 8 * width;

	return (uint64_t)((int64_t)(value << up) >> up);
}

void machine_complete(struct machine *m, uint64_t value)
{
	const struct axvcpu_run_out *out = &m->run->out;
	const struct axvcpu_exit_mmio_read *mmio = &out->mmio_read;

	switch (out->reason) {
	case AXVCPU_EXIT_IO_READ:
		write_gpr(m, out->io.reg, out->io.reg_width, 0, value);
		break;
	case AXVCPU_EXIT_MMIO_READ:
		if (mmio->width < 8)
			value &= (1ULL << 8 * mmio->width) - 1;
		if (mmio->signed_ext)
			value = sign_extend(value, mmio->width);
		write_gpr(m, mmio->reg, mmio->reg_width, mmio->shift, value);
		break;
	case AXVCPU_EXIT_SYSREG_READ:
		m->regs->RAX = (uint32_t)value;
		m->regs->RDX = value >> 32;
		break;
	default:
		tap_bail("exit %s is no read", reason_name(out->reason));
	}
}

static void check_pc(struct machine *m, const struct guest_row *row, const char *what,
		     bool past)
{
	const struct axvcpu_raw *raw = &m->run->out.raw;
	uint64_t base = m->mode == MODE_REAL || m->mode == MODE_PROT16 ? 0 : GUEST_CODE;
	uint64_t pc = base + row->at;

	if (m->regs->rip == pc + (past ? row->len : 0) && raw->insn_pc == pc)
		return;
	tap_ok(false, "%s: PC %s the instruction", what, past ? "past" : "at");
	tap_note("  PC %#llx, raw PC %#llx, instruction at %#llx, %u bytes",
		 m->regs->rip, raw->insn_pc, (unsigned long long)pc, row->len);
}

void machine_past(struct machine *m, const struct guest_row *row, const char *what)
{
	check_pc(m, row, what, true);
	if (m->run->out.raw.valid & AXVCPU_RAW_INSN_LEN &&
	    m->run->out.raw.insn_len != row->len)
		tap_is(m->run->out.raw.insn_len, row->len, "%s: length", what);
}

void machine_at(struct machine *m, const struct guest_row *row, const char *what)
{
	check_pc(m, row, what, false);
}

/* Each entry point: push $vector; jmp to the common part. */
#define TRAP_ENTRY_SIZE	16

DECLARE_GUEST(trap, MODE_LONG);

static bool has_error(unsigned int vector)
{
	return vector == VEC_DF || (vector >= VEC_TS && vector <= VEC_PF) ||
	       vector == VEC_AC || vector == 21 || vector == 29 || vector == 30;
}

static void trap_entry(uint8_t *p, unsigned int vector, uint64_t from, uint64_t common)
{
	if (!has_error(vector)) {
		*p++ = 0x6a;	/* push $0 */
		*p++ = 0;
		from += 2;
	}
	*p++ = 0x68;		/* push $vector */
	memcpy(p, &vector, 4);
	p += 4;
	*p++ = 0xe9;		/* jmp common */
	*(int32_t *)p = common - (from + 10);
}

struct trap_record *machine_traps(struct machine *m)
{
	const uint64_t common = GUEST_TRAPS + 256 * TRAP_ENTRY_SIZE;
	struct gate {
		uint16_t low, selector, type, mid;
		uint32_t high, reserved;
	} *gate = (struct gate *)(m->ram + GUEST_IDT);
	unsigned int i;

	memcpy(m->ram + common, guest_trap.start, guest_trap.end - guest_trap.start);
	for (i = 0; i < 256; i++) {
		uint64_t entry = GUEST_TRAPS + i * TRAP_ENTRY_SIZE;

		trap_entry(m->ram + entry, i, entry, common);
		gate[i] = (struct gate) {
			.low = entry,
			.selector = SEL_CODE,
			.type = 0x8e00,	/* present, interrupt gate */
			.mid = entry >> 16,
		};
	}
	return (struct trap_record *)(m->ram + GUEST_TRAP);
}

unsigned int machine_trap(struct machine *m)
{
	uint64_t value;
	uint32_t reason = machine_run(m);

	if (!is_out(m, PORT_TRAP, &value))
		tap_bail("exit %s, raw %#llx, where a trap was expected",
			 reason_name(reason), m->run->out.raw.reason);
	return value;
}

void machine_vector(struct machine *m, unsigned int vector, uint16_t handler)
{
	uint16_t *ivt = (uint16_t *)(m->ram + GUEST_IVT);

	ivt[2 * vector] = handler;
	ivt[2 * vector + 1] = GUEST_CODE >> 4;
}
