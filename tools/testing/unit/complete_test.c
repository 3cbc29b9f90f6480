// SPDX-License-Identifier: GPL-2.0-only
/*
 * Width rules of completed reads, string I/O, and what handlers lead to.
 */
#include <errno.h>
#include <string.h>

#include "fake.h"
#include "tap.h"

#define OLD	0x1122334455667788ULL
#define VALUE	0xfedcba9876543280ULL

static struct axvcpu_vcpu *vcpu;
static struct axvcpu_x86_regs *regs;
static uint8_t ram[FAKE_SIZE];

static void mmio(uint32_t width, uint32_t reg_width, uint32_t shift, bool sign, uint64_t want)
{
	struct axvcpu_run_out *out = &vcpu->run->out;

	memset(out, 0, sizeof(*out));
	out->reason = AXVCPU_EXIT_MMIO_READ;
	out->mmio_read = (struct axvcpu_exit_mmio_read){
		.width = width,
		.reg = AXVCPU_X86_RBX,
		.reg_width = reg_width,
		.signed_ext = sign,
		.shift = shift,
	};
	regs->gpr[AXVCPU_X86_RBX] = OLD;
	is(axvcpu_complete_read(vcpu, VALUE), 0, "MMIO %u to %u bytes, shift %u%s", width,
	   reg_width, shift, sign ? ", signed" : "");
	is(regs->gpr[AXVCPU_X86_RBX], want, "its value");
}

static void reads(void)
{
	struct axvcpu_run_out *out = &vcpu->run->out;

	mmio(1, 1, 0, false, 0x1122334455667780);
	mmio(1, 1, 8, false, 0x1122334455668088);
	mmio(2, 2, 0, false, 0x1122334455663280);
	mmio(4, 4, 0, false, 0x76543280);
	mmio(8, 8, 0, false, VALUE);
	mmio(1, 2, 0, true, 0x112233445566ff80);
	mmio(1, 4, 0, true, 0xffffff80);
	mmio(1, 8, 0, true, 0xffffffffffffff80);
	mmio(2, 8, 0, true, 0x3280);
	mmio(1, 8, 0, false, 0x80);

	out->reason = AXVCPU_EXIT_IO_READ;
	out->io = (struct axvcpu_exit_io){ .port = 1, .width = 2, .reg_width = 2 };
	regs->gpr[AXVCPU_X86_RAX] = OLD;
	is(axvcpu_complete_read(vcpu, VALUE), 0, "IN AX");
	is(regs->gpr[AXVCPU_X86_RAX], 0x1122334455663280, "its value");

	out->reason = AXVCPU_EXIT_SYSREG_READ;
	out->sysreg = (struct axvcpu_exit_sysreg){ .reg = AXVCPU_X86_REG_EDX_EAX };
	regs->gpr[AXVCPU_X86_RDX] = OLD;
	is(axvcpu_complete_read(vcpu, VALUE), 0, "RDMSR");
	is(regs->gpr[AXVCPU_X86_RAX], 0x76543280, "its lower half");
	is(regs->gpr[AXVCPU_X86_RDX], 0xfedcba98, "its upper half");

	out->sysreg.reg = 77;
	is(-axvcpu_complete_read(vcpu, 0), EINVAL, "no such register");
	out->reason = AXVCPU_EXIT_HALT;
	is(-axvcpu_complete_read(vcpu, 0), EINVAL, "not a read");
}

static uint64_t log_value[8];
static unsigned int log_used;
static int answer;

static int io_read(void *opaque, uint16_t port, uint32_t width, uint64_t *value)
{
	(void)opaque;
	(void)width;
	*value = 0x11111111ULL * ++log_used;
	return port == 0x99 ? answer : 0;
}

static int io_write(void *opaque, uint16_t port, uint32_t width, uint64_t value)
{
	(void)opaque;
	(void)width;
	log_value[log_used++ % 8] = value;
	return port == 0x99 ? answer : 0;
}

static int hypercall(void *opaque, const struct axvcpu_exit_hypercall *call, uint64_t *result)
{
	(void)opaque;
	*result = call->nr + 1;
	return answer;
}

static int other(void *opaque, struct axvcpu_vcpu *unused)
{
	(void)opaque;
	(void)unused;
	return 55;
}

static const struct axvcpu_handlers handlers = {
	.size = sizeof(handlers),
	.io_read = io_read,
	.io_write = io_write,
	.hypercall = hypercall,
};

static void string(uint32_t reason, uint32_t width, uint32_t count, uint64_t gpa, int32_t stride)
{
	vcpu->run->out.reason = reason;
	vcpu->run->out.io_string = (struct axvcpu_exit_io_string){
		.port = 0x80,
		.width = width,
		.count = count,
		.gpa = gpa,
		.stride = stride,
	};
	log_used = 0;
}

static void strings(void)
{
	uint32_t words[3];

	memset(ram, 0, sizeof(ram));
	string(AXVCPU_EXIT_IO_READ_STRING, 4, 3, FAKE_RAM + 8, 4);
	is(axvcpu_vcpu_handle_exit(vcpu, &handlers, NULL), 0, "rep insl");
	memcpy(words, ram + 8, sizeof(words));
	ok(words[0] == 0x11111111 && words[1] == 0x22222222 && words[2] == 0x33333333,
	   "rep insl: memory");

	string(AXVCPU_EXIT_IO_WRITE_STRING, 2, 2, FAKE_RAM + 12, -2);
	is(axvcpu_vcpu_handle_exit(vcpu, &handlers, NULL), 0, "rep outsw downwards");
	ok(log_value[0] == 0x2222 && log_value[1] == 0x1111, "rep outsw: values");

	string(AXVCPU_EXIT_IO_READ_STRING, 4, 1, FAKE_RAM + 0xffe, 4);
	vcpu->run->out.io_string.split = 2;
	vcpu->run->out.io_string.gpa2 = FAKE_RAM + 0x2000;
	is(axvcpu_complete_string(vcpu, &handlers, NULL), 0, "insl across pages");
	ok(ram[0xffe] == 0x11 && ram[0xfff] == 0x11 && !ram[0x1000] && ram[0x2000] == 0x11 &&
	   ram[0x2001] == 0x11 && !ram[0x2002], "insl: both pages");

	string(AXVCPU_EXIT_IO_WRITE_STRING, 4, 1, FAKE_RAM + FAKE_SIZE, 4);
	is(axvcpu_complete_string(vcpu, &handlers, NULL), 0, "outsl from nowhere");
	is(log_value[0], 0xffffffff, "reads ones");
}

static void refusal(uint32_t reason, uint32_t vector, const char *what)
{
	vcpu->run->out.reason = reason;
	vcpu->run->out.io.port = 0x99;
	fake.refused = 0;
	answer = AXVCPU_REFUSE_ACCESS;
	is(axvcpu_vcpu_handle_exit(vcpu, &handlers, NULL), 0, "%s refused", what);
	ok(fake.refused == 1 && fake.refuse.vector == vector, "is exception %u", vector);
}

static void dispatch(void)
{
	struct axvcpu_handlers few = { .size = offsetof(struct axvcpu_handlers, io_write) };
	struct axvcpu_handlers rest = { .size = sizeof(rest), .other = other };

	refusal(AXVCPU_EXIT_IO_WRITE, 13, "OUT");
	vcpu->run->out.hypercall.nr = 9;
	refusal(AXVCPU_EXIT_HYPERCALL, 6, "hypercall");
	answer = 0;
	vcpu->run->out.hypercall.nr = 9;
	is(axvcpu_vcpu_handle_exit(vcpu, &handlers, NULL), 0, "hypercall");
	is(regs->gpr[AXVCPU_X86_RAX], 10, "its result");

	vcpu->run->out.reason = AXVCPU_EXIT_IO_WRITE;
	is(axvcpu_vcpu_handle_exit(vcpu, &few, NULL), AXVCPU_UNHANDLED,
	   "a member that an older program does not have");
	is(axvcpu_vcpu_handle_exit(vcpu, &rest, NULL), 55, "everything else goes to other");
	vcpu->run->out.reason = AXVCPU_EXIT_NOTHING;
	is(axvcpu_vcpu_handle_exit(vcpu, &rest, NULL), 0, "Nothing is nothing to handle");
	vcpu->run->out.reason = 0x7777;
	is(axvcpu_vcpu_handle_exit(vcpu, &handlers, NULL), AXVCPU_UNHANDLED, "unknown reason");
}

static void regions(void)
{
	ok(axvcpu_vm_hva(vcpu->vm, FAKE_RAM, FAKE_SIZE, 0) == ram, "all of a region");
	ok(!axvcpu_vm_hva(vcpu->vm, FAKE_RAM, FAKE_SIZE + 1, 0), "one byte more");
	ok(!axvcpu_vm_hva(vcpu->vm, FAKE_RAM - 1, 2, 0), "one byte before");
	ok(!axvcpu_vm_hva(vcpu->vm, FAKE_RAM + 8, ~0ULL, 0), "a length that wraps");
	ok(!axvcpu_vm_hva(vcpu->vm, FAKE_RAM, 8, AXVCPU_ACCESS_EXEC), "not executable");
}

static void records(void)
{
	struct {
		struct axvcpu_state_record a;
		uint64_t a_data[2];
		struct axvcpu_state_record b;
		uint64_t b_data;
	} buf = { .a = { 1, 13 }, .b = { 2, 8 } };
	const struct axvcpu_state_record *rec = axvcpu_state_next(&buf, sizeof(buf), NULL);

	ok(rec == &buf.a, "first record");
	rec = axvcpu_state_next(&buf, sizeof(buf), rec);
	ok(rec == &buf.b, "second record, behind the padding");
	ok(!axvcpu_state_next(&buf, sizeof(buf), rec), "and no third");
	ok(!axvcpu_state_next(&buf, sizeof(buf) - 1, &buf.a), "a record that is cut off");
}

int main(void)
{
	vcpu = fake_vcpu(ram);
	regs = axvcpu_x86_run_regs(vcpu);
	reads();
	strings();
	dispatch();
	regions();
	records();
	fake_close(vcpu);
	return tap_done();
}
