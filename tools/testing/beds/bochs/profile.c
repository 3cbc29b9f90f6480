// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into Bochs 2.7: what profile.c is to QEMU. Bochs calls a function before each
 * instruction that it executes, for others to be put in its place when it is built; Debian's
 * does nothing, and has room for a jump to ours.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "counts.h"
#include "profile.h"

/* Its instruction, as decoded: what executes it, and the displacement in its operand. */
#define EXECUTE		0x00
#define DISPLACEMENT	0x34

/* jmp *0(%rip), and the address; the function and what it is aligned with are 16 bytes. */
#define JUMP		"\xff\x25\0\0\0\0"
#define JUMP_SIZE	6

static char ***cpus;
static void *nop;
static uint32_t rip;

static void mark(const char *insn)
{
	uint32_t value;

	memcpy(&value, insn + DISPLACEMENT, sizeof(value));
	if (value == PROFILE_START)
		counts_start();
	if (value == PROFILE_STOP)
		counts_stop();
}

static void before_execution(unsigned int cpu, const char *insn)
{
	++*counter(*(uint64_t *)((*cpus)[cpu] + rip));
	if (!memcmp(insn + EXECUTE, &nop, sizeof(nop)))
		mark(insn);
}

static void put(char *where)
{
	void *target = before_execution;
	long page = sysconf(_SC_PAGESIZE);
	char *start = (char *)((uintptr_t)where & -page);

	if (mprotect(start, 2 * page, PROT_READ | PROT_WRITE | PROT_EXEC))
		return;
	memcpy(where, JUMP, JUMP_SIZE);
	memcpy(where + JUMP_SIZE, &target, sizeof(target));
}

/* Where in the CPU RIP is: its debugger's part says, movq RIP(%rdi), %r13. */
static bool find_rip(void)
{
	const char *method = dlsym(RTLD_DEFAULT, "_ZN8BX_CPU_C22dbg_instruction_epilogEv");
	const char *at = method ? memmem(method, 64, "\x4c\x8b\xaf", 3) : NULL;

	if (at)
		memcpy(&rip, at + 3, sizeof(rip));
	return at;
}

static void __attribute__((constructor)) begin(void)
{
	char *hook = dlsym(RTLD_DEFAULT,
			   "_Z25bx_instr_before_executionjP15bxInstruction_c");

	cpus = dlsym(RTLD_DEFAULT, "bx_cpu_array");
	nop = dlsym(RTLD_DEFAULT, "_ZN8BX_CPU_C3NOPEP15bxInstruction_c");
	if (hook && cpus && nop && find_rip())
		put(hook);
}

static void __attribute__((destructor)) finish(void)
{
	const char *out = getenv("PROFILE_OUT");

	if (out)
		counts_write(out);
}
