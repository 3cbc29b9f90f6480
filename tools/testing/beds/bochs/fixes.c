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
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
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

/*
 * For SVM the second look only refrains from masking, so put back what the host
 * had. The method begins with a load of the mask: where that is, it tells.
 */
static void vmrun_and_look(void *cpu, void *decoded)
{
	const unsigned char *code = (const unsigned char *)update_masks;
	uint32_t offset, before;
	uint32_t *mask;

	if (code[0] != 0x8b || code[1] != 0x87) {	/* mov offset(%rdi), %eax */
		vmrun(cpu, decoded);
		return;
	}
	memcpy(&offset, code + 2, sizeof(offset));
	mask = (uint32_t *)((char *)cpu + offset);
	before = *mask;
	vmrun(cpu, decoded);
	*mask &= before | ~INTERRUPTS;
}

static void __attribute__((constructor)) correct(void)
{
	instruction **table = dlsym(RTLD_DEFAULT, "BxOpcodesTable");
	const Elf64_Sym *symbol;
	Dl_info info;
	size_t i;

	vmlaunch = dlsym(RTLD_DEFAULT, "_ZN8BX_CPU_C8VMLAUNCHEP15bxInstruction_c");
	vmrun = dlsym(RTLD_DEFAULT, "_ZN8BX_CPU_C5VMRUNEP15bxInstruction_c");
	update_masks = dlsym(RTLD_DEFAULT, "_ZN8BX_CPU_C25handleInterruptMaskChangeEv");
	if (!table || !vmlaunch || !vmrun || !update_masks ||
	    !dladdr1(table, &info, (void **)&symbol, RTLD_DL_SYMENT) || !symbol)
		return;
	for (i = 0; i < symbol->st_size / sizeof(*table); i++) {
		if (table[i] == vmlaunch)
			table[i] = vmlaunch_and_look;
		else if (table[i] == vmrun)
			table[i] = vmrun_and_look;
	}
}
