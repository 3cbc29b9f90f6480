// SPDX-License-Identifier: GPL-2.0-only
/*
 * Print everything about a vCPU: its registers, its pending events, and what the
 * hardware said last.
 */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "dump.h"
#include "registers.h"

static void events(struct axvcpu_vcpu *vcpu)
{
	struct axvcpu_state_events ev;
	const char *activity, *none = " none";

	if (axvcpu_vcpu_get_group(vcpu, AXVCPU_GROUP_EVENTS, &ev, sizeof(ev)) < 0)
		return;
	activity = axvcpu_activity_name(ev.activity);
	fprintf(stderr, "activity %s  interrupts pending", activity ? activity : "?");
	for (unsigned int i = 0; i < 256; i++) {
		if (ev.irq_pending[i / 64] >> (i % 64) & 1) {
			fprintf(stderr, " %u", i);
			none = "";
		}
	}
	fputs(none, stderr);
	if (ev.exception_pending)
		fprintf(stderr, "  exception %u error 0x%llx", ev.exception_vector,
			ev.exception_error);
	fprintf(stderr, "%s%s%s\n", ev.nmi_pending ? "  NMI pending" : "",
		ev.nmi_blocked ? "  NMIs blocked" : "", ev.irq_shadow ? "  interrupt shadow" : "");
}

static void raw_block(const struct axvcpu_raw *raw)
{
	fprintf(stderr, "exit 0x%llx  info %llx %llx %llx %llx  pc %llx", raw->reason,
		raw->info[0], raw->info[1], raw->info[2], raw->info[3],
		raw->insn_pc);
	if (raw->valid & AXVCPU_RAW_GPA)
		fprintf(stderr, "  gpa %llx", raw->gpa);
	if (raw->valid & AXVCPU_RAW_GVA)
		fprintf(stderr, "  gva %llx", raw->gva);
	fputc('\n', stderr);
	if (!(raw->valid & AXVCPU_RAW_INSN_BYTES))
		return;
	fputs("instruction", stderr);
	for (unsigned int i = 0; i < raw->insn_bytes && i < sizeof(raw->insn); i++)
		fprintf(stderr, " %02x", raw->insn[i]);
	fputc('\n', stderr);
}

void report_registers(struct axvcpu_vcpu *vcpu)
{
	print_registers(vcpu);
	events(vcpu);
	raw_block(&vcpu->run->out.raw);
}

void report_failure(struct axvcpu_vcpu *vcpu)
{
	struct axvcpu_failure failure;

	if (axvcpu_vcpu_get_failure(vcpu, &failure) || !failure.error)
		return;
	complain("vCPU %u: %.*s failed: %.*s (%s; hardware: 0x%llx 0x%llx)", vcpu->id,
		 (int)sizeof(failure.call), failure.call, (int)sizeof(failure.text), failure.text,
		 strerror(failure.error), failure.raw[0], failure.raw[1]);
}
