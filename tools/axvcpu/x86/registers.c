// SPDX-License-Identifier: GPL-2.0-only
/*
 * The registers of an x86 vCPU.
 */
#include <stdio.h>

#include "registers.h"

static void general(const struct axvcpu_x86_regs *regs)
{
	for (unsigned int i = 0; i < 16; i++)
		fprintf(stderr, "%-4s %016llx%s", axvcpu_gpr_name(i), regs->gpr[i],
			i % 4 == 3 ? "\n" : "  ");
	fprintf(stderr, "rip  %016llx  rflags %08llx\n", regs->rip, regs->rflags);
}

static void segments(struct axvcpu_vcpu *vcpu)
{
	static const char *const names[] = { "es", "cs", "ss", "ds", "fs", "gs", "ldtr", "tr" };
	struct axvcpu_x86_segments segs;
	const struct axvcpu_x86_segment *seg[] = {
		&segs.es, &segs.cs, &segs.ss, &segs.ds, &segs.fs, &segs.gs, &segs.ldtr, &segs.tr,
	};

	if (axvcpu_vcpu_get_group(vcpu, AXVCPU_X86_GROUP_SEGMENTS, &segs, sizeof(segs)) < 0)
		return;
	for (unsigned int i = 0; i < 8; i++)
		fprintf(stderr, "%-4s %04x  base %016llx  limit %08x  attr %05x\n", names[i],
			seg[i]->selector, seg[i]->base, seg[i]->limit, seg[i]->attr);
	fprintf(stderr, "gdtr       base %016llx  limit %04x\n", segs.gdtr.base,
		segs.gdtr.limit);
	fprintf(stderr, "idtr       base %016llx  limit %04x\n", segs.idtr.base,
		segs.idtr.limit);
}

static void control(struct axvcpu_vcpu *vcpu)
{
	struct axvcpu_x86_control ctl;
	struct axvcpu_x86_debug dbg;

	if (axvcpu_vcpu_get_group(vcpu, AXVCPU_X86_GROUP_CONTROL, &ctl, sizeof(ctl)) >= 0)
		fprintf(stderr, "cr0 %llx  cr2 %llx  cr3 %llx  cr4 %llx  cr8 %llx\n"
			"efer %llx  xcr0 %llx\n", ctl.cr0, ctl.cr2, ctl.cr3, ctl.cr4, ctl.cr8,
			ctl.efer, ctl.xcr0);
	if (axvcpu_vcpu_get_group(vcpu, AXVCPU_X86_GROUP_DEBUG, &dbg, sizeof(dbg)) >= 0)
		fprintf(stderr, "dr0 %llx  dr1 %llx  dr2 %llx  dr3 %llx  dr6 %llx  dr7 %llx\n",
			dbg.dr[0], dbg.dr[1], dbg.dr[2], dbg.dr[3],
			dbg.dr6, dbg.dr7);
}

void print_registers(struct axvcpu_vcpu *vcpu)
{
	general(axvcpu_x86_run_regs(vcpu));
	segments(vcpu);
	control(vcpu);
}
