// SPDX-License-Identifier: GPL-2.0-only
/*
 * Find out why there is no device, from what the machine tells without one.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <unistd.h>

#include "cli.h"

#define LINE_SIZE		8192
#define KLOG_READ_ALL		3
#define KLOG_SIZE_BUFFER	10

/* Find the line of a file that starts with a word; copy up to LINE_SIZE bytes of it. */
static bool find_line(const char *path, const char *start, char *line)
{
	FILE *from = fopen(path, "r");
	bool found = false;

	if (!from)
		return false;
	while (!found && fgets(line, LINE_SIZE, from)) {
		size_t len = strlen(start);

		found = !strncmp(line, start, len) && strchr("\n :\t", line[len]);
	}
	fclose(from);
	return found;
}

static bool has_word(const char *line, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = strstr(line, word); at; at = strstr(at + 1, word))
		if ((at == line || at[-1] == ' ') && strchr("\n ", at[len]))
			return true;
	return false;
}

/* The last line of the module in the kernel's log, if it may be read. */
static bool last_message(char *line)
{
	int size = klogctl(KLOG_SIZE_BUFFER, NULL, 0);
	char *log = size > 0 ? malloc(size + 1) : NULL;
	const char *last = NULL;
	int len;

	if (!log)
		return false;
	len = klogctl(KLOG_READ_ALL, log, size);
	log[len > 0 ? len : 0] = '\0';
	for (const char *at = strstr(log, "axvcpu: "); at; at = strstr(at + 1, "axvcpu: "))
		last = at;
	if (last)
		snprintf(line, LINE_SIZE, "%.*s", (int)strcspn(last, "\n"), last);
	free(log);
	return last;
}

/* The processor has the extension. Say how to load the module, and who may own it. */
static void explain_owner(const char *extension, const char *kvm, char *line)
{
	complain("the processor has %s: load the module: modprobe axvcpu, or insmod axvcpu.ko",
		 extension);
	if (find_line("/proc/modules", kvm, line))
		complain("%s is loaded and may own it: if loading fails, rmmod %s first", kvm, kvm);
}

static void explain_processor(char *line)
{
	if (!find_line("/proc/cpuinfo", "flags", line))
		return;
	if (has_word(line, "svm")) {
		explain_owner("SVM", "kvm_amd", line);
	} else if (has_word(line, "vmx")) {
		explain_owner("VMX", "kvm_intel", line);
	} else {
		complain("the processor shows neither svm nor vmx:");
		complain("turn virtualization on in the firmware's setup;");
		complain("in a virtual machine, nested virtualization on its host");
	}
}

int explain_no_device(void)
{
	char line[LINE_SIZE];

	if (find_line("/proc/modules", "axvcpu", line)) {
		complain("/dev/axvcpu is not there, though the module is loaded:");
		complain("mount devtmpfs on /dev, or mknod it with its number in /proc/misc");
		return STATUS_HOST;
	}
	complain("/dev/axvcpu is not there: the module is not loaded");
	if (last_message(line))
		complain("the kernel's last word about it: %s", line);
	else if (geteuid())
		complain("the kernel's log may say why (as root: dmesg | grep axvcpu)");
	explain_processor(line);
	return STATUS_HOST;
}
