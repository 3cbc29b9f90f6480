/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AXVCPU_X86_INSN_IO_H
#define AXVCPU_X86_INSN_IO_H

#include "../handle.h"
#include "../x86.h"

/* not a string: fills in IO_READ or IO_WRITE */
enum axvcpu_next x86_handle_io(struct x86_vcpu *x);
/* string: may sleep */
enum axvcpu_next x86_complete_string_io(struct x86_vcpu *x);

#endif /* AXVCPU_X86_INSN_IO_H */
