// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into QEMU 7.2, where the L1 may inject machine checks by the monitor: one waits
 * until a guest of the L1 runs, so that it is that guest's, and ends it if the L1 intercepts
 * it (APM vol. 2, 15.12.15), which QEMU forgets to ask for this one exception.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define TRAP_MC			18
#define VMEXIT_MC		(0x40 + TRAP_MC)
/* The bit of a CPU's interrupt_request */
#define CPU_INTERRUPT_MCE	0x1000U

/* Functions of QEMU's; "env" is the architecture's part of its CPU object. */
static bool (*has_intercept)(void *env, uint32_t type);
static void (*check_intercept)(void *env, uint32_t type, uint64_t param, uintptr_t pc);
static void (*do_interrupt)(void *cpu, int vector, int is_int, int error, long next_pc, int is_hw);

/* Where in the CPU object env and interrupt_request are. */
static int32_t env_offset, request_offset;

/* In place of QEMU's, which only does what the last line does. */
static void deliver(void *env, int vector, int is_hw)
{
	char *cpu = (char *)env - env_offset;

	if (vector == TRAP_MC && !has_intercept(env, VMEXIT_MC)) {
		*(uint32_t *)(cpu + request_offset) |= CPU_INTERRUPT_MCE;
		return;
	}
	if (vector == TRAP_MC)
		check_intercept(env, VMEXIT_MC, 0, 0);
	do_interrupt(cpu, vector, 0, 0, 0, is_hw);
}

/* The 32-bit number in the code at @start, behind @before and before @after. */
static bool find(const char *start, const char *before, size_t before_len, const char *after,
		 size_t after_len, int32_t *number)
{
	const char *at = memmem(start, 512, before, before_len);

	for (; at; at = memmem(at + 1, 512, before, before_len)) {
		if (memcmp(at + before_len + sizeof(*number), after, after_len))
			continue;
		memcpy(number, at + before_len, sizeof(*number));
		return true;
	}
	return false;
}

/* movabs $to, %rax; jmp *%rax */
static void redirect(char *from, void *to)
{
	uintptr_t page = (uintptr_t)from & -4096UL;

	if (mprotect((void *)page, 8192, PROT_READ | PROT_WRITE | PROT_EXEC))
		return;
	memcpy(from, "\x48\xb8", 2);
	memcpy(from + 2, &to, sizeof(to));
	memcpy(from + 10, "\xff\xe0", 2);
	mprotect((void *)page, 8192, PROT_READ | PROT_EXEC);
}

static void __attribute__((constructor)) correct(void)
{
	char *hardirq = dlsym(RTLD_DEFAULT, "do_interrupt_x86_hardirq");
	char *exec = dlsym(RTLD_DEFAULT, "x86_cpu_exec_interrupt");

	has_intercept = dlsym(RTLD_DEFAULT, "cpu_svm_has_intercept");
	check_intercept = dlsym(RTLD_DEFAULT, "cpu_svm_check_intercept_param");
	do_interrupt = dlsym(RTLD_DEFAULT, "do_interrupt_all");
	/* sub $env, %rdi; andl $~CPU_INTERRUPT_MCE, request(%rbx) */
	if (!hardirq || !exec || !has_intercept || !check_intercept || !do_interrupt ||
	    !find(hardirq, "\x48\x81\xef", 3, "", 0, &env_offset) ||
	    !find(exec, "\x81\xa3", 2, "\xff\xef\xff\xff", 4, &request_offset)) {
		fprintf(stderr, "machine_check.so: this is not the QEMU that it knows\n");
		_exit(125);
	}
	redirect(hardirq, deliver);
}
