// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into Bochs 2.7: mistakes of it, corrected from outside, since
 * Debian's archive has the program but no longer its source.
 *
 * It has no display that shows nothing. The one for VNC comes closest, if nobody
 * can connect.
 *
 * It reads a memory image of any size with one read() into a block of 128 KiB;
 * a shorter read makes it ask again.
 *
 * It decides which interrupts are masked before it is in a guest: one with IF
 * clear that never touches IF is never left for an interrupt, whatever
 * "external-interrupt exiting" (SDM vol. 3, 26.2) and V_INTR_MASKING (APM vol. 2,
 * 15.21.1) say. So let it decide once more after the entry.
 *
 * VMRUN does not load CR2 (APM vol. 2, 15.5.1): load it before.
 *
 * A single step that is under way when something else ends an SVM guest becomes
 * a #DB of the host, whose GS is not in place yet: drop it at the exit.
 *
 * It forgets the causes of an intercepted #DB, which belong into DR6 (APM vol. 2,
 * 15.12.2). Before that it writes a line into its log.
 *
 * A triple fault of an SVM guest resets the machine, whatever is intercepted (APM
 * vol. 2, 15.14.3). Before that it looks whether it is configured to.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BLOCK	(128UL * 1024)

/* Events of its CPU: interrupts from the PIC and from the local APIC. */
#define INTERRUPTS	0xc00U

/* Its instructions are members of its CPU class, called by way of a table. */
typedef void instruction(void *cpu, void *decoded);
typedef void method(void *cpu);

/* VMRESUME is VMLAUNCH to it. */
static instruction *vmlaunch, *vmrun;
static method *update_masks;
static void (*set_vmcb)(void *cpu, uint64_t pa);
static void (*vmexit)(void *cpu, int code, uint64_t info1, uint64_t info2);
static void (*real_longjmp)(jmp_buf env, int value) __attribute__((noreturn));

/* A setting of its configuration, and who is asked for its value. */
typedef int64_t setting_handler(void *setting, bool set, int64_t value);
static void (*set_handler)(void *setting, setting_handler *handler);

/* Where in the CPU something is: what a method of it says after these bytes of code. */
struct member {
	const char *method;
	const char *code;
	uint32_t offset;
};

static struct member
	masks = { "_ZN8BX_CPU_C25handleInterruptMaskChangeEv", "\x8b\x87" },
	cr2 = { "_ZN8BX_CPU_C9MOV_RqCR2EP15bxInstruction_c", "\x48\x8b\x93" },
	vmcb = { "_ZN8BX_CPU_C11set_VMCBPTREm", "\x48\x89\x83" },
	in_guest = { "_ZN8BX_CPU_C21SvmInterceptExceptionEjjtbm", "\x80\xbf" },
	debug_trap = { "_ZN8BX_CPU_C21SvmInterceptExceptionEjjtbm", "\x31\xc0\x31\xd2\x89\x83" },
	exception = { "_ZN8BX_CPU_C9exceptionEjt", "\x83\xbb" };

#define MEMBER(cpu, member, type)	(*(type *)((char *)(cpu) + (member).offset))
#define METHOD_SIZE	512
#define RAX_OFFSET	0x58
#define VMCB_EXITCODE	0x70
#define VMCB_DR6	0x568
#define VMCB_CR2	0x640
#define DR6_CAUSES	0xe00fU
#define VMEXIT_DB	0x41
#define DOUBLE_FAULT	10
#define VMEXIT_SHUTDOWN	0x7f

/* The CPUs that ever did VMRUN; are they still in it; what the latest #DB was for. */
#define MAX_CPUS	16
static void *entered[MAX_CPUS];
static bool running[MAX_CPUS];
static uint32_t causes[MAX_CPUS];

ssize_t read(int fd, void *buf, size_t count)
{
	return syscall(SYS_read, fd, buf, count < BLOCK ? count : BLOCK);
}

int bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	return 0;
}

int listen(int fd, int backlog)
{
	return 0;
}

int accept(int fd, struct sockaddr *addr, socklen_t *len)
{
	for (;;)
		pause();
}

/* They do not come back here if there was no entry. */
static void vmlaunch_and_look(void *cpu, void *decoded)
{
	vmlaunch(cpu, decoded);
	update_masks(cpu);
}

/* bx_debug_break() asks for the debugger by one instruction, movb $1, flag(%rip). */
static void no_debugger(void)
{
	char *code = dlsym(RTLD_DEFAULT, "_Z14bx_debug_breakv");
	int32_t offset;

	memcpy(&offset, code + 2, sizeof(offset));
	code[7 + offset] = 0;
}

/* Asked at a triple fault, of the one CPU that was delivering #DF. */
static int64_t resets(void *setting, bool set, int64_t value)
{
	size_t i;

	(void)setting;
	for (i = 0; !set && i < MAX_CPUS && entered[i]; i++) {
		void *cpu = entered[i];

		if (MEMBER(cpu, in_guest, bool) &&
		    MEMBER(cpu, exception, uint32_t) == DOUBLE_FAULT) {
			no_debugger();
			vmexit(cpu, VMEXIT_SHUTDOWN, 0, 0);
		}
	}
	return value;
}

/* Its configuration is an object whose tenth virtual method finds a setting by name. */
static void ask_at_triple_fault(void)
{
	void ***config = *(void ****)dlsym(RTLD_DEFAULT, "SIM");
	void *(*get)(void *config, const char *name, void *base) = (*config)[9];

	set_handler(get(config, "cpu.reset_on_triple_fault", NULL), resets);
}

static void remember(void *cpu)
{
	size_t i;

	for (i = 0; i < MAX_CPUS - 1; i++)
		if (!entered[i] || entered[i] == cpu)
			break;
	entered[i] = cpu;
	running[i] = true;
	causes[i] = 0;
}

/*
 * For SVM the second look only refrains from masking, so put back what the host
 * had.
 */
static void vmrun_and_look(void *cpu, void *decoded)
{
	uint32_t before = MEMBER(cpu, masks, uint32_t);
	static bool asked;
	char *block;

	if (!asked)
		ask_at_triple_fault();
	asked = true;

	set_vmcb(cpu, *(uint64_t *)((char *)cpu + RAX_OFFSET));
	block = MEMBER(cpu, vmcb, char *);
	if (block) {
		MEMBER(cpu, cr2, uint64_t) = *(uint64_t *)(block + VMCB_CR2);
		remember(cpu);
	}
	vmrun(cpu, decoded);
	MEMBER(cpu, masks, uint32_t) &= before | ~INTERRUPTS;
}

/* What it logs: this is what comes before an intercepted exception. */
int __vsnprintf_chk(char *to, size_t size, int flag, size_t room, const char *format,
		    va_list args)
{
	size_t i;

	if (!strncmp(format, "SVM VMEXIT: event", 17))
		for (i = 0; i < MAX_CPUS && entered[i]; i++)
			causes[i] = MEMBER(entered[i], debug_trap, uint32_t);
	return vsnprintf(to, size, format, args);
}

static void tell_causes(char *block, uint32_t bits)
{
	if (*(uint64_t *)(block + VMCB_EXITCODE) == VMEXIT_DB)
		*(uint64_t *)(block + VMCB_DR6) |= bits & DR6_CAUSES;
}

/* An exit from a guest, like an exception, ends with a jump to the CPU's loop. */
void __longjmp_chk(jmp_buf env, int value)
{
	size_t i;

	for (i = 0; i < MAX_CPUS && entered[i]; i++) {
		void *cpu = entered[i];

		if (running[i] && !MEMBER(cpu, in_guest, bool)) {
			tell_causes(MEMBER(cpu, vmcb, char *), causes[i]);
			MEMBER(cpu, debug_trap, uint32_t) = 0;
			running[i] = false;
		}
	}
	real_longjmp(env, value);
}

static bool find(struct member *m)
{
	const char *start = dlsym(RTLD_DEFAULT, m->method), *at;

	if (!start)
		return false;
	at = memmem(start, METHOD_SIZE, m->code, strlen(m->code));
	if (at)
		memcpy(&m->offset, at + strlen(m->code), sizeof(m->offset));
	return at;
}

static bool find_members(void)
{
	return find(&masks) && find(&cr2) && find(&vmcb) && find(&in_guest) &&
	       find(&debug_trap) && find(&exception);
}

static void __attribute__((constructor)) correct(void)
{
	instruction **table = dlsym(RTLD_DEFAULT, "BxOpcodesTable");
	const Elf64_Sym *symbol;
	Dl_info info;
	size_t i;

	real_longjmp = dlsym(RTLD_NEXT, "__longjmp_chk");
	vmlaunch = dlsym(RTLD_DEFAULT, "_ZN8BX_CPU_C8VMLAUNCHEP15bxInstruction_c");
	vmrun = dlsym(RTLD_DEFAULT, "_ZN8BX_CPU_C5VMRUNEP15bxInstruction_c");
	update_masks = dlsym(RTLD_DEFAULT, masks.method);
	set_vmcb = dlsym(RTLD_DEFAULT, vmcb.method);
	vmexit = dlsym(RTLD_DEFAULT, "_ZN8BX_CPU_C10Svm_VmexitEimm");
	set_handler = dlsym(RTLD_DEFAULT,
			    "_ZN14bx_param_num_c11set_handlerEPFlP10bx_param_cblE");
	if (!table || !vmlaunch || !vmrun || !vmexit || !set_handler || !find_members() ||
	    !dladdr1(table, &info, (void **)&symbol, RTLD_DL_SYMENT) || !symbol)
		return;
	for (i = 0; i < symbol->st_size / sizeof(*table); i++) {
		if (table[i] == vmlaunch)
			table[i] = vmlaunch_and_look;
		else if (table[i] == vmrun)
			table[i] = vmrun_and_look;
	}
}
