// SPDX-License-Identifier: GPL-2.0-only
/* HYPERCALL: number, arguments, privilege level, result; only with the CPU's own instruction. */

#include "harness.h"

DECLARE_GUEST(vmcall, MODE_LONG);
DECLARE_GUEST(vmmcall, MODE_LONG);
DECLARE_GUEST(vmcall16, MODE_REAL);
DECLARE_GUEST(vmmcall16, MODE_REAL);
DECLARE_ROWS(vmcall);

static void called(const struct guest *guest, enum guest_mode mode, uint32_t cpl,
		   const char *what)
{
	struct guest g = *guest;
	struct machine m;
	const struct axvcpu_exit_hypercall *call;
	unsigned int i, wrong = 0;

	g.mode = mode;
	machine_ready(&m, &g);
	call = &m.run->out.hypercall;
	m.regs->RAX = 0x1234;
	for (i = 0; i < 6; i++)
		arch_set_arg(&m, i, 0x1000 + i);
	machine_exits(&m, AXVCPU_EXIT_HYPERCALL, what);
	tap_is(call->nr, 0x1234, "%s: number", what);
	for (i = 0; i < 6; i++)
		wrong += call->args[i] != 0x1000 + i;
	tap_is(wrong, 0, "%s: arguments", what);
	tap_is(call->cpl, cpl, "%s: privilege level", what);
	tap_is(call->imm, 0, "%s: no immediate", what);
	machine_past(&m, &guest_vmcall_rows[0], what);
	m.regs->RAX = 0x600d;
	if (cpl)
		goto out;
	tap_is(machine_report(&m), 0x600d, "%s: the result", what);

	machine_run(&m);
	tap_is(vcpu_refuse(m.vcpu, VEC_UD, 0, 0), 0, "%s: REFUSE", what);
	if (mode == MODE_LONG) {
		machine_traps(&m);
		tap_is(machine_trap(&m), VEC_UD, "%s: refused", what);
	}
out:
	machine_fini(&m);
}

void test(void)
{
	struct axvcpu_info info;
	bool svm;

	dev_info(&info);
	svm = info.backend == AXVCPU_BACKEND_SVM;
	called(svm ? &guest_vmmcall : &guest_vmcall, MODE_LONG, 0, "from 64 bits");
	called(svm ? &guest_vmmcall : &guest_vmcall, MODE_USER, 3, "from user mode");
	called(svm ? &guest_vmmcall16 : &guest_vmcall16, MODE_REAL, 0, "from real mode");
}
