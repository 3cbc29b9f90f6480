// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plugin for QEMU: how often each instruction of the L1's kernel was executed while a
 * program wanted it to be counted, as lines "address count" in the file that the argument
 * out= names. The program says so by two instructions that do nothing, PROFILE_START and
 * PROFILE_STOP.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile.h"
#include "qemu_plugin.h"

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

#define SLOTS	(1UL << 20)

/*
 * Open addressing by address; 0 is no address of the kernel's. @count goes on all the time,
 * and was @before when the part to be counted began.
 */
static struct slot {
	uint64_t addr;
	uint64_t count;
	uint64_t before;
	uint64_t counted;
} slots[SLOTS];

static uint64_t others;
static const char *out;

static uint64_t *counter(uint64_t addr)
{
	uint64_t at = addr * 0x9e3779b97f4a7c15ULL >> 44;

	/* The upper half of the address space is the kernel's. */
	if (!(addr >> 63))
		return &others;
	for (unsigned int i = 0; i < 64; i++, at = (at + 1) % SLOTS) {
		if (!slots[at].addr)
			slots[at].addr = addr;
		if (slots[at].addr == addr)
			return &slots[at].count;
	}
	return &others;
}

static void start(unsigned int cpu, void *arg)
{
	(void)cpu;
	(void)arg;
	for (size_t i = 0; i < SLOTS; i++)
		slots[i].before = slots[i].count;
}

static void stop(unsigned int cpu, void *arg)
{
	(void)cpu;
	(void)arg;
	for (size_t i = 0; i < SLOTS; i++)
		slots[i].counted += slots[i].count - slots[i].before;
}

/* The number that profile_mark() puts into an instruction; 0: it is another one. */
static unsigned int mark_of(const struct insn *insn)
{
	const uint8_t *bytes = qemu_plugin_insn_data(insn);
	size_t size = qemu_plugin_insn_size(insn);
	uint32_t word;

	if (size == 7 && !memcmp(bytes, "\x0f\x1f\x80", 3)) {
		memcpy(&word, bytes + 3, sizeof(word));
		return word;
	}
	if (size != sizeof(word))
		return 0;
	memcpy(&word, bytes, sizeof(word));
	return (word & 0xffe0001f) == 0xd280001f ? word >> 5 & 0xffff : 0;
}

static void look_for_marks(struct insn *insn)
{
	unsigned int mark = mark_of(insn);

	if (mark == PROFILE_START)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, start, 0, NULL);
	if (mark == PROFILE_STOP)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, stop, 0, NULL);
}

static void translated(plugin_id id, struct tb *tb)
{
	size_t count = qemu_plugin_tb_n_insns(tb);

	(void)id;
	for (size_t i = 0; i < count; i++) {
		struct insn *insn = qemu_plugin_tb_get_insn(tb, i);

		uint64_t *count = counter(qemu_plugin_insn_vaddr(insn));

		qemu_plugin_register_vcpu_insn_exec_inline(insn, PLUGIN_ADD_U64, count, 1);
		look_for_marks(insn);
	}
}

static void finish(plugin_id id, void *arg)
{
	FILE *file = fopen(out, "w");

	(void)id;
	(void)arg;
	if (!file)
		return;
	for (size_t i = 0; i < SLOTS; i++)
		if (slots[i].counted)
			fprintf(file, "%016lx %lu\n", slots[i].addr, slots[i].counted);
	fclose(file);
}

__attribute__((visibility("default")))
int qemu_plugin_install(plugin_id id, const struct plugin_info *info, int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4))
		return -1;
	out = strdup(argv[0] + 4);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
