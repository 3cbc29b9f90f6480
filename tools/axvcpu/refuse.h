/* SPDX-License-Identifier: GPL-2.0-only */
/* What no guest of axvcpu run is given, as handlers of its exits. */
#ifndef AXVCPU_REFUSE_H
#define AXVCPU_REFUSE_H

#include <axvcpu.h>

/** refuse_sysreg_read() - a register that the guest does not have faults */
int refuse_sysreg_read(void *opaque, uint64_t addr, uint64_t *value);

/** refuse_sysreg_write() - the same for a write */
int refuse_sysreg_write(void *opaque, uint64_t addr, uint64_t value);

/** refuse_hypercall() - a call that is not there: -1, on arm64 NOT_SUPPORTED */
int refuse_hypercall(void *opaque, const struct axvcpu_exit_hypercall *call,
		     uint64_t *result);

#endif /* AXVCPU_REFUSE_H */
