// SPDX-License-Identifier: GPL-2.0-only
/*
 * Completion of MMIO instructions against the processor of this machine: the
 * same registers, flags and memory go into both, the same have to come out.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "fake.h"
#include "insn_list.h"
#include "tap.h"

#define ROUNDS		40
#define FLAG_CF		0x001
#define FLAG_PF		0x004
#define FLAG_AF		0x010
#define FLAG_ZF		0x040
#define FLAG_SF		0x080
#define FLAG_DF		0x400
#define FLAG_OF		0x800
#define FLAGS_ARITH	(FLAG_CF | FLAG_PF | FLAG_AF | FLAG_ZF | FLAG_SF | FLAG_OF)

/* What the library sees: the device and guest memory, not at their addresses. */
static uint8_t device[FAKE_SIZE], ram[FAKE_SIZE];
/* What the processor sees. */
static uint8_t *const real_device = (uint8_t *)FAKE_DEVICE;
static uint8_t *const real_ram = (uint8_t *)FAKE_RAM;

static int mmio_read(void *opaque, uint64_t addr, uint32_t width, uint64_t *value)
{
	(void)opaque;
	*value = 0;
	memcpy(value, device + (addr - FAKE_DEVICE), width);
	return 0;
}

static int mmio_write(void *opaque, uint64_t addr, uint32_t width, uint64_t value)
{
	(void)opaque;
	memcpy(device + (addr - FAKE_DEVICE), &value, width);
	return 0;
}

static const struct axvcpu_handlers handlers = {
	.size = sizeof(handlers),
	.mmio_read = mmio_read,
	.mmio_write = mmio_write,
};

static uint64_t random64(void)
{
	uint64_t value = 0;

	for (int i = 0; i < 5; i++)
		value = value << 15 ^ rand();
	/* Small and equal values are where flags are decided. */
	switch (rand() % 4) {
	case 0:
		return (int8_t)value;
	case 1:
		return 0;
	default:
		return value;
	}
}

static bool starts(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

static void randomize(const struct listed *in, struct axvcpu_x86_regs *regs)
{
	bool down = rand() % 2;

	for (int i = 0; i < 16; i++)
		regs->gpr[i] = random64();
	for (unsigned int i = 0; i < FAKE_SIZE; i += 8) {
		uint64_t a = random64(), b = rand() % 3 ? a : random64();

		memcpy(device + i, &a, 8);
		memcpy(ram + i, &b, 8);
	}
	regs->rflags = 0x202 | (rand() & FLAGS_ARITH);
	regs->gpr[AXVCPU_X86_RCX] = 1 + rand() % 20;
	regs->gpr[AXVCPU_X86_RDI] = FAKE_DEVICE + 4096 + 2048;
	regs->gpr[AXVCPU_X86_RSI] = FAKE_RAM + 4096 + 8 * (rand() % 500);
	if (in->how == 's') {
		regs->gpr[AXVCPU_X86_RSI] = FAKE_DEVICE + 4096 + 2048;
		regs->gpr[AXVCPU_X86_RDI] = FAKE_RAM + 4096 + 8 * (rand() % 500);
	}
	if (strstr(in->text, "movs") || strstr(in->text, "stos") || strstr(in->text, "lods") ||
	    strstr(in->text, "scas") || strstr(in->text, "cmps"))
		regs->rflags |= down ? FLAG_DF : 0;
	if (starts(in->text, "bt") && strstr(in->text, "%"))
		regs->gpr[AXVCPU_X86_RCX] = (uint64_t)(rand() % 2000) - 1000;
	if (starts(in->text, "cmpxchg") && rand() % 2)
		memcpy(&regs->gpr[AXVCPU_X86_RAX], device + 4096 + 2048, 8);
	memcpy(real_device, device, FAKE_SIZE);
	memcpy(real_ram, ram, FAKE_SIZE);
}

/* SDM volume 2: AF after logic, all but CF (and ZF) after bit tests are undefined. */
static uint64_t defined(const char *text)
{
	if (starts(text, "lock "))
		text += 5;
	if (starts(text, "and") || starts(text, "or") || starts(text, "xor") ||
	    starts(text, "test"))
		return FLAGS_ARITH & ~FLAG_AF;
	return starts(text, "bt") ? FLAG_CF | FLAG_ZF : FLAGS_ARITH;
}

/* Where the instruction's first access to the device goes. */
static uint64_t first_address(const struct listed *in, const struct axvcpu_x86_regs *regs)
{
	const char *mem = strchr(in->text, '(');
	const char *text = starts(in->text, "lock ") ? in->text + 5 : in->text;
	uint64_t rcx = regs->gpr[AXVCPU_X86_RCX];
	uint64_t addr = regs->gpr[in->how == 's' ? AXVCPU_X86_RSI : AXVCPU_X86_RDI];

	if (!mem)
		return addr;
	while (mem > in->text && mem[-1] >= '0' && mem[-1] <= '9')
		mem--;
	addr += atoi(mem);
	if (strstr(in->text, "%rcx,2"))
		addr += rcx * 2;
	if (starts(text, "bt") && strstr(text, "%cx,"))
		addr += ((int16_t)rcx >> 4) * 2;
	else if (starts(text, "bt") && strstr(text, "%ecx,"))
		addr += ((int32_t)rcx >> 5) * 4;
	else if (starts(text, "bt") && strstr(text, "%rcx,"))
		addr += ((int64_t)rcx >> 6) * 8;
	return addr;
}

static void set_exit(struct axvcpu_vcpu *vcpu, const struct listed *in, bool write)
{
	struct axvcpu_run_out *out = &vcpu->run->out;

	out->reason = AXVCPU_EXIT_NESTED_PAGE_FAULT;
	out->fault.addr = first_address(in, axvcpu_x86_run_regs(vcpu));
	out->fault.access = write ? AXVCPU_ACCESS_WRITE : AXVCPU_ACCESS_READ;
	out->fault.error = 0;
	out->raw.valid = AXVCPU_RAW_INSN_BYTES;
	out->raw.insn_bytes = in->end - in->start;
	memcpy(out->raw.insn, in->start, in->end - in->start);
}

/* Repeats until the instruction is past, as re-entering the guest does. */
static int complete(struct axvcpu_vcpu *vcpu, const struct listed *in)
{
	bool write = in->how == 'w' || (in->how == 'm' && rand() % 2);
	uint64_t rip = axvcpu_get_pc(vcpu);
	int ret = 0;

	for (int i = 0; !ret && axvcpu_get_pc(vcpu) == rip && i < 100; i++) {
		set_exit(vcpu, in, write);
		ret = axvcpu_complete_mmio(vcpu, &handlers, NULL);
	}
	return ret;
}

static bool same(const struct listed *in, const struct axvcpu_x86_regs *got,
		 const struct axvcpu_x86_regs *want)
{
	uint64_t flags = defined(in->text);

	for (int i = 0; i < 16; i++) {
		if (i != AXVCPU_X86_RSP && got->gpr[i] != want->gpr[i]) {
			printf("# %s: %s is 0x%llx, want 0x%llx\n", in->text, axvcpu_gpr_name(i),
			       got->gpr[i], want->gpr[i]);
			return false;
		}
	}
	if ((got->rflags ^ want->rflags) & flags) {
		printf("# %s: flags 0x%llx, want 0x%llx\n", in->text, got->rflags & flags,
		       want->rflags & flags);
		return false;
	}
	if (memcmp(device, real_device, FAKE_SIZE) || memcmp(ram, real_ram, FAKE_SIZE)) {
		printf("# %s: memory differs\n", in->text);
		return false;
	}
	return true;
}

static bool check(struct axvcpu_vcpu *vcpu, const struct listed *in)
{
	struct axvcpu_x86_regs regs, *run = axvcpu_x86_run_regs(vcpu);

	for (int i = 0; i < ROUNDS; i++) {
		int ret;

		randomize(in, &regs);
		regs.rip = 0x400000;
		*run = regs;
		insn_native(&regs, in->start);
		ret = complete(vcpu, in);
		if (ret) {
			printf("# %s: %d\n", in->text, ret);
			return false;
		}
		if (run->rip != 0x400000 + (uint64_t)(in->end - in->start)) {
			printf("# %s: rip 0x%llx\n", in->text, run->rip);
			return false;
		}
		if (!same(in, run, &regs))
			return false;
	}
	return true;
}

int main(void)
{
	struct axvcpu_vcpu *vcpu = fake_vcpu(ram);
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;

	if (mmap(real_device, FAKE_SIZE, PROT_READ | PROT_WRITE, flags, -1, 0) != real_device ||
	    mmap(real_ram, FAKE_SIZE, PROT_READ | PROT_WRITE, flags, -1, 0) != real_ram) {
		printf("1..0 # SKIP no room at the addresses it wants\n");
		return 0;
	}
	for (const struct listed *in = insn_list; in < insn_list_end; in++)
		ok(check(vcpu, in), "%s", in->text);
	fake_close(vcpu);
	return tap_done();
}
