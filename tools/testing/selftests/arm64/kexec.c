// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host's kernel ends while a guest runs, and another one takes over. Below a kernel at
 * EL1 it gets to EL2 by way of our vectors (SOFT_RESTART) after a crash, and of the stub's,
 * put back in time, otherwise. For tools/testing/kexec.sh, which says in the environment
 * what to start and how ("crash", "kexec"), and looks whether it does.
 */

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <linux/kexec.h>
#include <linux/reboot.h>

#include "../harness.h"

DECLARE_GUEST(spin, MODE_NATIVE);
DECLARE_GUEST(boot, MODE_BARE);

#define MIB		0x100000UL

/* Any memory: it is copied there at the end. */
#define ANY_MEMORY	0x50000000UL

/* Behind the start of that, or of what was set aside by crashkernel=256M. */
#define AT_IMAGE	0
#define AT_DTB		(96 * MIB)
#define AT_BOOT		(98 * MIB)
#define AT_INITRD	(100 * MIB)

/* struct boot: what guest_boot has in its last words */
struct boot {
	uint64_t dtb, image;
};

static void *read_all(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t room = 64 * MIB;
	char *data = malloc(room);
	ssize_t n;

	*len = 0;
	if (fd < 0 || !data)
		tap_bail("%s: %s", path, strerror(errno));
	while ((n = read(fd, data + *len, room - *len)) > 0)
		*len += n;
	close(fd);
	return data;
}

/* Where the memory is: "  start-end : Crash kernel". */
static uint64_t set_aside(void)
{
	static char text[65536];
	unsigned long long start;
	char *p;

	if (file_read("/proc/iomem", text, sizeof(text)) < 0)
		tap_bail("/proc/iomem");
	p = strstr(text, " : Crash kernel");
	while (p && p > text && p[-1] != '\n')
		p--;
	if (!p || sscanf(p, " %llx-", &start) != 1)
		tap_bail("no memory is set aside for another kernel");
	return start;
}

/*
 * The next kernel's command line takes the place of this one's in the device tree: this
 * one's, less what only this one needs, and with where its files are.
 */
static void set_command_line(char *dtb, size_t len, uint64_t initrd, size_t initrd_len)
{
	char old[4096], line[4096] = "", *p, *word;
	ssize_t n = file_read("/proc/cmdline", old, sizeof(old));

	if (n <= 0)
		tap_bail("/proc/cmdline");
	old[--n] = '\0';		/* the line's end */
	p = memmem(dtb, len, old, n + 1);
	if (!p)
		tap_bail("the device tree does not have the command line");
	for (word = strtok(old, " "); word; word = strtok(NULL, " "))
		if (strncmp(word, "crashkernel", 11) && strncmp(word, "log_buf", 7) &&
		    strncmp(word, "rcupdate", 8))
			strcat(strcat(line, word), " ");
	sprintf(line + strlen(line), "axvcpu_second initrd=%#llx,%zu",
		(unsigned long long)initrd, initrd_len);
	if (strlen(line) > (size_t)n)
		tap_bail("no room for the command line");
	memset(p, ' ', n);
	memcpy(p, line, strlen(line));
}

static void load(const char *image_path, const char *initrd_path, bool crash)
{
	uint64_t base = crash ? set_aside() : ANY_MEMORY;
	size_t image_len, initrd_len, dtb_len, boot_len = guest_boot.end - guest_boot.start;
	char *image = read_all(image_path, &image_len);
	char *initrd = read_all(initrd_path, &initrd_len);
	char *dtb = read_all("/sys/firmware/fdt", &dtb_len), *code = malloc(boot_len);
	struct boot where = { base + AT_DTB, base + AT_IMAGE };
	struct kexec_segment segments[] = {
		{ image, image_len, (void *)(base + AT_IMAGE), AT_DTB - AT_IMAGE },
		{ dtb, dtb_len, (void *)(base + AT_DTB), 2 * MIB },
		{ code, boot_len, (void *)(base + AT_BOOT), MIB },
		{ initrd, initrd_len, (void *)(base + AT_INITRD),
		  (initrd_len + MIB - 1) & ~(MIB - 1) },
	};

	set_command_line(dtb, dtb_len, base + AT_INITRD, initrd_len);
	memcpy(code, guest_boot.start, boot_len);
	memcpy(code + boot_len - sizeof(where), &where, sizeof(where));
	if (syscall(SYS_kexec_load, base + AT_BOOT, ARRAY_SIZE(segments), segments,
		    (crash ? KEXEC_ON_CRASH : 0) | KEXEC_ARCH_AARCH64))
		tap_bail("kexec_load: %s", strerror(errno));
}

void test(void)
{
	const char *image = getenv("KEXEC_IMAGE"), *initrd = getenv("KEXEC_INITRD");
	const char *how = getenv("KEXEC_HOW");
	struct machine m;
	struct runner r = { .m = &m, .cpu = cpus_online() > 1 ? 1 : -1 };

	if (!image || !initrd || !how)
		tap_skip_all("tools/testing/kexec.sh starts it");
	watchdog(300);
	load(image, initrd, !strcmp(how, "crash"));
	machine_init(&m, &guest_spin);
	runner_start(&r);
	tap_ok(WAIT_FOR(READ_ONCE(*(uint64_t *)(m.ram + GUEST_DATA)) > 1000, 10000),
	       "a guest runs");
	fflush(stdout);
	usleep(500000);
	if (!strcmp(how, "crash"))
		file_write("/proc/sysrq-trigger", "c");
	else
		syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
			LINUX_REBOOT_CMD_KEXEC, NULL);
	tap_ok(false, "the host lives on");
}
