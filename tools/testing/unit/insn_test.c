// SPDX-License-Identifier: GPL-2.0-only
/*
 * Completion of MMIO instructions where the processor of this machine cannot be
 * asked: other modes, the stack, vectors, faults, refusals.
 */
#include <errno.h>
#include <string.h>

#include "fake.h"
#include "tap.h"

static uint8_t device[FAKE_SIZE], ram[FAKE_SIZE];
static int answer;
static unsigned int reads, writes;

static int mmio_read(void *opaque, uint64_t addr, uint32_t width, uint64_t *value)
{
	(void)opaque;
	reads++;
	memcpy(value, device + (addr - FAKE_DEVICE), width);
	return answer;
}

static int mmio_write(void *opaque, uint64_t addr, uint32_t width, uint64_t value)
{
	(void)opaque;
	writes++;
	memcpy(device + (addr - FAKE_DEVICE), &value, width);
	return answer;
}

static const struct axvcpu_handlers handlers = {
	.size = sizeof(handlers),
	.mmio_read = mmio_read,
	.mmio_write = mmio_write,
};

static struct axvcpu_vcpu *vcpu;
static struct axvcpu_x86_regs *regs;

/* A guest about to meet the device at @gpa with these bytes; @bits is its mode. */
static void prepare(unsigned int bits, uint64_t gpa, uint32_t access, const char *bytes,
		    unsigned int len)
{
	struct axvcpu_run_out *out = &vcpu->run->out;

	memset(regs, 0, sizeof(*regs));
	regs->rip = 0x1000;
	regs->rflags = 0x2;
	memset(&fake, 0, sizeof(fake));
	fake.ctl.cr0 = bits == 16 ? 0 : 0x80000001;
	fake.ctl.efer = bits == 64 ? 0x500 : 0;
	fake.segs.cs.attr = bits == 64 ? AXVCPU_X86_SEG_L : bits == 32 ? AXVCPU_X86_SEG_DB : 0;
	fake.segs.ss.attr = bits == 32 ? AXVCPU_X86_SEG_DB : 0;
	for (unsigned int i = 0; i < FAKE_SIZE; i++) {
		device[i] = i * 7;
		ram[i] = 0xee;
	}
	answer = 0;
	reads = 0;
	writes = 0;
	memset(out, 0, sizeof(*out));
	out->reason = AXVCPU_EXIT_NESTED_PAGE_FAULT;
	out->fault.addr = gpa;
	out->fault.access = access;
	out->raw.valid = AXVCPU_RAW_INSN_BYTES;
	out->raw.insn_bytes = len;
	memcpy(out->raw.insn, bytes, len);
}

#define PREPARE(bits, offset, access, bytes) \
	prepare(bits, FAKE_DEVICE + (offset), AXVCPU_ACCESS_##access, bytes, sizeof(bytes) - 1)

static int complete(void)
{
	return axvcpu_complete_mmio(vcpu, &handlers, NULL);
}

static uint64_t device_at(unsigned int offset, unsigned int width)
{
	uint64_t value = 0;

	memcpy(&value, device + offset, width);
	return value;
}

static uint64_t ram_at(unsigned int offset, unsigned int width)
{
	uint64_t value = 0;

	memcpy(&value, ram + offset, width);
	return value;
}

static void stack(void)
{
	/* pushq (%rdi) */
	PREPARE(64, 8, READ, "\xff\x37");
	regs->gpr[AXVCPU_X86_RDI] = FAKE_DEVICE + 8;
	regs->gpr[AXVCPU_X86_RSP] = FAKE_RAM + 0x100;
	is(complete(), 0, "push from a device");
	is(regs->gpr[AXVCPU_X86_RSP], FAKE_RAM + 0xf8, "push: RSP");
	is(ram_at(0xf8, 8), device_at(8, 8), "push: the stack");
	is(regs->rip, 0x1002, "push: RIP");

	/* popq 8(%rsp): its address counts from the RSP behind */
	PREPARE(64, 0x20, WRITE, "\x8f\x44\x24\x08");
	regs->gpr[AXVCPU_X86_RSP] = FAKE_DEVICE + 0x10;
	is((uint64_t)complete(), (uint64_t)0, "pop to a device relative to RSP");
	is(regs->gpr[AXVCPU_X86_RSP], FAKE_DEVICE + 0x18, "pop: RSP");
	is(device_at(0x20, 8), device_at(0x10, 8), "pop: the device");

	/* pushq (%rdi) on a stack that the guest has not mapped */
	PREPARE(64, 8, READ, "\xff\x37");
	regs->gpr[AXVCPU_X86_RDI] = FAKE_DEVICE + 8;
	regs->gpr[AXVCPU_X86_RSP] = FAKE_RAM + 0x1008;
	fake.unmapped = FAKE_RAM + 0x1000;
	is(complete(), 0, "push to an unmapped stack is a page fault");
	is(fake.inject.vector, 14, "push: #PF");
	is(fake.inject.error_code, 2, "push: a write, page not there");
	is(fake.inject.address, FAKE_RAM + 0x1000, "push: its address");
	is(regs->rip, 0x1000, "push: RIP stays");
	is(reads, 0, "push: the device is not read for nothing");
}

static void modes(void)
{
	/* orw %ax, 2(%bx,%si) in real mode, DS base added */
	PREPARE(16, 0x40, WRITE, "\x09\x40\x02");
	fake.segs.ds.base = FAKE_DEVICE;
	regs->gpr[AXVCPU_X86_RBX] = 0xffff0000fff0;
	regs->gpr[AXVCPU_X86_RSI] = 0x4e;
	regs->gpr[AXVCPU_X86_RAX] = 0x1234;
	is(complete(), 0, "real mode: 16-bit address wraps");
	is(device_at(0x40, 2), 0x1234 | ((0x40 * 7) & 0xff) | ((0x41 * 7) & 0xff) << 8,
	   "real mode: 16-bit operand");

	/* rep stosb in real mode counts in CX */
	PREPARE(16, 0, WRITE, "\xf3\xaa");
	fake.segs.es.base = FAKE_DEVICE;
	regs->gpr[AXVCPU_X86_RCX] = 0xabc0003;
	regs->gpr[AXVCPU_X86_RDI] = 0xdef0000;
	is(complete(), 0, "real mode: rep stosb");
	is(regs->gpr[AXVCPU_X86_RCX], 0xabc0000, "real mode: CX alone");
	is(regs->gpr[AXVCPU_X86_RDI], 0xdef0003, "real mode: DI alone");
	is(writes, 3, "real mode: three elements");

	/* addl %eax, %fs:(%ecx) in protected mode, RIP wraps at 4 GiB */
	PREPARE(32, 0x10, WRITE, "\x64\x01\x01");
	fake.segs.fs.base = FAKE_DEVICE;
	regs->gpr[AXVCPU_X86_RCX] = 0x10;
	regs->rip = 0xfffffffd;
	is(complete(), 0, "protected mode: FS");
	is(regs->rip, 0, "protected mode: EIP wraps");

	/* xorb $1, 0x20(%rip) */
	PREPARE(64, 0x27, READ, "\x80\x35\x20\x00\x00\x00\x01");
	regs->rip = FAKE_DEVICE;
	is(complete(), 0, "64-bit mode: relative to RIP");
	is(device_at(0x27, 1), ((0x27 * 7) & 0xff) ^ 1, "64-bit mode: the device");

	/* andl (%rdi), %edi: ES has a base that does not count */
	PREPARE(64, 0x30, READ, "\x26\x23\x3f");
	fake.segs.es.base = 0x123000;
	regs->gpr[AXVCPU_X86_RDI] = FAKE_DEVICE + 0x30;
	is(complete(), 0, "64-bit mode: no ES base");
}

static void vectors(void)
{
	static const uint8_t zeroes[16];
	uint64_t bv;

	/* movups (%rdi), %xmm3 */
	PREPARE(64, 0x20, READ, "\x0f\x10\x1f");
	regs->gpr[AXVCPU_X86_RDI] = FAKE_DEVICE + 0x20;
	is(complete(), 0, "SSE load");
	ok(!memcmp(fake.xsave + 160 + 3 * 16, device + 0x20, 16), "SSE load: the register");
	memcpy(&bv, fake.xsave + 512, 8);
	is(bv, 2, "SSE load: its component is in use");
	is(reads, 2, "SSE load: two accesses of 8");

	/* movss (%rdi), %xmm1 clears what is above */
	PREPARE(64, 0x20, READ, "\xf3\x0f\x10\x0f");
	memset(fake.xsave, 0xff, 512);
	fake.xsave[512] = 3;
	regs->gpr[AXVCPU_X86_RDI] = FAKE_DEVICE + 0x20;
	is(complete(), 0, "scalar load");
	ok(!memcmp(fake.xsave + 176, device + 0x20, 4), "scalar load: the value");
	ok(!memcmp(fake.xsave + 180, zeroes, 12), "scalar load: zeroes above");

	/* movdqa %xmm2, (%rdi) of a component never used: zeroes */
	PREPARE(64, 0x20, WRITE, "\x66\x0f\x7f\x17");
	memset(fake.xsave, 0xff, 512);
	regs->gpr[AXVCPU_X86_RDI] = FAKE_DEVICE + 0x20;
	is(complete(), 0, "SSE store");
	ok(!memcmp(device + 0x20, zeroes, 16), "SSE store: zeroes");

	/* vmovdqu (%rdi), %ymm9 and back to 0x60(%rdi) */
	PREPARE(64, 0x20, READ, "\xc5\x7e\x6f\x0f");
	regs->gpr[AXVCPU_X86_RDI] = FAKE_DEVICE + 0x20;
	is(complete(), 0, "AVX load");
	ok(!memcmp(fake.xsave + 160 + 144, device + 0x20, 16) &&
	   !memcmp(fake.xsave + 576 + 144, device + 0x30, 16), "AVX load: both halves");
	vcpu->run->out.fault.addr = FAKE_DEVICE + 0x60;
	vcpu->run->out.fault.access = AXVCPU_ACCESS_WRITE;
	memcpy(vcpu->run->out.raw.insn, "\xc5\x7e\x7f\x4f\x40", 5);
	vcpu->run->out.raw.insn_bytes = 5;
	is(complete(), 0, "AVX store");
	ok(!memcmp(device + 0x60, device + 0x20, 32), "AVX store: both halves");
}

static void faults(void)
{
	/* rep movsb from the device over the end of mapped memory */
	PREPARE(64, 0, READ, "\xf3\xa4");
	regs->gpr[AXVCPU_X86_RSI] = FAKE_DEVICE;
	regs->gpr[AXVCPU_X86_RDI] = FAKE_RAM + 0xffd;
	regs->gpr[AXVCPU_X86_RCX] = 10;
	fake.readonly = FAKE_RAM + 0x1000;
	fake.segs.ss.attr |= AXVCPU_X86_SEG_DPL;
	is(complete(), 0, "rep movsb to a page that faults");
	is(regs->gpr[AXVCPU_X86_RCX], 7, "rep movsb: three elements are done");
	is(reads, 3, "rep movsb: and no more are read");
	is(fake.injected, 1, "rep movsb: one fault");
	is(fake.inject.error_code, 7, "rep movsb: a user's write to a page that is there");
	is(regs->rip, 0x1000, "rep movsb: RIP stays");

	/* orl %eax, (%rdi) that met the device by its read, on a read-only mapping */
	PREPARE(64, 0, READ, "\x09\x07");
	regs->gpr[AXVCPU_X86_RDI] = FAKE_DEVICE;
	fake.readonly = FAKE_DEVICE;
	is(complete(), 0, "a change of a read-only device page");
	is(fake.injected, 1, "is a page fault");
	is(reads + writes, 0, "and does not reach the device");

	/* rep stosq stops at the end of the device's page */
	PREPARE(64, 0xff0, WRITE, "\xf3\x48\xab");
	regs->gpr[AXVCPU_X86_RDI] = FAKE_DEVICE + 0xff0;
	regs->gpr[AXVCPU_X86_RCX] = 5;
	is(complete(), 0, "rep stosq over a page's end");
	is(regs->gpr[AXVCPU_X86_RCX], 3, "rep stosq: as far as the page goes");
	is(regs->rip, 0x1000, "rep stosq: to be gone on with");
}

static void refusals(void)
{
	struct axvcpu_x86_regs before;

	PREPARE(64, 0xffe, WRITE, "\x09\x07");
	regs->gpr[AXVCPU_X86_RDI] = FAKE_DEVICE + 0xffe;
	before = *regs;
	is(-complete(), ENOTSUP, "an access across pages is not completed");
	ok(!memcmp(&before, regs, sizeof(before)) && !writes, "and changes nothing");

	PREPARE(64, 0, READ, "\xd9\x07");
	regs->gpr[AXVCPU_X86_RDI] = FAKE_DEVICE;
	is(-complete(), ENOTSUP, "x87 is not completed");

	PREPARE(64, 0, READ, "\x09\x07");
	regs->gpr[AXVCPU_X86_RDI] = FAKE_DEVICE + 0x10;
	is(-complete(), ENOTSUP, "an operand that is not where the fault was");

	PREPARE(64, 0, READ, "\x09");
	is(-complete(), ENOTSUP, "half an instruction");

	PREPARE(64, 0, READ, "\x09\x07");
	regs->gpr[AXVCPU_X86_RDI] = FAKE_DEVICE;
	vcpu->run->out.fault.error = EACCES;
	is(-complete(), ENOTSUP, "a fault that is no device");
	vcpu->run->out.fault.error = 0;
	vcpu->run->out.fault.access |= AXVCPU_ACCESS_WALK;
	is(-complete(), ENOTSUP, "a fault of a page walk");

	PREPARE(64, 0, READ, "\x09\x07");
	regs->gpr[AXVCPU_X86_RDI] = FAKE_DEVICE;
	answer = 77;
	is(complete(), 77, "what a callback returns comes back");
	is(regs->rip, 0x1000, "and the instruction is not done");

	PREPARE(64, 0, READ, "\x09\x07");
	regs->gpr[AXVCPU_X86_RDI] = FAKE_DEVICE;
	answer = AXVCPU_REFUSE_ACCESS;
	is(complete(), 0, "a refused access");
	is(fake.inject.vector, 13, "is #GP");
}

int main(void)
{
	vcpu = fake_vcpu(ram);
	regs = axvcpu_x86_run_regs(vcpu);
	stack();
	modes();
	vectors();
	faults();
	refusals();
	fake_close(vcpu);
	return tap_done();
}
