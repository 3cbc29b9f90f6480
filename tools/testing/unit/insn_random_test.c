// SPDX-License-Identifier: GPL-2.0-only
/*
 * Completion of random instructions in random states: whatever comes, nothing
 * outside the guest is touched (the sanitizers watch), and an instruction that is
 * not completed changes nothing.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "tap.h"

#define ROUNDS	300000

static uint8_t ram[FAKE_SIZE];
static unsigned int accesses;

static int mmio_read(void *opaque, uint64_t addr, uint32_t width, uint64_t *value)
{
	(void)opaque;
	accesses++;
	*value = addr * width;
	return 0;
}

static int mmio_write(void *opaque, uint64_t addr, uint32_t width, uint64_t value)
{
	(void)opaque;
	(void)addr;
	(void)width;
	(void)value;
	accesses++;
	return 0;
}

static const struct axvcpu_handlers handlers = {
	.size = sizeof(handlers),
	.mmio_read = mmio_read,
	.mmio_write = mmio_write,
};

/* Prefixes, one or two opcode bytes, and a ModRM byte that often means (%rdi). */
static unsigned int make_insn(uint8_t *insn)
{
	static const uint8_t prefixes[] = { 0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x26, 0x65, 0x48, 0x4c };
	unsigned int n = 0;

	while (rand() % 2 && n < 3)
		insn[n++] = prefixes[rand() % sizeof(prefixes)];
	if (rand() % 2)
		insn[n++] = 0x0f;
	insn[n++] = rand();
	insn[n++] = rand() % 4 ? (rand() & 0x38) | 0x07 : rand();
	while (n < 15)
		insn[n++] = rand();
	return rand() % 8 ? 15 : rand() % 16;
}

static void randomize(struct axvcpu_vcpu *vcpu)
{
	struct axvcpu_x86_regs *regs = axvcpu_x86_run_regs(vcpu);
	struct axvcpu_run_out *out = &vcpu->run->out;

	for (int i = 0; i < 16; i++)
		regs->gpr[i] = rand() % 2 ? (uint64_t)rand() << 33 : FAKE_RAM + rand() % 8192;
	regs->gpr[AXVCPU_X86_RCX] %= 1000;
	regs->gpr[AXVCPU_X86_RDI] = FAKE_DEVICE + rand() % 8192;
	regs->rip = rand();
	regs->rflags = rand() & 0xfff;
	fake.ctl.efer = rand() % 4 ? 0x500 : 0;
	fake.segs.cs.attr = rand() % 8 ? AXVCPU_X86_SEG_L : AXVCPU_X86_SEG_DB;
	fake.unmapped = rand() % 4 ? 0 : FAKE_RAM;
	memset(out, 0, sizeof(*out));
	out->reason = AXVCPU_EXIT_NESTED_PAGE_FAULT;
	out->fault.addr = regs->gpr[AXVCPU_X86_RDI];
	out->fault.access = rand() % 2 ? AXVCPU_ACCESS_READ : AXVCPU_ACCESS_WRITE;
	out->raw.valid = AXVCPU_RAW_INSN_BYTES;
	out->raw.insn_bytes = make_insn(out->raw.insn);
}

static bool unchanged(struct axvcpu_vcpu *vcpu, const struct axvcpu_x86_regs *before)
{
	return !memcmp(before, axvcpu_x86_run_regs(vcpu), sizeof(*before));
}

int main(void)
{
	struct axvcpu_vcpu *vcpu = fake_vcpu(ram);
	unsigned int done = 0, refused = 0, faults = 0, wrong = 0;

	for (int i = 0; i < ROUNDS; i++) {
		struct axvcpu_x86_regs before;
		unsigned int injected = fake.injected;
		int ret;

		randomize(vcpu);
		before = *axvcpu_x86_run_regs(vcpu);
		accesses = 0;
		ret = axvcpu_complete_mmio(vcpu, &handlers, NULL);
		if (fake.injected != injected)
			faults++;
		else if (!ret)
			done++;
		else
			refused++;
		if (ret && (ret != -ENOTSUP || !unchanged(vcpu, &before)))
			wrong++;
	}
	is(wrong, 0, "what is not completed changes nothing");
	ok(done > ROUNDS / 50 && faults && refused, "%u done, %u page faults, %u refused", done,
	   faults, refused);
	fake_close(vcpu);
	return tap_done();
}
