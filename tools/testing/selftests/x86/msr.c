// SPDX-License-Identifier: GPL-2.0-only
/* MSRs: the architectural ones live in the kernel, the rest exits. */

#include "harness.h"

DECLARE_GUEST(rdmsr, MODE_LONG);
DECLARE_GUEST(wrmsr, MODE_LONG);
DECLARE_ROWS(rdmsr);
DECLARE_ROWS(wrmsr);

#define MSR_TSC			0x10
#define MSR_SYSENTER_CS		0x174
#define MSR_SYSENTER_ESP	0x175
#define MSR_SYSENTER_EIP	0x176
#define MSR_PAT			0x277
#define MSR_EFER		0xc0000080
#define MSR_STAR		0xc0000081
#define MSR_LSTAR		0xc0000082
#define MSR_CSTAR		0xc0000083
#define MSR_SFMASK		0xc0000084
#define MSR_FS_BASE		0xc0000100
#define MSR_GS_BASE		0xc0000101
#define MSR_KERNEL_GS_BASE	0xc0000102

#define MSR_OURS		0x40000123	/* nobody's */

static struct machine m;

/* One guest reads, the other writes; both are loaded. */
static void use(const struct guest *guest)
{
	memcpy(m.ram + GUEST_CODE, guest->start, guest->end - guest->start);
	m.regs->rip = GUEST_CODE;
}

static void write_begin(uint32_t index, uint64_t value)
{
	use(&guest_wrmsr);
	m.regs->RCX = index;
	m.regs->RAX = 0xaaaaaaaa00000000 | (uint32_t)value;
	m.regs->RDX = 0xbbbbbbbb00000000 | value >> 32;
}

static void read_begin(uint32_t index)
{
	use(&guest_rdmsr);
	m.regs->RCX = index;
	m.regs->RAX = ~0ULL;
	m.regs->RDX = ~0ULL;
}

static uint64_t read_end(void)
{
	machine_report(&m);
	return m.regs->RDX << 32 | m.regs->RAX;
}

static void kept(uint32_t index, uint64_t value, const char *name)
{
	write_begin(index, value);
	machine_report(&m);
	read_begin(index);
	tap_is(read_end(), value, "%s keeps what was written", name);
	tap_ok(!(m.regs->RAX >> 32), "%s: the upper halves are clear", name);
	tap_is(get_msr(&m, index), value, "%s: GET_STATE agrees", name);
	tap_is(set_msr(&m, index, value ^ 8), 0, "%s: SET_STATE", name);
	read_begin(index);
	tap_is(read_end(), value ^ 8, "%s: the guest agrees", name);
}

static void virtualized(void)
{
	kept(MSR_STAR, 0x0023001000000000, "STAR");
	kept(MSR_LSTAR, 0xffffffff80001000, "LSTAR");
	kept(MSR_CSTAR, 0xffff800000002000, "CSTAR");
	kept(MSR_SFMASK, 0x47700, "SFMASK");
	kept(MSR_KERNEL_GS_BASE, 0xffff888000003000, "KERNEL_GS_BASE");
	kept(MSR_SYSENTER_CS, 0x10, "SYSENTER_CS");
	kept(MSR_SYSENTER_ESP, 0xffffffff80004000, "SYSENTER_ESP");
	kept(MSR_SYSENTER_EIP, 0xffffffff80005000, "SYSENTER_EIP");
	read_begin(MSR_PAT);
	tap_is(read_end(), 0x0007040600070406, "PAT has its reset value");
	read_begin(MSR_EFER);
	tap_is(read_end(), EFER_LME | EFER_LMA, "EFER is the guest's");
	tap_ok(vcpu_stat(m.vcpu, AXVCPU_STAT_HANDLED_SYSREG) > 0, "what exits is counted");
}

/* FS and GS bases are segments' and MSRs. */
static void bases(void)
{
	struct axvcpu_x86_segments segs;

	write_begin(MSR_FS_BASE, 0xffff888000001234);
	machine_report(&m);
	write_begin(MSR_GS_BASE, 0x00007fff00005678);
	machine_report(&m);
	get_segments(&m, &segs);
	tap_is(segs.fs.base, 0xffff888000001234, "FS_BASE is the base of FS");
	tap_is(segs.gs.base, 0x00007fff00005678, "GS_BASE is that of GS");
	read_begin(MSR_GS_BASE);
	tap_is(read_end(), 0x00007fff00005678, "GS_BASE reads back");
}

static void read_exit(void)
{
	const struct axvcpu_exit_sysreg *reg = &m.run->out.sysreg;

	read_begin(MSR_OURS);
	machine_exits(&m, AXVCPU_EXIT_SYSREG_READ, "an unknown MSR, read");
	tap_is(reg->addr, MSR_OURS, "its number");
	tap_is(reg->value, 0, "no value yet");
	tap_is(reg->reg, AXVCPU_X86_REG_EDX_EAX, "the result goes to EDX:EAX");
	machine_past(&m, &guest_rdmsr_rows[0], "rdmsr");
	machine_complete(&m, 0x1122334455667788);
	tap_is(read_end(), 0x1122334455667788, "the guest gets it");
}

static void write_exit(void)
{
	const struct axvcpu_exit_sysreg *reg = &m.run->out.sysreg;

	write_begin(MSR_OURS, 0x99aabbccddeeff00);
	machine_exits(&m, AXVCPU_EXIT_SYSREG_WRITE, "an unknown MSR, written");
	tap_is(reg->addr, MSR_OURS, "its number");
	tap_is(reg->value, 0x99aabbccddeeff00, "its value");
	tap_is(reg->reg, 0, "no register");
	machine_past(&m, &guest_wrmsr_rows[0], "wrmsr");
	machine_report(&m);
}

static void trapped(unsigned int vector, uint64_t error, const char *what)
{
	struct trap_record *trap = (struct trap_record *)(m.ram + GUEST_TRAP);

	tap_is(machine_trap(&m), vector, "%s: the vector", what);
	tap_is(trap->error, error, "%s: the error code", what);
	tap_is(trap->rip, GUEST_CODE, "%s: at the instruction", what);
}

static void turned_down(void)
{
	machine_traps(&m);
	read_begin(MSR_OURS);
	machine_run(&m);
	tap_is(vcpu_refuse(m.vcpu, VEC_GP, AXVCPU_EVENT_HAS_ERROR, 0), 0, "REFUSE");
	tap_is(m.regs->rip, GUEST_CODE, "PC is at the instruction again");
	tap_is(vcpu_refuse(m.vcpu, VEC_GP, AXVCPU_EVENT_HAS_ERROR, 0), -EINVAL, "only once");
	trapped(VEC_GP, 0, "a refused RDMSR");

	write_begin(MSR_OURS, 1);
	machine_run(&m);
	tap_is(vcpu_refuse(m.vcpu, VEC_UD, 0, 0), 0, "REFUSE with #UD");
	trapped(VEC_UD, 0, "a refused WRMSR");
}

static void faults(void)
{
	uint64_t value;

	/* The CPU checks this one itself, if it does. */
	write_begin(MSR_LSTAR, 0x8000000000000000);
	machine_run(&m);
	if (arch_is_report(&m, &value))
		tap_skip("an emulator that takes it", "LSTAR not canonical");
	else
		tap_is(m.run->out.io.data, VEC_GP, "LSTAR not canonical");
	write_begin(MSR_EFER, EFER_LME | EFER_LMA | BIT(20));
	trapped(VEC_GP, 0, "EFER with a reserved bit");
	write_begin(MSR_PAT, 0x0202020202020202);
	trapped(VEC_GP, 0, "PAT with a reserved type");
	tap_is(set_msr(&m, MSR_LSTAR, 0x8000000000000000), -EINVAL, "SET_STATE likewise");
	tap_is(set_msr(&m, 0x12345678, 0), -EINVAL, "SET_STATE of an MSR nobody keeps");
}

static void tsc(void)
{
	uint64_t before, after;

	read_begin(MSR_TSC);
	before = read_end();
	usleep(1000);
	read_begin(MSR_TSC);
	after = read_end();
	tap_ok(after > before, "TSC counts");
}

void test(void)
{
	machine_ready(&m, &guest_rdmsr);
	virtualized();
	bases();
	read_exit();
	write_exit();
	turned_down();
	faults();
	tsc();
	machine_fini(&m);
}
