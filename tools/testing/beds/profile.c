// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plugin for QEMU: how often each instruction of the L1's kernel was executed while a
 * program wanted it to be counted, as lines "address count" in the file that the argument
 * out= names. The program says so by two instructions that do nothing, PROFILE_START and
 * PROFILE_STOP.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "counts.h"
#include "profile.h"
#include "qemu_plugin.h"

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

static const char *out;

static void start(unsigned int cpu, void *arg)
{
	(void)cpu;
	(void)arg;
	counts_start();
}

static void stop(unsigned int cpu, void *arg)
{
	(void)cpu;
	(void)arg;
	counts_stop();
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
	(void)id;
	(void)arg;
	counts_write(out);
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
