/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the profiler uses of QEMU's plugin API, version 1, whose header is in no package of
 * Debian's.
 */
#ifndef AXVCPU_BEDS_QEMU_PLUGIN_H
#define AXVCPU_BEDS_QEMU_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

typedef uint64_t plugin_id;
struct plugin_info;
struct tb;
struct insn;

enum plugin_op { PLUGIN_ADD_U64 };

typedef void trans_fn(plugin_id id, struct tb *tb);
typedef void exit_fn(plugin_id id, void *arg);
typedef void exec_fn(unsigned int cpu, void *arg);

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, trans_fn *cb);
void qemu_plugin_register_atexit_cb(plugin_id id, exit_fn *cb, void *arg);
size_t qemu_plugin_tb_n_insns(const struct tb *tb);
struct insn *qemu_plugin_tb_get_insn(const struct tb *tb, size_t idx);
uint64_t qemu_plugin_insn_vaddr(const struct insn *insn);
const void *qemu_plugin_insn_data(const struct insn *insn);
size_t qemu_plugin_insn_size(const struct insn *insn);
void qemu_plugin_register_vcpu_insn_exec_cb(struct insn *insn, exec_fn *cb, int flags,
					    void *arg);
void qemu_plugin_register_vcpu_insn_exec_inline(struct insn *insn, enum plugin_op op,
						void *ptr, uint64_t imm);

#endif /* AXVCPU_BEDS_QEMU_PLUGIN_H */
